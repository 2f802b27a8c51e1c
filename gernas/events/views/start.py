"""The first page of the back office: what a person plans, what comes next, what to look at."""

from datetime import timedelta

from flask.typing import ResponseReturnValue

from gernas.campaigns.queries import list_campaigns
from gernas.core.clock import today_in
from gernas.core.permissions import Permission, requires
from gernas.core.web import signed_in_user
from gernas.events.queries import (
    count_events,
    list_events_ahead,
    list_events_without_date,
    list_granted_events,
    list_granted_stops,
)
from gernas.events.views.blueprint import bp, may_see, page
from gernas.events.warnings import EventWarning, list_plan_warnings

NEXT = 12
WATCHED = timedelta(days=180)  # for warnings; beyond, plans are not firm
MOST_WARNINGS = 12


@bp.get("/kelola")
@requires(Permission.SEE_PLANS)
def start() -> ResponseReturnValue:
    person = signed_in_user()
    today = today_in("Asia/Jakarta")
    campaigns = list_campaigns(person)
    stops = [stop for stop in list_granted_stops(person) if not stop.campaign.is_archived]
    ahead = list_events_ahead(person, today=today, until=today + WATCHED)
    warnings: list[EventWarning] = list_plan_warnings(ahead, may_see=may_see)
    return page(
        "start.html",
        campaigns=campaigns,
        counts=count_events([campaign.id for campaign in campaigns]),
        stops=stops,
        granted_events=list_granted_events(person),
        ahead=ahead[:NEXT],
        more_ahead=max(0, len(ahead) - NEXT),
        undated=list_events_without_date(person, limit=NEXT),
        warnings=warnings[:MOST_WARNINGS],
        more_warnings=max(0, len(warnings) - MOST_WARNINGS),
        today=today,
        is_empty=not campaigns and not stops,
    )
