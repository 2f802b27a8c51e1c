"""What booths show on the office page of an event, and on the page of an application."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.booths.allocation_queries import find_terms, list_own
from gernas.booths.errors import NotChoosing
from gernas.booths.models import BoothCall, BoothMode
from gernas.booths.queries import count_booths_by_hall, find_plan
from gernas.booths.services.turns import check_window
from gernas.core.permissions import Holder, Permission, may
from gernas.events.models import Event, EventKind
from gernas.events.panels import Line, Panel
from gernas.registrations.models import Registration, RegistrationState
from gernas.registrations.queries import get_told_state
from gernas.registrations.registries import Further

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


def make_further(registration: Registration) -> Further | None:
    """The booth of an application that has a place: chosen, wished for, or given."""
    told = get_told_state(registration)
    if told not in (RegistrationState.ACCEPTED, RegistrationState.CONFIRMED):
        return None
    terms = find_terms(registration.call_id)
    if terms is None:
        return None
    own = list_own(registration, terms.plan_id)
    title, labels = str(_("Your booth")), ", ".join(one.booth.label for one in own)
    if own and not any(one.is_hold for one in own):
        text = _("You have booth %(booth)s.", booth=labels)
        return Further(title, text, str(_("All about my booth")), "/stan/lembar")
    if own:
        text = _("Booth %(booth)s is kept for you. Take it before the time is over.", booth=labels)
        return Further(title, text, str(_("To the floor plan")), "/stan", is_asked=True)
    return Further(title, *_next_step(terms))


def _next_step(terms: BoothCall) -> tuple[str, str, str, bool]:
    """What it can do without a booth: text, words of the link, its path, whether it is asked."""
    try:
        check_window(terms)
    except NotChoosing as error:
        return error.message, str(_("To the floor plan")), "/stan", False
    if terms.mode == BoothMode.CHOOSE:
        text = _("Choose one of the free booths on the plan.")
        return text, str(_("Choose my booth")), "/stan", True
    if terms.mode == BoothMode.WISHES:
        text = _("Name the three booths that you would like best. The organizers decide.")
        return text, str(_("Name my wishes")), "/stan", True
    text = _("The organizers give the booths. We write to you when you have yours.")
    return text, str(_("To the floor plan")), "/stan", False
