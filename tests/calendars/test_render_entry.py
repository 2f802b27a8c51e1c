"""RFC 5545, 3.6.1, and what programs make of it: an entry becomes one VEVENT."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given

from gernas.calendars.check import check_feed
from gernas.calendars.entries import CalendarEntry, EntryStatus, fingerprint, render_entry, restamp
from tests.calendars.samples import MOMENTS, entries, make_entry, render_feed


def lines_of(entry: CalendarEntry) -> dict[str, str]:
    """The unfolded lines of the rendered entry, by what stands before the colon."""
    text = render_entry(entry).decode().replace("\r\n ", "")
    return dict(line.split(":", 1) for line in text.splitlines())


def test_an_entry_is_rendered_as_programs_want_it() -> None:
    entry = make_entry(
        uid="7c1e@gernas.test",
        title="Puncak acara: Pulau Tegal Mas, Lampung",
        description="Lima juara diumumkan; terbuka untuk umum.\nBawa kartu.",
        location="Pulau Tegal Mas, Lampung",
        geo=(-5.57, 105.27),
        categories=("Panen", "UMKM, IKM"),
        starts=datetime(2022, 6, 23, 2, 0, tzinfo=UTC),
        ends=datetime(2022, 6, 23, 5, 30, tzinfo=UTC),
        zone="Asia/Jakarta",
        sequence=2,
        related_to="5b0c@gernas.test",
        created_at=datetime(2022, 1, 5, 3, 0, tzinfo=UTC),
        revised_at=datetime(2022, 5, 1, 10, 20, 30, 999, tzinfo=UTC),
    )

    assert render_entry(entry).decode().split("\r\n") == [
        "BEGIN:VEVENT",
        "SUMMARY:Puncak acara: Pulau Tegal Mas\\, Lampung",
        "DTSTART;TZID=Asia/Jakarta:20220623T090000",
        "DTEND;TZID=Asia/Jakarta:20220623T123000",
        "DTSTAMP:20220501T102030Z",
        "UID:7c1e@gernas.test",
        "SEQUENCE:2",
        "CATEGORIES:Panen,UMKM\\, IKM",
        "CREATED:20220105T030000Z",
        "DESCRIPTION:Lima juara diumumkan\\; terbuka untuk umum.\\nBawa kartu.\\n\\nhtt",
        " ps://gernas.test/acara/kick-off-lampung",
        "GEO:-5.570000;105.270000",
        "LAST-MODIFIED:20220501T102030Z",
        "LOCATION:Pulau Tegal Mas\\, Lampung",
        "RELATED-TO:5b0c@gernas.test",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "URL:https://gernas.test/acara/kick-off-lampung",
        "END:VEVENT",
        "",
    ]


@pytest.mark.parametrize(
    ("starts", "ends", "written"),
    [
        (date(2022, 8, 16), date(2022, 8, 17), ("20220816", "20220818")),
        (date(2022, 8, 16), date(2022, 8, 16), ("20220816", "20220817")),
        (date(2022, 8, 16), None, ("20220816", "20220817")),
        (date(2022, 12, 31), date(2022, 12, 31), ("20221231", "20230101")),
    ],
)
def test_the_last_day_is_included_and_the_written_end_is_not(
    starts: date, ends: date | None, written: tuple[str, str]
) -> None:
    lines = lines_of(make_entry(starts=starts, ends=ends))

    assert (lines["DTSTART;VALUE=DATE"], lines["DTEND;VALUE=DATE"]) == written
    assert lines["TRANSP"] == "TRANSPARENT"


@pytest.mark.parametrize(
    ("zone", "wall_time"),
    [
        ("Asia/Jakarta", "20220317T090000"),
        ("Asia/Pontianak", "20220317T090000"),
        ("Asia/Makassar", "20220317T100000"),
        ("Asia/Jayapura", "20220317T110000"),
    ],
)
def test_a_moment_is_written_as_wall_time_at_the_place(zone: str, wall_time: str) -> None:
    starts = datetime(2022, 3, 17, 2, 0, tzinfo=UTC)

    lines = lines_of(make_entry(starts=starts, ends=None, zone=zone))

    assert lines[f"DTSTART;TZID={zone}"] == wall_time


@pytest.mark.parametrize("length", [None, timedelta(), timedelta(milliseconds=900)])
def test_an_end_that_is_not_later_is_left_out(length: timedelta | None) -> None:
    starts = datetime(2022, 3, 17, 2, 0, tzinfo=UTC)
    ends = None if length is None else starts + length

    lines = lines_of(make_entry(starts=starts, ends=ends))

    assert not any(name.startswith("DTEND") for name in lines)


@pytest.mark.parametrize(
    ("status", "postponed", "written", "title"),
    [
        (EntryStatus.CONFIRMED, False, "CONFIRMED", "Kick-off"),
        (EntryStatus.TENTATIVE, False, "TENTATIVE", "Kick-off"),
        (EntryStatus.CONFIRMED, True, "TENTATIVE", "[DITUNDA] Kick-off"),
        (EntryStatus.CANCELLED, False, "CANCELLED", "[BATAL] Kick-off"),
        (EntryStatus.CANCELLED, True, "CANCELLED", "[BATAL] Kick-off"),
    ],
)
def test_the_title_says_what_programs_ignore_in_the_status(
    status: EntryStatus, postponed: bool, written: str, title: str
) -> None:
    lines = lines_of(make_entry(title="Kick-off", status=status, postponed=postponed))

    assert (lines["STATUS"], lines["SUMMARY"]) == (written, title)


def test_a_cancelled_moment_blocks_nobodys_day() -> None:
    starts = datetime(2022, 3, 17, 2, 0, tzinfo=UTC)
    entry = make_entry(starts=starts, ends=None)

    assert lines_of(entry)["TRANSP"] == "OPAQUE"
    assert lines_of(replace(entry, status=EntryStatus.CANCELLED))["TRANSP"] == "TRANSPARENT"


def test_a_place_on_the_equator_is_written_in_plain_decimals() -> None:
    lines = lines_of(make_entry(geo=(-0.00002, 109.333)))

    assert lines["GEO"] == "-0.000020;109.333000"


def test_what_is_not_known_has_no_line() -> None:
    names = {name.split(";")[0] for name in lines_of(make_entry(categories=("", " ")))}

    assert not {"CATEGORIES", "LOCATION", "GEO", "RELATED-TO"} & names


def test_the_address_is_not_escaped() -> None:
    url = "https://gernas.test/acara/a?x=1,2;y=3"

    assert lines_of(make_entry(url=url))["URL"] == url


def test_no_text_breaks_out_of_its_line() -> None:
    hostile = "a\r\nBEGIN:VALARM\nTRIGGER:-PT1H\u2028\x07\x00\x1b\u202e\ud800"

    lines = lines_of(make_entry(title=hostile, location=hostile, categories=(hostile,)))

    assert lines["SUMMARY"] == lines["LOCATION"] == "a BEGIN:VALARM TRIGGER:-PT1H"


def test_a_long_description_is_cut_between_words_and_followed_by_the_page() -> None:
    text = lines_of(make_entry(description="Pendampingan intensif, tiga bulan. " * 400))[
        "DESCRIPTION"
    ]

    assert text.endswith(" …\\n\\nhttps://gernas.test/acara/kick-off-lampung")
    assert len(text) < 750


@pytest.mark.parametrize(
    "values",
    [
        {"title": ""},
        {"title": "\u200b\x07 "},
        {"zone": "WIB"},
        {"zone": "Europe/London"},
        {"uid": "no-host"},
        {"uid": "two words@gernas.test"},
        {"related_to": "no-host"},
        {"url": "/acara/kick-off"},
        {"url": "javascript:alert(1)"},
        {"url": "https://gernas.test/a\r\nX:1"},
        {"ends": date(2022, 3, 16)},
        {"ends": datetime(2022, 3, 18, tzinfo=UTC)},
        {"starts": datetime(2022, 3, 17), "ends": None},  # noqa: DTZ001
        {"starts": date(1900, 1, 1)},
        {"ends": date(9999, 12, 31)},
        {"geo": (91.0, 0.0)},
        {"geo": (0.0, float("nan"))},
    ],
)
def test_what_makes_no_entry_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"^.+$"):
        make_entry(**values)


@given(entries())
def test_any_entry_is_rendered_without_a_problem_and_always_the_same(entry: CalendarEntry) -> None:
    feed = render_feed(entry)

    assert check_feed(feed) == []
    assert render_feed(replace(entry)) == feed


@given(entries(), MOMENTS)
def test_a_new_time_of_revision_is_as_good_as_rendering_anew(
    entry: CalendarEntry, revised_at: datetime
) -> None:
    rendered = render_entry(entry)

    assert restamp(rendered, revised_at) == render_entry(replace(entry, revised_at=revised_at))


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ({}, False),
        ({"title": "Pembukaan"}, False),
        ({"description": "Lebih lengkap"}, False),
        ({"categories": ("Panen",)}, False),
        ({"url": "https://gernas.test/acara/baru"}, False),
        ({"related_to": "7c1e@gernas.test"}, False),
        ({"zone": "Asia/Jayapura"}, False),  # a day has no zone
        ({"ends": None}, False),  # the same day
        ({"starts": date(2022, 3, 16)}, True),
        ({"ends": date(2022, 3, 18)}, True),
        ({"starts": datetime(2022, 3, 17, tzinfo=UTC), "ends": None}, True),
        ({"location": "Mahan Agung"}, True),
        ({"geo": (-5.4, 105.2)}, True),
        ({"status": EntryStatus.TENTATIVE}, True),
        ({"status": EntryStatus.CANCELLED}, True),
        ({"postponed": True}, True),
    ],
)
def test_the_sequence_counts_start_end_place_and_status_only(
    values: dict[str, object], counts: bool
) -> None:
    assert (fingerprint(make_entry(**values)) != fingerprint(make_entry())) is counts


def test_the_sequence_counts_a_zone_that_moves_a_moment() -> None:
    entry = make_entry(starts=datetime(2022, 3, 17, 2, tzinfo=UTC), ends=None)

    assert fingerprint(entry) != fingerprint(replace(entry, zone="Asia/Makassar"))
    assert fingerprint(entry) != fingerprint(
        replace(entry, starts=entry.starts + timedelta(hours=1))
    )
