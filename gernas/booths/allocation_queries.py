"""Questions about who has which booth, who waits for one and what they asked for.

A hold whose time is over, and a booth of a registration whose offer lapsed, count for nothing here
(``design.md`` §4, 10), whether or not the worker has released them yet.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, raiseload

from gernas.booths.models import (
    Booth,
    BoothAllocation,
    BoothCall,
    BoothNeed,
    BoothWish,
    Plan,
    Sponsor,
    Zone,
)
from gernas.booths.rights import Exhibitor, make_exhibitor
from gernas.core.clock import now
from gernas.core.database import db
from gernas.registrations.models import Call, Registration, RegistrationState

A = BoothAllocation


# --- How calls get booths -------------------------------------------------------------------


def find_terms(call_id: int) -> BoothCall | None:
    """How the registrations of a call get booths, its plan loaded; None if they get none."""
    return db.session.scalar(
        select(BoothCall).where(BoothCall.call_id == call_id).options(joinedload(BoothCall.plan))
    )


def list_terms(plan: Plan) -> Sequence[BoothCall]:
    """The calls that get booths on a plan, by title."""
    rows = select(BoothCall).join(BoothCall.call).where(BoothCall.plan_id == plan.id)
    loaded = rows.options(contains_eager(BoothCall.call), joinedload(BoothCall.sponsor))
    return db.session.scalars(loaded.order_by(Call.title, Call.id)).all()


def list_possible_calls(plan: Plan) -> Sequence[Call]:
    """The calls whose registrations may get booths on a plan: of its stop, and national ones."""
    return db.session.scalars(_select_possible(plan).order_by(Call.title, Call.id)).all()


def find_possible_call(plan: Plan, call_id: int) -> Call | None:
    """One of these calls; None if it is none of them."""
    return db.session.scalar(_select_possible(plan).where(Call.id == call_id))


def _select_possible(plan: Plan) -> Select[Call]:
    event = plan.event
    return select(Call).where(
        Call.campaign_id == event.campaign_id,
        or_(Call.stop_id.is_(None), Call.stop_id == event.stop_id),
        Call.archived_at.is_(None),
    )


def list_zones(plan_id: int) -> list[Zone]:
    return list(
        db.session.scalars(select(Zone).where(Zone.plan_id == plan_id).order_by(Zone.position))
    )


def get_exhibitor(registration: Registration, terms: BoothCall) -> Exhibitor:
    """What decides which booths the registration may have."""
    need = db.session.get(BoothNeed, registration.id)
    return make_exhibitor(registration, terms, need, list_zones_for(registration, terms))


def list_zones_for(registration: Registration, terms: BoothCall) -> list[Zone]:
    """The zones of the plan, where the registration has its place in one; else none."""
    return list_zones(terms.plan_id) if registration.zone is not None else []


# --- Who has which booth --------------------------------------------------------------------


Moment = datetime | BindParameter[datetime]


def is_live_at(moment: Moment) -> ColumnElement[bool]:
    """Whether an allocation, joined with its registration, keeps others from the booth."""
    return and_(A.released_at.is_(None), ~is_over_at(moment))


def is_over_at(
    moment: Moment,
    allocation: type[BoothAllocation] = A,
    registration: type[Registration] = Registration,
) -> ColumnElement[bool]:
    """Whether the time of a hold, or of the offer of its registration, is over."""
    return or_(
        and_(allocation.held_until.is_not(None), allocation.held_until <= moment),
        and_(
            registration.state == RegistrationState.ACCEPTED,
            registration.offer_until.is_not(None),
            registration.offer_until <= moment,
        ),
    )


def list_live(plan: Plan) -> Sequence[BoothAllocation]:
    """Who has which booth of a plan now, held or for good, by the booth's label."""
    rows = _select_live().where(A.plan_id == plan.id).order_by(Booth.label)
    return db.session.scalars(rows).all()


def list_own(registration: Registration, plan_id: int) -> Sequence[BoothAllocation]:
    """The booths that a registration has on a plan now, by their slot."""
    mine = _select_live().where(A.registration_id == registration.id, A.plan_id == plan_id)
    return db.session.scalars(mine.order_by(A.slot)).all()


def find_live(booth: Booth) -> BoothAllocation | None:
    """Who has a booth now; None if it is free."""
    return db.session.scalar(_select_live().where(A.booth_id == booth.id))


def find_allocation(plan: Plan, allocation_id: int) -> BoothAllocation | None:
    """One of the plan's allocations, released or not; None if it is none of them."""
    return db.session.scalar(
        select(A)
        .where(A.plan_id == plan.id, A.id == allocation_id)
        .options(joinedload(A.booth), joinedload(A.registration))
    )


def list_taken(plan_id: int) -> dict[int, bool]:
    """The booths of a plan that someone has now, by id; True where it is only held."""
    rows = (
        select(A.booth_id, A.held_until.is_not(None))
        .join(A.registration)
        .where(A.plan_id == plan_id, is_live_at(now()))
    )
    return {booth_id: bool(held) for booth_id, held in db.session.execute(rows)}


def find_next_lapse(plan_id: int) -> datetime | None:
    """When the next booth of a plan becomes free by time alone; None if none will."""
    moment = now()
    held = select(func.min(A.held_until)).where(
        A.plan_id == plan_id, A.released_at.is_(None), A.held_until > moment
    )
    offered = (
        select(func.min(Registration.offer_until))
        .join(A, A.registration_id == Registration.id)
        .where(
            A.plan_id == plan_id,
            A.released_at.is_(None),
            Registration.state == RegistrationState.ACCEPTED,
            Registration.offer_until > moment,
        )
    )
    found = [one for one in (db.session.scalar(held), db.session.scalar(offered)) if one]
    return min(found, default=None)


def list_booths_of(plan_id: int) -> Sequence[Booth]:
    """All booths of a plan that are in use, with their zones, by label."""
    rows = select(Booth).where(Booth.plan_id == plan_id, Booth.removed_at.is_(None))
    return db.session.scalars(rows.options(joinedload(Booth.zone)).order_by(Booth.label)).all()


def count_live_of_sponsor(sponsor: Sponsor) -> int:
    """How many booths the exhibitors of a sponsor have now."""
    rows = (
        select(func.count())
        .select_from(A)
        .join(A.registration)
        .outerjoin(BoothNeed, BoothNeed.registration_id == A.registration_id)
        .outerjoin(BoothCall, BoothCall.call_id == Registration.call_id)
        .where(
            A.plan_id == sponsor.plan_id,
            is_live_at(now()),
            func.coalesce(BoothNeed.sponsor_id, BoothCall.sponsor_id) == sponsor.id,
        )
    )
    return db.session.scalar(rows) or 0


def get_quota(sponsor: Sponsor) -> int | None:
    """How many booths the exhibitors of a sponsor may have; None: as many as there are."""
    if sponsor.quota is not None:
        return sponsor.quota
    block = select(func.count()).where(Booth.sponsor_id == sponsor.id, Booth.removed_at.is_(None))
    return db.session.scalar(block) or None


# --- Who waits for one ----------------------------------------------------------------------


def list_exhibitors(plan: Plan) -> Sequence[Registration]:
    """The registrations that hold a place in a call of the plan, by name."""
    rows = (
        select(Registration)
        .join(BoothCall, BoothCall.call_id == Registration.call_id)
        .where(BoothCall.plan_id == plan.id, holds_place_at(now()))
        .options(raiseload(Registration.history), joinedload(Registration.call))
        .order_by(Registration.label, Registration.id)
    )
    return db.session.scalars(rows).all()


def find_exhibitor(plan: Plan, code_or_id: int) -> Registration | None:
    """One of the plan's exhibitors, whether or not it holds its place still; None if none."""
    return db.session.scalar(
        select(Registration)
        .join(BoothCall, BoothCall.call_id == Registration.call_id)
        .where(BoothCall.plan_id == plan.id, Registration.id == code_or_id)
    )


def holds_place_at(moment: datetime) -> ColumnElement[bool]:
    """Whether a registration holds a place whose offer is not over."""
    lapsed = and_(
        Registration.state == RegistrationState.ACCEPTED,
        Registration.offer_until.is_not(None),
        Registration.offer_until <= moment,
    )
    return and_(Registration.holds_place, ~lapsed)


def list_needs(ids: Collection[int]) -> dict[int, BoothNeed]:
    """What registrations need of their booths, by id; none where they need nothing special."""
    rows = select(BoothNeed).where(BoothNeed.registration_id.in_(ids))
    return {need.registration_id: need for need in db.session.scalars(rows)}


def list_wishes(ids: Collection[int]) -> Mapping[int, list[Booth]]:
    """The booths that registrations wish for, by id, the first wish first."""
    rows = (
        select(BoothWish)
        .where(BoothWish.registration_id.in_(ids))
        .options(joinedload(BoothWish.booth))
        .order_by(BoothWish.registration_id, BoothWish.rank)
    )
    wishes: dict[int, list[Booth]] = {}
    for wish in db.session.scalars(rows):
        if wish.booth.removed_at is None:
            wishes.setdefault(wish.registration_id, []).append(wish.booth)
    return wishes


# --- What was -------------------------------------------------------------------------------


def list_history(
    *, booth: Booth | None = None, registration: Registration | None = None
) -> Sequence[BoothAllocation]:
    """Who had a booth, or which booths a registration had, the newest first."""
    rows = select(A).options(joinedload(A.booth), joinedload(A.registration))
    if booth is not None:
        rows = rows.where(A.booth_id == booth.id)
    if registration is not None:
        rows = rows.where(A.registration_id == registration.id)
    return db.session.scalars(rows.order_by(A.id.desc())).all()


def _select_live() -> Select[BoothAllocation]:
    return (
        select(A)
        .join(A.registration)
        .join(A.booth)
        .where(is_live_at(now()))
        .options(contains_eager(A.registration), contains_eager(A.booth))
    )
