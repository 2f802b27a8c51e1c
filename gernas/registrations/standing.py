"""Where an application stands, in the words of its applicant: now, next, and until when."""

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.core.clock import now
from gernas.core.i18n import in_language
from gernas.core.wording import moment_words, number_words, range_words
from gernas.registrations.cards import ending_words
from gernas.registrations.models import (
    DecidesBy,
    Registration,
    RegistrationEvent,
    RegistrationState,
)
from gernas.registrations.queries import Waiting, explain_waiting, get_told_state, when_told
from gernas.registrations.questions import read_questions
from gernas.registrations.transitions import Actor, Move
from gernas.registrations.words import MOVE_WORDS, STATE_WORDS, quota_words

S = RegistrationState

TONES = {
    S.ACCEPTED: "good",
    S.CONFIRMED: "good",
    S.CHANGES_REQUESTED: "wait",
    S.WAITLISTED: "info",
    S.SUBMITTED: "info",
    S.IN_REVIEW: "info",
    S.DRAFT: "wait",
}
_ENDED = frozenset({S.REJECTED, S.DECLINED, S.EXPIRED, S.WITHDRAWN})


@dataclass(frozen=True)
class Line:
    """One line of the timeline."""

    when: str
    what: str
    note: str = ""
    is_next: bool = False


@dataclass(frozen=True)
class Brief:
    """The one thing to know, for a list."""

    state: RegistrationState
    word: str
    tone: str  # of the status: good, wait, info or ""
    title: str


@dataclass(frozen=True)
class Standing(Brief):
    """What the applicant may know at this moment."""

    text: str
    reason: str  # what the organizers write; "" if nothing
    requested: list[str] = field(default_factory=list)  # questions to be corrected
    bring: tuple[str, str | None] = ("", None)
    waiting: Waiting | None = None
    why: str = ""  # why it waits
    lines: list[Line] = field(default_factory=list)

    @property
    def is_ended(self) -> bool:
        return self.state in _ENDED

    @property
    def can_confirm(self) -> bool:
        return self.state == S.ACCEPTED

    @property
    def can_withdraw(self) -> bool:
        return self.state in (S.SUBMITTED, S.IN_REVIEW, S.CHANGES_REQUESTED, S.WAITLISTED)

    @property
    def can_edit(self) -> bool:
        return self.state in (S.SUBMITTED, S.IN_REVIEW, S.WAITLISTED, S.ACCEPTED, S.CONFIRMED)


def make_brief(registration: Registration) -> Brief:
    """The one thing to know; of the waiting list not the position, which takes to count."""
    state = get_told_state(registration)
    word = str(STATE_WORDS[state])
    return Brief(state, word, TONES.get(state, ""), _tell(registration, state, None)[0] or word)


def make_standing(registration: Registration) -> Standing:
    """All that its page tells. A decision that can still be undone is not told yet."""
    state = get_told_state(registration)
    call = registration.call
    waiting = explain_waiting(registration) if state == S.WAITLISTED else None
    is_told = when_told(registration) is None
    title, text = _tell(registration, state, waiting)
    holds = state in (S.ACCEPTED, S.CONFIRMED)
    return Standing(
        state=state,
        word=str(STATE_WORDS[state]),
        tone=TONES.get(state, ""),
        title=title,
        text=text,
        reason=_reason(registration, state) if is_told else "",
        requested=_name_requested(registration) if state == S.CHANGES_REQUESTED else [],
        bring=in_language(call.bring, call.bring_en) if holds else ("", None),
        waiting=waiting,
        why=_why_waiting(waiting) if waiting else "",
        lines=[*_list_lines(registration), *_list_coming(registration, state)],
    )


def _tell(
    registration: Registration, state: RegistrationState, waiting: Waiting | None
) -> tuple[str, str]:
    """The one thing to know, and what follows from it."""
    call = registration.call
    until = registration.offer_until
    deadline = moment_words(until, call.zone) if until else ""
    if state == S.ACCEPTED and deadline:
        return (
            _("There is a place for you"),
            _("Confirm it before %(when)s, else it goes to the next in line.", when=deadline),
        )
    if state == S.WAITLISTED and waiting:
        return (
            _(
                "Your business is number %(position)s on the waiting list",
                position=number_words(waiting.position),
            ),
            _("We write to you as soon as there is a place. Until then there is nothing to do."),
        )
    if state == S.DRAFT and now() >= call.ends_at:
        return _("Not sent"), _("The call closed on %(when)s.", when=ending_words(call))
    return {
        S.DRAFT: (
            _("Not sent yet"),
            _("Your answers are kept. Send them before %(when)s.", when=ending_words(call)),
        ),
        S.SUBMITTED: (_("We have your application"), _next_news(registration)),
        S.IN_REVIEW: (_("The organizers are looking at it"), _next_news(registration)),
        S.CHANGES_REQUESTED: (
            _("Please correct something"),
            _("The organizers need this before they can decide."),
        ),
        S.ACCEPTED: (_("There is a place for you"), _("You need not do anything more.")),
        S.CONFIRMED: (_("Your place is confirmed"), _("Show the code when you arrive.")),
        S.REJECTED: (
            _("Not selected this time"),
            _("Your data stay with your business, so the next application is quicker."),
        ),
        S.DECLINED: (_("You gave your place back"), _("It goes to the next in line.")),
        S.EXPIRED: (
            _("The time to confirm is over"),
            _(
                "The place went to the next in line. You can apply again as long as the call is"
                " open."
            ),
        ),
        S.WITHDRAWN: (_("The application is withdrawn"), _("Nothing more happens with it.")),
        S.WAITLISTED: ("", ""),
    }[state]


def _next_news(registration: Registration) -> str:
    call = registration.call
    if call.decides_by == DecidesBy.REVIEW:
        return str(
            _(
                "The organizers decide after the call closes on %(when)s. We write to you then;"
                " until then there is nothing to do.",
                when=ending_words(call),
            )
        )
    return str(_("The organizers look at it first. We write to you as soon as they have."))


def _reason(registration: Registration, state: RegistrationState) -> str:
    if state == S.CHANGES_REQUESTED:
        return registration.request_note or ""
    if state in (S.ACCEPTED, S.REJECTED, S.WAITLISTED, S.WITHDRAWN):
        return registration.decision_reason or ""
    return ""


def _name_requested(registration: Registration) -> list[str]:
    wanted = set(registration.requested_fields)
    questions = read_questions(registration.form_version.questions)
    return [question.text for question in questions if question.key in wanted]


def _why_waiting(waiting: Waiting) -> str:
    """Why there is no place: all are taken, or those of its own zone, sector or province."""
    if waiting.is_full:
        why = _("All places are taken at the moment.")
    elif waiting.full_quotas:
        names = ", ".join(quota_words(quota) for quota in waiting.full_quotas)
        why = _("The places for %(quotas)s are taken at the moment.", quotas=names)
    else:
        why = _("The organizers give the free places in order.")
    count = ngettext("%(num)d business waits.", "%(num)d businesses wait.", waiting.waiting)
    return f"{why} {count}"


def _list_lines(registration: Registration) -> list[Line]:
    """What happened, the oldest first; what was undone or is not told yet is left out."""
    zone = registration.call.zone
    hidden = registration.history[-1] if when_told(registration) is not None else None
    lines = []
    for event in registration.history:
        if event.undone_at is not None or event is hidden:
            continue
        lines.append(Line(_moment(event.at, zone), _say(event), _note(event)))
    return lines


def _say(event: RegistrationEvent) -> str:
    what = str(MOVE_WORDS.get(event.what, event.what))
    return str(_("Organizers: %(what)s", what=what)) if event.actor == Actor.ORGANIZER else what


def _note(event: RegistrationEvent) -> str:
    shown = (Move.REQUEST_CHANGES, Move.ACCEPT, Move.REJECT, Move.WAITLIST, Move.WITHDRAW)
    return (event.reason or "") if event.what in shown else ""


def _list_coming(registration: Registration, state: RegistrationState) -> list[Line]:
    """What comes next, as far as it has a date."""
    call = registration.call
    zone = call.zone
    if state in _ENDED:
        return []
    lines: list[Line] = []
    if state == S.ACCEPTED and registration.offer_until:
        until = _moment(registration.offer_until, zone)
        lines.append(Line(until, str(_("Last moment to confirm your place")), is_next=True))
    elif state in (S.SUBMITTED, S.IN_REVIEW) and call.decides_by == DecidesBy.REVIEW:
        lines.append(
            Line(ending_words(call), str(_("The call closes, and the organizers decide")), "", True)
        )
    if call.event is not None and call.event.is_dated and call.event.starts_on is not None:
        days = range_words(call.event.starts_on, call.event.ends_on, weekday=True)
        title = in_language(call.event.title, call.event.title_en)[0]
        lines.append(Line(days, title, "", True))
    return lines


def _moment(at: datetime, zone: str) -> str:
    return moment_words(at, zone)
