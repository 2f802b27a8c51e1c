"""What youth programmes show on the page of a stop."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.campaigns.models import Stop
from gernas.campaigns.panels import Line, Panel
from gernas.core.clock import today_in
from gernas.core.permissions import Holder, Permission, may
from gernas.youth.queries import count_waiting, find_programme
from gernas.youth.words import programme_title


def make_stop_panel(stop: Stop, holder: Holder) -> Panel | None:
    """The way to the programme with what waits; for those who may, to begin one."""
    programme = find_programme(stop)
    may_edit = may(holder, Permission.EDIT_YOUTH, stop.scopes)
    if programme is None and (not may_edit or stop.archived_at is not None):
        return None
    href = url_for("youth.overview", stop=stop)
    if programme is None:
        note = str(_("Nobody has begun it yet."))
        return Panel(str(_("Youth")), [Line(str(_("Youth programme")), href, note)])
    waiting = count_waiting(programme, today_in(programme.zone))
    parts = [ngettext("%(num)d member", "%(num)d members", waiting.members)]
    if waiting.to_call and may_edit:
        parts.append(
            ngettext("%(num)d guardian to call", "%(num)d guardians to call", waiting.to_call)
        )
    parts.append(str(_("published")) if programme.is_published else str(_("draft")))
    return Panel(str(_("Youth")), [Line(programme_title(programme), href, " · ".join(parts))])
