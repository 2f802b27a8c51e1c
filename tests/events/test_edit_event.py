"""Editing events: versions, history, SEQUENCE, two editors at once."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from gernas.core.addresses import find_former_slug
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, NotAllowed
from gernas.core.permissions import Role
from gernas.events.errors import EventArchived, EventChanged
from gernas.events.models import AgendaItem, Event
from gernas.events.services import (
    add_agenda_item,
    archive_event,
    cancel_event,
    edit_event,
    postpone_event,
)
from gernas.events.values import AgendaValues, EventValues
from tests.conftest import race
from tests.events.conftest import history, kept, plan, sequence
from tests.factories import make_campaign, make_stop, make_user, make_venue


def edit(event: Event, *, version: int | None = None, by: Any = None, **more: Any) -> Event:
    options = {name: more.pop(name) for name in ("slug", "quietly", "reason") if name in more}
    with transaction():
        row = db.session.get_one(Event, event.id)
        wanted = replace(EventValues.of(row), **more)
        return edit_event(row, wanted, version=version, by=by, **options)


def test_a_stale_edit_is_refused_with_who_was_faster(context: Flask) -> None:
    event = plan()
    other = make_user(Role.ADMINISTRATOR, name="Dewi Lestari")
    edit(event, version=1, by=other, title="Theirs")

    with pytest.raises(EventChanged) as refusal:
        edit(event, version=1, title="Mine")

    assert refusal.value.changed_by == "Dewi Lestari"
    assert refusal.value.event.title == "Theirs"
    assert db.session.get_one(Event, event.id).version == 2


def test_of_two_editors_at_once_one_is_told(app: Flask) -> None:
    with app.app_context():
        event = plan()

    def attempt(title: str) -> str:
        edit(event, version=1, title=title)
        return "saved"

    results = race(app, [lambda: attempt("One"), lambda: attempt("Two")])

    assert results == ["EventChanged", "saved"]


def test_without_the_version_the_second_editor_overwrites_the_first(app: Flask) -> None:
    """The control: the race is there when the check is taken away."""
    with app.app_context():
        event = plan()

    def attempt(title: str) -> str:
        edit(event, version=None, title=title)
        return "saved"

    assert race(app, [lambda: attempt("One"), lambda: attempt("Two")]) == ["saved", "saved"]


def test_simultaneous_moves_each_get_a_sequence_of_their_own(app: Flask) -> None:
    with app.app_context():
        event = plan()

    def move(day: int) -> str:
        edit(event, starts_on=date(2027, 4, day))
        return "moved"

    assert race(app, [lambda n=n: move(n) for n in range(1, 7)]) == ["moved"] * 6  # type: ignore[misc]

    with app.app_context():
        assert sequence(event) == 6


def test_an_edit_that_changes_nothing_leaves_no_trace(context: Flask) -> None:
    event = plan()

    assert edit(event, version=1).version == 1
    assert (sequence(event), history(event)) == (0, [])


@pytest.mark.parametrize(
    ("more", "rises", "told"),
    [
        ({"title": "Other", "description": "Text", "admission": "Gratis"}, 0, []),
        ({"kind": "harvesting"}, 0, []),
        ({"starts_on": date(2027, 3, 18)}, 1, ["moved"]),
        ({"ends_on": date(2027, 3, 19)}, 1, ["moved"]),
        ({"city": "Metro"}, 1, ["place"]),
        ({"starts_on": date(2027, 3, 18), "city": "Metro"}, 1, ["moved", "place"]),
        ({"status": "tentative"}, 1, []),
        ({"zone": "Asia/Makassar"}, 0, ["moved"]),
    ],
)
def test_sequence_rises_exactly_with_time_place_and_state(
    context: Flask, more: dict[str, Any], rises: int, told: list[str]
) -> None:
    """RFC 5546, 2.1.4. An all-day entry names no zone, so its bytes do not know of one."""
    event = plan()

    edit(event, **more)

    assert (sequence(event), history(event)) == (rises, told)


def test_mending_a_mistake_moves_the_calendar_but_tells_nobody(context: Flask) -> None:
    event = plan()

    edit(event, starts_on=date(2027, 3, 18), quietly=True)

    assert (sequence(event), history(event)) == (1, [])


def test_history_keeps_what_it_was_and_why(context: Flask) -> None:
    venue = make_venue(name="Mahan Agung")
    event = plan(venue_id=venue.id)

    edit(event, starts_on=date(2027, 3, 19), reason="Menteri berhalangan")

    [change] = db.session.get_one(Event, event.id).changes
    assert (change.before["starts_on"], change.after["starts_on"]) == ("2027-03-17", "2027-03-19")
    assert (change.before["venue"], change.reason) == ("Mahan Agung", "Menteri berhalangan")


def test_nobody_reads_the_history_of_what_is_not_published(context: Flask) -> None:
    event = plan(make_stop(make_campaign(published_at=None)))

    edit(event, starts_on=date(2027, 3, 18))

    assert (kept(event), history(event)) == ([], [])


def test_a_date_that_people_have_read_is_not_taken_back_silently(context: Flask) -> None:
    event = plan()

    with pytest.raises(BadValues) as refusal:
        edit(event, starts_on=None)

    assert list(refusal.value.problems) == ["starts_on"]
    assert edit(event, starts_on=None, quietly=True).starts_on is None
    assert kept(event)[0].dropped_at is not None


def test_the_agenda_moves_along_at_the_same_hours(context: Flask) -> None:
    event = plan()
    with transaction():
        row = db.session.get_one(Event, event.id)
        opening = datetime(2027, 3, 17, 2, tzinfo=UTC)  # 09.00 WIB
        add_agenda_item(row, AgendaValues(title="Pembukaan", starts_at=opening), by=None)

    edit(event, starts_on=date(2027, 3, 20), zone="Asia/Makassar")

    item = db.session.query(AgendaItem).one()
    assert item.starts_at == datetime(2027, 3, 20, 1, tzinfo=UTC)  # 09.00 WITA
    assert kept(event, "agenda")[0].sequence == 1


def test_a_state_with_its_own_verb_is_not_set_by_editing(context: Flask) -> None:
    event = plan()

    for status in ("postponed", "cancelled"):
        with pytest.raises(BadValues) as refusal:
            edit(event, status=status)
        assert list(refusal.value.problems) == ["status"]

    with transaction():
        cancel_event(db.session.get_one(Event, event.id), reason="Banjir", by=None)
    with pytest.raises(BadValues) as refusal:
        edit(event, status="confirmed")
    assert list(refusal.value.problems) == ["status"]


def test_a_new_date_ends_the_waiting_for_one(context: Flask) -> None:
    event = plan()
    with transaction():
        postpone_event(db.session.get_one(Event, event.id), dates=None, by=None)

    with pytest.raises(BadValues) as refusal:
        edit(event, status="confirmed")
    assert list(refusal.value.problems) == ["status"]
    edited = edit(event, status="confirmed", starts_on=date(2027, 5, 1))

    assert (edited.date_unknown, edited.status) == (False, "confirmed")
    assert history(event) == ["postponed", "moved"]


def test_an_old_address_leads_to_the_event_for_ever(context: Flask) -> None:
    event = plan()
    first = event.slug

    edit(event, slug="lagawi-fest-2027")
    edit(event, slug="lagawi")

    found = [find_former_slug("event", slug) for slug in (first, "lagawi-fest-2027", "never")]
    assert found == [event.id, event.id, None]
    assert edit(event, slug=first).slug == first  # its own, so it may have it back


def test_who_may_not_edit_there_is_refused(context: Flask) -> None:
    """ASVS 8.3.1."""
    event = plan()
    viewer = make_user(Role.VIEWER, event.stop.scope if event.stop else event.scope)
    neighbour = make_user(Role.ORGANIZER, make_stop().scope)
    own = make_user(Role.ORGANIZER, event.scope)

    for person in (viewer, neighbour):
        with pytest.raises(NotAllowed):
            edit(event, by=person, title="Mine")
    assert edit(event, by=own, title="Ours").title == "Ours"


def test_an_archived_event_is_restored_before_it_is_edited(context: Flask) -> None:
    event = plan()
    with transaction():
        archive_event(db.session.get_one(Event, event.id), by=None)

    with pytest.raises(EventArchived):
        edit(event, title="Mine")
