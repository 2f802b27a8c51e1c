"""Questions about events, venues, agendas and their changes, for those who plan."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, literal, or_, select
from sqlalchemy.orm import contains_eager, defer, joinedload, selectinload

from gernas.campaigns.models import Campaign, Stop
from gernas.core.addresses import find_former_slug
from gernas.core.database import UtcDateTime, db
from gernas.core.permissions import (
    ALL,
    Holder,
    Permission,
    Scope,
    may_anywhere,
    scopes_with,
)
from gernas.core.text import LIKE_ESCAPE, search_like
from gernas.events.models import AgendaItem, Event, EventKind, EventStatus, Venue

PAGE_SIZE = 50
MOST_VENUES = 200  # in a list to choose from
MOST_FOUND = 30  # of a search while typing
_LONG_AGO = literal(datetime(1970, 1, 1, tzinfo=UTC), UtcDateTime)
_LONG_OF_STOPS = (
    *(Stop.description, Stop.description_en, Stop.note, Stop.note_en),
    *(Stop.partners, Stop.champion_names, Stop.sources),
)
SORTS = ("date", "title", "kind", "province", "status", "changed")


@dataclass(frozen=True, kw_only=True)
class EventFilter:
    """Which events of a campaign or stop to list; what is None does not restrict."""

    campaign_id: int
    stop_id: int | None = None
    kind: EventKind | None = None
    status: EventStatus | None = None
    province_code: str | None = None
    month: date | None = None  # its first day
    text: str = ""
    archived: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the campaign or stop restricts the list."""
        narrow = (self.kind, self.status, self.province_code, self.month, self.text)
        return any(narrow) or self.archived


@dataclass(frozen=True)
class Sorting:
    key: str = "date"  # one of SORTS
    descending: bool = False


@dataclass(frozen=True)
class EventPage:
    """One page of a list of events."""

    events: Sequence[Event]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class VenuePage:
    """One page of the venues, with how many events each has that are not archived."""

    rows: Sequence[tuple[Venue, int]]
    total: int
    page: int
    pages: int


# --- Events ---------------------------------------------------------------------------------


def find_event(slug: str) -> Event | None:
    """The event with this slug, its campaign, stop and venue loaded; None if none."""
    return db.session.scalar(
        select(Event)
        .where(Event.slug == slug)
        .options(joinedload(Event.campaign), joinedload(Event.stop), joinedload(Event.venue))
    )


def find_former_event(slug: str) -> Event | None:
    """The event that once had this slug; None if none."""
    row_id = find_former_slug("event", slug)
    return db.session.get(Event, row_id) if row_id else None


def list_events(
    wanted: EventFilter, sorting: Sorting, *, page: int = 1, size: int | None = PAGE_SIZE
) -> EventPage:
    """A page of the events that match, the undated last; with ``size=None`` all, and their changes.

    Campaign, stop and venue are loaded; a fixed number of queries whatever is found.
    """
    matching = _select_events().where(*_conditions(wanted))
    total = db.session.scalar(select(func.count()).select_from(matching.subquery())) or 0
    pages = max(1, -(-total // size)) if size else 1
    page = min(max(page, 1), pages)
    ordered = matching.order_by(*_order(sorting))
    if size:
        ordered = ordered.limit(size).offset((page - 1) * size)
    else:
        ordered = ordered.options(selectinload(Event.changes))
    return EventPage(db.session.scalars(ordered).unique().all(), total, page, pages)


def list_all_events(campaign: Campaign) -> Sequence[Event]:
    """All events of a campaign that are not archived, nor their stop, in order of time."""
    events = _select_events().where(
        Event.campaign_id == campaign.id, Event.archived_at.is_(None), _stop_shown()
    )
    return db.session.scalars(events.order_by(*_order(Sorting()))).unique().all()


def list_events_ahead(
    holder: Holder, *, today: date, until: date | None = None, limit: int | None = None
) -> Sequence[Event]:
    """What is running or to come where the person may see plans, soonest first."""
    last_day = func.coalesce(Event.ends_on, Event.starts_on)
    events = _select_events().where(
        _within(scopes_with(holder, Permission.SEE_PLANS)),
        Event.archived_at.is_(None),
        Event.status != EventStatus.CANCELLED,
        Event.date_unknown.is_(False),
        Campaign.archived_at.is_(None),
        _stop_shown(),
        last_day >= today,
    )
    if until is not None:
        events = events.where(Event.starts_on <= until)
    ordered = events.order_by(*_order(Sorting())).limit(limit)
    return db.session.scalars(ordered).unique().all()


def list_events_without_date(holder: Holder, *, limit: int) -> Sequence[Event]:
    """What has no date, or waits for a new one, where the person may see plans."""
    events = _select_events().where(
        _within(scopes_with(holder, Permission.SEE_PLANS)),
        Event.archived_at.is_(None),
        Event.status != EventStatus.CANCELLED,
        or_(Event.starts_on.is_(None), Event.date_unknown),
        Campaign.archived_at.is_(None),
        _stop_shown(),
    )
    ordered = events.order_by(Campaign.starts_on.desc(), Stop.number, Event.id).limit(limit)
    return db.session.scalars(ordered).unique().all()


def list_granted_stops(holder: Holder) -> Sequence[Stop]:
    """The stops that the person holds a grant on themselves, not through their campaign."""
    ids = [s.id for s in scopes_with(holder, Permission.SEE_PLANS) if s.kind == "stop"]
    if not ids:
        return []
    stops = select(Stop).where(Stop.id.in_(ids), Stop.archived_at.is_(None))
    return db.session.scalars(
        stops.join(Stop.campaign)
        .options(contains_eager(Stop.campaign))
        .order_by(Campaign.starts_on.desc(), Stop.number)
    ).all()


def list_granted_events(holder: Holder) -> Sequence[Event]:
    """The events that the person holds a grant on themselves."""
    ids = [s.id for s in scopes_with(holder, Permission.SEE_PLANS) if s.kind == "event"]
    if not ids:
        return []
    events = _select_events().where(Event.id.in_(ids), Event.archived_at.is_(None))
    return db.session.scalars(events.order_by(*_order(Sorting()))).unique().all()


def count_events(campaign_ids: Sequence[int]) -> dict[int, int]:
    """How many events each campaign has, without archived ones."""
    counted = (
        select(Event.campaign_id, func.count())
        .where(Event.campaign_id.in_(campaign_ids), Event.archived_at.is_(None))
        .group_by(Event.campaign_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def list_months(campaign_id: int, stop_id: int | None) -> list[date]:
    """The months in which events of a campaign or stop begin, as their first days, in order."""
    days = select(Event.starts_on).where(
        Event.campaign_id == campaign_id, Event.starts_on.is_not(None)
    )
    if stop_id is not None:
        days = days.where(Event.stop_id == stop_id)
    return sorted({day.replace(day=1) for day in db.session.scalars(days.distinct()) if day})


def list_province_codes(campaign_id: int, stop_id: int | None) -> list[str]:
    """The provinces in which events of a campaign or stop are."""
    codes = (
        select(_province())
        .select_from(Event)
        .outerjoin(Event.stop)
        .where(Event.campaign_id == campaign_id)
    )
    if stop_id is not None:
        codes = codes.where(Event.stop_id == stop_id)
    return [code for code in db.session.scalars(codes.distinct()) if code]


def find_agenda_item(event: Event, item_id: int) -> AgendaItem | None:
    """The part of this event's agenda; None if it has none with this id."""
    return db.session.scalar(
        select(AgendaItem).where(AgendaItem.event_id == event.id, AgendaItem.id == item_id)
    )


def list_same_time(event: Event, first: date, last: date) -> Sequence[Event]:
    """Other events between two days at the same venue or of the same manager, in any campaign."""
    same = [Event.venue_id == event.venue_id] if event.venue_id is not None else []
    manager = event.stop.manager if event.stop else None
    if manager:
        same.append(func.lower(Stop.manager) == manager.lower())
    if not same:
        return []
    others = _select_events().where(
        Event.id != (event.id or 0), or_(*same), *_overlap(first, last), _is_on()
    )
    return db.session.scalars(others.order_by(Event.starts_on, Event.id)).unique().all()


def list_sharing(
    first: date, last: date, *, venue_ids: Collection[int], managers: Collection[str]
) -> Sequence[Event]:
    """Events between two days at one of the venues or under one of the managers, unless off."""
    names = {manager.lower() for manager in managers}
    same = or_(Event.venue_id.in_(venue_ids), func.lower(Stop.manager).in_(names))
    events = _select_events().where(same, *_overlap(first, last), _is_on())
    return db.session.scalars(events.order_by(Event.starts_on, Event.id)).unique().all()


def list_siblings(stop_id: int) -> Sequence[Event]:
    """The events of a stop that are not archived, in order of time."""
    events = _select_events().where(Event.stop_id == stop_id, Event.archived_at.is_(None))
    return db.session.scalars(events.order_by(*_order(Sorting()))).unique().all()


# --- Venues ---------------------------------------------------------------------------------


def find_venue(venue_id: int) -> Venue | None:
    return db.session.get(Venue, venue_id)


def list_venues(text: str, *, archived: bool = False, page: int = 1) -> VenuePage:
    """A page of the venues whose name, address or city holds every word, A to Z."""
    used = (
        select(Event.venue_id, func.count().label("events"))
        .where(Event.archived_at.is_(None))
        .group_by(Event.venue_id)
        .subquery()
    )
    matching = select(Venue, func.coalesce(used.c.events, 0)).outerjoin(
        used, used.c.venue_id == Venue.id
    )
    matching = matching.where(*_venue_conditions(text, archived=archived))
    total = db.session.scalar(select(func.count()).select_from(matching.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    ordered = matching.order_by(func.lower(Venue.name), Venue.id)
    rows = db.session.execute(ordered.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    return VenuePage([(venue, count) for venue, count in rows], total, page, pages)


def list_venues_to_choose(
    text: str = "", *, near: str | None = None, chosen: int | None = None
) -> Sequence[Venue]:
    """Venues for a list of choices: those in the province ``near`` first, then A to Z.

    At most 200, or 30 for a search; the one that is ``chosen`` is always among them.
    """
    wanted = _venue_conditions(text, archived=False)
    order: list[Any] = [func.lower(Venue.name), Venue.id]
    if near:
        order.insert(0, case((Venue.province_code == near, 0), else_=1))
    limit = MOST_FOUND if text else MOST_VENUES
    found = list(db.session.scalars(select(Venue).where(*wanted).order_by(*order).limit(limit)))
    if chosen is not None and all(venue.id != chosen for venue in found):
        present = db.session.get(Venue, chosen)
        found = [present, *found] if present is not None else found
    return found


def list_events_at(venue: Venue) -> Sequence[Event]:
    """The events at a venue that are not archived, the latest first."""
    events = _select_events().where(Event.venue_id == venue.id, Event.archived_at.is_(None))
    newest = (Event.starts_on.is_(None), Event.starts_on.desc(), Event.id.desc())
    return db.session.scalars(events.order_by(*newest)).unique().all()


def may_change_venue(venue: Venue, holder: Holder) -> bool:
    """Whether the person may edit venues, and every event that takes place at this one."""
    if not may_anywhere(holder, Permission.EDIT_VENUES):
        return False
    scopes = scopes_with(holder, Permission.EDIT_EVENTS)
    foreign = select(Event.id).where(
        Event.venue_id == venue.id, Event.archived_at.is_(None), ~_within(scopes)
    )
    return db.session.scalar(foreign.limit(1)) is None


# --- Parts ----------------------------------------------------------------------------------


@lru_cache(maxsize=1)  # Statements are added to, never changed; to make this takes half a ms.
def _select_events() -> Select[Event]:
    """Events with campaign, stop and venue, without the long texts that lists do not show.

    The campaign of the stop is that of the event, so it is at hand too.
    """
    return (
        select(Event)
        .join(Event.campaign)
        .outerjoin(Event.stop)
        .outerjoin(Event.venue)
        .options(
            contains_eager(Event.campaign).options(
                defer(Campaign.description), defer(Campaign.description_en)
            ),
            contains_eager(Event.stop).options(*map(defer, _LONG_OF_STOPS)),
            contains_eager(Event.venue),
            defer(Event.description),
            defer(Event.description_en),
        )
    )


def _begins() -> ColumnElement[Any]:
    """The moment for sorting within a day; what has no hours comes before all that has."""
    return func.coalesce(Event.starts_at, _LONG_AGO)


def _province() -> ColumnElement[Any]:
    return func.coalesce(Event.province_code, Stop.province_code)


def _stop_shown() -> ColumnElement[bool]:
    return or_(Event.stop_id.is_(None), Stop.archived_at.is_(None))


def _is_on() -> ColumnElement[bool]:
    return (
        Event.archived_at.is_(None)
        & (Event.status != EventStatus.CANCELLED)
        & Event.date_unknown.is_(False)
        & _stop_shown()
        & Campaign.archived_at.is_(None)
    )


def _overlap(first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Event.starts_on <= last,
        func.coalesce(Event.ends_on, Event.starts_on) >= first,
    )


def _within(scopes: frozenset[Scope]) -> ColumnElement[bool]:
    if ALL in scopes:
        return Event.id > 0
    columns: dict[str, Any] = {
        "campaign": Event.campaign_id,
        "stop": Event.stop_id,
        "event": Event.id,
    }
    places = [columns[s.kind] == s.id for s in scopes if s.kind in columns]
    return or_(false(), *places)


def _conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    archived = Event.archived_at.is_not(None) if wanted.archived else Event.archived_at.is_(None)
    conditions: list[ColumnElement[bool]] = [Event.campaign_id == wanted.campaign_id, archived]
    if wanted.stop_id is not None:
        conditions.append(Event.stop_id == wanted.stop_id)
    if wanted.kind is not None:
        conditions.append(Event.kind == wanted.kind)
    if wanted.status is not None:
        conditions.append(Event.status == wanted.status)
    if wanted.province_code is not None:
        conditions.append(_province() == wanted.province_code)
    if wanted.month is not None:
        next_month = (wanted.month + timedelta(days=31)).replace(day=1)
        conditions += _overlap(wanted.month, next_month - timedelta(days=1))
    for pattern in search_like(wanted.text):
        columns = (Event.title, Event.title_en, Event.city, Venue.name, Stop.manager, Stop.theme)
        conditions.append(or_(*(c.ilike(pattern, escape=LIKE_ESCAPE) for c in columns)))
    return conditions


def _order(sorting: Sorting) -> list[Any]:
    columns: dict[str, list[Any]] = {
        "date": [Event.starts_on, _begins()],
        "title": [func.lower(Event.title)],
        "kind": [Event.kind, Event.starts_on],
        "province": [_province(), Event.starts_on],
        "status": [Event.status, Event.starts_on],
        "changed": [Event.updated_at],
    }
    chosen = columns.get(sorting.key, columns["date"])
    ordered = [column.desc() if sorting.descending else column.asc() for column in chosen]
    # Databases differ in where nothing stands: what is not known comes last, here on both.
    return [*(column.nulls_last() for column in ordered), Event.id]


def _venue_conditions(text: str, *, archived: bool) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Venue.archived_at.is_not(None) if archived else Venue.archived_at.is_(None)
    ]
    for pattern in search_like(text):
        columns = (Venue.name, Venue.address, Venue.city)
        conditions.append(or_(*(c.ilike(pattern, escape=LIKE_ESCAPE) for c in columns)))
    return conditions
