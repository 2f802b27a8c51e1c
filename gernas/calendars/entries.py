"""One entry of a calendar, and the VEVENT that stands for it: RFC 5545, RFC 7986."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Event
from icalendar.enums import STATUS, TRANSP
from icalendar.prop import vInline

from gernas.calendars.zones import FIRST_YEAR, INDONESIAN_ZONES
from gernas.core.text import clean_text

LAST_YEAR = 2199
DESCRIPTION_LENGTH = 600

# Several programs ignore STATUS, so the title tells it too. Not translated: the bytes are kept
# once and go to every reader.
CANCELLED_MARK = "[BATAL] "
POSTPONED_MARK = "[DITUNDA] "

# Whole lines: in texts a line break is escaped, and folded lines go on with a space.
_STAMPS = re.compile(rb"(?P<name>\r\n(?:DTSTAMP|LAST-MODIFIED):)[0-9]{8}T[0-9]{6}Z(?=\r\n)")


class EntryStatus(StrEnum):
    """How sure an entry is, in the words of the format (RFC 5545, 3.8.1.11)."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """What calendar programs learn of an event or of an agenda item.

    ``starts`` and ``ends`` are both dates (all-day, last day inclusive) or both aware moments;
    without ``ends`` an all-day entry is one day long and a timed one has no known end.
    ``postponed`` means: put off, no new date yet, the old one still stands here.
    ``sequence`` and ``revised_at`` are counted by ``keep_entry``; callers leave them alone.

    Raises:
        ValueError: the parts do not make an entry; forms refuse such input earlier, in words.
    """

    uid: str  # for life, with a host part: 0c1f…@gernas.example.id
    title: str
    starts: date
    ends: date | None
    zone: str  # IANA name of a zone of Indonesia
    url: str  # the page people read, absolute
    created_at: datetime
    kind: str = "event"  # event, agenda, …
    status: EntryStatus = EntryStatus.CONFIRMED
    postponed: bool = False
    cancelled_at: datetime | None = None  # None: the moment keep_entry first saw it cancelled
    description: str = ""  # plain text
    location: str = ""
    geo: tuple[float, float] | None = None  # latitude, longitude
    categories: tuple[str, ...] = ()
    related_to: str | None = None  # uid of the event an agenda item belongs to
    sequence: int = 0
    revised_at: datetime | None = field(default=None)

    def __post_init__(self) -> None:
        if self.zone not in INDONESIAN_ZONES:
            raise ValueError(f"not a zone of Indonesia: {self.zone!r}")
        if not _is_uid(self.uid) or (self.related_to is not None and not _is_uid(self.related_to)):
            raise ValueError(f"not a UID with a host: {self.uid!r}, {self.related_to!r}")
        if not clean_text(self.title):
            raise ValueError("an entry without a title")
        if not _is_web_address(self.url):
            raise ValueError(f"not an absolute web address: {self.url!r}")
        if self.geo is not None and not (-90 <= self.geo[0] <= 90 and -180 <= self.geo[1] <= 180):
            raise ValueError(f"not a place on earth: {self.geo}")
        self._check_times()

    def _check_times(self) -> None:
        if self.ends is not None and isinstance(self.ends, datetime) is not self.is_timed:
            raise ValueError("a day and a moment do not make one entry")
        for moment in (self.starts, self.ends, self.created_at, self.revised_at):
            if isinstance(moment, datetime) and moment.tzinfo is None:
                raise ValueError("a moment without its zone")
            if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
                raise ValueError(f"outside of {FIRST_YEAR} to {LAST_YEAR}: {moment}")
        if self.ends is not None and self.ends < self.starts:
            raise ValueError("the end lies before the start")

    @property
    def is_timed(self) -> bool:
        return isinstance(self.starts, datetime)

    @property
    def first_day(self) -> date:
        """The day of the start at the place."""
        return self._day(self.starts)

    @property
    def last_day(self) -> date:
        """The day of the end at the place, inclusive."""
        return self._day(self.starts if self.ends is None else self.ends)

    @property
    def used_zone(self) -> str | None:
        """The zone that the rendered entry names, so that a feed must declare it."""
        return self.zone if self.is_timed else None

    def _day(self, moment: date) -> date:
        if isinstance(moment, datetime):
            return moment.astimezone(ZoneInfo(self.zone)).date()
        return moment


def render_entry(entry: CalendarEntry) -> bytes:
    """Return the VEVENT with CRLF line ends; the same bytes for the same entry, always."""
    start, end = _start_and_end(entry)
    revised_at = _whole_second(entry.revised_at or entry.created_at)
    categories = [word for word in map(clean_text, entry.categories) if word]
    silent = not entry.is_timed or entry.status is EntryStatus.CANCELLED
    event = Event.new(
        uid=entry.uid,
        stamp=revised_at,  # Without METHOD it means "last revised" (RFC 5545, 3.8.7.2).
        created=_whole_second(entry.created_at),
        last_modified=revised_at,
        sequence=entry.sequence,
        start=start,
        end=end,
        status=STATUS(_status(entry)),
        transparency=TRANSP.TRANSPARENT if silent else TRANSP.OPAQUE,
        summary=_mark(entry) + clean_text(entry.title),
        description=_describe(entry),
        location=clean_text(entry.location) or None,
        categories=categories,
        related_to=entry.related_to,
        url=entry.url,
    )
    if not categories:  # icalendar writes an empty line for none, which libical reports.
        event.pop("CATEGORIES", None)
    if entry.geo is not None:
        event["GEO"] = vInline(geo_text(entry.geo))
    return bytes(event.to_ical())


def restamp(vevent: bytes, revised_at: datetime) -> bytes:
    """Return a rendered entry with another time of revision, as rendering it anew would."""
    stamp = f"{_whole_second(revised_at):%Y%m%dT%H%M%SZ}".encode()
    return _STAMPS.sub(rb"\g<name>" + stamp, vevent)


def fingerprint(entry: CalendarEntry) -> str:
    """Return a hash of start, end, place and status: what SEQUENCE counts (RFC 5546, 2.1.4)."""
    start, end = _start_and_end(entry)
    place = (clean_text(entry.location), entry.geo and geo_text(entry.geo))
    facts = (str(start), str(end), entry.used_zone, *place, str(_status(entry)), _mark(entry))
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def geo_text(geo: tuple[float, float]) -> str:
    """Return latitude and longitude with six places, as GEO writes them.

    Pontianak lies on the equator, and ``-2e-05`` is no number here (RFC 5545, 3.3.7).
    """
    return ";".join(f"{round(degrees, 6) + 0.0:.6f}" for degrees in geo)


def _start_and_end(entry: CalendarEntry) -> tuple[date, date | None]:
    """Return DTSTART and DTEND: exclusive for days, later than the start or left out."""
    if not isinstance(entry.starts, datetime):
        return entry.starts, (entry.ends or entry.starts) + timedelta(days=1)
    zone = ZoneInfo(entry.zone)
    start = entry.starts.astimezone(zone).replace(microsecond=0)
    if not isinstance(entry.ends, datetime):
        return start, None
    end = entry.ends.astimezone(zone).replace(microsecond=0)
    return start, end if end > start else None


def _status(entry: CalendarEntry) -> EntryStatus:
    if entry.postponed and entry.status is not EntryStatus.CANCELLED:
        return EntryStatus.TENTATIVE
    return entry.status


def _mark(entry: CalendarEntry) -> str:
    if entry.status is EntryStatus.CANCELLED:
        return CANCELLED_MARK
    return POSTPONED_MARK if entry.postponed else ""


def _describe(entry: CalendarEntry) -> str:
    """Return the shortened description and the page's address: Google shows no URL property."""
    text = clean_text(entry.description, multiline=True)
    if len(text) > DESCRIPTION_LENGTH:
        text = text[:DESCRIPTION_LENGTH].rsplit(maxsplit=1)[0].rstrip(" ,;:") + " …"
    return f"{text}\n\n{entry.url}" if text else entry.url


def _whole_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _is_uid(text: str) -> bool:
    name, _, host = text.partition("@")
    return bool(name and host) and text.isascii() and text.isprintable() and " " not in text


def _is_web_address(text: str) -> bool:
    return (
        text.startswith(("https://", "http://"))
        and text.isascii()
        and text.isprintable()
        and " " not in text
    )
