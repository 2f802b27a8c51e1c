"""What registrations show on the pages of a stop and of a business."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.businesses.models import Business
from gernas.businesses.registries import Panel as BusinessPanel
from gernas.campaigns.models import Stop
from gernas.campaigns.panels import Line, Panel
from gernas.core.permissions import Holder
from gernas.core.wording import moment_words, number_words
from gernas.registrations.models import Call
from gernas.registrations.office_queries import (
    Numbers,
    count_by_state,
    list_calls,
    list_registrations_of,
)
from gernas.registrations.words import STATE_WORDS

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


def make_business_panel(business: Business, holder: Holder) -> BusinessPanel | None:
    """Its applications to calls whose applicants the person may see, the newest first."""
    lines = []
    for one in list_registrations_of(business, holder):
        sent = moment_words(one.submitted_at or one.updated_at, one.call.zone, weekday=False)
        note = f"{STATE_WORDS[one.state_now]} · {sent}"
        lines.append(
            (one.call.title, url_for("registrations.registration", registration=one), note)
        )
    return BusinessPanel(str(_("Applications")), lines) if lines else None


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
