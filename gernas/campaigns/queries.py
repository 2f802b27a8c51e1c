"""Questions about campaigns, stops and indicators."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.campaigns.models import Campaign, Stop
from gernas.core.addresses import find_former_slug
from gernas.core.database import db


def find_campaign(slug: str) -> Campaign | None:
    """The campaign with this slug, archived or not; None if none."""
    return db.session.scalar(select(Campaign).where(Campaign.slug == slug))


def find_stop(campaign_slug: str, slug: str) -> Stop | None:
    """The stop with this slug in a campaign, its campaign loaded; None if none."""
    return db.session.scalar(
        select(Stop)
        .join(Stop.campaign)
        .where(Campaign.slug == campaign_slug, Stop.slug == slug)
        .options(joinedload(Stop.campaign))
    )


def find_former_campaign(slug: str) -> Campaign | None:
    """The campaign that once had this slug; None if none."""
    row_id = find_former_slug("campaign", slug)
    return db.session.get(Campaign, row_id) if row_id else None


def find_former_stop(campaign: Campaign, slug: str) -> Stop | None:
    """The stop of the campaign that once had this slug; None if none."""
    row_id = find_former_slug("stop", slug, parent_id=campaign.id)
    return db.session.get(Stop, row_id) if row_id else None
