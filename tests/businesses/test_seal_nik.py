"""NIKs: encrypted for their row, found without being read, shown as little as possible."""

import json

import pytest
from flask import Flask
from sqlalchemy import select, text

from gernas.audit.models import AuditEntry, AuditValue
from gernas.businesses.models import Business
from gernas.businesses.personal import tell_business
from gernas.businesses.queries import BusinessFilter, Sorting, list_businesses
from gernas.businesses.sealing import CannotOpen, hash_nik, open_nik, seal_nik
from gernas.businesses.services import set_nik, show_nik
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, NotAllowed
from gernas.core.permissions import Role
from tests.businesses.conftest import again, make_business
from tests.factories import make_user

NIK = "1871010101900001"


def keep(business: Business, nik: str | None) -> None:
    with transaction():
        set_nik(again_in(business), nik, by=None)


def again_in(business: Business) -> Business:
    return db.session.get_one(Business, business.id)


def test_a_nik_lies_encrypted_in_the_database(context: Flask) -> None:
    """ASVS 11.3.1."""
    business = make_business()

    keep(business, NIK)

    row = db.session.execute(
        text("SELECT nik_sealed, nik_hash, nik_last4 FROM business WHERE id = :id"),
        {"id": business.id},
    ).one()
    assert NIK.encode() not in bytes(row.nik_sealed)
    assert NIK not in row.nik_hash
    assert row.nik_last4 == "0001"
    assert open_nik(again(business).nik_sealed or b"", business_id=business.id) == NIK


def test_a_sealed_nik_opens_for_its_own_row_only(context: Flask) -> None:
    sealed = seal_nik(NIK, business_id=1)

    with pytest.raises(CannotOpen):
        open_nik(sealed, business_id=2)


def test_a_sealed_nik_that_was_changed_does_not_open(context: Flask) -> None:
    sealed = bytearray(seal_nik(NIK, business_id=1))
    sealed[-1] ^= 1

    with pytest.raises(CannotOpen):
        open_nik(bytes(sealed), business_id=1)


def test_the_same_nik_never_looks_the_same(context: Flask) -> None:
    assert seal_nik(NIK, business_id=1) != seal_nik(NIK, business_id=1)


def test_a_former_key_still_opens_and_finds(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ASVS 11.2.2: the key is exchanged by moving it to the fallbacks."""
    business, user = make_business(), make_user(Role.ADMINISTRATOR)
    keep(business, NIK)
    former = context.config["SECRET_KEY"]
    monkeypatch.setitem(context.config, "SECRET_KEY", "another key of at least 32 bytes, 1234567")
    monkeypatch.setitem(context.config, "SECRET_KEY_FALLBACKS", [former])

    opened = open_nik(again(business).nik_sealed or b"", business_id=business.id)
    found = list_businesses(user, BusinessFilter(text=NIK), Sorting())

    assert opened == NIK
    assert [row.id for row in found.rows] == [business.id]


def test_without_its_key_a_nik_stays_shut(context: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = seal_nik(NIK, business_id=1)
    monkeypatch.setitem(context.config, "SECRET_KEY", "another key of at least 32 bytes, 1234567")

    with pytest.raises(CannotOpen):
        open_nik(sealed, business_id=1)


def test_a_nik_is_found_whole_and_not_by_its_beginning(context: Flask) -> None:
    business, user = make_business(), make_user(Role.ADMINISTRATOR)
    keep(business, NIK)

    whole = list_businesses(user, BusinessFilter(text=NIK), Sorting())
    part = list_businesses(user, BusinessFilter(text=NIK[:12]), Sorting())

    assert ([row.id for row in whole.rows], list(part.rows)) == ([business.id], [])


def test_who_looks_at_a_nik_is_noted(context: Flask) -> None:
    business, user = make_business(), make_user(Role.ADMINISTRATOR)
    keep(business, NIK)

    with transaction():
        shown = show_nik(again_in(business), by=user)

    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "business.nik_shown")
    ).one()
    assert (shown, entry.actor_id, entry.subject_id) == (NIK, user.id, business.id)


def test_a_viewer_does_not_see_a_nik(context: Flask) -> None:
    business, viewer = make_business(), make_user(Role.VIEWER)
    keep(business, NIK)

    with transaction(), pytest.raises(NotAllowed):
        show_nik(again_in(business), by=viewer)


def test_neither_the_log_nor_the_taken_data_have_a_nik(context: Flask) -> None:
    """Nor what is kept of it for searching."""
    business = make_business()
    keep(business, NIK)

    values = db.session.scalars(select(AuditValue)).all()
    told = json.dumps(tell_business(again(business)))

    assert not any(NIK in f"{one.before}{one.after}" for one in values)
    assert NIK not in told
    assert hash_nik(NIK) not in told


def test_what_is_no_nik_is_not_kept(context: Flask) -> None:
    business = make_business()

    with transaction(), pytest.raises(BadValues, match="NIK harus 16 angka"):
        set_nik(again_in(business), "123", by=None)

    assert again(business).nik_sealed is None


def test_a_nik_can_be_taken_away(context: Flask) -> None:
    business = make_business()
    keep(business, NIK)

    keep(business, None)

    row = again(business)
    assert (row.nik_sealed, row.nik_hash, row.nik_last4) == (None, None, None)
