"""Requests that another site makes a browser send."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.accounts.door import csrf_token
from tests.security.table import expected
from tests.security.test_reading import fingerprint_tables
from tests.security.world import World, list_rules, plain_endpoint

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
# Its secret in the address is the right to do it: mail programs send no token (RFC 8058).
WITHOUT_TOKEN = {"follow.leave_now"}


def unsafe_routes(world: World) -> Iterator[tuple[Rule, str]]:
    for rule in list_rules(world.app):
        for method in sorted((rule.methods or set()) & set(UNSAFE)):
            if plain_endpoint(rule) not in WITHOUT_TOKEN:
                yield rule, method


@pytest.fixture
def token_of_another(world: World) -> str:
    return csrf_token(world.client("viewer"), "/akun")


@pytest.mark.parametrize("who", ["administrator", None])
def test_every_unsafe_route_asks_for_the_token_of_this_session(
    world: World, who: str | None, token_of_another: str
) -> None:
    """ASVS 3.5.1, 3.5.2: none, another's, in a body that needs no preflight; nothing is done."""
    client = world.client(who)
    client.get("/masuk/lupa")
    with world.app.app_context():
        before = fingerprint_tables()
    taken = []
    for rule, method in unsafe_routes(world):
        address = world.address(rule)
        answers = [
            client.open(address, method=method),
            client.open(address, method=method, data={"csrf_token": token_of_another}),
            client.open(address, method=method, data="csrf_token=x", content_type="text/plain"),
            client.open(address, method=method, json={"csrf_token": token_of_another}),
        ]
        refused = (400,) if who or plain_endpoint(rule) not in expected() else (303,)
        if wrong := [a.status_code for a in answers if a.status_code not in refused]:
            taken.append((method, rule.rule, wrong))

    with world.app.app_context():
        assert fingerprint_tables() == before
    assert taken == []


@pytest.mark.parametrize(("who", "language"), [("administrator", "en"), (None, "id")])
def test_a_refused_form_says_what_to_do(world: World, who: str | None, language: str) -> None:
    """ASVS 16.5.1: a page in the reader's language, and a fragment where htmx asked."""
    client = world.client(who)
    path = "/akun" if who else "/masuk/lupa"
    page = client.post(path)
    fragment = client.post(path, headers={"HX-Request": "true"})
    sentence = {"en": "This form is too old", "id": "Formulir ini sudah usang"}[language]

    assert (page.status_code, fragment.status_code) == (400, 400)
    assert f'<html lang="{language}">' in page.text
    assert sentence in page.text
    assert sentence in fragment.text
    assert "<html" not in fragment.text


def test_a_token_may_come_in_the_header_that_htmx_sends(world: World) -> None:
    client = world.client("administrator")
    token = csrf_token(client, "/akun")

    answer = client.post("/akun", data={"name": ""}, headers={"X-CSRFToken": token})

    assert answer.status_code == 422


def test_a_write_from_another_site_is_refused_with_a_right_token(world: World) -> None:
    """ASVS 3.5.1, 3.5.3: Fetch Metadata, where browsers send it."""
    client = world.client("administrator")
    token = csrf_token(client, "/akun")
    answers = {
        site: _change_name(client, token, **{"Sec-Fetch-Site": site}).status_code
        for site in ("cross-site", "same-origin", "none")
    }

    assert answers == {"cross-site": 400, "same-origin": 422, "none": 422}


@pytest.mark.parametrize(
    "header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"]
)
def test_no_header_turns_one_method_into_another(world: World, header: str) -> None:
    """ASVS 4.1.3, 13.4.4."""
    client = world.client("administrator")
    path = f"/kelola/{world.one.campaign}/arsipkan"

    statuses = [
        client.get(path, headers={header: "POST"}).status_code,
        client.get(path, query_string={"_method": "POST"}).status_code,
        client.get("/akun", headers={header: "POST"}).status_code,
    ]

    assert statuses == [404, 404, 200]


@pytest.mark.parametrize("path", ["/", "/masuk", "/kalender/semua.ics", "/healthz", "static"])
@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "DELETE", "X" * 300])
def test_methods_that_nothing_needs_are_refused(world: World, path: str, method: str) -> None:
    """ASVS 13.4.4."""
    path = f"{world.app.static_url_path}/css/tokens.css" if path == "static" else path

    assert world.client(None).open(path, method=method).status_code == 405


def _change_name(client: FlaskClient, token: str, **headers: str) -> TestResponse:
    return client.post("/akun", data={"csrf_token": token, "name": ""}, headers=headers)
