"""What every change of who has which booth shares: locks, checks, writing.

Locks are taken in one order: registrations by id, then a call, whose places a registration may
lose in the same transaction, then booths by id, then a sponsor whose quota counts. The revision of
the plan comes last. Whoever changes many in one transaction takes all its turns first, with
``take_turns``. What nobody must break lies in two unique indexes: a booth has one live allocation,
a registration one for each slot.

A hold whose time is over is released by whoever needs the booth; nobody waits for the worker.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Insert, Select, Table, bindparam, select, update
from sqlalchemy.orm import joinedload

from gernas.audit.services import record
from gernas.booths.allocation_queries import (
    count_live_of_sponsor,
    get_exhibitor,
    get_quota,
    is_over_at,
    list_zones_for,
)
from gernas.booths.errors import (
    AllocationLocked,
    AllocationOver,
    BoothGone,
    BoothNotForYou,
    BoothTaken,
    CallWithoutBooths,
    ChoosingNotYet,
    ChoosingOver,
    HasBooths,
    NoPlaceForBooth,
    OthersChoose,
    PlanNotOut,
    SponsorFull,
)
from gernas.booths.models import (
    Booth,
    BoothAllocation,
    BoothCall,
    BoothMode,
    BoothNeed,
    How,
    Plan,
    Sponsor,
)
from gernas.booths.rights import Exhibitor, Hindrance, list_hindrances, make_exhibitor
from gernas.core.clock import now
from gernas.core.database import db, is_sqlite
from gernas.core.revisions import raise_revisions
from gernas.events.services.changing import By
from gernas.registrations.models import Registration

A = BoothAllocation
_TABLE = cast(Table, BoothAllocation.__table__)


def take_turns(registrations: Collection[int], booths: Collection[int]) -> None:
    """Lock what a transaction with many allocations will change, by ids, before its first one."""
    hold_registrations(registrations)
    hold_booths(booths)
    if not is_sqlite():
        plans = select(Booth.plan_id).where(Booth.id.in_(booths))
        sponsors = select(Sponsor.id).where(Sponsor.plan_id.in_(plans)).order_by(Sponsor.id)
        db.session.execute(sponsors.with_for_update())


def hold_registrations(ids: Collection[int]) -> dict[int, Registration]:
    """Registrations locked in the order of their ids and read anew, by id."""
    rows = db.session.scalars(_select_registrations(), {"ids": list(set(ids))})
    return {one.id: one for one in rows}


@cache
def _select_registrations() -> Select[Registration]:
    rows = select(Registration).where(Registration.id.in_(bindparam("ids", expanding=True)))
    rows = rows.options(joinedload(Registration.call)).order_by(Registration.id)
    return rows.with_for_update(of=Registration).execution_options(populate_existing=True)


def hold_applicant(registration_id: int, plan_id: int) -> tuple[Registration, BoothCall, Exhibitor]:
    """A registration locked and read anew, how its call gets booths, and what it may have.

    Raises:
        CallWithoutBooths: none on this plan.
        NoPlaceForBooth: it is no longer there.
    """
    row = db.session.execute(_select_applicant(), {"id": registration_id}).first()
    if row is None:  # deleted at this moment
        raise NoPlaceForBooth
    registration, need = row[0], row[2]
    terms: BoothCall | None = row[1]
    if terms is None or terms.plan_id != plan_id:
        raise CallWithoutBooths
    zones = list_zones_for(registration, terms)
    return registration, terms, make_exhibitor(registration, terms, need, zones)


@cache
def _select_applicant() -> Select[Registration, BoothCall, BoothNeed]:
    rows = (
        select(Registration, BoothCall, BoothNeed)
        .outerjoin(BoothCall, BoothCall.call_id == Registration.call_id)
        .outerjoin(BoothNeed, BoothNeed.registration_id == Registration.id)
        .options(joinedload(BoothCall.plan))
        .where(Registration.id == bindparam("id"))
    )
    return rows.with_for_update(of=Registration).execution_options(populate_existing=True)


def get_terms(registration: Registration, plan_id: int) -> BoothCall:
    """How the registration's call gets booths on the plan.

    Raises:
        CallWithoutBooths: not on this one.
    """
    terms = db.session.get(BoothCall, registration.call_id)
    if terms is None or terms.plan_id != plan_id:
        raise CallWithoutBooths
    return terms


def has_live_of_call(call_id: int) -> bool:
    """Whether any registration of a call has a booth that nobody has released."""
    rows = select(A.id).join(A.registration)
    rows = rows.where(Registration.call_id == call_id, A.released_at.is_(None), ~is_over_at(now()))
    return db.session.scalar(rows.limit(1)) is not None


def check_choosing(terms: BoothCall) -> None:
    """Check that applicants of a call choose booths themselves at this moment.

    Raises:
        NotChoosing: they do not, or not now.
    """
    if terms.mode != BoothMode.CHOOSE:
        raise OthersChoose
    check_window(terms)


def check_window(terms: BoothCall) -> None:
    """Check that the plan is out and the time for choosing or wishing is now.

    Raises:
        NotChoosing: it is not.
    """
    if not terms.plan.is_published:
        raise PlanNotOut
    if terms.opens_at is not None and now() < terms.opens_at:
        raise ChoosingNotYet(terms.opens_at, terms.plan.event.zone)
    if terms.closes_at is not None and now() >= terms.closes_at:
        raise ChoosingOver(terms.closes_at, terms.plan.event.zone)


def check_place(registration: Registration) -> None:
    """Check that the registration holds a place at this moment.

    Raises:
        NoPlaceForBooth: it does not, or its offer is over.
    """
    if not registration.holds_place or registration.is_lapsed:
        raise NoPlaceForBooth


def hold_registration(registration: Registration) -> Registration:
    return hold_registrations([registration.id])[registration.id]


def hold_registration_of(allocation: BoothAllocation) -> Registration:
    number = allocation.registration_id
    return hold_registrations([number])[number]


def hold_booths(ids: Collection[int]) -> dict[int, Booth]:
    """Booths locked in the order of their ids and read anew, by id."""
    rows = db.session.scalars(_select_booths(), {"ids": list(set(ids))})
    return {one.id: one for one in rows}


@cache
def _select_booths() -> Select[Booth]:
    rows = select(Booth).where(Booth.id.in_(bindparam("ids", expanding=True)))
    rows = rows.options(joinedload(Booth.zone)).order_by(Booth.id)
    return rows.with_for_update(of=Booth).execution_options(populate_existing=True)


def list_unreleased(registration: Registration, plan_id: int) -> list[BoothAllocation]:
    """What the registration has on the plan, holds that are over included."""
    values = {"registration": registration.id, "plan": plan_id}
    return list(db.session.scalars(_select_unreleased(), values))


@cache
def _select_unreleased() -> Select[BoothAllocation]:
    rows = select(A).where(
        A.registration_id == bindparam("registration"),
        A.plan_id == bindparam("plan"),
        A.released_at.is_(None),
    )
    return rows.order_by(A.slot).execution_options(populate_existing=True)


def read_again(allocation: BoothAllocation) -> BoothAllocation:
    """The allocation as it is now, with all that a message of it tells."""
    return db.session.scalars(_select_allocation(), {"id": allocation.id}).one()


@cache
def _select_allocation() -> Select[BoothAllocation]:
    rows = select(A).where(A.id == bindparam("id"))
    told = (joinedload(A.booth).joinedload(Booth.hall), joinedload(A.plan).joinedload(Plan.event))
    return rows.options(*told).execution_options(populate_existing=True)


def check_step(allocation: BoothAllocation) -> BoothAllocation:
    """The allocation of a locked registration, read anew, if an organizer may change it.

    Raises:
        AllocationOver, AllocationLocked
    """
    allocation = read_again(allocation)
    if not allocation.is_live:
        raise AllocationOver(allocation.booth)
    check_unlocked(allocation)
    return allocation


def check_unlocked(allocation: BoothAllocation) -> None:
    if allocation.locked:
        raise AllocationLocked(allocation.booth)


def check_booth(
    booth: Booth,
    registration: Registration,
    terms: BoothCall,
    *,
    only: Collection[Hindrance] = frozenset(Hindrance),
    counts: bool = True,
    exhibitor: Exhibitor | None = None,
) -> None:
    """Check all that stands against a locked booth, its present holder apart.

    ``counts``: the registration gets one more booth, which counts for its sponsor's quota.
    ``exhibitor`` is what decides, where that is known already.
    """
    if booth.removed_at is not None or booth.plan_id != terms.plan_id:
        raise BoothGone(booth)
    exhibitor = exhibitor or get_exhibitor(registration, terms)
    found = [one for one in list_hindrances(booth, exhibitor) if one in only]
    if found:
        raise BoothNotForYou(booth, found)
    if counts:
        _check_quota(exhibitor)


def _check_quota(exhibitor: Exhibitor) -> None:
    """Check that the exhibitor's sponsor has a booth left; others of it wait until this is over."""
    if exhibitor.sponsor_id is None:
        return
    sponsor = db.session.get_one(Sponsor, exhibitor.sponsor_id, with_for_update=True)
    quota = get_quota(sponsor)
    if quota is not None and count_live_of_sponsor(sponsor) >= quota:
        raise SponsorFull(sponsor, quota)


def find_free_slot(taken: Sequence[BoothAllocation], terms: BoothCall) -> int:
    used = {one.slot for one in taken}
    for slot in range(1, terms.booths_each + 1):
        if slot not in used:
            return slot
    raise HasBooths([one.booth.label for one in taken], terms.booths_each)


def put_allocation(
    booth: Booth,
    registration: Registration,
    *,
    slot: int,
    how: How,
    at: datetime,
    by: By,
    held_until: datetime | None = None,
) -> BoothAllocation:
    """Write an allocation of a locked booth, which nobody has or whose hold is over.

    Raises:
        BoothTaken
    """
    db.session.flush()
    values: dict[str, Any] = {
        "plan_id": booth.plan_id,
        "booth_id": booth.id,
        "registration_id": registration.id,
        "slot": slot,
        "how": how,
        "allocated_at": at,
        "allocated_by_id": by.id if by is not None else None,
        "held_until": held_until,
        "confirmed_at": None if held_until is not None else at,
        "locked": False,
    }
    connection = db.session.connection()
    new_id = connection.scalar(_insert_free(sqlite=is_sqlite()), values)
    if new_id is None and end_over(A.booth_id == booth.id):
        new_id = connection.scalar(_insert_free(sqlite=is_sqlite()), values)
    if new_id is None:
        raise BoothTaken(booth)
    allocation = db.session.get_one(BoothAllocation, new_id)
    show(allocation.plan)
    return allocation


@cache
def _insert_free(*, sqlite: bool) -> Insert:
    """Adds a row unless the booth, or the slot of the registration, has an unreleased one."""
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.dialects import sqlite as sqlite_dialect  # Not at start-up.

    insert = sqlite_dialect.insert if sqlite else postgresql.insert
    return insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.id)


def end(
    allocations: Sequence[BoothAllocation],
    *,
    at: datetime,
    by: By = None,
    reason: str | None = None,
) -> None:
    for one in allocations:
        one.released_at = at
        one.released_by_id = by.id if by is not None else None
        one.release_reason = reason
    db.session.flush()


def end_over(which: ColumnElement[bool]) -> int:
    """Release those that time has ended; what someone else changes at this moment is left."""
    moment = now()
    over = (
        select(A.id)
        .join(A.registration)
        .where(which, A.released_at.is_(None), is_over_at(moment))
        .with_for_update(skip_locked=True, of=(A, Registration))
    )
    ids = list(db.session.scalars(over))
    if not ids:
        return 0
    ended = update(A).where(A.id.in_(ids)).values(released_at=moment)
    db.session.execute(ended.execution_options(synchronize_session="fetch"))
    return len(ids)


def log_step(
    action: str,
    booth: Booth,
    *,
    by: By,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    record(
        action,
        booth,
        by=by,
        before=before or {},
        after=after or {},
        scopes=booth.scopes,
        label=booth.label,
    )


def show(plan: Plan) -> None:
    raise_revisions(plan.scope, site=False)
