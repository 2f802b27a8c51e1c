"""Questions about events, venues, agendas and their changes."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.core.addresses import find_former_slug
from gernas.core.database import db
from gernas.events.models import Event


def find_event(slug: str) -> Event | None:
    """The event with this slug, its campaign, stop and venue loaded; None if none."""
    return db.session.scalar(
        select(Event)
        .where(Event.slug == slug)
        .options(joinedload(Event.campaign), joinedload(Event.stop), joinedload(Event.venue))
    )


def find_former_event(slug: str) -> Event | None:
    """The event that once had this slug; None if none."""
    row_id = find_former_slug("event", slug)
    return db.session.get(Event, row_id) if row_id else None
