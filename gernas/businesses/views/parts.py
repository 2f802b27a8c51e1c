"""Products, certificates, sales channels and people of a business.

The same pages stand in the back office and among one's own: ``add_pages`` puts them on a
blueprint, with its own way to the business and its own layout.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from gernas.businesses.documents import ATTACHMENT_POLICY, send_document
from gernas.businesses.forms import (
    CertificateForm,
    ChannelForm,
    ContactForm,
    PersonForm,
    ProductForm,
)
from gernas.businesses.models import (
    Business,
    BusinessPerson,
    Certificate,
    Product,
    SalesChannel,
)
from gernas.businesses.queries import find_certificate, find_product
from gernas.businesses.services import (
    add_certificate,
    add_channel,
    add_person,
    add_product,
    archive_product,
    edit_certificate,
    edit_product,
    remove_certificate,
    remove_channel,
    remove_person,
    restore_product,
)
from gernas.businesses.views.blueprint import page, status_of
from gernas.core.database import db, transaction
from gernas.core.saving import save_form
from gernas.core.security import takes_uploads
from gernas.core.web import say, see_other, signed_in_user

View = Callable[..., ResponseReturnValue]


@dataclass(frozen=True)
class Door:
    """Where the pages of a business's parts are opened."""

    bp: Blueprint
    prefix: str  # /kelola/usaha
    mark: Callable[[View], View]  # who may open them
    get: Callable[[int], Business]  # the business within the person's reach, or 404
    layout: str
    is_office: bool

    def back(self, business_id: int, anchor: str) -> ResponseReturnValue:
        return see_other(url_for(".show", business_id=business_id, _anchor=anchor))

    def show(self, business: Business, **values: Any) -> str:
        values = {"layout": self.layout, "is_office": self.is_office, **values}
        return page("part_form.html", business=business, **values)


def add_pages(door: Door) -> None:
    """Register all pages of this module on the door's blueprint."""
    for rule, name, view, methods in _PAGES:
        marked = door.mark(_bind(view, door))
        if view is certificate_file:
            marked.talisman_view_options = ATTACHMENT_POLICY  # type: ignore[attr-defined]
        address = f"{door.prefix}/<id:business_id>/{rule}"
        door.bp.add_url_rule(address, name, marked, methods=methods)


def _bind(view: Callable[..., ResponseReturnValue], door: Door) -> View:
    @wraps(view)
    def bound(**values: Any) -> ResponseReturnValue:
        return view(door, **values)

    return bound


@takes_uploads
def new_product(door: Door, business_id: int) -> ResponseReturnValue:
    business, form = door.get(business_id), ProductForm()

    def show() -> str:
        return door.show(business, form=form, part="product", title=_("Add a product"))

    if request.method == "GET" or not form.validate():
        return show(), status_of(form)

    def save() -> None:
        values, photo = form.read_values(), form.photo.data
        add_product(door.get(business_id), values, photo=photo, by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("The product is there."))
    return door.back(business_id, "produk")


@takes_uploads
def change_product(door: Door, business_id: int, product_id: int) -> ResponseReturnValue:
    business = door.get(business_id)
    product = _get_product(business, product_id)
    form = ProductForm.of(product)

    def show() -> str:
        title = _("Edit %(name)s", name=product.name)
        return door.show(business, form=form, part="product", title=title, product=product)

    if request.method == "GET" or not form.validate():
        return show(), status_of(form)

    def save() -> None:
        edit_product(
            _get_product(door.get(business_id), product_id),
            form.read_values(),
            photo=form.photo.data,
            remove_photo=bool(form.remove_photo.data),
            by=signed_in_user(),
        )

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Saved."))
    return door.back(business_id, "produk")


def put_product_away(door: Door, business_id: int, product_id: int) -> ResponseReturnValue:
    with transaction():
        product = _get_product(door.get(business_id), product_id)
        archive_product(product, by=signed_in_user())
    undo = url_for(".bring_product_back", business_id=business_id, product_id=product_id)
    say(_("The product is not shown any more."), undo=undo)
    return door.back(business_id, "produk")


def bring_product_back(door: Door, business_id: int, product_id: int) -> ResponseReturnValue:
    with transaction():
        product = _get_product(door.get(business_id), product_id)
        restore_product(product, by=signed_in_user())
    say(_("The product is back."))
    return door.back(business_id, "produk")


@takes_uploads
def new_certificate(door: Door, business_id: int) -> ResponseReturnValue:
    business, form = door.get(business_id), CertificateForm()

    def show() -> str:
        return door.show(business, form=form, part="certificate", title=_("Add a certificate"))

    if request.method == "GET" or not form.validate():
        return show(), status_of(form)

    def save() -> None:
        add_certificate(door.get(business_id), **_certificate_values(form), by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("The certificate is there."))
    return door.back(business_id, "sertifikat")


@takes_uploads
def change_certificate(door: Door, business_id: int, certificate_id: int) -> ResponseReturnValue:
    business = door.get(business_id)
    certificate = _get_certificate(business, certificate_id)
    names = ("kind", "number", "expires_on")
    form = CertificateForm(data={name: getattr(certificate, name) for name in names})

    def show() -> str:
        more = {"title": _("Edit the certificate"), "certificate": certificate}
        return door.show(business, form=form, part="certificate", **more)

    if request.method == "GET" or not form.validate():
        return show(), status_of(form)

    def save() -> None:
        row = _get_certificate(door.get(business_id), certificate_id)
        edit_certificate(row, **_certificate_values(form), by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Saved."))
    return door.back(business_id, "sertifikat")


def drop_certificate(door: Door, business_id: int, certificate_id: int) -> ResponseReturnValue:
    with transaction():
        row = _get_certificate(door.get(business_id), certificate_id)
        remove_certificate(row, by=signed_in_user())
    say(_("The certificate and its file are gone."))
    return door.back(business_id, "sertifikat")


def certificate_file(door: Door, business_id: int, certificate_id: int) -> ResponseReturnValue:
    row = _get_certificate(door.get(business_id), certificate_id)
    return send_document(row.file, row.file_label, row.file_type)


def new_channel(door: Door, business_id: int) -> ResponseReturnValue:
    business, form = door.get(business_id), ChannelForm()

    def show() -> str:
        return door.show(business, form=form, part="channel", title=_("Add a shop"))

    if request.method == "GET" or not form.validate():
        return show(), status_of(form)

    def save() -> None:
        add_channel(door.get(business_id), form.url.data[1], by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("The shop is there."))
    return door.back(business_id, "toko")


def drop_channel(door: Door, business_id: int, channel_id: int) -> ResponseReturnValue:
    with transaction():
        business = door.get(business_id)
        rows = select(SalesChannel).where(
            SalesChannel.business_id == business.id, SalesChannel.id == channel_id
        )
        remove_channel(db.session.scalar(rows) or abort(404), by=signed_in_user())
    say(_("The shop is gone from the list."))
    return door.back(business_id, "toko")


def new_person(door: Door, business_id: int) -> ResponseReturnValue:
    business = door.get(business_id)
    form = ContactForm() if door.is_office else PersonForm()

    def show() -> str:
        return door.show(business, form=form, part="person", title=_("Add a person"))

    if request.method == "GET" or not form.validate():
        return show(), status_of(form)
    values = {name: form[name].data for name in ("name", "email", "phone")}

    def save() -> None:
        add_person(door.get(business_id), values, role=form.role.data, by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("The person is named.") if not values["email"] else _("We wrote to the person."))
    return door.back(business_id, "orang")


def drop_person(door: Door, business_id: int, person_id: int) -> ResponseReturnValue:
    user = signed_in_user()
    with transaction():
        business = door.get(business_id)
        rows = select(BusinessPerson).where(
            BusinessPerson.business_id == business.id, BusinessPerson.id == person_id
        )
        person = db.session.scalar(rows) or abort(404)
        is_oneself = person.user_id == user.id
        remove_person(person, by=user)
    say(_("The person cannot manage the business any more."))
    if is_oneself and not door.is_office:
        return see_other(url_for(".index"))
    return door.back(business_id, "orang")


_BOTH, _POST = ["GET", "POST"], ["POST"]
_PAGES: tuple[tuple[str, str, Callable[..., ResponseReturnValue], list[str]], ...] = (
    ("produk/baru", "new_product", new_product, _BOTH),
    ("produk/<id:product_id>/ubah", "change_product", change_product, _BOTH),
    ("produk/<id:product_id>/sembunyikan", "put_product_away", put_product_away, _POST),
    ("produk/<id:product_id>/pulihkan", "bring_product_back", bring_product_back, _POST),
    ("sertifikat/baru", "new_certificate", new_certificate, _BOTH),
    ("sertifikat/<id:certificate_id>/ubah", "change_certificate", change_certificate, _BOTH),
    ("sertifikat/<id:certificate_id>/hapus", "drop_certificate", drop_certificate, _POST),
    ("sertifikat/<id:certificate_id>/berkas", "certificate_file", certificate_file, ["GET"]),
    ("toko/baru", "new_channel", new_channel, _BOTH),
    ("toko/<id:channel_id>/hapus", "drop_channel", drop_channel, _POST),
    ("orang/baru", "new_person", new_person, _BOTH),
    ("orang/<id:person_id>/hapus", "drop_person", drop_person, _POST),
)


def _certificate_values(form: CertificateForm) -> dict[str, Any]:
    names = ("kind", "number", "expires_on")
    return {**{name: form[name].data for name in names}, "document": form.document.data}


def _get_product(business: Business, product_id: int) -> Product:
    return find_product(business, product_id) or abort(404)


def _get_certificate(business: Business, certificate_id: int) -> Certificate:
    return find_certificate(business, certificate_id) or abort(404)
