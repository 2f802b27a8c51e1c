"""What the log keeps of a change, and that it keeps it (ASVS 16.2.1, 16.3.3, 16.4.2)."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from gernas.audit.models import AuditEntry, AuditValue
from gernas.audit.services import erase_personal_values, record
from gernas.audit.values import to_text
from gernas.core.database import db, transaction
from gernas.core.permissions import ALL, Scope
from gernas.events.models import EventStatus
from tests.audit.conftest import Log
from tests.factories import make_event, make_stop


def list_values(entry: AuditEntry | None) -> list[tuple[str, str, str | None, str | None]]:
    assert entry is not None
    rows = db.session.scalars(
        select(AuditValue).filter_by(entry_id=entry.id).order_by(AuditValue.position)
    )
    return [(row.field, row.kind, row.before, row.after) for row in rows]


def test_an_entry_says_who_changed_what_of_which_row(context: Flask, log: Log) -> None:
    stop = make_stop()
    event = make_event(stop, title="Kick-off Lampung")

    entry = log(event, action="event.postponed")

    assert entry is not None
    assert (entry.actor_id, entry.action) == (7, "event.postponed")
    assert (entry.subject_kind, entry.subject_id) == ("event", event.id)
    assert entry.subject_label == "Kick-off Lampung"
    assert entry.scopes == (
        Scope("event", event.id),
        Scope("stop", stop.id),
        Scope("campaign", stop.campaign_id),
        ALL,
    )


def test_only_fields_that_differ_are_kept_in_their_order(context: Flask, log: Log) -> None:
    before: dict[str, Any] = {"title": "Ekspo", "city": "Metro", "starts_on": date(2022, 7, 14)}
    after = {"title": "Ekspo", "starts_on": date(2022, 7, 22), "city": "Kalianda"}

    entry = log(make_event(), before=before, after=after)

    assert list_values(entry) == [
        ("starts_on", "day", "2022-07-14", "2022-07-22"),
        ("city", "text", "Metro", "Kalianda"),
    ]


def test_an_edit_that_changes_nothing_is_not_logged(context: Flask, log: Log) -> None:
    entry = log(
        make_event(),
        before={"title": "Ekspo", "theme": None},
        after={"title": "Ekspo", "theme": ""},
    )

    assert entry is None
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_an_action_without_values_is_logged(context: Flask, log: Log) -> None:
    entry = log(make_event(), action="event.archived", before={}, after={})

    assert entry is not None
    assert list_values(entry) == []


def test_a_change_that_is_undone_leaves_no_entry(context: Flask) -> None:
    event = make_event()

    def change_and_fail() -> None:
        with transaction():
            record("event.edited", event, by=None, before={}, after={"title": "x"}, scopes=(ALL,))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_a_change_is_logged_only_in_its_transaction(context: Flask) -> None:
    event = make_event()

    with pytest.raises(RuntimeError, match="in the transaction that makes it"):
        record("event.edited", event, by=None, before={}, after={}, scopes=(ALL,))


def test_a_new_row_has_its_number_in_the_log(context: Flask) -> None:
    first = make_event()

    with transaction():
        event = type(first)(
            **{c.name: getattr(first, c.name) for c in first.__table__.columns if c.name != "id"}
        )
        event.slug = "acara-baru"
        db.session.add(event)
        entry = record("event.added", event, by=None, before={}, after={}, scopes=(ALL,))

    assert entry is not None
    assert entry.subject_id == event.id > first.id
    assert entry.actor_id is None


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        ("", None),
        ([], None),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (1_349_800_000_000_000, "1349800000000000"),
        (Decimal("18.50"), "18.5"),
        (Decimal("1E+3"), "1000"),
        (0.1, "0.1"),
        (EventStatus.POSTPONED, "postponed"),
        (date(2022, 3, 17), "2022-03-17"),
        (datetime(2022, 3, 17, 2, 0, tzinfo=UTC), "2022-03-17T02:00:00+00:00"),
        (time(9, 30), "09:30"),
        (["Kemenperin", "Bank Indonesia"], "Kemenperin; Bank Indonesia"),
        ({"b", "a"}, "a; b"),
        ({"b": 1, "a": "é"}, '{"a": "é", "b": 1}'),
        ("nol\0", "nol"),
        ("\ud800", "?"),
    ],
)
def test_a_value_has_one_lasting_text(value: object, kept: str | None) -> None:
    assert to_text(value) == kept


@pytest.mark.parametrize("value", [datetime(2022, 3, 17), object(), b"bytes"])  # noqa: DTZ001
def test_a_value_without_a_lasting_text_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        to_text(value)


def test_personal_values_can_be_erased_and_others_stay(context: Flask, log: Log) -> None:
    event, other = make_event(), make_event()
    after = {"speakers": "Siti Aminah", "title": "Gelar wicara"}
    erased = log(event, before={}, after=after, personal=frozenset({"speakers"}))
    kept = log(other, before={}, after=after, personal=frozenset({"speakers"}))

    with transaction():
        count = erase_personal_values("event", [event.id])

    assert count == 1
    assert list_values(erased) == [("title", "text", None, "Gelar wicara")]
    assert [name for name, *_ in list_values(kept)] == ["speakers", "title"]


def test_a_personal_label_is_erased_too(context: Flask, log: Log) -> None:
    event = make_event()
    entry = log(event, label="Siti Aminah", personal=frozenset({"label"}))
    assert entry is not None
    assert "Siti" not in entry.subject_label + entry.digests

    with transaction():
        erase_personal_values("event", [event.id])

    assert db.session.scalars(select(AuditValue).filter_by(personal=True)).all() == []


STATEMENTS = {
    "an entry is changed": update(AuditEntry).values(actor_id=8),
    "a label is changed": update(AuditEntry).values(subject_label="x"),
    "an entry is removed": delete(AuditEntry),
    "a value is changed": update(AuditValue).values(after="x"),
    "a value becomes personal": update(AuditValue).values(personal=True),
    "a value is removed": delete(AuditValue),
    "a link of the chain is changed": update(AuditEntry).values(chain_hash="0" * 64),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_database_refuses_that(context: Flask, log: Log, name: str) -> None:
    log(make_event())
    with transaction():
        db.session.execute(update(AuditEntry).values(chain_number=1, chain_hash="1" * 64))

    with pytest.raises(DBAPIError, match="the audit log is only added to"), transaction():
        db.session.execute(STATEMENTS[name])

    assert db.session.scalars(select(AuditEntry.chain_hash)).all() == ["1" * 64]
    assert db.session.scalars(select(AuditValue.after)).all() == ["Kick-off dan ekspo"]


def test_a_row_of_the_log_cannot_be_edited_as_an_object(context: Flask, log: Log) -> None:
    log(make_event())

    with pytest.raises(TypeError, match="AuditEntry rows are only inserted"), transaction():
        db.session.scalars(select(AuditEntry)).one().action = "event.removed"

    assert db.session.scalar(text("SELECT action FROM audit_entry")) == "event.edited"
