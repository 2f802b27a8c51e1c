"""Four independent readers understand our feeds as we mean them."""

import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from gernas.calendars.entries import (
    CANCELLED_MARK,
    POSTPONED_MARK,
    CalendarEntry,
    EntryStatus,
)
from gernas.core.text import clean_text
from scripts import libical_check
from scripts.node import FOR_LIBRARIES, find_node
from tests.calendars.samples import ZONES, entries, make_entry, render_feed

Read = Callable[[bytes], dict[str, list[dict[str, Any]]]]


@pytest.fixture(scope="module")
def read_with_node() -> Iterator[Read]:
    """Reads a feed with ical.js and node-ical, in one process for the module."""
    node = find_node(FOR_LIBRARIES)
    assert node, "Node.js is missing: make setup"
    script = Path(__file__).with_name("readers.mjs")
    process = subprocess.Popen(
        [node, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"TZ": "UTC"}
    )

    def read(feed: bytes) -> dict[str, list[dict[str, Any]]]:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(feed.decode()) + "\n")
        process.stdin.flush()
        read: dict[str, list[dict[str, Any]]] = json.loads(process.stdout.readline())
        return read

    yield read
    process.communicate()


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


@pytest.mark.parametrize("zone", ZONES)
def test_four_readers_agree_on_days_moments_and_states(zone: str, read_with_node: Read) -> None:
    starts = datetime(2022, 6, 23, 16, 30, tzinfo=UTC)  # another day in the three zones
    given_entries = [
        make_entry(
            uid="1@gernas.test", zone=zone, starts=date(2022, 8, 16), ends=date(2022, 8, 17)
        ),
        make_entry(uid="2@gernas.test", zone=zone, starts=starts, ends=None),
        make_entry(
            uid="3@gernas.test",
            zone=zone,
            starts=starts,
            ends=starts + timedelta(days=2, minutes=1),
            status=EntryStatus.CANCELLED,
            title="Temu bisnis; \\ 50 UMKM, 🎉\nPonorogo" * 9,
        ),
        make_entry(uid="4@gernas.test", zone=zone, postponed=True),
    ]

    feed = render_feed(*given_entries)

    assert_all_read_alike(feed, [meant(entry) for entry in given_entries], read_with_node)


def has_trap(entry: CalendarEntry) -> bool:
    """ical.js 2.2 and node-ical 0.27 take an escaped backslash before an n for a line break."""
    return "\\n" in entry.title.lower()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_entries=st.lists(entries(), max_size=6, unique_by=lambda entry: entry.uid))
def test_four_readers_agree_on_any_feed(
    given_entries: list[CalendarEntry], read_with_node: Read
) -> None:
    given_entries = [entry for entry in given_entries if not has_trap(entry)]
    feed = render_feed(*given_entries)

    assert_all_read_alike(feed, [meant(entry) for entry in given_entries], read_with_node)
    assert libical_check.check(feed) == []


def test_long_texts_arrive_whole(read_with_node: Read) -> None:
    entry = make_entry(
        description="Baris satu, dua; tiga \\ empat\nBaris 🇮🇩 " + "dan seterusnya, " * 30,
        location="Jl. Z.A. Pagar Alam; Bandar Lampung, Lampung",
    )

    found = read_with_node(render_feed(entry))

    for events in found.values():
        assert events[0]["location"] == entry.location
        assert events[0]["description"] == f"{entry.description.strip()}\n\n{entry.url}"


def test_libical_has_no_objection_to_any_of_it() -> None:
    """Its check of restrictions is our second opinion; a feed it refuses shows that it works."""
    feed = render_feed(make_entry(geo=(-5.4, 105.2), categories=("Kick-off",)))

    assert libical_check.check(feed) == []
    assert libical_check.check(render_feed()) == []
    assert libical_check.check(feed.replace(b"VERSION:2.0", b"METHOD:PUBLISH\r\nVERSION:2.0")) != []
