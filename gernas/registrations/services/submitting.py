"""Send an application: stored once, however often the button is pressed."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from gernas.accounts.models import User
from gernas.audit.services import record
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
from gernas.registrations.codes import get_token, hash_token
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
from gernas.registrations.services.drafts import check_open, save_draft, start_draft
from gernas.registrations.services.moving import hold_with_call, offer_deadline
from gernas.registrations.services.sending import (
    Submission,
    find_present,
    is_as_it_was,
    write_submission,
)
from gernas.registrations.telling import make_values

NOTE_LENGTH = 500

S = RegistrationState


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
    registration = hold_with_call(registration)
    if not registration.is_draft:
        return registration
    submission = prepare_submission(
        registration,
        idempotency_key=idempotency_key,
        agreed_terms=agreed_terms,
        by=by,
        behalf_means=behalf_means,
        behalf_note=behalf_note,
    )
    write_submission(submission, find_present(submission))
    db.session.refresh(registration)
    if registration.on_behalf_by_id is not None:
        _log_behalf(registration, by=by)
    return registration


def prepare_submission(
    registration: Registration,
    *,
    idempotency_key: str | None = None,
    agreed_terms: int | None = None,
    by: User | None = None,
    behalf_means: str | None = None,
    behalf_note: str | None = None,
) -> Submission:
    """Look whether a draft can be sent, outside of a transaction; then ``send_submission``.

    Raises:
        What ``submit_registration`` raises.
    """
    call = registration.call
    check_open(call)
    _check_form(registration, call)
    if call.terms and agreed_terms != call.terms_version:
        raise TermsNotAgreed
    behalf = _check_behalf(registration, behalf_means, behalf_note)
    questions = read_questions(registration.form_version.questions)
    uploads = registration.uploads if any(each.takes_files for each in questions) else ()
    checked = check_answers(questions, registration.answers, uploads)
    problems = checked.problems or check_audience(call, questions, checked.answers)
    if problems:
        raise AnswersMissing(problems)
    moment = now()
    columns = {
        **describe_answers(registration, questions, checked.answers),
        **behalf,
        "submitted_at": moment,
        "terms_version": call.terms_version if call.terms else None,
        "idempotency_key": idempotency_key or registration.idempotency_key,
        "token_hash": hash_token(get_token(registration)),  # of the link that the receipt carries
    }
    until = offer_deadline(call, at=moment)
    is_first_come = call.decides_by == DecidesBy.FIRST_COME
    return Submission(
        registration_id=registration.id,
        version=registration.version,
        call_id=call.id,
        call_version=call.version,
        ends_at=call.ends_at,
        decides_by=call.decides_by,
        counts_for=get_quota_values(questions, checked.answers),
        columns={k: value for k, value in columns.items() if getattr(registration, k) != value},
        email=columns["email"],
        language=registration.language,
        nib=columns["nib"],
        offer_until=until,
        receipts={
            template: make_values(template, registration, until=until)
            for template in (_FIRST_COME if is_first_come else _REVIEW)
        },
        shown_on=call.shown_on,
        by_id=by.id if by is not None else None,
        is_on_behalf=bool(behalf),
        how={
            "idempotency_key": idempotency_key,
            "agreed_terms": agreed_terms,
            "behalf_means": behalf_means,
            "behalf_note": behalf_note,
        },
    )


def send_submission(submission: Submission) -> None:
    """Send what ``prepare_submission`` found good; what changed meanwhile is looked at anew.

    Sent already, nothing happens.

    Raises:
        What ``submit_registration`` raises.
    """
    present = find_present(submission)
    if present.state != S.DRAFT:
        return
    if is_as_it_was(submission, present) and not submission.is_on_behalf:
        write_submission(submission, present)
        return
    registration = db.session.get_one(Registration, submission.registration_id)
    by = db.session.get(User, submission.by_id) if submission.by_id is not None else None
    submit_registration(registration, by=by, **submission.how)


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
    quotas = {str(dimension) for dimension in QuotaDimension}
    for name, value in describe_answers(registration, questions, answers).items():
        if name not in quotas or not registration.holds_place:
            setattr(registration, name, value)


def describe_answers(
    registration: Registration, questions: list[Question], answers: dict[str, Any]
) -> dict[str, Any]:
    """The columns of a registration with these answers; an address that was there stays."""
    values = get_business_values(questions, answers)
    quotas = get_quota_values(questions, answers)
    asked = [each.key for each in list_shown(questions, answers) if each.takes_files]
    contact = {name: getattr(registration, name) for name in ("applicant_name", "email", "phone")}
    contact |= _find_contact(questions, answers)
    columns = {
        "answers": answers,
        "label": str(values.get("name", ""))[:TITLE_LENGTH],
        "nib": values.get("nib"),
        "city": values.get("city"),
        "files_asked": len(asked),
        "files_given": sum(1 for key in asked if answers.get(key)),
        "taken_in_at": None,
        **contact,
        **{str(dimension): quotas.get(dimension) for dimension in QuotaDimension},
    }
    searched = (
        columns["label"],
        columns["nib"],
        registration.code,
        columns["city"],
        columns["applicant_name"],
        (columns["phone"] or "").lstrip("+"),
        columns["email"],
    )
    return columns | {"search": " ".join(filter(None, searched)).lower()[:SEARCH_LENGTH]}


def _find_contact(questions: list[Question], answers: Mapping[str, Any]) -> dict[str, str]:
    """Name, address and number of the applicant in checked answers."""
    by_field = {each.field: answers.get(each.key) for each in questions if each.field}
    found = {
        "applicant_name": by_field.get("owner_name"),
        "email": by_field.get("email"),
        "phone": by_field.get("whatsapp") or by_field.get("phone"),
    }
    return {name: value for name, value in found.items() if value}


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


# The receipts of each kind of call.
_REVIEW = ("registration_received",)
_FIRST_COME = ("registration_received", "registration_place", "registration_queue")


def _check_form(registration: Registration, call: Call) -> None:
    if registration.form_version.number == call.form_number:
        return
    former = {each.key for each in read_questions(registration.form_version.questions)}
    present = read_questions(get_form(call).questions)
    raise FormChanged([each.text for each in present if each.key not in former])


def _check_behalf(
    registration: Registration, means: str | None, note: str | None
) -> dict[str, str | None]:
    """The columns that say how the owner agreed; none when applicants act for themselves."""
    if registration.on_behalf_by_id is None:
        return {}
    if means not in (ConsentMeans.PAPER, ConsentMeans.SPOKEN):
        raise NeedsBehalfConsent
    kept = clean_text(note or "")[:NOTE_LENGTH] or None
    return {"behalf_means": means, "behalf_note": kept}


def _log_behalf(registration: Registration, *, by: User | None) -> None:
    record(
        "registration.entered",
        registration,
        by=by,
        before={},
        after={"state": registration.state, "behalf_means": registration.behalf_means},
        scopes=registration.scopes,
        label=registration.code,
    )
