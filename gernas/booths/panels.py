"""What booths show on the office page of an event."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.booths.queries import count_booths_by_hall, find_plan
from gernas.core.permissions import Holder, Permission, may
from gernas.events.models import Event, EventKind
from gernas.events.panels import Line, Panel

WITH_BOOTHS = frozenset({EventKind.KICKOFF, EventKind.EXHIBITION, EventKind.HARVESTING})


def make_event_panel(event: Event, holder: Holder) -> Panel | None:
    """The way to the floor plan; for those who may draw, where booths are usual, to begin one."""
    plan = find_plan(event)
    may_draw = may(holder, Permission.EDIT_BOOTHS, event.scopes)
    if plan is None and not (may_draw and event.kind in WITH_BOOTHS and not event.archived_at):
        return None
    note = _("Nobody has begun it yet.")
    if plan is not None:
        count = sum(count_booths_by_hall(plan).values())
        booths = ngettext("%(num)s booth", "%(num)s booths", count)
        state = _("published") if plan.is_published else _("draft")
        note = f"{booths} · {state}"
    href = url_for("booths.plan", event=event)
    return Panel(str(_("Floor plan")), [Line(str(_("Halls, booths and exhibitors")), href, note)])
