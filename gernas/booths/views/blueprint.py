"""The blueprint of floor plans and booths in the back office, and what its pages share."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, url_for
from flask.blueprints import BlueprintSetupState

from gernas.booths.models import Hall, Plan
from gernas.booths.queries import find_hall, find_plan
from gernas.booths.words import (
    colour_word,
    dm,
    fixture_word,
    hall_title,
    letter_size,
    metres,
    plan_size,
    plan_title,
    size_words,
    zone_class,
    zone_title,
)
from gernas.core.database import db
from gernas.core.permissions import Permission, may
from gernas.core.web import signed_in_user
from gernas.events.models import Event

bp = Blueprint("booths", __name__)


@dataclass(frozen=True)
class Tab:
    """A part of the plan's pages. ``position`` orders them: overview 10, the others between."""

    position: int
    text: Any  # lazy
    endpoint: str  # its address takes the event
    permission: Permission = Permission.SEE_PLANS


_tabs: dict[str, Tab] = {}


def register_tab(
    position: int, text: Any, endpoint: str, permission: Permission = Permission.SEE_PLANS
) -> None:
    """Add a part to the tabs of every plan, for those who hold the permission on its event."""
    _tabs[endpoint] = Tab(position, text, endpoint, permission)


def list_tabs(event: Event) -> list[tuple[str, str, None]]:
    """The tabs of a plan that the signed-in person may open, for ``components/nav.html``."""
    person = signed_in_user()
    return [
        (str(tab.text), url_for(tab.endpoint, event=event), None)
        for tab in sorted(_tabs.values(), key=lambda tab: tab.position)
        if may(person, tab.permission, event.scopes)
    ]


@bp.record_once
def offer(state: BlueprintSetupState) -> None:
    """Give templates the words for plans; as globals, since imported macros see only those."""
    state.app.jinja_env.globals.update(
        colour_word=colour_word,
        dm=dm,
        fixture_word=fixture_word,
        hall_title=hall_title,
        letter_size=letter_size,
        list_plan_tabs=list_tabs,
        metres=metres,
        plan_size=plan_size,
        plan_title=plan_title,
        size_words=size_words,
        zone_class=zone_class,
        zone_title=zone_title,
    )


def page(template: str, event: Event, **values: Any) -> str:
    """An office page of an event's plan: what its head and its tabs need comes along."""
    values = {"may_draw": may_draw(event), **values}
    return render_template(f"booths/office/{template}", event=event, **values)


def may_draw(event: Event) -> bool:
    return may(signed_in_user(), Permission.EDIT_BOOTHS, event.scopes)


def get_plan(event: Event) -> Plan:
    """The plan of an event; without one there is no such page."""
    plan = find_plan(event)
    if plan is None:
        abort(404)
    return plan


def get_hall(event: Event, hall_id: int) -> Hall:
    """A hall of the event's plan; one of another event is the same 404 as none."""
    hall = find_hall(get_plan(event), hall_id)
    if hall is None:
        abort(404)
    return hall


def fetch_plan(plan: Plan) -> Plan:
    """The plan again, inside a transaction."""
    return db.session.get_one(Plan, plan.id)


def fetch_hall(hall: Hall) -> Hall:
    """The hall again, inside a transaction; 404 if someone removed it since."""
    return db.session.get(Hall, hall.id) or abort(404)
