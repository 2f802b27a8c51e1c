"""The blueprint of events in the back office, and what its pages share."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from gernas.audit.words import action_words
from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import to_local
from gernas.core.database import transaction
from gernas.core.errors import GernasError
from gernas.core.permissions import Permission, may
from gernas.core.web import signed_in_user
from gernas.core.wording import until, zone_note
from gernas.events.errors import BadValues
from gernas.events.files import small_name
from gernas.events.forms import show_problems
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


@bp.app_context_processor
def offer() -> dict[str, Any]:
    """Words for events, in the templates of this domain and of those above."""
    return {
        "kind_word": kind_word,
        "status_word": status_word,
        "event_parts": parts_of,
        "event_when": when_words,
        "event_place": place_words,
        "map_url": map_url,
        "small_name": small_name,
        "until_words": until,
        "local_day": lambda moment, zone: to_local(moment, zone).date(),
        "zone_note": zone_note,
        "action_words": action_words,
        "may_see_campaign": _may_see_campaign,
    }


def may_edit(row: Campaign | Stop | Event) -> bool:
    """Whether the signed-in person may edit events there."""
    return may(signed_in_user(), Permission.EDIT_EVENTS, row.scopes)


def may_see(event: Event) -> bool:
    """Whether the signed-in person may see the plans of an event."""
    return may(signed_in_user(), Permission.SEE_PLANS, event.scopes)


def _may_see_campaign(campaign: Campaign) -> bool:
    return may(signed_in_user(), Permission.SEE_PLANS, campaign.scopes)


def save_form(
    form: Any, save: Callable[[], Any], show: Callable[[], str]
) -> ResponseReturnValue | None:
    """Run ``save`` in a transaction; what a rule refuses is shown at its field by ``show``.

    Returns None when it worked, else the form's page with the status of the error.
    """
    try:
        with transaction():
            save()
    except BadValues as error:
        show_problems(form, error.problems)
        return show(), error.status
    except GernasError as error:
        form.form_errors.append(error.message)
        return show(), error.status
    return None


def page(template: str, **values: Any) -> str:
    return render_template(f"events/{template}", **values)
