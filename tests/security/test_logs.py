"""What the logs say, and what they must never say."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.core.database import db, transaction
from gernas.core.logs import JsonLines
from gernas.core.permissions import Role
from tests.accounts.door import (
    do_jobs,
    last_mail,
    mailed_code,
    mailed_path,
    make_person,
    send,
    type_password,
)
from tests.factories import make_campaign, sign_in
from tests.security.world import World

EMAIL, NAME, PASSWORD = "kenari@rahasia.example", "Kenari Rahasia", "kuning sekali burungku"
OTHER = "kenari-lain@rahasia.example"


class Lines(list[str]):
    """The lines as they leave the program."""

    @property
    def text(self) -> str:
        return "\n".join(self)

    def find(self, **wanted: object) -> list[dict[str, object]]:
        lines = [json.loads(line) for line in self]
        return [line for line in lines if wanted.items() <= line.items()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """All that is logged, by anyone, down to the least important."""
    found, formatter, root = Lines(), JsonLines(), logging.getLogger()

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(formatter.format(record))

    collector, level = Collector(), root.level
    root.addHandler(collector)
    root.setLevel(logging.INFO)
    yield found
    root.setLevel(level)
    root.removeHandler(collector)


def test_nothing_of_people_stands_in_the_log(app: Flask, client: FlaskClient, lines: Lines) -> None:
    """ASVS 16.2.5, 14.2.1: sign-in, failures, links, invitations, following, private feeds."""
    with app.app_context():
        make_campaign(slug="bbi")
        person = make_person(email=EMAIL, name=NAME)
    type_password(client, EMAIL, "salah: " + PASSWORD)
    type_password(client, OTHER, PASSWORD)
    send(client, "/masuk", email=EMAIL, how="code")
    do_jobs(app)
    code = mailed_code(app)
    send(client, "/masuk/kode", code="000000")
    send(client, "/masuk/kode", code=code)
    send(client, "/masuk/lupa", email=EMAIL)
    do_jobs(app)
    reset = mailed_path(app, "password_reset")
    send(client, reset, password=PASSWORD)
    client.get(reset)
    send(client, "/ikuti/kampanye/bbi", email=OTHER)
    follow = last_mail(app, "follow_confirm")["url"].removeprefix(app.config["GERNAS"].url)
    send(client, follow)
    with app.app_context():
        sign_in(app, client, person)
    send(client, "/akun/surel", email=OTHER)
    do_jobs(app)
    made = send(client, "/saya/kalender", label=NAME).text
    feed = made.partition("/kalender/pribadi/")[2].partition(".ics")[0]
    client.get(f"/kalender/pribadi/{feed}.ics", headers={"User-Agent": NAME})
    client.get(f"/kelola/{feed}?q={EMAIL}", headers={"Referer": f"http://gernas.test{reset}"})

    secrets = [path.rpartition("/")[2] for path in (reset, follow)]
    canaries = [EMAIL, OTHER, NAME, PASSWORD, code, feed, *secrets, "rahasia", "kenari"]
    assert len(feed) > 20
    assert [one for one in canaries if one.lower() in lines.text.lower()] == []


def test_each_request_is_one_line_by_its_route(world: World, lines: Lines) -> None:
    """ASVS 16.2.1, 16.2.4, 16.2.5: a number, a person's id, the template and not the address."""
    client = world.client("viewer")
    lines.clear()
    answer = client.get(f"/kelola/{world.one.campaign}?q=rahasia")

    (line,) = lines.find(event="request")
    assert set(line) == {
        *("id", "method", "route", "status", "ms", "user", "event", "level", "at"),
    }
    assert (line["id"], line["route"]) == (
        answer.headers["X-Request-ID"],
        "/kelola/<campaign:campaign>",
    )
    assert (line["user"], line["status"]) == (world.people["viewer"], 200)
    assert str(line["at"]).endswith("Z")
    assert "rahasia" not in lines.text


def test_unknown_addresses_are_logged_without_themselves(world: World, lines: Lines) -> None:
    """ASVS 16.2.5: a mistyped link of a mail still holds its secret."""
    paths = (
        "/rahasia",
        "/kalender/pribadi/rahasia.ics",
        "/masuk/sandi-baru/rahasia/",
        "/en/rahasia",
    )
    for path in paths:
        world.client(None).get(path)

    assert {line["status"] for line in lines.find(event="request")} <= {404, 410}
    assert "rahasia" not in lines.text


REFUSED: dict[str, tuple[str | None, str, dict[str, Any]]] = {
    "Forbidden": ("viewer", "/kelola/kampanye/baru", {}),
    "csrf": ("viewer", "/akun", {"method": "POST"}),
    "BadRequest": (None, "/masuk", {"method": "POST", "headers": {"Sec-Fetch-Site": "cross-site"}}),
    "SecurityError": (None, "/", {"headers": {"Host": "rahasia.example"}}),
    "RequestEntityTooLarge": (None, "/masuk", {"method": "POST", "data": b"x" * 1_200_000}),
    "FetchedTooOften": (None, "/kalender/pribadi/rahasia.ics", {}),
}


@pytest.mark.parametrize("reason", list(REFUSED))
def test_a_refusal_is_logged_with_its_reason(world: World, lines: Lines, reason: str) -> None:
    """ASVS 16.3.2, 16.3.3."""
    who, path, more = REFUSED[reason]
    client = world.client(who)
    for _ in range(12):
        client.open(path, **more)

    found = lines.find(event="refused", reason=reason)
    assert found
    assert {str(line["level"]) for line in found} == {"warning"}
    assert {len(str(line["id"])) for line in found} == {16}
    assert "rahasia" not in lines.text


def test_a_foreign_row_leaves_a_line_with_the_person(world: World, lines: Lines) -> None:
    """ASVS 16.3.2."""
    world.client("organizer").get(f"/kelola/{world.two.campaign}")

    (line,) = lines.find(event="request")
    assert (line["user"], line["route"], line["status"]) == (
        world.people["organizer"],
        "/kelola/<campaign:campaign>",
        404,
    )


class Rahasia(ValueError):
    """An error whose text holds what a person typed."""


def fail() -> str:
    raise Rahasia(f"{EMAIL} is not {PASSWORD}")


def fail_in_the_database() -> str:
    with transaction():
        for _ in range(2):
            statement = db.text("INSERT INTO worker_beat (name, at) VALUES (:name, :at)")
            db.session.execute(statement, {"name": f"{EMAIL} {PASSWORD}", "at": "2026-11-24"})
    return ""


@pytest.mark.parametrize("fault", [fail, fail_in_the_database])
def test_an_error_shows_a_number_and_logs_kind_and_place(
    world: World, lines: Lines, monkeypatch: pytest.MonkeyPatch, fault: Callable[[], str]
) -> None:
    """ASVS 16.5.1, 16.3.4, 16.2.5, 13.4.2: no text, no value, no trace; the number is in both."""
    monkeypatch.setitem(world.app.view_functions, "accounts.sign_out", fault)
    monkeypatch.setitem(world.app.config, "WTF_CSRF_ENABLED", False)
    answer = world.client(None).post("/keluar")

    assert answer.status_code in (409, 500)
    assert f"<code>{answer.headers['X-Request-ID']}</code>" in answer.text
    for text in (answer.text, lines.text):
        assert "rahasia" not in text.lower().replace(Rahasia.__name__.lower(), "")
        assert PASSWORD not in text
        assert "Traceback" not in text
    kinds = {line.get("kind") for line in lines.find(id=answer.headers["X-Request-ID"])}
    assert kinds & {"Rahasia", "IntegrityError", "UniqueViolation"}


def test_an_error_on_the_way_out_is_logged_without_the_address(
    world: World, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ASVS 16.2.5, 16.5.1: Flask's own line would name the path and the error's text."""

    def break_down(_response: object) -> object:
        return fail()

    functions = world.app.after_request_funcs[None]
    monkeypatch.setitem(world.app.after_request_funcs, None, [*functions, break_down])
    answer = world.client(None).get("/masuk/sandi-baru/rahasia-kenari")

    assert answer.status_code == 500
    assert lines.find(event="log", logger="gernas", kind="Rahasia")
    assert "kenari" not in lines.text
    assert PASSWORD not in answer.text + lines.text


def test_lines_of_libraries_lose_what_they_fill_in() -> None:
    """ASVS 16.2.2, 16.2.5, 16.4.1: all lines are JSON, whoever wrote them, and one line each."""
    try:
        fail()
    except Rahasia as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord(
        "gunicorn.error", logging.ERROR, "", 1, "Error of %s after %d s\n{", ("/rahasia", 7), info
    )

    text = JsonLines().format(record)
    line = json.loads(text)

    assert "\n" not in text
    assert line["text"] == "Error of … after 7 s\n{"
    assert (line["kind"], line["level"]) == ("Rahasia", "error")
    assert line["place"].endswith(f"test_logs.py:{fail.__code__.co_firstlineno + 1}")


def test_the_role_of_the_log_reader_is_not_in_it(world: World, lines: Lines) -> None:
    """ASVS 16.2.5: reading the audit log, which has names, writes none into the other log."""
    world.client("administrator").get("/kelola/catatan", query_string={"orang": EMAIL})

    assert Role.ADMINISTRATOR.value not in lines.text
    assert EMAIL not in lines.text
