"""The agenda: parts in order, each timed one with a calendar entry of its own."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from gernas.calendars.models import KeptEntry
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, NotAllowed, NotThere
from gernas.core.permissions import Role
from gernas.events.models import AgendaItem, Event
from gernas.events.services import (
    add_agenda_item,
    archive_event,
    cancel_event,
    edit_agenda_item,
    move_agenda_item,
    remove_agenda_item,
    restore_agenda_item,
)
from gernas.events.values import AgendaValues
from tests.events.conftest import kept, lines, plan, sequence
from tests.factories import make_user

NINE, TEN = (datetime(2027, 3, 17, hour, tzinfo=UTC) for hour in (2, 3))  # 09.00, 10.00 WIB


def add(event: Event, title: str, by: Any = None, **more: Any) -> AgendaItem:
    with transaction():
        row = db.session.get_one(Event, event.id)
        return add_agenda_item(row, AgendaValues(title=title, **more), by=by)


def do(verb: Any, item: AgendaItem, *args: Any, **more: Any) -> Any:
    with transaction():
        return verb(db.session.get_one(AgendaItem, item.id), *args, by=None, **more)


def titles(event: Event) -> list[str]:
    db.session.rollback()
    return [item.title for item in db.session.get_one(Event, event.id).agenda]


def live(event: Event) -> list[KeptEntry]:
    return [entry for entry in kept(event, "agenda") if entry.dropped_at is None]


def test_a_timed_part_gets_an_entry_related_to_its_event(context: Flask) -> None:
    event = plan()

    add(event, "Pembukaan", starts_at=NINE, ends_at=TEN, stage="Panggung", speakers=("Gubernur",))
    add(event, "Kunjungan stan")

    [entry] = kept(event, "agenda")
    shown = lines(entry)
    assert shown["SUMMARY"] == "Pembukaan · Kick-off Gernas BBI"
    assert shown["DTSTART;TZID=Asia/Jakarta"] == "20270317T090000"
    assert shown["DTEND;TZID=Asia/Jakarta"] == "20270317T100000"
    assert shown["RELATED-TO"] == kept(event)[0].uid
    assert shown["LOCATION"] == "Panggung\\, Bandar Lampung\\, Lampung"
    assert shown["DESCRIPTION"].startswith("Gubernur\\n\\n")
    assert (sequence(event), titles(event)) == (0, ["Pembukaan", "Kunjungan stan"])


def test_a_part_that_loses_its_time_keeps_its_uid_for_later(context: Flask) -> None:
    event = plan()
    item = add(event, "Pembukaan", starts_at=NINE)
    uid = live(event)[0].uid

    do(edit_agenda_item, item, AgendaValues(title="Pembukaan"))
    assert live(event) == []
    do(edit_agenda_item, item, AgendaValues(title="Pembukaan", starts_at=TEN))

    [entry] = live(event)
    assert (entry.uid, entry.sequence) == (uid, 1)


def test_parts_share_the_state_of_their_event(context: Flask) -> None:
    event = plan()
    add(event, "Pembukaan", starts_at=NINE)

    with transaction():
        cancel_event(db.session.get_one(Event, event.id), reason="Banjir", by=None)
    assert lines(live(event)[0])["STATUS"] == "CANCELLED"
    with transaction():
        archive_event(db.session.get_one(Event, event.id), by=None)
    assert live(event) == []


def test_parts_are_moved_up_and_down(context: Flask) -> None:
    event = plan()
    first, _second, third = (add(event, title) for title in ("Satu", "Dua", "Tiga"))

    do(move_agenda_item, third, up=True)
    assert titles(event) == ["Satu", "Tiga", "Dua"]
    do(move_agenda_item, first, up=True)
    assert titles(event) == ["Satu", "Tiga", "Dua"]
    do(move_agenda_item, first, up=False)
    assert titles(event) == ["Tiga", "Satu", "Dua"]


def test_a_removed_part_is_gone_from_calendars_and_can_be_taken_back(context: Flask) -> None:
    event = plan()
    add(event, "Satu", starts_at=NINE)
    item = add(event, "Dua", starts_at=TEN, stage="Aula", speakers=("A; B, Dinas", "C"))
    add(event, "Tiga")

    do(remove_agenda_item, item)
    assert (titles(event), len(live(event))) == (["Satu", "Tiga"], 1)
    with transaction():
        row = db.session.get_one(Event, event.id)
        back = restore_agenda_item(row, item.id, by=None)

    assert titles(event) == ["Satu", "Dua", "Tiga"]
    assert (back.starts_at, back.stage, back.speakers) == (TEN, "Aula", ["A; B, Dinas", "C"])
    assert len(live(event)) == 2


def test_what_was_never_in_an_agenda_is_not_restored_to_it(context: Flask) -> None:
    event, other = plan(), plan()
    item = add(other, "Rahasia")
    do(remove_agenda_item, item)

    with pytest.raises(NotThere), transaction():
        restore_agenda_item(db.session.get_one(Event, event.id), item.id, by=None)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": "  "}, "title"),
        ({"ends_at": TEN}, "starts_at"),
        ({"starts_at": TEN, "ends_at": NINE}, "ends_at"),
        ({"starts_at": datetime(2027, 3, 18, 2, tzinfo=UTC)}, "starts_at"),
        ({"speakers": ("x",) * 31}, "speakers"),
        ({"stage": "x" * 101}, "stage"),
    ],
)
def test_bad_values_are_refused_at_their_field(
    context: Flask, more: dict[str, Any], field: str
) -> None:
    event = plan()

    with pytest.raises(BadValues) as refusal:
        add(event, **{"title": "Pembukaan", **more})

    assert list(refusal.value.problems) == [field]
    assert titles(event) == []


def test_who_may_not_edit_the_event_changes_no_agenda(context: Flask) -> None:
    """ASVS 8.3.1."""
    event = plan()
    viewer = make_user(Role.VIEWER, event.scopes[1])

    with pytest.raises(NotAllowed):
        add(event, "Pembukaan", by=viewer)
