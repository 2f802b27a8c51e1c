"""Days that organizers would rather avoid: public holidays and collective leave (cuti bersama)."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gernas.core.i18n import get_language

if TYPE_CHECKING:
    from holidays import HolidayBase

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
    calendar = _load_calendar()
    days: dict[date, DayOff] = {}
    for kind, category in _CATEGORIES.items():
        known = calendar(years=year, categories=(category,), language=_LANGUAGES[language])
        for on, name in known.items():
            estimated = any(mark in name for mark in _ESTIMATES)
            for mark in _ESTIMATES:
                name = name.replace(mark, "")  # noqa: PLW2901
            days.setdefault(on, DayOff(on, name, kind, estimated))
    return tuple(days[on] for on in sorted(days))


@lru_cache(maxsize=1)
def _load_calendar() -> "type[HolidayBase]":
    """Indonesia's calendar alone: to import it by name brings 250 other countries with it.

    They take half a second and 13 MB of each process that ever asks.
    """
    import holidays

    path = Path(holidays.__file__).with_name("countries") / "indonesia.py"
    spec = spec_from_file_location("gernas_holidays_of_indonesia", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"no calendar at {path}")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    calendar: type[HolidayBase] = module.Indonesia
    return calendar
