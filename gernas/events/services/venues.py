"""Add, edit, archive and merge venues; a venue that moves takes its events along."""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.core.clock import now, today_in
from gernas.core.database import db, lock
from gernas.core.errors import BadValues
from gernas.core.permissions import ALL, Permission
from gernas.events.errors import VenueArchived, VenueChanged, VenueOfOthers
from gernas.events.history import PLACE, add_change, is_elsewhere, take_snapshot
from gernas.events.models import Event, EventStatus, Venue
from gernas.events.queries import may_change_venue
from gernas.events.services.changing import (
    By,
    Values,
    check_may_anywhere,
    find_last_editor,
    finish,
    log_change,
    log_row,
    read_event,
    touch,
)
from gernas.events.values import VenueValues

_PLACE = ("name", "address", "city", "province_code", "latitude", "longitude")


def check_may_change(venue: Venue, *, by: By) -> None:
    """Check that a person may change what people read of all events at a venue.

    Raises:
        NotAllowed, VenueOfOthers
    """
    check_may_anywhere(by, Permission.EDIT_VENUES)
    if by is not None and not may_change_venue(venue, by):
        raise VenueOfOthers


def add_venue(values: VenueValues, *, by: By) -> Venue:
    """Add a place that events can share.

    Raises:
        NotAllowed
        BadValues: a sentence for each field that cannot be kept.
    """
    check_may_anywhere(by, Permission.EDIT_VENUES)
    moment = now()
    venue = Venue(created_at=moment, updated_at=moment, **vars(values.checked()))
    db.session.add(venue)
    db.session.flush()
    _log("venue.added", venue, {}, by=by)
    return venue


def edit_venue(
    venue: Venue,
    values: VenueValues,
    *,
    version: int | None,
    by: By,
    quietly: bool = False,
) -> Venue:
    """Change a venue that this person saw in ``version`` (None: whatever it is now).

    When its name, address, city, province or coordinates change, so does the place of each of
    its events: their calendar entries rise in SEQUENCE. What is still to come gets a line of
    public history and followers hear of it, unless ``quietly`` says it only mends a mistake.

    Raises:
        NotAllowed, VenueOfOthers, VenueArchived
        VenueChanged: someone else saved it since ``version``.
        BadValues: a sentence for each field that cannot be kept.
    """
    values, venue = values.checked(), lock(venue)
    check_may_change(venue, by=by)
    if venue.archived_at is not None:
        raise VenueArchived
    if version is not None and venue.version != version:
        name, at = find_last_editor(venue)
        raise VenueChanged(venue, changed_by=name, changed_at=at)
    before = vars(VenueValues.of(venue))
    if vars(values) == before:
        return venue
    has_moved = any(before[name] != getattr(values, name) for name in _PLACE)
    events = lock_events_at(venue) if has_moved else []
    snapshots = {event.id: take_snapshot(event) for event in events}
    for name, value in vars(values).items():
        setattr(venue, name, value)
    touch(venue)
    _log("venue.edited", venue, before, by=by)
    told = [
        event
        for event in events
        if not quietly
        and _is_ahead(event)
        and is_elsewhere(snapshots[event.id], take_snapshot(event))
    ]
    if events:
        finish(events, [add_change(event, PLACE, snapshots[event.id]) for event in told])
    return venue


def archive_venue(venue: Venue, *, by: By) -> Venue:
    """Offer a venue no more; events that have it keep it."""
    return _stamp(venue, archived=True, by=by)


def restore_venue(venue: Venue, *, by: By) -> Venue:
    """Offer an archived venue again."""
    return _stamp(venue, archived=False, by=by)


def merge_venues(venue: Venue, *, into: Venue, by: By) -> Venue:
    """Give the events of a venue that was added twice to the other one, and archive it.

    The place is the same, only its name and address may read differently; so nobody is told.

    Raises:
        NotAllowed, VenueOfOthers, VenueArchived
        BadValues: a venue cannot be merged into itself.
    """
    if venue.id == into.id:
        raise BadValues({"into": _("Choose another venue.")})
    for one in sorted((venue, into), key=lambda row: row.id):
        lock(one)
    check_may_change(venue, by=by)
    if into.archived_at is not None:
        raise VenueArchived
    events = lock_events_at(venue)
    for event in events:
        before = read_event(event)
        event.venue = into
        touch(event)
        log_change("event.edited", event, before, by=by)
    archive_venue(venue, by=by)
    if events:
        finish(events)
    return into


def lock_events_at(venue: Venue) -> list[Event]:
    """Hold the events of a locked venue, in the order of their ids, as they are now."""
    ids = select(Event.id).where(Event.venue_id == venue.id).order_by(Event.id)
    db.session.execute(ids.with_for_update())
    events = (
        select(Event)
        .where(Event.venue_id == venue.id)
        .order_by(Event.id)
        .options(joinedload(Event.campaign), joinedload(Event.stop))
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(events))


def _stamp(venue: Venue, *, archived: bool, by: By) -> Venue:
    venue = lock(venue)
    check_may_change(venue, by=by)
    if (venue.archived_at is not None) == archived:
        return venue
    before = {"archived_at": venue.archived_at}
    venue.archived_at = now() if archived else None
    touch(venue)
    action = "venue.archived" if archived else "venue.restored"
    log_row(action, venue, before, {"archived_at": venue.archived_at}, (ALL,), by=by)
    return venue


def _is_ahead(event: Event) -> bool:
    """Whether people may still go there: not over and not called off."""
    if event.status == EventStatus.CANCELLED:
        return False
    return event.last_day is None or event.last_day >= today_in(event.zone)


def _log(action: str, venue: Venue, before: Values, *, by: By) -> None:
    log_row(action, venue, before, vars(VenueValues.of(venue)), (ALL,), by=by)
