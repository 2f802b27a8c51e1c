"""Home, the campaigns, a campaign and a stop."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import ZONES, next_midnight, now, today_in
from gernas.core.i18n import in_language
from gernas.core.kept import changes_at, keep_for, kept
from gernas.core.markdown import plain_text
from gernas.core.permissions import public
from gernas.core.revisions import SITE
from gernas.core.wording import range_words
from gernas.events.models import EventKind
from gernas.registrations.cards import list_invitations
from gernas.site.cards import make_cards
from gernas.site.filters import EventFilter
from gernas.site.lists import make_list
from gernas.site.phases import make_phases, phases_words
from gernas.site.queries import (
    MOST_OF_A_STOP,
    choose_main_campaign,
    count_stops_by_campaign,
    list_campaigns,
    list_indicators,
    list_next_events,
    list_results,
    list_stop_dates,
    list_stop_events,
    list_stop_results,
    list_stops,
)
from gernas.site.results import headline_words, host_words, make_results, source_link
from gernas.site.stages import get_stage, make_stop_cards, manager_words, split_theme
from gernas.site.targets import make_target_cards
from gernas.site.views.blueprint import (
    answer_page,
    bp,
    get_public_campaign,
    get_public_stop,
    limit_search,
)
from gernas.youth.members.cards import find_stop_card

HOME_TARGETS = 3
LEAD_LENGTH = 260


@bp.get("/")
@public
@kept
def home() -> ResponseReturnValue:
    keep_for(SITE)
    at = now()
    campaigns = list_campaigns()
    today = today_in(ZONES[0], at=at)
    changes_at(next_midnight(ZONES[0], after=at))  # another campaign may begin
    campaign = choose_main_campaign(campaigns, today)
    if campaign is None:
        return answer_page("site/home_empty.html")
    others = [other for other in campaigns if other.id != campaign.id]
    return answer_page(
        "site/home.html",
        campaign=campaign,
        archive=_make_archive(others, at=at),
        can_apply=any(card.can_apply for card in list_invitations(at=at)),
        targets=make_target_cards(
            list_indicators(campaign, limit=HOME_TARGETS), campaign, today=today
        ),
        **_describe_campaign(campaign, at=at),
    )


@bp.get("/kampanye", endpoint="list_campaigns")
@public
@kept
def list_campaigns_page() -> ResponseReturnValue:
    keep_for(SITE)
    at = now()
    return answer_page("site/campaigns.html", archive=_make_archive(list_campaigns(), at=at))


@bp.get("/kampanye/<slug:campaign>")
@public
@limit_search
@kept
def campaign(campaign: str) -> ResponseReturnValue:
    found = get_public_campaign(campaign)
    at = now()
    today = today_in(ZONES[0], at=at)
    choice = EventFilter.read(request.args)
    return answer_page(
        "site/campaign.html",
        campaign=found,
        targets=make_target_cards(list_indicators(found), found, today=today),
        listed=make_list(choice, at=at, campaign=found),
        **_describe_campaign(found, at=at),
    )


@bp.get("/kampanye/<slug:campaign>/<slug:stop>")
@public
@kept
def stop(campaign: str, stop: str) -> ResponseReturnValue:
    found = get_public_stop(campaign, stop)
    at = now()
    events = list_stop_events(found)
    dates = list_stop_dates(found.campaign, stop_id=found.id)
    cards = make_cards(events, at=at)
    results = make_results(list_stop_results(found))
    peaks = [c for c in cards if c.event.kind == EventKind.HARVESTING and c.parts]
    phases = make_phases(cards)
    theme = split_theme(found)
    return answer_page(
        "site/stop.html",
        campaign=found.campaign,
        stop=found,
        cards=cards,
        calls=list_invitations(at=at, stop=found),
        youth=find_stop_card(found),
        is_whole=len(events) < MOST_OF_A_STOP,
        peak=peaks[-1] if peaks else None,
        phases=phases,
        phases_label=phases_words(phases),
        results=results,
        results_title=headline_words(results),
        theme=theme,
        manager=manager_words(found),
        window=_window_words(found, [c.event.starts_on for c in cards if c.parts], events),
        state=get_stage(found.campaign, found, dates, at),
        sources=[(source_link(url), host_words(url) or url) for url in found.sources],
    )


def _describe_campaign(campaign: Campaign, *, at: datetime) -> dict[str, Any]:
    """What home and the campaign's page both tell: map, stops, next events."""
    stops = list_stops(campaign)
    cards = make_stop_cards(
        campaign, stops, list_stop_dates(campaign), list_results(campaign), at=at
    )
    today = today_in(ZONES[0], at=at)
    is_over = campaign.ends_on < today
    if not is_over:
        changes_at(next_midnight(ZONES[0], after=at))  # "as of today" stands below the map
    description, description_lang = in_language(campaign.description, campaign.description_en)
    lead = _lead(description or "")
    return {
        "stops": cards,
        "next_events": make_cards(list_next_events(campaign, at=at), at=at),
        "today": today,
        "is_over": is_over,
        "days": range_words(campaign.starts_on, campaign.ends_on),
        "lead": lead,
        "lead_lang": description_lang,
        "description": description
        if description and plain_text(description, one_line=True) != lead
        else None,
    }


def _lead(description: str) -> str:
    """The first paragraph, for the red field."""
    first = description.strip().split("\n\n")[0]
    return plain_text(first, limit=LEAD_LENGTH, one_line=True)


def _make_archive(campaigns: Sequence[Campaign], *, at: datetime) -> list[dict[str, Any]]:
    """The campaigns as rows: their years, how many stops, whether they run."""
    counts = count_stops_by_campaign()
    rows = []
    for one in campaigns:
        today = today_in(ZONES[0], at=at)
        state = "done" if one.ends_on < today else "now" if one.starts_on <= today else "next"
        if state != "done":
            changes_at(next_midnight(ZONES[0], after=at))
        rows.append(
            {
                "campaign": one,
                "days": range_words(one.starts_on, one.ends_on),
                "stops": counts.get(one.id, 0),
                "state": state,
            }
        )
    return rows


def _window_words(stop: Stop, starts: Sequence[date | None], events: Sequence[Any]) -> str:
    """From the first day to the last: of the window planned, else of what is on record."""
    first, last = stop.opens_on, stop.closes_on or stop.opens_on
    known = [day for day in starts if day]
    if first is None and known:
        first = min(known)
        last = max(event.last_day for event in events if event.last_day and not event.date_unknown)
    return range_words(first, last) if first else ""
