"""Questions about shifts and the places in them; they write nothing."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from gernas.campaigns.models import Stop
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.text import LIKE_ESCAPE, search_like
from gernas.events.models import Event, EventStatus
from gernas.youth.codes import read_code
from gernas.youth.models import (
    Assignment,
    Enrolment,
    Member,
    Shift,
    ShiftNeed,
    ShiftSwap,
    SwapState,
    YouthProgramme,
)

A = Assignment


def shift_options() -> tuple[Any, ...]:
    """What pages and rules need of a shift: event with venue, programme with stop, needs, roles."""
    programme = joinedload(Shift.programme, innerjoin=True).joinedload(
        YouthProgramme.stop, innerjoin=True
    )
    return (
        joinedload(Shift.event, innerjoin=True).joinedload(Event.venue),
        programme.joinedload(Stop.campaign, innerjoin=True),
        selectinload(Shift.needs).joinedload(ShiftNeed.role, innerjoin=True),
    )


def select_shifts() -> Select[Shift]:
    return select(Shift).options(*shift_options()).order_by(Shift.starts_at, Shift.id)


def find_shift(programme_id: int, shift_id: int) -> Shift | None:
    """A shift of a programme."""
    wanted = select_shifts().where(Shift.programme_id == programme_id, Shift.id == shift_id)
    return db.session.scalar(wanted)


def list_shifts(programme_id: int) -> Sequence[Shift]:
    """All shifts of a programme by time, drafts and cancelled ones too."""
    return db.session.scalars(select_shifts().where(Shift.programme_id == programme_id)).all()


def list_open_shifts(programme_ids: Collection[int]) -> Sequence[Shift]:
    """Shifts that members may take: published, not cancelled, not begun, their event alive."""
    return db.session.scalars(
        select_shifts()
        .join(Event, Event.id == Shift.event_id)
        .where(
            Shift.programme_id.in_(programme_ids),
            Shift.published_at.is_not(None),
            Shift.cancelled_at.is_(None),
            Shift.starts_at > now(),
            Event.status != EventStatus.CANCELLED,
            Event.archived_at.is_(None),
        )
    ).all()


def find_shift_of_member(
    programme_ids: Collection[int], member_id: int, shift_id: int
) -> Shift | None:
    """A shift that members of these programmes see, or that the member is or was in."""
    was_in = select(A.id).where(A.shift_id == Shift.id, A.member_id == member_id).exists()
    seen = Shift.programme_id.in_(programme_ids) & Shift.published_at.is_not(None)
    return db.session.scalar(select_shifts().where(Shift.id == shift_id, seen | was_in))


def find_need(shift: Shift, need_id: int) -> ShiftNeed | None:
    return next((need for need in shift.needs if need.id == need_id), None)


def _assignments() -> Select[Assignment]:
    shift = joinedload(A.shift, innerjoin=True)
    return select(A).options(
        shift.options(*shift_options()),
        joinedload(A.need, innerjoin=True).joinedload(ShiftNeed.role, innerjoin=True),
    )


def list_own(member_id: int, *, since: datetime | None = None) -> Sequence[Assignment]:
    """A member's places and numbers on waiting lists, by time; with ``since`` what ends later."""
    rows = _assignments().join(Shift, Shift.id == A.shift_id)
    rows = rows.where(A.member_id == member_id, A.ended_at.is_(None))
    if since is not None:
        rows = rows.where(Shift.ends_at > since)
    return db.session.scalars(rows.order_by(Shift.starts_at, Shift.id)).all()


def find_own(member_id: int, assignment_id: int) -> Assignment | None:
    """A place of a member's own, ended ones too."""
    wanted = _assignments().where(A.member_id == member_id, A.id == assignment_id)
    return db.session.scalar(wanted)


def find_live(shift_id: int, member_id: int) -> Assignment | None:
    """A member's place in a shift, or number on its waiting list."""
    return db.session.scalar(
        select(A).where(A.shift_id == shift_id, A.member_id == member_id, A.ended_at.is_(None))
    )


def list_people(shift_id: int) -> Sequence[Assignment]:
    """Who has a place in a shift, then who waits, in their order."""
    return list_people_of([shift_id])


def list_people_of(shift_ids: Collection[int]) -> Sequence[Assignment]:
    """The same of several shifts, mixed."""
    rows = (
        select(A)
        .join(A.member)
        .where(A.shift_id.in_(shift_ids), A.ended_at.is_(None))
        .options(
            contains_eager(A.member).joinedload(Member.organisation),
            joinedload(A.need, innerjoin=True).joinedload(ShiftNeed.role, innerjoin=True),
        )
        .order_by(A.waiting_number.is_not(None), A.waiting_number, Member.name, A.id)
    )
    return db.session.scalars(rows).all()


def list_former_people(shift_id: int) -> Sequence[Assignment]:
    """Who left a shift or was taken off it, the last first."""
    rows = (
        select(A)
        .where(A.shift_id == shift_id, A.ended_at.is_not(None))
        .options(
            joinedload(A.member, innerjoin=True), joinedload(A.need).joinedload(ShiftNeed.role)
        )
        .order_by(A.ended_at.desc(), A.id.desc())
    )
    return db.session.scalars(rows).all()


def find_assignment(shift_id: int, assignment_id: int) -> Assignment | None:
    return db.session.scalar(
        select(A)
        .where(A.shift_id == shift_id, A.id == assignment_id)
        .options(joinedload(A.member, innerjoin=True))
    )


def count_waiting(shift_ids: Collection[int]) -> dict[int, int]:
    """How many wait for each role in shifts, by the ids of needs."""
    rows = (
        select(A.need_id, func.count().label("people"))
        .where(A.shift_id.in_(shift_ids), A.ended_at.is_(None), A.waiting_number.is_not(None))
        .group_by(A.need_id)
    )
    return {row.need_id: row.people for row in db.session.execute(rows)}


def count_ahead(assignment: Assignment) -> int:
    """How many stand before one who waits."""
    rows = select(func.count()).where(
        A.need_id == assignment.need_id,
        A.ended_at.is_(None),
        A.waiting_number < assignment.waiting_number,
    )
    return db.session.scalar(rows) or 0


def has_history(shift_id: int) -> bool:
    """Whether anyone ever had a place or number in a shift."""
    return db.session.scalar(select(A.id).where(A.shift_id == shift_id).limit(1)) is not None


def list_enrolled(programme_id: int, typed: str = "", *, most: int) -> Sequence[Member]:
    """The live members of a programme by name; with ``typed`` those found by it."""
    rows = select_enrolled(programme_id)
    code = read_code(typed)
    for pattern in search_like(typed.lower()):
        named = Member.search.like(pattern, escape=LIKE_ESCAPE)
        rows = rows.where(named | (Member.code == code) if code else named)
    return db.session.scalars(rows.order_by(Member.name, Member.id).limit(most)).all()


def find_enrolled(programme_id: int, member_id: int) -> Member | None:
    """A live member of a programme."""
    return db.session.scalar(select_enrolled(programme_id).where(Member.id == member_id))


def select_enrolled(programme_id: int) -> Select[Member]:
    """The live members of a programme, with their organisations."""
    return (
        select(Member)
        .join(Enrolment, Enrolment.member_id == Member.id)
        .where(
            Enrolment.programme_id == programme_id,
            Enrolment.ended_at.is_(None),
            Member.erased_at.is_(None),
        )
        .options(joinedload(Member.organisation))
    )


# --- Swaps ----------------------------------------------------------------------------------


def find_asked(assignment_ids: Collection[int]) -> dict[int, ShiftSwap]:
    """The open wishes to hand over or exchange places, by their ids."""
    rows = select(ShiftSwap).where(
        ShiftSwap.assignment_id.in_(assignment_ids), ShiftSwap.state == SwapState.ASKED
    )
    return {swap.assignment_id: swap for swap in db.session.scalars(rows)}
