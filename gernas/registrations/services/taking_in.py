"""Bring what an application says into the record of its business: fields, product, consents.

The worker does this within a minute after sending, so that a rush of applicants never waits for it
and one that fails is tried again.
"""

from contextlib import suppress
from io import BytesIO
from typing import Any

from sqlalchemy import select

from gernas.accounts.models import User
from gernas.businesses.errors import TooManyRows
from gernas.businesses.models import Business, BusinessKind, Consent, ConsentMeans, PersonRole
from gernas.businesses.services import add_business, edit_business, give_consent
from gernas.businesses.services.parts import add_product
from gernas.businesses.services.people import add_person
from gernas.businesses.wordings import WORDINGS
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.errors import BadValues
from gernas.core.images import Picture, read_picture
from gernas.registrations.answers import get_business_values
from gernas.registrations.files import read_file
from gernas.registrations.models import Registration
from gernas.registrations.questions import PRODUCT_FIELDS, Question, QuestionType, read_questions
from gernas.registrations.services.owning import link_people

TERMS, ON_BEHALF = "terms", "on_behalf"
SOURCE = "registration"


def take_in(registration: Registration) -> Business:
    """Add the business of a sent application, or bring its record up to date; note consents.

    Done already, nothing changes. A business that the applicant did not choose as their own is
    always a new record: likely twins are found and merged by people who look at them.
    """
    registration = lock(registration)
    questions = read_questions(registration.form_version.questions)
    values = get_business_values(questions, registration.answers)
    if registration.business_id is None:
        business = _add(registration, values)
        registration.business_id = business.id
    else:
        business = db.session.get_one(Business, registration.business_id)
        if not business.is_merged and business.archived_at is None:
            business = edit_business(business, values, version=None, by=None)
    _keep_product(registration, business, questions)
    _note_consents(registration, business, questions)
    registration.taken_in_at = now()
    db.session.flush()
    return business


def _add(registration: Registration, values: dict[str, Any]) -> Business:
    values = {"name": registration.label or registration.code, **values}
    values.setdefault("kind", BusinessKind.UMKM)
    user = db.session.get(User, registration.user_id) if registration.user_id else None
    business = add_business(values, by=None, owner=user, is_demo=registration.is_demo)
    if user is None and registration.applicant_name:
        add_person(
            business,
            {
                "name": registration.applicant_name,
                "email": registration.email,
                "phone": registration.phone,
            },
            role=PersonRole.OWNER,
            by=None,
            invite=False,
        )
    if user is not None:
        link_people([registration], user)
    return business


def _keep_product(
    registration: Registration, business: Business, questions: list[Question]
) -> None:
    """Add the product that was asked about, with its first photo, unless the record has it.

    From then on it is the business's own: a later answer changes no price that they keep there.
    """
    answers = {
        PRODUCT_FIELDS[question.type]: registration.answers.get(question.key)
        for question in questions
        if question.is_product
    }
    photos = answers.pop("photo", None)
    name = str(answers.get("name") or "")
    if not name or business.is_merged or business.archived_at is not None:
        return
    if any(product.name.casefold() == name.casefold() for product in business.products):
        return
    with suppress(TooManyRows, BadValues):  # it stays in the application, where it can be read
        add_product(business, answers, photo=_read_photo(registration, photos), by=None)


def _read_photo(registration: Registration, ids: list[int] | None) -> Picture | None:
    wanted = next((one for one in registration.uploads if one.id in (ids or [])), None)
    content = read_file(wanted.stored_name) if wanted is not None else None
    return read_picture(BytesIO(content)) if content is not None else None


def _note_consents(
    registration: Registration, business: Business, questions: list[Question]
) -> None:
    """Write each consent once, with the wording it was given to; one taken back is withdrawn."""
    known = {
        (consent.purpose, consent.wording_version): consent
        for consent in db.session.scalars(
            select(Consent).where(
                Consent.source_kind == SOURCE,
                Consent.source_id == registration.id,
                Consent.withdrawn_at.is_(None),
            )
        )
    }
    wanted = _list_wordings(registration, questions)
    for purpose, version in wanted:
        if (purpose, version) not in known:
            db.session.add(_consent(registration, business, purpose, version))
    for key, consent in known.items():
        if key not in wanted:
            consent.withdrawn_at = now()
    db.session.flush()
    purposes = {purpose for purpose, _version in wanted}
    for purpose in purposes & set(WORDINGS):
        give_consent(business, purpose, by=None, means=_means(registration))


def _list_wordings(registration: Registration, questions: list[Question]) -> list[tuple[str, str]]:
    call_id, number = registration.call_id, registration.form_version.number
    wordings = [
        (question.purpose or question.key, f"call-{call_id}-{number}-{question.key}"[:40])
        for question in questions
        if question.type == QuestionType.CONSENT and registration.answers.get(question.key)
    ]
    if registration.terms_version is not None:
        wordings.append((TERMS, f"call-{call_id}-terms-{registration.terms_version}"))
    if registration.on_behalf_by_id is not None:
        wordings.append((ON_BEHALF, "on-behalf-1"))
    return wordings


def _consent(registration: Registration, business: Business, purpose: str, version: str) -> Consent:
    return Consent(
        business_id=business.id,
        user_id=registration.user_id,
        email=registration.email,
        purpose=purpose,
        wording_version=version,
        language=registration.language,
        means=_means(registration),
        note=registration.behalf_note,
        source_kind=SOURCE,
        source_id=registration.id,
        given_at=registration.updated_at,
        by_id=registration.on_behalf_by_id,
    )


def _means(registration: Registration) -> ConsentMeans:
    return ConsentMeans(registration.behalf_means or ConsentMeans.WEB)
