"""What a tap on a booth meets, in one question: where many tap at once, most are too late.

Statements are put together once: to do that takes longer than to ask the database.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, or_, select
from sqlalchemy.orm import aliased, joinedload, load_only

from gernas.booths.allocation_queries import is_over_at, list_zones_for
from gernas.booths.models import Booth, BoothAllocation, BoothCall, BoothNeed, Zone
from gernas.booths.nearest import list_nearest
from gernas.booths.rights import list_hindrances, make_exhibitor
from gernas.core.clock import now
from gernas.core.database import UtcDateTime, db
from gernas.registrations.codes import hash_token
from gernas.registrations.models import Registration


@dataclass(frozen=True)
class Tap:
    """A booth of the plan on which a registration gets booths, and whose it is at this moment."""

    registration_id: int
    plan_id: int
    booth_id: int
    label: str
    holder_id: int | None  # the registration that has it, held or for good
    is_any_free: bool  # of all booths of the plan

    @property
    def is_too_late(self) -> bool:
        return self.holder_id not in (None, self.registration_id)


def find_tap_by_token(token: str, label: str) -> Tap | None:
    """What a tap meets by the secret of a link; None if that opens nothing, or no such booth is."""
    return _find(_select_by_token(), hash=hash_token(token), label=label)


def find_tap(registration_id: int, label: str) -> Tap | None:
    """What the tap of a registration meets; None if there is no such booth for it."""
    return _find(_select_by_id(), id=registration_id, label=label)


def list_nearest_to(tap: Tap) -> list[Booth]:
    """The free booths that come closest to the one that was tapped, of those that one may have."""
    if not tap.is_any_free:
        return []
    values = {"plan": tap.plan_id, "tapped": tap.booth_id, "moment": now()}
    booths = db.session.scalars(_select_free_and_tapped(), values).all()
    row = db.session.execute(_select_applicant(), {"id": tap.registration_id}).one()
    registration, terms, need = row
    exhibitor = make_exhibitor(registration, terms, need, list_zones_for(registration, terms))
    tapped = next(one for one in booths if one.id == tap.booth_id)
    others = (one for one in booths if one is not tapped)
    return list_nearest(tapped, [one for one in others if not list_hindrances(one, exhibitor)])


def _find(statement: Select[Any], **values: Any) -> Tap | None:
    found = db.session.connection().execute(statement, {**values, "moment": now()}).first()
    return Tap(*found) if found is not None else None


@cache
def _select_by_token() -> Select[Any]:
    return _select_taps().where(Registration.token_hash == bindparam("hash"))


@cache
def _select_by_id() -> Select[Any]:
    return _select_taps().where(Registration.id == bindparam("id"))


def _select_taps() -> Select[Any]:
    holds, holder = aliased(BoothAllocation), aliased(Registration)
    is_over = is_over_at(bindparam("moment", type_=UtcDateTime()), holds, holder)
    return (
        select(
            Registration.id,
            BoothCall.plan_id,
            Booth.id,
            Booth.label,
            case((is_over, None), else_=holds.registration_id),
            _free(aliased(Booth), BoothCall.plan_id).exists(),
        )
        .join(BoothCall, BoothCall.call_id == Registration.call_id)
        .join(
            Booth,
            and_(
                Booth.plan_id == BoothCall.plan_id,
                Booth.label == bindparam("label"),
                Booth.removed_at.is_(None),
            ),
        )
        .outerjoin(holds, and_(holds.booth_id == Booth.id, holds.released_at.is_(None)))
        .outerjoin(holder, holder.id == holds.registration_id)
    )


@cache
def _select_free_and_tapped() -> Select[Booth]:
    """With what decides who may have them and which come close, and what is said of them."""
    plan: Any = bindparam("plan")
    wanted = or_(Booth.id.not_in(_select_taken(plan)), Booth.id == bindparam("tapped"))
    return (
        select(Booth)
        .where(Booth.plan_id == plan, Booth.removed_at.is_(None), wanted)
        .options(
            load_only(
                Booth.label,
                Booth.hall_id,
                Booth.x_cm,
                Booth.y_cm,
                Booth.width_cm,
                Booth.depth_cm,
                Booth.zone_id,
                Booth.sponsor_id,
                Booth.locked,
                Booth.amps,
                Booth.corner,
                Booth.water,
                Booth.accessible,
                Booth.price,
            ),
            joinedload(Booth.zone).load_only(Zone.sectors),
        )
    )


@cache
def _select_applicant() -> Select[Registration, BoothCall, BoothNeed]:
    decides = load_only(Registration.sector, Registration.zone)
    return (
        select(Registration, BoothCall, BoothNeed)
        .join(BoothCall, BoothCall.call_id == Registration.call_id)
        .outerjoin(BoothNeed, BoothNeed.registration_id == Registration.id)
        .options(decides)
        .where(Registration.id == bindparam("id"))
    )


def _free(booth: type[Booth], plan_id: Any) -> Select[Booth]:
    """The booths of a plan that nobody has at the moment that is given with the question."""
    in_use = select(booth).where(booth.plan_id == plan_id, booth.removed_at.is_(None))
    return in_use.where(booth.id.not_in(_select_taken(plan_id)))


def _select_taken(plan_id: Any) -> Select[int]:
    """The ids of those that somebody has: one list for a plan, whatever a planner thinks of it."""
    holds, holder = aliased(BoothAllocation), aliased(Registration)
    is_over = is_over_at(bindparam("moment", type_=UtcDateTime()), holds, holder)
    return (
        select(holds.booth_id)
        .join(holder, holder.id == holds.registration_id)
        .where(holds.plan_id == plan_id, holds.released_at.is_(None), ~is_over)
    )
