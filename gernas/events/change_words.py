"""What a change of an event was from and to, in words, for its page and for mails."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from gernas.core.clock import ZONES
from gernas.core.provinces import find_province
from gernas.core.wording import range_words, time_range_words
from gernas.events.words import join_places


def day_words(facts: Mapping[str, Any], *, year: bool = True, weekday: bool = False) -> str:
    """The days and hours of a snapshot: ``14 – 15 Juli 2022``; empty when there were none."""
    starts_on = _day(facts.get("starts_on"))
    if starts_on is None or facts.get("date_unknown"):
        return ""
    return planned_words(facts, year=year, weekday=weekday)


def planned_words(facts: Mapping[str, Any], *, year: bool = True, weekday: bool = False) -> str:
    """The same for days that stood there last, though they no longer hold."""
    starts_on = _day(facts.get("starts_on"))
    if starts_on is None:
        return ""
    days = range_words(starts_on, _day(facts.get("ends_on")), year=year, weekday=weekday)
    starts_at = _moment(facts.get("starts_at"))
    if starts_at is None:
        return days
    zone = facts.get("zone") or ZONES[0]
    return f"{days}, {time_range_words(starts_at, _moment(facts.get('ends_at')), zone)}"


def spot_words(facts: Mapping[str, Any]) -> str:
    """The place of a snapshot: ``Mahan Agung, Bandar Lampung``; empty when there was none."""
    venue, city = facts.get("venue"), facts.get("city")
    if venue or city:
        return join_places([venue, city])
    province = find_province(facts.get("province_code"))
    return province.name() if province else ""


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and text else None


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None
