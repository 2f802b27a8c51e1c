"""One row of a spreadsheet as values of a business, with what is wrong with it in words."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _

from gernas.businesses.checking import BUSINESS
from gernas.businesses.models import BusinessKind, ChannelKind, Sector
from gernas.businesses.sheet_process import ROUNDED
from gernas.businesses.values import city_key, name_key, read_channel, read_phone
from gernas.businesses.words import read_kind, read_sector, read_size
from gernas.core.provinces import PROVINCES
from gernas.core.text import clean_text, slugify

_NOTHING = frozenset(
    {
        "-",
        "–",
        "--",
        "tidak ada",
        "belum ada",
        "tdk ada",
        "n/a",
        "na",
        "nihil",
        "none",
        "kosong",
        "0",
    }
)
_SEVERAL = re.compile(r"[;,/]|\bdan\b|\batau\b")


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell; ``field`` is "" where the whole row is meant."""

    field: str
    text: str


@dataclass
class ReadRow:
    """A row read: the number it has in the sheet, its values, and what is wrong."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    channel: tuple[ChannelKind, str] | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str | None, str]:
        """What tells whether two rows are about one business: name, province, city."""
        values = self.values
        return values["name_key"], values.get("province_code"), city_key(values.get("city"))


def read_row(number: int, cells: Sequence[str], matching: Sequence[str]) -> ReadRow:
    """Read the cells of a row by the field that each column was matched with."""
    row = ReadRow(number)
    typed = {
        name: clean_text(cell[:5_000], multiline=name == "about")
        for name, cell in zip(matching, cells, strict=False)
        if name
    }
    for name, text in typed.items():
        if text.lower() in _NOTHING:
            continue
        _read_cell(row, name, text)
    row.values.setdefault("kind", BusinessKind.UMKM)
    if not row.values.get("name") and not any(one.field == "name" for one in row.problems):
        row.problems.append(Problem("name", _("The business name is missing.")))
    row.values["name_key"] = name_key(row.values.get("name") or "")
    return row


def _read_cell(row: ReadRow, name: str, text: str) -> None:
    """Read one cell into the row's values, or note what is wrong with it."""
    if not text:
        return
    try:
        _refuse_rounded(name, text)
        _READERS.get(name, _read_plain)(row, name, text)
    except ValueError as error:
        hint = ""
        if name == "nib" and len(text.replace(" ", "")) == 12 and text.replace(" ", "").isdigit():
            hint = " " + _("If it begins with 0, format the column as text.")
        row.problems.append(Problem(name, f"{error}{hint}"))


def _refuse_rounded(name: str, text: str) -> None:
    if text.startswith(ROUNDED) and name in ("nib", "npwp", "phone", "whatsapp"):
        raise ValueError(_("The spreadsheet has rounded this number. Format the column as text."))


def _read_plain(row: ReadRow, name: str, text: str) -> None:
    row.values[name] = BUSINESS[name](text)


def _read_kind(row: ReadRow, _name: str, text: str) -> None:
    kind = read_kind(text)
    if kind is None:
        raise ValueError(_("“%(typed)s” is no kind of business that we know.", typed=text[:40]))
    row.values["kind"] = kind


def _read_size(row: ReadRow, _name: str, text: str) -> None:
    size = read_size(text)
    if size is None:
        raise ValueError(
            _("“%(typed)s” is no size. Write mikro, kecil or menengah.", typed=text[:40])
        )
    row.values["size_class"] = size


def _read_sector(row: ReadRow, _name: str, text: str) -> None:
    # Lists of offices name sectors as they please; what we do not know is another one.
    row.values["sector"] = read_sector(text) or Sector.OTHER


def _read_province(row: ReadRow, _name: str, text: str) -> None:
    code = _provinces().get(slugify(text).removeprefix("provinsi-").removeprefix("prov-"))
    if code is None:
        raise ValueError(_("“%(typed)s” is no province.", typed=text[:40]))
    row.values["province_code"] = code


def _read_phone(row: ReadRow, name: str, text: str) -> None:
    """A number, or several in one cell: the second goes to WhatsApp."""
    try:
        row.values[name] = read_phone(text)
    except ValueError:
        parts = [part.strip() for part in _SEVERAL.split(text) if part.strip()]
        if len(parts) < 2:
            raise
        numbers = [read_phone(part) for part in parts[:2]]
        row.values[name] = numbers[0]
        if name == "phone":
            row.values.setdefault("whatsapp", numbers[1])


def _read_instagram(row: ReadRow, _name: str, text: str) -> None:
    row.values["social"] = BUSINESS["social"]({"instagram": text})


def _read_website(row: ReadRow, _name: str, text: str) -> None:
    """One's own site, or a page at a marketplace, which becomes a sales channel."""
    kind, url = read_channel(text)
    if kind == ChannelKind.OWN_SHOP:
        row.values["website"] = url
    else:
        row.channel = (kind, url)


_READERS: Mapping[str, Callable[[ReadRow, str, str], None]] = {
    "kind": _read_kind,
    "size_class": _read_size,
    "sector": _read_sector,
    "province_code": _read_province,
    "phone": _read_phone,
    "whatsapp": _read_phone,
    "instagram": _read_instagram,
    "website": _read_website,
}


@lru_cache(maxsize=1)
def _provinces() -> dict[str, str]:
    """Codes of provinces by their names, short names and codes, as slugs."""
    found: dict[str, str] = {}
    for province in PROVINCES:
        for name in (
            province.name_id,
            province.name_en,
            province.short,
            province.iso_code,
            province.kemendagri_code,
        ):
            found.setdefault(slugify(name), province.iso_code)
    return {
        **found,
        "dki": "ID-JK",
        "jakarta": "ID-JK",
        "diy": "ID-YO",
        "yogyakarta": "ID-YO",
        "ntb": "ID-NB",
        "ntt": "ID-NT",
        "kep-riau": "ID-KR",
        "bangka-belitung": "ID-BB",
        "babel": "ID-BB",
    }
