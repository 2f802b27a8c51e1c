"""Planning events: values, addresses, rights."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from gernas.accounts.models import User
from gernas.campaigns.models import Campaign, Stop
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, NotAllowed
from gernas.core.permissions import Role, Scope
from gernas.core.revisions import get_revision
from gernas.events.errors import StopArchived, WrongStop
from gernas.events.models import Event, EventStatus
from gernas.events.services import add_event, edit_event
from tests.events.conftest import kept, lines, plan, values
from tests.factories import make_campaign, make_stop, make_user, make_venue


def add(stop: Stop, **more: Any) -> Event:
    return plan(stop, **more)


def add_to(
    campaign: Campaign, stop: Stop | None, *, by: User | None = None, slug: str | None = None
) -> Event:
    with transaction():
        row = db.session.get_one(Stop, stop.id) if stop else None
        campaign = db.session.get_one(Campaign, campaign.id)
        return add_event(campaign, values(), stop=row, by=by, slug=slug)


def test_an_event_is_planned_in_a_stop_with_its_calendar_entry(context: Flask) -> None:
    stop = make_stop()
    venue = make_venue(name="Mahan Agung", latitude=-5.43, longitude=105.26)

    event = add(stop, venue_id=venue.id, ends_on=date(2027, 3, 18), description="**Pembukaan**")

    assert (event.campaign_id, event.stop_id, event.version) == (stop.campaign_id, stop.id, 1)
    [entry] = kept(event)
    shown = lines(entry)
    assert shown["DTSTART;VALUE=DATE"] == "20270317"
    assert shown["DTEND;VALUE=DATE"] == "20270319"
    assert shown["LOCATION"] == "Mahan Agung\\, Bandar Lampung\\, Lampung"
    assert shown["GEO"] == "-5.430000;105.260000"
    assert shown["CATEGORIES"] == "Kick-off"
    assert shown["URL"] == f"http://gernas.test/acara/{event.slug}"
    assert shown["DESCRIPTION"].startswith("Pembukaan\\n\\nhttp")


def test_a_national_event_has_no_stop(context: Flask) -> None:
    campaign = make_campaign()

    with transaction():
        campaign = db.session.get_one(Campaign, campaign.id)
        event = add_event(campaign, values(kind="award", title="BBI Award"), by=None)

    assert (event.stop_id, event.slug) == (None, "bbi-award-lampung-2027")


def test_hours_are_kept_as_moments_and_the_days_follow_from_them(context: Flask) -> None:
    stop = make_stop()
    late = datetime(2027, 3, 17, 16, 30, tzinfo=UTC)  # 01.30 on the 18th in WIT

    event = add(stop, zone="Asia/Jayapura", all_day=False, starts_on=None, starts_at=late)

    assert (event.all_day, event.starts_on, event.ends_on) == (False, date(2027, 3, 18), None)
    assert lines(kept(event)[0])["DTSTART;TZID=Asia/Jayapura"] == "20270318T013000"


def test_what_has_no_date_is_in_no_calendar(context: Flask) -> None:
    event = add(make_stop(), starts_on=None)

    assert kept(event) == []


def test_what_is_not_published_is_in_no_calendar(context: Flask) -> None:
    event = add(make_stop(make_campaign(published_at=None)))

    assert kept(event) == []


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": " \x00 "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"kind": "party"}, "kind"),
        ({"status": "maybe"}, "status"),
        ({"status": "cancelled"}, "status"),
        ({"zone": "Europe/Paris"}, "zone"),
        ({"province_code": "ID-XX"}, "province_code"),
        ({"ends_on": date(2027, 3, 16)}, "ends_on"),
        ({"starts_on": date(1987, 3, 17)}, "starts_on"),
        ({"starts_on": None, "ends_on": date(2027, 3, 17)}, "starts_on"),
        ({"all_day": False}, "starts_at"),
        (
            {
                "all_day": False,
                "starts_at": datetime(2027, 3, 17, 9, tzinfo=UTC),
                "ends_at": datetime(2027, 3, 17, 8, tzinfo=UTC),
            },
            "ends_at",
        ),
        ({"capacity": 0}, "capacity"),
        ({"online_url": "javascript:alert(1)"}, "online_url"),
        ({"source_url": "//evil.example"}, "source_url"),
        ({"description": "x" * 10_001}, "description"),
        ({"venue_id": 999_999}, "venue_id"),
    ],
)
def test_bad_values_are_refused_at_their_field(
    context: Flask, more: dict[str, Any], field: str
) -> None:
    """ASVS 2.2.1, 2.2.3: whoever calls, and nothing is half written."""
    stop = make_stop()

    with pytest.raises(BadValues) as refusal:
        add(stop, **more)

    assert list(refusal.value.problems) == [field]
    assert db.session.query(Event).count() == 0


def test_an_archived_venue_is_not_chosen(context: Flask) -> None:
    stop = make_stop()
    venue = make_venue(archived_at=stop.created_at)

    with pytest.raises(BadValues) as refusal:
        add(stop, venue_id=venue.id)
    assert list(refusal.value.problems) == ["venue_id"]


def test_a_stop_of_another_campaign_or_in_the_archive_takes_no_event(context: Flask) -> None:
    stop, campaign = make_stop(), make_campaign()
    archived = make_stop(archived_at=stop.created_at)

    with pytest.raises(WrongStop):
        add_to(campaign, stop)
    with pytest.raises(StopArchived):
        add(archived)


def test_addresses_are_made_of_title_province_and_year(context: Flask) -> None:
    stop = make_stop(province_code="ID-SN")

    slugs = [
        add(stop, title=title, province_code=code).slug
        for title, code in (
            ("Kick-off", "ID-SN"),
            ("Kick-off", "ID-SN"),
            ("Harvesting Sulawesi Selatan 2027", None),
            ("Semua", "ID-LA"),
            ("日本", None),
            ("x" * 200, None),
        )
    ]

    assert slugs[:5] == [
        "kick-off-sulawesi-selatan-2027",
        "kick-off-sulawesi-selatan-2027-2",
        "harvesting-sulawesi-selatan-2027",
        "semua-lampung-2027",
        "sulawesi-selatan-2027",
    ]
    assert slugs[5].endswith("-sulawesi-selatan-2027")
    assert len(slugs[5]) <= 80


def test_a_given_address_must_be_free_now_and_in_the_past(context: Flask) -> None:
    first = add(make_stop())
    former = first.slug
    with transaction():
        row = db.session.get_one(Event, first.id)
        edit_event(row, values(), version=1, slug="puncak", by=None)

    for slug in ("puncak", former, "semua", "Bukan Alamat"):
        with pytest.raises(BadValues) as refusal:
            add_to(first.campaign, None, slug=slug)
        assert list(refusal.value.problems) == ["slug"]


def test_only_who_may_edit_events_there_plans_them(context: Flask) -> None:
    """ASVS 8.3.1."""
    stop = make_stop()
    elsewhere = make_user(Role.STOP_MANAGER, make_stop(stop.campaign).scope)
    viewer = make_user(Role.VIEWER, stop.scope)
    organizer = make_user(Role.ORGANIZER, stop.scope)

    for person in (elsewhere, viewer):
        with pytest.raises(NotAllowed):
            add_to(stop.campaign, stop, by=person)
    with pytest.raises(NotAllowed):  # national: not within the stop
        add_to(stop.campaign, None, by=organizer)
    add_to(stop.campaign, stop, by=organizer)

    assert [event.stop_id for event in db.session.query(Event)] == [stop.id]


def test_pages_that_show_the_event_become_stale(context: Flask) -> None:
    stop, other = make_stop(), make_stop()
    scopes = [stop.scope, Scope("campaign", stop.campaign_id), Scope("site"), other.scope]
    before = [get_revision(scope) for scope in scopes]

    event = add(stop)

    db.session.rollback()
    after = [get_revision(scope) for scope in scopes]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 1, 0]
    assert get_revision(event.scope) == 1


def test_status_words_of_the_database_are_those_of_the_code(context: Flask) -> None:
    event = add(make_stop(), status="tentative")

    db.session.expire(event)
    assert event.status == EventStatus.TENTATIVE
    assert lines(kept(event)[0])["STATUS"] == "TENTATIVE"
