"""Postponing, cancelling, reviving, confirming, archiving events."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues
from gernas.events.errors import (
    AlreadyCancelled,
    EventArchived,
    EventCancelled,
    EventChanged,
    NothingToConfirm,
    NothingToRevive,
)
from gernas.events.models import Event
from gernas.events.services import (
    archive_event,
    cancel_event,
    confirm_event,
    postpone_event,
    restore_event,
    revive_event,
)
from gernas.events.values import EventDates
from tests.conftest import race
from tests.events.conftest import history, kept, lines, plan, sequence

APRIL = EventDates(starts_on=date(2027, 4, 20), ends_on=date(2027, 4, 21))


def do(verb: Any, event: Event, **more: Any) -> Event:
    with transaction():
        done: Event = verb(db.session.get_one(Event, event.id), by=None, **more)
        return done


def test_postponing_to_a_known_date_moves_the_entry(context: Flask) -> None:
    event = plan()

    do(postpone_event, event, dates=APRIL, reason="Banjir")

    assert (event.starts_on, event.ends_on) == (APRIL.starts_on, APRIL.ends_on)
    assert (event.status, event.date_unknown) == ("postponed", False)
    assert history(event) == ["postponed"]
    shown = lines(kept(event)[0])
    assert (shown["DTSTART;VALUE=DATE"], shown["SEQUENCE"]) == ("20270420", "1")
    assert (shown["STATUS"], shown["SUMMARY"]) == ("CONFIRMED", "Kick-off Gernas BBI")


def test_without_a_new_date_the_old_one_stands_marked(context: Flask) -> None:
    event = plan()

    do(postpone_event, event, dates=None)

    shown = lines(kept(event)[0])
    assert event.date_unknown
    assert (shown["DTSTART;VALUE=DATE"], shown["SEQUENCE"]) == ("20270317", "1")
    assert shown["STATUS"] == "TENTATIVE"
    assert shown["SUMMARY"] == "[DITUNDA] Kick-off Gernas BBI"


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        (EventDates(), "starts_on"),
        (EventDates(starts_on=date(2027, 3, 17)), "starts_on"),
        (EventDates(starts_on=date(2027, 4, 2), ends_on=date(2027, 4, 1)), "ends_on"),
    ],
)
def test_a_new_date_must_be_a_new_date(context: Flask, dates: EventDates, field: str) -> None:
    event = plan()

    with pytest.raises(BadValues) as refusal:
        do(postpone_event, event, dates=dates)

    assert list(refusal.value.problems) == [field]


def test_what_has_no_date_cannot_be_put_off(context: Flask) -> None:
    with pytest.raises(BadValues) as refusal:
        do(postpone_event, plan(starts_on=None), dates=None)

    assert list(refusal.value.problems) == ["starts_on"]


def test_cancelling_needs_a_reason_and_shows_in_calendars(context: Flask) -> None:
    event = plan()

    with pytest.raises(BadValues) as refusal:
        do(cancel_event, event, reason="  ")
    do(cancel_event, event, reason="Gedung rusak")

    assert list(refusal.value.problems) == ["reason"]
    shown = lines(kept(event)[0])
    assert (shown["STATUS"], shown["SEQUENCE"]) == ("CANCELLED", "1")
    assert shown["SUMMARY"] == "[BATAL] Kick-off Gernas BBI"
    assert shown["DESCRIPTION"].startswith("Dibatalkan: Gedung rusak")
    assert kept(event)[0].cancelled_at == event.cancelled_at
    with pytest.raises(AlreadyCancelled):
        do(cancel_event, event, reason="Lagi")
    with pytest.raises(EventCancelled):
        do(postpone_event, event, dates=APRIL)


def test_of_many_who_cancel_at_once_one_does(app: Flask) -> None:
    with app.app_context():
        event = plan()

    def attempt() -> str:
        do(cancel_event, event, reason="Banjir")
        return "cancelled"

    assert race(app, [attempt] * 4) == ["AlreadyCancelled"] * 3 + ["cancelled"]

    with app.app_context():
        assert (sequence(event), history(event)) == (1, ["cancelled"])


def test_of_two_who_postpone_at_once_one_is_told(app: Flask) -> None:
    with app.app_context():
        event = plan()

    def attempt(days: int) -> str:
        dates = EventDates(starts_on=date(2027, 4, 1) + timedelta(days=days))
        do(postpone_event, event, dates=dates, version=1)
        return "postponed"

    results = race(app, [lambda: attempt(1), lambda: attempt(2)])

    assert results == ["EventChanged", "postponed"]


def test_a_postponement_of_what_someone_changed_is_refused(context: Flask) -> None:
    event = plan()
    do(postpone_event, event, dates=APRIL, version=1)

    with pytest.raises(EventChanged):
        do(postpone_event, event, dates=None, version=1)


def test_undone_at_once_nobody_hears_of_it(context: Flask) -> None:
    event = plan(status="tentative")

    do(cancel_event, event, reason="Salah pencet")
    do(revive_event, event)

    assert (event.status, event.cancel_reason, event.cancelled_at) == ("tentative", None, None)
    assert (history(event), sequence(event)) == ([], 2)


def test_revived_later_the_history_says_so(context: Flask, later: Any) -> None:
    event = plan()

    do(cancel_event, event, reason="Banjir")
    later(minutes=3)
    do(revive_event, event)

    assert event.status == "confirmed"
    assert history(event) == ["cancelled", "revived"]


def test_a_postponed_event_that_was_cancelled_is_postponed_again(context: Flask) -> None:
    event = plan()
    do(postpone_event, event, dates=None)
    do(cancel_event, event, reason="Banjir")

    assert do(revive_event, event).status == "postponed"
    assert do(revive_event, event).status == "confirmed"  # the old dates hold again
    with pytest.raises(NothingToRevive):
        do(revive_event, event)


def test_confirming_needs_a_date_that_holds(context: Flask) -> None:
    undated, waiting = plan(starts_on=None), plan()
    tentative = plan(status="tentative")
    do(postpone_event, waiting, dates=None)

    for event in (undated, waiting):
        with pytest.raises(NothingToConfirm):
            do(confirm_event, event)
    assert do(confirm_event, tentative).status == "confirmed"
    assert sequence(tentative) == 1


def test_an_archived_event_leaves_calendars_and_comes_back_under_its_uid(context: Flask) -> None:
    event = plan()
    uid = kept(event)[0].uid

    do(archive_event, event)
    assert (kept(event)[0].dropped_at is not None, event.is_public) == (True, False)
    with pytest.raises(EventArchived):
        do(cancel_event, event, reason="Banjir")
    do(restore_event, event)

    [entry] = kept(event)
    assert (entry.uid, entry.dropped_at, entry.sequence) == (uid, None, 1)


def test_archiving_twice_is_once(context: Flask) -> None:
    event = plan()

    first = do(archive_event, event).archived_at
    again = do(archive_event, event).archived_at

    assert first == again
    assert first is not None
    assert first <= now()
