"""Coordinators add, change, copy, publish and cancel shifts; people hear, hours stay."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gernas.accounts.models import User
from gernas.audit.models import AuditEntry
from gernas.calendars.models import KeptEntry
from gernas.core.clock import now, to_utc
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, NotAllowed
from gernas.core.permissions import Role, Scope
from gernas.messages.models import Message
from gernas.youth.models import Shift, YouthProgramme
from gernas.youth.services.shifts import (
    add_shift,
    cancel_shift,
    copy_shift,
    edit_shift,
    move_shifts,
    publish_shift,
    remove_shift,
    withdraw_shift,
)
from gernas.youth.shifts.calendar import list_uids_of
from gernas.youth.shifts.errors import (
    NeedsReason,
    ShiftCancelled,
    ShiftChanged,
    ShiftHasPeople,
)
from gernas.youth.shifts.jobs import fill_by_the_clock, remind_by_the_clock
from gernas.youth.shifts.values import ShiftValues
from gernas.youth.shifts.words import shift_warnings
from tests.factories import make_event, make_user
from tests.youth.making import make_member, make_programme, make_role, make_shift
from tests.youth.shifting import fresh, holders, leave, need_of, take, waiting

pytestmark = pytest.mark.usefixtures("english")
DAY = (now() + timedelta(days=10)).date()


def make_boss(programme: YouthProgramme) -> User:
    return make_user(Role.YOUTH_COORDINATOR, Scope("stop", programme.stop_id))


def do(work: Callable[..., Any], row: Any, *args: Any, by: User | None, **more: Any) -> Any:
    with transaction():
        return work(fresh(row), *args, by=fresh(by) if by is not None else None, **more)


def make_values(programme: YouthProgramme, **more: Any) -> ShiftValues:
    values: dict[str, Any] = {
        "event_id": more.pop("event_id", None) or make_event(programme.stop).id,
        "title": "Registration desk",
        "day": DAY,
        "starts": time(8),
        "ends": time(12),
        "wanted": more.pop("wanted", None) or {make_role(programme).id: 3},
    }
    return ShiftValues(**{**values, **more})


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def mails() -> list[str]:
    rows = select(Message.template).where(Message.state == "waiting").order_by(Message.id)
    return list(db.session.scalars(rows))


def test_a_shift_is_typed_in_the_time_of_its_event() -> None:
    programme = make_programme()
    event = make_event(programme.stop, zone="Asia/Jayapura")

    shift = do(
        add_shift, programme, make_values(programme, event_id=event.id), by=make_boss(programme)
    )

    assert shift.starts_at == to_utc(DAY, time(8), "Asia/Jayapura")
    assert shift.leave_until == shift.starts_at - timedelta(hours=24)
    assert [need.wanted for need in shift.needs] == [3]
    assert (shift.published_at, actions()) == (None, ["shift.added"])


def test_an_end_before_the_beginning_is_on_the_next_day() -> None:
    programme = make_programme()

    shift = do(
        add_shift,
        programme,
        make_values(programme, starts=time(20), ends=time(2)),
        by=None,
    )

    assert shift.minutes == 6 * 60


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 400}, "title"),
        ({"day": date(1900, 1, 1)}, "day"),
        ({"starts": time(8), "ends": time(8)}, "ends"),
        ({"starts": time(8), "ends": time(7)}, "ends"),
        ({"leave_hours": 400}, "leave_hours"),
        ({"wanted": {1: 0}}, "wanted"),
        ({"wanted": {1: 1001}}, "wanted"),
        ({"wanted": {999_999: 1}}, "wanted"),
        ({"event_id": 999_999}, "event_id"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_what_cannot_be_kept_is_told_at_its_field(values: dict[str, Any], field: str) -> None:
    programme = make_programme()

    with pytest.raises(BadValues) as refused:
        do(add_shift, programme, make_values(programme, **values), by=None)

    assert list(refused.value.problems) == [field]


def test_an_event_or_role_of_another_stop_is_refused() -> None:
    programme, other = make_programme(), make_programme()

    foreign_event = make_values(programme, event_id=make_event(other.stop).id)
    foreign_role = make_values(programme, wanted={make_role(other).id: 1})

    with pytest.raises(BadValues, match=r"^Choose an event of this province\.$"):
        do(add_shift, programme, foreign_event, by=None)
    with pytest.raises(BadValues, match=r"^Choose roles of this programme\.$"):
        do(add_shift, programme, foreign_role, by=None)


def test_only_coordinators_of_the_stop_may() -> None:
    programme = make_programme()
    stranger = make_boss(make_programme())
    shift = make_shift(programme)

    for work, row, args in (
        (add_shift, programme, (make_values(programme),)),
        (edit_shift, shift, (ShiftValues.of(shift),)),
        (copy_shift, shift, ([DAY],)),
        (publish_shift, shift, ()),
        (withdraw_shift, shift, ()),
        (remove_shift, shift, ()),
    ):
        with pytest.raises(NotAllowed):
            do(work, row, *args, by=stranger)
    with pytest.raises(NotAllowed):
        do(cancel_shift, shift, reason="Rain", by=stranger)


def test_a_shift_is_copied_to_other_days() -> None:
    programme = make_programme()
    shift = make_shift(programme, wanted=4)
    days = [DAY + timedelta(days=n) for n in (2, 1)]

    copies = do(copy_shift, shift, days, by=make_boss(programme))

    assert [ShiftValues.of(one).day for one in copies] == sorted(days)
    assert {one.needs[0].wanted for one in copies} == {4}
    assert all(one.published_at for one in copies)
    with pytest.raises(BadValues):
        do(copy_shift, shift, [], by=None)


def test_a_change_of_time_is_told_once_and_as_it_is_now() -> None:
    programme = make_programme()
    shift = make_shift(programme)
    take(shift, make_member(programme, email="rina@contoh.id"))
    boss = make_boss(programme)
    values = ShiftValues.of(shift)

    do(edit_shift, shift, ShiftValues(**{**vars(values), "note": "Water"}), by=boss)
    assert mails() == []
    for hour in (5, 6):
        moved = ShiftValues(**{**vars(values), "starts": time(hour), "ends": time(hour + 4)})
        do(edit_shift, shift, moved, by=boss)

    told = db.session.scalars(select(Message).where(Message.state == "waiting")).one()
    assert told.template == "shift_changed"
    assert "06" in told.placeholders["when"]
    assert actions() == ["shift.edited"] * 3


def test_fewer_people_than_have_a_place_are_refused_and_more_go_to_who_waits() -> None:
    programme = make_programme()
    shift = make_shift(programme, wanted=2)
    members = [make_member(programme) for _ in range(4)]
    for member in members:
        take(shift, member)
    role_id = need_of(shift).role_id
    values = ShiftValues.of(fresh(shift))

    with pytest.raises(BadValues, match=r"^2 people have a place as Peran"):
        do(edit_shift, shift, ShiftValues(**{**vars(values), "wanted": {role_id: 1}}), by=None)
    do(edit_shift, shift, ShiftValues(**{**vars(values), "wanted": {role_id: 3}}), by=None)

    assert len(holders(shift)) == 3
    assert waiting(shift) == [members[3].id]


def test_who_saves_over_someone_elses_change_is_told() -> None:
    programme = make_programme()
    shift = make_shift(programme)
    boss = make_boss(programme)
    values = ShiftValues.of(shift)
    do(edit_shift, shift, ShiftValues(**{**vars(values), "note": "Water"}), by=boss, version=1)

    with pytest.raises(ShiftChanged, match=r"^Orang \d+ changed this shift"):
        do(edit_shift, shift, values, by=boss, version=1)


def test_a_cancelled_shift_frees_its_people_and_hours_stay() -> None:
    programme = make_programme()
    shift = make_shift(programme, wanted=2)
    there, free, waits = (make_member(programme, email=f"{n}@contoh.id") for n in "abc")
    place = take(shift, there)
    take(shift, free)
    take(shift, waits)
    with transaction():
        fresh(place).arrived_at = now()
    boss = make_boss(programme)

    with pytest.raises(NeedsReason):
        do(cancel_shift, shift, reason=" ", by=boss)
    assert do(cancel_shift, shift, reason="Storm", by=boss) == 2

    assert holders(shift) == [there.id]
    assert need_of(shift).used == 1
    assert mails() == ["shift_cancelled", "shift_cancelled"]
    assert do(cancel_shift, shift, reason="Again", by=boss) == 0
    with pytest.raises(ShiftCancelled):
        do(edit_shift, shift, ShiftValues.of(fresh(shift)), by=boss)


def test_a_shift_with_a_history_is_neither_deleted_nor_hidden() -> None:
    programme = make_programme()
    shift, empty = make_shift(programme), make_shift(programme)
    leave(take(shift, make_member(programme)))

    for work in (remove_shift, withdraw_shift):
        with pytest.raises(ShiftHasPeople):
            do(work, shift, by=None)
    do(withdraw_shift, empty, by=None)
    do(remove_shift, empty, by=None)

    assert list(db.session.scalars(select(Shift.id))) == [shift.id]


def test_shifts_move_along_with_their_event() -> None:
    programme = make_programme()
    event = make_event(programme.stop)
    shifts = [
        make_shift(programme, event_id=event.id, starts_at=now() + timedelta(days=n))
        for n in (3, 4, -1)
    ]
    other = make_shift(programme)
    take(shifts[0], make_member(programme, email="rina@contoh.id"))
    begins = [one.starts_at for one in (*shifts, other)]

    with transaction():
        moved = move_shifts(fresh(programme), fresh(event), 7, by=None)

    assert len(moved) == 2
    week = timedelta(days=7)
    assert [fresh(one).starts_at for one in (*shifts, other)] == [
        begins[0] + week,
        begins[1] + week,
        begins[2],  # it has begun
        begins[3],
    ]
    assert mails() == ["shift_changed"]
    for days in (0, 400, -400):
        with pytest.raises(BadValues), transaction():
            move_shifts(fresh(programme), fresh(event), days, by=None)


def test_a_coordinator_is_warned_when_the_event_went_elsewhere() -> None:
    programme = make_programme()
    today = now().date()
    events = [
        make_event(programme.stop, starts_on=today + timedelta(days=2)),
        make_event(programme.stop, starts_on=today + timedelta(days=40)),
        make_event(programme.stop, starts_on=today, status="cancelled"),
        make_event(programme.stop, starts_on=today, date_unknown=True, status="postponed"),
    ]

    found = [shift_warnings(make_shift(programme, event_id=one.id)) for one in events]

    assert found[0] == []
    assert ["Was it moved?" in found[1][0], "is cancelled" in found[2][0]] == [True, True]
    assert found[3] == ["The event is postponed without a new date."]


# --- Calendars ------------------------------------------------------------------------------


def entry_of(shift: Shift) -> KeptEntry:
    rows = select(KeptEntry).where(KeptEntry.kind == "youth_shift", KeptEntry.object_id == shift.id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).one()


def test_a_shift_stands_in_the_calendar_of_who_has_a_place() -> None:
    programme = make_programme()
    shift = do(add_shift, programme, make_values(programme), by=None, publish=True)
    one, other = make_member(programme), make_member(programme)
    place = take(shift, one)

    assert list_uids_of(one.id) == {entry_of(shift).uid}
    assert list_uids_of(other.id) == set()
    leave(place)
    assert list_uids_of(one.id) == set()  # at once


def test_its_number_rises_with_time_and_place_only() -> None:
    programme = make_programme()
    shift = do(add_shift, programme, make_values(programme), by=None, publish=True)
    values = ShiftValues.of(shift)
    first = entry_of(shift)

    do(edit_shift, shift, ShiftValues(**{**vars(values), "note": "Water"}), by=None)
    noted = entry_of(shift).sequence
    moved_values = ShiftValues(**{**vars(values), "place": "East gate"})
    do(edit_shift, shift, moved_values, by=None)
    moved = entry_of(shift).sequence
    do(cancel_shift, shift, reason="Storm", by=None)

    assert (noted, moved, entry_of(shift).sequence) == (0, 1, 2)
    assert entry_of(shift).uid == first.uid
    assert b"STATUS:CANCELLED" in entry_of(shift).vevent


def test_a_cancelled_shift_is_told_in_the_calendar_for_a_while(later: Any) -> None:
    programme = make_programme()
    shift = do(add_shift, programme, make_values(programme), by=None, publish=True)
    member = make_member(programme)
    take(shift, member)

    do(cancel_shift, shift, reason="Storm", by=None)

    assert list_uids_of(member.id) == {entry_of(shift).uid}
    later(days=31)
    assert list_uids_of(member.id) == set()


def test_a_draft_has_no_entry() -> None:
    programme = make_programme()
    do(add_shift, programme, make_values(programme), by=None)

    assert list(db.session.scalars(select(KeptEntry.kind))) == []


# --- By the clock ---------------------------------------------------------------------------


def make_working(hours: int) -> Shift:
    programme = make_programme()
    shift = make_shift(programme, starts_at=now() + timedelta(hours=hours))
    take(shift, make_member(programme, email="rina@contoh.id"))
    take(shift, make_member(programme))  # has no address
    return shift


def test_members_are_reminded_the_day_before_and_two_hours_before(later: Any) -> None:
    make_working(40)

    remind_by_the_clock()
    assert mails() == []
    later(hours=17)
    for _ in range(2):
        remind_by_the_clock()
    assert mails() == ["shift_tomorrow"]
    later(hours=21, minutes=10)
    for _ in range(2):
        remind_by_the_clock()
    assert mails() == ["shift_tomorrow", "shift_soon"]


def test_after_a_dead_worker_nothing_stale_is_told(later: Any) -> None:
    make_working(40)
    later(hours=36)  # four hours before: it is no longer the day before
    remind_by_the_clock()
    assert mails() == []
    later(hours=5)  # it has begun
    remind_by_the_clock()
    assert mails() == []


def test_who_took_it_a_moment_ago_needs_no_reminder_of_tomorrow() -> None:
    make_working(20)

    remind_by_the_clock()

    assert mails() == []


def test_a_shift_that_moved_is_reminded_of_anew(later: Any) -> None:
    shift = make_working(40)
    later(hours=20)
    remind_by_the_clock()
    values = ShiftValues.of(shift)
    do(edit_shift, shift, values.on(values.day + timedelta(days=2)), by=None)
    later(hours=48)

    remind_by_the_clock()

    assert mails().count("shift_tomorrow") == 2


def test_the_worker_fills_what_nobody_filled() -> None:
    programme = make_programme()
    shift = make_shift(programme, wanted=1)
    one, two = make_member(programme), make_member(programme)
    take(shift, one)
    take(shift, two)
    with transaction():  # as if whoever freed it had met a locked member
        need_of(shift).wanted = 2

    fill_by_the_clock()

    assert holders(shift) == [one.id, two.id]
