"""Copying a stop, and a whole roadshow."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.campaigns.models import Campaign, Indicator, Stop
from gernas.campaigns.services import add_observation
from gernas.core.database import db, transaction
from gernas.core.errors import NotAllowed
from gernas.core.permissions import Role
from gernas.events.models import Event
from gernas.planner.services import copy_campaign, copy_stop
from tests.factories import make_campaign, make_event, make_indicator, make_stop, make_user


def copy(campaign: Campaign, weeks: int, **values: object) -> Campaign:
    with transaction():
        return copy_campaign(
            db.session.get_one(Campaign, campaign.id),
            title="Gernas BBI 2023",
            slug=None,
            shift_days=weeks * 7,
            by=None,
            **values,  # type: ignore[arg-type]
        )


def test_a_roadshow_is_planned_again_on_the_same_weekdays(context: Flask) -> None:
    campaign = make_campaign()
    stop = make_stop(campaign, theme="Lagawi Fest", opens_on=date(2022, 2, 27))
    make_event(stop, title="Kick-off", starts_on=date(2022, 3, 17))
    make_event(
        campaign_id=campaign.id, stop_id=None, title="ABBI 2022", starts_on=date(2022, 12, 13)
    )
    make_event(stop, title="Off", status="cancelled")

    again = copy(campaign, 52)

    events = db.session.scalars(select(Event).where(Event.campaign_id == again.id)).all()
    found = sorted((event.title, event.starts_on, event.status) for event in events)
    assert found == [
        ("ABBI 2023", date(2023, 12, 12), "tentative"),
        ("Kick-off", date(2023, 3, 16), "tentative"),
    ]
    assert [(one.theme, one.opens_on) for one in again.stops] == [
        ("Lagawi Fest", date(2023, 2, 26))
    ]
    assert again.published_at is None


def test_targets_are_copied_and_results_are_not(context: Flask) -> None:
    campaign = make_campaign()
    indicator = make_indicator(campaign, key="umkm")
    with transaction():
        row = db.session.get_one(Indicator, indicator.id)
        add_observation(row, kind="target", value=30, on_date=date(2022, 12, 31), by=None)  # type: ignore[arg-type]
        add_observation(row, kind="actual", value=17, on_date=date(2022, 6, 30), by=None)  # type: ignore[arg-type]

    again = copy(campaign, 1)

    copied = db.session.scalars(select(Indicator).where(Indicator.campaign_id == again.id)).one()
    values = [(str(one.kind), int(one.value), one.on_date) for one in copied.observations]
    assert values == [("target", 30, date(2023, 1, 7))]


def test_a_stop_is_copied_only_into_a_campaign_of_ones_own(context: Flask) -> None:
    """ASVS 8.2.2."""
    stop = make_stop()
    target = make_campaign()
    person = make_user(Role.CAMPAIGN_MANAGER, stop.campaign.scope)

    with pytest.raises(NotAllowed), transaction():
        copy_stop(
            db.session.get_one(Stop, stop.id),
            to_campaign=db.session.get_one(Campaign, target.id),
            shift_days=7,
            by=person,
        )

    assert db.session.scalars(select(Stop.campaign_id)).all() == [stop.campaign_id]
