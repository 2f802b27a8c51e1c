"""Shifts for tests: taken and left as members do, each act in a transaction of its own."""

from typing import Any

from sqlalchemy import inspect, select

from gernas.accounts.models import User
from gernas.core.database import Model, db, transaction
from gernas.youth.models import Assignment, Member, Shift, ShiftNeed, YouthProgramme
from gernas.youth.services.taking import leave_shift, take_shift
from gernas.youth.services.tapping import look_at_tap, take_tapped
from tests.factories import Row
from tests.youth.making import make_member, make_programme, make_role, make_shift


def make_rush(places: int = 2, members: int = 3, **values: Any) -> tuple[Shift, list[Member]]:
    """A shift with so many places in one role, and members of its programme."""
    programme = make_programme()
    shift = make_shift(programme, wanted=places, **values)
    return shift, [make_member(programme) for _ in range(members)]


def id_of(row: Model) -> int:
    """The id of a row, also of one that no session holds."""
    identity = inspect(row).identity
    assert identity is not None
    return int(identity[0])


def fresh(row: Row) -> Row:
    return db.session.get_one(type(row), id_of(row))


def need_of(shift: Shift) -> ShiftNeed:
    rows = select(ShiftNeed).where(ShiftNeed.shift_id == id_of(shift)).order_by(ShiftNeed.id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).first()  # type: ignore[return-value]


def take(shift: Shift, member: Member, *, by: User | None = None, **more: Any) -> Assignment:
    with transaction():
        person = fresh(by) if by is not None else None
        return take_shift(need_of(shift), fresh(member), by=person, **more)


def take_own(shift: Shift, member: Member, *, key: str | None = None) -> Assignment:
    """With one tap, as members do themselves."""
    shift = fresh(shift)
    tap = look_at_tap(need_of(shift).id, fresh(member), [shift.programme_id], key=key)
    assert tap is not None
    with transaction():
        return take_tapped(tap)


def leave(assignment: Assignment, *, by: User | None = None, reason: str = "") -> Assignment:
    with transaction():
        person = fresh(by) if by is not None else None
        return leave_shift(fresh(assignment), by=person, reason=reason)


def holders(shift: Shift) -> list[int]:
    """The ids of members with a place, in the order of taking."""
    return _members(shift, waiting=False)


def waiting(shift: Shift) -> list[int]:
    """The ids of members on the waiting list, in its order."""
    return _members(shift, waiting=True)


def _members(shift: Shift, *, waiting: bool) -> list[int]:
    number = Assignment.waiting_number
    rows = (
        select(Assignment.member_id)
        .where(
            Assignment.shift_id == id_of(shift),
            Assignment.ended_at.is_(None),
            number.is_not(None) if waiting else number.is_(None),
        )
        .order_by(number if waiting else Assignment.id)
    )
    return list(db.session.scalars(rows))


def make_day(programme: YouthProgramme | None = None, **values: Any) -> Shift:
    programme = programme or make_programme()
    return make_shift(programme, make_role(programme), **values)
