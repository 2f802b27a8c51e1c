"""Entries of calendars as a whole: visibility, feeds, rendering all again."""

import time
from datetime import date

from flask import Flask
from flask.testing import FlaskClient

from gernas.calendars.scopes import list_entry_sources, list_event_kinds, resolve_event
from gernas.calendars.services import rerender_all_entries
from gernas.campaigns.models import Campaign, Stop
from gernas.campaigns.services import (
    archive_stop,
    publish_campaign,
    restore_stop,
    withdraw_campaign,
)
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.events.models import Event
from gernas.events.services import edit_event
from tests.conftest import count_queries
from tests.events.conftest import kept, lines, plan, values
from tests.factories import make_campaign, make_stop


def test_publishing_a_campaign_brings_its_events_into_calendars(context: Flask) -> None:
    stop = make_stop(make_campaign(published_at=None))
    event = plan(stop)

    with transaction():
        publish_campaign(db.session.get_one(Campaign, stop.campaign_id), by=None)
    shown = [entry.dropped_at for entry in kept(event)]
    with transaction():
        withdraw_campaign(db.session.get_one(Campaign, stop.campaign_id), by=None)

    assert (shown, kept(event)[0].dropped_at is None) == ([None], False)


def test_an_archived_stop_takes_its_events_out_of_calendars(context: Flask) -> None:
    event = plan(make_stop())

    with transaction():
        archive_stop(db.session.get_one(Stop, event.stop_id), by=None)
    assert kept(event)[0].dropped_at is not None
    with transaction():
        restore_stop(db.session.get_one(Stop, event.stop_id), by=None)

    assert kept(event)[0].dropped_at is None


def test_a_former_address_still_finds_the_feed(context: Flask) -> None:
    event = plan()
    former = event.slug
    with transaction():
        edit_event(db.session.get_one(Event, event.id), values(), version=1, slug="lagawi", by=None)

    found = resolve_event(former)

    assert found is not None
    assert (found.id, found.slugs, found.revision) == (event.id, ("lagawi",), event.scope)


def test_the_feed_of_what_nobody_may_see_does_not_exist(context: Flask) -> None:
    event = plan(make_stop(make_campaign(published_at=None)))

    assert resolve_event(event.slug) is None


def test_the_feed_of_an_event_is_served(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        event = plan(title="Kick-off Lampung")

    answer = client.get(f"/acara/{event.slug}.ics")

    assert answer.status_code == 200
    assert "SUMMARY:Kick-off Lampung" in answer.get_data(as_text=True)


def test_feeds_can_be_filtered_by_each_kind(context: Flask) -> None:
    assert set(list_event_kinds()) == {
        "kickoff",
        "registration",
        "curation",
        "training",
        "webinar",
        "mentoring",
        "exhibition",
        "business_matching",
        "harvesting",
        "award",
        "other",
    }


def test_rendering_all_again_changes_nothing_when_nothing_changed(context: Flask) -> None:
    event = plan()

    changed = rerender_all_entries(list_entry_sources())

    assert (changed, kept(event)[0].sequence) == (0, 0)


def test_rendering_all_again_mends_what_differs_without_a_new_sequence(context: Flask) -> None:
    event = plan()
    with transaction():
        db.session.get_one(Event, event.id).title = "Written past the services"

    progress: list[tuple[int, int]] = []
    changed = rerender_all_entries(
        list_entry_sources(), lambda done, of: progress.append((done, of))
    )

    assert (changed, progress) == (1, [(1, 1)])
    assert lines(kept(event)[0])["SUMMARY"] == "Written past the services"
    assert kept(event)[0].sequence == 0


def test_rendering_again_costs_a_batch_and_not_an_event(context: Flask) -> None:
    stop = make_stop()
    _fill(stop, 3)
    rerender_all_entries(list_entry_sources())
    with count_queries(context) as few:
        rerender_all_entries(list_entry_sources())
    _fill(stop, 300)
    rerender_all_entries(list_entry_sources())

    started = time.thread_time()
    with count_queries(context) as many:
        rerender_all_entries(list_entry_sources())
    took = time.thread_time() - started

    assert len(many) == len(few)
    assert took < 5


def _fill(stop: Stop, count: int) -> None:
    moment = now()
    with transaction():
        db.session.add_all(
            Event(
                campaign_id=stop.campaign_id,
                stop_id=stop.id,
                slug=f"banyak-{count}-{number}",
                kind="training",
                title=f"Pelatihan {number}",
                zone="Asia/Jakarta",
                starts_on=date(2027, 1, 1),
                created_at=moment,
                updated_at=moment,
            )
            for number in range(count)
        )
