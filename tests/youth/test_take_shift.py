"""Members take and leave shifts; the waiting list moves up; coordinators put in and take off."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.errors import NotAllowed
from gernas.core.permissions import Role, Scope
from gernas.messages.models import Message
from gernas.youth.guards import Bar
from gernas.youth.models import Assignment, ShiftNeed
from gernas.youth.services.taking import end_future_places
from gernas.youth.shifts.errors import (
    HasHours,
    InAnotherRole,
    NeedsReason,
    NotForYou,
    ShiftBegun,
    ShiftFull,
    ShiftNotOpen,
    TooLateToLeave,
)
from gernas.youth.shifts.rules import Why
from tests.factories import make_event, make_user, save
from tests.youth.making import (
    make_enrolment,
    make_guardian,
    make_member,
    make_programme,
    make_role,
    make_shift,
)
from tests.youth.shifting import (
    fresh,
    holders,
    leave,
    make_rush,
    need_of,
    take,
    waiting,
)

pytestmark = pytest.mark.usefixtures("english")


def mails() -> list[tuple[str, str]]:
    rows = select(Message.template, Message.recipient).order_by(Message.id)
    return [tuple(row) for row in db.session.execute(rows)]  # type: ignore[misc]


def test_a_place_is_taken_with_one_tap_and_counted() -> None:
    shift, [member] = make_rush(2, 1)

    assignment = take(shift, member)

    assert (assignment.holds_place, assignment.how) == (True, "member")
    assert need_of(shift).used == 1
    assert holders(shift) == [member.id]


def test_the_second_tap_does_nothing() -> None:
    shift, [member] = make_rush(2, 1)

    first, again = take(shift, member, key="k1"), take(shift, member, key="k2")

    assert first.id == again.id
    assert need_of(shift).used == 1


def test_a_retry_of_a_request_gives_back_what_it_did_even_if_it_was_left_since() -> None:
    shift, [member] = make_rush(2, 1)
    first = take(shift, member, key="k1")
    leave(first)

    again = take(shift, member, key="k1")

    assert again.id == first.id
    assert holders(shift) == []


def test_who_comes_too_late_waits_and_moves_up_in_order(context: Flask) -> None:
    shift, [one, two, three] = make_rush(1, 3)
    first = take(shift, one)
    take(shift, two)
    take(shift, three)
    assert waiting(shift) == [two.id, three.id]

    leave(first)

    assert (holders(shift), waiting(shift)) == ([two.id], [three.id])
    assert need_of(shift).used == 1


def test_who_moves_up_hears_of_it() -> None:
    programme = make_programme()
    shift = make_shift(programme, wanted=1)
    first = take(shift, make_member(programme))
    take(shift, make_member(programme, email="rina@contoh.id"))

    leave(first)

    assert mails() == [("shift_moved_up", "rina@contoh.id")]


def test_who_may_not_work_it_now_is_passed_over_told_once_and_stays() -> None:
    programme = make_programme()
    shift = make_shift(programme, wanted=1)
    other = make_shift(programme, starts_at=shift.starts_at + timedelta(hours=1))
    first = take(shift, make_member(programme))
    busy, next_one = (
        make_member(programme, email="a@contoh.id", language="en"),
        make_member(programme),
    )
    take(shift, busy)
    take(shift, next_one)
    take(other, busy)

    leave(first)
    assert holders(shift) == [next_one.id]
    leave(db.session.scalars(select(Assignment).where(Assignment.member_id == next_one.id)).one())

    assert (holders(shift), waiting(shift)) == ([], [busy.id])
    assert mails() == [("shift_passed_by", "a@contoh.id")]
    passed = db.session.scalars(select(Message)).one()
    assert "At the same time as another shift" in passed.placeholders["reason"]


def test_who_waits_but_may_not_work_it_keeps_nobody_out() -> None:
    programme = make_programme()
    shift = make_shift(programme, wanted=1)
    other = make_shift(programme, starts_at=shift.starts_at)
    first, busy, newcomer = (make_member(programme) for _ in range(3))
    place = take(shift, first)
    take(shift, busy)
    take(other, busy)
    leave(place)

    take(shift, newcomer)

    assert (holders(shift), waiting(shift)) == ([newcomer.id], [busy.id])


def test_close_to_the_beginning_nobody_moves_up_unasked() -> None:
    shift, [one, two] = make_rush(1, 2, starts_at=now() + timedelta(hours=1))
    first = take(shift, one)
    take(shift, two)

    leave(first)

    assert (holders(shift), waiting(shift)) == ([], [two.id])


def test_a_member_leaves_until_the_deadline(later: Any) -> None:
    shift, [member] = make_rush(1, 1, starts_at=now() + timedelta(hours=30))
    place = take(shift, member)
    later(hours=7)  # the deadline is a day before

    with pytest.raises(TooLateToLeave, match=r"^You could leave this shift until .*Tell the coord"):
        leave(place)
    assert holders(shift) == [member.id]


def test_who_tapped_by_mistake_past_the_deadline_has_an_hour(later: Any) -> None:
    shift, [one, two] = make_rush(2, 2, starts_at=now() + timedelta(hours=10))
    mine, other = take(shift, one), take(shift, two)
    leave(mine)
    later(minutes=61)

    with pytest.raises(TooLateToLeave):
        leave(other)


def test_nobody_takes_or_leaves_what_has_begun(later: Any) -> None:
    shift, [one, two] = make_rush(2, 2, starts_at=now() + timedelta(minutes=30))
    place = take(shift, one)
    later(minutes=30)

    with pytest.raises(ShiftBegun):
        leave(place)
    with pytest.raises(ShiftBegun):
        take(shift, two)


@pytest.mark.parametrize("values", [{"published_at": None}, {"cancelled_at": now()}])
def test_only_open_shifts_are_taken(values: dict[str, Any]) -> None:
    shift, [member] = make_rush(1, 1, **values)

    with pytest.raises(ShiftNotOpen):
        take(shift, member)


def test_a_shift_of_a_cancelled_event_is_not_taken() -> None:
    programme = make_programme()
    event = make_event(programme.stop, status="cancelled")
    shift = make_shift(programme, event_id=event.id)

    with pytest.raises(ShiftNotOpen):
        take(shift, make_member(programme))


def test_a_minor_needs_a_guardian_who_was_called() -> None:
    programme = make_programme()
    shift = make_shift(programme)
    minor = make_member(programme, birth_date=date(shift.starts_at.year - 17, 1, 1))

    with pytest.raises(NotForYou, match=r"guardian is still missing") as refused:
        take(shift, minor)
    assert refused.value.hindrances == [Bar.GUARDIAN_OPEN]
    guardian = make_guardian(minor, checked_at=None)
    with pytest.raises(NotForYou, match=r"still has to call"):
        take(shift, minor)

    with transaction():
        fresh(guardian).checked_at = now()
    assert take(shift, minor).holds_place


def test_shifts_of_other_stops_count_too() -> None:
    here, there = make_programme(), make_programme()
    member = make_member(here)
    make_enrolment(there, member)
    shift = make_shift(here)
    take(shift, member)

    with pytest.raises(NotForYou) as refused:
        take(make_shift(there, starts_at=shift.starts_at + timedelta(hours=1)), member)

    assert [one.why for one in refused.value.hindrances] == [Why.OVERLAP]  # type: ignore[union-attr]


def test_who_is_not_in_the_programme_takes_nothing() -> None:
    shift, _ = make_rush(1, 0)

    with pytest.raises(NotForYou, match=r"^Not, or no longer, in this programme\.$"):
        take(shift, make_member(make_programme()))


def test_one_member_has_one_role_in_a_shift() -> None:
    shift, [member] = make_rush(1, 1)
    other = save(ShiftNeed(shift_id=shift.id, role_id=make_role(shift.programme).id, wanted=1))
    take(shift, member)

    from gernas.youth.services.taking import take_shift

    with pytest.raises(InAnotherRole), transaction():
        take_shift(fresh(other), fresh(member))


# --- By coordinators ------------------------------------------------------------------------


def test_a_coordinator_puts_a_member_in_and_the_member_hears_of_it() -> None:
    programme = make_programme()
    shift = make_shift(programme)
    boss = make_user(Role.YOUTH_COORDINATOR, Scope("stop", programme.stop_id))
    member = make_member(programme, email="rina@contoh.id")

    place = take(shift, member, by=boss, how="coordinator", waits=False)

    assert (place.taken_by_id, place.how) == (boss.id, "coordinator")
    assert mails() == [("shift_given", "rina@contoh.id")]


def test_a_coordinator_passes_over_skills_but_never_over_the_law() -> None:
    programme = make_programme()
    boss = make_user(Role.YOUTH_COORDINATOR, Scope("stop", programme.stop_id))
    shift = make_shift(programme, make_role(programme, skills=["photo"]))
    member = make_member(programme)
    minor = make_member(programme, birth_date=date(shift.starts_at.year - 17, 1, 1))

    with pytest.raises(NotForYou, match=r"^Needs: Photography\.$"):
        take(shift, member, by=boss)
    assert take(shift, member, by=boss, passing_over=True).holds_place
    with pytest.raises(NotForYou):
        take(shift, minor, by=boss, passing_over=True)
    with pytest.raises(NotForYou):
        take(shift, make_member(programme), passing_over=True)  # not for members themselves


def test_a_full_shift_is_full_for_coordinators_too() -> None:
    shift, [one, two] = make_rush(1, 2)
    boss = make_user(Role.YOUTH_COORDINATOR, Scope("stop", shift.programme.stop_id))
    take(shift, one)

    with pytest.raises(ShiftFull):
        take(shift, two, by=boss, waits=False)


def test_coordinators_of_other_stops_may_not() -> None:
    shift, [one, two] = make_rush(2, 2)
    stranger = make_user(Role.YOUTH_COORDINATOR, Scope("stop", make_programme().stop_id))
    place = take(shift, one)

    with pytest.raises(NotAllowed):
        take(shift, two, by=stranger)
    with pytest.raises(NotAllowed):
        leave(place, by=stranger, reason="x")


def test_who_is_taken_off_reads_why_unless_the_place_was_never_told() -> None:
    programme = make_programme()
    shift = make_shift(programme)
    boss = make_user(Role.YOUTH_COORDINATOR, Scope("stop", programme.stop_id))
    one = take(shift, make_member(programme, email="a@contoh.id"))
    two = take(shift, make_member(programme, email="b@contoh.id"), by=boss)

    with pytest.raises(NeedsReason):
        leave(one, by=boss)
    leave(one, by=boss, reason="Doubled")
    leave(two, by=boss, reason="Doubled")

    waiting_mails = select(Message.template, Message.recipient).where(Message.state == "waiting")
    assert [tuple(row) for row in db.session.execute(waiting_mails)] == [
        ("shift_taken_off", "a@contoh.id")
    ]


def test_a_place_with_hours_stays() -> None:
    shift, [member] = make_rush(1, 1)
    boss = make_user(Role.YOUTH_COORDINATOR, Scope("stop", shift.programme.stop_id))
    place = take(shift, member)
    with transaction():
        fresh(place).arrived_at = now()

    with pytest.raises(HasHours):
        leave(place, by=boss, reason="Doubled")


def test_who_leaves_the_programme_leaves_its_future_shifts(later: Any) -> None:
    here, there = make_programme(), make_programme()
    member = make_member(here)
    make_enrolment(there, member)
    soon = make_shift(here, starts_at=now() + timedelta(hours=1))
    shift = make_shift(here, wanted=1)
    elsewhere = make_shift(there, starts_at=shift.starts_at + timedelta(days=3))
    next_one = make_member(here)
    for one in (soon, shift, elsewhere):
        take(one, member)
    take(shift, next_one)
    later(hours=1)

    with transaction():
        ended = end_future_places(fresh(member), reason="Left", programme_id=here.id)

    assert ended == 1
    assert holders(soon) == [member.id]  # it has begun
    assert holders(elsewhere) == [member.id]
    assert holders(shift) == [next_one.id]


def test_a_guardian_who_withdraws_ends_the_days_under_eighteen_only() -> None:
    programme = make_programme()
    early = make_shift(programme, starts_at=(now() + timedelta(days=2)).replace(hour=3))
    birthday = (now() + timedelta(days=4)).date()
    member = make_member(programme, birth_date=birthday.replace(year=birthday.year - 18))
    make_guardian(member)
    grown = make_shift(programme, starts_at=(now() + timedelta(days=6)).replace(hour=3))
    take(early, member)
    take(grown, member)

    with transaction():
        ended = end_future_places(fresh(member), reason="Withdrawn", only_minor=True)

    assert ended == 1
    assert (holders(early), holders(grown)) == ([], [member.id])
