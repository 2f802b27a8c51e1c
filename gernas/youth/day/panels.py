"""What an event's office page shows of its youth desk."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.core.permissions import Holder, Permission, may
from gernas.events.models import Event
from gernas.events.panels import Line, Panel
from gernas.youth.day.queries import list_shifts


def make_event_panel(event: Event, holder: Holder) -> Panel | None:
    """The way to the desk, where young people have shifts."""
    if not may(holder, Permission.CHECK_IN, event.scopes):
        return None
    count = len(list_shifts(event))
    if not count:
        return None
    note = ngettext("%(num)s shift", "%(num)s shifts", count)
    line = Line(str(_("Check in and out")), url_for("youth.desk", event=event), str(note))
    return Panel(str(_("Youth desk")), [line])
