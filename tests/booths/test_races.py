"""What holds for booths when everything arrives at once: real threads and commits, and controls."""

import threading
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Insert, insert, select, text

from gernas.booths.models import Booth, BoothAllocation, Plan
from gernas.booths.services import turns
from gernas.booths.services.allocating import (
    confirm_hold,
    let_go,
    move_allocation,
    release_lapsed,
    swap_allocations,
)
from gernas.core.database import db, transaction
from gernas.registrations.models import Registration
from gernas.registrations.services.answering import withdraw_registration
from tests.booths.exhibiting import (
    assign,
    do,
    fresh,
    hold,
    id_of,
    live,
    make_booth_call,
    make_choice,
    make_exhibitor,
)
from tests.booths.making import make_booth, make_sponsor
from tests.conftest import race


def only_plan() -> int:
    return db.session.scalars(select(Plan.id)).one()


def confirm(allocation: BoothAllocation) -> str:
    with transaction():
        confirm_hold(fresh(allocation))
    return "confirmed"


def take(booth: Booth, registration: Registration) -> str:
    hold(booth, registration)
    return "held"


def test_of_many_who_tap_a_booth_at_once_one_gets_it(app: Flask) -> None:
    with app.app_context():
        [booth], exhibitors = make_choice(1, 24)

    results = race(app, [lambda e=e: take(booth, e) for e in exhibitors])  # type: ignore[misc]

    assert Counter(results) == {"held": 1, "BoothTaken": 23}
    with app.app_context():
        assert len(live(only_plan())) == 1


def test_without_lock_and_index_several_get_one_booth(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: all looked before any wrote, and the database does not mind."""
    with app.app_context():
        [booth], exhibitors = make_choice(1, 6)
        with transaction():
            db.session.execute(text("DROP INDEX uq_booth_allocation_booth"))
    try:
        _hold_carelessly(app, monkeypatch, booth, exhibitors)
        with app.app_context():
            assert len(live(only_plan())) == 6
    finally:
        with app.app_context(), transaction():
            db.session.execute(text("DELETE FROM booth_allocation"))
            db.session.execute(
                text(
                    "CREATE UNIQUE INDEX uq_booth_allocation_booth ON booth_allocation (booth_id)"
                    " WHERE released_at IS NULL"
                )
            )


def _hold_carelessly(
    app: Flask, monkeypatch: pytest.MonkeyPatch, booth: Booth, exhibitors: list[Registration]
) -> None:
    all_looked = threading.Barrier(len(exhibitors))

    def careless(*, sqlite: bool) -> Insert:
        return insert(BoothAllocation.__table__).returning(BoothAllocation.id)  # type: ignore[arg-type]

    def attempt(exhibitor: Registration) -> str:
        found = select(BoothAllocation.id).where(BoothAllocation.booth_id == id_of(booth))
        assert db.session.scalar(found) is None
        db.session.rollback()
        all_looked.wait()
        return take(booth, exhibitor)

    monkeypatch.setattr(turns, "_insert_free", careless)
    race(app, [lambda e=e: attempt(e) for e in exhibitors])  # type: ignore[misc]


def test_one_applicant_on_many_devices_holds_one_booth(app: Flask) -> None:
    with app.app_context():
        booths, [mine] = make_choice(12, 1)

    results = race(app, [lambda b=b: take(b, mine) for b in booths])  # type: ignore[misc]

    assert results == ["held"] * 12  # each lets go of the one before
    with app.app_context():
        assert [number for _, number in live(only_plan())] == [id_of(mine)]


def test_of_booths_for_good_no_applicant_has_more_than_allowed(app: Flask) -> None:
    with app.app_context():
        booths, [mine] = make_choice(12, 1, booths_each=2)

    def give(booth: Booth) -> str:
        assign(booth, mine)
        return "given"

    results = race(app, [lambda b=b: give(b) for b in booths])  # type: ignore[misc]

    assert Counter(results) == {"given": 2, "HasBooths": 10}


def test_many_for_few_booths_get_each_once(app: Flask) -> None:
    with app.app_context():
        booths, exhibitors = make_choice(5, 40)

    def attempt(number: int) -> str:
        for step in range(len(booths)):
            try:
                allocation = hold(booths[(number + step) % 5], exhibitors[number])
            except Exception as error:
                if type(error).__name__ != "BoothTaken":
                    raise
                continue
            return confirm(allocation)
        return "none"

    results = race(app, [lambda n=n: attempt(n) for n in range(40)])  # type: ignore[misc]

    assert Counter(results) == {"confirmed": 5, "none": 35}
    with app.app_context():
        found = live(only_plan())
        assert len({label for label, _ in found}) == len({who for _, who in found}) == 5


def test_confirming_and_letting_go_at_once_end_in_one_of_them(app: Flask) -> None:
    with app.app_context():
        [booth], [mine] = make_choice(1, 1)
        held = hold(booth, mine)

    def give_back() -> str:
        with transaction():
            let_go(fresh(held))
        return "let go"

    results = race(app, [lambda: confirm(held), give_back])

    with app.app_context():
        # Let go after it was confirmed; or let go first, and there is nothing to confirm.
        assert results in (["confirmed", "let go"], ["HoldOver", "let go"])
        assert live(only_plan()) == []


def test_a_lapsed_hold_goes_to_one_of_those_who_want_it(app: Flask, later: Any) -> None:
    with app.app_context():
        [booth], [former, *others] = make_choice(1, 9, hold_minutes=5)
        held = hold(booth, former)
        later(minutes=5)
        plan = booth.plan

    def sweep() -> str:
        with transaction():
            release_lapsed(fresh(plan))
        return "swept"

    attempts = [lambda e=e: take(booth, e) for e in others]
    results = race(app, [*attempts, sweep, lambda: confirm(held)])

    assert Counter(results) == {"held": 1, "BoothTaken": 7, "swept": 1, "HoldOver": 1}


def test_swaps_and_moves_at_once_lose_nobody(app: Flask) -> None:
    with app.app_context():
        booths, exhibitors = make_choice(5, 4)
        given = [assign(booth, who) for booth, who in zip(booths, exhibitors, strict=False)]

    def swap(one: int, other: int) -> str:
        do(swap_allocations, given[one], given[other])
        return "swapped"

    def move(one: int) -> str:
        do(move_allocation, given[one], booths[4])
        return "moved"

    results = race(
        app,
        [
            lambda: swap(0, 1),
            lambda: swap(1, 0),
            lambda: swap(2, 3),
            lambda: swap(3, 0),
            lambda: move(1),
            lambda: move(2),
        ],
    )

    assert set(results) <= {"swapped", "moved", "AllocationOver", "BoothTaken"}
    with app.app_context():
        found = live(only_plan())
        assert len({label for label, _ in found}) == 4
        assert {who for _, who in found} == {id_of(one) for one in exhibitors}


def test_a_sponsors_quota_holds_whatever_arrives_together(app: Flask) -> None:
    with app.app_context():
        [first], _ = make_choice(1, 0)
        bank = make_sponsor(first.plan, quota=3)
        booths = [make_booth(first.hall, f"B{n}", sponsor_id=bank.id) for n in range(10)]
        terms = make_booth_call(first.plan, sponsor_id=bank.id)
        exhibitors = [make_exhibitor(terms) for _ in range(10)]

    pairs = list(zip(booths, exhibitors, strict=True))
    results = race(app, [lambda b=b, e=e: take(b, e) for b, e in pairs])  # type: ignore[misc]

    assert Counter(results) == {"held": 3, "SponsorFull": 7}


def test_who_withdraws_while_choosing_keeps_no_booth(app: Flask) -> None:
    with app.app_context():
        booths, exhibitors = make_choice(4, 4)

    def withdraw(exhibitor: Registration) -> str:
        with transaction():
            withdraw_registration(fresh(exhibitor), by=None)
        return "withdrawn"

    pairs = list(zip(booths, exhibitors, strict=True))
    results = race(
        app,
        [
            *[lambda b=b, e=e: take(b, e) for b, e in pairs],
            *[lambda e=e: withdraw(e) for e in exhibitors],
        ],
    )

    assert Counter(results)["withdrawn"] == 4
    assert set(results) <= {"held", "withdrawn", "NoPlaceForBooth"}
    with app.app_context():
        assert live(only_plan()) == []
