"""Whose an application is: claimed after signing in, given an address, handed over."""

from collections.abc import Sequence

from sqlalchemy import select

from gernas.accounts.addresses import read_email
from gernas.accounts.models import User
from gernas.audit.services import record
from gernas.businesses.models import BusinessPerson, PersonRole
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.permissions import Permission
from gernas.events.services.changing import check_may
from gernas.registrations.codes import make_token
from gernas.registrations.errors import AlreadySent, NotHandedOver
from gernas.registrations.models import Registration, RegistrationEvent
from gernas.registrations.telling import message_key, queue
from gernas.registrations.transitions import Actor

HAND_OVER = "hand_over"


def claim_registrations(user: User) -> int:
    """Make the applications that name a person's address theirs; returns how many.

    Call it when the person has just proved the address, by a code or link from a mail. What a
    facilitator applied for stays with them until it is handed over.
    """
    unclaimed = select(Registration).where(
        Registration.email == user.email,
        Registration.user_id.is_(None),
        (Registration.on_behalf_by_id.is_(None)) | (Registration.handed_over_at.is_not(None)),
    )
    found = db.session.scalars(unclaimed.with_for_update(of=Registration)).all()
    for registration in found:
        _claim(registration, user)
    return len(found)


def claim_registration(registration: Registration, user: User) -> Registration:
    """Make one application a person's own, who holds its link; one that is taken stays."""
    registration = lock(registration)
    if registration.user_id is None:
        registration.email = registration.email or user.email
        _claim(registration, user)
    return registration


def add_email(registration: Registration, email: str) -> Registration:
    """Give an application without one an address (``read_email``), to which news go.

    Raises:
        AlreadySent: it has another address.
    """
    registration = lock(registration)
    if registration.email not in (None, email):
        raise AlreadySent
    registration.email = email
    db.session.flush()
    return registration


def hand_over(registration: Registration, *, email: str, by: User) -> Registration:
    """Give an application that was made on someone's behalf to its owner, by mail.

    The facilitator's links end; the owner gets new ones, and may sign in with the address.

    Raises:
        NotAllowed: neither the facilitator who applied nor an organizer of the call.
        NotHandedOver: no good address.
    """
    try:
        address = read_email(email)
    except ValueError as error:
        raise NotHandedOver from error
    registration = lock(registration)
    if registration.on_behalf_by_id != by.id:
        check_may(by, Permission.DECIDE_REGISTRATIONS, registration)
    moment = now()
    registration.email, registration.user_id = address, None
    registration.token_number += 1
    _token, registration.token_hash = make_token(registration.code, registration.token_number)
    registration.handed_over_at = registration.updated_at = moment
    registration.version += 1
    event = RegistrationEvent(
        registration=registration,
        at=moment,
        what=HAND_OVER,
        from_state=registration.state,
        to_state=registration.state,
        actor=Actor.ORGANIZER,
        by_id=by.id,
    )
    db.session.add(event)
    db.session.flush()
    record(
        "registration.handed_over",
        registration,
        by=by,
        before={},
        after={"email": address},
        scopes=registration.scopes,
        personal=frozenset({"email"}),
        label=registration.code,
    )
    queue("registration_handed_over", registration, key=message_key(event), by=by.label)
    return registration


def link_people(registrations: Sequence[Registration], user: User) -> None:
    """Let a person manage the businesses of their applications, as far as nobody does yet."""
    for business_id in {one.business_id for one in registrations if one.business_id is not None}:
        people = db.session.scalars(
            select(BusinessPerson).where(BusinessPerson.business_id == business_id)
        ).all()
        if any(person.user_id == user.id for person in people):
            continue
        mine = next((one for one in people if one.email == user.email and not one.user_id), None)
        if mine is not None:
            mine.user_id = user.id
        elif not any(person.user_id for person in people):
            db.session.add(
                BusinessPerson(
                    business_id=business_id,
                    user_id=user.id,
                    name=user.label,
                    email=user.email,
                    role=PersonRole.OWNER,
                    created_at=now(),
                )
            )
    db.session.flush()


def _claim(registration: Registration, user: User) -> None:
    registration.user_id = user.id
    registration.applicant_name = registration.applicant_name or user.name
    db.session.flush()
    link_people([registration], user)
