"""Who gets which booth: held, confirmed, given, moved, swapped, released, locked.

How the rows are locked and what the database keeps is told in ``turns``.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select

from gernas.booths.errors import (
    AllocationOver,
    BoothTaken,
    HasBooths,
    HoldOver,
    ReleaseNeedsReason,
    SameBooth,
)
from gernas.booths.models import (
    REASON_LENGTH,
    Booth,
    BoothAllocation,
    How,
    Plan,
)
from gernas.booths.rights import HARD
from gernas.booths.services.turns import (
    check_booth,
    check_choosing,
    check_place,
    check_step,
    check_unlocked,
    end,
    end_over,
    find_free_slot,
    get_terms,
    hold_applicant,
    hold_booths,
    hold_registration,
    hold_registration_of,
    hold_registrations,
    list_unreleased,
    log_step,
    put_allocation,
    read_again,
    show,
)
from gernas.booths.telling import (
    take_back,
    tell_given,
    tell_given_back,
    tell_moved,
    tell_released,
)
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.permissions import Permission
from gernas.core.text import clean_text
from gernas.events.services.changing import By, check_may
from gernas.registrations.codes import code_words
from gernas.registrations.models import Registration

A = BoothAllocation
LEAVE_GRACE = timedelta(seconds=30)


# --- By the applicant -----------------------------------------------------------------------


def hold_booth(booth: Booth, registration: Registration, *, by: By) -> BoothAllocation:
    """Keep a free booth for an applicant for some minutes; a hold of before is let go.

    Whoever calls this has fetched the registration for its applicant. Held already, nothing
    happens, and the clock goes on.

    Raises:
        NotChoosing: not in this call, or not now.
        NoPlaceForBooth, BoothGone, BoothNotForYou, SponsorFull
        HasBooths: it has all the booths that its call allows.
        BoothTaken: someone else was faster.
    """
    return hold_by_ids(booth.id, registration.id, plan_id=booth.plan_id, by=by)


def hold_by_ids(booth_id: int, registration_id: int, *, plan_id: int, by: By) -> BoothAllocation:
    """The same, in as few questions as it takes: many hold at once, each in its turn."""
    registration, terms, exhibitor = hold_applicant(registration_id, plan_id)
    check_choosing(terms)
    check_place(registration)
    own = list_unreleased(registration, terms.plan_id)
    booth = hold_booths([booth_id, *(one.booth_id for one in own if one.is_hold)])[booth_id]
    moment = now()
    for one in own:
        if one.booth_id == booth.id and one.is_live:
            return one
    end([one for one in own if one.is_hold], at=moment)
    check_booth(booth, registration, terms, exhibitor=exhibitor)
    taken = [one for one in own if not one.is_hold]
    return put_allocation(
        booth,
        registration,
        slot=find_free_slot(taken, terms),
        how=How.CHOSEN,
        at=moment,
        by=by if by is not None and by.id != registration.user_id else None,
        held_until=moment + timedelta(minutes=terms.hold_minutes),
    )


def confirm_hold(allocation: BoothAllocation) -> BoothAllocation:
    """Make a held booth the applicant's for good. Done already, nothing happens.

    Raises:
        HoldOver: its time is over.
        AllocationOver: it was released or moved.
        NoPlaceForBooth: the registration has lost its place.
    """
    registration = hold_registration_of(allocation)
    allocation = read_again(allocation)
    if allocation.released_at is None and allocation.confirmed_at is not None:
        return allocation
    if not allocation.is_live:
        lapsed = allocation.released_by_id is None and not allocation.release_reason
        raise (HoldOver if lapsed else AllocationOver)(allocation.booth)
    check_place(registration)
    allocation.confirmed_at, allocation.held_until = now(), None
    tell_given(allocation, at_once=True)
    show(allocation.plan)
    return allocation


def leave_hold(allocation: BoothAllocation) -> BoothAllocation:
    """Let a hold end soon, as its applicant has gone from the plan.

    Not at once: whoever loads the page again has gone for a moment too, see ``come_back``. Over, or
    for good, nothing happens.
    """
    hold_registration_of(allocation)
    allocation = read_again(allocation)
    if allocation.is_live and allocation.held_until is not None:
        allocation.held_until = min(allocation.held_until, now() + LEAVE_GRACE)
        show(allocation.plan)
    return allocation


def come_back(allocation: BoothAllocation) -> BoothAllocation:
    """Give a hold that was left all of its time again, as its applicant looks at the plan anew.

    Over, or for good, nothing happens.
    """
    hold_registration_of(allocation)
    allocation = read_again(allocation)
    if was_left(allocation):
        allocation.held_until = _full_time(allocation)
        show(allocation.plan)
    return allocation


def was_left(allocation: BoothAllocation) -> bool:
    """Whether a hold lasts, and would last longer had its page not been left."""
    until = allocation.held_until
    return allocation.is_live and until is not None and until < _full_time(allocation)


def _full_time(allocation: BoothAllocation) -> datetime:
    terms = get_terms(allocation.registration, allocation.plan_id)
    return allocation.allocated_at + timedelta(minutes=terms.hold_minutes)


def let_go(allocation: BoothAllocation) -> BoothAllocation:
    """Give a booth back by the applicant. Done already, nothing happens.

    A hold can be let go whenever it lasts, a booth for good while booths are chosen.

    Raises:
        NotChoosing: the booth is for good, and the time to choose is over.
        AllocationLocked: the organizers have locked it.
    """
    registration = hold_registration_of(allocation)
    allocation = read_again(allocation)
    if allocation.released_at is not None:
        return allocation
    if not allocation.is_hold:
        check_choosing(get_terms(registration, allocation.plan_id))
        check_unlocked(allocation)
    end([allocation], at=now())
    show(allocation.plan)
    return allocation


# --- By organizers --------------------------------------------------------------------------


def assign_booth(
    booth: Booth,
    registration: Registration,
    *,
    by: By,
    slot: int | None = None,
    how: How = How.ASSIGNED,
) -> BoothAllocation:
    """Give a free booth to a registration for good; its own hold, if it has one, ends with that.

    Zone, size and power bind applicants; organizers may pass over them, for which the page warns.

    Raises:
        NotAllowed, CallWithoutBooths, NoPlaceForBooth, BoothGone, SponsorFull
        BoothNotForYou: the booth is kept for a sponsor's exhibitors.
        HasBooths: it has all the booths that its call allows, or one in this slot.
        BoothTaken: someone has the booth, held or for good.
    """
    check_may(by, Permission.ALLOCATE_BOOTHS, booth)
    registration = hold_registration(registration)
    terms = get_terms(registration, booth.plan_id)
    check_place(registration)
    own = list_unreleased(registration, terms.plan_id)
    booth = hold_booths([booth.id, *(one.booth_id for one in own if one.is_hold)])[booth.id]
    if any(one.booth_id == booth.id and not one.is_hold for one in own):
        raise SameBooth(booth)
    moment = now()
    end([one for one in own if one.is_hold], at=moment)
    check_booth(booth, registration, terms, only=HARD)
    taken = [one for one in own if not one.is_hold]
    if slot is not None and any(one.slot == slot for one in taken):
        raise HasBooths([one.booth.label for one in taken], terms.booths_each)
    allocation = put_allocation(
        booth,
        registration,
        slot=slot or find_free_slot(taken, terms),
        how=how,
        at=moment,
        by=by,
    )
    log_step("booth.assigned", booth, by=by, after={"exhibitor": code_words(registration.code)})
    tell_given(allocation)
    return allocation


def move_allocation(allocation: BoothAllocation, booth: Booth, *, by: By) -> BoothAllocation:
    """Move an exhibitor to a free booth of the same plan; the new allocation follows the old one.

    Raises:
        NotAllowed, AllocationOver, AllocationLocked, SameBooth, BoothGone, NoPlaceForBooth
        BoothNotForYou: the booth is kept for a sponsor's exhibitors.
        BoothTaken: someone has the booth.
    """
    check_may(by, Permission.ALLOCATE_BOOTHS, allocation)
    registration = hold_registration_of(allocation)
    terms = get_terms(registration, booth.plan_id)
    check_place(registration)
    booth = hold_booths([booth.id, allocation.booth_id])[booth.id]
    allocation = check_step(allocation)
    if allocation.booth_id == booth.id:
        raise SameBooth(booth)
    check_booth(booth, registration, terms, only=HARD, counts=False)
    moment = now()
    end([allocation], at=moment, by=by)
    moved = put_allocation(
        booth, registration, slot=allocation.slot, how=How.MOVED, at=moment, by=by
    )
    before = {"exhibitor": code_words(registration.code), "booth": allocation.booth.label}
    log_step("booth.moved", booth, by=by, before=before, after={**before, "booth": booth.label})
    tell_moved(allocation, moved)
    return moved


def swap_allocations(
    one: BoothAllocation, other: BoothAllocation, *, by: By
) -> tuple[BoothAllocation, BoothAllocation]:
    """Let two exhibitors of a plan change places; what each has now, in the same order.

    Raises:
        NotAllowed, AllocationOver, AllocationLocked, SameBooth, BoothGone, NoPlaceForBooth
        BoothNotForYou: one of the booths is kept for a sponsor's exhibitors.
    """
    check_may(by, Permission.ALLOCATE_BOOTHS, one)
    check_may(by, Permission.ALLOCATE_BOOTHS, other)
    registrations = hold_registrations([one.registration_id, other.registration_id])
    booths = hold_booths([one.booth_id, other.booth_id])
    one, other = check_step(one), check_step(other)
    if one.booth_id == other.booth_id or one.plan_id != other.plan_id:
        raise SameBooth(one.booth)
    wanted = [
        (registrations[one.registration_id], booths[other.booth_id], one.slot),
        (registrations[other.registration_id], booths[one.booth_id], other.slot),
    ]
    for registration, booth, _slot in wanted:
        check_place(registration)
        terms = get_terms(registration, booth.plan_id)
        check_booth(booth, registration, terms, only=HARD, counts=False)
    moment = now()
    end([one, other], at=moment, by=by)
    first, second = (
        put_allocation(booth, registration, slot=slot, how=How.SWAPPED, at=moment, by=by)
        for registration, booth, slot in wanted
    )
    for former, present in ((one, first), (other, second)):
        before = {"exhibitor": code_words(present.registration.code), "booth": former.booth.label}
        after = {**before, "booth": present.booth.label}
        log_step("booth.swapped", present.booth, by=by, before=before, after=after)
        tell_moved(former, present)
    return first, second


def release_allocation(allocation: BoothAllocation, *, reason: str, by: By) -> BoothAllocation:
    """Take a booth from an exhibitor, with a reason that the exhibitor reads.

    Raises:
        NotAllowed, AllocationOver, AllocationLocked, ReleaseNeedsReason
    """
    check_may(by, Permission.ALLOCATE_BOOTHS, allocation)
    why = clean_text(reason)[:REASON_LENGTH]
    if not why:
        raise ReleaseNeedsReason
    hold_registration_of(allocation)
    allocation = check_step(allocation)
    end([allocation], at=now(), by=by, reason=why)
    before = {"exhibitor": code_words(allocation.registration.code)}
    log_step("booth.released", allocation.booth, by=by, before=before, after={"reason": why})
    tell_released(allocation)
    show(allocation.plan)
    return allocation


def lock_allocation(allocation: BoothAllocation, *, by: By) -> BoothAllocation:
    """Keep an exhibitor on a booth: no proposal, move, swap or release touches it.

    Raises:
        NotAllowed, AllocationOver
    """
    return _set_locked(allocation, locked=True, by=by)


def unlock_allocation(allocation: BoothAllocation, *, by: By) -> BoothAllocation:
    """Let an exhibitor be moved again.

    Raises:
        NotAllowed, AllocationOver
    """
    return _set_locked(allocation, locked=False, by=by)


# --- By time, or with the place -------------------------------------------------------------


def release_lapsed(plan: Plan) -> int:
    """Release the holds of a plan whose time is over, and booths of lapsed offers; how many."""
    over = end_over(A.plan_id == plan.id)
    if over:
        show(plan)
    return over


def release_of(registration: Registration, by: By = None) -> None:
    """Release all booths of a locked registration that has just lost its place.

    The message that tells of the place tells all that the applicant needs to know.
    """
    rows = select(A).where(A.registration_id == registration.id, A.released_at.is_(None))
    live = list(db.session.scalars(rows.order_by(A.id)))
    if not live:
        return
    end(live, at=registration.updated_at, by=by)
    for one in live:
        take_back(one)
    for plan in {one.plan_id: one.plan for one in live}.values():
        show(plan)


def bring_back(registration: Registration, lost_at: datetime, by: By = None) -> None:
    """Give booths back that went with the place at a moment, as far as nobody has them now."""
    rows = select(A).where(
        A.registration_id == registration.id,
        A.released_at == lost_at,
        A.confirmed_at.is_not(None),
        A.release_reason.is_(None),
    )
    for former in list(db.session.scalars(rows.order_by(A.id))):
        with suppress(BoothTaken):
            restore(former, by=by)


def restore(former: BoothAllocation, *, by: By) -> BoothAllocation:
    """Give a released booth to whom it belonged, a locked registration.

    Raises:
        BoothTaken: someone has it, or the registration has another.
        BoothGone, BoothNotForYou, SponsorFull
    """
    booth = hold_booths([former.booth_id])[former.booth_id]
    terms = get_terms(former.registration, booth.plan_id)
    check_booth(booth, former.registration, terms, only=HARD)
    present = put_allocation(
        booth, former.registration, slot=former.slot, how=How(former.how), at=now(), by=by
    )
    present.locked = former.locked
    tell_given_back(former, present)
    return present


def _set_locked(allocation: BoothAllocation, *, locked: bool, by: By) -> BoothAllocation:
    check_may(by, Permission.ALLOCATE_BOOTHS, allocation)
    hold_registration_of(allocation)
    allocation = read_again(allocation)
    if not allocation.is_live or allocation.is_hold:
        raise AllocationOver(allocation.booth)
    before = {"locked": allocation.locked, "exhibitor": code_words(allocation.registration.code)}
    allocation.locked = locked
    db.session.flush()
    action = "booth.fixed" if locked else "booth.freed"
    log_step(action, allocation.booth, by=by, before=before, after={**before, "locked": locked})
    show(allocation.plan)
    return allocation
