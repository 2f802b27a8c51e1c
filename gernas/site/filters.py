"""What a reader wants to see of a list of events, as it stands in the address."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from werkzeug.datastructures import MultiDict

from gernas.core.provinces import Province, province_by_slug
from gernas.core.text import clean_text
from gernas.events.models import EventKind

COMING, PAST, ALL = "mendatang", "lalu", "semua"
SEARCH_LENGTH = 100
LAST_PAGE = 10_000
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class EventFilter:
    """Checked choices; a value that is none of the possible ones counts as not chosen."""

    q: str = ""
    kind: str = ""  # e.g. kickoff
    province: str = ""  # slug, e.g. sulawesi-selatan
    month: str = ""  # e.g. 2022-03
    when: str = ALL  # mendatang, lalu or semua
    page: int = 1
    usual: str = ALL  # what `when` is where the address does not say

    @classmethod
    def read(cls, args: MultiDict[str, str], *, usual: str = ALL) -> Self:
        """Read the address; of doubled parameters the first counts."""
        kind, province = args.get("jenis", ""), args.get("provinsi", "")
        month, when = args.get("bulan", ""), args.get("waktu", "")
        return cls(
            q=clean_text(args.get("q", "")[: SEARCH_LENGTH * 4])[:SEARCH_LENGTH],
            kind=kind if kind in set(EventKind) else "",
            province=province if province_by_slug(province) else "",
            month=month if _first_day(month) else "",
            when=when if when in (COMING, PAST, ALL) else usual,
            page=_page(args.get("halaman", "")),
            usual=usual,
        )

    @property
    def is_set(self) -> bool:
        """Whether the list is narrowed beyond what the page shows by itself."""
        return bool(self.q or self.kind or self.province or self.month or self.when != self.usual)

    @property
    def found_province(self) -> Province | None:
        return province_by_slug(self.province)

    @property
    def days(self) -> tuple[date, date] | None:
        """First and last day of the month; None without one."""
        first = _first_day(self.month)
        if first is None:
            return None
        return first, first.replace(day=monthrange(first.year, first.month)[1])

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address that chooses this, without the page number."""
        pairs = {
            "q": self.q,
            "jenis": self.kind,
            "provinsi": self.province,
            "bulan": self.month,
            "waktu": "" if self.when == self.usual else self.when,
        }
        return {name: value for name, value in pairs.items() if value}

    @property
    def query_of_all(self) -> dict[str, str]:
        """The parameters that choose the same, past and coming."""
        return {**self.query, "waktu": ALL}

    def on_page(self, page: int) -> Self:
        return replace(self, page=page)


def _first_day(month: str) -> date | None:
    year, dash, number = month.partition("-")
    sound = len(year) == 4 and len(number) == 2 and (year + number).isascii() and dash
    if not sound or not (year + number).isdigit():
        return None
    if not (FIRST_YEAR <= int(year) <= LAST_YEAR and 1 <= int(number) <= 12):
        return None
    return date(int(year), int(number), 1)


def _page(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 5:
        return min(max(1, int(text)), LAST_PAGE)
    return 1
