"""Run migrations on the application's database, in batch mode on SQLite."""

import pkgutil
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, create_engine
from sqlalchemy.types import TypeDecorator

import gernas
from gernas.core.backup import copy_before_migration
from gernas.core.database import Model


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Spell our own types in plain SQLAlchemy, so that a migration never changes with the code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return "sa.DateTime(timezone=True)"
    return False


def load_tables() -> None:
    """Import every domain's models, registered or not."""
    for package in pkgutil.iter_modules(gernas.__path__, "gernas."):
        if package.ispkg and find_spec(f"{package.name}.models"):
            import_module(f"{package.name}.models")


def _copy_first(connection: Connection) -> None:
    """Copy a SQLite database beside itself before its tables change."""
    path = connection.engine.url.database
    if connection.dialect.name != "sqlite" or not path or path == ":memory:":
        return
    present = set(context.get_context().get_current_heads())
    wanted = set(context.script.get_heads())
    if present and present != wanted:
        copy_before_migration(Path(path))


def run() -> None:
    load_tables()
    url = str(current_app.config["SQLALCHEMY_DATABASE_URI"])
    engine = create_engine(url)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.commit()  # Else Alembic joins this transaction and leaves it open.
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            render_item=render_item,
            compare_type=True,
            transaction_per_migration=True,
        )
        _copy_first(connection)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
