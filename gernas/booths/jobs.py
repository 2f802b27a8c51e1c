"""What the worker does for booths."""

from datetime import timedelta

from sqlalchemy import select

from gernas.booths.allocation_queries import is_over_at
from gernas.booths.models import BoothAllocation, Plan
from gernas.booths.services.allocating import release_lapsed
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.jobs import timed


@timed("release lapsed holds of booths", every=timedelta(seconds=15))
def release_holds_by_the_clock() -> None:
    """Release holds whose time is over; who needs such a booth before does it, too."""
    over = (
        select(BoothAllocation.plan_id)
        .join(BoothAllocation.registration)
        .where(BoothAllocation.released_at.is_(None), is_over_at(now()))
    )
    plans = sorted(set(db.session.scalars(over.distinct())))
    db.session.rollback()
    for plan_id in plans:
        with transaction():
            release_lapsed(db.session.get_one(Plan, plan_id))
