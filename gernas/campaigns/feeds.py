"""Campaigns and stops as calendar feeds present them."""

from flask import current_app

from gernas.calendars.scopes import FeedScope
from gernas.campaigns.models import Campaign, Stop
from gernas.campaigns.queries import (
    find_campaign,
    find_former_campaign,
    find_former_stop,
    find_stop,
)
from gernas.core.markdown import plain_text

DESCRIPTION_LENGTH = 300


def resolve_campaign_feed(slug: str) -> FeedScope | None:
    """The campaign of a feed's address, by its present or a former slug; None if none is public."""
    campaign = find_campaign(slug) or find_former_campaign(slug)
    if campaign is None or not campaign.is_public:
        return None
    return FeedScope(
        kind="campaign",
        id=campaign.id,
        slugs=(campaign.slug,),
        name=campaign.title,
        description=_describe(campaign) or campaign.headline or campaign.title,
        page_url=_address(campaign.slug),
        revision=campaign.scope,
    )


def resolve_stop_feed(campaign_slug: str, slug: str) -> FeedScope | None:
    """The stop of a feed's address, by present or former slugs; None if none is public."""
    campaign = find_campaign(campaign_slug) or find_former_campaign(campaign_slug)
    if campaign is None or not campaign.is_public:
        return None
    stop = find_stop(campaign.slug, slug) or find_former_stop(campaign, slug)
    if stop is None or stop.archived_at is not None:
        return None
    name = f"{campaign.title}: {stop.province.name_id}"
    return FeedScope(
        kind="stop",
        id=stop.id,
        slugs=(campaign.slug, stop.slug),
        name=name,
        description=_describe(stop) or stop.theme or name,
        page_url=_address(f"{campaign.slug}/{stop.slug}"),
        revision=stop.scope,  # a new title of the campaign raises it too
    )


def _describe(row: Campaign | Stop) -> str:
    return plain_text(row.description or "", limit=DESCRIPTION_LENGTH)


def _address(path: str) -> str:
    return f"{current_app.config['GERNAS'].url}/kampanye/{path}"
