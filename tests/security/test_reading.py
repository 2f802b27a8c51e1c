"""What is fetched changes nothing."""

import hashlib

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.core.database import Model, db, transaction
from gernas.core.permissions import public
from tests.security.world import World, list_rules

# Marks and counters that are written apart from the request's own work (see transaction(aside)).
ASIDE = {
    "kept_page": None,  # public bytes
    "user_session": {"seen_at"},
    "personal_feed": {"last_used_at", "last_agent"},
}


def fingerprint_tables() -> dict[str, str]:
    """What each table holds, without what may be written aside; inside a context."""
    prints = {}
    for table in Model.metadata.sorted_tables:
        left_out = ASIDE.get(table.name, set())
        if left_out is None:
            continue
        columns = [column for column in table.columns if column.name not in left_out]
        rows = sorted(repr(tuple(row)) for row in db.session.execute(select(*columns)))
        prints[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    db.session.rollback()
    return prints


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("who", ["administrator", None])
def test_every_route_leaves_every_table_as_it_was(
    own_world: World, who: str | None, method: str
) -> None:
    """ASVS 3.5.3: pages, forms, links from mails, feeds; also without a body."""
    client = own_world.client(who)
    with own_world.app.app_context():
        before = fingerprint_tables()

    for rule in list_rules(own_world.app, "GET"):
        address = own_world.address(rule)
        client.open(address, method=method, buffered=True)
        client.open(address, method=method, buffered=True, query_string={"lagi": "1", "baru": "1"})

    with own_world.app.app_context():
        after = fingerprint_tables()
    assert {name for name in before if before[name] != after[name]} == set()


def test_head_gets_what_get_gets_without_its_body(world: World) -> None:
    """RFC 9110, 9.3.2: so no view can take it for a form that was sent."""
    client = world.client("administrator")
    differing = []
    for rule in list_rules(world.app, "GET"):
        address = world.address(rule)
        answer = client.get(address, buffered=True)
        bare = client.head(address, buffered=True)
        if (bare.status_code, bare.data) != (answer.status_code, b""):
            differing.append((rule.rule, bare.status_code, answer.status_code))

    assert differing == []


@pytest.mark.parametrize(("method", "status"), [("GET", 500), ("HEAD", 500), ("POST", 200)])
def test_a_view_that_writes_when_it_is_fetched_fails(
    one_app: Flask, world: World, method: str, status: int
) -> None:
    """ASVS 3.5.3."""

    @public
    def careless() -> str:
        with transaction():
            return "written"

    rule_was = one_app.view_functions["accounts.sign_in"]
    one_app.view_functions["accounts.sign_in"] = careless
    try:
        client = world.client(None)
        one_app.config["WTF_CSRF_ENABLED"] = False
        answer = client.open("/masuk", method=method)
    finally:
        one_app.config["WTF_CSRF_ENABLED"] = True
        one_app.view_functions["accounts.sign_in"] = rule_was

    assert answer.status_code == status
