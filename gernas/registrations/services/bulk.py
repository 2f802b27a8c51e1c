"""Decide on many registrations at once: look first, then do, and take it back for ten minutes.

Each is decided by the service of one, with all its rules; what a rule refuses is counted and the
rest goes on.
"""

import secrets
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from gernas.core.database import db
from gernas.core.errors import BadValues
from gernas.core.jobs import Job, enqueue
from gernas.core.permissions import Holder, Permission
from gernas.events.services.changing import By, check_may
from gernas.registrations.errors import (
    NeedsReason,
    NoPlaceLeft,
    NothingRequested,
    NothingToUndo,
    NotNextInLine,
    NotPossible,
)
from gernas.registrations.models import (
    Call,
    CallQuota,
    QuotaDimension,
    Registration,
    RegistrationEvent,
    RegistrationState,
)
from gernas.registrations.services.deciding import (
    accept_registration,
    reject_registration,
    request_changes,
    start_review,
    undo_decision,
    waitlist_registration,
)
from gernas.registrations.services.moving import hold_many
from gernas.registrations.services.releasing import release_lapsed
from gernas.registrations.transitions import Actor, Move, find_transition
from gernas.registrations.values import check_reason
from gernas.registrations.words import quota_words

MOST_AT_ONCE = 1_000
PORTION = 100  # in one transaction; of more the worker decides portion by portion
DECIDE = "registrations_decide"  # the job
MOVES = (Move.START_REVIEW, Move.ACCEPT, Move.WAITLIST, Move.REQUEST_CHANGES, Move.REJECT)
NEED_REASON = frozenset({Move.REJECT, Move.REQUEST_CHANGES})
LOOKED_AHEAD = 2_000  # of a waiting list

S = RegistrationState


@dataclass
class Tally:
    """What a decision on many does, or would do."""

    done: list[int] = field(default_factory=list)  # ids, in the order in which it goes
    waits: list[int] = field(default_factory=list)  # had no place, goes to the waiting list
    full: Counter[str] = field(default_factory=Counter)  # "" the call, else the quota's words
    not_possible: Counter[RegistrationState] = field(default_factory=Counter)
    not_their_turn: int = 0  # others wait longer
    not_asked: int = 0  # their form had none of the questions to be corrected
    batch: str | None = None  # by which it can be taken back

    @property
    def refused(self) -> int:
        """On how many nothing was decided."""
        without_place = sum(self.full.values()) - len(self.waits)
        others = self.not_their_turn + self.not_asked
        return without_place + sum(self.not_possible.values()) + others

    def to_json(self) -> dict[str, Any]:
        return {
            "done": self.done,
            "waits": self.waits,
            "full": dict(self.full),
            "not_possible": {str(state): count for state, count in self.not_possible.items()},
            "not_their_turn": self.not_their_turn,
            "not_asked": self.not_asked,
            "batch": self.batch,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """A tally as ``to_json`` gave it."""
        values = {name: kept[name] for name in ("done", "waits", "not_their_turn", "not_asked")}
        states = {S(state): count for state, count in kept["not_possible"].items()}
        return cls(
            full=Counter(kept["full"]),
            not_possible=Counter(states),
            batch=kept["batch"],
            **values,
        )

    def add(self, other: "Tally") -> None:
        """Count another portion of the same decision too."""
        self.done += other.done
        self.waits += other.waits
        self.full += other.full
        self.not_possible += other.not_possible
        self.not_their_turn += other.not_their_turn
        self.not_asked += other.not_asked


def plan_many(
    call: Call, registrations: Sequence[Registration], what: Move, *, rest_waits: bool = False
) -> Tally:
    """What ``decide_many`` would do now; it writes nothing."""
    tally, room = Tally(), _Room(call)
    for registration in _in_order(registrations):
        state = registration.state_now
        row = find_transition(what, state)
        if row is None or Actor.ORGANIZER not in row.who:
            tally.not_possible[state] += 1
        elif what != Move.ACCEPT or registration.holds_place:
            tally.done.append(registration.id)
        elif state == S.WAITLISTED and not room.is_next(registration):
            tally.not_their_turn += 1
        elif (full := room.take(registration)) is None:
            tally.done.append(registration.id)
        else:
            _note_full(tally, registration, full, rest_waits=rest_waits)
    return tally


def decide_many(
    call: Call,
    ids: Collection[int],
    what: Move,
    *,
    by: By,
    reason: str | None = None,
    fields: Collection[str] = (),
    rest_waits: bool = False,
    batch: str | None = None,
) -> Tally:
    """Decide on those of ``ids`` that are registrations of this call.

    ``fields`` are the questions to be corrected; ``rest_waits`` puts those for whom there is no
    place on the waiting list, in the order in which they were sent. ``batch`` is that of another
    portion of the same decision.

    Raises:
        NotAllowed
        NeedsReason, BadValues, NothingRequested: nothing was decided.
    """
    reason = _check(call, ids, what, by=by, reason=reason, fields=fields)
    registrations = _hold_sent(call, ids)
    before = db.session.scalar(select(func.max(RegistrationEvent.id))) or 0
    if what == Move.ACCEPT:
        release_lapsed(call)
    undoable = what != Move.START_REVIEW  # which tells nobody anything
    tally = Tally(batch=(batch or secrets.token_urlsafe(12)) if undoable else None)
    for registration in _in_order(registrations):
        _decide(tally, registration, what, by=by, reason=reason, fields=fields, waits=rest_waits)
    db.session.execute(
        update(RegistrationEvent)
        .where(
            RegistrationEvent.id > before,
            RegistrationEvent.registration_id.in_([*tally.done, *tally.waits]),
            RegistrationEvent.actor == Actor.ORGANIZER,
        )
        .values(batch=tally.batch)
        .execution_options(synchronize_session=False)
    )
    return tally


def decide_later(
    call: Call,
    registrations: Sequence[Registration],
    what: Move,
    *,
    by: Holder,
    reason: str | None = None,
    fields: Collection[str] = (),
    rest_waits: bool = False,
) -> Job:
    """Let the worker decide on more than one transaction should hold; returns the job.

    Raises:
        NotAllowed
        NeedsReason, BadValues, NothingRequested: nothing will be decided.
    """
    reason = _check(
        call, [one.id for one in registrations], what, by=by, reason=reason, fields=fields
    )
    return enqueue(
        DECIDE,
        by=by.id,
        call_id=call.id,
        ids=[one.id for one in _in_order(registrations)],
        what=str(what),
        by_id=by.id,
        reason=reason,
        fields=list(fields),
        rest_waits=rest_waits,
        batch=secrets.token_urlsafe(12),
    )


def undo_many(call: Call, ids: Collection[int], *, by: By) -> tuple[int, int]:
    """Take the last decision on each back, the last one first.

    ``ids`` are a portion of what ``list_batch`` gives. Returns how many were taken back, and for
    how many it is too late.

    Raises:
        NotAllowed
    """
    check_may(by, Permission.DECIDE_REGISTRATIONS, call)
    registrations = _hold_sent(call, ids)
    late = 0
    for registration in reversed(_in_order(registrations)):
        try:
            undo_decision(registration, by=by)
        except (NothingToUndo, NoPlaceLeft):
            late += 1
    return len(registrations) - late, late


@dataclass
class _Left:
    quota: CallQuota
    places: int


class _Room:
    """The free places of a call and its quotas while one after the other takes one."""

    def __init__(self, call: Call) -> None:
        self.places = call.places - call.used
        self.quotas = {
            (str(each.dimension), each.value): _Left(each, each.size - each.used)
            for each in call.quotas
        }
        self.call = call
        self._line: list[Registration] | None = None

    def take(self, registration: Registration) -> str | None:
        """Take a place; None when there was one, else what is full, "" for the call."""
        if self.places <= 0:
            return ""
        counted = self._find_quotas(registration)
        for left in counted:
            if left.places <= 0:
                return quota_words(left.quota)
        self.places -= 1
        for left in counted:
            left.places -= 1
        if self._line is not None and registration.state == S.WAITLISTED:
            self._line = [one for one in self._line if one.id != registration.id]
        return None

    def is_next(self, registration: Registration) -> bool:
        """Whether nobody waits longer whose quotas have room."""
        if self._line is None:
            waiting = select(Registration).where(
                Registration.call_id == self.call.id, Registration.waiting_number.is_not(None)
            )
            ordered = waiting.order_by(Registration.waiting_number).limit(LOOKED_AHEAD)
            self._line = list(db.session.scalars(ordered))
        for one in self._line:
            if all(left.places > 0 for left in self._find_quotas(one)):
                return one.id == registration.id
        return False

    def _find_quotas(self, registration: Registration) -> list[_Left]:
        keys = ((str(each), getattr(registration, str(each))) for each in QuotaDimension)
        return [self.quotas[key] for key in keys if key in self.quotas]


def _check(
    call: Call,
    ids: Collection[int],
    what: Move,
    *,
    by: By,
    reason: str | None,
    fields: Collection[str],
) -> str | None:
    """Check what concerns all of them; returns the reason, cleaned."""
    check_may(by, Permission.DECIDE_REGISTRATIONS, call)
    if what not in MOVES or len(set(ids)) > MOST_AT_ONCE:
        raise BadValues({"what": _("At most %(most)s at once, please.", most=MOST_AT_ONCE)})
    reason = check_reason(reason)
    if what in NEED_REASON and reason is None:
        raise NeedsReason
    if what == Move.REQUEST_CHANGES and not fields:
        raise NothingRequested
    return reason


def _decide(
    tally: Tally,
    registration: Registration,
    what: Move,
    *,
    by: By,
    reason: str | None,
    fields: Collection[str],
    waits: bool,
) -> None:
    try:
        _decide_one(registration, what, by=by, reason=reason, fields=fields)
    except NoPlaceLeft as error:
        tally.full[error.quota] += 1
        if waits and registration.state in (S.SUBMITTED, S.IN_REVIEW):
            waitlist_registration(registration, by=by)
            tally.waits.append(registration.id)
    except NotNextInLine:
        tally.not_their_turn += 1
    except NothingRequested:
        tally.not_asked += 1
    except NotPossible as error:
        tally.not_possible[error.state] += 1
    else:
        tally.done.append(registration.id)


def _decide_one(
    registration: Registration,
    what: Move,
    *,
    by: By,
    reason: str | None,
    fields: Collection[str],
) -> None:
    match what:
        case Move.START_REVIEW:
            start_review(registration, by=by)
        case Move.ACCEPT:
            accept_registration(registration, by=by, reason=reason)
        case Move.WAITLIST:
            waitlist_registration(registration, by=by, reason=reason)
        case Move.REQUEST_CHANGES:
            request_changes(registration, fields=fields, reason=reason or "", by=by)
        case _:
            reject_registration(registration, reason=reason or "", by=by)


def _hold_sent(call: Call, ids: Collection[int]) -> list[Registration]:
    return [one for one in hold_many(call.id, ids) if one.submitted_at is not None]


def _in_order(registrations: Sequence[Registration]) -> list[Registration]:
    """Who waits comes first, by number; then as they were sent."""
    return sorted(
        registrations,
        key=lambda one: (one.waiting_number is None, one.waiting_number, one.submitted_at, one.id),
    )


def _note_full(tally: Tally, registration: Registration, full: str, *, rest_waits: bool) -> None:
    tally.full[full] += 1
    if rest_waits and registration.state in (S.SUBMITTED, S.IN_REVIEW):
        tally.waits.append(registration.id)
