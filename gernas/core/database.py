"""The database session, and the one way to write: ``with transaction():``.

Outside of it a session only reads: SQLite refuses with ``query_only``, PostgreSQL with a read-only
transaction, so a page that is fetched can never change anything. On SQLite that takes connections
of two kinds: to turn ``query_only`` on and off makes it compile every statement anew, which is a
fifth of what a tap costs.
"""

import fcntl
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from flask import Flask, current_app, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from gernas.core.logs import REQUEST_ID

WRITES = "writes"  # of a session: the transaction in which it may
WRITER = "gernas.writer"  # the engine for transactions, among the application's extensions
READING = frozenset({"GET", "HEAD", "OPTIONS"})
BUSY_SECONDS = 10
SWITCH_SECONDS = 0.0005
USED_AT = "gernas_used_at"
IDLE_SECONDS = 1.0

Row = TypeVar("Row", bound="Model")

_after_commit: ContextVar[list[Callable[[], None]] | None] = ContextVar(
    "after_commit", default=None
)


class Model(DeclarativeBase):
    """The base of all tables; constraints have names on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class _Session(Session):
    """Reads on connections that cannot write; inside of ``transaction`` it uses the others."""

    def get_bind(
        self, *_asked: Any, bind: Engine | Connection | None = None, **_more: Any
    ) -> Engine | Connection:
        if bind is not None:
            return bind
        writing = self.info.get(WRITES)
        return get_writer() if writing and writing is self.get_transaction() else db.engine


db = SQLAlchemy(
    model_class=Model,
    disable_autonaming=True,
    session_options={"class_": _Session, "expire_on_commit": False, "autoflush": True},
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database. A naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without its zone")
        return value.astimezone(UTC)

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None]:
        """Read a moment, by one function where SQLAlchemy would call two: rows hold several."""
        read = self.impl_instance.dialect_impl(dialect).result_processor(dialect, coltype)

        def to_utc(value: Any) -> datetime | None:
            if value is None:
                return None
            moment = cast(datetime, read(value) if read else value)
            if moment.tzinfo is None:  # SQLite drops the offset.
                return moment.replace(tzinfo=UTC)
            return moment.astimezone(UTC)

        return to_utc


def is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def get_writer() -> Engine:
    """The engine whose connections may write; on PostgreSQL the same as the reading one."""
    return cast(Engine, current_app.extensions[WRITER])


def list_engines() -> list[Engine]:
    """Those of the session: the reading one first."""
    return list(dict.fromkeys((db.engine, get_writer())))


def close_connections() -> None:
    """Give up all connections that nobody uses right now."""
    for engine in list_engines():
        engine.dispose()


def init_database(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        engine = writer = db.engine
        if engine.dialect.name == "sqlite":
            writer = create_engine(engine.url, **app.config["SQLALCHEMY_ENGINE_OPTIONS"])
            _guard_sqlite(engine, writes=False)
            _guard_sqlite(writer, writes=True)
        else:
            _ping_idle(engine)
            _keep_prepared(engine)
        app.extensions[WRITER] = writer
    # Who has the writers' turn, or holds a row, gets the interpreter back soon, and with it all
    # who wait for that.
    sys.setswitchinterval(SWITCH_SECONDS)


def _guard_sqlite(engine: Engine, *, writes: bool) -> None:
    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = (
            None  # We begin ourselves: deferred to read, immediate to write.
        )
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # A booking must survive a power cut.
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "cache_size=-1000",  # 1 MB for each thread; the system keeps the file in memory anyway
            f"query_only={'OFF' if writes else 'ON'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if writes:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # Past SQLAlchemy: it cannot fail, and every page begins with it.
            cast(sqlite3.Connection, connection.connection.driver_connection).execute("BEGIN")


def _ping_idle(engine: Engine) -> None:
    """Ask a server for a sign of life before a connection is used that nobody used for a second.

    SQLAlchemy's own way (``pool_pre_ping``) asks each time: twice in a request that writes.
    """

    @event.listens_for(engine, "checkin")
    def note(_connection: Any, record: Any) -> None:
        record.info[USED_AT] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ping(connection: Any, record: Any, _proxy: Any) -> None:
        used_at = record.info.get(USED_AT)
        if used_at is None or time.monotonic() - used_at < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # The pool connects anew.


def _keep_prepared(engine: Engine) -> None:
    """End a transaction that only read with COMMIT, which changes as little.

    At a ROLLBACK psycopg drops all statements that it has prepared, so that the server would
    parse and plan each of them anew in every request.
    """
    roll_back = engine.dialect.do_rollback

    def end(connection: Any) -> None:
        driver = getattr(connection, "driver_connection", connection)  # the pool's, or bare
        if driver.read_only and driver.info.transaction_status.name == "INTRANS":
            engine.dialect.do_commit(connection)
        else:
            roll_back(connection)

    engine.dialect.do_rollback = end  # type: ignore[assignment] # no event replaces it


@contextmanager
def _turn_to_write() -> Iterator[None]:
    """Wait for the turn among this machine's writers.

    SQLite's own busy wait is unfair: with this queue the slowest writers wait a third as long.
    """
    path = db.engine.url.database
    if not is_sqlite() or not path or path == ":memory:":
        yield
        return
    with _open_turn(Path(f"{path}.turn")):
        yield


def _open_turn(path: Path) -> IO[str]:
    """Open and lock the file that writers wait for; closing it lets the next one in.

    Raises:
        OperationalError: the disk is full or read-only, as it would be for the database itself.
    """
    try:
        turn = path.open("w")
        fcntl.flock(turn, fcntl.LOCK_EX)
    except OSError as error:
        raise OperationalError("wait for the turn", None, error) from error
    return turn


@contextmanager
def transaction(*, aside: bool = False) -> Iterator[None]:
    """Begin to write; commit at the end, or undo everything when an error leaves the block.

    Rows read before are forgotten: fetch again by id what the rules depend on. Not nestable.
    A request that only fetches something may write nothing but what lies ``aside`` of it: kept
    pages, and marks of when something was last used.

    Raises:
        RuntimeError: a transaction is open, or the request is a GET.
    """
    if not aside and _only_reads():
        raise RuntimeError("a page that is fetched changes nothing")
    if _after_commit.get() is not None:
        raise RuntimeError("a transaction is open already")
    callbacks: list[Callable[[], None]] = []
    token = _after_commit.set(callbacks)
    session = db.session()
    try:
        session.rollback()  # A reading transaction cannot turn into a writing one.
        with _turn_to_write():
            try:
                session.info[WRITES] = session.begin()
                session.connection(execution_options=_writable())
                yield
                session.commit()
            except BaseException:
                session.rollback()
                raise
            finally:
                session.info.pop(WRITES, None)
    finally:
        _after_commit.reset(token)
    for callback in callbacks:
        callback()


def _only_reads() -> bool:
    """Whether the program answers a request right now that may change nothing."""
    served = has_request_context() and REQUEST_ID in request.environ
    return served and request.method in READING


def _writable() -> dict[str, Any]:
    return {} if is_sqlite() else {"postgresql_readonly": False}


def after_commit(callback: Callable[[], None]) -> None:
    """Run ``callback`` once the open transaction is committed; never when it is undone."""
    callbacks = _after_commit.get()
    if callbacks is None:
        raise RuntimeError("no transaction is open")
    callbacks.append(callback)


def is_writing() -> bool:
    return _after_commit.get() is not None


def lock(row: Row) -> Row:
    """Hold a row until the transaction ends and read it anew.

    SQLite has one writer at a time, so there the reading anew is all it takes.
    """
    # Only its own row: PostgreSQL cannot lock what an outer join may lack.
    db.session.refresh(row, with_for_update={"of": type(row)})
    return row


def engine_options(url: str) -> dict[str, Any]:
    """Options of ``create_engine`` for a database address."""
    if url.startswith("sqlite"):
        return {"connect_args": {"check_same_thread": False}, "pool_use_lifo": True}
    return {
        "pool_size": 5,
        "max_overflow": 5,
        "execution_options": {"postgresql_readonly": True},
    }


def database_path() -> Path | None:
    """The file of the SQLite database; None on PostgreSQL."""
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    return Path(db.engine.url.database or "") if str(url).startswith("sqlite") else None
