"""Copying events to other stops and campaigns."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from gernas.campaigns.models import Campaign, Stop
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, NotAllowed
from gernas.core.permissions import Role
from gernas.events.models import Event
from gernas.events.services import add_agenda_item, cancel_event, copy_event
from gernas.events.values import AgendaValues
from tests.events.conftest import kept, plan
from tests.factories import make_campaign, make_stop, make_user, make_venue


def copy(event: Event, stop: Stop, days: int, **more: object) -> Event:
    with transaction():
        return copy_event(
            db.session.get_one(Event, event.id),
            to_campaign=db.session.get_one(Campaign, stop.campaign_id),
            to_stop=db.session.get_one(Stop, stop.id),
            shift_days=days,
            **{"by": None, **more},  # type: ignore[arg-type]
        )


def test_a_copy_is_the_same_plan_so_many_days_later(context: Flask) -> None:
    venue = make_venue()
    event = plan(venue_id=venue.id, ends_on=date(2027, 3, 18), description="Teks", capacity=300)
    with transaction():
        add_agenda_item(
            db.session.get_one(Event, event.id),
            AgendaValues(
                title="Pembukaan",
                speakers=("Gubernur Lampung",),
                starts_at=datetime(2027, 3, 17, 2, tzinfo=UTC),
            ),
            by=None,
        )

    again = copy(event, make_stop(), 371)

    assert (again.starts_on, again.ends_on) == (date(2028, 3, 22), date(2028, 3, 23))
    assert (again.title, again.venue_id, again.capacity) == (event.title, venue.id, 300)
    assert again.slug == "kick-off-gernas-bbi-lampung-2028"
    [item] = db.session.get_one(Event, again.id).agenda
    assert item.starts_at == datetime(2028, 3, 22, 2, tzinfo=UTC)
    assert item.speakers == ["Gubernur Lampung"]
    assert (kept(again)[0].uid != kept(event)[0].uid, len(kept(event, "agenda"))) == (True, 2)


def test_a_copy_is_tentative_and_leaves_the_past_behind(context: Flask) -> None:
    event = plan(uncertain=True, note="Dua media menulis lain", source_url="https://antara.id/1")
    with transaction():
        cancel_event(db.session.get_one(Event, event.id), reason="Banjir", by=None)

    again = copy(event, make_stop(), 7)

    assert (again.status, again.cancel_reason, again.uncertain) == ("tentative", None, False)
    assert (again.note, again.source_url, again.changes) == (None, None, [])


def test_a_copy_that_is_agreed_keeps_how_sure_it_is(context: Flask) -> None:
    event, tentative = plan(), plan(status="tentative")

    statuses = [copy(one, make_stop(), 7, confirmed=True).status for one in (event, tentative)]

    assert statuses == ["confirmed", "tentative"]


def test_an_archived_venue_is_left_behind(context: Flask) -> None:
    venue = make_venue()
    event = plan(venue_id=venue.id)
    with transaction():
        row = db.session.merge(venue)
        row.archived_at = row.created_at

    assert copy(event, make_stop(), 7).venue_id is None


def test_what_has_no_date_is_copied_without_one(context: Flask) -> None:
    assert copy(plan(starts_on=None), make_stop(), 7).starts_on is None


def test_dates_stay_within_the_years_that_can_be_planned(context: Flask) -> None:
    event = plan()

    with pytest.raises(BadValues):
        copy(event, make_stop(), 40_000)


def test_a_person_copies_from_what_they_see_to_where_they_plan(context: Flask) -> None:
    """ASVS 8.3.1."""
    event, stop = plan(), make_stop(make_campaign())
    only_there = make_user(Role.ORGANIZER, stop.scope)
    only_here = make_user(Role.ORGANIZER, event.scope)

    for person in (only_there, only_here):
        with pytest.raises(NotAllowed):
            copy(event, stop, 7, by=person)

    assert db.session.query(Event).count() == 1
