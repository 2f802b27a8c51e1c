"""Venues: a venue that moves takes its events along."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, NotAllowed
from gernas.core.permissions import Role
from gernas.events.errors import VenueArchived, VenueChanged, VenueOfOthers
from gernas.events.models import Event, Venue
from gernas.events.services import (
    add_venue,
    archive_venue,
    cancel_event,
    edit_venue,
    merge_venues,
    restore_venue,
)
from gernas.events.values import VenueValues
from tests.conftest import race
from tests.events.conftest import history, kept, lines, plan, sequence
from tests.factories import make_event, make_stop, make_user, make_venue


def edit(venue: Venue, *, version: int | None = None, by: Any = None, **more: Any) -> Venue:
    quietly = more.pop("quietly", False)
    with transaction():
        row = db.session.get_one(Venue, venue.id)
        wanted = replace(VenueValues.of(row), **more)
        return edit_venue(row, wanted, version=version, by=by, quietly=quietly)


@pytest.mark.parametrize(
    ("more", "rises", "told"),
    [
        ({"name": "Lapangan Enggal"}, 1, ["place"]),
        ({"address": "Jl. Majapahit"}, 1, ["place"]),
        ({"city": "Metro"}, 1, ["place"]),
        ({"province_code": "ID-JA"}, 1, ["place"]),
        ({"latitude": -5.1, "longitude": 105.1}, 1, []),
        ({"access": "Jalur kursi roda di timur"}, 0, []),
        ({"name": "Lapangan Enggal", "quietly": True}, 1, []),
    ],
)
def test_what_makes_it_another_place_raises_sequence_in_each_of_its_events(
    context: Flask, more: dict[str, Any], rises: int, told: list[str]
) -> None:
    """RFC 5546, 2.1.4; ``calendars.md`` §2: one counter per entry."""
    venue = make_venue()
    here = [plan(venue_id=venue.id), plan(venue_id=venue.id, starts_on=date(2027, 5, 1))]
    elsewhere = plan(venue_id=make_venue(name="Lain").id)

    edit(venue, **more)

    assert [sequence(event) for event in (*here, elsewhere)] == [rises, rises, 0]
    assert [history(event) for event in (*here, elsewhere)] == [told, told, []]


def test_what_is_over_or_off_moves_without_a_line_of_history(context: Flask) -> None:
    venue = make_venue()
    over = plan(venue_id=venue.id, starts_on=date(2022, 3, 17))
    off = plan(venue_id=venue.id)
    with transaction():
        cancel_event(db.session.get_one(Event, off.id), reason="Banjir", by=None)

    edit(venue, name="Lapangan Enggal")

    assert [sequence(over), sequence(off)] == [1, 2]
    assert [history(over), history(off)] == [[], ["cancelled"]]
    assert lines(kept(over)[0])["LOCATION"].startswith("Lapangan Enggal")


def test_a_venue_that_moves_while_its_event_is_edited_ends_in_the_calendar(app: Flask) -> None:
    """Whoever comes last sees the other's work: both lock venue and event in one order."""
    from gernas.events.services import edit_event
    from gernas.events.values import EventValues

    with app.app_context():
        venue = make_venue(name="Lama")
        event = plan(venue_id=None)

    def move() -> str:
        edit(venue, name="Baru")
        return "moved"

    def choose() -> str:
        with transaction():
            row = db.session.get_one(Event, event.id)
            wanted = replace(EventValues.of(row), venue_id=venue.id)
            edit_event(row, wanted, version=None, by=None)
        return "chosen"

    assert race(app, [move, choose]) == ["chosen", "moved"]

    with app.app_context():
        assert lines(kept(event)[0])["LOCATION"].startswith("Baru")


def test_a_stale_edit_is_refused(context: Flask) -> None:
    venue = make_venue()
    edit(venue, version=1, name="Theirs", by=make_user(Role.ADMINISTRATOR, name="Dewi"))

    with pytest.raises(VenueChanged) as refusal:
        edit(venue, version=1, name="Mine")

    assert (refusal.value.changed_by, refusal.value.venue.name) == ("Dewi", "Theirs")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"province_code": "ID-XX"}, "province_code"),
        ({"latitude": -5.0}, "longitude"),
        ({"latitude": 91.0, "longitude": 105.0}, "latitude"),
        ({"latitude": float("nan"), "longitude": 105.0}, "latitude"),
    ],
)
def test_bad_values_are_refused_at_their_field(
    context: Flask, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadValues) as refusal:
        edit(make_venue(), **more)

    assert list(refusal.value.problems) == [field]


def test_an_archived_venue_is_restored_before_it_is_edited(context: Flask) -> None:
    venue = make_venue()
    event = plan(venue_id=venue.id)
    with transaction():
        archive_venue(db.session.get_one(Venue, venue.id), by=None)

    with pytest.raises(VenueArchived):
        edit(venue, name="Baru")
    assert (sequence(event), db.session.get_one(Event, event.id).venue_id) == (0, venue.id)
    with transaction():
        restore_venue(db.session.get_one(Venue, venue.id), by=None)
    assert edit(venue, name="Baru").name == "Baru"


def test_a_venue_that_is_there_twice_is_put_together(context: Flask) -> None:
    twice, right = make_venue(name="Mahan Agung Lampung"), make_venue(name="Mahan Agung")
    event = plan(venue_id=twice.id)

    with transaction():
        rows = [db.session.get_one(Venue, venue.id) for venue in (twice, right)]
        merge_venues(rows[0], into=rows[1], by=None)

    assert db.session.get_one(Event, event.id).venue_id == right.id
    assert db.session.get_one(Venue, twice.id).archived_at is not None
    assert (sequence(event), history(event)) == (1, [])


def test_who_edits_events_anywhere_may_edit_venues(context: Flask) -> None:
    """ASVS 8.3.1: venues belong to no campaign."""
    organizer = make_user(Role.ORGANIZER, make_stop().scope)
    viewer = make_user(Role.VIEWER, make_stop().scope)
    venue = make_venue()

    with pytest.raises(NotAllowed):
        edit(venue, name="Mine", by=viewer)
    with transaction():
        add_venue(VenueValues(name="Lapangan Saburai"), by=organizer)
    assert edit(venue, name="Ours", by=organizer).name == "Ours"


def test_a_venue_with_events_of_others_is_left_to_them(context: Flask) -> None:
    """ASVS 8.2.2, 8.3.1: their pages, calendars and followers would change."""
    stop = make_stop()
    organizer = make_user(Role.ORGANIZER, stop.scope)
    mine, shared, other = make_venue(), make_venue(), make_venue()
    for place, where in ((mine, stop), (shared, stop), (shared, make_stop())):
        make_event(where, venue_id=place.id)

    assert edit(mine, name="Ours", by=organizer).name == "Ours"
    changes: tuple[dict[str, Any], ...] = ({"name": "Mine"}, {"access": "Ramp"})
    for more in changes:
        with pytest.raises(VenueOfOthers):
            edit(shared, by=organizer, **more)
    with pytest.raises(VenueOfOthers), transaction():
        archive_venue(db.session.get_one(Venue, shared.id), by=organizer)
    with pytest.raises(VenueOfOthers), transaction():
        merge(shared, other, by=organizer)
    with transaction():
        merge(mine, shared, by=organizer)
    assert edit(shared, name="All of ours", by=make_user(Role.ADMINISTRATOR)).version == 2


def merge(venue: Venue, into: Venue, *, by: Any) -> Venue:
    rows = (db.session.get_one(Venue, one.id) for one in (venue, into))
    return merge_venues(next(rows), into=next(rows), by=by)
