"""``gernas calendar check FILE|URL``."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from gernas.calendars import cli
from gernas.core.database import db
from gernas.core.jobs import Job
from tests.calendars.samples import make_entry, render_feed

FEED = render_feed(make_entry())
ANSWERS = {
    "/good.ics": (200, FEED, {}),
    "/bad.ics": (200, FEED.replace(b"VERSION:2.0\r\n", b""), {}),
    "/moved.ics": (301, b"", {"Location": "/good.ics"}),
    "/to-ftp.ics": (302, b"", {"Location": "ftp://127.0.0.1/x.ics"}),
    "/to-file.ics": (302, b"", {"Location": "file:///etc/passwd"}),
    "/round.ics": (302, b"", {"Location": "/round.ics"}),
    "/large.ics": (200, b"x" * 5000, {}),
}


@pytest.fixture
def server() -> Iterator[str]:
    """A web server with some feeds; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body, headers = ANSWERS.get(self.path, (404, b"", {}))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def check(app: Flask, feed: str) -> Result:
    return app.test_cli_runner().invoke(cli.calendar, ["check", feed])


def test_a_file_in_order_passes(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "good.ics"
    path.write_bytes(FEED)

    result = check(app, str(path))

    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)


def test_a_problem_is_named_with_its_line_and_fails(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "bad.ics"
    path.write_bytes(FEED.replace(b"SEQUENCE:0", b"SEQUENCE:x"))
    line = FEED[: FEED.index(b"SEQUENCE")].count(b"\n") + 1

    result = check(app, str(path))

    assert result.exit_code == 1
    assert result.stdout.startswith(f"{path}:{line}: value: SEQUENCE ")


def test_a_warning_alone_passes(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "unwise.ics"
    path.write_bytes(FEED.replace(b"X-PUBLISHED-TTL:PT1H\r\n", b""))

    result = check(app, str(path))

    assert result.exit_code == 0
    assert f"{path}:1: (refresh): " in result.stdout


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/good.ics", 0),
        ("/moved.ics", 0),
        ("/bad.ics", 1),
        ("/none.ics", 2),
        ("/to-ftp.ics", 2),
        ("/to-file.ics", 2),
        ("/round.ics", 2),
    ],
)
def test_an_address_is_fetched_over_the_web_only(
    app: Flask, server: str, path: str, code: int
) -> None:
    assert check(app, server + path).exit_code == code


@pytest.mark.parametrize(
    "feed",
    ["/no/such/file.ics", ".", "ftp://127.0.0.1/x.ics", "file:///etc/passwd", "http://[", ""],
)
def test_what_cannot_be_read_is_said_in_a_sentence(app: Flask, feed: str) -> None:
    result = check(app, feed)

    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)


def test_a_file_too_large_is_refused(
    app: Flask, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "MOST_BYTES", 4999)

    assert check(app, f"{server}/large.ics").exit_code == 2


def test_a_slow_server_is_given_up(
    app: Flask, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter(range(0, 10_000, 100))
    monkeypatch.setattr(cli, "monotonic", lambda: next(times))

    assert check(app, f"{server}/good.ics").exit_code == 2


def test_all_entries_are_rendered_again_by_a_job(app: Flask) -> None:
    result = app.test_cli_runner().invoke(cli.calendar, ["render"])

    assert result.exit_code == 0
    with app.app_context():
        assert db.session.query(Job).one().kind == "rerender_calendar"
