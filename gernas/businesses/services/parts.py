"""Products, certificates and sales channels of a business."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from gernas.businesses.access import By, check_may, check_may_change
from gernas.businesses.checking import PRODUCT, check_values, text
from gernas.businesses.documents import Document, drop_document, store_document
from gernas.businesses.errors import TooManyRows
from gernas.businesses.models import (
    Business,
    Certificate,
    CertificateKind,
    ChannelKind,
    Product,
    SalesChannel,
)
from gernas.businesses.services.changing import check_open, finish, log, touch
from gernas.businesses.values import read_channel
from gernas.core.clock import now
from gernas.core.database import after_commit, db, lock
from gernas.core.errors import BadValues
from gernas.core.images import Picture
from gernas.core.permissions import Permission
from gernas.events.files import store_picture

MOST_PRODUCTS, MOST_CERTIFICATES, MOST_CHANNELS = 60, 40, 20
LONGEST_NUMBER = 80
_LOGGED = ("name", "name_en", "description", "description_en", "price_rupiah", "unit", "url")


def add_product(
    business: Business, values: Mapping[str, Any], *, photo: Picture | None = None, by: By
) -> Product:
    """Add a product, last in the list.

    Raises:
        NotAllowed, BusinessArchived, BusinessMerged, TooManyRows
        BadValues: a sentence for each value that cannot be kept.
        CannotStore: the disk is full or not writable.
    """
    checked = check_values(PRODUCT, {"name": "", **values})
    business = _open(business, by=by)
    last = _next_position(Product, business, MOST_PRODUCTS)
    moment = now()
    product = Product(
        business_id=business.id, position=last, created_at=moment, updated_at=moment, **checked
    )
    if photo is not None:
        _set_photo(product, photo, checked)
    db.session.add(product)
    db.session.flush()
    log("product.added", business, {}, _read(product), by=by, subject=product)
    _end(business)
    return product


def edit_product(
    product: Product,
    values: Mapping[str, Any],
    *,
    photo: Picture | None = None,
    remove_photo: bool = False,
    by: By,
) -> Product:
    """Change a product; a new photo takes the place of the old one.

    Raises:
        as add_product.
    """
    checked = check_values(PRODUCT, values)
    business = _open(product.business, by=by)
    product = lock(product)
    before = _read(product)
    for name, value in checked.items():
        setattr(product, name, value)
    if photo is not None:
        _set_photo(product, photo, checked)
    elif remove_photo:
        product.photo = product.photo_alt = product.photo_width = product.photo_height = None
    if _read(product) != before:
        product.updated_at = now()
        log("product.edited", business, before, _read(product), by=by, subject=product)
        _end(business)
    return product


def archive_product(product: Product, *, by: By) -> Product:
    """Show a product no more; it can be brought back."""
    return _stamp_product(product, archived=True, by=by)


def restore_product(product: Product, *, by: By) -> Product:
    return _stamp_product(product, archived=False, by=by)


def add_certificate(
    business: Business,
    *,
    kind: str,
    number: str | None,
    expires_on: date | None,
    document: Document | None = None,
    by: By,
) -> Certificate:
    """Add a permit or certificate, with a file where there is one.

    Raises:
        NotAllowed, BusinessArchived, BusinessMerged, TooManyRows
        BadValues: neither number nor file, or a number that is too long.
        NoRoom: the disk is full or not writable.
    """
    kind, number = _check_certificate(kind, number)
    if not number and document is None:
        raise BadValues({"number": _("Write the number, or add a photo of the paper.")})
    business = _open(business, by=by)
    _next_position(Certificate, business, MOST_CERTIFICATES)
    moment = now()
    certificate = Certificate(
        business_id=business.id,
        kind=CertificateKind(kind),
        number=number,
        expires_on=expires_on,
        created_at=moment,
        updated_at=moment,
    )
    if document is not None:
        _set_file(certificate, document)
    db.session.add(certificate)
    db.session.flush()
    after = _read_certificate(certificate)
    log("certificate.added", business, {}, after, by=by, subject=certificate)
    _end(business)
    return certificate


def edit_certificate(
    certificate: Certificate,
    *,
    kind: str,
    number: str | None,
    expires_on: date | None,
    document: Document | None = None,
    by: By,
) -> Certificate:
    """Change a certificate; what was verified of it has to be looked at again.

    Raises:
        as add_certificate.
    """
    kind, number = _check_certificate(kind, number)
    business = _open(certificate.business, by=by)
    certificate = lock(certificate)
    before, old_file = _read_certificate(certificate), None
    certificate.kind = CertificateKind(kind)
    certificate.number, certificate.expires_on = number, expires_on
    if document is not None:
        old_file = certificate.file
        _set_file(certificate, document)
    if not certificate.number and not certificate.file:
        raise BadValues({"number": _("Write the number, or add a photo of the paper.")})
    after = _read_certificate(certificate)
    if after != before:
        certificate.verified_at = certificate.verified_by_id = None
        certificate.updated_at = now()
        log("certificate.edited", business, before, after, by=by, subject=certificate)
        _end(business)
    after_commit(lambda: drop_document(old_file))
    return certificate


def remove_certificate(certificate: Certificate, *, by: By) -> None:
    """Take a certificate and its file away."""
    business = _open(certificate.business, by=by)
    before, file = _read_certificate(certificate), certificate.file
    log("certificate.removed", business, before, {}, by=by, subject=certificate)
    db.session.delete(certificate)
    _end(business)
    after_commit(lambda: drop_document(file))


def verify_certificate(certificate: Certificate, *, verified: bool, by: By) -> Certificate:
    """Note that an organizer has looked at a certificate, or take that back.

    Raises:
        NotAllowed, BusinessArchived, BusinessMerged
    """
    business = lock(certificate.business)
    check_may(by, Permission.EDIT_BUSINESSES, business)
    check_open(business)
    certificate = lock(certificate)
    if (certificate.verified_at is not None) == verified:
        return certificate
    before = {"verified_at": certificate.verified_at}
    certificate.verified_at = now() if verified else None
    certificate.verified_by_id = by.id if by and verified else None
    after = {"verified_at": certificate.verified_at}
    log("certificate.verified", business, before, after, by=by, subject=certificate)
    _end(business)
    return certificate


def add_channel(business: Business, url: str, *, kind: str | None = None, by: By) -> SalesChannel:
    """Add a place on the web where the business sells; its kind is read from the address.

    Raises:
        NotAllowed, BusinessArchived, BusinessMerged, TooManyRows
        BadValues: not an address, or it is in the list already.
    """
    try:
        found, url = read_channel(url)
    except ValueError as error:
        raise BadValues({"url": str(error)}) from error
    business = _open(business, by=by)
    same = select(SalesChannel.id).where(
        SalesChannel.business_id == business.id, SalesChannel.url == url
    )
    if db.session.scalar(same) is not None:
        raise BadValues({"url": _("This address is in the list already.")})
    if found == ChannelKind.OWN_SHOP and kind in (ChannelKind.OTHER, ChannelKind.OWN_SHOP):
        found = ChannelKind(kind)
    channel = SalesChannel(
        business_id=business.id,
        position=_next_position(SalesChannel, business, MOST_CHANNELS),
        kind=found,
        url=url,
        created_at=now(),
    )
    db.session.add(channel)
    db.session.flush()
    log("channel.added", business, {}, {"url": url}, by=by, subject=channel)
    _end(business)
    return channel


def remove_channel(channel: SalesChannel, *, by: By) -> None:
    business = _open(channel.business, by=by)
    log("channel.removed", business, {"url": channel.url}, {}, by=by, subject=channel)
    db.session.delete(channel)
    _end(business)


def _open(business: Business, *, by: By) -> Business:
    business = lock(business)
    check_may_change(by, business)
    check_open(business)
    return business


def _end(business: Business) -> None:
    touch(business)
    finish(business)


def _next_position(table: Any, business: Business, most: int) -> int:
    """The place after the last; only counted for tables that keep no order."""
    rows = select(func.count()).where(table.business_id == business.id)
    if (db.session.scalar(rows) or 0) >= most:
        raise TooManyRows(most)
    if not hasattr(table, "position"):
        return 0
    last = select(func.max(table.position)).where(table.business_id == business.id)
    found = db.session.scalar(last)
    return 0 if found is None else int(found) + 1


def _set_photo(product: Product, photo: Picture, checked: Mapping[str, Any]) -> None:
    product.photo = store_picture(photo)
    product.photo_width, product.photo_height = photo.width, photo.height
    product.photo_alt = checked.get("photo_alt") or product.photo_alt or checked.get("name")


def _set_file(certificate: Certificate, document: Document) -> None:
    certificate.file = store_document(document)
    certificate.file_label = document.label
    certificate.file_type, certificate.file_size = document.content_type, document.size


def _stamp_product(product: Product, *, archived: bool, by: By) -> Product:
    business = _open(product.business, by=by)
    product = lock(product)
    if (product.archived_at is not None) == archived:
        return product
    before = {"archived_at": product.archived_at}
    product.archived_at = now() if archived else None
    product.updated_at = now()
    action = "product.archived" if archived else "product.restored"
    after = {"archived_at": product.archived_at}
    log(action, business, before, after, by=by, subject=product)
    _end(business)
    return product


def _check_certificate(kind: str, number: str | None) -> tuple[str, str | None]:
    if kind not in set(CertificateKind):
        raise BadValues({"kind": _("Choose one from the list.")})
    try:
        return kind, text(LONGEST_NUMBER)(number)
    except ValueError as error:
        raise BadValues({"number": str(error)}) from error


def _read(product: Product) -> dict[str, Any]:
    return {name: getattr(product, name) for name in (*_LOGGED, "photo")}


def _read_certificate(certificate: Certificate) -> dict[str, Any]:
    names = ("kind", "number", "expires_on", "file_label")
    return {name: getattr(certificate, name) for name in names}
