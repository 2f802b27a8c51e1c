"""A feed is its head, the zones it names, and its pieces: RFC 5545, 3.4; RFC 7986."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import thread_time
from zoneinfo import ZoneInfo

import pytest

from gernas.calendars.check import check_feed
from gernas.calendars.entries import render_entry
from gernas.calendars.feeds import join_feed
from gernas.calendars.zones import INDONESIAN_ZONES, declare_zone
from tests.calendars.samples import HEAD, make_entry, render_feed


def test_a_feed_says_its_name_in_both_ways_and_how_often_to_ask() -> None:
    head = replace(HEAD, name="Gernas; BBI, 2022", description="Satu\nDua")

    assert join_feed(head, [], []).decode().split("\r\n")[:15] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Gernas//Kalender//ID",
        "CALSCALE:GREGORIAN",
        "DESCRIPTION:Satu\\nDua",
        "X-WR-CALDESC:Satu\\nDua",
        "NAME:Gernas\\; BBI\\, 2022",
        "X-WR-CALNAME:Gernas\\; BBI\\, 2022",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "SOURCE;VALUE=URI:https://gernas.test/kalender/gernas-bbi-2022/lampung.ics",
        "UID:7c1e@gernas.test",
        "URL:https://gernas.test/kampanye/gernas-bbi-2022/lampung",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Jakarta",
    ]


def test_an_empty_feed_is_in_order() -> None:
    assert check_feed(join_feed(HEAD, [], [])) == []


def test_a_feed_with_nothing_to_say_says_nothing() -> None:
    feed = join_feed(replace(HEAD, description=""), [], [])

    assert b"DESC" not in feed
    assert check_feed(feed) == []


def test_each_zone_that_entries_name_is_declared_once() -> None:
    starts = datetime(2022, 3, 17, 2, tzinfo=UTC)
    feed = render_feed(
        *(
            make_entry(uid=f"{number}@gernas.test", starts=starts, ends=None, zone=zone)
            for number, zone in enumerate(["Asia/Jayapura", "Asia/Jakarta", "Asia/Jayapura"])
        )
    )

    assert feed.count(b"BEGIN:VTIMEZONE") == 2
    assert check_feed(feed) == []


def test_the_same_parts_give_the_same_bytes() -> None:
    pieces = [render_entry(make_entry(uid=f"{n}@gernas.test")) for n in range(3)]
    zones = ["Asia/Makassar", "Asia/Jakarta"]

    assert join_feed(HEAD, pieces, zones) == join_feed(replace(HEAD), iter(pieces), zones[::-1])


@pytest.mark.parametrize("zone", INDONESIAN_ZONES)
def test_a_declared_zone_is_right_at_any_time(zone: str) -> None:
    abbreviation, offset = INDONESIAN_ZONES[zone]
    moment = datetime(1988, 1, 2, tzinfo=UTC)
    known = set()
    while moment.year < 2100:
        local = moment.astimezone(ZoneInfo(zone))
        known.add((local.tzname(), local.strftime("%z")))
        moment += timedelta(days=20)

    assert known == {(abbreviation, offset)}
    assert f"TZOFFSETTO:{offset}\r\nTZNAME:{abbreviation}\r\n" in declare_zone(zone).decode()
    assert b"COMMENT" not in declare_zone(zone)


def test_five_thousand_pieces_are_joined_within_five_milliseconds() -> None:
    pieces = [render_entry(make_entry(description="Terbuka untuk umum. " * 20))] * 5000
    join_feed(HEAD, pieces, ["Asia/Jakarta"])

    fastest = min(_seconds_to_join(pieces) for _ in range(10))

    assert fastest <= 0.005


def _seconds_to_join(pieces: list[bytes]) -> float:
    started = thread_time()
    join_feed(HEAD, pieces, ["Asia/Jakarta"])
    return thread_time() - started
