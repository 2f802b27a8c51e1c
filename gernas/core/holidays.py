"""Days that organizers would rather avoid: public holidays and collective leave (cuti bersama)."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from gernas.core.i18n import get_language

FIRST_YEAR, LAST_YEAR = 2000, 2100  # beyond, nothing is known or can be estimated

Kind = Literal["public", "collective_leave"]
_CATEGORIES: dict[Kind, str] = {"public": "public", "collective_leave": "government"}
_LANGUAGES = {"id": "id", "en": "en_US"}
_ESTIMATES = (" (perkiraan)", " (estimated)")


@dataclass(frozen=True)
class DayOff:
    """A day on which offices are closed."""

    on: date
    name: str  # Hari Raya Idulfitri; several joined by "; "
    kind: Kind
    estimated: bool  # the moon, or the government, may still decide otherwise


def list_days_off(start: date, end: date, *, locale: str | None = None) -> list[DayOff]:
    """The days off from ``start`` to ``end``, both included, in order; [] if there are none.

    Names are in the reader's language or ``locale``. Years before 2000 and after 2100 have none.
    Source: the package ``holidays``, whose 2022 and 2026 agree with the joint decrees.
    """
    language = locale or get_language()
    years = range(max(start.year, FIRST_YEAR), min(end.year, LAST_YEAR) + 1)
    return [day for year in years for day in _days_off_of(year, language) if start <= day.on <= end]


@lru_cache(maxsize=64)
def _days_off_of(year: int, language: str) -> tuple[DayOff, ...]:
    import holidays  # takes a third of a second, and most processes never ask

    days: dict[date, DayOff] = {}
    for kind, category in _CATEGORIES.items():
        known = holidays.country_holidays(
            "ID", years=year, categories=(category,), language=_LANGUAGES[language]
        )
        for on, name in known.items():
            estimated = any(mark in name for mark in _ESTIMATES)
            for mark in _ESTIMATES:
                name = name.replace(mark, "")  # noqa: PLW2901
            days.setdefault(on, DayOff(on, name, kind, estimated))
    return tuple(days[on] for on in sorted(days))
