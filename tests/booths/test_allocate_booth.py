"""Organizers give booths, move, swap, release, lock, and take a step back."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.booths.errors import (
    AllocationLocked,
    AllocationOver,
    BoothTaken,
    HasBooths,
    NothingToTakeBack,
    ReleaseNeedsReason,
    SameBooth,
)
from gernas.booths.jobs import release_holds_by_the_clock
from gernas.booths.models import Booth, BoothAllocation, How
from gernas.booths.services.allocating import (
    lock_allocation,
    move_allocation,
    release_allocation,
    swap_allocations,
    unlock_allocation,
)
from gernas.booths.services.undoing import find_last_step, undo_step
from gernas.core.database import db, transaction
from gernas.core.errors import NotAllowed
from gernas.core.permissions import Role
from gernas.core.revisions import get_revision
from gernas.messages.models import Message, MessageState
from gernas.registrations.models import Registration, RegistrationState
from gernas.registrations.services.answering import decline_place, withdraw_registration
from gernas.registrations.services.deciding import (
    accept_registration,
    reject_registration,
    undo_decision,
)
from tests.booths.exhibiting import (
    assign,
    do,
    hold,
    live,
    make_booth_call,
    make_choice,
    make_exhibitor,
)
from tests.booths.making import make_plan
from tests.factories import make_user
from tests.registrations.making import again, first_come, make_call, send

A01, A02 = "A01", "A02"


def mails() -> list[tuple[str, str, str]]:
    """The mails about booths that wait: template, booth, the former one."""
    db.session.rollback()
    rows = select(Message).where(Message.key.like("booth:%"), Message.state == MessageState.WAITING)
    return [
        (one.template, one.placeholders["booth"], one.placeholders.get("former", ""))
        for one in db.session.scalars(rows.order_by(Message.id))
    ]


def test_an_organizer_gives_a_booth_for_good_and_it_is_told_after_ten_minutes(
    english: Flask,
) -> None:
    [booth, _], [mine, _] = make_choice()

    given = assign(booth, mine)

    assert (given.how, given.is_hold, given.slot) == (How.ASSIGNED, False, 1)
    assert mails() == [("booth_given", A01, "")]
    message = db.session.scalars(select(Message).where(Message.key == f"booth:{given.id}")).one()
    assert (message.due_at - given.allocated_at).total_seconds() >= 599


def test_a_booth_is_given_once_and_only_by_who_may(english: Flask) -> None:
    [booth, other], [mine, theirs] = make_choice()
    assign(booth, mine)

    with pytest.raises(BoothTaken):
        assign(booth, theirs)
    with pytest.raises(HasBooths):
        assign(other, mine)
    with pytest.raises(SameBooth):
        assign(booth, mine)
    with pytest.raises(NotAllowed):
        assign(other, theirs, by=make_user(Role.VIEWER))


def test_what_is_given_ends_the_applicants_own_hold(english: Flask) -> None:
    [booth, other], [mine, theirs] = make_choice()
    hold(booth, mine)
    assign(other, mine)
    assign(booth, theirs)

    assert live(booth.plan_id) == [(A01, theirs.id), (A02, mine.id)]


def test_moving_keeps_the_history_and_tells_how_it_is_now(english: Flask) -> None:
    [first, second, third], [mine] = make_choice(3, 1)
    given = assign(first, mine)
    moved = do(move_allocation, given, second)
    assert mails() == [("booth_given", A02, "")]  # they never heard of the first
    with transaction():  # it left
        db.session.scalars(
            select(Message).where(Message.key == f"booth:{moved.id}")
        ).one().state = MessageState.SENT

    again_moved = do(move_allocation, moved, third)

    assert again_moved.how == How.MOVED
    assert mails() == [("booth_moved", "A03", A02)]
    do(move_allocation, again_moved, second)
    assert mails() == []
    rows = db.session.scalars(select(BoothAllocation).order_by(BoothAllocation.id)).all()
    assert [row.booth.label for row in rows] == [A01, A02, "A03", A02]
    with pytest.raises(AllocationOver):
        do(move_allocation, given, third)
    with pytest.raises(BoothTaken):
        do(move_allocation, assign(first, make_exhibitor(make_booth_call(first.plan))), second)


def test_two_exhibitors_change_places(english: Flask) -> None:
    [first, second], [one, other] = make_choice()
    left, right = assign(first, one), assign(second, other)

    do(swap_allocations, left, right)

    assert live(first.plan_id) == [(A01, other.id), (A02, one.id)]
    assert mails() == [("booth_given", A02, ""), ("booth_given", A01, "")]


def test_a_booth_is_released_with_a_reason(english: Flask) -> None:
    [booth, _], [mine, _] = make_choice()
    given = assign(booth, mine)

    with pytest.raises(ReleaseNeedsReason):
        do(release_allocation, given, reason=" ")
    released = do(release_allocation, given, reason="The stage needs the room.")

    assert released.release_reason == "The stage needs the room."
    assert (live(booth.plan_id), mails()) == ([], [])  # they never heard of it


def test_a_locked_exhibitor_stays_where_it_is(english: Flask) -> None:
    [first, second], [one, other] = make_choice()
    left, right = assign(first, one), assign(second, other)
    do(lock_allocation, left)

    steps: list[Callable[[], object]] = [
        lambda: do(move_allocation, left, second),
        lambda: do(swap_allocations, right, left),
        lambda: do(release_allocation, left, reason="x"),
    ]
    for step in steps:
        with pytest.raises(AllocationLocked):
            step()
    do(unlock_allocation, left)
    do(swap_allocations, left, right)


def test_steps_are_taken_back_one_by_one(english: Flask, later: Any) -> None:
    [first, second], [one, other] = make_choice()
    by = make_user(Role.ADMINISTRATOR)
    left, right = assign(first, one, by=by), assign(second, other, by=by)
    swapped, _ = do(swap_allocations, left, right, by=by)
    do(undo_step, swapped, by=by)
    assert live(first.plan_id) == [(A01, one.id), (A02, other.id)]

    step = find_last_step(first.plan, by=by)
    assert step is not None
    released = do(release_allocation, step, reason="Too near", by=by)
    step = find_last_step(first.plan, by=by)
    assert step is not None
    assert step.id == released.id
    do(undo_step, step, by=by)
    assert live(first.plan_id) == [(A01, one.id), (A02, other.id)]
    assert sorted(mails()) == [("booth_given", A01, ""), ("booth_given", A02, "")]
    later(minutes=11)
    assert find_last_step(first.plan, by=by) is None
    with pytest.raises(NothingToTakeBack):
        do(undo_step, released, by=by)


def test_a_booth_just_given_or_moved_is_taken_back(english: Flask) -> None:
    [first, second], [mine, _] = make_choice()
    given = assign(first, mine)
    do(undo_step, given)
    assert (live(first.plan_id), mails()) == ([], [])

    moved = do(move_allocation, assign(first, mine), second)
    do(undo_step, moved)

    assert live(first.plan_id) == [(A01, mine.id)]
    assert mails() == [("booth_given", A01, "")]


@pytest.mark.parametrize("service", [withdraw_registration, decline_place])
def test_who_gives_the_place_back_gives_the_booth_back(english: Flask, service: Any) -> None:
    [booth], _ = make_choice(1, 0)
    mine = make_exhibitor(make_booth_call(booth.plan, confirm_days=3))
    assign(booth, mine)
    before = get_revision(booth.plan.scope)

    with transaction():
        service(db.session.get_one(Registration, mine.id), by=None)

    assert (live(booth.plan_id), mails()) == ([], [])
    assert get_revision(booth.plan.scope) > before


def test_a_rejection_that_is_undone_brings_the_booth_back(english: Flask) -> None:
    [booth], [other] = make_choice(1, 1)
    call = make_call(places=3)
    make_booth_call(booth.plan, call=call)
    by = make_user(Role.ADMINISTRATOR)
    mine = send(call)
    with transaction():
        accept_registration(db.session.merge(mine), by=by)
    assign(booth, mine)
    with transaction():
        db.session.get_one(
            Registration, mine.id
        ).state = RegistrationState.IN_REVIEW  # edited, keeps its place
    with transaction():
        reject_registration(db.session.get_one(Registration, mine.id), reason="No NIB", by=by)
    assert live(booth.plan_id) == []

    with transaction():
        undo_decision(db.session.get_one(Registration, mine.id), by=by)
    assert live(booth.plan_id) == [(A01, mine.id)]

    with transaction():
        reject_registration(db.session.get_one(Registration, mine.id), reason="No NIB", by=by)
    assign(booth, other)
    with transaction():
        undo_decision(db.session.get_one(Registration, mine.id), by=by)
    assert live(booth.plan_id) == [(A01, other.id)]


def test_an_acceptance_that_is_undone_takes_the_booth(english: Flask) -> None:
    [booth], _ = make_choice(1, 0)
    call = make_call(places=3)
    make_booth_call(booth.plan, call=call)
    by = make_user(Role.ADMINISTRATOR)
    mine = send(call)
    with transaction():
        accept_registration(db.session.merge(mine), by=by)
    assign(booth, mine)

    with transaction():
        undo_decision(db.session.get_one(Registration, mine.id), by=by)

    assert live(booth.plan_id) == []


def test_a_lapsed_offer_frees_the_booth_for_the_next_in_line(english: Flask, later: Any) -> None:
    [booth], _ = make_choice(1, 0)
    call = first_come(places=1, confirm_days=1)
    make_booth_call(booth.plan, call=call)
    mine = send(call)
    assign(booth, mine)
    later(days=3)

    send(call)  # whoever comes expires the offer of before

    assert again(mine).state == "expired"
    assert live(booth.plan_id) == []


def test_the_worker_releases_holds_that_are_over(english: Flask, later: Any) -> None:
    [booth, other], [mine, theirs] = make_choice(hold_minutes=5)
    hold(booth, mine)
    assign(other, theirs)
    later(minutes=6)
    before = get_revision(booth.plan.scope)

    release_holds_by_the_clock()
    release_holds_by_the_clock()

    assert live(booth.plan_id) == [(A02, theirs.id)]
    assert get_revision(booth.plan.scope) == before + 1


def test_of_a_draft_nobody_is_told(english: Flask) -> None:
    terms = make_booth_call(make_plan())
    [booth, _], _ = make_choice()
    with transaction():
        row = db.session.get_one(Booth, booth.id)
        row.plan_id = terms.plan_id
    assign(booth, make_exhibitor(terms))

    assert mails() == []
