"""How soon the layer in front of Flask hears that a kept page is stale."""

import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from gernas.core.database import transaction
from gernas.core.kept import TRUSTED_SECONDS, Store, get_address
from gernas.core.revisions import SITE, raise_revisions
from tests.factories import make_campaign

HOME = "/tentang"


def keep_home(app: Flask, client: FlaskClient) -> Store:
    """Have a page kept and looked up."""
    with app.app_context():
        make_campaign()
    client.get(HOME)
    store: Store = app.extensions["kept"].store
    assert store.find(HOME) is not None
    return store


def test_a_change_by_this_process_is_seen_at_once(app: Flask, client: FlaskClient) -> None:
    store = keep_home(app, client)

    with app.app_context(), transaction():
        raise_revisions(SITE)

    assert store.find(HOME) is None


def test_a_change_that_is_undone_changes_nothing(app: Flask, client: FlaskClient) -> None:
    store = keep_home(app, client)

    def fail() -> None:
        with app.app_context(), transaction():
            raise_revisions(SITE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert store.find(HOME) is not None


def test_a_change_by_another_process_is_seen_within_a_moment(
    app: Flask, client: FlaskClient
) -> None:
    store = keep_home(app, client)
    engine = create_engine(store.url)

    with engine.begin() as connection:
        connection.execute(text("UPDATE revision SET number = number + 1"))
    engine.dispose()
    time.sleep(TRUSTED_SECONDS * 1.1)

    assert store.find(HOME) is None


def test_what_is_remembered_stays_small(app: Flask, client: FlaskClient) -> None:
    store = keep_home(app, client)

    for number in range(50):
        store.find(f"/nowhere-{number}")

    assert len(store._recent) <= 1


def test_an_address_with_a_nul_is_not_looked_up() -> None:
    """PostgreSQL would read it as the address before the NUL."""
    assert get_address("/tentang\0x", "") is None
