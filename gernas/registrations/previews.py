"""What applicants will read, shown to organizers before it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from gernas.core.clock import now
from gernas.core.i18n import LANGUAGES, in_language
from gernas.core.wording import moment_words, number_words
from gernas.messages.templates import get_template
from gernas.messages.writing import write_message
from gernas.registrations.codes import LINK, code_words
from gernas.registrations.models import Call, Registration, RegistrationState
from gernas.registrations.questions import Question
from gernas.registrations.services.moving import offer_deadline
from gernas.registrations.transitions import Move, find_transition

EXAMPLE_CODE = "7K2M9QXA"


@dataclass(frozen=True)
class Preview:
    """A mail as it will be read, without its foot."""

    language: str
    subject: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What a mail is about; without a registration it is that of anyone, with an example code."""

    call: Call
    registration: Registration | None = None
    reason: str = ""
    questions: Sequence[Question] = field(default_factory=tuple)  # to be corrected
    position: int = 1  # on the waiting list


def preview_move(what: Move, source: RegistrationState, occasion: Occasion) -> list[Preview]:
    """The mail that a move causes, Indonesian first; [] when it causes none."""
    row = find_transition(what, source)
    if row is None or row.message is None:
        return []
    return preview_message(row.message, occasion)


def preview_message(template: str, occasion: Occasion) -> list[Preview]:
    """A mail to an applicant in both languages.

    Its link is shown without its secret, which is the applicant's alone.
    """
    shown = []
    for language in LANGUAGES:
        with force_locale(language):
            values = _make_values(occasion, language)
        needed = get_template(template).placeholders
        written = write_message(template, language, {name: values[name] for name in needed})
        text = written.text.partition("\n-- ")[0].strip()
        shown.append(Preview(language, written.subject, text))
    return shown


def _make_values(occasion: Occasion, language: str) -> dict[str, str]:
    """What any of the templates asks for."""
    call, registration = occasion.call, occasion.registration
    code = registration.code if registration is not None else EXAMPLE_CODE
    until = offer_deadline(call, at=now())
    prefix = "/en" if language == "en" else ""
    return {
        "title": in_language(call.title, call.title_en)[0],
        "code": code_words(code),
        "url": f"{current_app.config['GERNAS'].url}{prefix}{LINK.format(token='')}",
        "until": moment_words(until, call.zone) if until else "",
        "bring": in_language(call.bring, call.bring_en)[0],
        "reason": occasion.reason,
        "position": number_words(occasion.position),
        "fields": "\n".join(f"- {question.text}" for question in occasion.questions),
        "when": moment_words(call.ends_at, call.zone),
        "what": str(_("It is withdrawn.")),
        "by": str(_("the organizers")),
    }
