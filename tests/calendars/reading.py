"""Feeds as icalendar, libical, ical.js and node-ical read them, in one form.

Each event is uid, title, status, start and end; days are ``2022-03-17``, moments
``2022-03-17T02:00:00Z``, and an end that is not written is None.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar

from gernas.calendars.entries import (
    CANCELLED_MARK,
    POSTPONED_MARK,
    CalendarEntry,
    EntryStatus,
)
from gernas.core.text import clean_text
from scripts import libical_check

Read = Callable[[bytes], dict[str, list[dict[str, Any]]]]


def written(moment: date | None) -> str | None:
    if isinstance(moment, datetime):
        return f"{moment.astimezone(UTC).replace(microsecond=0):%Y-%m-%dT%H:%M:%SZ}"
    return moment.isoformat() if moment else None


def meant(entry: CalendarEntry) -> dict[str, str | None]:
    """What a reader should find, told from the entry and not from the bytes."""
    title, status = clean_text(entry.title), entry.status
    if status is EntryStatus.CANCELLED:
        title = CANCELLED_MARK + title
    elif entry.postponed:
        title, status = POSTPONED_MARK + title, EntryStatus.TENTATIVE
    end = entry.ends
    if not isinstance(entry.starts, datetime):
        end = (end or entry.starts) + timedelta(days=1)
    elif written(end) == written(entry.starts):
        end = None
    return {
        "uid": entry.uid,
        "title": title,
        "status": str(status),
        "start": written(entry.starts),
        "end": written(end),
    }


def read_with_icalendar(feed: bytes) -> list[dict[str, str | None]]:
    return [
        {
            "uid": str(event["UID"]),
            "title": str(event["SUMMARY"]),
            "status": str(event["STATUS"]),
            "start": written(event.start),
            "end": written(event.end) if "DTEND" in event else None,
        }
        for event in Calendar.from_ical(feed).events
    ]


def short(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {key: event[key] for key in ("uid", "title", "status", "start", "end")} for event in events
    ]


def assert_all_read_alike(feed: bytes, expected: list[dict[str, Any]], read: Read) -> None:
    found = read(feed)
    assert short(found["ical.js"]) == expected
    assert short(found["node-ical"]) == expected
    assert read_with_icalendar(feed) == expected
    assert [_without_equal_end(event) for event in libical_check.read_events(feed)] == expected


def _without_equal_end(event: dict[str, str | None]) -> dict[str, str | None]:
    """Libical gives an entry without an end its start for one."""
    return event | {"end": None} if event["end"] == event["start"] else event
