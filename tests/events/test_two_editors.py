"""Two people edit one timed event: its hours and days are one decision, and none gets lost."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.core.database import db, transaction
from gernas.core.permissions import Role
from gernas.events.models import Event
from gernas.events.services import edit_event
from gernas.events.values import EventValues
from tests.events.browsing import read_form
from tests.events.conftest import plan
from tests.factories import make_stop, make_user, sign_in

NINE = datetime(2027, 3, 17, 2, tzinfo=UTC)  # 09.00 WIB
NOON = datetime(2027, 3, 17, 5, tzinfo=UTC)


@pytest.fixture
def event(app: Flask, client: FlaskClient) -> Event:
    """A timed event, and the client signed in as manager of its stop."""
    with app.app_context():
        stop = make_stop()
        event = plan(stop, all_day=False, starts_on=None, starts_at=NINE, ends_at=NOON)
        manager = make_user(Role.STOP_MANAGER, stop.scope)
    sign_in(app, client, manager)
    return event


def change(app: Flask, event: Event, **values: object) -> None:
    """Save as someone else, meanwhile."""
    with app.app_context():
        other = make_user(Role.ADMINISTRATOR)
        with transaction():
            row = db.session.get_one(Event, event.id)
            changed = EventValues(**{**vars(EventValues.of(row)), **values})
            edit_event(row, changed, version=row.version, by=other)


def test_a_day_that_i_moved_is_still_there(app: Flask, client: FlaskClient, event: Event) -> None:
    path = f"/kelola/acara/{event.slug}/ubah"
    form = read_form(client.get(path), having="title")
    change(app, event, title="Judul Dewi")

    late = client.post(path, data={**form.values, "starts_on": "2027-03-18"})
    shown = read_form(late, having="title").values
    again = client.post(path, data=shown)

    assert late.status_code == 409
    names = ("title", "starts_on", "ends_on", "starts_time", "ends_time")
    assert [shown[name] for name in names] == ["Judul Dewi", "2027-03-18", "", "09:00", "12:00"]
    assert again.status_code == 303
    with app.app_context():
        saved = db.session.get_one(Event, event.id)
        assert (saved.title, saved.starts_on) == ("Judul Dewi", date(2027, 3, 18))


def test_hours_that_the_other_moved_are_kept(app: Flask, client: FlaskClient, event: Event) -> None:
    path = f"/kelola/acara/{event.slug}/ubah"
    form = read_form(client.get(path), having="title")
    change(app, event, starts_at=NOON, ends_at=None)

    late = client.post(path, data={**form.values, "title": "Judul saya"})
    again = client.post(path, data=read_form(late, having="title").values)

    assert (late.status_code, again.status_code) == (409, 303)
    with app.app_context():
        saved = db.session.get_one(Event, event.id)
        assert (saved.title, saved.starts_at, saved.ends_at) == ("Judul saya", NOON, None)
