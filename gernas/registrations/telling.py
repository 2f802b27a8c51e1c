"""What applicants are told by mail: which message, with which values, and when."""

from datetime import datetime, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _

from gernas.core.i18n import in_language
from gernas.core.wording import moment_words, number_words
from gernas.messages.services import queue_message
from gernas.registrations.codes import code_words, get_token, link_to
from gernas.registrations.models import Registration, RegistrationEvent, RegistrationState
from gernas.registrations.questions import read_questions
from gernas.registrations.quiet_hours import after_quiet_hours
from gernas.registrations.transitions import Actor, Transition

UNDO_WITHIN = timedelta(minutes=10)


def tell_transition(
    registration: Registration, transition: Transition, event: RegistrationEvent, *, position: int
) -> None:
    """Queue the mail of a transition, if it has one and the applicant an address.

    What can be undone waits as long as it can; what the applicant did not cause waits for morning.
    """
    if transition.message is None or registration.email is None:
        return
    due = event.at + UNDO_WITHIN if transition.undo else event.at
    if event.actor != Actor.APPLICANT:
        due = after_quiet_hours(due, registration.call.zone)
    queue(
        transition.message,
        registration,
        key=message_key(event),
        reason=event.reason,
        position=position,
        not_before=due,
    )


def queue(
    template: str,
    registration: Registration,
    *,
    key: str,
    reason: str | None = None,
    position: int = 0,
    not_before: datetime | None = None,
    **more: str,
) -> None:
    """Queue any message to an applicant who has an address; ``more`` are further placeholders."""
    if registration.email is None:
        return
    queue_message(
        template,
        to=registration.email,
        language=registration.language,
        values=make_values(template, registration, reason=reason, position=position) | more,
        key=key,
        not_before=not_before,
    )


def message_key(event: RegistrationEvent) -> str:
    """What stands for a line of the timeline in the outbox."""
    return f"registration:{event.registration_id}:{event.id}"


def make_values(
    template: str,
    registration: Registration,
    *,
    reason: str | None = None,
    position: int = 0,
    until: datetime | None = None,
) -> dict[str, str]:
    """The placeholders of a template, in the applicant's language.

    ``until`` is for what is not offered yet; else the offer's own deadline is told.
    """
    call = registration.call
    language = registration.language
    with force_locale(language):
        values = {
            "title": in_language(call.title, call.title_en)[0],
            "code": code_words(registration.code),
            "url": link_to(get_token(registration), language=language),
        }
        if template in _WITH_DEADLINE:
            until = until or registration.offer_until
            values["until"] = moment_words(until, call.zone) if until else ""
        if template in _WITH_BRING:
            values["bring"] = in_language(call.bring, call.bring_en)[0]
        if template in _WITH_REASON:
            values["reason"] = reason or ""
        if template == "registration_queue":
            values["position"] = number_words(position) if position else ""
        if template == "registration_changes":
            values["fields"] = _name_fields(registration)
        if template == "registration_closing":
            values["when"] = moment_words(call.ends_at, call.zone)
        if template == "registration_ended":
            declined = registration.state == RegistrationState.DECLINED
            values["what"] = _("You gave your place back.") if declined else _("It is withdrawn.")
    return values


def _name_fields(registration: Registration) -> str:
    """The questions to be corrected, one on each line."""
    wanted = set(registration.requested_fields)
    questions = read_questions(registration.form_version.questions)
    return "\n".join(f"- {each.text}" for each in questions if each.key in wanted)


_WITH_DEADLINE = frozenset(
    {
        "registration_place",
        "registration_accepted",
        "registration_offer",
        "registration_confirm_soon",
    }
)
_WITH_BRING = frozenset({"registration_place", "registration_accepted", "registration_confirmed"})
_WITH_REASON = frozenset(
    {
        "registration_changes",
        "registration_accepted",
        "registration_rejected",
        "registration_ended",
    }
)
