"""All ways a registration can go: who may, what it does to places, which message it causes.

``services`` has one function for each ``Move``; nothing else changes a state.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from gernas.registrations.errors import NotPossible
from gernas.registrations.models import DecidesBy, Registration, RegistrationState

S = RegistrationState


class Move(StrEnum):
    SUBMIT = "submit"
    START_REVIEW = "start_review"
    REQUEST_CHANGES = "request_changes"
    RESUBMIT = "resubmit"
    ACCEPT = "accept"
    REJECT = "reject"
    WAITLIST = "waitlist"
    OFFER = "offer"
    CONFIRM = "confirm"
    DECLINE = "decline"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    EDIT = "edit"


class Actor(StrEnum):
    APPLICANT = "applicant"
    ORGANIZER = "organizer"
    SYSTEM = "system"


class Effect(StrEnum):
    """What a transition does to the places of the call and of its quotas."""

    NONE = "none"  # a place that is held stays held
    TAKE = "take"  # unless it holds one already
    GIVE = "give"  # back, if it holds one, to the next in line
    QUEUE = "queue"  # get the next number of the waiting list


@dataclass(frozen=True)
class Transition:
    """One row of the table."""

    move: Move
    sources: tuple[RegistrationState, ...]
    target: RegistrationState
    who: tuple[Actor, ...]
    effect: Effect
    message: str | None  # a template of templates/messages, to the applicant
    undo: bool = False  # within ten minutes, and its message waits as long


_OPEN = (
    S.SUBMITTED,
    S.IN_REVIEW,
    S.CHANGES_REQUESTED,
    S.WAITLISTED,
    S.ACCEPTED,
    S.CONFIRMED,
)
_BY_APPLICANT, _BY_ORGANIZER, _BY_SYSTEM = (Actor.APPLICANT,), (Actor.ORGANIZER,), (Actor.SYSTEM,)
_BY_BOTH = (Actor.APPLICANT, Actor.ORGANIZER)

TABLE: tuple[Transition, ...] = (
    # A call that decides by review takes it in; one by first come gives a place or a number.
    Transition(
        Move.SUBMIT, (S.DRAFT,), S.SUBMITTED, _BY_APPLICANT, Effect.NONE, "registration_received"
    ),
    Transition(
        Move.SUBMIT, (S.DRAFT,), S.ACCEPTED, _BY_APPLICANT, Effect.TAKE, "registration_place"
    ),
    Transition(
        Move.SUBMIT, (S.DRAFT,), S.WAITLISTED, _BY_APPLICANT, Effect.QUEUE, "registration_queue"
    ),
    Transition(Move.START_REVIEW, (S.SUBMITTED,), S.IN_REVIEW, _BY_ORGANIZER, Effect.NONE, None),
    Transition(
        Move.REQUEST_CHANGES,
        (S.SUBMITTED, S.IN_REVIEW, S.CHANGES_REQUESTED),
        S.CHANGES_REQUESTED,
        _BY_ORGANIZER,
        Effect.NONE,
        "registration_changes",
        undo=True,
    ),
    Transition(
        Move.RESUBMIT, (S.CHANGES_REQUESTED,), S.IN_REVIEW, _BY_APPLICANT, Effect.NONE, None
    ),
    Transition(
        Move.ACCEPT,
        (S.SUBMITTED, S.IN_REVIEW, S.WAITLISTED),
        S.ACCEPTED,
        _BY_ORGANIZER,
        Effect.TAKE,
        "registration_accepted",
        undo=True,
    ),
    Transition(
        Move.REJECT,
        (S.SUBMITTED, S.IN_REVIEW, S.CHANGES_REQUESTED, S.WAITLISTED),
        S.REJECTED,
        _BY_ORGANIZER,
        Effect.GIVE,
        "registration_rejected",
        undo=True,
    ),
    Transition(
        Move.WAITLIST,
        (S.SUBMITTED, S.IN_REVIEW),
        S.WAITLISTED,
        _BY_ORGANIZER,
        Effect.QUEUE,
        "registration_queue",
        undo=True,
    ),
    Transition(
        Move.OFFER, (S.WAITLISTED,), S.ACCEPTED, _BY_SYSTEM, Effect.TAKE, "registration_offer"
    ),
    Transition(
        Move.CONFIRM,
        (S.ACCEPTED,),
        S.CONFIRMED,
        _BY_APPLICANT,
        Effect.NONE,
        "registration_confirmed",
    ),
    Transition(
        Move.DECLINE,
        (S.ACCEPTED,),
        S.DECLINED,
        _BY_APPLICANT,
        Effect.GIVE,
        "registration_ended",
    ),
    Transition(
        Move.EXPIRE, (S.ACCEPTED,), S.EXPIRED, _BY_SYSTEM, Effect.GIVE, "registration_expired"
    ),
    Transition(Move.WITHDRAW, _OPEN, S.WITHDRAWN, _BY_BOTH, Effect.GIVE, "registration_ended"),
    # The answers change, so someone looks at them again; the place stays.
    Transition(Move.EDIT, (S.ACCEPTED, S.CONFIRMED), S.IN_REVIEW, _BY_APPLICANT, Effect.NONE, None),
    Transition(Move.EDIT, (S.SUBMITTED,), S.SUBMITTED, _BY_APPLICANT, Effect.NONE, None),
    Transition(Move.EDIT, (S.IN_REVIEW,), S.IN_REVIEW, _BY_APPLICANT, Effect.NONE, None),
    Transition(Move.EDIT, (S.WAITLISTED,), S.WAITLISTED, _BY_APPLICANT, Effect.NONE, None),
)


def find_transition(
    move: Move, source: RegistrationState, target: RegistrationState | None = None
) -> Transition | None:
    """The row of the table; None if there is none. ``target`` where a move has several."""
    return next(
        (
            row
            for row in TABLE
            if row.move == move and source in row.sources and target in (None, row.target)
        ),
        None,
    )


def get_transition(
    move: Move, registration: Registration, target: RegistrationState | None = None
) -> Transition:
    """The row of the table for a registration as it is at this moment.

    Raises:
        NotPossible: the move does not lead out of its state.
    """
    state = registration.state_now
    found = find_transition(move, state, target)
    if found is None and state != registration.state and move == Move.EXPIRE:
        found = find_transition(move, RegistrationState(registration.state), target)
    if found is None:
        raise NotPossible(state)
    return found


def list_moves(registration: Registration, actor: Actor) -> list[Move]:
    """What this actor may do with a registration now, in the order of the table, each once."""
    return list(dict.fromkeys(_moves(registration.state_now, actor)))


def first_state(decides_by: DecidesBy) -> RegistrationState:
    """Where a sent registration arrives when there is a place."""
    return S.ACCEPTED if decides_by == DecidesBy.FIRST_COME else S.SUBMITTED


def _moves(state: RegistrationState, actor: Actor) -> Iterator[Move]:
    return (row.move for row in TABLE if state in row.sources and actor in row.who)
