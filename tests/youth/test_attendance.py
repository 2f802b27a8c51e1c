"""Check in and out: by whom, when, twice, late, from two desks, and what follows for hours."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select

from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.permissions import Role
from gernas.youth.day.errors import (
    HasArrived,
    KeyElsewhere,
    LeftBeforeArrived,
    NoPlaceToNote,
    NotBegun,
    ScanUndone,
    TimeOutOfShift,
    TimeToCome,
)
from gernas.youth.models import Assignment, Attendance, DeskScan, ScanKind, Shift
from gernas.youth.services.attendance import (
    Outcome,
    Scan,
    adopt_strays,
    mark_missing,
    note_scan,
    note_time,
    undo_scan,
    unmark_missing,
)
from tests.conftest import race
from tests.factories import make_event, make_user
from tests.youth.making import make_assignment, make_member, make_programme, make_shift

IN, OUT = ScanKind.ARRIVED, ScanKind.LEFT

pytestmark = pytest.mark.usefixtures("english")


def make_place(hours_ago: float = 2, **values: Any) -> tuple[Shift, Assignment]:
    """A place in a shift of four hours that began so long ago."""
    programme = make_programme()
    starts_at = now().replace(microsecond=0) - timedelta(hours=hours_ago)
    shift = make_shift(programme, starts_at=starts_at, **values)
    return shift, make_assignment(shift, make_member(programme))


def fresh(row: Any) -> Any:
    return db.session.get_one(type(row), inspect(row).identity)


_count = iter(range(100_000))


def scan(
    place: Assignment, kind: ScanKind, at: datetime, *, key: str | None = None, by: Any = None
) -> str:
    """Scan the member's code at the place's event; the outcome."""
    with transaction():
        place = fresh(place)
        one = Scan(key=key or f"key-{next(_count)}", kind=kind, at=at, member=place.member)
        return note_scan(place.shift.event, one, by=by).outcome


def read(place: Assignment) -> tuple[Any, ...]:
    db.session.rollback()
    db.session.expire_all()
    place = fresh(place)
    return place.attendance, place.arrived_at, place.left_at, place.minutes


def test_who_comes_and_leaves_has_the_minutes_between() -> None:
    shift, place = make_place(hours_ago=5)

    outcomes = [scan(place, IN, shift.starts_at), scan(place, OUT, shift.ends_at)]

    assert outcomes == [Outcome.ARRIVED, Outcome.LEFT]
    assert read(place) == (Attendance.PRESENT, shift.starts_at, shift.ends_at, 240)


def test_the_same_scan_sent_twice_is_kept_once() -> None:
    shift, place = make_place()

    outcomes = [scan(place, IN, shift.starts_at, key="a"), scan(place, IN, now(), key="a")]

    assert outcomes == [Outcome.ARRIVED, Outcome.ARRIVED]
    assert db.session.scalar(select(func.count()).select_from(DeskScan)) == 1
    assert read(place)[1] == shift.starts_at


def test_two_desks_that_scan_one_person_note_one_arrival() -> None:
    shift, place = make_place()

    outcomes = [
        scan(place, IN, shift.starts_at + timedelta(minutes=2)),
        scan(place, IN, shift.starts_at),  # from the desk without network, sent later
    ]

    assert outcomes == [Outcome.ARRIVED, Outcome.IN_ALREADY]
    assert read(place)[1] == shift.starts_at


def test_a_leaving_that_arrives_before_the_coming_counts_once_that_is_known() -> None:
    shift, place = make_place(hours_ago=5)

    first = scan(place, OUT, shift.ends_at)
    between = read(place)
    scan(place, IN, shift.starts_at)

    assert (first, between) == (Outcome.NOT_ARRIVED, (None, None, None, None))
    assert read(place) == (Attendance.PRESENT, shift.starts_at, shift.ends_at, 240)


def test_of_two_shifts_the_scan_is_about_the_nearest() -> None:
    first, place = make_place(hours_ago=5)
    second = make_shift(fresh(first.programme), event_id=first.event_id, starts_at=first.ends_at)
    other = make_assignment(second, place.member)

    scan(place, IN, first.starts_at)
    scan(place, OUT, first.ends_at)
    scan(place, IN, second.starts_at + timedelta(minutes=1))

    assert read(place)[3] == 240
    assert read(other)[1] == second.starts_at + timedelta(minutes=1)


def test_who_comes_to_the_next_shift_has_left_the_one_before() -> None:
    first, place = make_place(hours_ago=5)
    second = make_shift(fresh(first.programme), event_id=first.event_id, starts_at=first.ends_at)
    other = make_assignment(second, place.member)

    scan(place, IN, first.starts_at)
    scan(place, IN, first.ends_at + timedelta(minutes=5))

    assert read(place)[2:] == (first.ends_at + timedelta(minutes=5), 245)
    assert read(other)[1] == first.ends_at + timedelta(minutes=5)


def test_a_member_without_a_place_is_kept_and_counted_once_there_is_one() -> None:
    shift, _place = make_place()
    walk_in = make_member(fresh(shift.programme))
    came = now() - timedelta(minutes=30)
    with transaction():
        row = note_scan(
            fresh(shift).event, Scan(key="w", kind=IN, at=came, member=fresh(walk_in)), by=None
        )

    place = make_assignment(shift, walk_in, how="substitute")
    with transaction():
        adopt_strays(fresh(shift).event, fresh(place), by=None)

    assert row.outcome == Outcome.NO_SHIFT
    assert read(place)[:2] == (Attendance.LATE, came)


def test_an_unknown_code_is_told_and_nothing_follows() -> None:
    event = make_event()

    with transaction():
        row = note_scan(fresh(event), Scan(key="x", kind=IN, at=now()), by=None)

    assert (row.outcome, row.member_id, row.assignment_id) == (Outcome.UNKNOWN, None, None)


def test_hours_seen_by_a_desk_without_network_count_though_the_place_ended_since() -> None:
    shift, place = make_place(hours_ago=5)
    with transaction():
        fresh(place).ended_at = now() - timedelta(minutes=1)

    scan(place, IN, shift.starts_at)
    scan(place, OUT, shift.ends_at)

    assert read(place)[3] == 240


def test_who_comes_late_after_all_is_no_longer_missing() -> None:
    shift, place = make_place()
    with transaction():
        mark_missing(fresh(place), Attendance.NO_SHOW, by=None)

    scan(place, IN, shift.starts_at + timedelta(hours=1))

    assert read(place)[0] == Attendance.LATE


def test_who_has_come_is_not_missing() -> None:
    shift, place = make_place()
    scan(place, IN, shift.starts_at)

    with pytest.raises(HasArrived, match=r"was checked in already\."), transaction():
        mark_missing(fresh(place), Attendance.NO_SHOW, by=None)


def test_nobody_is_missing_before_the_shift_begins_but_may_be_excused() -> None:
    _shift, place = make_place(hours_ago=-3)

    with pytest.raises(NotBegun), transaction():
        mark_missing(fresh(place), Attendance.NO_SHOW, by=None)
    with transaction():
        mark_missing(fresh(place), Attendance.EXCUSED, by=None)

    assert read(place)[0] == Attendance.EXCUSED
    with transaction():
        unmark_missing(fresh(place), by=None)
    assert read(place)[0] is None


def test_a_scan_that_is_undone_leaves_no_trace_in_hours() -> None:
    shift, place = make_place(hours_ago=5)
    scan(place, IN, shift.starts_at)
    scan(place, OUT, shift.ends_at, key="out")
    event = shift.event

    with transaction():
        undo_scan(
            db.session.scalars(select(DeskScan).where(DeskScan.key == "out")).one(),
            fresh(event),
            by=None,
        )

    assert read(place) == (Attendance.PRESENT, shift.starts_at, None, None)
    with pytest.raises(ScanUndone), transaction():
        undo_scan(
            db.session.scalars(select(DeskScan).where(DeskScan.key == "out")).one(),
            fresh(event),
            by=None,
        )


@pytest.mark.parametrize(
    ("kind", "minutes", "error"),
    [
        (OUT, 60, LeftBeforeArrived),
        (IN, -300, TimeOutOfShift),
        (IN, 600, TimeToCome),
    ],
)
def test_times_that_cannot_be_are_refused_in_words(
    kind: ScanKind, minutes: int, error: type[GernasError]
) -> None:
    shift, place = make_place()

    at = shift.starts_at + timedelta(minutes=minutes)

    with pytest.raises(error), transaction():
        note_time(fresh(place), kind, at, key="k", by=None)


def test_a_forgotten_check_out_is_completed_by_hand() -> None:
    shift, place = make_place(hours_ago=6)
    scan(place, IN, shift.starts_at)

    with transaction():
        note_time(fresh(place), OUT, shift.ends_at, key="k", by=None)

    assert read(place)[3] == 240


def test_times_that_came_without_scans_are_kept() -> None:
    shift, place = make_place(hours_ago=6)
    with transaction():
        fresh(place).arrived_at = shift.starts_at
        fresh(place).attendance = Attendance.PRESENT

    outcome = scan(place, OUT, shift.ends_at)

    assert outcome == Outcome.LEFT
    assert read(place) == (Attendance.PRESENT, shift.starts_at, shift.ends_at, 240)


def test_who_gave_the_place_up_is_not_checked_in_by_name() -> None:
    shift, place = make_place()
    with transaction():
        fresh(place).ended_at = now() - timedelta(days=1)

    with pytest.raises(NoPlaceToNote), transaction():
        note_scan(fresh(shift).event, Scan(key="k", kind=IN, at=now(), place=fresh(place)), by=None)


def test_a_key_of_another_event_is_refused() -> None:
    shift, place = make_place()
    scan(place, IN, shift.starts_at, key="k")

    elsewhere = make_event()

    with pytest.raises(KeyElsewhere), transaction():
        note_scan(fresh(elsewhere), Scan(key="k", kind=IN, at=now()), by=None)


def test_only_who_may_check_in_does() -> None:
    shift, place = make_place()
    viewer = make_user(Role.VIEWER, fresh(shift.programme.stop).scope)
    crew = make_user(Role.GATE_CREW, shift.scopes[0])

    with pytest.raises(GernasError, match="role does not allow"):
        scan(place, IN, now(), by=fresh(viewer))
    db.session.rollback()

    assert scan(place, IN, now(), by=fresh(crew)) == Outcome.ARRIVED


def test_scans_of_one_person_at_once_make_one_arrival(app: Flask) -> None:
    shift, place = make_place(hours_ago=5)
    other = make_shift(fresh(shift.programme), starts_at=shift.starts_at)
    elsewhere = make_assignment(other, place.member)
    keys = ["one", "two", "one", "two", "three", "three"]
    starts_at = shift.starts_at

    def attempt(key: str, which: Assignment) -> str:
        return scan(which, IN, starts_at + timedelta(minutes=len(key)), key=key)

    results = race(
        app,
        [
            *[lambda k=k: attempt(k, place) for k in keys],
            *[lambda k=k: attempt(f"{k}-b", elsewhere) for k in keys],
        ],
    )

    db.session.rollback()
    assert set(results) <= {"arrived", "in_already"}
    kept = db.session.scalars(select(DeskScan.key).where(DeskScan.kind == IN)).all()
    assert sorted(kept) == ["one", "one-b", "three", "three-b", "two", "two-b"]
    assert read(place)[1] == starts_at + timedelta(minutes=3)
