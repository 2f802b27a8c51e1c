"""Take an organizer's last step back, within ten minutes; nobody has been told of it by then."""

from datetime import datetime

from sqlalchemy import or_, select

from gernas.booths.errors import BoothTaken, NothingToTakeBack
from gernas.booths.models import BoothAllocation, How, Plan
from gernas.booths.services.allocating import move_allocation, restore, swap_allocations
from gernas.booths.services.turns import (
    check_place,
    end,
    hold_registrations,
    log_step,
    read_again,
    show,
)
from gernas.booths.telling import take_back
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.permissions import Permission
from gernas.events.services.changing import By, check_may
from gernas.registrations.codes import code_words
from gernas.registrations.telling import UNDO_WITHIN

A = BoothAllocation


def undo_step(allocation: BoothAllocation, *, by: By) -> None:
    """Undo what made this allocation, or what released it: given, moved, swapped, taken back.

    Raises:
        NotAllowed, AllocationLocked, NoPlaceForBooth
        NothingToTakeBack: it is too long ago, or something has happened since.
        BoothTaken: someone else has the booth by now.
    """
    check_may(by, Permission.ALLOCATE_BOOTHS, allocation)
    is_swap = allocation.how == How.SWAPPED and allocation.released_at is None
    partner = _find_partner(allocation) if is_swap else allocation
    hold_registrations([allocation.registration_id, partner.registration_id])
    allocation = read_again(allocation)
    if allocation.released_at is not None:
        _undo_release(allocation, by=by)
        return
    if not _is_recent(allocation.allocated_at) or allocation.is_hold:
        raise NothingToTakeBack
    if allocation.how in (How.ASSIGNED, How.PROPOSED):
        _undo_given(allocation, by=by)
    elif allocation.how == How.MOVED:
        former = _find_former(allocation)
        move_allocation(allocation, former.booth, by=by)
    elif allocation.how == How.SWAPPED:
        swap_allocations(allocation, partner, by=by)
    else:
        raise NothingToTakeBack


def find_last_step(plan: Plan, *, by: By) -> BoothAllocation | None:
    """What ``undo_step`` would take back for this person; None if there is nothing recent."""
    if by is None:
        return None
    since = now() - UNDO_WITHIN
    given = (A.allocated_by_id == by.id) & (A.allocated_at > since) & A.released_at.is_(None)
    taken = (A.released_by_id == by.id) & (A.released_at > since) & A.release_reason.is_not(None)
    rows = select(A).where(A.plan_id == plan.id, or_(given, taken))
    steps = list(db.session.scalars(rows))
    return max(steps, key=_when, default=None)


def _when(step: BoothAllocation) -> tuple[datetime, int]:
    return step.released_at or step.allocated_at, step.id


def _undo_release(allocation: BoothAllocation, *, by: By) -> None:
    released_at = allocation.released_at
    if released_at is None or not allocation.release_reason or not _is_recent(released_at):
        raise NothingToTakeBack
    check_place(allocation.registration)
    restored = restore(allocation, by=by)
    after = {"exhibitor": code_words(restored.registration.code)}
    log_step("booth.undone", restored.booth, by=by, after=after)


def _undo_given(allocation: BoothAllocation, *, by: By) -> None:
    if not take_back(allocation):
        raise NothingToTakeBack
    end([allocation], at=now(), by=by)
    before = {"exhibitor": code_words(allocation.registration.code)}
    log_step("booth.undone", allocation.booth, by=by, before=before)
    show(allocation.plan)


def _is_recent(moment: datetime) -> bool:
    return now() < moment + UNDO_WITHIN


def _find_former(allocation: BoothAllocation) -> BoothAllocation:
    """What the registration had before it was moved, which ended when this began."""
    rows = select(A).where(
        A.registration_id == allocation.registration_id,
        A.plan_id == allocation.plan_id,
        A.slot == allocation.slot,
        A.released_at == allocation.allocated_at,
    )
    former = db.session.scalar(rows)
    if former is None:
        raise NothingToTakeBack
    return former


def _find_partner(allocation: BoothAllocation) -> BoothAllocation:
    """Who has what this registration had before the swap.

    Raises:
        BoothTaken: the other one was moved on since.
    """
    former = _find_former(allocation)
    rows = select(A).where(
        A.booth_id == former.booth_id,
        A.allocated_at == allocation.allocated_at,
        A.released_at.is_(None),
    )
    partner = db.session.scalar(rows)
    if partner is None:
        raise BoothTaken(former.booth)
    return partner
