"""Four independent readers understand our feeds as we mean them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gernas.calendars.entries import CalendarEntry, EntryStatus
from scripts import libical_check
from tests.calendars.reading import Read, assert_all_read_alike, meant
from tests.calendars.samples import ZONES, entries, make_entry, render_feed


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
