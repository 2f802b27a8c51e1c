"""Where a link that begins at us may lead."""

from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.door import csrf_token, make_person, send, type_password
from tests.factories import sign_in
from tests.security.world import World

HOME = "http://gernas.test"
TRICKS = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "https://evil.example",
    "http://evil.example/akun",
    "http://gernas.test/akun",
    "https://gernas.test/akun",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "/%5Cevil.example",
    "/%2F/evil.example",
    "/%2f%2fevil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "/\r\nLocation: https://evil.example",
    "/akun\r\nSet-Cookie: evil=1",
    "/%0d%0aSet-Cookie:%20evil=1",
    "/ /evil.example",
    " //evil.example",
    "/\u0000/evil.example",
    "/\u200b/evil.example",
    "/\u202eelpmaxe.live//",
    "/\u3002evil.example",
    "//evil\u3002example",
    "//evil.example%2f@gernas.test",
    "//gernas.test@evil.example",
    "https://gernas.test@evil.example",
    "https://gernas.test.evil.example",
    "@evil.example",
    "evil.example",
    "/.evil.example",
    "/..//evil.example",
    "/akun/../..//evil.example",
    "/akun/..;//evil.example",
    "/;@evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt://evil.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "/keluar",
    "/akun/perangkat/keluar",
    "/static/x/../../evil",
    "?next=//evil.example",
    "#//evil.example",
    "/" + "a" * 5_000,
    "/akun?" + "a" * 5_000,
]


def leads_home(location: str) -> bool:
    """Whether a browser that follows it stays on this site."""
    address = urlsplit(urljoin(f"{HOME}/masuk", location.replace("\\", "/").strip()))
    return (address.scheme, address.netloc) == ("http", "gernas.test")


@pytest.mark.parametrize("trick", TRICKS)
def test_signing_in_never_leads_away(app: Flask, client: FlaskClient, trick: str) -> None:
    """ASVS 1.2.2, 3.7.2: with what follows the sign-in page in its address, or after it."""
    with app.app_context():
        make_person(email="sari@contoh.id")

    answer = type_password(client, "sari@contoh.id", query=f"?next={quote(trick, safe='')}")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/saya")
    assert "evil" not in str(answer.headers)


@pytest.mark.parametrize("trick", TRICKS)
def test_no_page_at_the_door_carries_a_way_out(world: World, trick: str) -> None:
    """ASVS 1.2.2, 3.7.2: links and forms between the pages of the door, and who is inside."""
    paths = ("/masuk", "/masuk/kata-sandi", "/en/masuk/lupa", "/masuk/kode", "/masuk/langkah-kedua")
    for who in ("viewer", None):
        client = world.client(who)
        for path in paths:
            answer = client.get(path, query_string={"next": trick})
            assert "evil" not in answer.text + str(answer.headers), path
            assert leads_home(answer.headers.get("Location", "/"))


def test_a_page_of_ours_is_where_signing_in_leads(app: Flask, client: FlaskClient) -> None:
    """The control: what is refused above is not refused because everything is."""
    with app.app_context():
        make_person(email="sari@contoh.id")

    answer = type_password(client, "sari@contoh.id", query="?next=/akun/perangkat%3Fa%3D1")

    assert answer.headers["Location"] == "/akun/perangkat?a=1"


@pytest.mark.parametrize(
    "path", ["//evil.example", "///evil.example/kelola", "/kelola//evil.example", "/\\evil.example"]
)
@pytest.mark.parametrize("who", ["viewer", None])
def test_odd_paths_never_lead_away(world: World, who: str | None, path: str) -> None:
    """ASVS 3.7.2: double slashes are joined, and the way to the sign-in page leads back here."""
    for htmx in ({}, {"HX-Request": "true"}):
        answer = world.client(who).get(path, headers=htmx)
        for name in ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url"):
            assert leads_home(answer.headers.get(name, "/"))


def test_files_of_another_build_stay_here(world: World) -> None:
    """ASVS 3.7.2: the one redirect that repeats a part of its address."""
    parts = (
        "//evil.example",
        "/evil.example",
        "..//evil.example",
        "%2f%2fevil.example",
        "%0d%0aX:1",
    )
    answers = [world.client(None).get(f"/static/lama/{part}") for part in parts]

    assert all(leads_home(answer.headers.get("Location", "/")) for answer in answers)
    assert not any("\n" in value for answer in answers for value in answer.headers.values())


def test_htmx_is_sent_to_the_sign_in_page_only(world: World) -> None:
    """ASVS 3.7.2."""
    answer = world.client(None).get("/kelola", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/masuk?next=/kelola")


def test_asking_again_leads_back_to_the_form_and_no_further(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ASVS 3.7.2, 7.5.1: a fresh sign-in remembers this page, whatever was asked besides."""
    from gernas.accounts import door

    with app.app_context():
        person = make_person(email="sari@contoh.id")
    sign_in(app, client, person)
    token = csrf_token(client, "/akun")
    monkeypatch.setattr(door, "is_fresh", lambda *_args, **_more: False)

    location = client.post("/akun/surel?next=//evil.example", data={"csrf_token": token}).location

    assert location == "/masuk?lagi=1&next=/akun/surel"
    assert send(client, location, email="sari@contoh.id", how="password").location is not None
