"""Places in shifts, counted: taken, given back, passed on; never more than are wanted.

Locks are taken in one order: members by their ids, then what a shift wants (``shift_need``) by its
ids, then the shift, then places. Whoever holds a need waits for nothing but shifts and places; a
member who waits and is looked at then is locked only if nobody else has that lock at this moment.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import joinedload

from gernas.core.clock import now
from gernas.core.database import db, is_sqlite
from gernas.events.models import Event, EventStatus
from gernas.youth.models import AssignedBy, Assignment, Member, Shift, ShiftNeed
from gernas.youth.shifts.telling import tell_moved_up, tell_skipped
from gernas.youth.shifts.working import Hindrance, list_hindrances_of

A = Assignment
MOVES_UP_UNTIL = timedelta(hours=2)  # before a shift; who got a place later might not hear of it
MOST_LOOKED_AT = 100  # of a waiting list, at once

# Put together once: that takes longer than to ask the database.
_NEED = cast(Table, ShiftNeed.__table__)
_THIS = _NEED.c.id == bindparam("wanted_id")
_CLAIM = (
    update(_NEED)
    .where(_THIS, _NEED.c.used < _NEED.c.wanted)
    .values(used=_NEED.c.used + 1)
    .returning(_NEED.c.used)
)
_QUEUE = (
    update(_NEED)
    .where(_THIS)
    .values(last_waiting=_NEED.c.last_waiting + 1)
    .returning(_NEED.c.last_waiting)
)
_QUEUE_IF_FULL = _QUEUE.where(_NEED.c.used >= _NEED.c.wanted)
_SHIFT = joinedload(ShiftNeed.shift, innerjoin=True)
_READ_NEED = (
    select(ShiftNeed)
    .where(ShiftNeed.id == bindparam("wanted_id"))
    .options(
        _SHIFT.joinedload(Shift.event, innerjoin=True).joinedload(Event.venue),
        _SHIFT.joinedload(Shift.programme, innerjoin=True),
        joinedload(ShiftNeed.role, innerjoin=True),
    )
)
_READ_VERSION = select(Shift.version).where(Shift.id == bindparam("wanted_id"))
_GIVE_BACK = update(_NEED).where(_THIS, _NEED.c.used > 0).values(used=_NEED.c.used - 1)


def hold_members(ids: Collection[int]) -> dict[int, Member]:
    """Members locked in the order of their ids and read anew, by id."""
    rows = select(Member).where(Member.id.in_(set(ids))).order_by(Member.id)
    # Rows that point at a member may be written meanwhile; another place for it may not.
    locked = rows.with_for_update(key_share=True, of=Member)
    found = db.session.scalars(locked.execution_options(populate_existing=True))
    return {one.id: one for one in found}


def hold_member(member_id: int) -> Member:
    return hold_members([member_id])[member_id]


def hold_member_only(member_id: int) -> None:
    """Lock a member without reading more; on SQLite whoever writes holds everything."""
    if not is_sqlite():
        row = select(Member.id).where(Member.id == member_id)
        db.session.execute(row.with_for_update(key_share=True))


def hold_needs(shift: Shift) -> list[ShiftNeed]:
    """All that a shift wants, locked in the order of ids and read anew, then the shift itself.

    Nobody takes or leaves a place of the shift until the transaction ends.
    """
    rows = select(ShiftNeed).where(ShiftNeed.shift_id == shift.id).order_by(ShiftNeed.id)
    locked = rows.with_for_update(key_share=True, of=ShiftNeed)
    needs = list(db.session.scalars(locked.execution_options(populate_existing=True)))
    db.session.refresh(shift, with_for_update={"of": Shift, "key_share": True})
    db.session.expire(shift, ["needs"])
    return needs


def claim_place(need_id: int) -> bool:
    """Count a place, if one is free; others wait until this is over."""
    return _run(_CLAIM, need_id) is not None


def give_place_back(need_id: int) -> None:
    db.session.connection().execute(_GIVE_BACK, {"wanted_id": need_id})


def queue_behind(need_id: int) -> int:
    """The next number of the waiting list."""
    return cast(int, _run(_QUEUE, need_id))


def queue_if_full(need_id: int) -> int | None:
    """The same if no place is free; else None."""
    return _run(_QUEUE_IF_FULL, need_id)


def _run(statement: object, need_id: int) -> int | None:
    found = db.session.connection().execute(statement, {"wanted_id": need_id}).first()  # type: ignore[call-overload]
    return found[0] if found is not None else None


def read_need(need_id: int) -> ShiftNeed:
    """What a shift wants, with its shift, event and role, as they are now: one question."""
    db.session.flush()
    return db.session.scalars(
        _READ_NEED, {"wanted_id": need_id}, execution_options={"populate_existing": True}
    ).one()


def read_version(shift_id: int) -> int | None:
    """How often a shift was changed, as it is at this moment."""
    return db.session.connection().scalar(_READ_VERSION, {"wanted_id": shift_id})


def is_takable(shift: Shift) -> bool:
    """Whether anyone may get a place at all: published, not cancelled, its event alive."""
    event = shift.event
    alive = event.status != EventStatus.CANCELLED and event.archived_at is None
    return shift.is_open and alive


def fill_places(need_id: int) -> int | None:
    """Give the free places of a role in a shift to those who wait, in order.

    Passed over is who may not work it now; they are told why, once, and stay on the list. Returns
    how many got a place; None if it stopped at someone whom another transaction changes at this
    moment: a place may be theirs.
    """
    need = read_need(need_id)
    shift = need.shift
    if not is_takable(shift) or shift.starts_at - MOVES_UP_UNTIL <= now():
        return 0
    moved = 0
    for assignment_id, member_id in _list_waiting(need_id):
        if not _has_room(need_id):
            break
        if not _hold_if_free(member_id):
            return None
        waiting = db.session.get_one(A, assignment_id, populate_existing=True)
        if not waiting.is_live or waiting.waiting_number is None:
            continue
        moved += _move_up(waiting, need)
    return moved


def _move_up(waiting: Assignment, need: ShiftNeed) -> bool:
    """Give a free place to one who waits, whose member is locked; False if that may not be."""
    hindrances = list_hindrances_of(waiting.member, need.shift, need)
    if hindrances:
        tell_skipped(waiting, hindrances)
        return False
    if not claim_place(need.id):
        return False
    waiting.waiting_number, waiting.how = None, AssignedBy.WAITING_LIST
    waiting.taken_at = now()
    db.session.flush()
    tell_moved_up(waiting)
    return True


def seat(
    need: ShiftNeed,
    member: Member,
    *,
    how: AssignedBy,
    by_id: int | None,
    key: str | None = None,
    waiting_number: int | None = None,
    at: datetime | None = None,
) -> Assignment:
    """Write down a place that was claimed, or a number on the waiting list."""
    assignment = Assignment(
        shift=need.shift,  # kept, so that what comes next need not read it again
        need=need,
        member=member,
        how=how,
        waiting_number=waiting_number,
        taken_at=at or now(),
        taken_by_id=by_id,
        idempotency_key=key,
    )
    db.session.add(assignment)
    db.session.flush()
    return assignment


def end_place(
    assignment: Assignment, *, by_id: int | None, reason: str | None, at: datetime | None = None
) -> bool:
    """End a place or a number; say whether a place became free, which is counted."""
    held = assignment.waiting_number is None
    if held:
        give_place_back(assignment.need_id)
    assignment.ended_at, assignment.ended_by_id = at or now(), by_id
    assignment.end_reason, assignment.waiting_number = reason, None
    db.session.flush()
    return held


def check_hindrances(member: Member, need: ShiftNeed) -> list[Hindrance]:
    return list_hindrances_of(member, need.shift, need)


def _list_waiting(need_id: int) -> list[tuple[int, int]]:
    rows = db.session.execute(
        select(A.id, A.member_id)
        .where(A.need_id == need_id, A.ended_at.is_(None), A.waiting_number.is_not(None))
        .order_by(A.waiting_number)
        .limit(MOST_LOOKED_AT)
    )
    return [(number, member_id) for number, member_id in rows]


def _has_room(need_id: int) -> bool:
    room = select(ShiftNeed.id).where(ShiftNeed.id == need_id, ShiftNeed.used < ShiftNeed.wanted)
    return db.session.scalar(room) is not None


def _hold_if_free(member_id: int) -> bool:
    """Lock a member unless someone else has the lock: nobody who holds a need waits for one."""
    if is_sqlite():
        return True
    row = select(Member.id).where(Member.id == member_id)
    return db.session.scalar(row.with_for_update(skip_locked=True, key_share=True)) is not None
