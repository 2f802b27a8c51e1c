"""Postpone, cancel, revive and confirm events."""

from flask_babel import gettext as _

from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.errors import BadValues
from gernas.events.errors import AlreadyCancelled, EventCancelled, NothingToConfirm, NothingToRevive
from gernas.events.follows import SETTLING
from gernas.events.history import CANCELLED, POSTPONED, REVIVED, add_change, take_snapshot
from gernas.events.models import Event, EventStatus
from gernas.events.services.changing import (
    By,
    check_open,
    finish,
    log_change,
    read_event,
    set_dates,
    sure_status,
    touch,
)
from gernas.events.values import EventDates, check_dates, check_reason


def postpone_event(
    event: Event,
    *,
    dates: EventDates | None,
    by: By,
    reason: str | None = None,
    version: int | None = None,
    source_url: str | None = None,
) -> Event:
    """Put an event off to new dates, or to none yet; then its old ones stand until they are known.

    Its agenda moves along, at the same hours.

    Raises:
        NotAllowed, EventArchived, EventCancelled
        EventChanged: someone else saved it since ``version``.
        BadValues: a sentence for each field that cannot be kept.
    """
    reason = check_reason(reason, required=False)
    event = lock(event)
    check_open(event, by=by, version=version)
    if event.status == EventStatus.CANCELLED:
        raise EventCancelled
    new_dates = _check_new_dates(event, dates)
    before, snapshot = read_event(event), take_snapshot(event)
    if new_dates is not None:
        set_dates(event, new_dates, event.zone)
    event.date_unknown = new_dates is None
    event.status = EventStatus.POSTPONED
    touch(event)
    log_change("event.postponed", event, before, by=by)
    change = add_change(event, POSTPONED, snapshot, reason=reason, source_url=source_url)
    finish([event], [change])
    return event


def cancel_event(
    event: Event,
    *,
    reason: str,
    by: By,
    version: int | None = None,
    source_url: str | None = None,
) -> Event:
    """Call an event off; it stays on its page with the reason, and in calendars for 30 days.

    Raises:
        NotAllowed, EventArchived, AlreadyCancelled
        EventChanged: someone else saved it since ``version``.
        BadValues: there is no reason.
    """
    why = check_reason(reason, required=True)
    event = lock(event)
    check_open(event, by=by, version=version)
    if event.status == EventStatus.CANCELLED:
        raise AlreadyCancelled
    before, snapshot = read_event(event), take_snapshot(event)
    event.status, event.cancel_reason, event.cancelled_at = EventStatus.CANCELLED, why, now()
    touch(event)
    log_change("event.cancelled", event, before, by=by)
    change = add_change(event, CANCELLED, snapshot, reason=why, source_url=source_url)
    finish([event], [change])
    return event


def revive_event(
    event: Event, *, by: By, reason: str | None = None, version: int | None = None
) -> Event:
    """Take back a cancelling, or a postponement that has no new date: the old dates hold again.

    A cancelled event that was postponed before is postponed again. What is taken back before
    followers were told leaves no line in the public history.

    Raises:
        NotAllowed, EventArchived, NothingToRevive
        EventChanged: someone else saved it since ``version``.
    """
    reason = check_reason(reason, required=False)
    event = lock(event)
    check_open(event, by=by, version=version)
    before, snapshot = read_event(event), take_snapshot(event)
    if event.status == EventStatus.CANCELLED:
        event.status = EventStatus.POSTPONED if event.date_unknown else sure_status(event)
        event.cancel_reason = event.cancelled_at = None
    elif event.date_unknown:
        event.status, event.date_unknown = sure_status(event), False
    else:
        raise NothingToRevive
    touch(event)
    log_change("event.revived", event, before, by=by)
    unheard = _take_back_unheard(event)
    change = None if unheard else add_change(event, REVIVED, snapshot, reason=reason)
    finish([event], [change])
    return event


def confirm_event(event: Event, *, by: By, version: int | None = None) -> Event:
    """Say that a tentative event, or one put off to a new date, takes place as it stands.

    Raises:
        NotAllowed, EventArchived, NothingToConfirm
        EventChanged: someone else saved it since ``version``.
    """
    event = lock(event)
    check_open(event, by=by, version=version)
    if event.status == EventStatus.CANCELLED or event.date_unknown or not event.is_dated:
        raise NothingToConfirm
    if event.status == EventStatus.CONFIRMED:
        return event
    before = read_event(event)
    event.status = EventStatus.CONFIRMED
    touch(event)
    log_change("event.confirmed", event, before, by=by)
    finish([event])
    return event


def _take_back_unheard(event: Event) -> bool:
    """Delete the line of history that is being undone before any follower was told of it."""
    newest = next(iter(event.changes), None)
    if newest is None or newest.what not in (CANCELLED, POSTPONED):
        return False
    if now() - newest.at >= SETTLING:
        return False
    db.session.delete(newest)
    db.session.flush()
    db.session.expire(event, ["changes"])
    return True


def _check_new_dates(event: Event, dates: EventDates | None) -> EventDates | None:
    if dates is None:
        if not event.is_dated:
            problem = _("This event has no date yet, so there is nothing to postpone.")
            raise BadValues({"starts_on": problem})
        return None
    problems: dict[str, str] = {}
    checked = check_dates(dates, event.zone, problems)
    if not problems and checked.starts_on is None:
        problems["starts_on"] = _("Write the new date, or say that it is not known yet.")
    now_dates = EventDates(**{name: getattr(event, name) for name in vars(checked)})
    if not problems and checked == now_dates and not event.date_unknown:
        problems["starts_on"] = _("This is the date it has now. Write the new one.")
    if problems:
        raise BadValues(problems)
    return checked
