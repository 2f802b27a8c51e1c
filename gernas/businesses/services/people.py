"""The people of a business: who manages it, who is invited to."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from gernas.accounts.addresses import office_address
from gernas.accounts.models import User
from gernas.accounts.queries import find_user
from gernas.businesses.access import By, check_may_change
from gernas.businesses.checking import PERSON, check_values
from gernas.businesses.errors import AlreadyOneOfThem, LastOwner, TooManyRows
from gernas.businesses.models import Business, BusinessPerson, PersonRole
from gernas.businesses.services.changing import check_open, log, touch
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.errors import BadValues, NotAllowed
from gernas.messages.services import queue_message

MOST_PEOPLE = 20


def add_person(
    business: Business,
    values: Mapping[str, Any],
    *,
    role: str = PersonRole.STAFF,
    by: By,
    invite: bool = True,
) -> BusinessPerson:
    """Name a person of a business; with an address they are invited to manage it.

    Whether there is an account with the address is told to nobody: the person takes the
    invitation after signing in with it.

    Raises:
        NotAllowed, BusinessArchived, BusinessMerged, TooManyRows, AlreadyOneOfThem
        BadValues: a sentence for each value that cannot be kept.
    """
    checked = check_values(PERSON, {"name": "", **values})
    if role not in set(PersonRole):
        raise BadValues({"role": _("Choose one from the list.")})
    business = lock(business)
    check_may_change(by, business)
    check_open(business)
    _check_room(business, checked.get("email"))
    person = BusinessPerson(
        business_id=business.id, role=PersonRole(role), created_at=now(), **checked
    )
    db.session.add(person)
    db.session.flush()
    log("business.person_added", business, {}, {"person": person.name, "role": role}, by=by)
    touch(business)
    if person.email and invite:
        _invite(business, person)
    return person


def accept_invitation(person: BusinessPerson, *, by: User) -> BusinessPerson:
    """Take an invitation that went to one's own address.

    Raises:
        NotAllowed: it is someone else's.
        AlreadyOneOfThem
    """
    business = lock(person.business)
    person = lock(person)
    if person.user_id is not None or person.email != by.email:
        raise NotAllowed(_("This invitation is for someone else."))
    check_open(business)
    _check_not_in(business, by)
    person.user_id = by.id
    db.session.flush()
    log("business.person_joined", business, {}, {"person": person.name}, by=by)
    return person


def decline_invitation(person: BusinessPerson, *, by: User) -> None:
    """Leave an invitation to one's own address.

    Raises:
        NotAllowed: it is someone else's.
    """
    if person.user_id is not None or person.email != by.email:
        raise NotAllowed(_("This invitation is for someone else."))
    log("business.person_declined", person.business, {"person": person.name}, {}, by=by)
    db.session.delete(person)
    db.session.flush()


def link_person(business: Business, user: User, *, role: str, by: By) -> BusinessPerson:
    """Let a person with an account manage a business; for what spans domains.

    Raises:
        NotAllowed, BusinessArchived, BusinessMerged, AlreadyOneOfThem
    """
    business = lock(business)
    check_may_change(by, business)
    check_open(business)
    _check_not_in(business, user)
    named = select(BusinessPerson).where(
        BusinessPerson.business_id == business.id,
        BusinessPerson.email == user.email,
        BusinessPerson.user_id.is_(None),
    )
    person = db.session.scalars(named.limit(1)).first()
    if person is None:
        person = BusinessPerson(
            business_id=business.id, name=user.label, email=user.email, created_at=now()
        )
        db.session.add(person)
    person.user_id, person.role = user.id, PersonRole(role)
    db.session.flush()
    log("business.person_joined", business, {}, {"person": person.name}, by=by)
    return person


def remove_person(person: BusinessPerson, *, by: By) -> None:
    """Take a person out of a business; one leaves by removing oneself.

    Raises:
        NotAllowed, BusinessArchived, BusinessMerged
        LastOwner: nobody who manages the business as an owner would be left.
    """
    business = lock(person.business)
    check_may_change(by, business)
    check_open(business)
    if person.role == PersonRole.OWNER and person.user_id is not None:
        others = select(func.count()).where(
            BusinessPerson.business_id == business.id,
            BusinessPerson.role == PersonRole.OWNER,
            BusinessPerson.user_id.is_not(None),
            BusinessPerson.id != person.id,
        )
        if not db.session.scalar(others):
            raise LastOwner
    log("business.person_removed", business, {"person": person.name}, {}, by=by)
    db.session.delete(person)
    touch(business)


def _check_room(business: Business, email: str | None) -> None:
    people = select(BusinessPerson).where(BusinessPerson.business_id == business.id)
    rows = db.session.scalars(people).all()
    if len(rows) >= MOST_PEOPLE:
        raise TooManyRows(MOST_PEOPLE)
    if email and any(row.email == email for row in rows):
        raise AlreadyOneOfThem


def _check_not_in(business: Business, user: User) -> None:
    mine = select(BusinessPerson.id).where(
        BusinessPerson.business_id == business.id, BusinessPerson.user_id == user.id
    )
    if db.session.scalar(mine) is not None:
        raise AlreadyOneOfThem


def _invite(business: Business, person: BusinessPerson) -> None:
    known = find_user(person.email or "")
    queue_message(
        "business_invitation",
        to=person.email or "",
        language=known.language if known else "id",
        values={"business": business.name, "url": office_address("own_businesses.index")},
        key=f"business-invitation:{person.id}",
    )
