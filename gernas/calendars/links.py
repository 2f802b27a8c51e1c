"""Buttons that bring a feed, or a single event, into somebody's calendar program.

What is odd about each program stands in ``docs/calendars.md``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from gernas.calendars.entries import CalendarEntry
from gernas.core.text import clean_text

DETAILS_LENGTH = 300  # characters; long addresses are cut by phones and messengers

_DELAYS: Mapping[str, LazyString] = {
    "apple": _l("Apple looks for changes when you pull down, otherwise up to once a day."),
    "google": _l("Google looks for changes every 8 to 24 hours."),
    "outlook": _l("Outlook looks for changes about every 3 hours, at times once a day."),
    "office": _l("Outlook looks for changes about every 3 hours, at times once a day."),
    "copy": _l("Each program has its own pace; in many you can set it."),
}


@dataclass(frozen=True)
class CalendarLink:
    """One button. ``program`` is its key, for icons and tests."""

    program: str  # google, apple, outlook, office, copy or file
    label: LazyString
    href: str
    note: LazyString | None = None  # how late the program fetches


def list_subscribe_links(feed_url: str, name: str) -> list[CalendarLink]:
    """Return the ways to subscribe to a feed, most used first; ``feed_url`` is absolute.

    The last one is the address itself, to be copied.
    """
    parts = urlsplit(feed_url)
    webcal = parts._replace(scheme="webcal").geturl()
    # Google takes the webcal form only; Outlook on the web wants the address as it is.
    outlook = urlencode({"url": feed_url, "name": name}, quote_via=quote)
    return [
        _subscribe(
            "google",
            _l("Google Calendar"),
            f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        ),
        _subscribe("apple", _l("Apple Calendar and other programs"), webcal),
        _subscribe(
            "outlook",
            _l("Outlook.com"),
            f"https://outlook.live.com/calendar/0/addfromweb?{outlook}",
        ),
        _subscribe(
            "office",
            _l("Outlook at work or school"),
            f"https://outlook.office.com/calendar/0/addfromweb?{outlook}",
        ),
        _subscribe("copy", _l("Copy the address"), feed_url),
    ]


def list_add_links(entry: CalendarEntry, file_url: str) -> list[CalendarLink]:
    """Return the ways to put one event into a calendar, once; it does not follow changes.

    ``file_url`` is the event's own .ics, for all programs that have no web page.
    """
    title, place = clean_text(entry.title), clean_text(entry.location)
    details = _details(entry)
    google = {
        "action": "TEMPLATE",
        "text": title,
        "dates": "/".join(_google_moment(moment) for moment in _start_and_end(entry)),
        "ctz": entry.zone,
        "details": details,
        "location": place,
    }
    start, end = _start_and_end(entry)
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": title,
        "startdt": _outlook_moment(start),
        "enddt": _outlook_moment(end),
        "allday": "false" if entry.is_timed else "true",
        "body": details,
        "location": place,
    }
    query = urlencode(outlook, quote_via=quote)
    return [
        CalendarLink(
            "google",
            _l("Google Calendar"),
            f"https://calendar.google.com/calendar/render?{urlencode(google, quote_via=quote)}",
        ),
        CalendarLink(
            "outlook",
            _l("Outlook.com"),
            f"https://outlook.live.com/calendar/0/deeplink/compose?{query}",
        ),
        CalendarLink(
            "office",
            _l("Outlook at work or school"),
            f"https://outlook.office.com/calendar/0/deeplink/compose?{query}",
        ),
        CalendarLink("file", _l("Calendar file for other programs"), file_url),
    ]


def _subscribe(program: str, label: LazyString, href: str) -> CalendarLink:
    return CalendarLink(program, label, href, _DELAYS[program])


def _start_and_end(entry: CalendarEntry) -> tuple[date, date]:
    """Return start and exclusive end; without an end an hour, since the programs insist."""
    if isinstance(entry.starts, datetime):
        hour = entry.starts + timedelta(hours=1)
        end = entry.ends if isinstance(entry.ends, datetime) and entry.ends > entry.starts else hour
        return entry.starts.astimezone(UTC), end.astimezone(UTC)
    return entry.starts, (entry.ends or entry.starts) + timedelta(days=1)


def _google_moment(moment: date) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}" if isinstance(moment, datetime) else f"{moment:%Y%m%d}"


def _outlook_moment(moment: date) -> str:
    if isinstance(moment, datetime):
        return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    return moment.isoformat()


def _details(entry: CalendarEntry) -> str:
    text = clean_text(entry.description, multiline=True)
    if len(text) > DETAILS_LENGTH:
        text = text[:DETAILS_LENGTH].rsplit(maxsplit=1)[0] + " …"
    return f"{text}\n\n{entry.url}" if text else entry.url
