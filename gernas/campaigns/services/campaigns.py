"""Add, edit, publish and archive campaigns."""

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from gernas.campaigns.errors import BadSlug, ReversedDates, SlugTaken
from gernas.campaigns.models import Campaign
from gernas.campaigns.services.editing import (
    check_may,
    check_version,
    note_change,
    tell_visibility,
    write_values,
)
from gernas.core.addresses import keep_former_slug
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.permissions import Permission
from gernas.core.text import free_slug, is_slug

if TYPE_CHECKING:
    from gernas.core.permissions import Holder


def add_campaign(
    *,
    title: str,
    starts_on: date,
    ends_on: date,
    slug: str | None = None,
    by: "Holder | None",
    **values: Any,
) -> Campaign:
    """Add a campaign that only planners see until it is published.

    Raises:
        ReversedDates, BadSlug, SlugTaken
    """
    if ends_on < starts_on:
        raise ReversedDates
    moment = now()
    campaign = Campaign(
        title=title,
        slug=_check_slug(slug) if slug else free_slug(title, _is_taken),
        starts_on=starts_on,
        ends_on=ends_on,
        created_at=moment,
        updated_at=moment,
        **values,
    )
    db.session.add(campaign)
    db.session.flush()
    note_change("campaign.added", campaign, {}, by=by, raising=(campaign.scope,))
    return campaign


def edit_campaign(
    campaign: Campaign, values: dict[str, Any], *, version: int | None, by: "Holder | None"
) -> Campaign:
    """Change columns of a campaign; an old address goes on leading to it.

    Raises:
        ChangedMeanwhile: someone else saved other values since ``version``.
        ReversedDates, BadSlug, SlugTaken
    """
    campaign = lock(campaign)
    check_may(by, Permission.EDIT_CAMPAIGN, campaign)
    check_version(campaign, version, values)
    if values.get("ends_on", campaign.ends_on) < values.get("starts_on", campaign.starts_on):
        raise ReversedDates
    slug = values.get("slug", campaign.slug)
    if slug != campaign.slug:
        _check_slug(slug)
        keep_former_slug("campaign", campaign.slug, campaign.id)
    before = write_values(campaign, values)
    if before:
        note_change("campaign.edited", campaign, before, by=by, raising=_all_scopes(campaign))
    return campaign


def publish_campaign(campaign: Campaign, *, by: "Holder | None") -> Campaign:
    """Show a campaign to the public, with its stops, events and feeds."""
    return _stamp(campaign, "published_at", on=True, action="campaign.published", by=by)


def withdraw_campaign(campaign: Campaign, *, by: "Holder | None") -> Campaign:
    """Hide a campaign from the public again."""
    return _stamp(campaign, "published_at", on=False, action="campaign.withdrawn", by=by)


def archive_campaign(campaign: Campaign, *, by: "Holder | None") -> Campaign:
    """Put a campaign that is over into the archive; its pages and feeds stay."""
    return _stamp(campaign, "archived_at", on=True, action="campaign.archived", by=by)


def restore_campaign(campaign: Campaign, *, by: "Holder | None") -> Campaign:
    """Take a campaign out of the archive."""
    return _stamp(campaign, "archived_at", on=False, action="campaign.restored", by=by)


def _stamp(
    campaign: Campaign, column: str, *, on: bool, action: str, by: "Holder | None"
) -> Campaign:
    campaign = lock(campaign)
    check_may(by, Permission.EDIT_CAMPAIGN, campaign)
    if (getattr(campaign, column) is not None) == on:
        return campaign
    before = write_values(campaign, {column: now() if on else None})
    tell_visibility(campaign)
    note_change(action, campaign, before, by=by, raising=_all_scopes(campaign))
    return campaign


def _all_scopes(campaign: Campaign) -> tuple[Any, ...]:
    """The campaign and its stops: their pages show its title and whether it is public."""
    return (campaign.scope, *(stop.scope for stop in campaign.stops))


def _check_slug(slug: str) -> str:
    if not is_slug(slug):
        raise BadSlug
    if _is_taken(slug):
        raise SlugTaken(slug)
    return slug


def _is_taken(slug: str) -> bool:
    return db.session.scalar(select(Campaign.id).where(Campaign.slug == slug)) is not None
