"""A feed: kept VEVENTs between a head and the zones they name. RFC 5545, RFC 7986."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from icalendar import Calendar
from icalendar.prop import vDuration, vText, vUri

from gernas.calendars.zones import declare_zone
from gernas.core.clock import ZONES
from gernas.core.text import clean_text

PRODID = "-//Gernas//Kalender//ID"
FRESH = timedelta(hours=1)  # how often programs are asked to look again; unchanged feeds cost a 304
_END = b"END:VCALENDAR\r\n"


@dataclass(frozen=True, kw_only=True)
class FeedHead:
    """What a feed says about itself."""

    uid: str  # the same for the feed's life
    name: str
    description: str  # may be empty
    source: str  # the feed's own address
    url: str  # the page people read


def join_feed(head: FeedHead, pieces: Iterable[bytes], zones: Iterable[str]) -> bytes:
    """Return the feed's bytes: the same for the same parts. ``pieces`` are whole VEVENTs.

    ``zones`` are those that the pieces name; each is declared once. METHOD is left out, since
    with it each entry would need an ORGANIZER (RFC 5546, 3.2.1). LAST-MODIFIED too: an entry
    that leaves a feed by time alone would leave it standing still.
    """
    entries = b"".join(pieces)
    declared = sorted(set(zones))
    if not entries and not declared:  # The grammar asks for at least one component.
        declared = [ZONES[0]]
    return b"".join((_render_head(head), *map(declare_zone, declared), entries, _END))


@lru_cache(maxsize=128)
def _render_head(head: FeedHead) -> bytes:
    name = clean_text(head.name)
    description = clean_text(head.description, multiline=True)
    calendar = Calendar()
    calendar.add("PRODID", PRODID)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("UID", head.uid)
    # Both names of each: RFC 7986 and the older ones that Google, Apple and Outlook read.
    for key in ("NAME", "X-WR-CALNAME"):
        calendar.add(key, vText(name))
    if description:
        for key in ("DESCRIPTION", "X-WR-CALDESC"):
            calendar.add(key, vText(description))
    calendar.add("URL", vUri(head.url))
    # These two have no default type (RFC 7986, 5.7 and 5.8); icalendar leaves VALUE out.
    calendar.add("SOURCE", vUri(head.source, params={"VALUE": "URI"}))
    calendar.add("REFRESH-INTERVAL", vDuration(FRESH, params={"VALUE": "DURATION"}))
    calendar.add("X-PUBLISHED-TTL", vDuration(FRESH))
    return bytes(calendar.to_ical()).removesuffix(_END)
