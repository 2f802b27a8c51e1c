"""Add, edit, archive and restore events."""

from dataclasses import fields

from flask_babel import gettext as _
from sqlalchemy import select

from gernas.campaigns.models import SLUG_LENGTH, Campaign, Stop
from gernas.core.addresses import find_former_slug, keep_former_slug
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.errors import BadValues
from gernas.core.permissions import Permission
from gernas.core.provinces import find_province
from gernas.core.text import free_slug, is_slug, slugify
from gernas.events.errors import StopArchived, WrongStop
from gernas.events.history import (
    MOVED,
    PLACE,
    Snapshot,
    add_change,
    is_elsewhere,
    moved,
    take_snapshot,
)
from gernas.events.models import Event, EventChange, EventStatus, Venue
from gernas.events.services.changing import (
    By,
    check_may,
    check_open,
    finish,
    log_change,
    read_event,
    set_dates,
    touch,
)
from gernas.events.values import EventDates, EventValues, check_reason

SURE = (EventStatus.TENTATIVE, EventStatus.CONFIRMED)
_DATE_FIELDS = frozenset({*(one.name for one in fields(EventDates)), "zone"})


def add_event(
    campaign: Campaign,
    values: EventValues,
    *,
    by: By,
    stop: Stop | None = None,
    slug: str | None = None,
    is_demo: bool = False,
) -> Event:
    """Plan an event in a stop, or without one a national event.

    Its address is made of title, province and year unless ``slug`` is given.

    Raises:
        NotAllowed, WrongStop, StopArchived
        BadValues: a sentence for each field that cannot be kept.
    """
    if stop is not None and stop.campaign_id != campaign.id:
        raise WrongStop
    check_may(by, Permission.EDIT_EVENTS, stop or campaign)
    values = values.checked()
    if values.status not in SURE:
        raise BadValues({"status": _("A new event is tentative or confirmed.")})
    campaign = lock(campaign)  # Two events of one title get two addresses.
    if stop is not None and lock(stop).archived_at is not None:
        raise StopArchived
    venue = hold_venue(values.venue_id)
    if venue is not None and venue.archived_at is not None:
        raise BadValues({"venue_id": _("This venue is in the archive.")})
    moment = now()
    event = Event(
        campaign=campaign,
        stop=stop,
        slug=check_event_slug(slug) if slug else make_event_slug(values, campaign, stop),
        venue=venue,
        is_demo=is_demo,
        created_at=moment,
        updated_at=moment,
        **{name: value for name, value in vars(values).items() if name != "venue_id"},
    )
    db.session.add(event)
    db.session.flush()
    log_change("event.added", event, {}, by=by)
    finish([event])
    return event


def edit_event(
    event: Event,
    values: EventValues,
    *,
    version: int | None,
    by: By,
    slug: str | None = None,
    quietly: bool = False,
    reason: str | None = None,
    source_url: str | None = None,
) -> Event:
    """Change an event that this person saw in ``version`` (None: whatever it is now).

    A move of date or place becomes a line of its public history and followers hear of it, unless
    ``quietly`` says that it only mends a mistake. An old address goes on leading to it.

    Raises:
        NotAllowed, EventArchived
        EventChanged: someone else saved it since ``version``.
        BadValues: a sentence for each field that cannot be kept.
    """
    values, reason = values.checked(), check_reason(reason, required=False)
    venue = hold_venue(values.venue_id)  # Before the event: whoever moves a venue locks it first.
    event = lock(event)
    check_open(event, by=by, version=version)
    _check_edit(event, values, venue, quietly=quietly)
    before, snapshot, former_venue = read_event(event), take_snapshot(event), event.venue_id
    if slug and slug != event.slug:
        former, event.slug = event.slug, check_event_slug(slug, event)
        keep_former_slug("event", former, event.id)
    if values.dates != EventValues.of(event).dates:
        event.date_unknown = False
    set_dates(event, values.dates, values.zone)
    for name, value in vars(values).items():
        if name not in _DATE_FIELDS and name != "venue_id":
            setattr(event, name, value)
    event.venue = venue
    db.session.flush()
    if read_event(event) == before and event.venue_id == former_venue:
        return event
    touch(event)
    log_change("event.edited", event, before, by=by)
    changes = []
    if not quietly and event.status != EventStatus.CANCELLED:
        changes = _tell_moves(event, snapshot, reason, source_url)
    finish([event], changes)
    return event


def archive_event(event: Event, *, by: By) -> Event:
    """Put an event away: off public pages and feeds, but not lost. Doing it twice does nothing."""
    return _stamp(event, archived=True, by=by)


def restore_event(event: Event, *, by: By) -> Event:
    """Take an event out of the archive; its calendar entry comes back under its old UID."""
    return _stamp(event, archived=False, by=by)


def check_event_slug(slug: str, event: Event | None = None) -> str:
    """The address if the event may have it.

    Raises:
        BadValues: not an address, reserved, or another event's, now or once.
    """
    if not is_slug(slug) or len(slug) > SLUG_LENGTH:
        problem = _("Use small letters, digits and hyphens only, for example kick-off-lampung.")
        raise BadValues({"slug": problem})
    if _is_taken(slug, event):
        raise BadValues({"slug": _("Another event has this address, or had it once.")})
    return slug


def make_event_slug(values: EventValues, campaign: Campaign, stop: Stop | None) -> str:
    """``kick-off-gernas-bbi-lampung-2022``: title, province and year, each once."""
    title = slugify(values.title)
    province = find_province(values.province_code or (stop.province_code if stop else None))
    year = (values.starts_on or campaign.starts_on).year
    words = [title]
    if province is not None and province.slug not in title:
        words.append(province.slug)
    if str(year) not in title:
        words.append(str(year))
    tail = "-".join(words[1:])
    return free_slug(f"{title[: SLUG_LENGTH - 6 - len(tail)]}-{tail}", _is_taken)


def hold_venue(venue_id: int | None) -> Venue | None:
    """The venue, held so that nobody moves it before this transaction ends; None for no venue.

    Raises:
        BadValues: there is no such venue.
    """
    if venue_id is None:
        return None
    venue = db.session.get(Venue, venue_id, with_for_update={"read": True}, populate_existing=True)
    if venue is None:
        raise BadValues({"venue_id": _("Choose a venue from the list.")})
    return venue


def _check_edit(event: Event, values: EventValues, venue: Venue | None, *, quietly: bool) -> None:
    problems: dict[str, str] = {}
    if values.status not in (*SURE, event.status):
        problems["status"] = _("Use “Postpone” or “Cancel the event” for that.")
    if event.status == EventStatus.CANCELLED and values.status != event.status:
        problems["status"] = _("This event is cancelled. Revive it first.")
    same_dates = values.dates == EventValues.of(event).dates
    if event.date_unknown and same_dates and values.status in SURE:
        problems["status"] = _("Its new date is not known yet. Write the new date first.")
    if event.is_public and event.is_dated and values.starts_on is None and not quietly:
        problems["starts_on"] = _(
            "People have read this date. To take it back, postpone the event."
        )
    if venue is not None and venue.archived_at is not None and venue.id != event.venue_id:
        problems["venue_id"] = _("This venue is in the archive.")
    if problems:
        raise BadValues(problems)


def _tell_moves(
    event: Event, before: Snapshot, reason: str | None, source_url: str | None
) -> list[EventChange | None]:
    after = take_snapshot(event)
    changes: list[EventChange | None] = []
    if moved(before, after):
        changes.append(add_change(event, MOVED, before, reason=reason, source_url=source_url))
    if is_elsewhere(before, after):
        why = None if changes else reason
        changes.append(add_change(event, PLACE, before, reason=why, source_url=source_url))
    return changes


def _stamp(event: Event, *, archived: bool, by: By) -> Event:
    event = lock(event)
    check_may(by, Permission.EDIT_EVENTS, event)
    if (event.archived_at is not None) == archived:
        return event
    before = read_event(event)
    event.archived_at = now() if archived else None
    touch(event)
    log_change("event.archived" if archived else "event.restored", event, before, by=by)
    finish([event])
    return event


def _is_taken(slug: str, event: Event | None = None) -> bool:
    own = event.id if event is not None else None
    holder = db.session.scalar(select(Event.id).where(Event.slug == slug))
    former = find_former_slug("event", slug)
    return any(one not in (None, own) for one in (holder, former))
