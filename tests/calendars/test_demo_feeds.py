"""Every feed of the real roadshow and of the running example, as a subscriber gets it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from icalendar import Event as CalendarEvent
from sqlalchemy import select

from gernas.calendars.check import check_feed
from gernas.campaigns.models import Campaign, Stop
from gernas.core.database import db, transaction
from gernas.demo.load import load_demo
from gernas.events.models import Event
from gernas.events.queries import find_event
from gernas.events.services.states import postpone_event
from scripts import libical_check
from tests.calendars.reading import Read, assert_all_read_alike, read_with_icalendar

LAMPUNG = "/kalender/gernas-bbi-2022/lampung.ics"


@pytest.fixture
def feeds(app: Flask) -> list[str]:
    """The addresses of all public feeds, with the demo loaded."""
    with app.app_context():
        load_demo()
        campaigns = db.session.scalars(select(Campaign.slug)).all()
        stops = db.session.execute(select(Campaign.slug, Stop.slug).join(Stop.campaign)).all()
        events = db.session.scalars(select(Event.slug)).all()
    return [
        "/kalender/semua.ics",
        *(f"/kalender/{slug}.ics" for slug in campaigns),
        *(f"/kalender/{campaign}/{stop}.ics" for campaign, stop in stops),
        *(f"/acara/{slug}.ics" for slug in events),
    ]


def test_every_feed_is_in_order_and_read_alike(
    feeds: list[str], client: FlaskClient, read_with_node: Read
) -> None:
    assert len(feeds) > 100
    for path in feeds:
        feed = client.get(path).data

        assert (path, check_feed(feed), libical_check.check(feed)) == (path, [], [])
        assert_all_read_alike(feed, read_with_icalendar(feed), read_with_node)


def find_kickoff(feed: bytes) -> CalendarEvent:
    events = Calendar.from_ical(feed).events
    return next(event for event in events if "Kick Off" in str(event["SUMMARY"]))


def test_a_postponed_kickoff_reaches_subscribers_with_a_higher_sequence(
    app: Flask, feeds: list[str], client: FlaskClient
) -> None:
    first = client.get(LAMPUNG)
    before = find_kickoff(first.data)
    with app.app_context(), transaction():
        event = find_event(str(before["URL"]).rsplit("/", maxsplit=1)[-1])
        assert event
        postpone_event(event, dates=None, by=None)

    answer = client.get(LAMPUNG, headers={"If-None-Match": first.headers["ETag"]})

    after = find_kickoff(answer.data)
    assert (answer.status_code, str(after["STATUS"])) == (200, "TENTATIVE")
    assert str(after["SUMMARY"]) == f"[DITUNDA] {before['SUMMARY']}"
    assert (before.sequence, after.sequence) == (0, 1)
    assert before.uid == after.uid
    assert (before.start, before.end) == (after.start, after.end)
    assert (str(after.start), str(after.end)) == ("2022-03-17", "2022-03-18")
