"""The blueprint, and what public pages share: finding rows by address, and answering."""

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request

from gernas.campaigns.models import Campaign, Stop
from gernas.campaigns.queries import (
    find_campaign,
    find_former_campaign,
    find_former_stop,
    find_stop,
)
from gernas.core.database import db
from gernas.core.i18n import in_language, public_url
from gernas.core.kept import keep_for
from gernas.core.limits import limiter
from gernas.events.models import Event
from gernas.events.queries import find_event, find_former_event
from gernas.site.errors import EventGone, StopGone

bp = Blueprint("site", __name__)

# Asked again each time, answered 304 when nothing changed: a postponed event shows at once.
CACHE = "public, no-cache"
MOVED_CACHE = "public, max-age=300"

limit_search = limiter.shared_limit(
    "60 per minute", "search", exempt_when=lambda: not request.args.get("q")
)


def answer_page(template: str, *, campaign: Campaign | None = None, **values: Any) -> Response:
    """A public page: the same bytes for everyone; of an example it says so above all else."""
    page = render_template(template, campaign=campaign, name_of=name_of, **values)
    answer = make_response(page)
    answer.headers["Cache-Control"] = CACHE
    return answer


def get_public_campaign(slug: str) -> Campaign:
    """The published campaign of an address; an old address redirects, none is a 404.

    The page is kept until anything in the campaign changes.
    """
    campaign = find_campaign(slug)
    if campaign is None:
        campaign = find_former_campaign(slug)
        if campaign is not None and campaign.is_public:
            move_to("site.campaign", campaign=campaign.slug)
    if campaign is None or not campaign.is_public:
        abort(404)
    return keep_campaign(campaign)


def get_public_stop(campaign_slug: str, slug: str) -> Stop:
    """The stop of an address, of a published campaign.

    Raises:
        StopGone: it was archived.
    """
    stop = find_stop(campaign_slug, slug)
    if stop is None:
        campaign = find_campaign(campaign_slug) or find_former_campaign(campaign_slug)
        if campaign is not None and campaign.is_public:
            stop = find_stop(campaign.slug, slug) or find_former_stop(campaign, slug)
        if stop is not None and stop.archived_at is None:
            move_to("site.stop", campaign=stop.campaign.slug, stop=stop.slug)
    if stop is None or not stop.campaign.is_public:
        abort(404)
    keep_campaign(stop.campaign)
    if stop.archived_at is not None:
        raise StopGone
    return stop


def get_event_of_address(slug: str) -> Event:
    """The event of an address, of a published campaign.

    Raises:
        EventGone: it or its stop was archived.
    """
    event = find_event(slug)
    if event is None:
        event = find_former_event(slug)
        if event is not None and event.is_public:
            move_to("site.event", event=event.slug)
    if event is None or not event.campaign.is_public:
        abort(404)
    keep_campaign(event.campaign)
    if not event.is_public:
        raise EventGone
    return event


def keep_campaign(campaign: Campaign) -> Campaign:
    """Keep the page until the campaign's revision rises.

    What was read so far may be older than that number, so it is read again.
    """
    keep_for(campaign.scope)
    db.session.expire_all()
    return campaign


def move_to(endpoint: str, **values: Any) -> None:
    """Send the reader from an old address to the present one, for good."""
    answer = redirect(public_url(endpoint, **values), 301)
    answer.headers["Cache-Control"] = MOVED_CACHE
    abort(answer)


def name_of(row: Campaign) -> str:
    """The title of a campaign in the page's language, else the other."""
    return in_language(row.title, row.title_en)[0]
