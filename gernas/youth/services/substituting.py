"""Put someone into a shift at the desk: into a free place, or instead of who did not come."""

from gernas.audit.services import record
from gernas.core.clock import now
from gernas.core.database import lock
from gernas.core.permissions import Permission
from gernas.events.services.changing import By, check_may
from gernas.registrations.codes import code_words
from gernas.youth.day.errors import NotMissing, TooEarlyToStandIn
from gernas.youth.day.queries import MISSING, WINDOW
from gernas.youth.models import AssignedBy, Assignment, Member, ShiftNeed
from gernas.youth.services.attendance import adopt_strays
from gernas.youth.services.seats import (
    check_hindrances,
    claim_place,
    end_place,
    hold_members,
    is_takable,
    read_need,
    seat,
)
from gernas.youth.shifts.errors import InAnotherRole, NotForYou, ShiftBegun, ShiftFull, ShiftNotOpen
from gernas.youth.shifts.queries import find_live
from gernas.youth.shifts.words import role_title
from gernas.youth.shifts.working import is_soft


def put_in(
    need: ShiftNeed,
    member: Member,
    *,
    by: By,
    key: str | None = None,
    instead_of: Assignment | None = None,
) -> Assignment:
    """Give a member who stands at the desk a place in a shift that begins soon or runs.

    ``instead_of`` is who was counted as missing and loses the place, with the attendance kept.
    What the desk saw of the member before counts from now on. Skills and rest are for the desk to
    judge; age, guardian, night and overlap are not. Done already, nothing happens.

    Raises:
        NotAllowed, ShiftNotOpen, ShiftFull, NotForYou, InAnotherRole
        TooEarlyToStandIn, ShiftBegun: it is over.
        NotMissing: whose place it is came after all, or was replaced.
    """
    check_may(by, Permission.CHECK_IN, need.shift.event)
    members = hold_members([member.id, *([instead_of.member_id] if instead_of else [])])
    member = members[member.id]
    need = read_need(need.id)
    present = find_live(need.shift_id, member.id)
    if present is not None and present.waiting_number is None:
        if present.need_id == need.id:
            return present
        raise InAnotherRole(role_title(present.need.role))
    _check_time(need)
    against = [one for one in check_hindrances(member, need) if not is_soft(one)]
    if against:
        raise NotForYou(against)
    by_id = by.id if by is not None else None
    if instead_of is not None:
        _end_missing(instead_of, need, by_id=by_id)
    if present is not None:  # waited, and is here now
        end_place(present, by_id=by_id, reason=None)
    if not claim_place(need.id):
        raise ShiftFull(need.wanted)
    place = seat(need, member, how=AssignedBy.SUBSTITUTE, by_id=by_id, key=key)
    place.substitute_for_id = instead_of.id if instead_of is not None else None
    adopt_strays(need.shift.event, place, by=by)
    _log(place, instead_of, by=by)
    return place


def _check_time(need: ShiftNeed) -> None:
    shift = need.shift
    if not is_takable(shift):
        raise ShiftNotOpen
    if now() < shift.starts_at - WINDOW:
        raise TooEarlyToStandIn
    if now() > shift.ends_at:
        raise ShiftBegun


def _end_missing(place: Assignment, need: ShiftNeed, *, by_id: int | None) -> None:
    place = lock(place)
    if not place.is_live or place.attendance not in MISSING or place.need_id != need.id:
        raise NotMissing(place.member.name)
    end_place(place, by_id=by_id, reason=None)


def _log(place: Assignment, instead_of: Assignment | None, *, by: By) -> None:
    after = {"role": role_title(place.need.role), "member": code_words(place.member.code)}
    if instead_of is not None:
        after["instead_of"] = code_words(instead_of.member.code)
    record(
        "attendance.stood_in",
        place,
        by=by,
        before={},
        after=after,
        scopes=place.shift.scopes,
        label=place.shift.title,
    )
