"""A campaign's roadshow on one page: lanes over the months, or the same as a table."""

from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue

from gernas.campaigns.models import Campaign, Stop
from gernas.campaigns.queries import list_stops
from gernas.core.clock import today_in
from gernas.core.permissions import Permission, requires
from gernas.events.models import Event, EventKind
from gernas.events.queries import list_all_events
from gernas.events.timeline import draw_timeline
from gernas.events.views.blueprint import bp, may_edit, may_see, page
from gernas.events.warnings import list_plan_warnings

# The columns of the table; what is in none stands in the last.
COLUMNS = (
    (EventKind.REGISTRATION, EventKind.CURATION),
    (EventKind.KICKOFF,),
    (EventKind.MENTORING, EventKind.TRAINING, EventKind.WEBINAR),
    (EventKind.EXHIBITION, EventKind.BUSINESS_MATCHING),
    (EventKind.HARVESTING, EventKind.AWARD),
)


@bp.get("/kelola/<campaign:campaign>/roadshow")
@requires(Permission.SEE_PLANS)
def roadshow(campaign: Campaign) -> ResponseReturnValue:
    today = today_in("Asia/Jakarta")
    stops, events = list_stops(campaign), list_all_events(campaign)
    as_table = request.args.get("tampilan") == "tabel"
    shown = {
        "campaign": campaign,
        "stops": stops,
        "events": events,
        "undated": [event for event in events if event.starts_on is None or event.date_unknown],
        "warnings": list_plan_warnings(events, may_see=may_see, stops=stops),
        "today": today,
        "may_edit": may_edit(campaign),
    }
    if as_table:
        return page("roadshow_table.html", rows=_rows(stops, events), columns=COLUMNS, **shown)
    timeline = draw_timeline(campaign, stops, events, today=today)
    return page("roadshow.html", timeline=timeline, **shown)


def _rows(
    stops: Sequence[Stop], events: Sequence[Event]
) -> list[tuple[Stop | None, list[list[Event]]]]:
    """Each stop, and at last what is national, with its events by column."""
    rows: list[tuple[Stop | None, list[list[Event]]]] = []
    for stop in [*stops, None]:
        own = [event for event in events if event.stop_id == (stop.id if stop else None)]
        if stop is None and not own:
            continue
        cells = [[event for event in own if event.kind in kinds] for kinds in COLUMNS]
        cells.append([event for event in own if not any(event.kind in kinds for kinds in COLUMNS)])
        rows.append((stop, cells))
    return rows
