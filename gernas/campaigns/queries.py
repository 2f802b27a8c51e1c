"""Questions about campaigns, stops and indicators."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from gernas.campaigns.models import Campaign, Indicator, Observation, Stop
from gernas.core.addresses import find_former_slug
from gernas.core.database import db
from gernas.core.permissions import ALL, Holder, Permission, scopes_with

# Made once: every page of a campaign asks these, and to make one takes as long as to ask it.
_CAMPAIGN = select(Campaign).where(Campaign.slug == bindparam("slug"))
_STOP = (
    select(Stop)
    .join(Stop.campaign)
    .where(Campaign.slug == bindparam("campaign_slug"), Stop.slug == bindparam("slug"))
    .options(contains_eager(Stop.campaign))
)
_STOP_LINES = (
    select(
        *(Stop.number, Stop.slug, Stop.province_code, Stop.theme),
        *(Stop.manager, Stop.manager_uncertain, Stop.opens_on, Stop.closes_on),
        *(Stop.cohort_size, Stop.champions, Stop.archived_at.is_not(None)),
    )
    .where(Stop.campaign_id == bindparam("campaign_id"))
    .order_by(Stop.number, Stop.id)
)


def find_campaign(slug: str) -> Campaign | None:
    """The campaign with this slug, archived or not; None if none."""
    return db.session.scalar(_CAMPAIGN, {"slug": slug})


def find_stop(campaign_slug: str, slug: str) -> Stop | None:
    """The stop with this slug in a campaign, its campaign loaded; None if none."""
    return db.session.scalar(_STOP, {"campaign_slug": campaign_slug, "slug": slug})


def find_former_campaign(slug: str) -> Campaign | None:
    """The campaign that once had this slug; None if none."""
    row_id = find_former_slug("campaign", slug)
    return db.session.get(Campaign, row_id) if row_id else None


def find_former_stop(campaign: Campaign, slug: str) -> Stop | None:
    """The stop of the campaign that once had this slug; None if none."""
    row_id = find_former_slug("stop", slug, parent_id=campaign.id)
    return db.session.get(Stop, row_id) if row_id else None


def list_campaigns(holder: Holder, *, archived: bool = False) -> list[Campaign]:
    """The campaigns in which the person plans anything, newest first, their stops loaded."""
    rows = select(Campaign).options(selectinload(Campaign.stops))
    rows = rows.where(
        Campaign.archived_at.is_not(None) if archived else Campaign.archived_at.is_(None)
    )
    scopes = scopes_with(holder, Permission.SEE_PLANS)
    if ALL not in scopes:
        campaigns = [scope.id for scope in scopes if scope.kind == "campaign"]
        stops = [scope.id for scope in scopes if scope.kind == "stop"]
        through_stops = select(Stop.campaign_id).where(Stop.id.in_(stops))
        rows = rows.where(or_(Campaign.id.in_(campaigns), Campaign.id.in_(through_stops)))
    return list(db.session.scalars(rows.order_by(Campaign.starts_on.desc(), Campaign.id)))


def list_stops(campaign: Campaign, *, archived: bool = False) -> list[Stop]:
    """The stops of a campaign in the order of the roadshow."""
    rows = select(Stop).where(Stop.campaign_id == campaign.id)
    rows = rows.where(Stop.archived_at.is_not(None) if archived else Stop.archived_at.is_(None))
    return list(db.session.scalars(rows.order_by(Stop.number, Stop.id)))


class StopLine(NamedTuple):
    """What a list of stops says of one of them."""

    number: int
    slug: str
    province_code: str
    theme: str | None
    manager: str | None
    manager_uncertain: bool
    opens_on: date | None
    closes_on: date | None
    cohort_size: int
    champions: int
    is_archived: bool


def list_stop_lines(campaign: Campaign) -> Sequence[StopLine]:
    """The stops of a campaign in the order of the roadshow, archived ones too, line by line."""
    rows = db.session.execute(_STOP_LINES, {"campaign_id": campaign.id})
    return [StopLine(*row) for row in rows]


def list_indicators(campaign: Campaign, *, public: bool = False) -> list[Indicator]:
    """The campaign's indicators in order, their observations and the stops of those loaded."""
    rows = select(Indicator).where(Indicator.campaign_id == campaign.id)
    if public:
        rows = rows.where(Indicator.is_public)
    rows = rows.options(selectinload(Indicator.observations).joinedload(Observation.stop))
    return list(db.session.scalars(rows.order_by(Indicator.position, Indicator.id)))


def find_indicator(campaign: Campaign, indicator_id: int) -> Indicator | None:
    """An indicator of the campaign, with its observations; None if it has none of this id."""
    return db.session.scalar(
        select(Indicator)
        .where(Indicator.campaign_id == campaign.id, Indicator.id == indicator_id)
        .options(selectinload(Indicator.observations).joinedload(Observation.stop))
    )


def find_observation(campaign: Campaign, observation_id: int) -> Observation | None:
    """An observation of one of the campaign's indicators; None if it has none of this id."""
    return db.session.scalar(
        select(Observation)
        .join(Observation.indicator)
        .where(Indicator.campaign_id == campaign.id, Observation.id == observation_id)
    )


def list_stop_observations(stop: Stop, *, public: bool = False) -> list[Observation]:
    """What was counted or aimed at for a stop, in the order of its indicators."""
    rows = (
        select(Observation)
        .join(Observation.indicator)
        .where(Observation.stop_id == stop.id)
        .options(contains_eager(Observation.indicator))
        .order_by(Indicator.position, Observation.on_date, Observation.id)
    )
    if public:
        rows = rows.where(Indicator.is_public)
    return list(db.session.scalars(rows))
