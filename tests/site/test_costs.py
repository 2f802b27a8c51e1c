"""What a page costs: the same few questions for 3 and for 300 events, and few bytes."""

import gzip
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.core.database import db, transaction
from gernas.events.models import Event, EventChange
from tests.conftest import count_queries
from tests.factories import make_campaign, make_event, make_stop
from tests.site.conftest import Clock

PATHS = (
    "/",
    "/acara",
    "/acara?waktu=semua&q=acara",
    "/kampanye",
    "/kampanye/besar",
    "/kampanye/besar/lampung",
    "/acara/satu",
    "/kalender",
    "/sitemap.xml",
)
MOST_QUERIES = 16
MOST_BYTES = 12_000  # gzip


def fill(app: Flask, number: int) -> None:
    """Add events to one stop, each moved once, half of them at a venue, in a year of days."""
    with app.app_context():
        stop = db.session.get_one(Event, 1).stop
        assert stop is not None
        with transaction():
            for count in range(number):
                event = Event(
                    campaign_id=stop.campaign_id,
                    stop_id=stop.id,
                    slug=f"acara-ke-{number}-{count}",
                    kind="exhibition",
                    status="confirmed",
                    title=f"Acara ke-{count}",
                    zone="Asia/Jakarta",
                    province_code="ID-LA",
                    starts_on=date(2022, 1, 1) + timedelta(days=count),
                    created_at=stop.created_at,
                    updated_at=stop.created_at,
                )
                db.session.add(event)
                db.session.flush()
                db.session.add(
                    EventChange(
                        event_id=event.id,
                        at=stop.created_at,
                        what="moved",
                        before={"starts_on": "2022-01-01"},
                        after={"starts_on": "2022-01-02"},
                    )
                )


@pytest.mark.parametrize("path", PATHS)
def test_a_page_asks_the_same_for_3_and_for_300_events(
    app: Flask, client: FlaskClient, time: Clock, path: str
) -> None:
    time.set("2022-01-01 05:00")
    with app.app_context():
        campaign = make_campaign(slug="besar", starts_on=date(2022, 1, 1))
        for number in range(3):
            make_stop(campaign, slug=f"lain-{number}")
        make_event(make_stop(campaign, slug="lampung"), slug="satu", starts_on=date(2022, 1, 5))
    counts = []
    for number in (3, 300):
        fill(app, number)
        app.extensions["kept"].store._memory.clear()
        separator = "&" if "?" in path else "?"
        with count_queries(app) as statements:
            # A filter of the page itself keeps the layer out of the count.
            answer = client.get(f"{path}{separator}halaman=1")
        assert answer.status_code == 200
        counts.append([s for s in statements if s.startswith("SELECT")])

    assert len(counts[0]) == len(counts[1])
    assert len(counts[1]) <= MOST_QUERIES, counts[1]


@pytest.mark.parametrize("path", [p for p in PATHS if p != "/sitemap.xml"])
def test_a_page_is_light_also_with_300_events(
    app: Flask, client: FlaskClient, time: Clock, path: str
) -> None:
    time.set("2022-01-01 05:00")
    with app.app_context():
        campaign = make_campaign(slug="besar", starts_on=date(2022, 1, 1))
        make_event(make_stop(campaign, slug="lampung"), slug="satu", starts_on=date(2022, 1, 5))
    fill(app, 100 if path.endswith("lampung") else 300)

    answer = client.get(path, headers={"Accept-Encoding": "identity"})

    assert len(gzip.compress(answer.data)) <= MOST_BYTES
