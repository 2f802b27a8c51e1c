"""What planners should look at: holidays, clashes, windows. None of it ever blocks."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.campaigns.models import Stop
from gernas.core.clock import today_in
from gernas.core.holidays import list_days_off
from gernas.core.provinces import get_province
from gernas.core.wording import date_words, range_words, time_range_words
from gernas.events.clashes import (
    LONG_DAYS,
    are_at_once,
    is_on,
    length_days,
    list_pairs,
    manager_of,
    share_manager,
    share_venue,
)
from gernas.events.models import Event, EventKind
from gernas.events.queries import list_same_time, list_sharing
from gernas.events.words import kind_word

CLOSE_DAYS = 3  # between two peaks: the same people travel to both
MOST_CLOSE = 20  # peaks before one that are compared with it
MOST_CLASHES = 100
PEAKS = (EventKind.KICKOFF, EventKind.HARVESTING)


@dataclass(frozen=True)
class EventWarning:
    """One thing to look at, with its event (None: of a stop as a whole)."""

    label: str  # one or two words: Libur, Bentrok
    tone: str  # of the status component: wait, bad, info
    text: str
    event: Event | None = None


MaySee = Callable[[Event], bool]


def list_event_warnings(
    event: Event, *, may_see: MaySee, siblings: Iterable[Event] = ()
) -> list[EventWarning]:
    """What to look at about one event as it stands, saved or not.

    ``may_see`` says whether the reader may learn what another event is called; ``siblings`` are
    the events of its stop.
    """
    if not is_on(event) or event.starts_on is None or event.last_day is None:
        return []
    found = [*_holidays(event), *_window(event), *_agenda(event)]
    for other in list_same_time(event, event.starts_on, event.last_day):
        found += _clash(event, other, may_see)
    found += _order(event, siblings)
    return found


def list_plan_warnings(
    events: Sequence[Event], *, may_see: MaySee, stops: Sequence[Stop] = ()
) -> list[EventWarning]:
    """What to look at in a whole plan, soonest first: what is not over, and what has no date."""
    ahead = [event for event in events if is_on(event) and is_ahead(event)]
    by_stop = _by_stop(events)
    found: list[EventWarning] = []
    for event in ahead:
        siblings = by_stop.get(event.stop_id or 0, [])
        found += [*_holidays(event), *_window(event), *_order(event, siblings)]
    found += _clashes(ahead, may_see)
    found += _close_peaks(ahead)
    return [*_missing(stops, events), *found]


def is_ahead(event: Event) -> bool:
    """Whether it is dated and not over yet at its place."""
    return event.last_day is not None and event.last_day >= today_in(event.zone)


def _holidays(event: Event) -> list[EventWarning]:
    if event.starts_on is None or event.last_day is None or length_days(event) > LONG_DAYS:
        return []
    days = list_days_off(event.starts_on, event.last_day)
    if not days:
        return []
    named = "; ".join(f"{date_words(day.on, weekday=True)}, {day.name}" for day in days)
    text = _("%(event)s falls on days off: %(days)s.", event=event.title, days=named)
    if any(day.estimated for day in days):
        text += " " + _("Estimated days may still change.")
    only_leave = all(day.kind == "collective_leave" for day in days)
    label = _("Collective leave") if only_leave else _("Public holiday")
    return [EventWarning(label, "wait", text, event)]


def _window(event: Event) -> list[EventWarning]:
    stop = event.stop
    if stop is None or event.starts_on is None or event.last_day is None:
        return []
    early = stop.opens_on is not None and event.starts_on < stop.opens_on
    late = stop.closes_on is not None and event.last_day > stop.closes_on
    if not early and not late:
        return []
    text = _(
        "%(event)s (%(days)s) lies outside the window of its stop: %(window)s.",
        event=event.title,
        days=range_words(event.starts_on, event.ends_on),
        window=_window_words(stop.opens_on, stop.closes_on),
    )
    return [EventWarning(_("Outside the window"), "wait", text, event)]


def _agenda(event: Event) -> list[EventWarning]:
    """Parts of the agenda before the event begins, or after it ends."""
    begins, ends = event.starts_at, event.ends_at
    if begins is None:
        return []
    outside = [
        part.title
        for part in event.agenda
        if part.starts_at is not None
        and (part.starts_at < begins or (ends and (part.ends_at or part.starts_at) > ends))
    ]
    if not outside:
        return []
    text = _(
        "Parts of the agenda lie outside the hours of the event (%(hours)s): %(parts)s.",
        hours=time_range_words(begins, ends, event.zone),
        parts="; ".join(outside),
    )
    return [EventWarning(_("Agenda"), "wait", text, event)]


def _window_words(opens_on: date | None, closes_on: date | None) -> str:
    if opens_on is not None and closes_on is not None:
        return range_words(opens_on, closes_on)
    if opens_on is not None:
        return str(_("from %(day)s", day=date_words(opens_on)))
    return str(_("until %(day)s", day=date_words(closes_on))) if closes_on else ""


def _clashes(events: Sequence[Event], may_see: MaySee) -> list[EventWarning]:
    days = [day for event in events for day in (event.starts_on, event.last_day) if day]
    if not days:
        return []
    venue_ids = {event.venue_id for event in events if event.venue_id is not None}
    managers = {manager for manager in map(manager_of, events) if manager}
    others = list_sharing(min(days), max(days), venue_ids=venue_ids, managers=managers)
    pairs = islice(list_pairs(events, others), MOST_CLASHES)
    return [warning for one, two in pairs for warning in _clash(one, two, may_see)]


def _clash(event: Event, other: Event, may_see: MaySee) -> list[EventWarning]:
    """The same venue or the same manager at once. Parts of one occasion do not clash."""
    if not is_on(other) or not are_at_once(event, other):
        return []
    name = other.title if may_see(other) or other.is_public else _("another event")
    days = range_words(other.starts_on, other.ends_on) if other.starts_on else ""
    found = []
    if share_venue(event, other) and event.venue is not None:
        text = _(
            "%(event)s and %(other)s (%(days)s) are both at %(venue)s.",
            event=event.title,
            other=name,
            days=days,
            venue=event.venue.name,
        )
        found.append(EventWarning(_("Venue taken twice"), "bad", text, event))
    if share_manager(event, other):
        text = _(
            "%(manager)s has %(event)s and %(other)s (%(days)s) at once.",
            manager=manager_of(event),
            event=event.title,
            other=name,
            days=days,
        )
        found.append(EventWarning(_("Manager taken twice"), "bad", text, event))
    return found


def _order(event: Event, siblings: Iterable[Event]) -> list[EventWarning]:
    """A kick-off after its harvesting: allowed, but mostly a slip."""
    if event.kind != EventKind.KICKOFF or event.starts_on is None:
        return []
    return [
        EventWarning(
            _("Order"),
            "info",
            _(
                "%(kickoff)s comes after %(harvesting)s.",
                kickoff=event.title,
                harvesting=other.title,
            ),
            event,
        )
        for other in siblings
        if other.kind == EventKind.HARVESTING
        and other.id != event.id
        and is_on(other)
        and other.starts_on is not None
        and other.starts_on < event.starts_on
    ]


def _by_stop(events: Iterable[Event]) -> dict[int, list[Event]]:
    groups: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        if event.stop_id is not None:
            groups[event.stop_id].append(event)
    return groups


def _close_peaks(events: Sequence[Event]) -> list[EventWarning]:
    """Kick-offs and harvestings of different stops within a few days, soonest first."""
    dated = [(e.starts_on, e) for e in events if e.kind in PEAKS and e.starts_on is not None]
    dated.sort(key=lambda pair: (pair[0], pair[1].id))
    found: list[EventWarning] = []
    for number, (day, event) in enumerate(dated):
        for earlier_day, earlier in reversed(dated[max(0, number - MOST_CLOSE) : number]):
            apart = (day - earlier_day).days
            if apart > CLOSE_DAYS:
                break
            if earlier.stop_id != event.stop_id:
                found.append(_close(earlier, event, apart))
    return found


def _close(one: Event, two: Event, apart: int) -> EventWarning:
    peaks = {"one": _peak(one), "two": _peak(two)}
    if apart == 0:
        text = _("%(one)s and %(two)s are on the same day.", **peaks)
    else:
        text = ngettext(
            "%(one)s and %(two)s are only %(num)d day apart.",
            "%(one)s and %(two)s are only %(num)d days apart.",
            apart,
            **peaks,
        )
    return EventWarning(_("Close together"), "info", text, two)


def _peak(event: Event) -> str:
    """``Harvesting Lampung``: what it is and of which stop."""
    if event.stop is None:
        return event.title
    return f"{kind_word(event.kind)} {get_province(event.stop.province_code).name()}"


def _missing(stops: Sequence[Stop], events: Sequence[Event]) -> list[EventWarning]:
    """Stops whose kick-off or harvesting has no date."""
    found = []
    for kind in PEAKS:
        dated = {
            event.stop_id
            for event in events
            if event.kind == kind and event.starts_on is not None and not event.date_unknown
        }
        names = [get_province(stop.province_code).name() for stop in stops if stop.id not in dated]
        if names:
            text = _(
                "Without a date for %(kind)s: %(stops)s.",
                kind=kind_word(kind),
                stops=", ".join(names),
            )
            found.append(EventWarning(_("Not filled in"), "wait", text))
    return found
