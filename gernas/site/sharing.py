"""What others are told of an event: search engines, messengers, people."""

from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from gernas.core.clock import to_local
from gernas.core.i18n import get_language, in_language
from gernas.core.markdown import plain_text
from gernas.core.text import safe_url
from gernas.core.wording import zone_abbr
from gernas.events.history import MOVED, POSTPONED
from gernas.events.models import Event, EventStatus
from gernas.events.words import kind_word, place_words
from gernas.site.cards import EventCard

SUMMARY_LENGTH = 160

_SCHEMA = "https://schema.org/"


def share_message(card: EventCard) -> str:
    """What WhatsApp has filled in; the page's address comes after it."""
    event = card.event
    if event.status == EventStatus.CANCELLED:
        return str(_("Cancelled: %(title)s.", title=card.title))
    when = f"{card.when} {zone_abbr(event.zone)}" if card.parts else ""
    if card.parts and card.time:
        when = f"{card.when}, {card.time}"
    return " ".join(f"{part}." for part in (card.title, when, card.place) if part)


def describe_event(event: Event, card: EventCard) -> str:
    """One or two sentences for search engines and shared links."""
    day = card.when if card.parts else str(_("Date to be announced"))
    facts = ", ".join(part for part in (kind_word(event.kind), day, card.place) if part)
    text, _lang = in_language(event.description, event.description_en)
    rest = plain_text(text, limit=SUMMARY_LENGTH, one_line=True) if text else ""
    return f"{facts}. {rest}".strip()


def make_structured_data(event: Event, card: EventCard, url: str) -> dict[str, Any] | None:
    """The event in the words of schema.org; None without a date, or of an example.

    https://schema.org/Event; dates of whole days without time, else with the offset of the place.
    """
    if event.starts_on is None or event.campaign.is_example:
        return None
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": card.title,
        "url": url,
        "inLanguage": card.lang or get_language(),
        "startDate": _moment(event, first=True),
        "endDate": _moment(event, first=False),
        "eventStatus": _SCHEMA + _status(event),
        "eventAttendanceMode": _SCHEMA + _attendance(event),
        "location": _locations(event),
        "description": describe_event(event, card),
        "organizer": _organizer(event),
    }
    if previous := _previous_start(event):
        data["previousStartDate"] = previous
    if event.capacity:
        data["maximumAttendeeCapacity"] = event.capacity
    return data


def _moment(event: Event, *, first: bool) -> str:
    moment = event.starts_at if first else event.ends_at
    if moment is not None:
        return to_local(moment, event.zone).isoformat()
    day = event.starts_on if first else event.last_day
    return day.isoformat() if day else ""


def _status(event: Event) -> str:
    if event.status == EventStatus.CANCELLED:
        return "EventCancelled"
    if event.date_unknown:
        return "EventPostponed"
    return "EventRescheduled" if _previous_start(event) else "EventScheduled"


def _previous_start(event: Event) -> str | None:
    """The day before the latest move (changes come latest first)."""
    moved = next((c for c in event.changes if c.what in (MOVED, POSTPONED)), None)
    before = moved.before.get("starts_on") if moved else None
    if not before or event.starts_on is None or before == event.starts_on.isoformat():
        return None
    return str(before)


def _attendance(event: Event) -> str:
    is_somewhere = event.city is not None or event.venue is not None
    if event.online_url and is_somewhere:
        return "MixedEventAttendanceMode"
    return "OnlineEventAttendanceMode" if event.online_url else "OfflineEventAttendanceMode"


def _locations(event: Event) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    venue = event.venue
    address = place_words(event)
    if venue is not None or event.city:
        place: dict[str, Any] = {
            "@type": "Place",
            "name": venue.name if venue else event.city,
            "address": {
                "@type": "PostalAddress",
                "streetAddress": venue.address if venue and venue.address else address,
                "addressLocality": (venue.city if venue else None) or event.city,
                "addressCountry": "ID",
            },
        }
        if venue is not None and venue.latitude is not None:
            place["geo"] = {
                "@type": "GeoCoordinates",
                "latitude": venue.latitude,
                "longitude": venue.longitude,
            }
        found.append(place)
    if online := safe_url(event.online_url) if event.online_url else None:
        found.append({"@type": "VirtualLocation", "url": online})
    return found or [{"@type": "Place", "name": "Indonesia", "address": "ID"}]


def _organizer(event: Event) -> dict[str, str]:
    name = event.stop.manager if event.stop and event.stop.manager else "Gernas BBI"
    home = url_for("site.home", _external=False)
    return {
        "@type": "Organization",
        "name": name,
        "url": f"{current_app.config['GERNAS'].url}{home}",
    }
