"""A connection that the server ended is not what a reader meets."""

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from gernas.core import database
from gernas.core.database import db

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
    db.engine.dispose()  # what the server ended before is not this test's
    asked: list[object] = []
    monkeypatch.setattr(type(db.engine.dialect), "do_ping", lambda *_: asked.append(1))
    for _ in range(3):
        db.session.scalar(text("SELECT 1"))
        db.session.rollback()

    assert asked == []
