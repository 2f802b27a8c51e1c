"""Kinds, states, dates and places of events in words, for pages, files and calendars."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.core.provinces import find_province
from gernas.core.wording import (
    DateParts,
    date_parts,
    range_words,
    time_range_words,
    zone_abbr,
)
from gernas.events.models import Event, EventKind, EventStatus, Venue

KIND_WORDS: Mapping[EventKind, Any] = {
    EventKind.KICKOFF: _l("Kick-off"),
    EventKind.REGISTRATION: _l("Registration"),
    EventKind.CURATION: _l("Curation"),
    EventKind.TRAINING: _l("Training"),
    EventKind.WEBINAR: _l("Webinar"),
    EventKind.MENTORING: _l("Mentoring"),
    EventKind.EXHIBITION: _l("Exhibition"),
    EventKind.BUSINESS_MATCHING: _l("Business matching"),
    EventKind.HARVESTING: _l("Harvesting"),
    EventKind.AWARD: _l("Award"),
    EventKind.OTHER: _l("Other event"),
}
STATUS_WORDS: Mapping[EventStatus, Any] = {
    EventStatus.TENTATIVE: _l("Tentative"),
    EventStatus.CONFIRMED: _l("Confirmed"),
    EventStatus.POSTPONED: _l("Postponed"),
    EventStatus.CANCELLED: _l("Cancelled"),
}


def kind_word(kind: EventKind | str) -> str:
    """``Peluncuran`` for ``kickoff``, in the reader's language."""
    return str(KIND_WORDS[EventKind(kind)])


def status_word(status: EventStatus | str) -> str:
    return str(STATUS_WORDS[EventStatus(status)])


def parts_of(event: Event) -> DateParts | None:
    """The event's days for the ``g-date`` component; None when they are not known."""
    if event.starts_on is None or event.waits_for_date:
        return None
    return date_parts(event.starts_on, event.ends_on, zone=event.zone)


def when_words(event: Event, *, short: bool = False, weekday: bool = False) -> str:
    """``22 – 24 Juli 2022``, with the hours where there are any; or that they are not known."""
    if event.waits_for_date:
        return str(_("New date to be announced"))
    if event.starts_on is None:
        return str(_("Date to be announced"))
    days = range_words(event.starts_on, event.ends_on, short=short, weekday=weekday)
    if event.starts_at is None:
        return f"{days} {zone_abbr(event.zone)}" if not short else days
    return f"{days}, {time_range_words(event.starts_at, event.ends_at, event.zone)}"


def place_words(event: Event, *, with_province: bool = True) -> str:
    """``Mahan Agung, Bandar Lampung, Lampung``; the empty text when no place is known."""
    venue = event.venue
    parts = [venue.name, venue.city or event.city] if venue else [event.city]
    if with_province:
        province = find_province((venue.province_code if venue else None) or event.province_code)
        parts.append(province.name() if province else None)
    return join_places(parts)


def venue_words(venue: Venue) -> str:
    """``Mahan Agung, Bandar Lampung, Lampung``."""
    province = find_province(venue.province_code)
    return join_places([venue.name, venue.city, province.name() if province else None])


def map_url(venue: Venue) -> str:
    """A map with the venue in its middle; of venues with coordinates only."""
    place = f"{venue.latitude:.6f}/{venue.longitude:.6f}"
    latitude, longitude = place.split("/")
    return f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{place}"


def join_places(parts: list[str | None]) -> str:
    """Join the parts that are there, each once: a city is often named like its province."""
    kept: list[str] = []
    for part in parts:
        if part and part not in kept:
            kept.append(part)
    return ", ".join(kept)
