"""What planners are pointed to, and what they are not."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from gernas.core.clock import today_in
from gernas.core.database import db, transaction
from gernas.events.models import Event
from gernas.events.queries import list_all_events
from gernas.events.services import add_agenda_item, cancel_event
from gernas.events.values import AgendaValues
from gernas.events.warnings import list_event_warnings, list_plan_warnings
from tests.conftest import count_queries
from tests.events.conftest import plan
from tests.factories import make_campaign, make_stop, make_venue


@pytest.fixture(autouse=True)
def in_english(context: Flask) -> Iterator[None]:
    with force_locale("en"):
        yield


def labels(event: Event, siblings: Any = (), *, sees: bool = True) -> list[str]:
    found = list_event_warnings(event, may_see=lambda _event: sees, siblings=siblings)
    return [warning.label for warning in found]


def texts(event: Event, *, sees: bool = True) -> list[str]:
    return [w.text for w in list_event_warnings(event, may_see=lambda _event: sees)]


def test_parts_of_the_agenda_outside_the_hours_are_named() -> None:
    nine, noon = (datetime(2027, 3, 17, hour, tzinfo=UTC) for hour in (2, 5))
    event = plan(all_day=False, starts_on=None, starts_at=nine, ends_at=noon)
    for title, hours in (("Pembukaan", (0, 1)), ("Penutupan", (2, 4)), ("Tanpa jam", None)):
        moments = [nine + timedelta(hours=hour) for hour in hours] if hours else [None, None]
        with transaction():
            add_agenda_item(
                db.session.get_one(Event, event.id),
                AgendaValues(title=title, starts_at=moments[0], ends_at=moments[1]),
                by=None,
            )

    (text,) = texts(event)
    assert text.startswith("Parts of the agenda lie outside the hours of the event (09:00")
    assert text.endswith("WIB): Penutupan.")


def test_a_holiday_and_collective_leave_are_named() -> None:
    event = plan(starts_on=date(2026, 12, 23), ends_on=date(2026, 12, 25))

    assert labels(event) == ["Public holiday"]
    assert texts(event)[0].replace("\xa0", " ").endswith("25 December 2026, Christmas Day.")
    assert labels(plan(starts_on=date(2026, 12, 24))) == ["Collective leave"]
    assert labels(plan(starts_on=date(2026, 12, 22))) == []


def test_three_months_of_mentoring_cannot_avoid_holidays() -> None:
    event = plan(starts_on=date(2026, 11, 1), ends_on=date(2027, 1, 31), kind="mentoring")

    assert labels(event) == []


def test_what_lies_outside_the_window_of_its_stop_is_named() -> None:
    stop = make_stop(opens_on=date(2027, 3, 20), closes_on=date(2027, 6, 30))

    assert labels(plan(stop, starts_on=date(2027, 3, 17))) == ["Outside the window"]
    assert labels(plan(stop, starts_on=date(2027, 7, 1))) == ["Outside the window"]
    assert labels(plan(stop, starts_on=date(2027, 6, 30))) == []
    assert labels(plan(make_stop(closes_on=date(2027, 3, 1)))) == ["Outside the window"]


def test_one_venue_for_two_stops_at_once_clashes() -> None:
    venue = make_venue(name="JCC")
    event = plan(make_stop(), venue_id=venue.id, title="Satu")
    plan(make_stop(), venue_id=venue.id, title="Dua", ends_on=date(2027, 3, 19))

    assert labels(event) == ["Venue taken twice"]
    [text] = texts(event)
    assert (
        text.replace("\u2060", "").replace("\xa0", " ")
        == "Satu and Dua (17 – 19 March 2027) are both at JCC."
    )


def test_parts_of_one_occasion_do_not_clash_unless_their_hours_do() -> None:
    stop, venue = make_stop(), make_venue()
    event = plan(stop, venue_id=venue.id)
    plan(stop, venue_id=venue.id, kind="award")

    def at(hour: int) -> dict[str, Any]:
        starts = datetime(2027, 5, 3, hour, tzinfo=UTC)
        return {"all_day": False, "starts_at": starts, "ends_at": starts + timedelta(hours=2)}

    timed = plan(stop, venue_id=venue.id, starts_on=None, **at(2))
    plan(stop, venue_id=venue.id, starts_on=None, **at(4))
    assert (labels(event), labels(timed)) == ([], [])
    plan(stop, venue_id=venue.id, starts_on=None, **at(3))
    assert labels(timed) == ["Venue taken twice"]


def test_one_manager_of_two_stops_at_once_clashes_in_any_campaign() -> None:
    event = plan(make_stop(manager="Bank Indonesia"))
    plan(make_stop(make_campaign(), manager="bank indonesia"))
    plan(make_stop(manager="Kemenperin"))
    long = make_stop(manager="Bank Indonesia")
    plan(long, starts_on=date(2027, 3, 1), ends_on=date(2027, 6, 1), kind="mentoring")

    assert labels(event) == ["Manager taken twice"]


def test_what_is_off_or_waits_for_a_date_clashes_with_nothing() -> None:
    venue = make_venue()
    event, other = plan(venue_id=venue.id), plan(venue_id=venue.id)
    assert labels(event) == ["Venue taken twice"]

    with transaction():
        cancel_event(db.session.get_one(Event, other.id), reason="Banjir", by=None)

    assert (labels(event), labels(other)) == ([], [])


def test_what_the_reader_may_not_see_is_not_named() -> None:
    """ASVS 8.2.2."""
    venue = make_venue()
    event = plan(venue_id=venue.id)
    plan(make_stop(make_campaign(published_at=None)), venue_id=venue.id, title="Rahasia")

    [text] = texts(event, sees=False)
    assert ("Rahasia" in text, "another event" in text) == (False, True)
    assert "Rahasia" in texts(event, sees=True)[0]


def test_a_kickoff_after_its_harvesting_is_a_hint() -> None:
    stop = make_stop()
    harvesting = plan(stop, kind="harvesting", starts_on=date(2027, 3, 1))
    kickoff = plan(stop)

    assert labels(kickoff, [harvesting, kickoff]) == ["Order"]
    assert labels(harvesting, [harvesting, kickoff]) == []


def test_a_whole_plan_names_what_is_missing_and_what_is_close() -> None:
    campaign = make_campaign()
    stops = [make_stop(campaign, province_code=code) for code in ("ID-LA", "ID-SR")]
    plan(stops[0], kind="harvesting", starts_on=date(2027, 7, 23))
    plan(stops[1], kind="kickoff", starts_on=date(2027, 7, 25))

    found = list_plan_warnings(list_all_events(campaign), may_see=lambda _e: True, stops=stops)

    assert [(w.label, w.text) for w in found] == [
        ("Not filled in", "Without a date for Kick-off: Lampung."),
        ("Not filled in", "Without a date for Harvesting: West Sulawesi."),
        (
            "Close together",
            "Harvesting Lampung and Kick-off West Sulawesi are only 2 days apart.",
        ),
    ]


def test_a_large_plan_is_looked_through_in_a_moment(context: Flask) -> None:
    """5,000 events at one venue, one after the other: no pair of them is compared in vain."""
    campaign, venue = make_campaign(), make_venue()
    stop = make_stop(campaign, manager="Bank Indonesia")
    first = plan(stop, venue_id=venue.id).starts_on or date(2027, 1, 1)
    events = [
        Event(
            id=number,
            campaign=campaign,
            stop=stop,
            stop_id=stop.id,
            venue_id=venue.id,
            venue=venue,
            kind="training",
            title=f"Pelatihan {number}",
            zone="Asia/Jakarta",
            starts_on=first + timedelta(days=number),
        )
        for number in range(1_000, 6_000)
    ]

    started = time.thread_time()
    found = list_plan_warnings(events, may_see=lambda _e: True)

    assert {warning.label for warning in found} <= {"Public holiday", "Collective leave"}
    assert time.thread_time() - started < 10


def test_what_is_over_needs_no_attention() -> None:
    campaign = make_campaign()
    stop = make_stop(campaign, opens_on=date(2030, 1, 1))
    plan(stop, starts_on=today_in("Asia/Jakarta") - timedelta(days=400))

    assert list_plan_warnings(list_all_events(campaign), may_see=lambda _e: True) == []


def test_a_plan_is_looked_through_with_the_same_number_of_queries(context: Flask) -> None:
    campaign = make_campaign()
    venue = make_venue()

    def count() -> int:
        db.session.remove()
        with count_queries(context) as statements:
            events = list_all_events(db.session.merge(campaign, load=True))
            list_plan_warnings(events, may_see=lambda _e: True)
        return len(statements)

    plan(make_stop(campaign), venue_id=venue.id)
    few = count()
    for _ in range(5):
        plan(make_stop(campaign), venue_id=venue.id)

    assert count() == few
