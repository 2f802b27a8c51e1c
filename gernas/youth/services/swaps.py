"""Members hand over places in shifts, or exchange two, to someone named or by a link.

Nothing changes until the other one agrees, and then both at once or neither: all rules are asked
again for both. The coordinators are told. Locks as ``seats`` tells: members first.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.core.clock import now
from gernas.core.database import db
from gernas.events.services.changing import By
from gernas.youth.codes import hash_token, make_token, recall_token
from gernas.youth.errors import LinkOver
from gernas.youth.guards import may_work
from gernas.youth.models import (
    AssignedBy,
    Assignment,
    Member,
    Shift,
    ShiftSwap,
    SwapState,
)
from gernas.youth.services.seats import end_place, hold_members, read_need, seat
from gernas.youth.services.taking import log_place
from gernas.youth.shifts.errors import (
    HasHours,
    NotForYou,
    PlaceOver,
    ShiftBegun,
    SwapNoLonger,
    SwapNotForYou,
    SwapOver,
    SwapThere,
    SwapWithSelf,
)
from gernas.youth.shifts.queries import find_live, select_enrolled
from gernas.youth.shifts.rules import find_obstacles
from gernas.youth.shifts.telling import (
    member_url,
    tell_coordinators_of_swap,
    tell_swap_asked,
    tell_swapped,
)
from gernas.youth.shifts.working import Hindrance, get_limits, load_candidate, make_work

A = Assignment
SWAP = "swap"
MOST_COLLEAGUES = 100


def ask_swap(
    assignment: Assignment, *, to: Member | None = None, wanted: Assignment | None = None
) -> ShiftSwap:
    """Offer a place to a named member, to who has the place ``wanted`` in return, or by a link.

    Whoever calls this has fetched the place for its member.

    Raises:
        PlaceOver, ShiftBegun, HasHours
        SwapThere: somebody is asked already.
        NotForYou: the member may not work what is wanted in return.
    """
    if wanted is not None:
        to = wanted.member
    members = hold_members([assignment.member_id, *([to.id] if to is not None else [])])
    assignment = _read_place(assignment)
    there = select(ShiftSwap.id).where(
        ShiftSwap.assignment_id == assignment.id, ShiftSwap.state == SwapState.ASKED
    )
    if db.session.scalar(there) is not None:
        raise SwapThere
    if wanted is not None:
        wanted = _read_place(wanted)
        found = list_hindrances_in_exchange(members[assignment.member_id], wanted, assignment)
        if found:
            raise NotForYou(found)
    moment = now()
    swap = ShiftSwap(
        assignment_id=assignment.id,
        to_member_id=to.id if to is not None else None,
        for_assignment_id=wanted.id if wanted is not None else None,
        token_hash=make_token(SWAP, _name(assignment.id, moment.isoformat()))[1],
        state=SwapState.ASKED,
        asked_at=moment,
    )
    db.session.add(swap)
    db.session.flush()
    if to is not None:
        person = members[to.id]
        tell_swap_asked(swap, person, member_url(person, f"/tukar/{get_swap_token(swap)}"))
    return swap


def cancel_swap(swap: ShiftSwap) -> ShiftSwap:
    """Take a wish back; whoever calls this has fetched it for the member who asked.

    Raises:
        SwapOver: it was answered meanwhile.
    """
    return _answer(swap, SwapState.CANCELLED)


def decline_swap(swap: ShiftSwap, member: Member) -> ShiftSwap:
    """Say no to a wish that is meant for this member; others just let it be.

    Raises:
        SwapOver, SwapNotForYou
    """
    if swap.to_member_id != member.id:
        raise SwapNotForYou
    return _answer(swap, SwapState.DECLINED)


def accept_swap(swap: ShiftSwap, member: Member) -> Assignment:
    """Take the place over, and give the other one what was asked for in return.

    Raises:
        SwapOver, SwapNotForYou, SwapWithSelf, PlaceOver, ShiftBegun, HasHours
        NotForYou: what stands against the member who takes over.
        SwapNoLonger: something stands against the one who asked, which is not told.
    """
    asked = db.session.get_one(A, swap.assignment_id)
    check_addressee(swap, member)
    members = hold_members([asked.member_id, member.id])
    swap = _read_asked(swap)
    asked = _read_place(asked)
    owner, taker = members[asked.member_id], members[member.id]
    given: Assignment | None = None
    if swap.for_assignment_id is not None:
        given = _read_place(db.session.get_one(A, swap.for_assignment_id))
        if given.member_id != taker.id:
            raise PlaceOver
    found = list_hindrances_in_exchange(taker, asked, given)
    if found:
        raise NotForYou(found)
    if given is not None and list_hindrances_in_exchange(owner, given, asked):
        raise SwapNoLonger(given.shift)
    swap.state, swap.answered_at = SwapState.DONE, now()
    _end([asked, *([given] if given is not None else [])])
    present = _begin(swap, asked, taker)
    if given is not None:
        _begin(swap, given, owner)
    return present


def check_addressee(swap: ShiftSwap, member: Member) -> None:
    """Check that a wish is for this member.

    Raises:
        SwapWithSelf, SwapNotForYou
    """
    if swap.assignment.member_id == member.id:
        raise SwapWithSelf
    if swap.to_member_id is not None and swap.to_member_id != member.id:
        raise SwapNotForYou


def find_swap(token: str) -> ShiftSwap:
    """The wish of a link.

    Raises:
        LinkOver: it opens nothing.
    """
    if 10 <= len(token) <= 100:
        rows = select(ShiftSwap).where(ShiftSwap.token_hash == hash_token(token))
        swap = db.session.scalar(rows)
        if swap is not None:
            return swap
    raise LinkOver


def get_swap_token(swap: ShiftSwap) -> str | None:
    """The secret of a wish's link; None once its key is gone."""
    return recall_token(
        SWAP, _name(swap.assignment_id, swap.asked_at.isoformat()), 1, swap.token_hash
    )


def list_colleagues(member: Member, shift: Shift) -> Sequence[Member]:
    """Members of the same organisation and programme, by name: those one can ask by name."""
    if member.organisation_id is None:
        return []
    rows = select_enrolled(shift.programme_id).where(
        Member.organisation_id == member.organisation_id, Member.id != member.id
    )
    return db.session.scalars(rows.order_by(Member.name, Member.id).limit(MOST_COLLEAGUES)).all()


def list_places_of(members: Collection[int], programme_id: int) -> Sequence[Assignment]:
    """The places of members in shifts of a programme that have not begun, by time."""
    rows = (
        select(A)
        .join(Shift, Shift.id == A.shift_id)
        .where(
            A.member_id.in_(members),
            A.ended_at.is_(None),
            A.waiting_number.is_(None),
            Shift.programme_id == programme_id,
            Shift.cancelled_at.is_(None),
            Shift.starts_at > now(),
        )
        .options(joinedload(A.member, innerjoin=True), joinedload(A.shift, innerjoin=True))
        .order_by(Shift.starts_at, A.id)
        .limit(MOST_COLLEAGUES)
    )
    return db.session.scalars(rows).all()


def list_hindrances_in_exchange(
    member: Member, place: Assignment, given: Assignment | None
) -> list[Hindrance]:
    """What stands between a member and a place once the member has given another one away.

    Raises:
        PlaceOver: the member has a place in the same shift.
    """
    shift = place.shift
    work = make_work(shift, place.need)
    present = find_live(shift.id, member.id)
    own = given.shift_id if given is not None else None
    if present is not None and present.waiting_number is None and shift.id != own:
        raise PlaceOver
    bar = may_work(member, shift.programme_id, work.day)
    if bar is not None:
        return [bar]
    candidate = load_candidate(member)
    taken = [one for one in candidate.taken if one.id != own]
    return [*find_obstacles(candidate.worker, work, taken, get_limits())]


# --- The steps ------------------------------------------------------------------------------


def _name(assignment_id: int, asked: str) -> str:
    return f"{assignment_id}:{asked}"


def _read_place(assignment: Assignment) -> Assignment:
    """The place of a locked member, read anew, if it can still change hands.

    Raises:
        PlaceOver, ShiftBegun, HasHours
    """
    read_need(assignment.need_id)
    assignment = db.session.get_one(A, assignment.id, populate_existing=True)
    if not assignment.holds_place or not assignment.shift.is_open:
        raise PlaceOver
    if assignment.shift.starts_at <= now():
        raise ShiftBegun
    if assignment.arrived_at is not None:
        raise HasHours(assignment.member.name)
    return assignment


def _end(places: Sequence[Assignment]) -> None:
    """End places that change hands: the counts of the shifts stay as they are."""
    moment = now()
    for one in places:
        one.ended_at = moment
    db.session.flush()


def _begin(swap: ShiftSwap, former: Assignment, member: Member) -> Assignment:
    waits = find_live(former.shift_id, member.id)
    if waits is not None:  # A number on the waiting list; a place was refused before.
        end_place(waits, by_id=None, reason=None)
    present = seat(former.need, member, how=AssignedBy.SWAP, by_id=None)
    tell_swapped(swap, former, present)
    tell_coordinators_of_swap(swap, former, present)
    by: By = None
    log_place("shift.swapped", present, {"former": former.member.code}, {}, by=by)
    return present


def _read_asked(swap: ShiftSwap) -> ShiftSwap:
    swap = db.session.get_one(ShiftSwap, swap.id, populate_existing=True, with_for_update=True)
    if swap.state != SwapState.ASKED:
        raise SwapOver
    return swap


def _answer(swap: ShiftSwap, state: SwapState) -> ShiftSwap:
    swap = _read_asked(swap)
    swap.state, swap.answered_at = state, now()
    db.session.flush()
    return swap
