"""What holds for shifts when all thumbs tap at once: real threads and commits, and a control."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from gernas.core.database import db, transaction
from gernas.youth.models import Assignment, Member, Shift
from gernas.youth.services import taking, tapping
from gernas.youth.services.taking import leave_shift
from tests.conftest import race
from tests.youth.making import make_shift
from tests.youth.shifting import (
    fresh,
    holders,
    id_of,
    leave,
    make_rush,
    need_of,
    take,
    take_own,
    waiting,
)


def tap(shift: Shift, member: Member) -> str:
    """As members do: the rules are looked at before the turn."""
    place = take_own(shift, member)
    return "place" if place.holds_place else "waits"


def counted(shift: Shift) -> tuple[int, int]:
    """Places counted, and places there are."""
    return need_of(shift).used, len(holders(shift))


def test_of_many_thumbs_no_one_too_many_gets_a_place(app: Flask) -> None:
    with app.app_context():
        shift, members = make_rush(5, 24)

    results = race(app, [lambda m=m: tap(shift, m) for m in members])  # type: ignore[misc]

    assert Counter(results) == {"place": 5, "waits": 19}
    with app.app_context():
        assert counted(shift) == (5, 5)
        assert len(set(waiting(shift))) == 19


def test_without_the_conditional_update_there_are_too_many(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: all looked before any wrote, and the database does not mind."""
    with app.app_context():
        shift, members = make_rush(2, 6)
    all_looked = threading.Barrier(len(members))
    local = threading.local()

    def careless(need: object, *, waits: bool) -> int | None:
        return None if local.room else 1

    def attempt(member: Member) -> str:
        need = need_of(shift)
        local.room = need.used < need.wanted
        db.session.rollback()
        all_looked.wait()
        return tap(shift, member)

    monkeypatch.setattr(tapping, "claim_or_queue", careless)
    results = race(app, [lambda m=m: attempt(m) for m in members])  # type: ignore[misc]

    assert Counter(results) == {"place": 6}
    with app.app_context():
        assert len(holders(shift)) == 6  # of two


def test_one_member_on_many_devices_has_one_place(app: Flask) -> None:
    with app.app_context():
        shift, [mine] = make_rush(5, 1)

    results = race(app, [lambda: tap(shift, mine)] * 12)

    assert results == ["place"] * 12
    with app.app_context():
        assert counted(shift) == (1, 1)


def test_one_member_gets_one_of_two_shifts_at_the_same_time(app: Flask) -> None:
    with app.app_context():
        shift, [mine] = make_rush(5, 1)
        others = [
            make_shift(shift.programme, starts_at=shift.starts_at + timedelta(minutes=10 * n))
            for n in range(1, 6)
        ]

    results = race(app, [lambda s=s: tap(s, mine) for s in [shift, *others]])  # type: ignore[misc]

    assert Counter(results) == {"place": 1, "NotForYou": 5}


def test_who_leaves_and_who_comes_at_once_lose_no_place_and_gain_none(app: Flask) -> None:
    with app.app_context():
        shift, members = make_rush(6, 24)
        places = [take(shift, member) for member in members[:6]]
        for member in members[6:12]:
            take(shift, member)
        in_line = waiting(shift)

    def go(place: Assignment) -> str:
        leave(place)
        return "left"

    results = race(
        app,
        [
            *[lambda p=p: go(p) for p in places],
            *[lambda m=m: tap(shift, m) for m in members[12:]],
        ],
    )

    assert Counter(results)["left"] == 6
    assert set(results) <= {"left", "place", "waits"}
    with app.app_context():
        with transaction():
            taking.move_up(need_of(shift))
        assert counted(shift) == (6, 6)
        # Those who waited longer come first; nobody of them was passed by a newcomer.
        assert set(holders(shift)) == set(in_line)


def test_crossing_between_two_shifts_nobody_waits_for_ever(app: Flask) -> None:
    """Members leave one shift and take another, in both directions, with full waiting lists."""
    with app.app_context():
        shift, members = make_rush(6, 16)
        other = make_shift(shift.programme, wanted=6, starts_at=shift.starts_at)
        here = [take(shift, member) for member in members[:6]]
        there = [take(other, member) for member in members[6:12]]
        for member in members[12:]:
            take(shift, member)
            take(other, member)

    def cross(place: Assignment, to: Shift) -> str:
        leave(place)
        return tap(to, db.session.get_one(Member, place.member_id))

    results = race(
        app,
        [
            *[lambda p=p: cross(p, other) for p in here],
            *[lambda p=p: cross(p, shift) for p in there],
        ],
    )

    assert set(results) <= {"place", "waits"}
    with app.app_context():
        for one in (shift, other):
            used, held = counted(one)
            assert used == held <= 6
            with transaction():
                taking.move_up(need_of(one))
        assert not set(holders(shift)) & set(holders(other))
        assert counted(shift) == counted(other) == (6, 6)


def test_the_database_itself_refuses_one_too_many(context: Flask) -> None:
    shift, _ = make_rush(2, 0)
    over = text("UPDATE shift_need SET used = 3 WHERE shift_id = :shift")

    with pytest.raises(Exception, match=r"(?i)constraint"), transaction():
        db.session.execute(over, {"shift": shift.id})


def test_leaving_twice_at_once_frees_one_place(app: Flask) -> None:
    with app.app_context():
        shift, [one, *others] = make_rush(1, 4)
        place = take(shift, one)
        for member in others:
            take(shift, member)

    def go() -> str:
        with transaction():
            leave_shift(fresh(place))
        return "left"

    assert race(app, [go] * 6) == ["left"] * 6
    with app.app_context():
        assert counted(shift) == (1, 1)
        assert len(waiting(shift)) == 2


def test_the_same_request_sent_many_times_is_done_once(app: Flask) -> None:
    with app.app_context():
        shift, [mine] = make_rush(5, 1)

    def send() -> str:
        return str(take_own(shift, mine, key="one-tap").id)

    results = race(app, [send] * 8)

    assert len(set(results)) == 1
    with app.app_context():
        rows = select(Assignment.id).where(Assignment.shift_id == id_of(shift))
        assert len(db.session.scalars(rows).all()) == 1
        assert counted(shift) == (1, 1)
