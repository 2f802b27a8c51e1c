"""What tests of businesses share: records made by the services, and small files."""

import io
from itertools import count
from typing import Any

import pytest
from PIL import Image

from gernas.accounts.models import User
from gernas.businesses import registries
from gernas.businesses.models import Business
from gernas.businesses.services import add_business
from gernas.core.database import db, transaction

_number = count(1)


def make_business(owner: User | None = None, **values: Any) -> Business:
    """A micro business in Metro, added by the program; an owner manages it."""
    number = next(_number)
    defaults: dict[str, Any] = {
        "name": f"Usaha Nomor {_spell(number)}",
        "kind": "umkm",
        "sector": "food",
        "city": "Kota Metro",
        "province_code": "ID-LA",
    }
    with transaction():
        person = db.session.get_one(User, owner.id) if owner else None
        return add_business({**defaults, **values}, by=None, owner=person)


def _spell(number: int) -> str:
    """Names that are not alike: digits would be."""
    names = ("alpukat", "belimbing", "cempedak", "durian", "embacang", "gandaria", "hutabarat")
    more = ("kelengkeng", "langsat", "manggis", "nangka", "papaya", "rambutan", "sirsak", "salak")
    words = (*names, *more)
    return f"{words[number % len(words)]} {words[(number // len(words) + 5) % len(words)]} {number}"


def again(business: Business) -> Business:
    """The business as it is now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Business, business.id)


def picture(size: tuple[int, int] = (64, 48), kind: str = "PNG") -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind)
    out.seek(0)
    return out


PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty registries, which a test fills in place of higher domains."""
    for name in ("_visible", "_in_use", "_panels", "_erasers"):
        monkeypatch.setattr(registries, name, [])
    for name in ("_movers", "_told"):
        monkeypatch.setattr(registries, name, {})
