"""Bring the calendar entries of a campaign or stop in line when it is shown or hidden."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.campaigns.models import Campaign, Stop
from gernas.core.database import db
from gernas.events.calendar import keep_calendar
from gernas.events.models import Event

BATCH = 500


def renew_calendar_of(row: Campaign | Stop) -> int:
    """Keep or drop the entries of all events of a campaign or stop; return how many events.

    Call it in the transaction that publishes, withdraws, archives or restores it, before that
    raises its revisions.
    """
    column = Event.campaign_id if isinstance(row, Campaign) else Event.stop_id
    ids = db.session.scalars(
        select(Event.id).where(column == row.id).order_by(Event.id).with_for_update()
    ).all()
    for start in range(0, len(ids), BATCH):
        events = (
            select(Event)
            .where(Event.id.in_(ids[start : start + BATCH]))
            .options(joinedload(Event.campaign), joinedload(Event.stop), joinedload(Event.venue))
            .execution_options(populate_existing=True)
        )
        keep_calendar(db.session.scalars(events).all())
    return len(ids)
