"""Who works which shift: taken with one tap, left, put in or taken off by the coordinator.

How rows are locked and places counted is told in ``seats``.
"""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, and_, or_, select

from gernas.audit.services import record
from gernas.businesses.values import phone_words
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.errors import BadValues
from gernas.core.permissions import Permission
from gernas.core.text import clean_text
from gernas.events.services.changing import By, check_may
from gernas.youth.models import (
    REASON_LENGTH,
    AssignedBy,
    Assignment,
    Member,
    Shift,
    ShiftNeed,
)
from gernas.youth.services.seats import (
    check_hindrances,
    claim_place,
    end_place,
    fill_places,
    hold_member,
    is_takable,
    queue_behind,
    queue_if_full,
    read_need,
    read_version,
    seat,
)
from gernas.youth.shifts.errors import (
    HasHours,
    InAnotherRole,
    NeedsReason,
    NotForYou,
    PlaceOver,
    ShiftBegun,
    ShiftFull,
    ShiftJustChanged,
    ShiftNotOpen,
    TooLateToLeave,
)
from gernas.youth.shifts.telling import tell_put_in, tell_taken_off
from gernas.youth.shifts.words import role_title, shift_day, shift_title
from gernas.youth.shifts.working import is_soft

A = Assignment
OWN_GRACE = timedelta(hours=1)  # to leave again what one took oneself, past the deadline too
GIVEN_GRACE = timedelta(hours=24)  # what one was given


def take_shift(
    need: ShiftNeed,
    member: Member,
    *,
    by: By = None,
    key: str | None = None,
    how: AssignedBy = AssignedBy.MEMBER,
    waits: bool = True,
    passing_over: bool = False,
) -> Assignment:
    """Give a member a place in a shift or, where all are taken, a number on its waiting list.

    Whoever calls this has fetched the member for themselves (``by`` None or their account), or is a
    coordinator, which is checked and logged; only a coordinator fills shifts that have begun, and
    may pass over what is soft (``working.SOFT``). Done already, or with the same key, nothing
    happens. Without ``waits`` nobody is put on the waiting list.

    Raises:
        NotAllowed
        ShiftNotOpen, ShiftBegun
        InAnotherRole: of the same shift.
        NotForYou: with all that stands against it.
        ShiftFull: only without ``waits``.
        ShiftJustChanged: someone edited the shift meanwhile.
    """
    is_own = _is_own(member, by)
    if not is_own:
        check_may(by, Permission.EDIT_YOUTH, need.shift)
    return _take(
        need.id,
        member.id,
        by=by,
        is_own=is_own,
        key=key,
        how=how,
        waits=waits,
        passing_over=passing_over and not is_own,
    )


def take_shift_unseen(need_id: int, member_id: int, *, key: str | None = None) -> Assignment:
    """The same by members themselves, of whom and of which nothing was read yet.

    Raises:
        as ``take_shift``
    """
    return _take(
        need_id,
        member_id,
        by=None,
        is_own=True,
        key=key,
        how=AssignedBy.MEMBER,
        waits=True,
        passing_over=False,
    )


def find_present(
    member: Member,
    need: ShiftNeed,
    *,
    is_own: bool,
    key: str | None = None,
    passing_over: bool = False,
) -> Assignment | None:
    """What the member has there already, or had by the same request; None if it may be given.

    Raises:
        ShiftNotOpen, ShiftBegun, InAnotherRole, NotForYou
    """
    seen = list(db.session.scalars(select(A).where(A.member_id == member.id, _is_seen(need, key))))
    done = next((one for one in seen if key and one.idempotency_key == key), None)
    if done is not None:
        return done
    _check_open(need.shift, own=is_own)
    for present in seen:
        if present.need_id != need.id:
            raise InAnotherRole(role_title(present.need.role))
        return present
    _check_rules(member, need, passing_over=passing_over)
    return None


def claim_or_queue(need: ShiftNeed | Row[Any], *, waits: bool) -> int | None:
    """Claim a place: None; or a number on the waiting list. Of the need, id and counts are read.

    Who waits comes first: free places are given to them before anyone who comes now.

    Raises:
        ShiftFull: only without ``waits``.
    """
    blocked = need.last_waiting > 0 and need.used < need.wanted and fill_places(need.id) is None
    while not blocked:
        if claim_place(need.id):
            return None
        if not waits:
            raise ShiftFull(need.wanted)
        number = queue_if_full(need.id)
        if number is not None:
            return number
    if not waits:
        raise ShiftFull(need.wanted)
    return queue_behind(need.id)


def _take(
    need_id: int,
    member_id: int,
    *,
    by: By,
    is_own: bool,
    key: str | None,
    how: AssignedBy,
    waits: bool,
    passing_over: bool,
) -> Assignment:
    member = hold_member(member_id)
    need = read_need(need_id)
    done = find_present(member, need, is_own=is_own, key=key, passing_over=passing_over)
    if done is not None:
        return done
    shift = need.shift
    version = shift.version
    number = claim_or_queue(need, waits=waits)
    check_unchanged(shift.id, version)
    by_id = by.id if by is not None and not is_own else None
    assignment = seat(need, member, how=how, by_id=by_id, key=key, waiting_number=number)
    if not is_own:
        tell_put_in(assignment)
        log_place("shift.put_in", assignment, {}, {"waits": number is not None}, by=by)
    return assignment


def leave_shift(assignment: Assignment, *, by: By = None, reason: str = "") -> Assignment:
    """End a member's place or number; a free place goes to the next in line. Done already: nothing.

    Members leave without a reason until the deadline; coordinators take them off at any time and
    say why, which the member reads.

    Raises:
        NotAllowed
        TooLateToLeave, ShiftBegun: for members.
        NeedsReason: for coordinators.
        HasHours: the member was checked in.
    """
    is_own = _is_own(assignment.member, by)
    reason = clean_text(reason)
    if len(reason) > REASON_LENGTH:
        raise BadValues({"reason": _("Write at most 500 signs.")})
    if not is_own:
        check_may(by, Permission.EDIT_YOUTH, assignment.shift)
        if not reason:
            raise NeedsReason
    member = hold_member(assignment.member_id)
    read_need(assignment.need_id)
    assignment = db.session.get_one(A, assignment.id, populate_existing=True)
    if not assignment.is_live:
        return assignment
    if assignment.arrived_at is not None:
        raise HasHours(member.name)
    if is_own:
        _check_may_leave(assignment)
    was_waiting = assignment.waiting_number is not None
    by_id = by.id if by is not None and not is_own else None
    if end_place(assignment, by_id=by_id, reason=reason or None):
        fill_places(assignment.need_id)
    if not is_own:
        tell_taken_off(assignment)
        before = {"waits": was_waiting}
        log_place("shift.taken_off", assignment, before, {"reason": reason}, by=by)
    return assignment


def move_up(need: ShiftNeed) -> int | None:
    """Give the free places of a role in a shift to those who wait; see ``seats.fill_places``."""
    return fill_places(need.id)


def end_future_places(
    member: Member,
    *,
    reason: str,
    by: By = None,
    programme_id: int | None = None,
    only_minor: bool = False,
) -> int:
    """End all places and numbers in shifts that have not begun; returns how many.

    For who leaves a programme, or whose guardian no longer agrees (``only_minor``: on days on which
    the member is under 18). Places with hours stay. Callers have checked who asks.
    """
    member = hold_member(member.id)
    rows = (
        select(A)
        .join(Shift, Shift.id == A.shift_id)
        .where(A.member_id == member.id, A.ended_at.is_(None), Shift.starts_at > now())
        .order_by(A.need_id)
        .execution_options(populate_existing=True)
    )
    if programme_id is not None:
        rows = rows.where(Shift.programme_id == programme_id)
    ended = 0
    for assignment in list(db.session.scalars(rows)):
        spared = only_minor and not member.is_minor_on(shift_day(assignment.shift))
        if spared or assignment.arrived_at is not None:
            continue
        if end_place(assignment, by_id=by.id if by else None, reason=reason):
            fill_places(assignment.need_id)
        ended += 1
    return ended


def leave_deadline(assignment: Assignment) -> datetime:
    """Until when the member may leave a place; of a number on the waiting list until it begins.

    Who was given a place late, or tapped by mistake, has time to say no.
    """
    shift = assignment.shift
    if assignment.waiting_number is not None:
        return shift.starts_at
    own = assignment.how == AssignedBy.MEMBER
    grace = assignment.taken_at + (OWN_GRACE if own else GIVEN_GRACE)
    return min(max(shift.leave_until, grace), shift.starts_at)


def check_unchanged(shift_id: int, version: int) -> None:
    """Refuse a place that was claimed after somebody edited the shift."""
    if read_version(shift_id) != version:
        raise ShiftJustChanged


def check_live(assignment: Assignment) -> None:
    if not assignment.is_live:
        raise PlaceOver


# --- The steps ------------------------------------------------------------------------------


def _is_own(member: Member, by: By) -> bool:
    """Whether members act for themselves: by their link, or with their account."""
    return by is None or by.id == member.user_id


def _is_seen(need: ShiftNeed, key: str | None) -> ColumnElement[bool]:
    """The live place in the shift, and what the same request did before, if it was sent twice."""
    live = and_(A.shift_id == need.shift_id, A.ended_at.is_(None))
    return or_(live, A.idempotency_key == key) if key else live


def _check_open(shift: Shift, *, own: bool) -> None:
    if not shift.is_open or not is_takable(shift):
        raise ShiftNotOpen
    over = shift.starts_at if own else shift.ends_at
    if over <= now():
        raise ShiftBegun


def _check_rules(member: Member, need: ShiftNeed, *, passing_over: bool) -> None:
    found = check_hindrances(member, need)
    if passing_over:
        found = [one for one in found if not is_soft(one)]
    if found:
        raise NotForYou(found)


def _check_may_leave(assignment: Assignment) -> None:
    shift = assignment.shift
    if shift.starts_at <= now():
        raise ShiftBegun
    until = leave_deadline(assignment)
    if until <= now():
        programme = shift.programme
        parts = (programme.contact_name, phone_words(programme.contact_phone))
        contact = " · ".join(part for part in parts if part)
        raise TooLateToLeave(until, shift.event.zone, contact or None)


def log_place(
    action: str, assignment: Assignment, before: dict[str, Any], after: dict[str, Any], *, by: By
) -> None:
    """Log what a coordinator did for a member; what members do is their own affair."""
    shift = assignment.shift
    told = {"member": assignment.member.code, "role": role_title(assignment.need.role)}
    record(
        action,
        shift,
        by=by,
        before={**told, **before} if before else {},
        after={**told, **after},
        scopes=shift.scopes,
        label=shift_title(shift),
    )
