"""What anyone can find out about the installation, and as what it is sent."""

import pytest

from tests.security.world import World, list_rules

NOT_THERE = [
    "/.git/HEAD",
    "/.git/config",
    "/.env",
    "/gernas.env",
    "/gernas.env.sample",
    "/instance/gernas.db",
    "/setup.cfg",
    "/constraints.txt",
    "/wsgi.py",
    "/static",
    "/static/",
    "/static/{build}",
    "/static/{build}/",
    "/static/{build}/css",
    "/static/{build}/css/",
    "/static/{build}/../gernas/config.py",
    "/static/{build}/..%2f..%2fgernas%2fconfig.py",
    "/static/{build}/%2e%2e/setup.cfg",
    "/static/{build}/css/../../setup.cfg",
    "/static/{build}//etc/passwd",
    "/static/lama/../../setup.cfg",
    "/berkas/",
    "/berkas/..%2fgernas.db",
    "/templates/layout/base.html",
    "/console",
    "/debug",
    "/server-status",
    "/admin",
    "/phpmyadmin/",
    "/api/v1/",
    "/metrics",
]
TYPES = {
    "application/json",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/xml; charset=utf-8",
    "image/webp",
    "text/calendar; charset=utf-8",
    'text/css; charset="utf-8"',
    "text/csv; charset=utf-8",
    "text/html; charset=utf-8",
    "text/plain; charset=utf-8",
}


@pytest.mark.parametrize("path", NOT_THERE)
def test_nothing_but_pages_is_served(world: World, path: str) -> None:
    """ASVS 13.4.1, 13.4.2, 13.4.3, 13.4.5: no sources, listings, settings, consoles, figures."""
    build = world.app.config["BUILD"]
    answer = world.client(None).get(path.format(build=build), buffered=True)
    if answer.status_code in (
        302,
        308,
    ):  # A file of another build is looked for in this one; slashes are joined.
        answer = world.client(None).get(answer.location, buffered=True)

    assert answer.status_code == 404


def test_answers_do_not_say_what_made_them(world: World) -> None:
    """ASVS 13.4.6: neither server nor framework, nor their versions."""
    client = world.client(None)
    for path in ("/", "/tidak-ada", "/masuk", "/kalender/semua.ics", "/healthz"):
        answer = client.get(path)
        text = f"{answer.headers} {answer.text}".lower()

        assert not {"server", "x-powered-by"} & {name.lower() for name, _ in answer.headers}
        assert not [word for word in ("werkzeug", "flask", "gunicorn", "python/") if word in text]


@pytest.mark.parametrize("trick", ["?__debugger__=yes&cmd=resource&f=debugger.js", "?debug=1"])
def test_there_is_no_debugger(world: World, trick: str) -> None:
    """ASVS 13.4.2."""
    assert not world.app.debug
    assert "debugger" not in world.client(None).get(f"/{trick}").text


def test_everything_is_sent_as_what_it_is(world: World) -> None:
    """ASVS 4.1.1: a type and, for text, its encoding, on every answer with a body."""
    client = world.client("administrator")
    types = {}
    for rule in list_rules(world.app, "GET"):
        answer = client.get(world.address(rule), buffered=True)
        if answer.data:
            types[rule.rule] = answer.headers.get("Content-Type")

    assert {path: kind for path, kind in types.items() if kind not in TYPES} == {}


def test_spreadsheets_are_saved_and_not_shown(world: World) -> None:
    """ASVS 3.2.1, 5.4.1: as an attachment under a name of ours."""
    client = world.client("administrator")
    answer = client.get(f"/kelola/{world.one.campaign}/jadwal.xlsx")

    assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
