"""Who may open what: every route as every role, and the rows of others as if there were none."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.accounts.door import csrf_token
from tests.security.table import OWN_TABLES, PUBLIC, expected
from tests.security.world import NOBODYS, PEOPLE, World, is_office, list_rules, plain_endpoint

COLUMNS = (*PEOPLE, "nobody", None)
# Venues are everyone's, messages the administrators'; a business belongs to no campaign.
BUSINESS_ROWS = {"business_id", "other_id", "product_id", "certificate_id", "channel_id"}
BUSINESS_ROWS |= {"person_id", "merge_id", "import_id", "purpose"}
SHARED = {"venue_id", "message_id"} | BUSINESS_ROWS
NOWHERE = {
    "campaign": "kampanye-lain",
    "stop": "kampanye-lain/provinsi-lain",
    "event": "acara-lain",
}


def test_the_table_names_every_route_and_no_other(world: World) -> None:
    """ASVS 8.1.1: whoever adds a route says there who may open it."""
    routes = {plain_endpoint(rule) for rule in world.app.url_map.iter_rules()}
    ours = {name for name in routes if name.partition(".")[0] not in OWN_TABLES}

    assert {*expected(), *PUBLIC.split()} == ours


@pytest.mark.usefixtures("nothing_is_kept")
def test_every_role_gets_as_far_as_the_table_says(world: World) -> None:
    """ASVS 8.2.1, 8.3.1: each route by each method as each role; nothing is kept of it."""
    seen = dict.fromkeys(expected(), "")
    for who in COLUMNS:
        client = world.client(who)
        token = csrf_token(client, "/akun" if who else "/masuk")
        for rule, methods in _guarded(world):
            verdicts = {_verdict(_send(client, world, rule, m, token)) for m in methods}
            seen[plain_endpoint(rule)] += verdicts.pop() if len(verdicts) == 1 else str(verdicts)

    wrong = {name: (signs, expected()[name]) for name, signs in seen.items()}
    assert {name: pair for name, pair in wrong.items() if pair[0] != pair[1]} == {}


def test_public_routes_are_open_to_everyone(own_world: World) -> None:
    """ASVS 8.2.1."""
    world, shut = own_world, []
    for who in ("administrator", None):
        client = world.client(who)
        token = csrf_token(client, "/masuk/kata-sandi")
        for rule in list_rules(world.app):
            if plain_endpoint(rule) not in PUBLIC.split():
                continue
            for method in _methods(rule):
                status = _send(client, world, rule, method, token).status_code
                if status in (401, 403, 404, 405, 500):
                    shut.append((method, rule.rule, status))

    assert [one for one in shut if one[1] != "/metrics"] == []


@pytest.mark.parametrize(
    ("who", "methods"),
    [
        ("campaign manager", ("GET", "POST", "HEAD", "OPTIONS", "PUT")),
        ("organizer of the event", ("GET", "POST")),
        ("viewer", ("GET", "POST")),
        ("nobody", ("GET", "POST")),
        (None, ("GET", "POST", "HEAD", "OPTIONS", "PUT")),
    ],
)
def test_the_other_campaign_might_as_well_not_be_there(
    world: World, who: str | None, methods: tuple[str, ...]
) -> None:
    """ASVS 8.2.2, 8.4.1: its rows, alone or among ours, get the answer of rows that are nowhere."""
    client = world.client(who)
    token = csrf_token(client, "/akun" if who else "/masuk")
    differences = []
    for method in methods:
        for address, nowhere in _pairs(world):
            found = _describe(_open(client, method, address, token))
            missed = _describe(_open(client, method, nowhere, token))
            if found != missed:
                differences.append((method, address, found[0], missed[0]))

    assert differences == []


@pytest.mark.parametrize("who", ["campaign manager", None])
def test_a_form_without_its_token_does_not_tell_what_is_there(
    world: World, who: str | None
) -> None:
    """ASVS 8.2.2: the token is asked for before the row is looked at, or after, but always so."""
    client = world.client(who)
    differences = []
    for address, nowhere in _pairs(world):
        found, missed = _describe(client.post(address)), _describe(client.post(nowhere))
        if found != missed:
            differences.append((address, found[0], missed[0]))

    assert differences == []


def test_the_way_to_the_sign_in_page_does_not_tell_what_is_there(world: World) -> None:
    """ASVS 8.2.2: the page to come back to is kept whether or not there is such a row."""
    client = world.client(None)
    there, nowhere = (
        client.get("/masuk/kata-sandi", query_string={"next": f"/kelola/{slug}"}).text
        for slug in (world.two.campaign, NOWHERE["campaign"])
    )

    assert f"next=/kelola/{world.two.campaign}" in there
    assert _without_names(there) == _without_names(nowhere)


def test_without_a_second_factor_no_row_tells_that_it_is_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ASVS 6.3.3, 8.2.2: whose role asks for it is led to set it up, whatever was asked for."""
    settings = replace(world.app.config["GERNAS"], second_factor=True)
    monkeypatch.setitem(world.app.config, "GERNAS", settings)
    client = world.client("organizer")
    ways = set()
    for address, nowhere in _pairs(world):
        for path in (address, nowhere):
            answer = client.get(path)
            ways.add((answer.status_code, answer.headers.get("Location", "").partition("?")[0]))

    assert ways == {(303, "/akun/langkah-kedua")}


def _guarded(world: World) -> Iterator[tuple[Rule, list[str]]]:
    names = expected()
    for rule in list_rules(world.app):
        if plain_endpoint(rule) in names:
            yield rule, _methods(rule)


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def _pairs(world: World) -> Iterator[tuple[str, str]]:
    """Addresses with rows of the other side, each with its like that has a row of nobody."""
    for rule in list_rules(world.app):
        parts = set(rule.arguments) - {"paper", "figure"}  # kinds, no rows
        if not is_office(rule) or not parts - SHARED:
            continue
        nowhere = world.address(rule, **{name: NOWHERE.get(name, NOBODYS) for name in parts})
        yield world.address(rule, world.two), nowhere
        if len(parts) > 1:
            for name in parts - set(NOWHERE):
                theirs = {name: world.value(rule, name, world.two)}
                yield world.address(rule, **theirs), world.address(rule, **{name: NOBODYS})
                ours = {name: world.value(rule, name, world.one)}
                yield world.address(rule, world.two, **ours), nowhere
        if "<stop:stop>" in rule.rule:
            yield world.address(rule, stop=f"{world.one.campaign}/{world.two.stop}"), nowhere
            yield world.address(rule, stop=f"{world.two.campaign}/{world.one.stop}"), nowhere


def _send(client: FlaskClient, world: World, rule: Rule, method: str, token: str) -> TestResponse:
    return _open(client, method, world.address(rule), token)


def _open(client: FlaskClient, method: str, address: str, token: str) -> TestResponse:
    if method in ("GET", "HEAD", "OPTIONS"):
        return client.open(address, method=method, buffered=True)
    return client.open(address, method=method, data={"csrf_token": token}, buffered=True)


def _verdict(answer: TestResponse) -> str:
    status, location = answer.status_code, answer.headers.get("Location", "")
    if status in (302, 303) and location.partition("?")[0] in ("/masuk", "/en/masuk"):
        return ">"
    if status in (200, 302, 303, 409, 410, 418, 422):
        return "+"
    return {403: "x", 404: "0"}.get(status, f"[{status} {answer.request.path}]")


def _describe(answer: TestResponse) -> tuple[int, str, str, str]:
    """What a reader can tell of an answer, without the names that he asked with himself."""
    headers = dict(answer.headers)
    headers.pop("X-Request-ID")
    text = answer.text.replace(answer.headers["X-Request-ID"], "")
    location = headers.pop("Location", "").partition("?")[0]
    for name in ("Set-Cookie", "Content-Length"):
        headers.pop(name, None)
    return answer.status_code, location, str(sorted(headers.items())), _without_names(text)


def _without_names(text: str) -> str:
    text = re.sub(r"IjQ?[\w-]+\.[\w-]+\.[\w-]+", "token", text)
    return re.sub(r"[a-z]+-(?:satu|dua|lain)|\b[0-9A-Z]{8}\b|\d+", "", text)
