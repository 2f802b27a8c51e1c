"""What people may say about events, agenda items and venues, checked and put in order.

Forms, imports and the demo hand these to services, which check them again whoever calls.
"""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, Self

from flask_babel import gettext as _

from gernas.calendars.zones import INDONESIAN_ZONES
from gernas.campaigns.models import MARKDOWN_LENGTH, TITLE_LENGTH
from gernas.core.clock import to_local
from gernas.core.errors import BadValues
from gernas.core.provinces import find_province
from gernas.core.text import clean_text, safe_url
from gernas.events.models import AgendaItem, Event, EventKind, EventStatus, Venue

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
MOST_PEOPLE = 10_000_000
MOST_SPEAKERS = 30
REASON_LENGTH = 500
SPEAKER_LENGTH = 200
URL_LENGTH = 500

_EVENT_LINES = {
    "title": TITLE_LENGTH,
    "title_en": TITLE_LENGTH,
    "city": 100,
    "admission": TITLE_LENGTH,
    "cover_alt": TITLE_LENGTH,
}
_EVENT_TEXTS = {
    "description": MARKDOWN_LENGTH,
    "description_en": MARKDOWN_LENGTH,
    "note": 2_000,
    "note_en": 2_000,
}
_AGENDA_LINES = {"title": TITLE_LENGTH, "title_en": TITLE_LENGTH, "stage": 100}
_VENUE_LINES = {"name": TITLE_LENGTH, "address": 300, "city": 100, "access": 300}


@dataclass(frozen=True, kw_only=True)
class EventDates:
    """When an event is: whole days, or moments from which the days follow; or not known yet."""

    all_day: bool = True
    starts_on: date | None = None
    ends_on: date | None = None  # last day, inclusive; None: one day
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def shifted(self, days: int) -> "EventDates":
        """The same dates so many days later, at the same hours: no zone here has summer time."""
        by = timedelta(days=days)
        return EventDates(
            all_day=self.all_day,
            starts_on=self.starts_on and self.starts_on + by,
            ends_on=self.ends_on and self.ends_on + by,
            starts_at=self.starts_at and self.starts_at + by,
            ends_at=self.ends_at and self.ends_at + by,
        )


@dataclass(frozen=True, kw_only=True)
class EventValues:
    """All that the form of an event holds. Unknown is None; texts are cleaned by ``checked``."""

    title: str
    kind: EventKind
    zone: str  # IANA name, e.g. Asia/Makassar
    status: EventStatus = EventStatus.CONFIRMED  # tentative or confirmed; the rest has its verbs
    title_en: str | None = None
    description: str | None = None
    description_en: str | None = None
    venue_id: int | None = None
    city: str | None = None
    province_code: str | None = None
    all_day: bool = True
    starts_on: date | None = None
    ends_on: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    capacity: int | None = None
    online_url: str | None = None
    admission: str | None = None
    cover_alt: str | None = None
    uncertain: bool = False
    note: str | None = None
    note_en: str | None = None
    source_url: str | None = None

    @classmethod
    def of(cls, event: Event) -> Self:
        return cls(**{one.name: getattr(event, one.name) for one in fields(cls)})

    @property
    def dates(self) -> EventDates:
        return EventDates(**{one.name: getattr(self, one.name) for one in fields(EventDates)})

    def with_dates(self, dates: EventDates) -> Self:
        return replace(self, **{one.name: getattr(dates, one.name) for one in fields(dates)})

    def checked(self) -> Self:
        """The values cleaned and in order.

        Raises:
            BadValues: a sentence for each field that cannot be kept as it is.
        """
        problems: dict[str, str] = {}
        values = vars(self) | _clean(self, _EVENT_LINES, problems)
        values |= _clean(self, _EVENT_TEXTS, problems, multiline=True)
        values |= _clean_urls(self, ("online_url", "source_url"), problems)
        if not values["title"]:
            problems.setdefault("title", _("Give the event a title."))
        values["kind"] = _choice(EventKind, self.kind, "kind", problems)
        values["status"] = _choice(EventStatus, self.status, "status", problems)
        _check_place(self.province_code, self.zone, problems)
        if self.capacity is not None and not 0 < self.capacity <= MOST_PEOPLE:
            problems["capacity"] = _("Write how many people fit in, or leave it empty.")
        values |= vars(check_dates(self.dates, self.zone, problems))
        if problems:
            raise BadValues(problems)
        return type(self)(**values)


@dataclass(frozen=True, kw_only=True)
class AgendaValues:
    """All that the form of an agenda item holds."""

    title: str
    title_en: str | None = None
    description: str | None = None
    stage: str | None = None
    speakers: tuple[str, ...] = ()  # names with office, in order
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    @classmethod
    def of(cls, item: AgendaItem) -> Self:
        values = {one.name: getattr(item, one.name) for one in fields(cls)}
        return cls(**{**values, "speakers": tuple(item.speakers)})

    def checked(self) -> Self:
        """The values cleaned and in order.

        Raises:
            BadValues: a sentence for each field that cannot be kept as it is.
        """
        problems: dict[str, str] = {}
        values = vars(self) | _clean(self, _AGENDA_LINES, problems)
        values |= _clean(self, {"description": MARKDOWN_LENGTH}, problems, multiline=True)
        if not values["title"]:
            problems.setdefault("title", _("Give this part of the agenda a title."))
        speakers = tuple(name for name in map(clean_text, self.speakers) if name)
        if len(speakers) > MOST_SPEAKERS or any(len(name) > SPEAKER_LENGTH for name in speakers):
            problems["speakers"] = _(
                "At most %(most)s speakers, each on a line of at most %(limit)s characters.",
                most=MOST_SPEAKERS,
                limit=SPEAKER_LENGTH,
            )
        if self.ends_at is not None and self.starts_at is None:
            problems["starts_at"] = _("An end without a start cannot be kept.")
        elif self.ends_at is not None and self.ends_at < (self.starts_at or self.ends_at):
            problems["ends_at"] = _("The end is before the start.")
        if problems:
            raise BadValues(problems)
        return type(self)(**{**values, "speakers": speakers})


@dataclass(frozen=True, kw_only=True)
class VenueValues:
    """All that the form of a venue holds."""

    name: str
    address: str | None = None
    city: str | None = None
    province_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    access: str | None = None

    @classmethod
    def of(cls, venue: Venue) -> Self:
        return cls(**{one.name: getattr(venue, one.name) for one in fields(cls)})

    def checked(self) -> Self:
        """The values cleaned and in order.

        Raises:
            BadValues: a sentence for each field that cannot be kept as it is.
        """
        problems: dict[str, str] = {}
        values = vars(self) | _clean(self, _VENUE_LINES, problems)
        if not values["name"]:
            problems.setdefault("name", _("Give the venue a name."))
        _check_place(self.province_code, None, problems)
        if (self.latitude is None) != (self.longitude is None):
            missing = "latitude" if self.latitude is None else "longitude"
            problems[missing] = _("A place on the map needs both numbers, or none.")
        for name, limit in (("latitude", 90), ("longitude", 180)):
            degrees = getattr(self, name)
            if degrees is not None and not -limit <= degrees <= limit:
                problems[name] = _("Degrees lie between -%(limit)s and %(limit)s.", limit=limit)
            values[name] = None if degrees is None else round(degrees, 6)
        if problems:
            raise BadValues(problems)
        return type(self)(**values)


def check_dates(dates: EventDates, zone: str, problems: dict[str, str]) -> EventDates:
    """Put dates in order; what is wrong with them goes into ``problems``."""
    if not dates.all_day:
        return _check_times(dates, zone, problems)
    if dates.starts_on is None:
        if dates.ends_on is not None:
            problems["starts_on"] = _("Write the first day too.")
        return EventDates()
    ends_on = dates.ends_on if dates.ends_on != dates.starts_on else None
    _check_days(dates.starts_on, ends_on, problems)
    return EventDates(starts_on=dates.starts_on, ends_on=ends_on)


def check_reason(reason: str | None, *, required: bool) -> str | None:
    """The reason cleaned.

    Raises:
        BadValues: it is missing although people need to know, or too long.
    """
    reason = clean_text(reason or "", multiline=True) or None
    if required and reason is None:
        raise BadValues({"reason": _("Say why. Visitors and exhibitors read this.")})
    if reason is not None and len(reason) > REASON_LENGTH:
        raise BadValues({"reason": _too_long(len(reason), REASON_LENGTH)})
    return reason


def _check_times(dates: EventDates, zone: str, problems: dict[str, str]) -> EventDates:
    if zone not in INDONESIAN_ZONES:  # said at the zone's own field
        return EventDates()
    if dates.starts_at is None:
        problems["starts_at"] = _("Write when it starts, or choose whole days.")
        return EventDates()
    if dates.ends_at is not None and dates.ends_at < dates.starts_at:
        problems["ends_at"] = _("The end is before the start.")
        return EventDates()
    first = to_local(dates.starts_at, zone).date()
    last = to_local(dates.ends_at, zone).date() if dates.ends_at else first
    _check_days(first, last, problems)
    return EventDates(
        all_day=False,
        starts_on=first,
        ends_on=last if last != first else None,
        starts_at=dates.starts_at,
        ends_at=dates.ends_at,
    )


def _check_days(first: date, last: date | None, problems: dict[str, str]) -> None:
    if last is not None and last < first:
        problems["ends_on"] = _("The last day is before the first.")
    for name, day in (("starts_on", first), ("ends_on", last)):
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            problems[name] = _(
                "The year must be between %(first)s and %(last)s.",
                first=FIRST_DAY.year,
                last=LAST_DAY.year,
            )


def _check_place(province_code: str | None, zone: str | None, problems: dict[str, str]) -> None:
    if province_code is not None and find_province(province_code) is None:
        problems["province_code"] = _("Choose a province from the list.")
    if zone is not None and zone not in INDONESIAN_ZONES:
        problems["zone"] = _("Choose WIB, WITA or WIT.")


def _clean(
    values: Any, lengths: dict[str, int], problems: dict[str, str], *, multiline: bool = False
) -> dict[str, str | None]:
    cleaned: dict[str, str | None] = {}
    for name, limit in lengths.items():
        text = clean_text(getattr(values, name) or "", multiline=multiline)
        if len(text) > limit:
            problems[name] = _too_long(len(text), limit)
        cleaned[name] = text or None
    return cleaned


def _clean_urls(
    values: Any, names: tuple[str, ...], problems: dict[str, str]
) -> dict[str, str | None]:
    cleaned: dict[str, str | None] = {}
    for name in names:
        typed = getattr(values, name)
        url = safe_url(typed, allow_http=name == "source_url") if typed else None
        if typed and (url is None or not url.startswith("http") or len(url) > URL_LENGTH):
            problems[name] = _("Write a whole web address that begins with https://")
        cleaned[name] = url
    return cleaned


def _choice(
    kind: type[EventKind] | type[EventStatus], value: Any, name: str, problems: dict[str, str]
) -> EventKind | EventStatus | None:
    try:
        return kind(value)
    except ValueError:
        problems[name] = _("Choose one from the list.")
        return None


def _too_long(count: int, limit: int) -> str:
    return str(_("Too long: %(count)s characters, at most %(limit)s.", count=count, limit=limit))
