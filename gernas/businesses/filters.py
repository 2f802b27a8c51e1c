"""Filters and order of a list of businesses, as they stand in its address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from gernas.businesses.models import BusinessKind, CertificateKind, Sector
from gernas.businesses.queries import (
    ARCHIVED,
    LIVE,
    NIB_CLAIMED,
    NIB_VERIFIED,
    NO_NIB,
    TO_ERASE,
    BusinessFilter,
    Sorting,
)
from gernas.businesses.words import CERTIFICATE_WORDS, KIND_WORDS, SECTOR_WORDS
from gernas.core.provinces import find_province, province_by_slug
from gernas.core.text import clean_text

TEXT_LENGTH = 100
_SORTS = {"nama": "name", "kota": "city", "ditambah": "added", "diubah": "changed"}
_SORT_WORDS = {key: word for word, key in _SORTS.items()}
_NIB = {"sah": NIB_VERIFIED, "diakui": NIB_CLAIMED, "tanpa": NO_NIB}
_STATES = {"arsip": ARCHIVED, "hapus": TO_ERASE}
_NIB_WORDS = {value: word for word, value in _NIB.items()}
_STATE_WORDS = {value: word for word, value in _STATES.items()}


@dataclass(frozen=True)
class Listing:
    """What an address asks of the list. What it cannot mean is left out."""

    wanted: BusinessFilter
    sorting: Sorting
    page: int

    def to_args(self) -> dict[str, str]:
        """The filters and the order for an address, without the page."""
        wanted = self.wanted
        province = find_province(wanted.province_code)
        args = {
            "q": wanted.text,
            "jenis": str(wanted.kind or ""),
            "sektor": str(wanted.sector or ""),
            "provinsi": province.slug if province else "",
            "nib": _NIB_WORDS.get(wanted.nib, ""),
            "sertifikat": str(wanted.certificate or ""),
            "katalog": {None: "", True: "ya", False: "tidak"}[wanted.in_catalogue],
            "keadaan": _STATE_WORDS.get(wanted.state, ""),
            "urut": "" if self.sorting == Sorting() else self._sort_word(),
        }
        return {name: value for name, value in args.items() if value}

    def sorted_by(self, key: str) -> dict[str, str]:
        """The address's arguments for another order; the same one again turns it round."""
        same = self.sorting.key == key
        down = not self.sorting.descending if same else key in ("added", "changed")
        return replace(self, sorting=Sorting(key, down)).to_args()

    def without_filters(self) -> dict[str, str]:
        return replace(self, wanted=BusinessFilter(state=self.wanted.state)).to_args()

    def describe(self) -> list[tuple[str, str]]:
        """The filters that are set, in words, for an export."""
        wanted = self.wanted
        province = find_province(wanted.province_code)
        catalogue = {None: "", True: _("in the catalogue"), False: _("not in the catalogue")}
        pairs = [
            (_("Search"), wanted.text),
            (_("Kind"), str(KIND_WORDS[wanted.kind]) if wanted.kind else ""),
            (_("Sector"), str(SECTOR_WORDS[wanted.sector]) if wanted.sector else ""),
            (_("Province"), province.name() if province else ""),
            (_("NIB"), dict(nib_choices()).get(_NIB_WORDS.get(wanted.nib, ""), "")),
            (
                _("Certificate"),
                str(CERTIFICATE_WORDS[wanted.certificate]) if wanted.certificate else "",
            ),
            (_("Catalogue"), catalogue[wanted.in_catalogue]),
            (_("Archived"), _("only archived businesses") if wanted.state == ARCHIVED else ""),
        ]
        return [(term, text) for term, text in pairs if text]

    def _sort_word(self) -> str:
        return f"{'-' if self.sorting.descending else ''}{_SORT_WORDS[self.sorting.key]}"


def nib_choices() -> list[tuple[str, str]]:
    return [("sah", _("NIB verified")), ("diakui", _("NIB claimed")), ("tanpa", _("No NIB"))]


def read_listing(args: Mapping[str, str]) -> Listing:
    """Read what an address asks of the list."""
    order, number = args.get("urut", ""), args.get("halaman", "")
    kind, sector = args.get("jenis", ""), args.get("sektor", "")
    certificate = args.get("sertifikat", "")
    province = province_by_slug(args.get("provinsi", ""))
    wanted = BusinessFilter(
        text=clean_text(args.get("q", "")[:1_000])[:TEXT_LENGTH],
        kind=BusinessKind(kind) if kind in set(BusinessKind) else None,
        sector=Sector(sector) if sector in set(Sector) else None,
        province_code=province.iso_code if province else None,
        nib=_NIB.get(args.get("nib", ""), ""),
        certificate=CertificateKind(certificate) if certificate in set(CertificateKind) else None,
        in_catalogue={"ya": True, "tidak": False}.get(args.get("katalog", "")),
        state=_STATES.get(args.get("keadaan", ""), LIVE),
    )
    key = _SORTS.get(order.removeprefix("-"))
    sorting = Sorting(key, order.startswith("-")) if key else Sorting()
    return Listing(wanted, sorting, read_page(number))


def read_page(number: str) -> int:
    return int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
