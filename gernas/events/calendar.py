"""Events and their timed agenda items as entries of calendars."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.calendars.entries import CalendarEntry, EntryStatus
from gernas.calendars.scopes import FeedScope
from gernas.calendars.services import (
    Filed,
    Filing,
    drop_entries,
    get_or_new_uids,
    keep_entries,
)
from gernas.core.database import db
from gernas.core.markdown import plain_text
from gernas.core.provinces import find_province
from gernas.events.models import AgendaItem, Event, EventStatus, Venue
from gernas.events.queries import find_event, find_former_event
from gernas.events.words import join_places, kind_word

EVENT, AGENDA = "event", "agenda"
DESCRIPTION_LENGTH = 400

KeepFurther = Callable[[Collection[Event]], None]
_further: dict[str, KeepFurther] = {}


def register_further_entries(name: str, keep: KeepFurther) -> None:
    """Say what else hangs on events in calendars; called with those that changed, locked."""
    _further[name] = keep


def keep_calendar(events: Collection[Event]) -> None:
    """Keep the entries of events and their agendas, and drop those that are not to be seen.

    Seen is what has a date and is public. Callers hold a lock on the events.
    """
    agendas = _list_agendas([event.id for event in events])
    uids = get_or_new_uids(EVENT, [event.id for event in events])
    item_ids = [item.id for agenda in agendas.values() for item in agenda]
    item_uids = get_or_new_uids(AGENDA, item_ids)
    filed = list(_file(events, agendas, uids, item_uids))
    keep_entries(filed)
    kept = {one.entry.uid for one in filed}
    if unseen := {*uids.values(), *item_uids.values()} - kept:
        drop_entries(unseen)
    for keep_further in _further.values():
        keep_further(events)


def drop_agenda_item(item: AgendaItem) -> None:
    """Take the entry of an item that is about to be deleted out of calendars for good."""
    drop_entries(list(get_or_new_uids(AGENDA, [item.id]).values()), for_good=True)


def list_entry_ids() -> Sequence[int]:
    """The events that may have entries, for rendering all of them again."""
    return db.session.scalars(
        select(Event.id)
        .where(Event.starts_on.is_not(None), Event.archived_at.is_(None))
        .order_by(Event.id)
    ).all()


def build_entries(event_ids: Sequence[int]) -> list[Filed]:
    """The entries of these events and their agendas; locks the events."""
    locked = select(Event.id).where(Event.id.in_(event_ids)).order_by(Event.id)
    db.session.execute(locked.with_for_update())
    events = db.session.scalars(
        select(Event)
        .where(Event.id.in_(event_ids))
        .options(joinedload(Event.campaign), joinedload(Event.stop), joinedload(Event.venue))
        .execution_options(populate_existing=True)
    ).all()
    agendas = _list_agendas(event_ids)
    item_ids = [item.id for agenda in agendas.values() for item in agenda]
    uids = get_or_new_uids(EVENT, event_ids)
    return list(_file(events, agendas, uids, get_or_new_uids(AGENDA, item_ids)))


def resolve_event_feed(slug: str) -> FeedScope | None:
    """The event of a feed's address, by its present or a former slug; None if none is public."""
    event = find_event(slug) or find_former_event(slug)
    if event is None or not event.is_public:
        return None
    return FeedScope(
        kind="event",
        id=event.id,
        slugs=(event.slug,),
        name=event.title,
        description=_describe(event),
        page_url=event_url(event),
        revision=event.scope,
    )


def event_url(event: Event) -> str:
    """The absolute address of the event's public page."""
    return f"{current_app.config['GERNAS'].url}/acara/{event.slug}"


def _file(
    events: Collection[Event],
    agendas: Mapping[int, Sequence[AgendaItem]],
    uids: Mapping[int, str],
    item_uids: Mapping[int, str],
) -> Iterator[Filed]:
    with force_locale("id"):  # The bytes are kept once, for every reader.
        for event in events:
            if not event.is_public or event.starts_on is None:
                continue
            yield Filed(_event_entry(event, uids[event.id]), _filing(event, event.id))
            for item in agendas.get(event.id, ()):
                if item.starts_at is not None:
                    entry = _agenda_entry(event, item, item_uids[item.id], uids[event.id])
                    yield Filed(entry, _filing(event, item.id))


def _event_entry(event: Event, uid: str) -> CalendarEntry:
    starts = event.starts_at or event.starts_on
    if starts is None:
        raise ValueError("an event without a date has no entry")
    return CalendarEntry(
        uid=uid,
        title=event.title,
        starts=starts,
        ends=event.ends_at if event.starts_at else event.ends_on,
        zone=event.zone,
        url=event_url(event),
        created_at=event.created_at,
        status=_status(event),
        postponed=event.date_unknown,
        cancelled_at=event.cancelled_at,
        description=_describe(event),
        location=_locate(event),
        geo=_place_on_earth(event.venue),
        categories=(kind_word(event.kind),),
    )


def _agenda_entry(event: Event, item: AgendaItem, uid: str, event_uid: str) -> CalendarEntry:
    if item.starts_at is None:
        raise ValueError("a part of an agenda without a time has no entry")
    text = "\n".join([*item.speakers, plain_text(item.description or "", limit=DESCRIPTION_LENGTH)])
    return CalendarEntry(
        uid=uid,
        kind=AGENDA,
        title=f"{item.title} · {event.title}",
        starts=item.starts_at,
        ends=item.ends_at,
        zone=event.zone,
        url=event_url(event),
        created_at=item.created_at,
        status=_status(event),
        postponed=event.date_unknown,
        cancelled_at=event.cancelled_at,
        description=text.strip(),
        location=join_places([item.stage, _locate(event)]),
        categories=(kind_word(event.kind),),
        related_to=event_uid,
    )


def _place_on_earth(venue: Venue | None) -> tuple[float, float] | None:
    if venue is None or venue.latitude is None or venue.longitude is None:
        return None
    return venue.latitude, venue.longitude


def _status(event: Event) -> EntryStatus:
    return {
        EventStatus.CANCELLED: EntryStatus.CANCELLED,
        EventStatus.TENTATIVE: EntryStatus.TENTATIVE,
    }.get(EventStatus(event.status), EntryStatus.CONFIRMED)


def _locate(event: Event) -> str:
    """``Mahan Agung, Jl. …, Bandar Lampung, Lampung``; of events without a place their link."""
    venue = event.venue
    province = find_province((venue.province_code if venue else None) or event.province_code)
    place = join_places(
        [
            venue.name if venue else None,
            venue.address if venue else None,
            (venue.city if venue else None) or event.city,
            province.name_id if province else None,
        ]
    )
    is_somewhere = venue is not None or event.city is not None
    return place if is_somewhere or not event.online_url else event.online_url


def _describe(event: Event) -> str:
    """What to know at once, then the beginning of the description, as plain text."""
    parts = [plain_text(event.description or "", limit=DESCRIPTION_LENGTH)]
    if event.campaign.is_example:
        parts.insert(0, _("Example: this event does not really take place."))
    if event.uncertain and event.note:
        parts.insert(0, _("Uncertain: %(note)s", note=event.note))
    if event.cancel_reason and event.status == EventStatus.CANCELLED:
        parts.insert(0, _("Cancelled: %(reason)s", reason=event.cancel_reason))
    if event.online_url:
        parts.append(_("Online: %(url)s", url=event.online_url))
    return "\n\n".join(part for part in parts if part)


def _filing(event: Event, object_id: int) -> Filing:
    stop_province = event.stop.province_code if event.stop else None
    return Filing(
        object_id=object_id,
        campaign_id=event.campaign_id,
        stop_id=event.stop_id,
        event_kind=str(event.kind),
        province_code=event.province_code or stop_province,
    )


def _list_agendas(event_ids: Collection[int]) -> dict[int, list[AgendaItem]]:
    agendas: dict[int, list[AgendaItem]] = defaultdict(list)
    items = select(AgendaItem).where(AgendaItem.event_id.in_(event_ids))
    for item in db.session.scalars(items.order_by(AgendaItem.event_id, AgendaItem.position)):
        agendas[item.event_id].append(item)
    return agendas
