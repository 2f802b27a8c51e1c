"""Which events are at once at one venue or under one manager, found in one pass over time."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import date

from gernas.events.models import Event, EventStatus

LONG_DAYS = 14  # what takes longer (mentoring, registration) goes on beside other things


def is_on(event: Event) -> bool:
    """Whether it takes place as dated: not off, not archived, not waiting for a new date."""
    off = event.status == EventStatus.CANCELLED or event.archived_at is not None
    return not off and not event.date_unknown


def length_days(event: Event) -> int:
    """How many days it takes; 0 when it has no date."""
    if event.starts_on is None or event.last_day is None:
        return 0
    return (event.last_day - event.starts_on).days + 1


def manager_of(event: Event) -> str | None:
    return event.stop.manager if event.stop else None


def share_venue(one: Event, two: Event) -> bool:
    """Whether both need one venue. Parts of one stop's occasion do, unless their hours overlap."""
    if one.venue_id is None or one.venue_id != two.venue_id:
        return False
    timed = one.starts_at is not None and two.starts_at is not None
    return timed or not _of_one_stop(one, two)


def share_manager(one: Event, two: Event) -> bool:
    """Whether one institution has to be at both, in two stops."""
    manager = manager_of(one)
    if not manager or _of_one_stop(one, two):
        return False
    short = max(length_days(one), length_days(two)) <= LONG_DAYS
    return short and manager.casefold() == (manager_of(two) or "").casefold()


def are_at_once(one: Event, two: Event) -> bool:
    """Whether two dated events overlap: by hours where both have them, else by days."""
    days = (one.starts_on, one.last_day, two.starts_on, two.last_day)
    first, last, other_first, other_last = days
    if first is None or last is None or other_first is None or other_last is None:
        return False
    if first > other_last or other_first > last:
        return False
    if one.starts_at is None or two.starts_at is None:
        return True
    return _begins_before_end(one, two) and _begins_before_end(two, one)


def list_pairs(own: Sequence[Event], others: Iterable[Event]) -> Iterator[tuple[Event, Event]]:
    """Pairs that overlap and share a venue or a manager, each once; the first is one's own."""
    own_ids = {event.id for event in own}
    given: set[tuple[int, int]] = set()
    for group in _group([*own, *(event for event in others if event.id not in own_ids)]):
        running: list[Event] = []
        for first, event in sorted(group, key=lambda pair: (pair[0], pair[1].id)):
            running = [e for e in running if e.last_day is not None and e.last_day >= first]
            for earlier in running:
                one, two = (earlier, event) if earlier.id in own_ids else (event, earlier)
                if one.id in own_ids and (one.id, two.id) not in given and are_at_once(one, two):
                    given.add((one.id, two.id))
                    yield one, two
            running.append(event)


def _group(events: Iterable[Event]) -> Iterator[list[tuple[date, Event]]]:
    """Those that share a venue, and those of one manager, with their first day."""
    groups: dict[Hashable, list[tuple[date, Event]]] = defaultdict(list)
    for event in events:
        if not is_on(event) or event.starts_on is None:
            continue
        if event.venue_id is not None:
            groups["venue", event.venue_id].append((event.starts_on, event))
        manager = manager_of(event)
        if manager and length_days(event) <= LONG_DAYS:
            groups["manager", manager.casefold()].append((event.starts_on, event))
    return (group for group in groups.values() if len(group) > 1)


def _of_one_stop(one: Event, two: Event) -> bool:
    return one.stop_id is not None and one.stop_id == two.stop_id


def _begins_before_end(one: Event, two: Event) -> bool:
    if one.starts_at is None or two.starts_at is None or one.starts_at == two.starts_at:
        return True
    return two.ends_at is None or one.starts_at < two.ends_at
