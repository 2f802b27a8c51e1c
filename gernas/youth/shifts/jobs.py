"""What the worker does for shifts: fill places that became free, remind who works soon."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select, update

from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.jobs import timed
from gernas.core.logs import log
from gernas.youth.models import Assignment, Shift, ShiftNeed
from gernas.youth.services.seats import MOVES_UP_UNTIL, fill_places
from gernas.youth.shifts.queries import list_people
from gernas.youth.shifts.telling import tell_reminder

DAY_BEFORE, SOON_BEFORE = timedelta(hours=24), timedelta(hours=2)
# Who took a shift a moment ago knows of it; and a worker that was dead says nothing stale.
KNOWN_FOR = timedelta(hours=3)
DAY_UNTIL = timedelta(hours=5)


@timed("fill places in shifts", every=timedelta(seconds=30))
def fill_by_the_clock() -> None:
    """Give free places to those who wait, where whoever freed them could not."""
    waits = exists().where(
        Assignment.need_id == ShiftNeed.id,
        Assignment.ended_at.is_(None),
        Assignment.waiting_number.is_not(None),
    )
    open_needs = (
        select(ShiftNeed.id)
        .join(ShiftNeed.shift)
        .where(
            ShiftNeed.used < ShiftNeed.wanted,
            Shift.published_at.is_not(None),
            Shift.cancelled_at.is_(None),
            Shift.starts_at > now() + MOVES_UP_UNTIL,
            waits,
        )
        .order_by(ShiftNeed.id)
    )
    ids = list(db.session.scalars(open_needs))
    db.session.rollback()
    for need_id in ids:
        try:
            with transaction():
                fill_places(need_id)
        except Exception as error:  # noqa: BLE001 - one that fails must not hold up the others
            log.error("fill_places", need=need_id, kind=type(error).__name__)


@timed("remind who works soon", every=timedelta(minutes=5))
def remind_by_the_clock() -> None:
    remind_day_before()
    remind_soon()


def remind_day_before() -> int:
    """Write to who works tomorrow; returns how many shifts. Late ones are left to the other."""
    moment = now()
    due = Shift.reminded_day_at.is_(None) & Shift.starts_at.between(
        moment + DAY_UNTIL, moment + DAY_BEFORE
    )
    return _remind(due, moment, soon=False)


def remind_soon() -> int:
    """Write to who works within two hours; returns how many shifts. What has begun is skipped."""
    moment = now()
    due = (
        Shift.reminded_soon_at.is_(None)
        & (Shift.starts_at > moment)
        & (Shift.starts_at <= moment + SOON_BEFORE)
    )
    return _remind(due, moment, soon=True)


def _remind(due: ColumnElement[bool], moment: datetime, *, soon: bool) -> int:
    rows = select(Shift.id).where(
        due, Shift.published_at.is_not(None), Shift.cancelled_at.is_(None)
    )
    ids = list(db.session.scalars(rows.order_by(Shift.starts_at, Shift.id)))
    db.session.rollback()
    column = Shift.reminded_soon_at if soon else Shift.reminded_day_at
    for shift_id in ids:
        with transaction():
            # Two workers: the second one finds it done.
            marked = update(Shift).where(Shift.id == shift_id, column.is_(None), due)
            marked = marked.values({column: moment}).returning(Shift.id)
            marked = marked.execution_options(synchronize_session=False)
            if db.session.scalar(marked) is None:
                continue
            for assignment in list_people(shift_id):
                if _needs_reminder(assignment, moment, soon=soon):
                    tell_reminder(assignment, soon=soon)
    return len(ids)


def _needs_reminder(assignment: Assignment, moment: datetime, *, soon: bool) -> bool:
    if not assignment.holds_place or assignment.arrived_at is not None:
        return False
    just_taken = assignment.taken_at > moment - KNOWN_FOR
    return soon or not just_taken
