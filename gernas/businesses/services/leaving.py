"""What becomes of a person's businesses when the person is forgotten."""

from flask_babel import gettext as _
from sqlalchemy import and_, delete, or_, select, update

from gernas.accounts.models import User
from gernas.audit.services import erase_personal_values
from gernas.businesses.models import Business, BusinessPerson, Consent, PersonRole
from gernas.businesses.queries import find_heir, list_left_behind, list_own
from gernas.businesses.services.changing import log, touch
from gernas.businesses.services.erasing import erase_business
from gernas.core.clock import now
from gernas.core.database import db, lock


def forget_person(user: User) -> None:
    """Erase the businesses that nobody else runs, and leave the others."""
    staying = {business.id for business in list_left_behind(user)}
    for business in list_own(user):
        if business.id in staying:
            _leave(business, user)
        else:
            erase_business(business, by=None)
    mine = or_(
        BusinessPerson.user_id == user.id,
        and_(BusinessPerson.email == user.email, BusinessPerson.user_id.is_(None)),
    )
    db.session.execute(delete(BusinessPerson).where(mine))
    _end_consents(user)


def explain_forgetting(user: User) -> list[str]:
    """What will happen to each of a person's businesses."""
    staying = {business.id: business for business in list_left_behind(user)}
    lines = []
    for business in list_own(user):
        if business.id not in staying:
            lines.append(
                _(
                    "Business “%(name)s”: leaves the catalogue, and is deleted with its contacts,"
                    " products, photos, certificates and applications.",
                    name=business.name,
                )
            )
            continue
        heir = find_heir(business.id, but=user)
        lines.append(
            _(
                "Business “%(name)s”: stays, since %(heir)s runs it as well. Your name is taken"
                " out of it.",
                name=business.name,
                heir=heir.name if heir is not None else "",
            )
        )
    return lines


def _leave(business: Business, user: User) -> None:
    """Take the person out, also of what the log says; the next one is an owner from now on."""
    business = lock(business)
    mine = select(BusinessPerson).where(
        BusinessPerson.business_id == business.id, BusinessPerson.user_id == user.id
    )
    names: set[str | None] = {user.name, user.email}
    for person in db.session.scalars(mine).all():
        names |= {person.name, person.email, person.phone}
        db.session.delete(person)
    db.session.flush()
    owners = select(BusinessPerson.id).where(
        BusinessPerson.business_id == business.id, BusinessPerson.role == PersonRole.OWNER
    )
    heir = find_heir(business.id, but=user)
    if heir is not None and db.session.scalar(owners.limit(1)) is None:
        heir.role = PersonRole.OWNER
    log("business.person_forgotten", business, by=None)
    for name in names - {None, ""}:
        erase_personal_values("business", [business.id], saying=str(name))
    touch(business)


def _end_consents(user: User) -> None:
    """End what the person agreed to, and drop what leads to them; that it was given stays."""
    theirs = or_(Consent.user_id == user.id, Consent.email == user.email)
    alive = update(Consent).where(theirs, Consent.withdrawn_at.is_(None))
    db.session.execute(alive.where(Consent.business_id.is_(None)).values(withdrawn_at=now()))
    nameless = (
        Consent.email == user.email,
        Consent.business_id.is_(None),
        Consent.user_id.is_(None),
    )
    db.session.execute(delete(Consent).where(*nameless))
    db.session.execute(update(Consent).where(theirs).values(email=None, note=None))
    db.session.flush()
