"""Filters and order of a list of events, as they stand in its address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from gernas.campaigns.models import Campaign, Stop
from gernas.core.provinces import find_province, province_by_slug
from gernas.core.text import clean_text
from gernas.events.models import EventKind, EventStatus
from gernas.events.queries import EventFilter, Sorting

_SORTS = {  # in the address, and what it means
    "tanggal": "date",
    "judul": "title",
    "jenis": "kind",
    "provinsi": "province",
    "status": "status",
    "diubah": "changed",
}
_WORDS = {key: word for word, key in _SORTS.items()}
TEXT_LENGTH = 100

Chosen = TypeVar("Chosen", EventKind, EventStatus)


@dataclass(frozen=True)
class Listing:
    """What an address asks of a list. What it cannot mean is left out."""

    wanted: EventFilter
    sorting: Sorting
    page: int

    def to_args(self) -> dict[str, str]:
        """The filters and the order for an address, without the page."""
        wanted = self.wanted
        province = find_province(wanted.province_code)
        args = {
            "jenis": str(wanted.kind or ""),
            "status": str(wanted.status or ""),
            "provinsi": province.slug if province else "",
            "bulan": f"{wanted.month:%Y-%m}" if wanted.month else "",
            "q": wanted.text,
            "arsip": "1" if wanted.archived else "",
            "urut": "" if self.sorting == Sorting() else self._sort_word(self.sorting),
        }
        return {name: value for name, value in args.items() if value}

    def sorted_by(self, key: str) -> dict[str, str]:
        """The address's arguments for another order; the same one again turns it round."""
        same = self.sorting.key == key
        turned = Sorting(key, not self.sorting.descending if same else key == "changed")
        return replace(self, sorting=turned).to_args()

    def without_filters(self) -> dict[str, str]:
        cleared = EventFilter(
            campaign_id=self.wanted.campaign_id,
            stop_id=self.wanted.stop_id,
            archived=self.wanted.archived,
        )
        return replace(self, wanted=cleared).to_args()

    @staticmethod
    def _sort_word(sorting: Sorting) -> str:
        return f"{'-' if sorting.descending else ''}{_WORDS[sorting.key]}"


def read_listing(args: Mapping[str, str], campaign: Campaign, stop: Stop | None) -> Listing:
    """Read what an address asks of the list of a campaign or stop."""
    order = args.get("urut", "")
    page = args.get("halaman", "")
    province = province_by_slug(args.get("provinsi", ""))
    wanted = EventFilter(
        campaign_id=campaign.id,
        stop_id=stop.id if stop is not None else None,
        kind=_choice(EventKind, args.get("jenis")),
        status=_choice(EventStatus, args.get("status")),
        province_code=province.iso_code if province else None,
        month=_month(args.get("bulan", "")),
        text=clean_text(args.get("q", "")[:1_000])[:TEXT_LENGTH],
        archived=args.get("arsip") == "1",
    )
    key = _SORTS.get(order.removeprefix("-"))
    sorting = Sorting(key, order.startswith("-")) if key else Sorting()
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    return Listing(wanted, sorting, number)


def _choice(kind: type[Chosen], value: str | None) -> Chosen | None:
    return kind(value) if value in list(kind) else None


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None
