"""Connections to a server: ended ones are not what a reader meets, and statements stay prepared."""

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from gernas.core import database
from gernas.core.database import close_connections, db, transaction

pytestmark = pytest.mark.server


def _end_all_others(app: Flask) -> None:
    """Let the server end every connection of the application, as a restart does."""
    db.session.rollback()
    outside = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    with outside.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend' AND state = 'idle'"
            )
        )
    outside.dispose()


def test_a_connection_that_rested_is_asked_whether_it_lives(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "IDLE_SECONDS", 0.0)
    assert db.session.scalar(text("SELECT 1")) == 1
    _end_all_others(context)

    assert db.session.scalar(text("SELECT 2")) == 2


def test_one_that_was_used_just_now_is_not_asked(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "IDLE_SECONDS", 60.0)
    db.session.rollback()
    close_connections()  # what the server ended before is not this test's
    asked: list[object] = []
    monkeypatch.setattr(type(db.engine.dialect), "do_ping", lambda *_: asked.append(1))
    for _ in range(3):
        db.session.scalar(text("SELECT 1"))
        db.session.rollback()

    assert asked == []


PREPARED = text("SELECT count(*) FROM pg_prepared_statements")


def _read_often(*, of: str) -> int:
    """Ask the same in many transactions, as requests do; how many statements stay prepared."""
    for number in range(12):
        db.session.execute(text(of), {"number": number})
        db.session.rollback()
    prepared: int = db.session.scalar(PREPARED) or 0
    db.session.rollback()
    return prepared


def test_statements_stay_prepared_when_a_request_that_only_read_ends(context: Flask) -> None:
    db.session.rollback()
    close_connections()

    assert _read_often(of="SELECT 7 + :number") >= 1


def test_a_rollback_of_what_was_written_undoes_it(context: Flask) -> None:
    def fail() -> None:
        with transaction():
            db.session.execute(text("CREATE TABLE undone (number integer)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert db.session.scalar(text("SELECT to_regclass('undone')")) is None
    db.session.rollback()


def test_the_control_without_the_commit_prepares_everything_anew(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialect = db.engine.dialect
    monkeypatch.setattr(dialect, "do_rollback", type(dialect).do_rollback.__get__(dialect))
    db.session.rollback()
    close_connections()

    assert _read_often(of="SELECT 8 + :number") == 0
