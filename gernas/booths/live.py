"""The state of a plan as small JSON, polled by all who look at it, from the kept layer."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.booths.allocation_queries import find_next_lapse, list_taken
from gernas.booths.models import Hall, Plan
from gernas.core.database import db
from gernas.core.kept import changes_at, keep_for
from gernas.events.models import Event
from gernas.events.queries import find_event, find_former_event


def find_public_plan(slug: str) -> Plan | None:
    """The published plan of an event that everyone may see, also under a former slug; else None."""
    event = find_event(slug) or find_former_event(slug)
    if event is None or not event.is_public:
        return None
    return find_published(event)


def find_published(event: Event) -> Plan | None:
    """The plan of an event if it is published."""
    plans = select(Plan).where(Plan.event_id == event.id, Plan.published_at.is_not(None))
    return db.session.scalar(plans.options(joinedload(Plan.event)))


def tell_state(plan: Plan) -> str:
    """Ids of the booths that someone has or holds; ``drawn`` changes when the plan itself does."""
    keep_for(plan.scope)
    changes_at(find_next_lapse(plan.id))
    taken = list_taken(plan.id)
    state: dict[str, Any] = {
        "taken": sorted(number for number, is_held in taken.items() if not is_held),
        "held": sorted(number for number, is_held in taken.items() if is_held),
        "drawn": tell_drawn(plan),
    }
    return json.dumps(state, separators=(",", ":"))


def tell_drawn(plan: Plan) -> str:
    """What differs whenever the plan was drawn anew."""
    versions = select(Hall.id, Hall.version).where(Hall.plan_id == plan.id).order_by(Hall.id)
    halls = "-".join(f"{number}.{version}" for number, version in db.session.execute(versions))
    return f"{plan.version}-{halls}"
