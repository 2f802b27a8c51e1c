"""Entries for the tests of calendars: one harmless, and any."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from gernas.calendars.entries import CalendarEntry, EntryStatus, render_entry
from gernas.calendars.feeds import FeedHead, join_feed
from gernas.core.text import clean_text

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
CREATED_AT = datetime(2022, 1, 5, 3, 0, tzinfo=UTC)

HEAD = FeedHead(
    uid="7c1e@gernas.test",
    name="Gernas BBI 2022: Lampung",
    description="Lagawi Fest, 17 Maret – 23 Juni 2022",
    source="https://gernas.test/kalender/gernas-bbi-2022/lampung.ics",
    url="https://gernas.test/kampanye/gernas-bbi-2022/lampung",
)

MOMENTS = st.integers(0, 200 * 365 * 24 * 3600).map(
    lambda seconds: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
_LETTERS = st.text() | st.sampled_from(
    [
        "Kick-off Gernas BBI 2022 & Lagawi Fest",
        'Panen; "Pulau Tegal Mas", Lampung',
        "back\\slash, koma; titik koma: \\n bukan baris baru",
        "🎉🇮🇩👨‍👩‍👧‍👦" * 12,
        "Temu bisnis pelaku usaha mikro, kecil, dan menengah se-Provinsi Lampung " * 4,
        "baris satu\nbaris dua\r\nbaris tiga\u2028baris empat",
        "BEGIN:VEVENT\r\nSUMMARY:disusupkan",
        "bel\x07 nol\x00 hapus\x7f arah\u202eabc",
        "ꦱꦸꦒꦼꦁ ꦫꦮꦸꦃ",
        " ",
        "",
    ]
)


def make_entry(**values: Any) -> CalendarEntry:
    """Lampung's kick-off: all day on 17 March 2022, WIB."""
    defaults: dict[str, Any] = {
        "uid": "5b0c2f0e@gernas.test",
        "title": "Kick-off Gernas BBI Lampung",
        "starts": date(2022, 3, 17),
        "ends": date(2022, 3, 17),
        "zone": "Asia/Jakarta",
        "url": "https://gernas.test/acara/kick-off-lampung",
        "created_at": CREATED_AT,
    }
    return CalendarEntry(**{**defaults, **values})


def render_feed(*entries: CalendarEntry) -> bytes:
    zones = {entry.used_zone for entry in entries if entry.used_zone}
    return join_feed(HEAD, map(render_entry, entries), zones)


@st.composite
def entries(draw: st.DrawFn) -> CalendarEntry:
    """Any entry that may be rendered."""
    number = draw(st.uuids())
    starts: date
    if draw(st.booleans()):
        starts = draw(st.dates(date(1990, 1, 1), date(2150, 1, 1)))
        ends = draw(st.none() | st.integers(0, 40).map(lambda n: starts + timedelta(days=n)))
    else:
        starts = draw(MOMENTS)
        ends = draw(st.none() | st.integers(0, 10**7).map(lambda n: starts + timedelta(seconds=n)))
    return CalendarEntry(
        uid=f"{number}@gernas.test",
        title=draw(_LETTERS.filter(clean_text)),
        description=draw(_LETTERS),
        location=draw(_LETTERS),
        starts=starts,
        ends=ends,
        zone=draw(st.sampled_from(ZONES)),
        url=f"https://gernas.test/acara/a-{number}?a=1,2;b=%2C",
        geo=draw(st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180))),
        categories=tuple(draw(st.lists(_LETTERS, max_size=3))),
        status=draw(st.sampled_from(EntryStatus)),
        postponed=draw(st.booleans()),
        created_at=draw(MOMENTS),
        sequence=draw(st.integers(0, 2**31 - 1)),
    )
