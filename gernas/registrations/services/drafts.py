"""Begin an application, keep what was typed, come back to it on another device, drop it.

Whoever calls these has fetched the draft through its link, its owner or the facilitator who began
it (``queries``), and so may write into it.
"""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from gernas.accounts.addresses import read_email
from gernas.accounts.models import NAME_LENGTH, User
from gernas.accounts.secrets import hash_address, hash_code, hash_secret, new_secret
from gernas.businesses.access import is_one_of_its_people
from gernas.businesses.errors import NotYours
from gernas.businesses.models import TITLE_LENGTH, Business
from gernas.businesses.values import read_phone
from gernas.core.clock import now
from gernas.core.database import after_commit, db, is_sqlite, lock
from gernas.core.errors import TooMany
from gernas.core.jobs import enqueue
from gernas.core.limits import check_limit, note_attempt
from gernas.core.permissions import Permission
from gernas.events.services.changing import check_may
from gernas.registrations.answers import clean_typed
from gernas.registrations.codes import make_token, new_code
from gernas.registrations.errors import (
    AlreadySent,
    CallClosed,
    CallNotOpenYet,
    CallNotPublic,
    NotPossible,
)
from gernas.registrations.files import drop_file
from gernas.registrations.models import (
    Call,
    DraftReturn,
    FormVersion,
    Registration,
    RegistrationState,
)
from gernas.registrations.queries import get_form
from gernas.registrations.questions import Question, read_questions
from gernas.registrations.telling import queue

MAIL_RETURN = "registrations_mail_return"
CODE_LIVES = timedelta(minutes=10)
MOST_TRIES = 5
MAILS_AT_MOST, MAILS_WITHIN = 3, timedelta(minutes=15)  # to one address

S = RegistrationState
EDITABLE = frozenset({S.SUBMITTED, S.IN_REVIEW, S.WAITLISTED, S.ACCEPTED, S.CONFIRMED})


@dataclass(frozen=True)
class Return:
    """What came of showing a code: the draft, or how often it may be tried again."""

    registration: Registration | None = None
    tries_left: int = 0


def start_draft(
    call: Call,
    *,
    language: str,
    user: User | None = None,
    business: Business | None = None,
    facilitator: User | None = None,
    idempotency_key: str | None = None,
) -> tuple[Registration, str]:
    """Begin to answer a call; returns the draft and the secret of its links.

    ``user`` applies under their own account, for ``business`` if it is theirs already, whose
    record then fills in what it knows. ``facilitator`` applies on behalf of someone else. The
    same key again gives back the draft that it began.

    Raises:
        CallNotPublic, CallNotOpenYet, CallClosed
        NotAllowed: the facilitator has no such role in the stop.
        NotYours: the business is not one of the user's.
    """
    check_open(call)
    if facilitator is not None:
        check_may(facilitator, Permission.APPLY_FOR_OTHERS, call)
    if business is not None and (user is None or not is_one_of_its_people(user, business)):
        raise NotYours
    form = get_form(call)
    registration = _insert(
        call, form, language=language, facilitator=facilitator, idempotency_key=idempotency_key
    )
    if user is not None and registration.user_id is None:
        registration.user_id = user.id
        registration.email = registration.email or user.email
        registration.applicant_name = registration.applicant_name or user.name
    if business is not None and registration.business_id is None:
        registration.business_id = business.id
        _write(registration, form, prefill(business, read_questions(form.questions)))
    db.session.flush()
    token, _hash = make_token(registration.code, registration.token_number)
    return registration, token


def save_draft(
    registration: Registration, typed: Mapping[str, Any], *, step: int | None = None
) -> Registration:
    """Keep what was typed, right or not; questions that ``typed`` does not name stay as they are.

    ``step`` is the page of the form on which the applicant goes on.

    Raises:
        AlreadySent: it is no draft any more.
    """
    registration = lock(registration)
    if not registration.is_draft:
        raise AlreadySent
    _write(registration, registration.form_version, typed)
    if step is not None:
        registration.step = max(0, step)
    registration.updated_at = now()
    registration.version += 1
    db.session.flush()
    return registration


def take_present_form(registration: Registration) -> list[str]:
    """Bring a draft to the form as it is asked now; returns the questions that are new in it.

    Answers stay with questions of the same key and type.

    Raises:
        AlreadySent: it is no draft any more.
    """
    registration = lock(registration)
    if not registration.is_draft:
        raise AlreadySent
    former = {each.key: each for each in read_questions(registration.form_version.questions)}
    form = get_form(registration.call)
    present = read_questions(form.questions)
    same = {each.key for each in present if each.key in former and _fits(each, former[each.key])}
    kept = {key: value for key, value in registration.answers.items() if key in same}
    registration.form_version, registration.answers = form, kept
    registration.version += 1
    db.session.flush()
    return [each.text for each in present if each.key not in same]


def discard_draft(registration: Registration) -> None:
    """Delete a draft with its files.

    Raises:
        AlreadySent: it is no draft any more; then it is withdrawn.
    """
    registration = lock(registration)
    if not registration.is_draft:
        raise AlreadySent
    for name in [upload.stored_name for upload in registration.uploads]:
        after_commit(partial(drop_file, name))
    db.session.delete(registration)
    db.session.flush()


def mail_draft_link(registration: Registration, email: str) -> bool:
    """Send the way back to an address (``read_email``); False beyond three mails in 15 minutes.

    The address becomes the registration's, unless it has one.
    """
    if not _may_mail(email):
        return False
    registration = lock(registration)
    registration.email = registration.email or email
    db.session.flush()
    if registration.email == email:
        second = int(now().timestamp())
        queue(
            "registration_link", registration, key=f"registration-link:{registration.id}:{second}"
        )
    return True


def ask_to_return(call: Call, email: str, *, language: str) -> str:
    """Note that a browser wants to go on with a draft; returns the secret for its cookie.

    The worker looks for it and mails a code, so the answer is the same for every address.
    """
    secret, moment = new_secret(), now()
    wish = DraftReturn(
        call_id=call.id,
        browser_hash=hash_secret(secret),
        email=email,
        language=language,
        created_at=moment,
        expires_at=moment + CODE_LIVES,
    )
    db.session.add(wish)
    db.session.flush()
    if _may_mail(email):
        enqueue(MAIL_RETURN, wish_id=wish.id)
    return secret


def return_with_code(secret: str, code: str) -> Return:
    """Open the draft of a browser that shows the right code. It works once, five tries at most."""
    wish = db.session.scalar(
        select(DraftReturn)
        .where(DraftReturn.browser_hash == hash_secret(secret))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if wish is None or wish.used_at is not None or wish.expires_at <= now():
        return Return()
    if wish.tries >= MOST_TRIES:
        return Return()
    wish.tries += 1
    right = wish.code_hash is not None and hmac.compare_digest(
        wish.code_hash, hash_code(code, step_id=wish.id)
    )
    if not right or wish.registration_id is None:
        db.session.flush()
        return Return(tries_left=MOST_TRIES - wish.tries)
    wish.used_at = now()
    db.session.flush()
    return Return(registration=db.session.get(Registration, wish.registration_id))


def check_open(call: Call) -> None:
    """Check that the call takes applications at this moment.

    Raises:
        CallNotPublic, CallNotOpenYet, CallClosed
    """
    if not call.is_public:
        raise CallNotPublic
    if now() < call.opens_at:
        raise CallNotOpenYet(call)
    if now() >= call.ends_at:
        raise CallClosed(call)


def check_may_type(registration: Registration, keys: Collection[str]) -> None:
    """Check that these questions can be answered now: all of a draft, those to be corrected.

    Raises:
        NotPossible
    """
    state = registration.state_now
    if state == S.DRAFT or state in EDITABLE:
        return
    if state == S.CHANGES_REQUESTED and set(keys) <= set(registration.requested_fields):
        return
    raise NotPossible(state)


def prefill(business: Business, questions: list[Question]) -> dict[str, str]:
    """What the record of a business answers already, by key of the question."""
    values: dict[str, str] = {}
    for question in questions:
        if question.field == "instagram":
            value = business.social.get("instagram")
        else:
            value = getattr(business, question.field, None) if question.field else None
        if value:
            values[question.key] = str(value)
    return values


def read_contact(questions: list[Question], answers: Mapping[str, Any]) -> dict[str, str | None]:
    """Name, address and number of the applicant, as far as answers hold good ones."""
    by_field = {each.field: answers.get(each.key) for each in questions if each.field}
    contact: dict[str, str | None] = {}
    for field, read in (("email", read_email), ("whatsapp", read_phone), ("phone", read_phone)):
        value = by_field.get(field)
        name = "email" if field == "email" else "phone"
        if isinstance(value, str) and value and not contact.get(name):
            try:
                contact[name] = read(value)
            except ValueError:
                contact.setdefault(name, None)
    owner = by_field.get("owner_name")
    if isinstance(owner, str) and owner:
        contact["applicant_name"] = owner[:NAME_LENGTH]
    return contact


def _insert(
    call: Call,
    form: FormVersion,
    *,
    language: str,
    facilitator: User | None,
    idempotency_key: str | None,
) -> Registration:
    """A new draft; or the one that the key began, also when both come at once."""
    from sqlalchemy.dialects import postgresql, sqlite  # The loaded one only.

    insert = sqlite.insert if is_sqlite() else postgresql.insert
    code, moment = new_code(), now()
    _token, token_hash = make_token(code, 1)
    values = {
        "code": code,
        "call_id": call.id,
        "form_version_id": form.id,
        "state": S.DRAFT,
        "language": language,
        "on_behalf_by_id": facilitator.id if facilitator else None,
        "token_hash": token_hash,
        "idempotency_key": idempotency_key,
        "is_demo": call.is_demo,
        "created_at": moment,
        "updated_at": moment,
    }
    statement = insert(Registration).values(**values)
    if idempotency_key is not None:
        statement = statement.on_conflict_do_nothing(index_elements=["idempotency_key"])
    new_id = db.session.scalar(statement.returning(Registration.id))
    wanted = (
        Registration.id == new_id
        if new_id is not None
        else Registration.idempotency_key == idempotency_key
    )
    return db.session.scalars(select(Registration).where(wanted)).one()


def _write(registration: Registration, form: FormVersion, typed: Mapping[str, Any]) -> None:
    questions = read_questions(form.questions)
    answers = dict(registration.answers)
    for question in questions:
        if question.key in typed and not question.takes_files:
            value = clean_typed(typed[question.key])
            if value is None:
                answers.pop(question.key, None)
            else:
                answers[question.key] = value
    registration.answers = answers
    for name, text in read_contact(questions, answers).items():
        setattr(registration, name, text or getattr(registration, name))
    named = next((each.key for each in questions if each.field == "name"), "")
    registration.label = str(answers.get(named) or "")[:TITLE_LENGTH]


def _fits(question: Question, former: Question) -> bool:
    return (question.type, question.field) == (former.type, former.field)


def _may_mail(email: str) -> bool:
    """Count a mail to an address; False when it had enough for now."""
    limit = f"registration:{hash_address(email)}"
    try:
        check_limit(limit, most=MAILS_AT_MOST, within=MAILS_WITHIN)
    except TooMany:
        return False
    note_attempt(limit)
    return True
