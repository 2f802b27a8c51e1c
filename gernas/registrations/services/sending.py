"""Write a checked application in as few statements as its rules need: many come at once.

Everything that only reads or computes was done before (``submitting``), so the writers' turn is
short. What it stands on is compared again inside: the draft and the call by their versions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from flask_babel import force_locale
from sqlalchemy import Row, String, Table, bindparam, insert, select, update

from gernas.core.clock import now
from gernas.core.database import UtcDateTime, db, is_sqlite
from gernas.core.permissions import Scope
from gernas.core.revisions import raise_revisions
from gernas.core.wording import number_words
from gernas.messages.services import put_message
from gernas.registrations.models import (
    Call,
    CallQuota,
    DecidesBy,
    QuotaDimension,
    Registration,
    RegistrationEvent,
    RegistrationState,
)
from gernas.registrations.services.places import (
    Claim,
    claim_place,
    find_next_in_line,
    queue_behind,
    queue_behind_all,
    release_place,
)
from gernas.registrations.services.releasing import fill_places, release_lapsed
from gernas.registrations.transitions import Actor, Move, find_transition

S = RegistrationState
# Whoever is in one of these keeps a second application with the same NIB from taking a place.
_LIVE = (S.SUBMITTED, S.IN_REVIEW, S.CHANGES_REQUESTED, S.ACCEPTED, S.WAITLISTED, S.CONFIRMED)
_REGISTRATION = cast(Table, Registration.__table__)
_CALL = cast(Table, Call.__table__)
_EVENT = cast(Table, RegistrationEvent.__table__)
_R, _C, _OTHER = _REGISTRATION.c, _CALL.c, _REGISTRATION.alias().c

# Statements on tables, put together once: to do that, and to load rows as objects, takes longer
# than to ask the database.
_LAPSED = select(_OTHER.id).where(
    _OTHER.call_id == _C.id,
    _OTHER.state == S.ACCEPTED,
    _OTHER.offer_until <= bindparam("moment", type_=UtcDateTime),
)
_TWIN = select(_OTHER.id).where(
    _OTHER.call_id == bindparam("call"),
    _OTHER.nib == bindparam("nib", type_=String),
    _OTHER.id != bindparam("registration"),
    _OTHER.state.in_(_LIVE),
    _OTHER.submitted_at.is_not(None),
)
_QUOTAS = cast(Table, CallQuota.__table__)
_QUOTA = select(_QUOTAS.c.id).where(_QUOTAS.c.call_id == _C.id)
_FIND_PRESENT = (
    select(
        _R.state,
        _R.version,
        _C.version.label("call_version"),
        _C.used,
        _C.places,
        _C.last_waiting,
        _LAPSED.exists().label("has_lapsed"),
        _TWIN.exists().label("has_twin"),
        _QUOTA.exists().label("has_quotas"),
    )
    .join_from(_REGISTRATION, _CALL, _C.id == _R.call_id)
    .where(_R.id == bindparam("registration"))
    .with_for_update(of=_REGISTRATION)
)
_FIND_TWIN = _TWIN.limit(1)
_UPDATE = update(_REGISTRATION).where(_R.id == bindparam("registration"))
_INSERT_EVENT = insert(_EVENT)

Present = Row[Any]  # what _FIND_PRESENT finds


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A draft that was found good, as it was and as its call was when that was looked at."""

    registration_id: int
    version: int
    call_id: int
    call_version: int
    ends_at: datetime
    decides_by: DecidesBy
    counts_for: Mapping[QuotaDimension, str]
    columns: Mapping[str, Any]  # of the row that change, state and places apart
    email: str | None
    language: str
    nib: str | None
    offer_until: datetime | None  # if it gets a place
    receipts: Mapping[str, Mapping[str, str]]  # values of the messages that it may lead to
    shown_on: tuple[Scope, ...]  # whose pages say whether the call is full
    by_id: int | None
    is_on_behalf: bool
    how: Mapping[str, Any] = field(default_factory=dict)  # to look at it anew, if need be


@dataclass(frozen=True)
class _Outcome:
    state: RegistrationState
    number: int | None = None  # of the waiting list
    position: int = 0  # on it

    @property
    def has_place(self) -> bool:
        return self.state == S.ACCEPTED


def find_present(submission: Submission) -> Present:
    """The draft and its call as they are now; the draft is held until the transaction ends."""
    values = {**_name_twin(submission), "moment": now()}
    return db.session.connection().execute(_FIND_PRESENT, values).one()


def is_as_it_was(submission: Submission, present: Present) -> bool:
    """Whether what was looked at still holds."""
    same = (present.version, present.call_version) == (submission.version, submission.call_version)
    return bool(same and now() < submission.ends_at)


def write_submission(submission: Submission, present: Present) -> RegistrationState:
    """Give the application its place or number, and write it with its history and its mail."""
    moment = now()
    outcome = _find_outcome(submission, present)
    values: dict[str, Any] = {
        **submission.columns,
        "state": outcome.state,
        "holds_place": outcome.has_place,
        "waiting_number": outcome.number,
        "offer_until": submission.offer_until if outcome.has_place else None,
        "decided_at": moment if outcome.has_place else None,
        "version": submission.version + 1,
        "updated_at": moment,
        "registration": submission.registration_id,
    }
    db.session.connection().execute(_UPDATE, values)
    _write_event(submission, outcome.state, moment)
    _tell(submission, outcome)
    return outcome.state


def _find_outcome(submission: Submission, present: Present) -> _Outcome:
    """Where the application goes; in a call by first come with its place, if there is one."""
    if submission.decides_by == DecidesBy.REVIEW:
        return _Outcome(S.SUBMITTED)
    if present.has_twin:  # Someone looks at it; whether its NIB is known is told to nobody.
        return _Outcome(S.SUBMITTED)
    call_id = submission.call_id
    is_full = present.used >= present.places
    if is_full or present.last_waiting:
        is_full = _serve_who_waits(call_id, is_full=is_full, has_lapsed=present.has_lapsed)
    queued = queue_behind_all(call_id) if is_full else None
    if queued is None:
        seen = None if present.has_quotas else present.call_version
        claim = claim_place(call_id, submission.counts_for, without_quotas_in=seen)
        if claim.is_good:
            return _take(submission, claim)
        queued = queue_behind(call_id)
    return _Outcome(S.SUBMITTED) if _has_twin(submission) else _Outcome(S.WAITLISTED, *queued)


def _take(submission: Submission, claim: Claim) -> _Outcome:
    """Keep a place that was claimed, unless it is asked for twice."""
    if _has_twin(submission):
        release_place(submission.call_id, submission.counts_for)
        return _Outcome(S.SUBMITTED)
    if claim.fills:
        raise_revisions(*submission.shown_on)  # their pages say now that it is full
    return _Outcome(S.ACCEPTED)


def _serve_who_waits(call_id: int, *, is_full: bool, has_lapsed: bool) -> bool:
    """Pass on what lapsed or became free, before who comes is served; whether all is taken then."""
    if not has_lapsed and (is_full or find_next_in_line(call_id) is None):
        return is_full
    call = db.session.get_one(Call, call_id, populate_existing=True)
    release_lapsed(call)
    return fill_places(call) <= 0


def _has_twin(submission: Submission) -> bool:
    """Whether another live application to the call names the same NIB, now that the call is held.

    SQLite has one writer at a time, so there it is known already.
    """
    if submission.nib is None or is_sqlite():
        return False
    return db.session.connection().scalar(_FIND_TWIN, _name_twin(submission)) is not None


def _name_twin(submission: Submission) -> dict[str, Any]:
    return {
        "call": submission.call_id,
        "nib": submission.nib,
        "registration": submission.registration_id,
    }


def _write_event(submission: Submission, state: RegistrationState, moment: datetime) -> None:
    values = {
        "registration_id": submission.registration_id,
        "at": moment,
        "what": Move.SUBMIT,
        "from_state": S.DRAFT,
        "to_state": state,
        "actor": Actor.APPLICANT,
        "by_id": submission.by_id,
        "before": {},
    }
    db.session.connection().execute(_INSERT_EVENT, values)


def _tell(submission: Submission, outcome: _Outcome) -> None:
    transition = find_transition(Move.SUBMIT, S.DRAFT, outcome.state)
    if transition is None or transition.message is None or submission.email is None:
        return
    values = dict(submission.receipts[transition.message])
    if outcome.number is not None:
        with force_locale(submission.language):
            values["position"] = number_words(outcome.position)
    put_message(
        transition.message,
        to=submission.email,
        language=submission.language,
        values=values,
        key=f"registration:{submission.registration_id}:sent",
    )
