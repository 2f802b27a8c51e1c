"""Dates, times, zones and numbers, as people read them in Indonesian and English."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from gernas.core import wording
from gernas.core.wording import DateParts, Figure

NBSP = "\u00a0"
JAKARTA, MAKASSAR, JAYAPURA = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
LOCALES = st.sampled_from(["id", "en"])


def plain(words: str | None) -> str | None:
    return words and words.replace("\u2060", "").replace(NBSP, " ")


# --- Days -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "indonesian", "english"),
    [
        ({}, "17 Maret 2022", "17 March 2022"),
        ({"weekday": True}, "Kamis, 17 Maret 2022", "Thursday, 17 March 2022"),
        ({"short": True}, "17 Mar 2022", "17 Mar 2022"),
        ({"year": False}, "17 Maret", "17 March"),
    ],
)
def test_a_day(options: dict[str, bool], indonesian: str, english: str) -> None:
    day = date(2022, 3, 17)

    assert plain(wording.date_words(day, **options, locale="id")) == indonesian
    assert plain(wording.date_words(day, **options, locale="en")) == english


@pytest.mark.parametrize(
    ("start", "end", "options", "words"),
    [
        ("2022-07-22", "2022-07-24", {}, "22_–_24_Juli_2022"),
        ("2022-07-22", "2022-07-24", {"weekday": True}, "Jumat – Minggu, 22_–_24_Juli_2022"),
        ("2022-07-14", "2022-07-15", {"year": False}, "14_–_15_Juli"),
        ("2022-02-27", "2022-03-06", {}, "27_Februari – 6_Maret_2022"),
        ("2022-02-27", "2022-03-06", {"short": True, "year": False}, "27_Feb – 6_Mar"),
        (
            "2022-02-27",
            "2022-03-06",
            {"weekday": True},
            "Minggu, 27_Februari – Minggu, 6_Maret_2022",
        ),
        ("2022-12-30", "2023-01-02", {"short": True}, "30_Des_2022 – 2_Jan_2023"),
        ("2022-07-01", "2023-07-02", {}, "1_Juli_2022 – 2_Juli_2023"),
        ("2022-07-22", "2022-07-22", {}, "22_Juli_2022"),
        ("2022-07-22", None, {"weekday": True}, "Jumat, 22_Juli_2022"),
    ],
)
def test_a_range_of_days_does_not_break_where_it_should_not(
    start: str, end: str | None, options: dict[str, bool], words: str
) -> None:
    starts_on, ends_on = date.fromisoformat(start), date.fromisoformat(end) if end else None

    told = wording.range_words(starts_on, ends_on, **options, locale="id")

    assert told == words.replace("_–_", wording.DASH).replace("_", NBSP)


@pytest.mark.parametrize(
    ("start", "end", "pieces"),
    [
        ("2022-07-22", None, ("Jumat", "22", "Juli_2022")),
        ("2022-07-22", "2022-07-22", ("Jumat", "22", "Juli_2022")),
        ("2022-07-22", "2022-07-24", ("Jumat – Minggu", "22–24", "Juli_2022")),
        ("2022-02-27", "2022-03-06", ("Minggu", "27", "Feb – 6_Mar_2022")),
        ("2022-12-30", "2023-01-02", ("Jumat", "30", "Des_2022 – 2_Jan_2023")),
    ],
)
def test_a_day_in_pieces(
    in_indonesian: Flask, start: str, end: str | None, pieces: tuple[str, str, str]
) -> None:
    ends_on = date.fromisoformat(end) if end else None

    parts = wording.date_parts(date.fromisoformat(start), ends_on, zone=MAKASSAR)

    weekday, days, month_year = (piece.replace("_", NBSP) for piece in pieces)
    assert parts == DateParts(weekday, days, month_year, start, "WITA", "Waktu Indonesia Tengah")


def test_the_months_of_a_timeline() -> None:
    short = wording.month_names(short=True, locale="id")

    assert short == "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des".split()  # noqa: SIM905
    assert wording.month_names(locale="en")[4] == "May"


def test_the_day_for_which_something_is_told(in_indonesian: Flask) -> None:
    day = date(2022, 6, 24)

    assert plain(wording.as_of_words(day)) == "Per Jumat, 24 Juni 2022"
    assert plain(wording.as_of_words(day, locale="en")) == "As of Friday, 24 June 2022"


# --- Times and zones ------------------------------------------------------------------------

AT = datetime(2022, 7, 22, 7, 0, tzinfo=UTC)


def test_a_time_names_its_zone_and_the_readers_own() -> None:
    assert wording.time_words(AT, MAKASSAR, locale="id") == f"15.00{NBSP}WITA"
    assert wording.time_words(AT, MAKASSAR, locale="en") == f"15:00{NBSP}WITA"
    assert wording.second_time_words(AT, MAKASSAR, locale="id") == f"14.00{NBSP}WIB"
    assert wording.second_time_words(AT, JAKARTA, locale="id") is None
    assert wording.second_time_words(AT, "Asia/Pontianak", locale="id") is None


def test_the_readers_time_on_another_day_names_the_day() -> None:
    half_past_midnight = datetime(2022, 7, 22, 0, 30, tzinfo=ZoneInfo(JAYAPURA))

    words = wording.second_time_words(half_past_midnight, JAYAPURA, locale="id")

    assert plain(words) == "Kamis, 22.30 WIB"


def test_a_span_of_time() -> None:
    later = AT + timedelta(hours=2, minutes=30)

    assert plain(wording.time_range_words(AT, later, MAKASSAR, locale="id")) == (
        "15.00 – 17.30 WITA"
    )
    assert plain(wording.time_range_words(AT, None, MAKASSAR, locale="en")) == "15:00 WITA"
    assert wording.clock_words(time(9, 5), locale="id") == "09.05"


def test_a_moment(in_indonesian: Flask) -> None:
    closes_at = datetime(2022, 6, 30, 15, 59, tzinfo=UTC)

    assert wording.moment_words(closes_at, MAKASSAR) == (
        f"Kamis, 30{NBSP}Juni{NBSP}2022 pukul{NBSP}23.59{NBSP}WITA"
    )
    assert plain(wording.moment_words(closes_at, MAKASSAR, weekday=False, locale="en")) == (
        "30 June 2022 at 23:59 WITA"
    )


def test_the_zones_have_names(in_indonesian: Flask) -> None:
    assert wording.zone_choices() == [
        (JAKARTA, "WIB, Waktu Indonesia Barat (UTC+7)"),
        (MAKASSAR, "WITA, Waktu Indonesia Tengah (UTC+8)"),
        (JAYAPURA, "WIT, Waktu Indonesia Timur (UTC+9)"),
    ]
    assert wording.zone_choices(including="Asia/Pontianak", locale="en")[3] == (
        "Asia/Pontianak",
        "WIB, Western Indonesia Time (UTC+7, Pontianak)",
    )
    assert wording.zone_choices(including="Europe/Oslo") == wording.zone_choices()
    assert wording.zone_abbr("America/New_York") == "New York"
    assert wording.zone_note(MAKASSAR) == "Jam dalam WITA, satu jam lebih cepat dari Jakarta"
    assert wording.zone_note(JAYAPURA) == "Jam dalam WIT, dua jam lebih cepat dari Jakarta"
    assert wording.zone_note(JAKARTA) == "Jam dalam WIB"


# --- How far away ---------------------------------------------------------------------------

TODAY = date(2022, 6, 24)


@pytest.mark.parametrize(
    ("start", "end", "indonesian", "english"),
    [
        ("2022-06-24", None, "hari ini", "today"),
        ("2022-06-24", "2022-06-26", "hari ini", "today"),
        ("2022-06-25", None, "besok", "tomorrow"),
        ("2022-06-26", None, "2 hari lagi", "in 2 days"),
        ("2022-07-07", None, "13 hari lagi", "in 13 days"),
        ("2022-07-08", None, "2 minggu lagi", "in 2 weeks"),
        ("2022-07-22", "2022-07-24", "4 minggu lagi", "in 4 weeks"),
        ("2022-07-29", None, "5 minggu lagi", "in 5 weeks"),
        ("2022-08-24", None, "2 bulan lagi", "in 2 months"),
        ("2023-06-24", None, "12 bulan lagi", "in 12 months"),
        ("2025-06-24", None, "3 tahun lagi", "in 3 years"),
        ("2022-06-23", "2022-06-24", "sedang berlangsung", "under way"),
        ("2022-06-23", None, "selesai", "finished"),
        ("2022-06-20", "2022-06-23", "selesai", "finished"),
    ],
)
def test_how_far_away_it_is(
    in_indonesian: Flask, start: str, end: str | None, indonesian: str, english: str
) -> None:
    starts_on, ends_on = date.fromisoformat(start), date.fromisoformat(end) if end else None

    assert plain(wording.until(starts_on, ends_on, TODAY)) == indonesian
    assert plain(wording.until(starts_on, ends_on, TODAY, locale="en")) == english
    number, _space, rest = wording.until(starts_on, ends_on, TODAY).partition(" ")
    assert not number.isdigit()  # joined to its unit
    assert rest or not number[0].isdigit()


def test_today_is_the_day_at_the_place() -> None:
    now = datetime(2022, 6, 23, 15, 30, tzinfo=UTC)  # Friday in WIT, still Thursday in WIB

    there = wording.nearness(date(2022, 6, 24), None, JAYAPURA, now, locale="en")
    here = wording.nearness(date(2022, 6, 24), None, JAKARTA, now, locale="en")

    assert (there.words, there.state) == ("today", "now")
    assert there.changes_at == datetime(2022, 6, 24, 15, 0, tzinfo=UTC)
    assert (here.words, here.state) == ("tomorrow", "coming")
    assert here.changes_at == datetime(2022, 6, 23, 17, 0, tzinfo=UTC)


def test_what_is_over_stays_so() -> None:
    over = wording.nearness(date(2022, 6, 20), date(2022, 6, 23), JAKARTA, AT, locale="en")

    assert (over.words, over.state, over.changes_at) == ("finished", "over", None)


@given(
    days=st.tuples(DAYS, st.integers(0, 40), st.integers(-50, 1500)),
    clock=st.times(),
    zone=st.sampled_from([JAKARTA, MAKASSAR, JAYAPURA]),
    locale=LOCALES,
)
def test_the_words_hold_until_the_instant_that_is_given_and_no_longer(
    days: tuple[date, int, int], clock: time, zone: str, locale: str
) -> None:
    """A kept page is made anew exactly when time alone changes it."""
    starts_on, length, before = days
    ends_on = starts_on + timedelta(days=length)
    now = datetime.combine(starts_on - timedelta(days=before), clock, ZoneInfo(zone))

    near = wording.nearness(starts_on, ends_on, zone, now, locale=locale)

    if near.changes_at is None:
        assert near.state == "over"
        return
    assert near.changes_at > now
    assert near.changes_at.astimezone(ZoneInfo(zone)).time() == time()
    just_before = near.changes_at - timedelta(microseconds=1)
    assert wording.nearness(starts_on, ends_on, zone, just_before, locale=locale) == near
    then = wording.nearness(starts_on, ends_on, zone, near.changes_at, locale=locale)
    assert then.words != near.words


# --- Numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [
        (0, "0", "0"),
        (22_515, "22.515", "22,515"),
        (999_999, "999.999", "999,999"),
        (1_000_000, "1 juta", "1 million"),
        (18_500_000, "18,5 juta", "18.5 million"),
        (21_000_000, "21 juta", "21 million"),
        (19_960_000, "19,96 juta", "19.96 million"),
        (999_999_999, "1 miliar", "1 billion"),
        (5_230_000_000, "5,23 miliar", "5.23 billion"),
        (214_100_000_000_000, "214,1 triliun", "214.1 trillion"),
        (1_349_800_000_000_000, "1.349,8 triliun", "1,349.8 trillion"),
        (-5_000_000, "-5 juta", "-5 million"),
        (Decimal("18.53"), "18,53", "18.53"),
        (0.125, "0,125", "0.125"),
    ],
)
def test_a_number_in_words(value: int | Decimal, indonesian: str, english: str) -> None:
    assert plain(wording.short_number(value, locale="id")) == indonesian
    assert plain(wording.short_number(value, locale="en")) == english


def test_rupiah_short_and_exact() -> None:
    assert wording.short_rupiah(5_230_000_000, locale="id") == f"Rp{NBSP}5,23{NBSP}miliar"
    assert plain(wording.short_rupiah(214_100_000_000_000, locale="en")) == "Rp 214.1 trillion"
    assert plain(wording.short_rupiah(750_000, locale="id")) == "Rp 750.000"
    assert plain(wording.rupiah_words(1_349_800_000_000_000, locale="id")) == (
        "Rp 1.349.800.000.000.000"
    )
    assert plain(wording.rupiah_words(-1_000, locale="id")) == "-Rp 1.000"


def test_a_figure_in_pieces() -> None:
    assert wording.figure(18_500_000, locale="id") == Figure("", "18,5", "juta")
    assert wording.figure(214_100_000_000_000, rupiah=True, locale="id") == Figure(
        "Rp", "214,1", "triliun"
    )
    assert wording.figure(22_515, locale="en") == Figure("", "22,515", "")
    assert wording.figure(18_500_001, exact=True, locale="id") == Figure("", "18.500.001", "")


def test_a_share() -> None:
    assert wording.percent_words(1.87, locale="id") == "187%"
    assert wording.percent_words(Decimal("0.105"), locale="id") == "10,5%"
    assert wording.percent_words(Decimal("0.105"), locale="en") == "10.5%"


def test_the_language_is_the_readers(in_english: Flask) -> None:
    assert plain(wording.date_words(date(2022, 3, 17), weekday=True)) == "Thursday, 17 March 2022"
    assert wording.short_number(18_500_000) == f"18.5{NBSP}million"
    assert plain(wording.date_words(date(2022, 3, 17), locale="id")) == "17 Maret 2022"


def test_without_a_request_numbers_and_dates_are_indonesian() -> None:
    assert plain(wording.date_words(date(2022, 8, 17))) == "17 Agustus 2022"
    assert wording.number_words(22_515) == "22.515"


@given(value=st.integers(-(10**18), 10**18), locale=LOCALES)
def test_any_amount_can_be_told(value: int, locale: str) -> None:
    exact = wording.number_words(value, locale=locale)

    assert int(exact.replace(".", "").replace(",", "")) == value
    assert wording.short_rupiah(value, locale=locale).lstrip("-").startswith("Rp")


@given(starts_on=DAYS, length=st.integers(0, 800), locale=LOCALES)
def test_any_range_names_its_last_day(starts_on: date, length: int, locale: str) -> None:
    ends_on = starts_on + timedelta(days=length)

    words = wording.range_words(starts_on, ends_on, locale=locale)

    assert words.endswith(wording.date_words(ends_on, locale=locale))
    assert words.startswith(str(starts_on.day))
    assert ("–" in words) is (length > 0)
