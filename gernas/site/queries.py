"""Questions about what the public may see: published, not archived, in the order people read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, extract, func, or_, select, union_all
from sqlalchemy.orm import contains_eager, defer, joinedload, selectinload

from gernas.campaigns.models import Campaign, Indicator, Observation, Stop
from gernas.core.clock import ZONES, today_in
from gernas.core.database import db
from gernas.core.provinces import PROVINCES
from gernas.core.text import LIKE_ESCAPE, clean_text, search_like
from gernas.core.typed import parse_month
from gernas.events.models import Event, EventKind, EventStatus, Venue
from gernas.site.filters import COMING, PAST, EventFilter

PAGE_SIZE = 20
NEXT_EVENTS = 5
MOST_RELATED = 4
MOST_OF_A_STOP = 200  # on its thread; its list in the campaign has them all
FAR = 10**6  # days


@dataclass(frozen=True)
class EventPage:
    """One page of a list of events."""

    events: Sequence[Event]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Options:
    """What the filters of a list can be set to: only what would find something."""

    kinds: list[EventKind]
    province_codes: set[str]
    months: list[date]  # their first days, earliest first


class StopDate(NamedTuple):
    """What the stage of a stop is told by."""

    stop_id: int
    kind: EventKind
    starts_on: date | None
    ends_on: date | None
    is_open: bool  # postponed without a new date

    @property
    def last_day(self) -> date | None:
        return self.ends_on or self.starts_on


# --- Campaigns and stops --------------------------------------------------------------------


def list_campaigns() -> Sequence[Campaign]:
    """The published campaigns, the latest first."""
    return db.session.scalars(
        select(Campaign)
        .where(Campaign.published_at.is_not(None))
        .order_by(Campaign.starts_on.desc(), Campaign.id)
    ).all()


def choose_main_campaign(campaigns: Iterable[Campaign], today: date) -> Campaign | None:
    """The campaign of the home page: running, else next, else last; None when there is none.

    An example yields to a real one that runs.
    """
    live = [campaign for campaign in campaigns if not campaign.is_archived]
    running = [c for c in live if c.starts_on <= today <= c.ends_on]
    if running:
        return min(running, key=lambda c: (c.is_example, -c.starts_on.toordinal(), c.id))
    real = [campaign for campaign in live if not campaign.is_example] or list(campaigns)
    coming = [campaign for campaign in real if campaign.starts_on > today]
    if coming:
        return min(coming, key=lambda c: (c.starts_on, c.id))
    return max(real, key=lambda c: (c.ends_on, c.id), default=None)


def list_stops(campaign: Campaign) -> Sequence[Stop]:
    """The stops of a campaign in the order of the roadshow."""
    return db.session.scalars(
        select(Stop)
        .where(Stop.campaign_id == campaign.id, Stop.archived_at.is_(None))
        .order_by(Stop.number, Stop.id)
        .options(defer(Stop.description), defer(Stop.description_en))
    ).all()


def list_public_stops() -> Sequence[Stop]:
    """The stops of all published campaigns, in the order of the roadshows."""
    return db.session.scalars(
        select(Stop)
        .join(Stop.campaign)
        .where(Campaign.published_at.is_not(None), Stop.archived_at.is_(None))
        .order_by(Stop.campaign_id, Stop.number, Stop.id)
        .options(defer(Stop.description), defer(Stop.description_en))
    ).all()


def count_stops_by_campaign() -> dict[int, int]:
    """How many host provinces each campaign has on record."""
    rows = db.session.execute(
        select(Stop.campaign_id, func.count())
        .where(Stop.archived_at.is_(None))
        .group_by(Stop.campaign_id)
    )
    return {row[0]: row[1] for row in rows}


def list_stop_dates(campaign: Campaign, *, stop_id: int | None = None) -> list[StopDate]:
    """The days of all events of stops, cancelled ones left out."""
    chosen = select(
        Event.stop_id, Event.kind, Event.starts_on, Event.ends_on, Event.date_unknown
    ).where(
        Event.campaign_id == campaign.id,
        Event.stop_id.is_not(None) if stop_id is None else Event.stop_id == stop_id,
        Event.archived_at.is_(None),
        Event.status != EventStatus.CANCELLED,
    )
    return [StopDate(row[0] or 0, *row[1:]) for row in db.session.execute(chosen)]


def list_results(campaign: Campaign) -> dict[int, list[Observation]]:
    """What each stop reported, by stop; indicators loaded, in their order."""
    found = db.session.scalars(
        select(Observation)
        .join(Observation.indicator)
        .where(
            Indicator.campaign_id == campaign.id,
            Indicator.is_public,
            Observation.stop_id.is_not(None),
            Observation.kind == "actual",
        )
        .order_by(Indicator.position, Indicator.id, Observation.on_date, Observation.id)
        .options(contains_eager(Observation.indicator))
    )
    results: dict[int, list[Observation]] = {}
    for observation in found:
        results.setdefault(observation.stop_id or 0, []).append(observation)
    return results


def list_stop_results(stop: Stop) -> Sequence[Observation]:
    """What one stop reported, in the order of the indicators."""
    return db.session.scalars(
        select(Observation)
        .join(Observation.indicator)
        .where(Observation.stop_id == stop.id, Indicator.is_public, Observation.kind == "actual")
        .order_by(Indicator.position, Indicator.id, Observation.on_date, Observation.id)
        .options(contains_eager(Observation.indicator))
    ).all()


def list_indicators(campaign: Campaign, *, limit: int | None = None) -> Sequence[Indicator]:
    """The public indicators that have a number for the whole campaign, with all observations."""
    has_numbers = (
        select(Observation.id)
        .where(Observation.indicator_id == Indicator.id, Observation.stop_id.is_(None))
        .exists()
    )
    return db.session.scalars(
        select(Indicator)
        .where(Indicator.campaign_id == campaign.id, Indicator.is_public, has_numbers)
        .order_by(Indicator.position, Indicator.id)
        .limit(limit)
        .options(selectinload(Indicator.observations))
    ).all()


# --- Events ---------------------------------------------------------------------------------


def list_next_events(campaign: Campaign, *, at: datetime) -> Sequence[Event]:
    """The events of a campaign that run or come next."""
    return db.session.scalars(
        _list_select()
        .where(Event.campaign_id == campaign.id, _is_dated(), ~_is_over(at))
        .order_by(Event.starts_on, Event.starts_at, Event.id)
        .limit(NEXT_EVENTS)
    ).all()


def list_events(
    choice: EventFilter, *, at: datetime, campaign: Campaign | None = None
) -> EventPage:
    """One page of the events that a reader asked for; past the last page, the last one.

    Earliest first, in the past latest first; those without a date stand at the end.
    """
    wanted = [*_conditions(choice, at), *_in_campaign(campaign)]
    total = count_events(choice, at=at, campaign=campaign)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(choice.page, pages)
    day = Event.starts_on.desc() if choice.when == PAST else Event.starts_on.asc()
    events = db.session.scalars(
        _list_select()
        .where(*wanted)
        .order_by(~_is_dated(), day, Event.starts_at, Event.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return EventPage(events, total, page, pages)


def list_stop_events(stop: Stop) -> Sequence[Event]:
    """The first events of a stop, earliest first; those without a date stand at the end."""
    return db.session.scalars(
        _list_select()
        .where(Event.stop_id == stop.id)
        .order_by(~_is_dated(), Event.starts_on, Event.starts_at, Event.id)
        .limit(MOST_OF_A_STOP)
    ).all()


def list_related_events(event: Event, *, at: datetime) -> list[Event]:
    """Those nearest in time of the same stop (or, of a national event, of the campaign).

    Around the event's day, or around today while it has none; earliest first, those without a
    date last.
    """
    same = Event.stop_id == event.stop_id if event.stop_id else Event.stop_id.is_(None)
    mine = (Event.campaign_id == event.campaign_id, same, Event.id != event.id)
    others = select(Event.id).where(*mine, Event.archived_at.is_(None))
    day = event.starts_on or today_in(event.zone, at=at)
    later = others.where(_is_dated(), Event.starts_on >= day).order_by(Event.starts_on, Event.id)
    earlier = others.where(_is_dated(), Event.starts_on < day)
    sides = (
        later,
        earlier.order_by(Event.starts_on.desc(), Event.id),
        others.where(~_is_dated()).order_by(Event.id),
    )
    nearest = union_all(*(select(side.limit(MOST_RELATED).subquery().c.id) for side in sides))
    found = db.session.scalars(_list_select().where(Event.id.in_(nearest))).all()
    nearest_first = sorted(
        found,
        key=lambda e: (abs((e.starts_on - day).days) if e.starts_on else FAR, -e.id),
    )
    return sorted(
        nearest_first[:MOST_RELATED], key=lambda e: (not e.starts_on, e.starts_on or day, e.id)
    )


def get_public_event(event_id: int) -> Event:
    """An event with all that its page shows."""
    return db.session.scalars(
        select(Event)
        .where(Event.id == event_id)
        .options(
            joinedload(Event.campaign),
            joinedload(Event.stop),
            joinedload(Event.venue),
            selectinload(Event.agenda),
            selectinload(Event.changes),
        )
        .execution_options(populate_existing=True)
    ).one()


def list_options(campaign: Campaign | None = None) -> Options:
    """The kinds, provinces and months in which there is any event."""
    rows = db.session.execute(
        select(
            Event.kind,
            Event.province_code,
            Stop.province_code,
            extract("year", Event.starts_on),
            extract("month", Event.starts_on),
        )
        .select_from(Event)
        .join(Event.campaign)
        .outerjoin(Event.stop)
        .where(*_visible(), *_in_campaign(campaign))
        .distinct()
    ).all()
    kinds = {row[0] for row in rows}
    return Options(
        kinds=[kind for kind in EventKind if kind in kinds],
        province_codes={code for row in rows for code in row[1:3] if code},
        months=sorted({date(int(row[3]), int(row[4]), 1) for row in rows if row[3]}),
    )


def list_site_map_rows() -> tuple[Sequence[Any], Sequence[Any]]:
    """Slugs and times of change of all real stops, and of all real events, for the site map."""
    real = (Campaign.published_at.is_not(None), Campaign.is_example.is_(False))
    stops = db.session.execute(
        select(Campaign.slug, Stop.slug, Stop.updated_at)
        .join(Stop.campaign)
        .where(*real, Stop.archived_at.is_(None))
        .order_by(Campaign.id, Stop.number)
    ).all()
    events = db.session.execute(
        select(Event.slug, Event.updated_at)
        .join(Event.campaign)
        .outerjoin(Event.stop)
        .where(*_visible(), *real)
        .order_by(Event.id.desc())
        .limit(20_000)  # Two addresses each; a site map holds 50,000 (sitemaps.org).
    ).all()
    return stops, events


def _visible() -> tuple[ColumnElement[bool], ...]:
    return (
        Event.archived_at.is_(None),
        Campaign.published_at.is_not(None),
        or_(Event.stop_id.is_(None), Stop.archived_at.is_(None)),
    )


def _in_campaign(campaign: Campaign | None) -> tuple[ColumnElement[bool], ...]:
    return (Event.campaign_id == campaign.id,) if campaign is not None else ()


def _list_select() -> Select[Event]:
    """Events as lists need them: with campaign, stop, venue and changes, without long texts."""
    return (
        select(Event)
        .join(Event.campaign)
        .outerjoin(Event.stop)
        .outerjoin(Event.venue)
        .where(*_visible())
        .options(
            defer(Event.description),
            defer(Event.description_en),
            contains_eager(Event.campaign).options(
                defer(Campaign.description), defer(Campaign.description_en)
            ),
            contains_eager(Event.stop).options(defer(Stop.description), defer(Stop.description_en)),
            contains_eager(Event.venue),
            selectinload(Event.changes),
        )
    )


def _is_dated() -> ColumnElement[bool]:
    has_date = or_(Event.date_unknown.is_(False), Event.status == EventStatus.CANCELLED)
    return and_(Event.starts_on.is_not(None), has_date)


def _is_over(at: datetime) -> ColumnElement[bool]:
    """Whether the last day is past at the place, or, without a date, the campaign is over."""
    today = case(
        {zone: today_in(zone, at=at) for zone in ZONES},
        value=Event.zone,
        else_=today_in(ZONES[0], at=at),
    )
    last_day = func.coalesce(Event.ends_on, Event.starts_on)
    campaign_over = Campaign.ends_on < today_in(ZONES[0], at=at)
    return case((_is_dated(), last_day < today), else_=campaign_over)


def _conditions(choice: EventFilter, at: datetime) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if choice.kind:
        wanted.append(Event.kind == choice.kind)
    if province := choice.found_province:
        wanted.append(_in_provinces([province.iso_code]))
    if days := choice.days:
        last_day = func.coalesce(Event.ends_on, Event.starts_on)
        wanted += [_is_dated(), Event.starts_on <= days[1], last_day >= days[0]]
    if choice.when == COMING:
        wanted.append(~_is_over(at))
    elif choice.when == PAST:
        wanted.append(_is_over(at))
    return wanted + _search(choice.q)


def _in_provinces(codes: Sequence[str]) -> ColumnElement[bool]:
    """Held there, or by the stop of the province: Lampung's exhibition stood in Jakarta."""
    return or_(Event.province_code.in_(codes), Stop.province_code.in_(codes))


def count_events(choice: EventFilter, *, at: datetime, campaign: Campaign | None = None) -> int:
    """How many events a reader asked for."""
    wanted = [*_conditions(choice, at), *_in_campaign(campaign)]
    return (
        db.session.scalar(
            select(func.count(Event.id))
            .join(Event.campaign)
            .outerjoin(Event.stop)
            .outerjoin(Event.venue)
            .where(*_visible(), *wanted)
        )
        or 0
    )


def _search(q: str) -> list[ColumnElement[bool]]:
    """Every word has to be found somewhere: title, place, theme, province, month or year."""
    columns = (
        Event.title,
        Event.title_en,
        Event.city,
        Venue.name,
        Venue.city,
        Stop.theme,
        Stop.theme_en,
    )
    wanted = []
    for word, pattern in zip(clean_text(q).split(), search_like(q), strict=False):
        named = [
            province.iso_code
            for province in PROVINCES
            if word.casefold()
            in f"{province.name_id} {province.name_en} {province.short}".casefold()
        ]
        places = [column.ilike(pattern, escape=LIKE_ESCAPE) for column in columns]
        wanted.append(or_(*places, _in_provinces(named), *_in_month_or_year(word)))
    return wanted


def _in_month_or_year(word: str) -> list[ColumnElement[bool]]:
    """``maret`` and ``2022`` are found in the first day of an event."""
    if month := parse_month(word):
        return [extract("month", Event.starts_on) == month]
    if len(word) == 4 and word.isascii() and word.isdigit():
        return [extract("year", Event.starts_on) == int(word)]
    return []
