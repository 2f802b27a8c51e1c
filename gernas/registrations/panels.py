"""The calls of a stop in numbers, for the stop's page."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.campaigns.models import Stop
from gernas.campaigns.panels import Line, Panel
from gernas.core.permissions import Holder
from gernas.core.wording import number_words
from gernas.registrations.models import Call
from gernas.registrations.office_queries import Numbers, count_by_state, list_calls

MOST_CALLS = 6


def make_stop_panel(stop: Stop, holder: Holder) -> Panel | None:
    """Each current call with how many applied, how many wait for a decision, and its places."""
    calls = list_calls(holder, stop=stop)[:MOST_CALLS]
    if not calls:
        return None
    numbers = count_by_state([call.id for call in calls])
    lines = [
        Line(call.title, url_for("registrations.call", call=call), _note(call, numbers[call.id]))
        for call in calls
    ]
    return Panel(str(_("Calls")), lines)


def _note(call: Call, numbers: Numbers) -> str:
    applied = ngettext("%(num)s application", "%(num)s applications", numbers.sent)
    parts = [applied]
    if waiting := numbers.waiting_for_us:
        parts.append(ngettext("%(num)s to decide", "%(num)s to decide", waiting))
    parts.append(
        _(
            "%(used)s of %(places)s places taken",
            used=number_words(call.used),
            places=number_words(call.places),
        )
    )
    return " · ".join(str(part) for part in parts)
