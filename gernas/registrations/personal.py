"""What of registrations belongs to a person: data to take along, and dates for the calendar."""

from typing import Any

from sqlalchemy.orm import selectinload

from gernas.accounts.models import User
from gernas.calendars.queries import list_public_uids
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.permissions import Scope
from gernas.registrations.businesses import tell_registration
from gernas.registrations.models import Call, Registration, RegistrationState
from gernas.registrations.queries import get_told_state, list_own, select_registrations

HOLDING = frozenset({RegistrationState.ACCEPTED, RegistrationState.CONFIRMED})


def tell_own_registrations(user: User) -> list[dict[str, Any]]:
    """One's own applications as plain values, for all that is kept of a person."""
    return [tell_registration(registration) for registration in list_own(user)]


def list_personal_uids(user_id: int) -> set[str]:
    """The UIDs of the events in which a person has a place, with their agendas.

    A place that was given a moment ago and can still be taken back is not told here either.
    """
    rows = select_registrations().where(
        Registration.user_id == user_id,
        Registration.state.in_(HOLDING),
        Call.event_id.is_not(None),
    )
    found = db.session.scalars(rows.options(selectinload(Registration.history))).unique().all()
    events = {
        Scope("event", one.call.event_id)
        for one in found
        if one.call.event_id is not None and get_told_state(one) in HOLDING
    }
    return list_public_uids(events, at=now())
