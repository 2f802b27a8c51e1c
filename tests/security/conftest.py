"""One world for all tests of a module that only read, and a fresh one for those that write."""

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


@pytest.fixture(scope="module")
def world(one_app: Flask) -> Iterator[World]:
    """Both campaigns, shared by the tests of a module, which therefore change nothing."""
    with one_app.app_context():
        empty_database(one_app)
        limiter.reset()
        built = build_world(one_app)
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
def nothing_is_kept(world: World) -> Iterator[None]:
    """Let every commit fail with status 418, so that a forbidden thing may be tried in earnest."""

    def refuse(_session: object) -> None:
        if has_request_context():
            raise Reached("reached")

    event.listen(db.session, "before_commit", refuse)
    yield
    event.remove(db.session, "before_commit", refuse)
