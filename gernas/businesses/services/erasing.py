"""A business's wish to be forgotten, and forgetting it (UU 27/2022, 8 and 43)."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update

from gernas.audit.services import erase_personal_values
from gernas.businesses.access import By, check_may, check_may_change
from gernas.businesses.checking import BUSINESS
from gernas.businesses.documents import drop_document
from gernas.businesses.models import (
    Business,
    BusinessPerson,
    Certificate,
    Consent,
    MergeCase,
    Product,
    SalesChannel,
)
from gernas.businesses.registries import erase_elsewhere
from gernas.businesses.services.changing import log, touch
from gernas.businesses.services.consents import withdraw_all_consents
from gernas.core.clock import now
from gernas.core.database import after_commit, db, lock
from gernas.core.permissions import Permission
from gernas.events.files import get_folder, small_name
from gernas.messages.services import erase_messages_to


def ask_for_erasure(business: Business, *, by: By) -> Business:
    """Note that its people want the business forgotten; it leaves the catalogue at once.

    Raises:
        NotAllowed
    """
    business = lock(business)
    check_may_change(by, business)
    if business.erase_asked_at is None:
        business.erase_asked_at = now()
        touch(business)
        log("business.erasure_asked", business, by=by)
        withdraw_all_consents(business, by=by)
    return business


def take_back_erasure(business: Business, *, by: By) -> Business:
    """Note that its people changed their mind. Consents stay withdrawn until given anew."""
    business = lock(business)
    check_may_change(by, business)
    if business.erase_asked_at is not None:
        business.erase_asked_at = None
        touch(business)
        log("business.erasure_taken_back", business, by=by)
    return business


def erase_business(business: Business, *, by: By) -> Business:
    """Forget everything personal about a business, for good; its row stays for the counts.

    Files and photos that nothing else shows are deleted, values in the log emptied, mails that
    wait taken back. Records that were merged into it are forgotten with it, and so is what the
    domains above hold of it, such as its applications.

    Raises:
        NotAllowed
    """
    business = lock(business)
    check_may(by, Permission.MERGE_BUSINESSES, business)
    merged = select(Business).where(Business.merged_into_id == business.id)
    for one in [business, *db.session.scalars(merged).all()]:
        _erase(one, by=by)
    return business


def _erase(business: Business, *, by: By) -> None:
    erase_elsewhere(business)
    withdraw_all_consents(business, by=by)
    noted = update(Consent).where(Consent.business_id == business.id)
    db.session.execute(noted.values(email=None, note=None))
    addresses = {business.email, *(person.email for person in business.people)} - {None}
    parts = _list_parts(business)
    photos = [product.photo for product in business.products if product.photo]
    files = [one.file for one in business.certificates]
    tables: tuple[Any, ...] = (BusinessPerson, Product, Certificate, SalesChannel)
    for table in tables:
        db.session.execute(delete(table).where(table.business_id == business.id))
    cases = or_(MergeCase.first_id == business.id, MergeCase.second_id == business.id)
    db.session.execute(delete(MergeCase).where(cases))
    for name in BUSINESS:
        if name not in ("kind", "sector", "size_class", "province_code"):
            setattr(business, name, {} if name == "social" else None)
    business.name = business.name_key = str(_("Erased"))
    business.slug = f"terhapus-{business.id}"
    business.nik_sealed = business.nik_hash = business.nik_last4 = None
    business.nib_verified_at = business.nib_verified_by_id = None
    business.erased_at = now()
    touch(business)
    db.session.expire(business, ["people", "products", "certificates", "channels"])
    for kind, ids in parts.items():
        erase_personal_values(kind, ids)
    for address in addresses:
        erase_messages_to(str(address))
    log("business.erased", business, by=by)
    after_commit(lambda: _drop_files(files, photos))


def _list_parts(business: Business) -> dict[str, list[int]]:
    """The rows about which the log holds something personal, by kind."""
    tables: dict[str, Any] = {
        "product": Product,
        "certificate": Certificate,
        "sales_channel": SalesChannel,
    }
    found = {
        kind: list(db.session.scalars(select(table.id).where(table.business_id == business.id)))
        for kind, table in tables.items()
    }
    consents = select(Consent.id).where(Consent.business_id == business.id)
    return {**found, "consent": list(db.session.scalars(consents)), "business": [business.id]}


def _drop_files(documents: Sequence[str | None], photos: Sequence[str]) -> None:
    """Delete documents, and photos that no other product shows: their name is their content."""
    for name in documents:
        drop_document(name)
    for photo in photos:
        others = select(Product.id).where(Product.photo == photo).limit(1)
        if db.session.scalar(others) is None:
            for one in (photo, small_name(photo)):
                (get_folder() / one).unlink(missing_ok=True)
