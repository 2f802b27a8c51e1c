"""Feeds and single events as buttons of calendar programs."""

from urllib.parse import urlsplit

from flask import current_app, url_for

from gernas.calendars.entries import CalendarEntry, EntryStatus
from gernas.calendars.links import CalendarLink, list_add_links
from gernas.core.markdown import plain_text
from gernas.events.models import Event, EventStatus
from gernas.events.words import place_words


def whole_address(path: str) -> str:
    """A path of ours as people type it: with scheme and host from the settings."""
    return f"{current_app.config['GERNAS'].url}{path}"


def webcal_address(path: str) -> str:
    """A feed's address as programs on the reader's device open it."""
    return urlsplit(whole_address(path))._replace(scheme="webcal").geturl()


def list_event_links(event: Event) -> list[CalendarLink]:
    """The ways to put a dated event into a calendar once; [] while its date is open."""
    if event.starts_on is None or event.date_unknown or event.status == EventStatus.CANCELLED:
        return []
    page = url_for("site.event", event=event.slug, _external=False)
    entry = CalendarEntry(
        uid=f"{event.slug}@{urlsplit(whole_address('/')).hostname}",
        title=event.title,
        starts=event.starts_at or event.starts_on,
        ends=event.ends_at if event.starts_at else event.ends_on,
        zone=event.zone,
        url=whole_address(page),
        created_at=event.created_at,
        status=EntryStatus.CONFIRMED,
        description=plain_text(event.description or "", limit=200),
        location=place_words(event),
    )
    return list_add_links(entry, url_for("calendars.event", event=event.slug))
