"""Places that come back: offers that lapsed, and free places of calls by first come."""

from sqlalchemy import select

from gernas.core.clock import now
from gernas.core.database import db
from gernas.registrations.models import (
    Call,
    DecidesBy,
    Registration,
    RegistrationState,
)
from gernas.registrations.services.moving import move, pass_on
from gernas.registrations.services.places import find_next_in_line, hold_places
from gernas.registrations.transitions import Actor, Move

MOST_AT_ONCE = 100


def release_lapsed(call: Call) -> int:
    """Expire the offers of a call whose time is over; each place goes to the next in line.

    Returns how many, at most 100. What someone else is changing at this moment is left to them.
    """
    lapsed = list(
        db.session.scalars(
            select(Registration)
            .where(
                Registration.call_id == call.id,
                Registration.state == RegistrationState.ACCEPTED,
                Registration.offer_until <= now(),
            )
            .order_by(Registration.offer_until, Registration.id)
            .limit(MOST_AT_ONCE)
            .with_for_update(skip_locked=True, of=Registration)
            .execution_options(populate_existing=True)
        )
    )
    for registration in lapsed:
        move(registration, Move.EXPIRE, actor=Actor.SYSTEM, by=None)
    return len(lapsed)


def fill_places(call: Call) -> int:
    """Offer all free places of a call by first come to those who wait, and hold the call.

    Returns how many are left, of which nobody who waits can have one. In a call with a review
    the organizers decide how many of its free places are given.
    """
    hold_places(call.id)
    left = _count_free(call)
    if call.decides_by != DecidesBy.FIRST_COME:
        return left
    while left > 0 and pass_on(call) is not None:
        left = _count_free(call)
    # Who is being changed elsewhere at this moment is not passed over.
    return 0 if left > 0 and find_next_in_line(call.id) is not None else left


def _count_free(call: Call) -> int:
    return db.session.scalar(select(Call.places - Call.used).where(Call.id == call.id)) or 0
