"""Copy an event into another stop or campaign."""

from dataclasses import replace
from datetime import timedelta

from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.permissions import Permission
from gernas.events.models import AgendaItem, Event, EventStatus
from gernas.events.services.changing import By, check_may, finish
from gernas.events.services.events import SURE, add_event
from gernas.events.values import EventDates, EventValues


def copy_event(
    event: Event,
    *,
    to_campaign: Campaign,
    to_stop: Stop | None,
    shift_days: int,
    by: By,
    confirmed: bool = False,
) -> Event:
    """Plan the same event again, so many days later, with its agenda, venue and cover.

    The copy is tentative, since nobody has agreed to its date yet; ``confirmed`` keeps how sure
    the original was. What is said about the original's past (history, doubt, source) stays behind.

    Raises:
        NotAllowed, WrongStop, StopArchived
        BadValues: the dates would leave the years that can be planned.
    """
    check_may(by, Permission.SEE_PLANS, event)
    keeps = confirmed and event.status in SURE
    status = EventStatus(event.status) if keeps else EventStatus.TENTATIVE
    values = _values_of_copy(event, to_campaign, shift_days, status)
    copy = add_event(to_campaign, values, by=by, stop=to_stop)
    for name in ("cover", "cover_width", "cover_height"):
        setattr(copy, name, getattr(event, name))
    if event.agenda:
        _copy_agenda(event, copy, shift_days)
        finish([copy])
    db.session.flush()
    return copy


def _values_of_copy(
    event: Event, to_campaign: Campaign, shift_days: int, status: EventStatus
) -> EventValues:
    values = EventValues.of(event)
    dates = values.dates.shifted(shift_days)
    gone = event.venue is not None and event.venue.archived_at is not None
    return replace(
        values.with_dates(dates),
        title=_in_year(values.title, event, dates, to_campaign),
        title_en=values.title_en and _in_year(values.title_en, event, dates, to_campaign),
        status=status,
        venue_id=None if gone else values.venue_id,
        uncertain=False,
        note=None,
        note_en=None,
        source_url=None,
    )


def _in_year(title: str, event: Event, dates: EventDates, to_campaign: Campaign) -> str:
    """``Lagawi Fest 2022`` becomes ``Lagawi Fest 2023`` where the copy takes place."""
    old = (event.starts_on or event.campaign.starts_on).year
    new = (dates.starts_on or to_campaign.starts_on).year
    return title.replace(str(old), str(new))


def _copy_agenda(event: Event, copy: Event, shift_days: int) -> None:
    by, moment = timedelta(days=shift_days), now()
    for item in event.agenda:
        db.session.add(
            AgendaItem(
                event=copy,
                position=item.position,
                starts_at=item.starts_at and item.starts_at + by,
                ends_at=item.ends_at and item.ends_at + by,
                title=item.title,
                title_en=item.title_en,
                description=item.description,
                stage=item.stage,
                speakers=list(item.speakers),
                is_demo=item.is_demo,
                created_at=moment,
                updated_at=moment,
            )
        )
    db.session.flush()
