"""Copy a stop or a whole roadshow, its dates moved by whole days."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from gernas.campaigns.models import Campaign, Indicator, ObservationKind, Stop
from gernas.campaigns.services import add_campaign, add_indicator, add_observation, add_stop
from gernas.core.database import db
from gernas.core.permissions import Holder, Permission, require
from gernas.events.models import Event, EventStatus
from gernas.events.services import copy_event

KEPT_OF_STOP = (
    "number",
    "theme",
    "theme_en",
    "manager",
    "partners",
    "cohort_size",
    "champions",
    "mentoring_weeks",
    "description",
    "description_en",
)
KEPT_OF_INDICATOR = (
    "name_en",
    "definition",
    "definition_en",
    "owner",
    "is_public",
    "position",
)


def copy_stop(
    stop: Stop,
    *,
    to_campaign: Campaign,
    shift_days: int,
    by: Holder | None,
    confirmed: bool = False,
) -> Stop:
    """Plan the stop again in a campaign: manager, partners, numbers and all its events.

    Results, sources and doubts belong to the original and stay behind. Copied events are
    tentative unless ``confirmed``. Cancelled and archived events are left out.

    Raises:
        NotAllowed: the person may not see the stop or not add one to the campaign.
    """
    if by is not None:
        require(by, Permission.SEE_PLANS, stop)
    values = {name: getattr(stop, name) for name in KEPT_OF_STOP}
    copy = add_stop(
        to_campaign,
        province_code=stop.province_code,
        opens_on=_shift(stop.opens_on, shift_days),
        closes_on=_shift(stop.closes_on, shift_days),
        by=by,
        **values,
    )
    for event in _list_events_to_copy(stop.campaign_id, stop.id):
        copy_event(
            event,
            to_campaign=to_campaign,
            to_stop=copy,
            shift_days=shift_days,
            by=by,
            confirmed=confirmed,
        )
    return copy


def get_first_day(stop: Stop) -> date | None:
    """The first day of the stop's window, else of its events; None when none is known."""
    if stop.opens_on is not None:
        return stop.opens_on
    return db.session.scalar(select(func.min(Event.starts_on)).where(Event.stop_id == stop.id))


def copy_campaign(
    campaign: Campaign,
    *,
    title: str,
    slug: str | None,
    shift_days: int,
    by: Holder | None,
    is_example: bool = False,
    confirmed: bool = False,
) -> Campaign:
    """Plan a whole roadshow again: stops, events, indicators with their targets.

    What was counted stays with the original. The copy is not published.

    Raises:
        NotAllowed, SlugTaken, BadSlug
    """
    if by is not None:
        require(by, Permission.SEE_PLANS, campaign)
    copy = add_campaign(
        title=title,
        slug=slug,
        starts_on=campaign.starts_on + timedelta(days=shift_days),
        ends_on=campaign.ends_on + timedelta(days=shift_days),
        headline=campaign.headline,
        headline_en=campaign.headline_en,
        description=campaign.description,
        description_en=campaign.description_en,
        host_provinces=campaign.host_provinces,
        is_example=is_example,
        by=by,
    )
    stops = select(Stop).where(Stop.campaign_id == campaign.id, Stop.archived_at.is_(None))
    for stop in db.session.scalars(stops.order_by(Stop.number)).all():
        copy_stop(stop, to_campaign=copy, shift_days=shift_days, by=by, confirmed=confirmed)
    for event in _list_events_to_copy(campaign.id, None):
        copy_event(
            event,
            to_campaign=copy,
            to_stop=None,
            shift_days=shift_days,
            by=by,
            confirmed=confirmed,
        )
    _copy_targets(campaign, copy, shift_days, by)
    return copy


def _list_events_to_copy(campaign_id: int, stop_id: int | None) -> list[Event]:
    rows = select(Event).where(
        Event.campaign_id == campaign_id,
        Event.stop_id == stop_id if stop_id is not None else Event.stop_id.is_(None),
        Event.archived_at.is_(None),
        Event.status != EventStatus.CANCELLED,
    )
    rows = rows.options(joinedload(Event.venue), selectinload(Event.agenda))
    return list(db.session.scalars(rows.order_by(Event.starts_on, Event.id)))


def _copy_targets(campaign: Campaign, copy: Campaign, shift_days: int, by: Holder | None) -> None:
    rows = select(Indicator).where(Indicator.campaign_id == campaign.id)
    rows = rows.options(selectinload(Indicator.observations)).order_by(Indicator.position)
    for indicator in db.session.scalars(rows).all():
        again = add_indicator(
            copy,
            key=indicator.key,
            name=indicator.name,
            unit=indicator.unit,
            by=by,
            **{name: getattr(indicator, name) for name in KEPT_OF_INDICATOR},
        )
        for target in indicator.observations:
            if target.kind != ObservationKind.TARGET or target.superseded or target.stop_id:
                continue
            add_observation(
                again,
                kind=ObservationKind.TARGET,
                value=target.value,
                on_date=_shift(target.on_date, shift_days),
                coverage=target.coverage,
                coverage_en=target.coverage_en,
                by=by,
            )


def _shift(day: date | None, days: int) -> date | None:
    return day + timedelta(days=days) if day is not None else None
