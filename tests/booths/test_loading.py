"""Times for loading: offered, chosen, changed, given back; raced with a control."""

import threading
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from gernas.booths.errors import (
    NoPlaceForBooth,
    SlotFull,
    SlotInUse,
    SlotNeedsBooth,
    SlotOver,
    SlotThere,
)
from gernas.booths.loading_queries import list_bookings, list_slots
from gernas.booths.models import LoadingBooking, LoadingSlot, Plan, SlotKind
from gernas.booths.services import loading
from gernas.booths.services.loading import (
    SlotSeries,
    add_slots,
    book_slot,
    cancel_slot,
    remove_slot,
    set_capacity,
)
from gernas.core.clock import now
from gernas.core.database import db, is_sqlite, transaction
from gernas.core.errors import BadValues, NotAllowed
from gernas.registrations.models import Registration
from gernas.registrations.services.answering import withdraw_registration
from tests.booths.exhibiting import assign, do, id_of, make_booth_call, make_exhibitor
from tests.booths.making import make_booth, make_hall, make_plan
from tests.conftest import race
from tests.factories import make_event, make_user, save


def series(**more: Any) -> SlotSeries:
    defaults: dict[str, Any] = {
        "kind": SlotKind.LOAD_IN,
        "gate": "Gerbang sungai",
        "day": date(2099, 6, 21),
        "starts": time(8),
        "ends": time(10),
        "minutes": 60,
        "capacity": 2,
    }
    return SlotSeries(**{**defaults, **more})


def offer(plan: Plan, **more: Any) -> list[LoadingSlot]:
    with transaction():
        return add_slots(db.session.get_one(Plan, plan.id), series(**more), by=None)


def make_exhibitors(plan: Plan, count: int) -> list[Registration]:
    hall, terms = make_hall(plan), make_booth_call(plan)
    rows = []
    for number in range(1, count + 1):
        registration = make_exhibitor(terms)
        assign(make_booth(hall, f"A{number:02}"), registration)
        rows.append(registration)
    return rows


def book(slot: LoadingSlot, registration: Registration) -> str:
    do(book_slot, slot, registration)
    return "booked"


def used(plan: Plan) -> list[int]:
    db.session.expire_all()
    return [slot.used for slot in list_slots(plan)]


def test_times_are_wall_time_at_the_event_and_follow_each_other(english: Flask) -> None:
    plan = make_plan(make_event(kind="exhibition", zone="Asia/Jayapura"))

    slots = offer(plan, starts=time(8), ends=time(10, 45), minutes=60)

    assert [slot.starts_at for slot in slots] == [
        datetime(2099, 6, 20, 23, tzinfo=UTC),
        datetime(2099, 6, 21, 0, tzinfo=UTC),
    ]
    assert {slot.ends_at - slot.starts_at for slot in slots} == {timedelta(hours=1)}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"gate": "  "}, "gate"),
        ({"gate": "x" * 81}, "gate"),
        ({"ends": time(8)}, "ends"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 121}, "minutes"),
        ({"minutes": 5, "starts": time(0), "ends": time(23, 59), "capacity": 0}, "capacity"),
        ({"capacity": 501}, "capacity"),
    ],
)
def test_what_makes_no_times_is_refused_at_its_field(
    english: Flask, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadValues) as refused:
        offer(make_plan(), **more)

    assert set(refused.value.problems) == {field}


def test_a_time_is_offered_once_at_a_gate_and_not_without_end(english: Flask) -> None:
    plan = make_plan()
    offer(plan)

    offer(plan, gate="Gerbang darat")
    offer(plan, kind=SlotKind.LOAD_OUT)
    with pytest.raises(SlotThere):
        offer(plan, starts=time(9), ends=time(12))
    offer(plan, day=date(2099, 7, 1), starts=time(0), ends=time(23), minutes=5)
    with pytest.raises(BadValues, match="at most 400"):
        offer(plan, day=date(2099, 7, 2), starts=time(0), ends=time(23), minutes=5)


def test_an_exhibitor_has_one_time_of_each_kind_and_moving_frees_the_first(english: Flask) -> None:
    plan = make_plan()
    [mine] = make_exhibitors(plan, 1)
    first, second = offer(plan)
    [out] = offer(plan, kind=SlotKind.LOAD_OUT, ends=time(9))

    book(first, mine)
    book(first, mine)
    book(out, mine)
    assert used(plan) == [1, 0, 1]
    book(second, mine)

    assert used(plan) == [0, 1, 1]
    slots = list_bookings(id_of(plan), [id_of(mine)])
    assert {kind: slot.id for (_, kind), slot in slots.items()} == {
        SlotKind.LOAD_IN: second.id,
        SlotKind.LOAD_OUT: out.id,
    }


def test_a_full_time_is_refused_and_the_former_one_kept(english: Flask) -> None:
    plan = make_plan()
    one, two = make_exhibitors(plan, 2)
    first, second = offer(plan, capacity=1)
    book(first, one)
    book(second, two)

    with pytest.raises(SlotFull, match=r"is full\. Choose another\.$"):
        book(second, one)

    assert used(plan) == [1, 1]


def test_who_has_no_booth_no_place_or_comes_too_late_gets_no_time(english: Flask) -> None:
    plan = make_plan()
    [mine] = make_exhibitors(plan, 1)
    without = make_exhibitor(make_booth_call(plan))
    [slot] = offer(plan, ends=time(9))
    past = save(
        LoadingSlot(
            plan_id=plan.id,
            kind=SlotKind.LOAD_IN,
            gate="A",
            starts_at=now() - timedelta(minutes=1),
            ends_at=now() + timedelta(hours=1),
            capacity=5,
            used=0,
        )
    )

    with pytest.raises(SlotNeedsBooth):
        book(slot, without)
    with pytest.raises(SlotOver):
        book(past, mine)
    with transaction():
        withdraw_registration(db.session.get_one(Registration, without.id), by=None)
    with pytest.raises(NoPlaceForBooth):
        book(slot, without)


def test_a_time_is_given_back_by_hand_and_with_the_place(english: Flask) -> None:
    plan = make_plan()
    one, two = make_exhibitors(plan, 2)
    [slot] = offer(plan, ends=time(9))
    book(slot, one)
    book(slot, two)

    for _ in range(2):
        with transaction():
            row = db.session.get_one(Registration, one.id)
            cancel_slot(row, db.session.get_one(Plan, plan.id), SlotKind.LOAD_IN, by=None)
    assert used(plan) == [1]
    with transaction():
        withdraw_registration(db.session.get_one(Registration, two.id), by=None)

    assert used(plan) == [0]
    assert db.session.scalars(select(LoadingBooking)).all() == []


def test_capacity_follows_the_organizer_but_never_below_what_is_taken(english: Flask) -> None:
    plan = make_plan()
    exhibitors = make_exhibitors(plan, 2)
    [slot] = offer(plan, ends=time(9))
    for each in exhibitors:
        book(slot, each)

    with pytest.raises(BadValues, match="2 exhibitors have chosen this time"), transaction():
        set_capacity(db.session.get_one(LoadingSlot, slot.id), 1, by=None)
    with pytest.raises(SlotInUse), transaction():
        remove_slot(db.session.get_one(LoadingSlot, slot.id), by=None)
    with transaction():
        set_capacity(db.session.get_one(LoadingSlot, slot.id), 9, by=None)

    assert [one.capacity for one in list_slots(plan)] == [9]


def test_only_who_gives_booths_offers_times(english: Flask) -> None:
    plan = make_plan()
    [mine] = make_exhibitors(plan, 1)
    [slot] = offer(plan, ends=time(9))
    stranger = make_user()

    with pytest.raises(NotAllowed), transaction():
        add_slots(db.session.get_one(Plan, plan.id), series(gate="B"), by=stranger)
    with pytest.raises(NotAllowed), transaction():
        remove_slot(db.session.get_one(LoadingSlot, slot.id), by=stranger)
    with pytest.raises(NotAllowed):
        do(book_slot, slot, mine, by=stranger)


# --- All at once ----------------------------------------------------------------------------


def test_of_many_at_once_as_many_get_a_time_as_there_are_places(app: Flask) -> None:
    with app.app_context():
        plan = make_plan()
        exhibitors = make_exhibitors(plan, 16)
        [slot] = offer(plan, ends=time(9), capacity=5)

    results = race(app, [lambda e=e: book(slot, e) for e in exhibitors])  # type: ignore[misc]

    assert Counter(results) == {"booked": 5, "SlotFull": 11}
    with app.app_context():
        assert used(plan) == [5]


def test_without_the_condition_more_get_a_time_than_there_are_places(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: all looked before any counted, and the database does not mind."""
    with app.app_context():
        plan = make_plan()
        exhibitors = make_exhibitors(plan, 6)
        [slot] = offer(plan, ends=time(9), capacity=2)
    all_looked = threading.Barrier(6)

    def careless(wanted: LoadingSlot) -> None:
        plus = "UPDATE loading_slot SET used = min(used + 1, capacity) WHERE id = :id"
        if not is_sqlite():
            plus = plus.replace("min(", "least(")
        db.session.execute(text(plus), {"id": wanted.id})

    def attempt(exhibitor: Registration) -> str:
        found = db.session.get_one(LoadingSlot, id_of(slot))
        assert found.used < found.capacity
        db.session.rollback()
        all_looked.wait()
        return book(slot, exhibitor)

    monkeypatch.setattr(loading, "_take", careless)
    results = race(app, [lambda e=e: attempt(e) for e in exhibitors])  # type: ignore[misc]

    with app.app_context():
        assert results == ["booked"] * 6
        assert len(db.session.scalars(select(LoadingBooking)).all()) == 6


def test_exhibitors_who_change_places_at_once_do_not_wait_for_each_other(app: Flask) -> None:
    with app.app_context():
        plan = make_plan()
        exhibitors = make_exhibitors(plan, 8)
        first, second = offer(plan, capacity=8)
        for number, each in enumerate(exhibitors):
            book(first if number % 2 else second, each)

    results = race(
        app,
        [
            lambda s=second if number % 2 else first, e=each: book(s, e)  # type: ignore[misc]
            for number, each in enumerate(exhibitors)
        ],
    )

    assert results == ["booked"] * 8
    with app.app_context():
        assert used(plan) == [4, 4]


def test_one_exhibitor_on_many_devices_has_one_time(app: Flask) -> None:
    with app.app_context():
        plan = make_plan()
        [mine] = make_exhibitors(plan, 1)
        slots = offer(plan, ends=time(16), capacity=1)

    race(app, [lambda s=s: book(s, mine) for s in slots])  # type: ignore[misc]

    with app.app_context():
        assert sum(used(plan)) == 1
