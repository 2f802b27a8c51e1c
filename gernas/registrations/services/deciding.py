"""What organizers decide about one registration; each can be taken back for ten minutes.

``version`` is the one that the organizer read; None: whatever it is now.
"""

from collections.abc import Collection

from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.permissions import Permission
from gernas.events.services.changing import By, check_may
from gernas.messages.services import cancel_message
from gernas.registrations.codes import code_words
from gernas.registrations.errors import (
    NeedsReason,
    NothingRequested,
    NothingToUndo,
    NotNextInLine,
)
from gernas.registrations.models import (
    Call,
    Registration,
    RegistrationEvent,
    RegistrationState,
)
from gernas.registrations.questions import read_questions
from gernas.registrations.registries import tell_place_is_back, tell_place_is_lost
from gernas.registrations.services.moving import (
    bring_back,
    hold,
    log_state,
    move,
    no_place,
    pass_on,
    remember,
)
from gernas.registrations.services.places import (
    find_next_in_line,
    give_place_back,
    hold_places,
    take_place,
)
from gernas.registrations.services.releasing import release_lapsed
from gernas.registrations.telling import UNDO_WITHIN, message_key
from gernas.registrations.transitions import Actor, Move, find_transition
from gernas.registrations.values import check_reason

S = RegistrationState


def start_review(registration: Registration, *, by: By, version: int | None = None) -> Registration:
    """Take a sent application into review; the applicant sees it, and gets no mail.

    Raises:
        NotAllowed, RegistrationChanged, NotPossible
    """
    registration = _hold(registration, by=by, version=version)
    move(registration, Move.START_REVIEW, actor=Actor.ORGANIZER, by=by)
    return registration


def request_changes(
    registration: Registration,
    *,
    fields: Collection[str],
    reason: str,
    by: By,
    version: int | None = None,
) -> Registration:
    """Ask for corrections of some questions, by their keys; only these open for the applicant.

    Raises:
        NotAllowed, RegistrationChanged, NotPossible
        NothingRequested: no question, or none of the form.
        NeedsReason: it does not say what is wrong.
    """
    why = check_reason(reason)
    if why is None:
        raise NeedsReason
    registration = _hold(registration, by=by, version=version)
    questions = read_questions(registration.form_version.questions)
    wanted = [question.key for question in questions if question.key in set(fields)]
    if not wanted:
        raise NothingRequested
    move(
        registration,
        Move.REQUEST_CHANGES,
        actor=Actor.ORGANIZER,
        by=by,
        reason=why,
        requested_fields=wanted,
        request_note=why,
    )
    return registration


def accept_registration(
    registration: Registration,
    *,
    by: By,
    reason: str | None = None,
    version: int | None = None,
) -> Registration:
    """Accept an application: it takes a place, in the call and in each of its quotas.

    One that holds a place already, because an accepted answer was edited, keeps it.

    Raises:
        NotAllowed, RegistrationChanged, NotPossible
        NoPlaceLeft: the call or a quota is full.
        NotNextInLine: it waits, and others wait longer.
    """
    why = check_reason(reason)
    registration = _hold(registration, by=by, version=version)
    if registration.state == S.WAITLISTED:
        _check_turn(registration)
    move(registration, Move.ACCEPT, actor=Actor.ORGANIZER, by=by, reason=why)
    return registration


def reject_registration(
    registration: Registration, *, reason: str, by: By, version: int | None = None
) -> Registration:
    """Turn an application down, with a reason that the applicant reads.

    Raises:
        NotAllowed, RegistrationChanged, NotPossible, NeedsReason
    """
    why = check_reason(reason)
    if why is None:
        raise NeedsReason
    registration = _hold(registration, by=by, version=version)
    move(registration, Move.REJECT, actor=Actor.ORGANIZER, by=by, reason=why)
    return registration


def waitlist_registration(
    registration: Registration,
    *,
    by: By,
    reason: str | None = None,
    version: int | None = None,
) -> Registration:
    """Put an application at the end of the waiting list.

    Raises:
        NotAllowed, RegistrationChanged, NotPossible
    """
    why = check_reason(reason)
    registration = _hold(registration, by=by, version=version)
    move(registration, Move.WAITLIST, actor=Actor.ORGANIZER, by=by, reason=why)
    return registration


def withdraw_for_applicant(
    registration: Registration, *, reason: str, by: By, version: int | None = None
) -> Registration:
    """End an application for its applicant, for instance after a call; the place is passed on.

    Raises:
        NotAllowed, RegistrationChanged, NotPossible, NeedsReason
    """
    why = check_reason(reason)
    if why is None:
        raise NeedsReason
    registration = _hold(registration, by=by, version=version)
    move(registration, Move.WITHDRAW, actor=Actor.ORGANIZER, by=by, reason=why)
    return registration


def offer_next(call: Call, *, by: By) -> Registration | None:
    """Offer a free place to the next in line, with a deadline; None if nobody can have one.

    Raises:
        NotAllowed
    """
    check_may(by, Permission.DECIDE_REGISTRATIONS, call)
    release_lapsed(call)
    hold_places(call.id)
    return pass_on(call)


def undo_decision(registration: Registration, *, by: By) -> Registration:
    """Take the last decision back within ten minutes; its message is not sent.

    Raises:
        NotAllowed
        NothingToUndo: nothing was decided, too long ago, or something happened since.
        NoPlaceLeft: it gave a place back, and that is someone else's by now.
    """
    registration = _hold(registration, by=by, version=None)
    event = find_undoable(registration)
    if event is None:
        raise NothingToUndo
    if registration.email is not None and not _take_message_back(event):
        raise NothingToUndo
    before, held_before = remember(registration), bool(event.before["holds_place"])
    with db.session.no_autoflush:
        if registration.holds_place and not held_before:
            give_place_back(registration)
        elif held_before and not registration.holds_place:
            full = take_place(registration)
            if full is not None:
                raise no_place(full)
        bring_back(registration, event.before)
    event.undone_at = registration.updated_at = now()
    registration.version += 1
    db.session.flush()
    if held_before and not before["holds_place"]:
        tell_place_is_back(registration, lost_at=event.at, by=by)
    elif before["holds_place"] and not held_before:
        tell_place_is_lost(registration, by=by)
    log_state("registration.undone", registration, before, by=by)
    return registration


def find_undoable(registration: Registration) -> RegistrationEvent | None:
    """The last line of the timeline, if it is a decision that can still be taken back."""
    event = next((one for one in reversed(registration.history) if one.undone_at is None), None)
    if event is None or event.actor != Actor.ORGANIZER or now() >= event.at + UNDO_WITHIN:
        return None
    source, target = (
        RegistrationState(event.from_state or S.DRAFT),
        RegistrationState(event.to_state),
    )
    row = find_transition(Move(event.what), source, target)
    return event if row is not None and row.undo and registration.state == target else None


def _take_message_back(event: RegistrationEvent) -> bool:
    row = find_transition(
        Move(event.what),
        RegistrationState(event.from_state or S.DRAFT),
        RegistrationState(event.to_state),
    )
    return row is None or row.message is None or cancel_message(message_key(event))


def _check_turn(registration: Registration) -> None:
    hold_places(registration.call_id)
    next_id = find_next_in_line(registration.call_id)
    if next_id is not None and next_id != registration.id:
        raise NotNextInLine(code_words(db.session.get_one(Registration, next_id).code))


def _hold(registration: Registration, *, by: By, version: int | None) -> Registration:
    check_may(by, Permission.DECIDE_REGISTRATIONS, registration)
    return hold(registration, version=version)
