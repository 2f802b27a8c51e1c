"""Send an application: stored once, however often the button is pressed."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from gernas.accounts.models import User
from gernas.businesses.models import TITLE_LENGTH, Business, ConsentMeans
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.text import clean_text
from gernas.registrations.answers import (
    check_answers,
    get_business_values,
    get_quota_values,
    list_shown,
)
from gernas.registrations.errors import (
    AnswersMissing,
    FormChanged,
    NeedsBehalfConsent,
    TermsNotAgreed,
)
from gernas.registrations.models import (
    SEARCH_LENGTH,
    Call,
    DecidesBy,
    QuotaDimension,
    Registration,
    RegistrationState,
)
from gernas.registrations.queries import get_form
from gernas.registrations.questions import Question, read_questions
from gernas.registrations.services.drafts import (
    check_open,
    read_contact,
    save_draft,
    start_draft,
)
from gernas.registrations.services.moving import hold_with_call, move
from gernas.registrations.services.places import give_place_back, hold_places, take_place
from gernas.registrations.services.releasing import fill_places, release_lapsed
from gernas.registrations.transitions import Actor, Move

NOTE_LENGTH = 500

S = RegistrationState
# Whoever is in one of these keeps a second application with the same NIB from taking a place.
_LIVE = (S.SUBMITTED, S.IN_REVIEW, S.CHANGES_REQUESTED, S.ACCEPTED, S.WAITLISTED, S.CONFIRMED)


def submit_registration(
    registration: Registration,
    *,
    idempotency_key: str | None = None,
    agreed_terms: int | None = None,
    by: User | None = None,
    behalf_means: str | None = None,
    behalf_note: str | None = None,
) -> Registration:
    """Send a draft. Pressed again, also at once in many threads, it is the same registration.

    In a call by first come it takes a place, in the call and in each of its quotas; when there
    is none it gets the next number of the waiting list. In a call with a review it waits for a
    decision. ``agreed_terms`` is the version of the terms that the applicant ticked.
    ``behalf_means`` says how the owner agreed, when a facilitator applies.

    Raises:
        CallNotPublic, CallNotOpenYet, CallClosed: the draft stays as it is.
        FormChanged: take the present form (``take_present_form``) and look through it.
        TermsNotAgreed, NeedsBehalfConsent
        AnswersMissing: a sentence for each question that is not answered well.
    """
    registration = hold_with_call(registration.id)
    if not registration.is_draft:
        return registration
    call = registration.call
    check_open(call)
    _check_form(registration, call)
    if call.terms and agreed_terms != call.terms_version:
        raise TermsNotAgreed
    if registration.on_behalf_by_id is not None:
        _note_behalf(registration, behalf_means, behalf_note)
    questions = read_questions(registration.form_version.questions)
    uploads = registration.uploads if any(each.takes_files for each in questions) else ()
    checked = check_answers(questions, registration.answers, uploads)
    problems = checked.problems or check_audience(call, questions, checked.answers)
    if problems:
        raise AnswersMissing(problems)
    put_answers(registration, questions, checked.answers)
    registration.submitted_at = now()
    registration.terms_version = call.terms_version if call.terms else None
    if idempotency_key is not None:
        registration.idempotency_key = idempotency_key
    with db.session.no_autoflush:  # A place is not written without the state it belongs to.
        target = _find_target(registration, call)
        move(registration, Move.SUBMIT, actor=Actor.APPLICANT, by=by, target=target)
    return registration


def submit_at_once(
    call: Call,
    typed: Mapping[str, Any],
    *,
    idempotency_key: str,
    language: str,
    agreed_terms: int | None = None,
    user: User | None = None,
    business: Business | None = None,
    facilitator: User | None = None,
    behalf_means: str | None = None,
    behalf_note: str | None = None,
) -> Registration:
    """Begin, fill in and send an application in one step, as an import or a program does.

    The same key gives back the registration that it made.

    Raises:
        What ``start_draft`` and ``submit_registration`` raise.
    """
    registration, _token = start_draft(
        call,
        language=language,
        user=user,
        business=business,
        facilitator=facilitator,
        idempotency_key=idempotency_key,
    )
    if not registration.is_draft:
        return registration
    save_draft(registration, typed)
    return submit_registration(
        registration,
        agreed_terms=agreed_terms,
        by=user or facilitator,
        behalf_means=behalf_means,
        behalf_note=behalf_note,
    )


def put_answers(
    registration: Registration, questions: list[Question], answers: dict[str, Any]
) -> None:
    """Keep checked answers and what lists, messages and quotas need of them.

    Quota values of a registration that holds a place are changed by ``move_place`` alone.
    """
    registration.answers = answers
    values = get_business_values(questions, answers)
    registration.label = str(values.get("name", ""))[:TITLE_LENGTH]
    registration.nib, registration.city = values.get("nib"), values.get("city")
    asked = [each.key for each in list_shown(questions, answers) if each.takes_files]
    registration.files_asked = len(asked)
    registration.files_given = sum(1 for key in asked if answers.get(key))
    for name, value in read_contact(questions, answers).items():
        setattr(registration, name, value or getattr(registration, name))
    if not registration.holds_place:
        quotas = get_quota_values(questions, answers)
        for dimension in QuotaDimension:
            setattr(registration, str(dimension), quotas.get(dimension))
    searched = (
        registration.label,
        registration.nib,
        registration.code,
        registration.city,
        registration.applicant_name,
        (registration.phone or "").lstrip("+"),
        registration.email,
    )
    registration.search = " ".join(filter(None, searched)).lower()[:SEARCH_LENGTH]
    registration.taken_in_at = None


def check_audience(
    call: Call, questions: list[Question], answers: Mapping[str, Any]
) -> dict[str, str]:
    """A sentence for each answer by which the business is none that the call invites."""
    by_field = {each.field: each.key for each in questions if each.field}
    problems: dict[str, str] = {}
    for field, wanted, sentence in (
        ("kind", call.audience_kinds, _("This call is for other kinds of businesses.")),
        ("province_code", call.audience_provinces, _("This call is for other provinces.")),
    ):
        key = by_field.get(field)
        if key is not None and wanted and answers.get(key) not in wanted:
            problems[key] = sentence
    return problems


def _check_form(registration: Registration, call: Call) -> None:
    if registration.form_version.number == call.form_number:
        return
    former = {each.key for each in read_questions(registration.form_version.questions)}
    present = read_questions(get_form(call).questions)
    raise FormChanged([each.text for each in present if each.key not in former])


def _note_behalf(registration: Registration, means: str | None, note: str | None) -> None:
    if means not in (ConsentMeans.PAPER, ConsentMeans.SPOKEN):
        raise NeedsBehalfConsent
    registration.behalf_means = means
    registration.behalf_note = clean_text(note or "")[:NOTE_LENGTH] or None


def _find_target(registration: Registration, call: Call) -> RegistrationState:
    """Where the registration goes; in a call by first come with its place, if there is one."""
    if call.decides_by == DecidesBy.REVIEW:
        return S.SUBMITTED
    if call.last_waiting or call.is_full:
        release_lapsed(call)
        fill_places(call)
    full = take_place(registration)
    if registration.nib and _has_twin(registration):
        give_place_back(registration)
        return S.SUBMITTED  # Someone looks at it; whether the NIB is known is told to nobody.
    return S.WAITLISTED if full is not None else S.ACCEPTED


def _has_twin(registration: Registration) -> bool:
    """Whether another live application to the call names the same NIB; the call is held."""
    hold_places(registration.call_id)
    twin = select(Registration.id).where(
        Registration.call_id == registration.call_id,
        Registration.nib == registration.nib,
        Registration.id != registration.id,
        Registration.state.in_(_LIVE),
    )
    return db.session.scalar(twin.limit(1)) is not None
