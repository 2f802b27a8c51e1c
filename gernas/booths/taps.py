"""What a tap on a booth meets, in one question: where many tap at once, most are too late.

Statements are put together once: to do that takes longer than to ask the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, select
from sqlalchemy.orm import aliased, joinedload

from gernas.booths.allocation_queries import is_live_at, is_over_at
from gernas.booths.models import Booth, BoothAllocation, BoothCall
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

    @property
    def is_too_late(self) -> bool:
        return self.holder_id not in (None, self.registration_id)


def find_tap_by_token(token: str, label: str) -> Tap | None:
    """What a tap meets by the secret of a link; None if that opens nothing, or no such booth is."""
    return _find(_select_by_token(), hash=hash_token(token), label=label)


def find_tap(registration_id: int, label: str) -> Tap | None:
    """What the tap of a registration meets; None if there is no such booth for it."""
    return _find(_select_by_id(), id=registration_id, label=label)


def list_free_booths(plan_id: int) -> Sequence[Booth]:
    """The booths of a plan that nobody has now, with their zones, by label."""
    return db.session.scalars(_select_free(), {"plan": plan_id, "moment": now()}).all()


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
def _select_free() -> Select[Booth]:
    moment = bindparam("moment", type_=UtcDateTime())
    taken = (
        select(BoothAllocation.id)
        .join(BoothAllocation.registration)
        .where(BoothAllocation.booth_id == Booth.id, is_live_at(moment))
    )
    of_plan = select(Booth).where(
        Booth.plan_id == bindparam("plan"), Booth.removed_at.is_(None), ~taken.exists()
    )
    return of_plan.options(joinedload(Booth.zone)).order_by(Booth.label)
