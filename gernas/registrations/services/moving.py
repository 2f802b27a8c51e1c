"""The one way a registration changes its state: by the table, with history, log and message."""

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, inspect, select

from gernas.audit.services import record
from gernas.core.clock import now, to_local, to_utc
from gernas.core.database import db, lock
from gernas.core.errors import NotAllowed
from gernas.core.jobs import enqueue
from gernas.core.permissions import Holder
from gernas.registrations.errors import NoPlaceLeft, RegistrationChanged
from gernas.registrations.models import (
    Call,
    CallQuota,
    Registration,
    RegistrationEvent,
    RegistrationState,
)
from gernas.registrations.queries import get_position, select_registrations
from gernas.registrations.registries import tell_place_is_lost
from gernas.registrations.services.places import (
    find_next_in_line,
    give_place_back,
    hold_places,
    queue_behind,
    take_place,
)
from gernas.registrations.telling import UNDO_WITHIN, tell_transition
from gernas.registrations.transitions import Actor, Effect, Move, Transition, get_transition
from gernas.registrations.words import quota_words

OFFER_FREED = "registrations_offer_freed"
LAST_MINUTE = time(23, 59)  # of the day on which an offer ends

# What undoing brings back.
REMEMBERED = (
    "state",
    "holds_place",
    "waiting_number",
    "offer_until",
    "requested_fields",
    "request_note",
    "decision_reason",
    "decided_at",
    "decided_by_id",
    "reminded_at",
)
_MOMENTS = frozenset({"offer_until", "decided_at", "reminded_at"})


def hold(registration: Registration, *, version: int | None = None) -> Registration:
    """The registration locked and read anew, as this person saw it in ``version``.

    Raises:
        RegistrationChanged: someone changed it since.
    """
    registration = lock(registration)
    if version is not None and registration.version != version:
        raise RegistrationChanged
    return registration


def hold_with_call(registration: Registration) -> Registration:
    """The registration locked, with its call, form and what shows them, in one statement.

    It may be one that was fetched before the transaction began.
    """
    (registration_id,) = inspect(registration).identity or (registration.id,)
    rows = select_registrations().where(Registration.id == registration_id)
    locked = rows.with_for_update(of=Registration).execution_options(populate_existing=True)
    return db.session.scalars(locked).unique().one()


def hold_many(call_id: int, ids: Collection[int]) -> list[Registration]:
    """Registrations of one call locked in the order of their ids, then the call's places.

    For whoever moves many in one transaction: others wait for the call with a registration in
    hand, so it comes last.
    """
    rows = select(Registration).where(Registration.call_id == call_id, Registration.id.in_(ids))
    locked = rows.order_by(Registration.id).with_for_update(of=Registration)
    found = list(db.session.scalars(locked.execution_options(populate_existing=True)))
    hold_places(call_id)
    return found


def move(
    registration: Registration,
    what: Move,
    *,
    actor: Actor,
    by: Holder | None,
    target: RegistrationState | None = None,
    reason: str | None = None,
    passes_on: bool = True,
    **columns: Any,
) -> RegistrationEvent:
    """Take a locked registration along one row of the table and write what that entails.

    ``columns`` are set with it. A place that becomes free goes to the next in line, unless
    ``passes_on`` is False; where the move can be undone, only after it no longer can.

    Raises:
        NotPossible: the table has no such row.
        NotAllowed: not for this actor.
        NoPlaceLeft: it takes a place, and there is none.
    """
    transition = get_transition(what, registration, target)
    if actor not in transition.who:
        raise NotAllowed(_("Your role does not allow this."))
    before = remember(registration)
    with db.session.no_autoflush:
        gave = _affect_places(registration, transition)
        _set_state(registration, transition, by=by, actor=actor, reason=reason)
        for name, value in columns.items():
            setattr(registration, name, value)
    event = _write_event(registration, transition, before, actor=actor, by=by, reason=reason)
    if gave:
        tell_place_is_lost(registration, by=by)
    if actor == Actor.ORGANIZER:
        log_state(f"registration.{what}", registration, before, by=by)
    queued = transition.effect == Effect.QUEUE and transition.message and registration.email
    position = get_position(registration) if queued else 0
    tell_transition(registration, transition, event, position=position)
    if gave and passes_on:
        pass_on(registration.call, later=transition.undo)
    return event


def remember(registration: Registration) -> dict[str, Any]:
    """What undoing needs, as JSON."""
    values = {name: getattr(registration, name) for name in REMEMBERED}
    for name in _MOMENTS:
        values[name] = values[name].isoformat() if values[name] else None
    return values


def bring_back(registration: Registration, remembered: Mapping[str, Any]) -> None:
    """Set what ``remember`` noted, places apart."""
    for name in REMEMBERED:
        value = remembered[name]
        if name in _MOMENTS:
            value = datetime.fromisoformat(value) if value else None
        if name != "holds_place":
            setattr(registration, name, value)


def pass_on(call: Call, *, later: bool = False) -> Registration | None:
    """Offer one free place to the first in line whose quotas have room; None if there is none.

    The quotas and the call are held already. Somebody who is being changed elsewhere at this
    moment is not passed over: then a job offers the place a little later.
    """
    if later:
        enqueue(OFFER_FREED, run_after=now() + UNDO_WITHIN, call_id=call.id)
        return None
    next_id = find_next_in_line(call.id)
    if next_id is None:
        return None
    waiting = db.session.scalar(_select_for_offer(next_id))
    if waiting is None:
        enqueue(OFFER_FREED, run_after=now() + timedelta(seconds=5), call_id=call.id)
        return None
    if waiting.state != RegistrationState.WAITLISTED:
        return None
    try:
        move(waiting, Move.OFFER, actor=Actor.SYSTEM, by=None)
    except NoPlaceLeft:
        return None
    return waiting


def _select_for_offer(registration_id: int) -> Select[Registration]:
    """The registration, locked without waiting; nothing when someone else holds it."""
    statement = select(Registration).where(Registration.id == registration_id)
    return statement.with_for_update(skip_locked=True, of=Registration).execution_options(
        populate_existing=True
    )


def offer_deadline(call: Call, *, at: datetime) -> datetime | None:
    """Until when a place that is given at ``at`` must be confirmed: 23.59 in the call's zone."""
    if not call.confirm_days:
        return None
    day = to_local(at, call.zone).date() + timedelta(days=call.confirm_days)
    return to_utc(day, LAST_MINUTE, call.zone)


def no_place(full: CallQuota | Call) -> NoPlaceLeft:
    """The error that names what is full."""
    return NoPlaceLeft(quota_words(full) if isinstance(full, CallQuota) else "")


def _affect_places(registration: Registration, transition: Transition) -> bool:
    """Do to the places what the table says; True when one was given back."""
    if transition.effect == Effect.TAKE:
        full = take_place(registration)
        if full is not None:
            raise no_place(full)
        registration.waiting_number = None
        return False
    if transition.effect == Effect.NONE:
        return False
    gave = give_place_back(registration)
    is_queued = transition.effect == Effect.QUEUE
    registration.waiting_number = queue_behind(registration.call_id)[0] if is_queued else None
    return gave


def _set_state(
    registration: Registration,
    transition: Transition,
    *,
    by: Holder | None,
    actor: Actor,
    reason: str | None,
) -> None:
    moment = now()
    registration.state = transition.target
    takes = transition.effect == Effect.TAKE
    registration.offer_until = offer_deadline(registration.call, at=moment) if takes else None
    registration.reminded_at = None
    if actor != Actor.APPLICANT or takes:
        registration.decided_at = moment
        registration.decided_by_id = by.id if by and actor == Actor.ORGANIZER else None
        registration.decision_reason = reason
    if transition.target != RegistrationState.CHANGES_REQUESTED:
        registration.requested_fields, registration.request_note = [], None
    registration.version += 1
    registration.updated_at = moment


def _write_event(
    registration: Registration,
    transition: Transition,
    before: dict[str, Any],
    *,
    actor: Actor,
    by: Holder | None,
    reason: str | None,
) -> RegistrationEvent:
    event = RegistrationEvent(
        registration=registration,
        at=registration.updated_at,
        what=transition.move,
        from_state=before["state"],
        to_state=transition.target,
        actor=actor,
        by_id=by.id if by else None,
        reason=reason,
        before=before if transition.undo else {},
    )
    db.session.add(event)
    db.session.flush()
    return event


def log_state(
    action: str, registration: Registration, before: Mapping[str, Any], *, by: Holder | None
) -> None:
    shown = ("state", "decision_reason", "request_note", "requested_fields")
    record(
        action,
        registration,
        by=by,
        before={name: before[name] for name in shown},
        after={name: getattr(registration, name) for name in shown},
        scopes=registration.scopes,
        personal=frozenset({"decision_reason", "request_note"}),
        label=registration.code,
    )
