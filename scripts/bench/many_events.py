"""A campaign of 5,000 events, and what is done to it; prints what it took as JSON.

Run as ``python -m scripts.bench.many_events plan|rerender|change`` with the settings of an
installation in the environment, each in a process of its own.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from typing import Any
from unittest.mock import patch

from flask import Flask
from sqlalchemy import Connection, event, insert, select, update

from gernas.app import create_app
from gernas.calendars.entries import render_entry
from gernas.calendars.jobs import RERENDER
from gernas.calendars.models import KeptEntry
from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import now, to_utc
from gernas.core.database import db, get_writer, transaction
from gernas.core.jobs import Job, JobState, enqueue, run_job
from gernas.core.provinces import PROVINCES
from gernas.core.revisions import raise_revisions
from gernas.events.models import Event, EventKind, Venue
from gernas.events.services import edit_event
from gernas.events.values import EventValues

SLUG = "lima-ribu"
EVENTS = 5_000
FIRST_DAY = date(2026, 1, 5)
DAYS = 700
DESCRIPTION = (
    "Pelaku usaha, kurator dan pendamping bertemu di sini. **Bawa** contoh produk, izin usaha "
    "dan daftar harga; meja dan listrik disediakan. Pintu dibuka setengah jam sebelumnya."
)


def plan() -> dict[str, Any]:
    """Add the campaign with a stop for each province, and have the job render its entries."""
    with transaction():
        campaign = _add_campaign()
        stops, venues = _add_stops(campaign), _add_venues()
        rows = [_plan_event(number, campaign, stops, venues) for number in range(EVENTS)]
        db.session.execute(insert(Event), rows)
        raise_revisions(campaign.scope)
    return _rerender()


def rerender() -> dict[str, Any]:
    """Change every event behind the calendar's back, then render all entries again as a job."""
    with transaction():
        theirs = Event.campaign_id == _find_campaign().id
        db.session.execute(update(Event).where(theirs).values(title=Event.title + " (baru)"))
    return _rerender()


def change() -> dict[str, Any]:
    """Move one event by a day as an organizer does, and count what that renders and writes."""
    chosen = select(Event.id).where(Event.campaign_id == _find_campaign().id)
    event_id = db.session.scalars(chosen.order_by(Event.id).offset(EVENTS // 2)).first()
    rendering = patch("gernas.calendars.services.render_entry", wraps=render_entry)
    with rendering as rendered, _count_written() as written:
        start = time.perf_counter()
        with transaction():
            moving = db.session.get_one(Event, event_id)
            values = EventValues.of(moving)
            later = values.with_dates(values.dates.shifted(1))
            edit_event(moving, later, version=None, by=None)
        seconds = time.perf_counter() - start
    uids = {call.args[0].uid for call in rendered.call_args_list}
    return {"seconds": seconds, "entries": max(len(uids), sum(written))}


def _rerender() -> dict[str, Any]:
    with transaction():
        job_id = enqueue(RERENDER).id
    start = time.perf_counter()
    run_job(job_id)
    seconds = time.perf_counter() - start
    job = db.session.get_one(Job, job_id, populate_existing=True)
    if job.state != JobState.DONE or job.result is None:
        raise RuntimeError(f"the job is {job.state}: {job.error}")
    return {"seconds": seconds, "entries": job.result["changed"]}


@contextmanager
def _count_written() -> Iterator[list[int]]:
    """Collect how many rows of entries each statement writes within the block."""
    rows: list[int] = []

    def note(
        _connection: Connection,
        cursor: Any,
        statement: str,
        _values: Any,
        _context: Any,
        _many: Any,
    ) -> None:
        if KeptEntry.__tablename__ in statement and not statement.startswith("SELECT"):
            rows.append(cursor.rowcount)

    event.listen(get_writer(), "after_cursor_execute", note)
    try:
        yield rows
    finally:
        event.remove(get_writer(), "after_cursor_execute", note)


def _find_campaign() -> Campaign:
    return db.session.scalars(select(Campaign).where(Campaign.slug == SLUG)).one()


def _add_campaign() -> Campaign:
    campaign = Campaign(
        slug=SLUG,
        title="Lima ribu acara",
        starts_on=FIRST_DAY,
        ends_on=FIRST_DAY + timedelta(days=DAYS + 10),
        published_at=now(),
        **_stamps(),
    )
    db.session.add(campaign)
    db.session.flush()
    return campaign


def _add_stops(campaign: Campaign) -> list[Stop]:
    stops = [
        Stop(
            campaign_id=campaign.id,
            number=number,
            slug=province.slug,
            province_code=province.iso_code,
            **_stamps(),
        )
        for number, province in enumerate(PROVINCES, 1)
    ]
    db.session.add_all(stops)
    db.session.flush()
    return stops


def _add_venues() -> list[Venue]:
    venues = [
        Venue(
            name=f"Gedung Serbaguna {number}",
            address=f"Jl. Merdeka No. {number}",
            city="Bandar Lampung",
            latitude=-5.4 - number / 100,
            longitude=105.2,
            **_stamps(),
        )
        for number in range(50)
    ]
    db.session.add_all(venues)
    db.session.flush()
    return venues


def _plan_event(
    number: int, campaign: Campaign, stops: list[Stop], venues: list[Venue]
) -> dict[str, Any]:
    """An event's row; every other one has hours."""
    day, zone = FIRST_DAY + timedelta(days=number % DAYS), "Asia/Jakarta"
    is_timed = number % 2 == 1
    return {
        "campaign_id": campaign.id,
        "stop_id": stops[number % len(stops)].id,
        "venue_id": venues[number % len(venues)].id,
        "slug": f"{SLUG}-{number}",
        "kind": list(EventKind)[number % len(EventKind)],
        "title": f"Pameran dan temu bisnis UMKM ke-{number}",
        "description": DESCRIPTION,
        "zone": zone,
        "all_day": not is_timed,
        "starts_on": day,
        "ends_on": day,
        "starts_at": to_utc(day, wall_time(9), zone) if is_timed else None,
        "ends_at": to_utc(day, wall_time(15), zone) if is_timed else None,
        **_stamps(),
    }


def _stamps() -> dict[str, datetime]:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return {"created_at": moment, "updated_at": moment}


STEPS: dict[str, Callable[[], dict[str, Any]]] = {
    "plan": plan,
    "rerender": rerender,
    "change": change,
}


def main() -> None:
    app: Flask = create_app()
    with app.app_context():
        print(json.dumps(STEPS[sys.argv[1]]()))


if __name__ == "__main__":
    main()
