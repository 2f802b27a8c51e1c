"""Consents of a business: given and withdrawn, never changed (UU 27/2022, 20 to 24)."""

from flask_babel import gettext as _
from sqlalchemy import select

from gernas.businesses.access import By, check_may_change, is_one_of_its_people
from gernas.businesses.models import Business, Consent, ConsentMeans
from gernas.businesses.queries import find_consent
from gernas.businesses.services.changing import CATALOGUE as CATALOGUE_SCOPE
from gernas.businesses.services.changing import check_open, log, touch
from gernas.businesses.wordings import CATALOGUE, WORDINGS
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.errors import BadValues
from gernas.core.i18n import get_language
from gernas.core.revisions import raise_revisions
from gernas.core.text import clean_text

NOTE_LENGTH = 500


def give_consent(
    business: Business,
    purpose: str,
    *,
    by: By,
    means: str = ConsentMeans.WEB,
    note: str | None = None,
) -> Consent:
    """Record a consent to the present wording of a purpose, once; the catalogue shows it at once.

    An organizer records what was said or signed, with a note of where the paper lies.

    Raises:
        NotAllowed, BusinessArchived, BusinessMerged
        BadValues: no such purpose or means, or an organizer ticked it as if it were the person.
    """
    wording = WORDINGS.get(purpose)
    if wording is None or means not in set(ConsentMeans):
        raise BadValues({"purpose": _("Choose one from the list.")})
    business = lock(business)
    check_may_change(by, business)
    check_open(business)
    if by is not None and means == ConsentMeans.WEB and not is_one_of_its_people(by, business):
        raise BadValues({"means": _("Say how the consent was given: on paper or spoken.")})
    known = find_consent(business, purpose)
    if known is not None and known.wording_version == wording.version:
        _show(business, purpose)
        return known
    consent = Consent(
        business_id=business.id,
        user_id=by.id if by is not None and means == ConsentMeans.WEB else None,
        purpose=purpose,
        wording_version=wording.version,
        language=get_language(),
        means=ConsentMeans(means),
        note=clean_text(note or "")[:NOTE_LENGTH] or None,
        given_at=now(),
        by_id=by.id if by is not None else None,
    )
    db.session.add(consent)
    db.session.flush()
    after = {"purpose": purpose, "means": means, "wording_version": wording.version}
    log("consent.given", business, {}, after, by=by, subject=consent)
    _show(business, purpose)
    return consent


def withdraw_consent(business: Business, purpose: str, *, by: By) -> None:
    """Withdraw every consent to a purpose; what it allowed ends in this moment.

    Raises:
        NotAllowed
    """
    business = lock(business)
    check_may_change(by, business)
    _withdraw(business, purpose, by=by)


def withdraw_all_consents(business: Business, *, by: By) -> None:
    """Withdraw all of a business's consents; for those who checked who asks."""
    rows = select(Consent.purpose).where(
        Consent.business_id == business.id, Consent.withdrawn_at.is_(None)
    )
    for purpose in db.session.scalars(rows.distinct()).all():
        _withdraw(business, purpose, by=by)


def _withdraw(business: Business, purpose: str, *, by: By) -> None:
    rows = select(Consent).where(
        Consent.business_id == business.id,
        Consent.purpose == purpose,
        Consent.withdrawn_at.is_(None),
    )
    for consent in db.session.scalars(rows).all():
        consent.withdrawn_at = now()
        consent.withdrawn_by_id = by.id if by is not None else None
        log("consent.withdrawn", business, {"purpose": purpose}, {}, by=by, subject=consent)
    if purpose == CATALOGUE and business.shown_in_catalogue:
        business.shown_in_catalogue = False
        touch(business)
        raise_revisions(CATALOGUE_SCOPE)


def _show(business: Business, purpose: str) -> None:
    """Show a business that agreed to it; raises the revision last."""
    if purpose == CATALOGUE and not business.shown_in_catalogue:
        business.shown_in_catalogue = True
        touch(business)
        raise_revisions(CATALOGUE_SCOPE)
