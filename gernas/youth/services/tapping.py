"""A place that members take themselves, many at once: the rules are looked at before the turn.

What they stand on is read by one statement, before them and again once the turn is there. If it is
the same, the place is counted and written down; if not, everything is looked at anew.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, ScalarSelect, Select, bindparam, func, select

from gernas.core.clock import now
from gernas.core.database import db
from gernas.events.models import Event, Venue
from gernas.youth.models import (
    AssignedBy,
    Assignment,
    Enrolment,
    GuardianAnswer,
    GuardianConsent,
    Member,
    RoleApproval,
    Shift,
    ShiftNeed,
    YouthConsent,
    YouthConsentPurpose,
    YouthProgramme,
    YouthRole,
)
from gernas.youth.services.seats import hold_member_only, read_need
from gernas.youth.services.taking import (
    check_unchanged,
    claim_or_queue,
    find_present,
    take_shift_unseen,
)
from gernas.youth.shifts.words import shift_day, shift_title

A = Assignment
_COUNTS = (ShiftNeed.id, ShiftNeed.used, ShiftNeed.wanted, ShiftNeed.last_waiting)


@dataclass(frozen=True)
class Tap:
    """A member's wish for a role in a shift, with what the rules stood on when they allowed it."""

    need_id: int
    member_id: int
    key: str | None  # tells a tap that is sent again from another one
    shift_id: int
    starts_at: datetime
    title: str
    day: date
    ground: tuple[Any, ...] | None  # None: it was done before


def look_at_tap(
    need_id: int, member: Member, programme_ids: Collection[int], *, key: str | None
) -> Tap | None:
    """Look at the rules before the turn; None if members of these programmes see no such shift.

    Raises:
        ShiftNotOpen, ShiftBegun, InAnotherRole, NotForYou
    """
    ground = _find_ground(need_id, member.id)
    if ground is None or ground.programme_id not in programme_ids or not ground.published_at:
        return None
    need = read_need(need_id)
    done = find_present(member, need, is_own=True, key=key)
    shift = need.shift
    return Tap(
        need_id=need.id,
        member_id=member.id,
        key=key,
        shift_id=shift.id,
        starts_at=shift.starts_at,
        title=shift_title(shift),
        day=shift_day(shift),
        ground=_compared(ground) if done is None else None,
    )


def take_tapped(tap: Tap) -> Assignment:
    """Give the member the place, or a number on the waiting list; done already, nothing happens.

    Raises:
        as ``taking.take_shift``
    """
    hold_member_only(tap.member_id)
    ground = _find_ground(tap.need_id, tap.member_id)
    if ground is None or _compared(ground) != tap.ground or tap.starts_at <= now():
        return take_shift_unseen(tap.need_id, tap.member_id, key=tap.key)
    number = claim_or_queue(ground, waits=True)
    check_unchanged(tap.shift_id, ground.shift_version)
    place = A(
        shift_id=tap.shift_id,
        need_id=tap.need_id,
        member_id=tap.member_id,
        how=AssignedBy.MEMBER,
        waiting_number=number,
        taken_at=now(),
        idempotency_key=tap.key,
    )
    db.session.add(place)
    db.session.flush()
    return place


def _find_ground(need_id: int, member_id: int) -> Row[Any] | None:
    """The counts of a need, and all that may change what the rules say of a member there."""
    values = {"wanted_id": need_id, "member": member_id}
    return db.session.connection().execute(_select_ground(), values).first()


def _compared(ground: Row[Any]) -> tuple[Any, ...]:
    """All but the counts, which are looked at again where the place is counted."""
    return tuple(ground[len(_COUNTS) :])


@cache
def _select_ground() -> Select[Any]:
    """Put together once: that takes longer than to ask the database.

    Whoever changes something of a member holds the member. Rows come and go, and none is changed
    into another, so how many there are and the sum of their numbers tell them apart.
    """
    given = GuardianConsent.answer == GuardianAnswer.GIVEN
    takes_part = YouthConsent.purpose == YouthConsentPurpose.TAKE_PART
    facts: tuple[Any, ...] = (
        Shift.programme_id,
        Shift.published_at,
        Shift.version.label("shift_version"),
        Event.version,
        Venue.version,
        YouthProgramme.version,
        YouthRole.minimum_age,
        YouthRole.needs_approval,
        YouthRole.skills,
        Member.version,
        Member.erased_at,
        *_sum_up(Enrolment.id, Enrolment.ended_at.is_(None)),
        *_sum_up(YouthConsent.id, takes_part, YouthConsent.withdrawn_at.is_(None)),
        *_sum_up(
            GuardianConsent.id,
            given,
            GuardianConsent.checked_at.is_not(None),
            GuardianConsent.ended_at.is_(None),
        ),
        *_sum_up(
            RoleApproval.role_id,
            RoleApproval.approved_at.is_not(None),
            RoleApproval.refused_at.is_(None),
        ),
        *_sum_up(A.id),  # ended ones too: the same tap may have been one of them
        *_sum_up(A.id, A.ended_at.is_(None)),
        *_sum_up(A.id, A.ended_at.is_(None), A.waiting_number.is_not(None)),
        *(_sum_versions(row) for row in (Shift, Event, Venue, YouthProgramme)),
    )
    rows: Select[Any] = select(*_COUNTS, *facts)
    return (
        rows.select_from(ShiftNeed)
        .join(ShiftNeed.shift)
        .join(Shift.event)
        .outerjoin(Event.venue)
        .join(Shift.programme)
        .join(ShiftNeed.role)
        .join(Member, Member.id == bindparam("member"))
        .where(ShiftNeed.id == bindparam("wanted_id"))
    )


def _sum_up(number: Any, *conditions: Any) -> tuple[ScalarSelect[Any], ScalarSelect[Any]]:
    """How many such rows a member has, and the sum of a number that tells them apart."""
    mine = (number.class_.member_id == bindparam("member"), *conditions)
    return tuple(  # type: ignore[return-value]
        select(one).where(*mine).correlate(None).scalar_subquery()
        for one in (func.count(), func.sum(number))
    )


def _sum_versions(row: Any) -> ScalarSelect[Any]:
    """How often what stands behind the member's places was changed: each version only rises."""
    return (
        select(func.sum(row.version))
        .select_from(A)
        .join(A.shift)
        .join(Shift.event)
        .outerjoin(Event.venue)
        .join(Shift.programme)
        .where(A.member_id == bindparam("member"), A.ended_at.is_(None))
        .correlate(None)
        .scalar_subquery()
    )
