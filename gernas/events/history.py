"""What the public reads of an event's past: where and when it was meant to be."""

from datetime import UTC, date, datetime
from typing import Any

from flask_babel import gettext as _

from gernas.core.clock import now
from gernas.core.database import db
from gernas.events.change_words import planned_words, spot_words
from gernas.events.models import Event, EventChange

MOVED, PLACE, POSTPONED, CANCELLED, REVIVED = "moved", "place", "postponed", "cancelled", "revived"

_DATES = ("all_day", "starts_on", "ends_on", "starts_at", "ends_at", "zone", "date_unknown")
_PLACE = ("venue", "address", "city", "province_code", "online_url")

Snapshot = dict[str, Any]


def take_snapshot(event: Event) -> Snapshot:
    """When and where the event is and in which state, as JSON keeps it (dates in ISO 8601)."""
    venue = event.venue
    return {
        "status": str(event.status),
        "all_day": event.all_day,
        "starts_on": _iso(event.starts_on),
        "ends_on": _iso(event.ends_on),
        "starts_at": _iso(event.starts_at),
        "ends_at": _iso(event.ends_at),
        "zone": event.zone,
        "date_unknown": event.date_unknown,
        "venue": venue.name if venue else None,
        "address": venue.address if venue else None,
        "city": (venue.city if venue else None) or event.city,
        "province_code": (venue.province_code if venue else None) or event.province_code,
        "online_url": event.online_url,
    }


def moved(before: Snapshot, after: Snapshot) -> bool:
    """Whether a date that people could know is another one now."""
    return before["starts_on"] is not None and any(before[k] != after[k] for k in _DATES)


def is_elsewhere(before: Snapshot, after: Snapshot) -> bool:
    """Whether a place that people could know is another one now."""
    known = any(before[name] is not None for name in _PLACE)
    return known and any(before[name] != after[name] for name in _PLACE)


def add_change(
    event: Event,
    what: str,
    before: Snapshot,
    *,
    reason: str | None = None,
    source_url: str | None = None,
) -> EventChange | None:
    """Write a line of the event's public history; None while nobody can read about the event."""
    if not event.is_public:
        return None
    change = EventChange(
        event=event,
        at=now(),
        what=what,
        before=before,
        after=take_snapshot(event),
        reason=reason,
        source_url=source_url,
    )
    db.session.add(change)
    db.session.flush()
    return change


def describe_change(change: EventChange) -> str:
    """A line of the history as planners read it: ``Semula 14 – 15 Juli 2022``."""
    before = change.before
    if change.what == CANCELLED:
        return str(_("Cancelled"))
    if change.what == REVIVED:
        return str(_("Takes place after all"))
    if change.what == PLACE:
        return str(_("Place formerly: %(place)s", place=spot_words(before) or _("not known")))
    days = planned_words(before)
    if change.what == POSTPONED and change.after.get("date_unknown"):
        return str(_("Postponed without a new date, formerly %(days)s", days=days))
    return str(_("Formerly %(days)s", days=days))


def _iso(moment: date | datetime | None) -> str | None:
    if isinstance(moment, datetime):
        moment = moment.astimezone(UTC)
    return moment.isoformat() if moment is not None else None
