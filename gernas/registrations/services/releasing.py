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
from gernas.registrations.services.places import hold_places
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
    """Offer all free places of a call by first come to those who wait; returns how many.

    In a call with a review the organizers decide how many of its free places are given.
    """
    if call.decides_by != DecidesBy.FIRST_COME:
        return 0
    hold_places(call.id)
    used, places = db.session.execute(
        select(Call.used, Call.places).where(Call.id == call.id)
    ).one()
    offered = 0
    while used + offered < places and pass_on(call) is not None:
        offered += 1
    return offered
