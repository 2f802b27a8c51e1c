"""What every change of an event shares: rights, versions, the log, calendars, followers, pages."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from gernas.audit.models import AuditEntry
from gernas.audit.services import record
from gernas.audit.words import people_names
from gernas.core.clock import now, to_local, to_utc
from gernas.core.database import Model, db
from gernas.core.errors import NotAllowed
from gernas.core.permissions import Holder, Permission, Scope, Scoped, may_anywhere, require
from gernas.core.revisions import raise_revisions
from gernas.events.calendar import keep_calendar
from gernas.events.errors import EventArchived, EventChanged
from gernas.events.follows import notify_followers
from gernas.events.models import Event, EventChange, EventStatus
from gernas.events.values import EventDates, EventValues

By = Holder | None  # None: the program itself (demo, import)
Values = dict[str, Any]

_STATE = ("date_unknown", "cancel_reason", "slug", "cover", "archived_at")


def check_may(by: By, permission: Permission, row: Scoped) -> None:
    """Check again what the view checked.

    Raises:
        NotAllowed: no grant of the person on the row carries the permission.
    """
    if by is not None:
        require(by, permission, row)


def check_may_anywhere(by: By, permission: Permission) -> None:
    """Check a permission on what belongs to no campaign, such as venues.

    Raises:
        NotAllowed: no grant of the person carries the permission.
    """
    if by is not None and not may_anywhere(by, permission):
        raise NotAllowed(_("Your role does not allow this."))


def check_open(event: Event, *, by: By, version: int | None) -> None:
    """Check that a locked event may be changed by this person, who saw it in ``version``.

    Raises:
        NotAllowed, EventArchived, EventChanged
    """
    check_may(by, Permission.EDIT_EVENTS, event)
    if event.archived_at is not None:
        raise EventArchived
    if version is not None and event.version != version:
        name, at = find_last_editor(event)
        raise EventChanged(event, changed_by=name, changed_at=at)


def find_last_editor(row: Event | Any) -> tuple[str | None, datetime]:
    """Who saved a row last, by the log, and when; no name for the program itself."""
    newest = (
        select(AuditEntry.actor_id, AuditEntry.at)
        .where(AuditEntry.subject_kind == row.__tablename__, AuditEntry.subject_id == row.id)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    found = db.session.execute(newest).first()
    if found is None:
        return None, row.updated_at
    names = people_names([found.actor_id]) if found.actor_id is not None else {}
    return names.get(found.actor_id), found.at


def read_event(event: Event) -> Values:
    """What the log keeps of an event; a venue by its name."""
    names = [one.name for one in fields(EventValues) if one.name != "venue_id"]
    values: Values = {name: getattr(event, name) for name in (*names, *_STATE)}
    values["venue"] = event.venue.name if event.venue else None
    return values


def touch(row: Any) -> None:
    """Raise a changed row's version."""
    row.version += 1
    row.updated_at = now()
    db.session.flush()


def log_change(action: str, event: Event, before: Values, *, by: By) -> None:
    record(action, event, by=by, before=before, after=read_event(event), scopes=event.scopes)


def log_row(
    action: str, row: Model, before: Values, after: Values, scopes: tuple[Scope, ...], *, by: By
) -> None:
    record(action, row, by=by, before=before, after=after, scopes=scopes)


def set_dates(event: Event, dates: EventDates, zone: str) -> None:
    """Give an event checked dates; its agenda keeps its wall time on the days that follow."""
    days = (dates.starts_on - event.starts_on).days if dates.starts_on and event.starts_on else 0
    if days or zone != event.zone:
        _carry_agenda(event, days, zone)
    for name, value in vars(dates).items():
        setattr(event, name, value)
    event.zone = zone


def _carry_agenda(event: Event, days: int, zone: str) -> None:
    for item in event.agenda:
        for name in ("starts_at", "ends_at"):
            moment = getattr(item, name)
            if moment is not None:
                local = to_local(moment, event.zone)
                day = local.date() + timedelta(days=days)
                setattr(item, name, to_utc(day, local.time(), zone))


def finish(events: Collection[Event], changes: Iterable[EventChange | None] = ()) -> None:
    """Bring a change to calendars, followers and kept pages; the last step of every service."""
    db.session.flush()
    keep_calendar(events)
    for change in changes:
        if change is not None:
            notify_followers(change.event, change)
    raise_revisions(*(scope for event in events for scope in event.scopes if scope.kind != "all"))


def sure_status(event: Event) -> EventStatus:
    """How sure the event was before it was cancelled or postponed, by its public history."""
    for change in event.changes:
        before = change.before.get("status")
        if before in (EventStatus.TENTATIVE, EventStatus.CONFIRMED):
            return EventStatus(before)
    return EventStatus.CONFIRMED
