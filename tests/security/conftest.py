"""One world for all tests that only read, and a fresh one for each that writes."""

from collections.abc import Iterator

import pytest
from flask import Flask, has_request_context
from sqlalchemy import event

from gernas.core.database import db
from gernas.core.errors import GernasError
from gernas.core.limits import limiter
from tests.conftest import empty_database
from tests.security.world import World, build_world


class Reached(GernasError):
    """The request got as far as writing; nothing of it is kept."""

    status = 418


_latest: dict[str, World] = {}  # the world that was built last


@pytest.fixture
def world(one_app: Flask) -> Iterator[World]:
    """Both campaigns, shared by all tests that change nothing in them."""
    with one_app.app_context():
        built = _latest.get("world")
        if built is None or not built.is_still_there():
            empty_database(one_app)
            built = _latest["world"] = build_world(one_app)
        limiter.reset()
        db.session.remove()
    yield built
    with one_app.app_context():
        db.session.remove()


@pytest.fixture
def own_world(app: Flask) -> World:
    """Both campaigns, for one test that changes them."""
    with app.app_context():
        built = build_world(app)
        db.session.remove()
    return built


@pytest.fixture
def nothing_is_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every commit fail with status 418, so that a forbidden thing may be tried in earnest."""
    # After a minute each request would note that its session was used.
    monkeypatch.setattr("gernas.accounts.door.note_use", lambda _session_id: None)

    def refuse(_session: object) -> None:
        if has_request_context():
            raise Reached("reached")

    event.listen(db.session, "before_commit", refuse)
    yield
    event.remove(db.session, "before_commit", refuse)
