"""Products with photos, certificates with files, shops."""

import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from gernas.businesses.documents import BadDocument, check_document, get_folder
from gernas.businesses.errors import TooManyRows
from gernas.businesses.models import Certificate
from gernas.businesses.services import (
    add_certificate,
    add_channel,
    add_product,
    archive_product,
    edit_certificate,
    edit_product,
    parts,
    remove_certificate,
    restore_product,
    verify_certificate,
)
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, NotAllowed
from gernas.core.images import read_picture
from gernas.core.permissions import Role
from tests.businesses.conftest import PDF, again, make_business, picture
from tests.businesses.test_people_and_consents import do
from tests.factories import make_user


def test_a_product_has_its_price_and_its_photo(context: Flask) -> None:
    owner = make_user()
    business = make_business(owner)

    photo = read_picture(picture((640, 480)))
    values = {"name": "Keripik", "price_rupiah": 18_000, "unit": "200 g"}
    do(add_product, business, values, photo=photo, by=owner)

    product = again(business).products[0]
    assert (product.name, product.price_rupiah, product.unit) == ("Keripik", 18_000, "200 g")
    assert (product.photo, product.photo_alt) == (photo.name, "Keripik")
    assert (product.photo_width, product.photo_height) == (640, 480)


@pytest.mark.parametrize("price", [-1, 10**19, 1.5, "18000"])
def test_a_price_that_does_not_fit_is_refused(context: Flask, price: Any) -> None:
    with pytest.raises(BadValues):
        do(add_product, make_business(), {"name": "A", "price_rupiah": price}, by=None)


def test_a_hidden_product_can_be_shown_again(context: Flask) -> None:
    business = make_business()
    product = do(add_product, business, {"name": "Keripik"}, by=None)

    do(archive_product, product, by=None)
    hidden = again(business).products[0].archived_at
    do(restore_product, product, by=None)

    assert hidden is not None
    assert again(business).products[0].archived_at is None


def test_a_photo_can_be_taken_away(context: Flask) -> None:
    business = make_business()
    product = do(add_product, business, {"name": "A"}, photo=read_picture(picture()), by=None)

    do(edit_product, product, {}, remove_photo=True, by=None)

    assert again(business).products[0].photo is None


def test_strangers_add_nothing(context: Flask) -> None:
    business, stranger = make_business(make_user()), make_user()

    with pytest.raises(NotAllowed):
        do(add_product, business, {"name": "A"}, by=stranger)


def test_there_is_an_end_to_products(context: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST_PRODUCTS", 1)
    business = make_business()
    do(add_product, business, {"name": "A"}, by=None)

    with pytest.raises(TooManyRows):
        do(add_product, business, {"name": "B"}, by=None)


def test_a_certificate_has_a_number_or_a_file(context: Flask) -> None:
    values = {"kind": "halal", "number": None, "expires_on": None}

    with pytest.raises(BadValues):
        do(add_certificate, make_business(), **values, by=None)


def test_a_changed_certificate_is_looked_at_anew(context: Flask) -> None:
    business = make_business()
    values = {"kind": "halal", "number": "H-1", "expires_on": date(2030, 1, 1)}
    one = do(add_certificate, business, **values, by=None)
    do(verify_certificate, one, verified=True, by=None)

    do(edit_certificate, one, **{**values, "number": "H-2"}, by=None)

    kept = again(business).certificates[0]
    assert (kept.number, kept.verified_at) == ("H-2", None)


def test_owners_do_not_look_at_their_own_certificate_for_us(context: Flask) -> None:
    owner = make_user()
    values = {"kind": "halal", "number": "H-1", "expires_on": None}
    one = do(add_certificate, make_business(owner), **values, by=owner)

    with pytest.raises(NotAllowed):
        do(verify_certificate, one, verified=True, by=owner)
    do(verify_certificate, one, verified=True, by=make_user(Role.ADMINISTRATOR))


def test_a_removed_certificate_takes_its_file_along(context: Flask) -> None:
    document = check_document(io.BytesIO(PDF), "../sertifikat<halal>.pdf")
    values = {"kind": "halal", "number": None, "expires_on": None, "document": document}
    one = do(add_certificate, make_business(), **values, by=None)
    path = get_folder() / (one.file or "")
    before = path.is_file()

    do(remove_certificate, one, by=None)

    assert (before, path.exists()) == (True, False)
    assert one.file_label == "sertifikat-halal.pdf"


def test_a_photo_of_a_paper_is_drawn_anew(context: Flask) -> None:
    """ASVS 5.2.2: nothing of the upload survives but the picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 40)).save(out, "JPEG", comment=b"<script>secret</script>")
    out.seek(0)

    document = check_document(out, "foto.jpg")

    assert (document.content_type, document.label) == ("image/webp", "foto.webp")
    assert b"secret" not in document.content


def test_a_file_stays_when_its_removal_is_undone(context: Flask) -> None:
    """Files go once the transaction is committed, and not before."""
    document = check_document(io.BytesIO(PDF), "halal.pdf")
    values = {"kind": "halal", "number": None, "expires_on": None, "document": document}
    one = do(add_certificate, make_business(), **values, by=None)

    def fail() -> None:
        with transaction():
            remove_certificate(db.session.get_one(Certificate, one.id), by=None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (get_folder() / (one.file or "")).is_file()


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ\x90\x00" + b"\0" * 100,
        PDF + b"/OpenAction /JavaScript",
        b"",
        b"%PDF-" + b"x" * (9 * 1024 * 1024),
    ],
)
def test_other_files_are_refused(context: Flask, content: bytes) -> None:
    with pytest.raises(BadDocument):
        check_document(io.BytesIO(content), "sertifikat.pdf")


def test_a_shop_is_named_once(context: Flask) -> None:
    business = make_business()
    do(add_channel, business, "shopee.co.id/keripik", by=None)

    with pytest.raises(BadValues):
        do(add_channel, business, "https://shopee.co.id/keripik", by=None)

    assert [one.kind for one in again(business).channels] == ["shopee"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://a.id", "https://127.0.0.1/", "x"])
def test_a_shop_has_a_harmless_address(context: Flask, url: str) -> None:
    with pytest.raises(BadValues):
        do(add_channel, make_business(), url, by=None)
