"""The demo: all of the documented roadshow, nothing twice, nothing made up without a mark."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from gernas.calendars.models import KeptEntry
from gernas.campaigns.models import Campaign, Observation, Stop
from gernas.core.clock import today_in
from gernas.core.database import db
from gernas.demo.load import load_demo
from gernas.demo.texts import read_roadshow
from gernas.events.models import AgendaItem, Event, EventChange, EventKind
from tests.conftest import empty_database


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture(scope="module")
def loaded(one_app: Flask) -> Iterator[Flask]:
    """The demo, loaded once: most tests only read it."""
    with one_app.app_context():
        empty_database(one_app)
        load_demo()
        yield one_app
        db.session.remove()


def test_all_of_the_data_is_there(loaded: Flask) -> None:
    data = read_roadshow()
    real = db.session.query(Campaign).filter_by(slug="gernas-bbi-2022").one()
    events = db.session.scalars(select(Event).where(Event.campaign_id == real.id)).all()
    activities = [one for stop in data["stops"] for one in stop["activities"]]

    assert len(real.stops) == len(data["stops"]) == 10
    assert len(events) == len(activities) + len(data["national_events"]) == 43
    wanted = sorted(
        (one["title"], one["starts"] or "") for one in activities + data["national_events"]
    )
    found = sorted((e.title, e.starts_on.isoformat() if e.starts_on else "") for e in events)
    assert found == wanted
    sourced = Observation.source_url.is_not(None) | Observation.source.is_not(None)
    targets = select(func.count()).where(sourced)
    assert db.session.scalar(targets) == len(data["targets"]) == 38


def test_stops_are_where_the_design_says(loaded: Flask) -> None:
    slugs = db.session.scalars(
        select(Stop.slug)
        .join(Stop.campaign)
        .where(Campaign.slug == "gernas-bbi-2022")
        .order_by(Stop.number)
    ).all()

    assert slugs[:4] == ["jambi", "sulawesi-selatan", "kepulauan-riau", "lampung"]


def test_other_years_are_in_the_archive(loaded: Flask) -> None:
    years = db.session.execute(
        select(Campaign.slug, func.count(Stop.id))
        .join(Campaign.stops)
        .where(Campaign.archived_at.is_not(None))
        .group_by(Campaign.slug)
        .order_by(Campaign.slug)
    ).all()

    assert [tuple(row) for row in years] == [
        ("gernas-bbi-2021", 9),
        ("gernas-bbi-2022", 10),
        ("gernas-bbi-2023", 8),
        ("gernas-bbi-2024", 5),
    ]


def test_what_moved_tells_its_first_date(loaded: Flask) -> None:
    changes = db.session.scalars(select(EventChange).order_by(EventChange.id)).all()

    assert [(one.before["starts_on"], one.after["starts_on"]) for one in changes] == [
        ("2022-05-11", "2022-05-20"),
        ("2022-07-14", "2022-07-29"),
    ]


def test_undated_activities_are_in_no_feed(loaded: Flask) -> None:
    undated = db.session.scalars(select(Event.id).where(Event.starts_on.is_(None))).all()
    kept = db.session.scalars(select(KeptEntry.object_id).where(KeptEntry.kind == "event")).all()

    assert len(undated) >= 6
    assert set(undated).isdisjoint(kept)


def get_day(kind: EventKind) -> date:
    """The day of an event of the example's Lampung."""
    found = select(Event.starts_on).join(Event.stop).join(Event.campaign)
    found = found.where(Campaign.slug == "contoh", Stop.slug == "lampung", Event.kind == kind)
    day = db.session.scalars(found).one()
    assert day is not None
    return day


def test_today_lies_between_lampungs_kick_off_and_its_harvesting(loaded: Flask) -> None:
    kickoff = get_day(EventKind.KICKOFF)

    assert kickoff < today_in("Asia/Jakarta") < get_day(EventKind.HARVESTING)
    assert (kickoff - date(2022, 3, 17)).days % 7 == 0


def test_what_the_demo_makes_up_is_marked(loaded: Flask) -> None:
    example = db.session.query(Campaign).filter_by(slug="contoh").one()
    unmarked = select(func.count()).where(Event.campaign_id == example.id, Event.is_demo.is_(False))
    real_items = db.session.scalars(
        select(AgendaItem.title).join(AgendaItem.event).where(AgendaItem.is_demo.is_(False))
    ).all()

    assert example.is_example
    assert db.session.scalar(unmarked) == 0
    assert real_items == ["Sambutan Menteri Kelautan dan Perikanan"]


def test_loading_again_changes_nothing(loaded: Flask) -> None:
    before = [count(table) for table in (Campaign, Stop, Event, Observation)]

    again = load_demo()

    assert [line for line in again.lines if "loaded" in line or "made" in line] == []
    assert [count(table) for table in (Campaign, Stop, Event, Observation)] == before


def test_fresh_moves_the_example_to_today(loaded: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    before = get_day(EventKind.KICKOFF)
    later = today_in("Asia/Jakarta") + timedelta(weeks=10)
    monkeypatch.setattr("gernas.demo.example.today_in", lambda _zone: later)

    load_demo()
    unmoved = get_day(EventKind.KICKOFF)
    load_demo(fresh=True)
    db.session.expire_all()

    assert unmoved == before
    assert get_day(EventKind.KICKOFF) == before + timedelta(weeks=10)
