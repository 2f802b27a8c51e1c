"""Questions about calls and registrations; they write nothing."""

from sqlalchemy import func, select

from gernas.core.database import db
from gernas.registrations.models import Registration


def get_position(registration: Registration) -> int:
    """Where a registration stands on the waiting list, from 1; 0 when it is not on it."""
    if registration.waiting_number is None:
        return 0
    before = select(func.count()).where(
        Registration.call_id == registration.call_id,
        Registration.waiting_number < registration.waiting_number,
    )
    return (db.session.scalar(before) or 0) + 1
