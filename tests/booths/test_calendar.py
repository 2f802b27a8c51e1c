"""Days and times of exhibitors: in their own calendars, never in public ones, and moving along."""

from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gernas.accounts.models import User
from gernas.booths.calendar import list_personal_uids
from gernas.booths.models import Plan, SlotKind
from gernas.booths.services.loading import book_slot, cancel_slot
from gernas.booths.services.plans import edit_plan, publish_plan, withdraw_plan
from gernas.booths.values import PlanValues
from gernas.calendars.check import check_feed
from gernas.calendars.models import KeptEntry
from gernas.calendars.scopes import list_entry_sources
from gernas.calendars.services import add_personal_feed, rerender_all_entries
from gernas.core.database import db, transaction
from gernas.events.models import Event
from gernas.events.services import cancel_event, postpone_event
from gernas.events.values import EventDates
from gernas.registrations.models import Registration
from gernas.registrations.services.owning import claim_registrations
from tests.booths.exhibiting import assign, do, make_booth_call, make_exhibitor
from tests.booths.making import make_booth, make_hall, make_plan
from tests.booths.test_loading import offer
from tests.events.conftest import lines
from tests.events.conftest import plan as plan_event
from tests.factories import make_user


def entries(kind: str = "booth") -> list[KeptEntry]:
    """What calendars hold now of days and times, by kind."""
    db.session.expire_all()
    rows = select(KeptEntry).where(KeptEntry.kind.startswith(kind), KeptEntry.dropped_at.is_(None))
    return list(db.session.scalars(rows.order_by(KeptEntry.kind, KeptEntry.id)))


def make_exhibition(**more: Any) -> Plan:
    """A published plan of an exhibition of two days in WITA, open from 9 to 21."""
    event = plan_event(
        title="Lagawi Fest",
        kind="exhibition",
        zone="Asia/Makassar",
        starts_on=date(2099, 6, 22),
        ends_on=date(2099, 6, 23),
        **more,
    )
    plan = make_plan(event, opens_daily=time(9), closes_daily=time(21))
    make_booth(make_hall(plan), "A01")
    do(publish_plan, plan)
    return plan


def exhibit(plan: Plan, email: str = "siti@contoh.id") -> Registration:
    registration = make_exhibitor(make_booth_call(plan), email=email)
    assign(make_booth(make_hall(plan), f"B{registration.id}"), registration)
    return registration


def test_each_day_is_an_entry_in_the_zone_of_the_event(english: Flask) -> None:
    make_exhibition()

    first, second = map(lines, entries())

    assert first["SUMMARY"] == "Pameran buka: Lagawi Fest"
    assert first["DTSTART;TZID=Asia/Makassar"] == "20990622T090000"
    assert second["DTEND;TZID=Asia/Makassar"] == "20990623T210000"
    assert first["SEQUENCE"] == "0"


def test_without_hours_a_day_is_a_whole_one(english: Flask) -> None:
    plan = make_exhibition()
    with transaction():
        row = db.session.get_one(Plan, plan.id)
        edit_plan(row, PlanValues(), version=None, by=None)

    first = lines(entries()[0])

    assert first["DTSTART;VALUE=DATE"] == "20990622"
    assert first["SEQUENCE"] == "1"


def test_new_hours_and_days_raise_the_sequence_of_what_moves_only(english: Flask) -> None:
    plan = make_exhibition()
    uids = [entry.uid for entry in entries()]
    with transaction():
        row = db.session.get_one(Plan, plan.id)
        values = PlanValues(opens_daily=time(9), closes_daily=time(21), rules="Tanpa gas.")
        edit_plan(row, values, version=None, by=None)

    assert [entry.sequence for entry in entries()] == [0, 0]
    with transaction():
        dates = EventDates(starts_on=date(2099, 7, 1))
        postpone_event(db.session.get_one(Event, plan.event_id), dates=dates, by=None)

    (moved,) = entries()
    assert (moved.uid, moved.sequence) == (uids[0], 1)
    assert lines(moved)["DTSTART;TZID=Asia/Makassar"] == "20990701T090000"


def test_a_cancelled_event_is_cancelled_there_too(english: Flask) -> None:
    plan = make_exhibition()
    mine = exhibit(plan)
    [slot] = offer(plan, ends=time(9))
    do(book_slot, slot, mine)

    with transaction():
        row = db.session.get_one(Event, plan.event_id)
        cancel_event(row, reason="Banjir", by=None)

    assert {lines(entry)["STATUS"] for entry in entries()} == {"CANCELLED"}
    assert len(entries()) == 3


def test_a_draft_plan_and_a_withdrawn_one_are_in_no_calendar(english: Flask) -> None:
    plan = make_exhibition()
    with transaction():
        withdraw_plan(db.session.get_one(Plan, plan.id), by=None)

    assert entries() == []
    with transaction():
        publish_plan(db.session.get_one(Plan, plan.id), by=None)
    assert [entry.sequence for entry in entries()] == [1, 1]


def test_a_time_that_moves_is_the_same_entry_and_vanishes_when_given_back(english: Flask) -> None:
    plan = make_exhibition()
    mine = exhibit(plan)
    first, second = offer(plan)
    do(book_slot, first, mine)
    before = entries("booth_in")[0]
    uid, sequence = before.uid, before.sequence

    do(book_slot, second, mine)

    (moved,) = entries("booth_in")
    assert (moved.uid, moved.sequence) == (uid, sequence + 1)
    assert "Gerbang sungai" in lines(moved)["LOCATION"]
    with transaction():
        row = db.session.get_one(Registration, mine.id)
        cancel_slot(row, db.session.get_one(Plan, plan.id), SlotKind.LOAD_IN, by=None)
    assert entries("booth_in") == []


def claim(user: User) -> None:
    with transaction():
        claim_registrations(db.session.get_one(User, user.id))


def test_they_are_in_the_calendar_of_the_exhibitor_and_of_nobody_else(
    english: Flask, client: FlaskClient
) -> None:
    plan = make_exhibition()
    siti, budi = make_user(email="siti@contoh.id"), make_user(email="budi@contoh.id")
    mine, other = exhibit(plan), exhibit(plan, "budi@contoh.id")
    first, second = offer(plan)
    do(book_slot, first, mine)
    do(book_slot, second, other)
    for user in (siti, budi):
        claim(user)

    theirs = [list_personal_uids(user.id) for user in (siti, budi)]

    assert [len(uids) for uids in theirs] == [3, 3]
    assert len(theirs[0] & theirs[1]) == 2  # the days are the same for all
    with transaction():
        _feed, token = add_personal_feed(siti.id, "HP")
    private = client.get(f"/kalender/pribadi/{token}.ics").data
    assert private.count(b"SUMMARY:Pameran buka: Lagawi Fest") == 2
    assert private.count(b"SUMMARY:Bongkar muat masuk: Lagawi Fest") == 1
    assert [problem for problem in check_feed(private) if not problem.is_warning] == []


def test_public_feeds_hold_none_of_it(english: Flask, client: FlaskClient) -> None:
    plan = make_exhibition()
    mine = exhibit(plan)
    [slot] = offer(plan, ends=time(9))
    do(book_slot, slot, mine)
    event = db.session.get_one(Event, plan.event_id)

    for address in (
        "/kalender/semua.ics",
        f"/kalender/{event.campaign.slug}.ics",
        f"/acara/{event.slug}.ics",
    ):
        feed = client.get(address).data
        assert feed.count(b"BEGIN:VEVENT") == 1, address
        assert b"Pameran buka" not in feed


def test_rendering_all_again_changes_nothing(english: Flask) -> None:
    plan = make_exhibition()
    [slot] = offer(plan, ends=time(9))
    do(book_slot, slot, exhibit(plan))
    before = [(entry.uid, entry.vevent) for entry in entries()]

    changed = rerender_all_entries(list_entry_sources())

    assert changed == 0
    assert [(entry.uid, entry.vevent) for entry in entries()] == before


@pytest.mark.parametrize("days", [1, 31, 60])
def test_a_very_long_exhibition_has_at_most_a_month_of_entries(english: Flask, days: int) -> None:
    last = date.fromordinal(date(2099, 6, 1).toordinal() + days - 1)
    event = plan_event(kind="exhibition", starts_on=date(2099, 6, 1), ends_on=last)
    plan = make_plan(event)
    make_booth(make_hall(plan), "A01")

    do(publish_plan, plan)

    assert len(entries()) == min(days, 31)
