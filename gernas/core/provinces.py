"""The 38 provinces, with their codes, zones and place on the map.

Kemendagri and BPS give the same number to different provinces in Papua: never mix the two.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources import files
from typing import Literal

from gernas.core.i18n import get_language
from gernas.core.text import slugify

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class MapLabel:
    """Where a province's short name stands on the map, in units of its view box."""

    text: str  # Sulsel
    x: int
    y: int  # base line
    anchor: Anchor
    is_inside: bool  # on the shape itself, so dark where the shape is light


@dataclass(frozen=True)
class Province:
    """A province as it is today; ``valid_from`` tells when the four youngest began."""

    iso_code: str  # ID-LA
    kemendagri_code: str  # 18
    bps_code: str  # 18
    name_id: str  # Lampung
    name_en: str
    zone: str  # Asia/Jakarta; an event in the province may be in another
    island_group: str  # Sumatera
    valid_from: date | None  # day of the law, for those made in 2022
    former_code: str | None  # the province it was cut from, whose shape it shares on the map
    label: MapLabel

    @cached_property
    def slug(self) -> str:
        """``sulawesi-selatan``: its name in addresses, in every language."""
        return slugify(self.name_id)

    @property
    def short(self) -> str:
        """``Sulsel``, as newspapers write it."""
        return self.label.text

    @property
    def shape_code(self) -> str:
        """The id of its shape on the map, which draws the 34 provinces of early 2022."""
        return self.former_code or self.iso_code

    def name(self, locale: str | None = None) -> str:
        """Its name in the reader's language, or in ``locale``."""
        return self.name_en if (locale or get_language()) == "en" else self.name_id

    def __str__(self) -> str:
        return self.name()


def get_province(code: str) -> Province:
    """The province with an ISO 3166-2 code, ``ID-LA``.

    Raises:
        KeyError: there is none.
    """
    return _BY_CODE[code]


def find_province(code: str | None) -> Province | None:
    """The province with a code that someone sent; None if there is none."""
    return _BY_CODE.get(code or "")


def province_by_slug(slug: str) -> Province | None:
    """The province with ``slug``, as in ``?provinsi=lampung``; None if there is none."""
    return _BY_SLUG.get(slug)


def _read(name: str) -> Iterator[dict[str, str]]:
    with (files("gernas.core") / "data" / name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def _read_provinces() -> Iterator[Province]:
    labels = {row["iso_code"]: row for row in _read("province_labels.csv")}
    for row in _read("provinces.csv"):
        label = labels[row["iso_code"]]
        anchors: dict[str, Anchor] = {"start": "start", "middle": "middle", "end": "end"}
        yield Province(
            iso_code=row["iso_code"],
            kemendagri_code=row["kemendagri_code"],
            bps_code=row["bps_code"],
            name_id=row["name_id"],
            name_en=row["name_en"],
            zone=row["timezone"],
            island_group=row["island_group"],
            valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
            former_code=label["former_code"] or None,
            label=MapLabel(
                text=label["short"],
                x=int(label["x"]),
                y=int(label["y"]),
                anchor=anchors[label["anchor"]],
                is_inside=bool(label["inside"]),
            ),
        )


PROVINCES = tuple(_read_provinces())  # west to east, as the ministries number them
_BY_CODE = {province.iso_code: province for province in PROVINCES}
_BY_SLUG = {province.slug: province for province in PROVINCES}
