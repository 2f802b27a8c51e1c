"""The blueprint of events in the back office, and what its pages share."""

from typing import Any

from flask import Blueprint, render_template
from flask.blueprints import BlueprintSetupState

from gernas.audit.words import action_words
from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import to_local
from gernas.core.permissions import Permission, may
from gernas.core.web import signed_in_user
from gernas.core.wording import until, zone_note
from gernas.events.files import small_name
from gernas.events.models import Event
from gernas.events.words import (
    kind_word,
    map_url,
    parts_of,
    place_words,
    status_word,
    when_words,
)

bp = Blueprint("events", __name__)


@bp.record_once
def offer(state: BlueprintSetupState) -> None:
    """Give templates the words for events; as globals, since imported macros see only those."""
    state.app.jinja_env.globals.update(
        action_words=action_words,
        event_parts=parts_of,
        event_place=place_words,
        event_when=when_words,
        kind_word=kind_word,
        local_day=lambda moment, zone: to_local(moment, zone).date(),
        map_url=map_url,
        may_see_campaign=_may_see_campaign,
        small_name=small_name,
        status_word=status_word,
        until_words=until,
        zone_note=zone_note,
    )


def may_edit(row: Campaign | Stop | Event) -> bool:
    """Whether the signed-in person may edit events there."""
    return may(signed_in_user(), Permission.EDIT_EVENTS, row.scopes)


def may_see(event: Event) -> bool:
    """Whether the signed-in person may see the plans of an event."""
    return may(signed_in_user(), Permission.SEE_PLANS, event.scopes)


def _may_see_campaign(campaign: Campaign) -> bool:
    return may(signed_in_user(), Permission.SEE_PLANS, campaign.scopes)


def page(template: str, **values: Any) -> str:
    return render_template(f"events/{template}", **values)
