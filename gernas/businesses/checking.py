"""Values of businesses and what hangs on them, checked for every service, whoever calls it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from gernas.accounts.addresses import read_email
from gernas.accounts.models import NAME_LENGTH
from gernas.businesses.models import TITLE_LENGTH, BusinessKind, Sector, SizeClass
from gernas.businesses.values import SOCIAL, read_nib, read_npwp, read_phone, read_social
from gernas.core.errors import BadValues
from gernas.core.markdown import MAX_CHARACTERS
from gernas.core.provinces import find_province
from gernas.core.text import clean_text, safe_url

Values = dict[str, Any]
Check = Callable[[Any], Any]

ADDRESS_LENGTH, CITY_LENGTH, URL_LENGTH = 300, 100, 500
BIGGEST_PRICE = 10**15


def text(limit: int, *, needed: str = "", multiline: bool = False) -> Check:
    """A check of a text: cleaned, at most ``limit`` characters, None where it is empty."""

    def check(value: Any) -> str | None:
        cleaned = clean_text(str(value or ""), multiline=multiline)
        if not cleaned:
            if needed:
                raise ValueError(_("This is still empty."))
            return None
        if len(cleaned) > limit:
            raise ValueError(_("At most %(limit)s characters.", limit=limit))
        return cleaned

    return check


def optional(read: Callable[[str], Any]) -> Check:
    """A check by a parser; None where nothing is given."""
    return lambda value: read(str(value)) if value else None


def one_of(codes: Any, *, needed: bool = False) -> Check:
    """A check of a code; what is none of the possible ones is refused."""

    def check(value: Any) -> Any:
        if not value and not needed:
            return None
        if value not in set(codes):
            raise ValueError(_("Choose one from the list."))
        return codes(value)

    return check


def read_url(value: str) -> str:
    url = safe_url(value)
    if url is None or not url.startswith("https:") or len(url) > URL_LENGTH:
        raise ValueError(_("Write a whole web address that begins with https://"))
    return url


def _read_province(value: Any) -> str | None:
    if not value:
        return None
    if find_province(str(value)) is None:
        raise ValueError(_("Choose a province from the list."))
    return str(value)


def _read_accounts(value: Any) -> dict[str, str]:
    """Social accounts by platform; empty ones are left out."""
    found = {}
    for platform, name in dict(value or {}).items():
        if platform in SOCIAL and name:
            found[platform] = read_social(platform, str(name))
    return found


def check_price(value: Any) -> int | None:
    if value is None or value == "":
        return None
    if not isinstance(value, int) or not 0 <= value <= BIGGEST_PRICE:
        raise ValueError(_("This is not a price that we understand."))
    return value


BUSINESS: Mapping[str, Check] = {
    "name": text(TITLE_LENGTH, needed="name"),
    "kind": one_of(BusinessKind, needed=True),
    "nib": optional(read_nib),
    "npwp": optional(read_npwp),
    "owner_name": text(NAME_LENGTH),
    "size_class": one_of(SizeClass),
    "sector": one_of(Sector),
    "address": text(ADDRESS_LENGTH),
    "city": text(CITY_LENGTH),
    "province_code": _read_province,
    "phone": optional(read_phone),
    "whatsapp": optional(read_phone),
    "email": optional(read_email),
    "social": _read_accounts,
    "website": optional(read_url),
    "about": text(MAX_CHARACTERS, multiline=True),
    "about_en": text(MAX_CHARACTERS, multiline=True),
}
PERSON: Mapping[str, Check] = {
    "name": text(NAME_LENGTH, needed="name"),
    "email": optional(read_email),
    "phone": optional(read_phone),
}
PRODUCT: Mapping[str, Check] = {
    "name": text(TITLE_LENGTH, needed="name"),
    "name_en": text(TITLE_LENGTH),
    "description": text(2_000, multiline=True),
    "description_en": text(2_000, multiline=True),
    "price_rupiah": check_price,
    "unit": text(60),
    "url": optional(read_url),
    "photo_alt": text(TITLE_LENGTH),
}


def check_values(checks: Mapping[str, Check], values: Mapping[str, Any]) -> Values:
    """The values in the form that is kept.

    Raises:
        BadValues: a sentence for each that cannot be kept.
        KeyError: a name that is no value of these.
    """
    checked: Values = {}
    problems: dict[str, str] = {}
    for name, value in values.items():
        try:
            checked[name] = checks[name](value)
        except ValueError as error:
            problems[name] = str(error)
    if problems:
        raise BadValues(problems)
    return checked
