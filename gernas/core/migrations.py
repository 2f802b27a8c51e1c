"""The migrations of the schema, without Alembic as long as nobody migrates.

Alembic takes a fifth of a start and of a web worker's memory.
"""

import ast
from functools import lru_cache
from typing import Any

from flask import Flask
from sqlalchemy import Connection, inspect, text

from gernas import paths
from gernas.core.database import db

EXTENSION = "migrate"


class _NotYet:
    """Stands for Flask-Migrate until something is asked of it."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        load_migrations(self._app)
        return getattr(self._app.extensions[EXTENSION], name)


def init_migrations(app: Flask) -> None:
    app.extensions[EXTENSION] = _NotYet(app)


def load_migrations(app: Flask) -> None:
    """Bring in Flask-Migrate and its commands ``db …``."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(paths.MIGRATIONS), render_as_batch=True)


def is_migrated(connection: Connection) -> bool:
    """Whether the database has exactly this version's migrations."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    present = connection.scalars(text("SELECT version_num FROM alembic_version"))
    return set(present) == list_heads()


@lru_cache(maxsize=1)
def list_heads() -> frozenset[str]:
    """The revisions on which no other one stands, read from the files."""
    revisions, stood_on = set(), set()
    for path in sorted(paths.MIGRATIONS.glob("versions/*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            match node:
                case ast.AnnAssign(target=ast.Name(id="revision"), value=ast.expr() as value):
                    revisions.add(ast.literal_eval(value))
                case ast.AnnAssign(target=ast.Name(id="down_revision"), value=ast.expr() as value):
                    below = ast.literal_eval(value)
                    stood_on |= {below} if isinstance(below, str) else {*(below or ())}
    return frozenset(revisions - stood_on)
