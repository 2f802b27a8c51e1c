"""Who may read which part of the log, and how it reads (ASVS 8.2.2, 16.3.3)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.accounts.models import User
from gernas.audit import words as audit_words
from gernas.audit.chain import close_chain
from gernas.audit.models import AuditEntry
from gernas.core.permissions import ALL, Role, Scope
from gernas.events.models import Event
from tests.audit.conftest import Log
from tests.conftest import count_queries
from tests.factories import make_event, make_stop, make_user, sign_in

URL = "/kelola/catatan"
Enter = Callable[..., User]


@pytest.fixture
def event(app: Flask, words: None) -> Event:
    with app.app_context():
        return make_event(title="Kick-off Lampung")


@pytest.fixture
def put(app: Flask, log: Log) -> Callable[..., AuditEntry]:
    """Log a change from outside of a context."""

    def put_entry(event: Event, **values: Any) -> AuditEntry:
        with app.app_context():
            entry = log(event, **values)
        assert entry is not None
        return entry

    return put_entry


@pytest.fixture
def enter(app: Flask, client: FlaskClient) -> Enter:
    """Sign someone in with a role."""

    def sign_somebody_in(role: Role | None, scope: Scope = ALL, **values: Any) -> User:
        with app.app_context():
            user = make_user(role, scope, **values)
        sign_in(app, client, user)
        return user

    return sign_somebody_in


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    """What things are called, whatever the domains above call them."""
    people = audit_words._register.names, audit_words._register.finder
    monkeypatch.setattr(audit_words, "_register", audit_words._Register())
    audit_words._register.names, audit_words._register.finder = people
    audit_words.register_action("event.postponed", "Postponed")
    audit_words.register_action("event.cancelled", "Cancelled it")
    audit_words.register_field("event", "starts_on", "First day")
    states = {"confirmed": "Confirmed", "cancelled": "Cancelled"}
    audit_words.register_field("event", "status", "State", values=states)
    audit_words.register_subject(
        "event", name="Event", urls=lambda ids: {i: f"/e/{i}" for i in ids}
    )
    audit_words.register_subject("venue", name="Place", url=lambda number: f"/v/{number}")


def read_rows(page: str) -> list[str]:
    """The rows of the table as plain text."""
    rows = re.findall(r"<tr>(.*?)</tr>", page.partition("<tbody>")[2], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def test_a_row_says_when_who_what_and_how(
    client: FlaskClient, enter: Enter, event: Event, put: Callable[..., AuditEntry]
) -> None:
    manager = enter(Role.STOP_MANAGER, event.scopes[1], name="Siti Aminah")
    values = {
        "before": {"starts_on": date(2022, 7, 14), "all_day": True, "note": None},
        "after": {
            "starts_on": date(2022, 7, 22),
            "all_day": False,
            "note": "Diundur",
        },
    }

    put(event, action="event.postponed", by=manager, **values)

    page = client.get(URL).get_data(as_text=True)
    [row] = read_rows(page)
    assert f'<a href="/e/{event.id}">Kick-off Lampung</a>' in page
    assert re.match(
        r"\d+ \w+ \d{4} \d\d:\d\d WIB Siti Aminah Postponed Event: Kick-off Lampung", row
    )
    assert "First day 14 July 2022 → became 22 July 2022" in row
    assert "all day Yes → became No" in row
    assert "note Diundur" in row


def test_the_choices_of_a_field_and_moments_are_written_in_words(
    client: FlaskClient, enter: Enter, event: Event, put: Callable[..., AuditEntry]
) -> None:
    enter(Role.ADMINISTRATOR)

    put(
        event,
        before={"status": "confirmed", "starts_at": datetime(2022, 7, 14, 2, 0, tzinfo=UTC)},
        after={"status": "cancelled", "starts_at": None},
    )

    [row] = read_rows(client.get(URL).get_data(as_text=True))
    assert "State Confirmed → became Cancelled" in row
    assert "14 July 2022 at 09:00 WIB → became (empty)" in row


def test_a_stop_manager_reads_the_own_stop_only(
    app: Flask, client: FlaskClient, enter: Enter, event: Event, put: Callable[..., AuditEntry]
) -> None:
    with app.app_context():
        foreign = make_event(title="Kick-off Jambi")
        national = make_event(title="Puncak nasional", campaign_id=event.campaign_id, stop_id=None)
    enter(Role.STOP_MANAGER, event.scopes[1])
    for one in (event, foreign, national):
        put(one)

    page = client.get(URL).get_data(as_text=True)

    assert "Kick-off Lampung" in page
    assert "Kick-off Jambi" not in page
    assert "Puncak nasional" not in page
    for query in (f"stop={foreign.stop_id}", f"acara={foreign.id}", "tindakan=event.edited"):
        assert "Kick-off Jambi" not in client.get(f"{URL}?{query}").get_data(as_text=True)
        assert "Kick-off Jambi" not in client.get(f"{URL}/cetak?{query}").get_data(as_text=True)


def test_a_campaign_manager_reads_all_of_the_campaign(
    app: Flask, client: FlaskClient, enter: Enter, event: Event, put: Callable[..., AuditEntry]
) -> None:
    with app.app_context():
        national = make_event(title="Puncak nasional", campaign_id=event.campaign_id, stop_id=None)
        foreign = make_event(title="Kick-off lain")
    enter(Role.CAMPAIGN_MANAGER, Scope("campaign", event.campaign_id))
    for one in (event, national, foreign):
        put(one)

    rows = read_rows(client.get(URL).get_data(as_text=True))

    assert len(rows) == 2
    assert "Puncak nasional" in rows[0]
    assert "Kick-off Lampung" in rows[1]


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.VIEWER])
def test_others_do_not_read_it(client: FlaskClient, enter: Enter, event: Event, role: Role) -> None:
    enter(role, event.scopes[1])

    assert client.get(URL).status_code == 403
    assert client.get(f"{URL}/cetak").status_code == 403


def test_nobody_reads_it_without_signing_in(client: FlaskClient) -> None:
    assert client.get(URL).status_code in (302, 303, 401)


@pytest.fixture
def some(app: Flask, event: Event, put: Callable[..., AuditEntry]) -> dict[str, str]:
    """Four entries; what each filter leaves of them."""
    with app.app_context():
        siti, made = make_user(name="Siti Aminah"), make_user(name="Made Wirawan")
        second = make_event(make_stop(), title="B")
    put(event, by=siti, label="A1")
    put(event, by=made, action="event.cancelled", label="A2")
    put(second, by=siti, label="B1")
    put(second, by=SimpleNamespace(id=99_999, held=()), action="venue.edited", label="B2")
    return {
        f"stop={event.stop_id}": "A2 A1",
        f"kampanye={second.campaign_id}": "B2 B1",
        f"acara={second.id}&stop={event.stop_id}": "B2 B1",
        "orang=siti": "B1 A1",
        "orang=nobody": "",
        "tindakan=event.cancelled": "A2",
        "jenis=event": "B2 B1 A2 A1",
        f"jenis=event&nomor={event.id}": "A2 A1",
        "jenis=venue": "",
        "dari=2022-01-01&sampai=2022-12-31": "",
        "dari=2022-01-01": "B2 B1 A2 A1",
        "tindakan=event.cancelled&orang=siti": "",
        "stop=nol&dari=besok&nomor=-1&sebelum=x": "B2 B1 A2 A1",
        "nomor=99999999999999999999": "B2 B1 A2 A1",
        "sebelum=9999999999": "B2 B1 A2 A1",
    }


def test_filters_leave_what_they_say(
    client: FlaskClient, enter: Enter, some: dict[str, str]
) -> None:
    enter(Role.ADMINISTRATOR)

    left = {}
    for query in some:
        rows = read_rows(client.get(f"{URL}?{query}").get_data(as_text=True))
        left[query] = " ".join(re.findall(r"\b[AB][12]\b", " ".join(rows)))

    assert left == some


def test_long_logs_come_in_pages(
    client: FlaskClient, enter: Enter, event: Event, put: Callable[..., AuditEntry]
) -> None:
    enter(Role.ADMINISTRATOR)
    for number in range(1, 53):
        put(event, label=f"N{number}")

    first = client.get(f"{URL}?jenis=event").get_data(as_text=True)
    [older] = re.findall(r'href="([^"]+)" rel="next"', first)
    second = client.get(older.replace("&amp;", "&")).get_data(as_text=True)

    assert len(read_rows(first)) == 50
    assert [re.findall(r"\bN\d+\b", row) for row in read_rows(second)] == [["N2"], ["N1"]]
    assert "jenis=event" in older
    assert 'rel="next"' not in second


def test_a_page_costs_the_same_for_one_row_and_for_many(
    app: Flask, client: FlaskClient, enter: Enter, event: Event, put: Callable[..., AuditEntry]
) -> None:
    user = enter(Role.ADMINISTRATOR)
    put(event, by=user)
    with count_queries(app) as few:
        client.get(URL)
    for number in range(30):
        with app.app_context():
            other = make_event(make_stop())
        put(other, by=user, after={"title": f"Kick-off {number}"})

    with count_queries(app) as many:
        client.get(URL)

    assert len(many) == len(few)


def test_what_people_typed_is_shown_as_text(
    client: FlaskClient, enter: Enter, event: Event, put: Callable[..., AuditEntry]
) -> None:
    enter(Role.ADMINISTRATOR)
    payload = "<script>alert(1)</script>{{ 7*7 }}"

    put(event, after={"title": payload}, label=payload)

    page = client.get(URL).get_data(as_text=True)
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}") >= 2


def test_a_long_text_can_be_opened(
    client: FlaskClient, enter: Enter, event: Event, put: Callable[..., AuditEntry]
) -> None:
    enter(Role.ADMINISTRATOR)
    text = "kalimat " * 50

    put(event, after={"description": text}, before={})

    page = client.get(URL).get_data(as_text=True)
    assert "<details><summary>kalimat kalimat" in page
    assert text.strip() in page


def test_the_log_can_be_printed(
    client: FlaskClient, enter: Enter, event: Event, put: Callable[..., AuditEntry]
) -> None:
    enter(Role.STOP_MANAGER, event.scopes[1])
    put(event)

    page = client.get(f"{URL}/cetak?stop={event.stop_id}").get_data(as_text=True)

    assert len(read_rows(page)) == 1
    assert "As of" in page


def test_an_empty_log_says_what_will_stand_there(client: FlaskClient, enter: Enter) -> None:
    enter(Role.ADMINISTRATOR)

    assert "Nothing has been changed yet" in client.get(URL).get_data(as_text=True)
    page = client.get(f"{URL}?tindakan=event.cancelled").get_data(as_text=True)
    assert "No change fits these filters" in page


def test_the_command_checks_the_log(
    app: Flask, event: Event, put: Callable[..., AuditEntry]
) -> None:
    put(event)
    with app.app_context():
        close_chain()

    answer = app.test_cli_runner().invoke(args=["audit", "verify"])

    assert answer.exit_code == 0
    assert "1 entries in the chain, 0 waiting for it" in answer.output
    assert re.search(r"end of the chain: 1 [0-9a-f]{64}", answer.output)
