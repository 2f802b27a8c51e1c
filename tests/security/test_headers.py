"""What every answer carries: pages, errors, files, feeds, redirects, and answers without a body."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from werkzeug.test import TestResponse

from gernas.app import create_app
from gernas.core.database import close_connections
from gernas.core.i18n import ENGLISH
from tests.accounts.door import csrf_token
from tests.security.table import PUBLIC, expected
from tests.security.world import PICTURE, World, list_rules, plain_endpoint

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), "
    "browsing-topics=()",
}
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
}
# The page that reads codes with the camera; what it sends is otherwise as strict as all others.
CAMERA_PAGE = "/pemuda/meja"
READER = POLICY - {"script-src 'self'"} | {"script-src 'self' 'wasm-unsafe-eval'"}
DOWNLOADS = {"sandbox", "default-src 'none'"}
KEPT = (
    "/",
    "/en/",
    "/acara/acara-satu",
    "/kampanye/kampanye-satu",
    "/kalender/kampanye-satu.ics",
    "/acara/acara-satu.ics",
    "/robots.txt",
    "/sitemap.xml",
)
SECURE = "https://gernas.example.id"


def find_missing(answer: TestResponse) -> list[str]:
    """What an answer lacks of what every answer must carry."""
    found = answer.status_code < 300
    wanted = dict(EVERYWHERE)
    films = found and answer.request.path.endswith(CAMERA_PAGE)
    if films:
        wanted["Permissions-Policy"] = wanted["Permissions-Policy"].replace("()", "(self)", 1)
    missing = [n for n, value in wanted.items() if answer.headers.getlist(n) != [value]]
    policy = {p.strip() for p in answer.headers.get("Content-Security-Policy", "").split(";")}
    path = answer.request.path
    file = path.startswith("/berkas/") or path.endswith("/berkas")
    if policy != (DOWNLOADS if file and found else READER if films else POLICY):
        missing.append(f"Content-Security-Policy: {policy}")
    shared = answer.headers.get("Cross-Origin-Resource-Policy") == "cross-origin"
    is_feed = answer.mimetype == "text/calendar" and "/pribadi/" not in answer.request.path
    is_feed = is_feed or (answer.status_code == 304 and answer.request.path.endswith(".ics"))
    if shared != is_feed or "Cross-Origin-Resource-Policy" not in answer.headers:
        missing.append("Cross-Origin-Resource-Policy")
    if ("Access-Control-Allow-Origin" in answer.headers) != is_feed:
        missing.append("Access-Control-Allow-Origin")
    if "Cache-Control" not in answer.headers:
        missing.append("Cache-Control")
    return missing


@pytest.mark.parametrize("who", ["administrator", None])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_every_route_answers_with_all_headers(world: World, who: str | None, method: str) -> None:
    """ASVS 3.4.1, 3.4.3, 3.4.4, 3.4.5, 3.4.6, 3.4.2: also feeds, pictures, redirects, refusals."""
    client = world.client(who)
    lacking = {}
    for rule in list_rules(world.app, "GET"):
        answer = client.open(world.address(rule), method=method, buffered=True)
        if missing := find_missing(answer):
            lacking[rule.rule] = missing

    assert lacking == {}


def test_errors_carry_them_and_are_never_stored(world: World) -> None:
    """ASVS 3.4.3, 14.3.2: 400, 403, 404, 405, 413, 422 and 503, as page, fragment and text."""
    client, viewer = world.client("administrator"), world.client("viewer")
    large = "x" * 1_100_000
    token = csrf_token(client, "/akun")
    answers = [
        client.get("/", headers={"Host": "lain.example"}),
        client.post("/kelola/kampanye/baru"),
        client.post("/keluar", headers={"Sec-Fetch-Site": "cross-site"}),
        viewer.get("/kelola/kampanye/baru"),
        client.get("/tidak-ada"),
        client.get("/tidak-ada", headers={"HX-Request": "true"}),
        client.get("/kelola/tidak-ada"),
        client.get("/kalender/tidak-ada.ics"),
        client.get(f"/berkas/{PICTURE}x"),
        client.get(f"{world.app.static_url_path}/tidak-ada.css"),
        client.post("/"),
        client.open("/", method="TRACE"),
        client.post("/akun", data={"csrf_token": large}),
        client.post("/kelola/kampanye/baru", data={"csrf_token": token}),
        client.get("/metrics"),
        client.get("/readyz"),
        client.get("/akun/langkah-kedua/tidak-ada"),
    ]

    statuses = [answer.status_code for answer in answers]
    assert statuses == [400, 400, 400, 403] + [404] * 6 + [405, 405, 413, 422, 404, 503, 404]
    assert [(a.request.path, find_missing(a)) for a in answers if find_missing(a)] == []
    caching = {answer.headers["Cache-Control"] for answer in answers}
    assert caching <= {"no-store", "private, no-store"}


def test_files_carry_them_with_and_without_a_body(world: World) -> None:
    """ASVS 3.4.3: also 304, 405, and HEAD, which the file server answers itself."""
    client, static = world.client(None), world.app.static_url_path
    whole = client.get(f"{static}/css/tokens.css", buffered=True)
    again = {"If-None-Match": whole.headers["ETag"]}
    answers = [
        whole,
        client.head(f"{static}/css/tokens.css", buffered=True),
        client.get(f"{static}/css/tokens.css", headers=again, buffered=True),
        client.get(f"{static}/css/tokens.css", headers={"Range": "bytes=0-9"}, buffered=True),
        client.get(f"{static}/css/tokens.css", headers={"Range": "bytes=9-0"}, buffered=True),
        client.post(f"{static}/css/tokens.css"),
        client.get(f"/berkas/{PICTURE}", buffered=True),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 304, 206, 416, 405, 200]
    assert [(a.status_code, find_missing(a)) for a in answers if find_missing(a)] == []
    assert [answer.headers.get("Set-Cookie") for answer in answers] == [None] * len(answers)


def test_kept_pages_carry_them_whoever_answers(world: World) -> None:
    """ASVS 3.4.3: rendered, from the store, and as 304."""
    client = world.client(None)
    for path in KEPT:
        answers = [client.get(path), client.get(path), client.head(path)]
        again = {"If-None-Match": answers[0].headers["ETag"]}
        answers.append(client.get(path, headers=again))

        assert [answer.status_code for answer in answers] == [200, 200, 200, 304], path
        assert [find_missing(answer) for answer in answers] == [[], [], [], []], path


@pytest.mark.parametrize("who", ["administrator", None])
def test_public_pages_touch_no_cookie(world: World, who: str | None) -> None:
    """ASVS 3.3.1, 14.3.2: the same bytes for everyone, so nothing in them may be anyone's."""
    client = world.client(who)
    wrong = []
    for rule in list_rules(world.app, "GET"):
        if rule.endpoint.partition(".")[0].removesuffix(ENGLISH) not in (
            "site",
            "machines",
            "calendars",
        ):
            continue
        answer = client.get(world.address(rule))
        if "Set-Cookie" in answer.headers or "cookie" in answer.headers.get("Vary", "").lower():
            wrong.append(rule.rule)

    assert wrong == []


def test_private_pages_are_stored_nowhere(world: World) -> None:
    """ASVS 14.2.2, 14.3.2; an error page is nobody's and is not stored either."""
    client = world.client("administrator")
    wrong = {}
    for rule in list_rules(world.app, "GET"):
        if plain_endpoint(rule) not in expected():
            continue
        answer = client.get(world.address(rule))
        wanted = "private, no-store" if answer.status_code < 400 else "no-store"
        if (value := answer.headers["Cache-Control"]) != wanted:
            wrong[rule.rule] = value

    assert wrong == {}


def test_pages_with_forms_for_strangers_are_stored_nowhere(world: World) -> None:
    """ASVS 14.3.2: they hold a token, so they are somebody's."""
    client = world.client(None)
    shared = []
    for rule in list_rules(world.app, "GET"):
        if plain_endpoint(rule) not in PUBLIC.split():
            continue
        answer = client.get(world.address(rule), buffered=True)
        is_stored = answer.headers["Cache-Control"] not in ("private, no-store", "no-store")
        if is_stored and answer.mimetype == "text/html" and "csrf_token" in answer.text:
            shared.append(rule.rule)

    assert shared == []


@pytest.fixture(scope="module")
def secure_app(
    environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application as it is installed: https, no demo, one proxy, a database of its own."""
    folder: Path = tmp_path_factory.mktemp("secure")
    app = create_app(
        {
            **environ,
            "GERNAS_URL": SECURE,
            "GERNAS_DEMO": "0",
            "GERNAS_PROXIES": "1",
            "GERNAS_INSTANCE": str(folder),
            "GERNAS_DATABASE_URL": f"sqlite:///{folder / 'gernas.db'}",
        }
    )
    with app.app_context():
        upgrade()
    yield app
    app.extensions["kept"].store.close()
    with app.app_context():
        close_connections()


@pytest.fixture
def secure(secure_app: Flask) -> FlaskClient:
    return secure_app.test_client()


def test_over_https_browsers_are_told_to_stay_there(secure_app: Flask, secure: FlaskClient) -> None:
    """ASVS 3.4.1: two years, with subdomains; also on errors, files, 304 and kept answers."""
    static = secure_app.static_url_path
    paths = ("/", "/", "/masuk", "/tidak-ada", "/kelola", "/kalender/semua.ics", "/healthz")
    answers = [secure.get(path, base_url=SECURE) for path in paths]
    file = secure.get(f"{static}/css/tokens.css", base_url=SECURE, buffered=True)
    again = {"If-None-Match": file.headers["ETag"]}
    answers += [file, secure.get(f"{static}/css/tokens.css", base_url=SECURE, headers=again)]

    stays = {answer.headers.get("Strict-Transport-Security") for answer in answers}
    assert stays == {"max-age=63072000; includeSubDomains"}


def test_the_demo_on_http_does_not_bind_browsers_to_https(world: World) -> None:
    assert "Strict-Transport-Security" not in world.client(None).get("/masuk").headers


def test_the_cookie_is_bound_to_host_and_https(secure: FlaskClient) -> None:
    """ASVS 3.3.1, 3.3.2, 3.3.3, 3.3.4."""
    cookies = secure.get("/masuk", base_url=SECURE).headers.getlist("Set-Cookie")
    name, *attributes = cookies[0].split("; ")

    assert len(cookies) == 1
    assert name.startswith("__Host-gernas=")
    assert set(attributes) >= {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}
    assert not [part for part in attributes if part.startswith("Domain")]


@pytest.mark.parametrize("path", ["/", "/masuk", "/kalender/semua.ics", "/acara/x.ics", "/healthz"])
def test_over_http_everything_is_sent_to_https(secure: FlaskClient, path: str) -> None:
    """ASVS 4.1.2: feeds too, since webcal: addresses begin with http."""
    answer = secure.get(path, base_url=SECURE.replace("https", "http"))

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{SECURE}{path}")
    assert find_missing(answer) == []


def test_a_kept_page_is_not_answered_over_http(secure: FlaskClient) -> None:
    """ASVS 4.1.2: the layer before Flask leaves it to Flask, which redirects."""
    statuses = [
        secure.get("/", base_url=address).status_code
        for address in (SECURE, SECURE, SECURE.replace("https", "http"), SECURE)
    ]

    assert statuses == [200, 200, 302, 200]
