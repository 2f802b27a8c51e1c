"""The schedule as a spreadsheet, read back by another library."""

import io
from datetime import UTC, date, datetime, time
from typing import Any

import python_calamine
from flask import Flask
from flask.testing import FlaskClient

from gernas.core.database import db, transaction
from gernas.core.permissions import Role
from gernas.events.models import Event
from gernas.events.services import postpone_event
from gernas.events.values import EventDates
from tests.events.conftest import plan
from tests.factories import make_stop, make_user, make_venue, sign_in


def open_book(app: Flask, client: FlaskClient, stop: Any, query: str = "") -> Any:
    with app.app_context():
        stop = db.session.merge(stop)
        address = f"/kelola/{stop.campaign.slug}/{stop.slug}/jadwal.xlsx{query}"
        person = make_user(Role.STOP_MANAGER, stop.scope)
    sign_in(app, client, person)
    answer = client.get(address)
    assert answer.status_code == 200
    assert (answer.mimetype or "").endswith("spreadsheetml.sheet")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    return python_calamine.load_workbook(io.BytesIO(answer.data))


def rows(book: Any) -> list[dict[str, Any]]:
    head, *body = book.get_sheet_by_index(0).to_python()
    return [dict(zip(head, row, strict=True)) for row in body]


def test_each_event_is_a_row_with_real_dates_hours_and_numbers(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        stop = make_stop(manager="Kemenperin")
        venue = make_venue(name="Mahan Agung", address="Jl. Majapahit")
        begin = datetime(2027, 3, 17, 2, tzinfo=UTC)
        plan(stop, venue_id=venue.id, ends_on=date(2027, 3, 18), capacity=1500, title="Satu")
        plan(
            stop, starts_on=None, all_day=False, starts_at=begin, title="Dua", zone="Asia/Makassar"
        )
        plan(stop, starts_on=None, title="Tiga")

    found = rows(open_book(app, client, stop))

    assert [row["Title"] for row in found] == ["Satu", "Dua", "Tiga"]
    first, second, third = found
    assert (first["First day"], first["Last day"]) == (date(2027, 3, 17), date(2027, 3, 18))
    assert (first["Capacity"], first["Venue"]) == (1500, "Mahan Agung")
    assert (first["Movement manager"], first["Street address"]) == ("Kemenperin", "Jl. Majapahit")
    assert (second["Begins at"], second["Time zone"]) == (time(10), "WITA")
    assert (third["First day"], third["Begins at"]) == ("", "")


def test_what_people_typed_stays_text(app: Flask, client: FlaskClient) -> None:
    """ASVS 1.2.10: ``=1+1`` is no formula, an address no link, digits no number."""
    with app.app_context():
        stop = make_stop()
        plan(stop, title="=1+1", city="https://evil.example", admission="0012", note="@SUM(A1)")

    [row] = rows(open_book(app, client, stop))

    assert (row["Title"], row["City or regency"]) == ("=1+1", "https://evil.example")
    assert (row["Admission"], row["Note"]) == ("0012", "@SUM(A1)")


def test_filters_and_explanations_travel_along(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        stop = make_stop()
        plan(stop, title="Kick-off")
        plan(stop, title="Puncak", kind="harvesting")

    book = open_book(app, client, stop, "?jenis=harvesting")

    assert [row["Title"] for row in rows(book)] == ["Puncak"]
    assert book.sheet_names == ["Schedule", "Explanations"]
    notes = book.get_sheet_by_index(1).to_python()
    assert ["Kind", "Harvesting"] in notes
    explained = {row[0] for row in notes}
    assert set(rows(book)[0]) <= explained


def test_former_dates_are_told(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        stop = make_stop()
        event = plan(stop)
        with transaction():
            dates = EventDates(starts_on=date(2027, 4, 1))
            postpone_event(db.session.get_one(Event, event.id), dates=dates, by=None)

    [row] = rows(open_book(app, client, stop))

    assert row["Formerly"] == "17\xa0March\xa02027"
    assert row["State"] == "Postponed"
