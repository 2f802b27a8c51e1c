"""What people type as dates, times, numbers and amounts."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gernas.core import wording
from gernas.core.typed import parse_date, parse_decimal, parse_integer, parse_rupiah, parse_time

ANY_TEXT = st.one_of(
    st.text(st.characters(), max_size=60),
    st.text(st.sampled_from("0123456789.,-+/: rpjutamilE\u0663\u00bd"), max_size=30),
)


@pytest.mark.parametrize(
    "typed",
    [
        "2022-03-17",
        "17/03/2022",
        "17/3/2022",
        "17-03-2022",
        "17.3.2022",
        "17 Maret 2022",
        "17 mar 2022",
        "Kamis, 17  Maret\t2022",
        "Thursday, 17 March 2022",
        "March 17, 2022",
        "Thu Mar 17 2022",
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert parse_date(typed) == date(2022, 3, 17)


@given(
    day=st.dates(date(2000, 1, 1), date(2100, 12, 31)),
    locale=st.sampled_from(["id", "en"]),
    short=st.booleans(),
    weekday=st.booleans(),
)
def test_what_we_write_we_also_read(day: date, locale: str, short: bool, weekday: bool) -> None:
    words = wording.date_words(day, short=short, weekday=weekday, locale=locale)

    assert parse_date(words) == day


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "31/02/2022",
        "29 Februari 2022",
        "2022-13-01",
        "00/00/0000",
        "17/03/22",
        "3/17/2022",
        "17/03-2022",
        "17 Maretember 2022",
        "besok",
        "2022-03-17T10:00",
        "2022-03-17\x00",
        "\u0661\u0667/\u0660\u0663/\u0662\u0660\u0662\u0662",
        "99999999999-01-01",
    ],
)
def test_what_is_no_day_is_not_guessed_at(typed: str) -> None:
    """ASVS 1.2.9: only the digits 0 to 9."""
    assert parse_date(typed) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("15:00", time(15)),
        ("15.00", time(15)),
        ("9.05", time(9, 5)),
        ("09:05:00", time(9, 5)),
        ("Pukul 23.59", time(23, 59)),
        ("00:00", time(0)),
        ("24.00", None),
        ("12.60", None),
        ("15", None),
        ("15.00 WITA", None),
        ("3 pm", None),
        ("\u0661\u0665:\u0660\u0660", None),
        ("", None),
    ],
)
def test_a_time(typed: str, read: time | None) -> None:
    assert parse_time(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("22515", 22515),
        ("22.515", 22515),
        ("22,515", 22515),
        ("22 515", 22515),
        ("22\u00a0515", 22515),
        ("1.349.800.000.000.000", 1_349_800_000_000_000),
        ("-5", -5),
        ("−5", -5),
        ("+5", 5),
        ("007", 7),
        ("999999999999999999", 10**18 - 1),
        ("9999999999999999999", None),
        ("9" * 5000, None),
        ("1.5", None),
        ("1.34.900", None),
        ("1.349,800", None),
        ("0.515", None),
        ("1e9", None),
        ("0x10", None),
        ("1_000", None),
        ("--5", None),
        ("\u0663", None),
        ("\u00bd", None),
        ("NaN", None),
        ("", None),
    ],
)
def test_a_whole_number(typed: str, read: int | None) -> None:
    """ASVS 1.4.2, 15.3.5."""
    assert parse_integer(typed) == read


@pytest.mark.parametrize(
    ("typed", "indonesian", "english"),
    [
        ("18,5", "18.5", "18.5"),
        ("18.5", "18.5", "18.5"),
        ("1.349,8", "1349.8", "1349.8"),
        ("1,349.8", "1349.8", "1349.8"),
        ("1.349", "1349", "1.349"),
        ("1,349", "1.349", "1349"),
        ("1.349.800", "1349800", "1349800"),
        ("0.125", "0.125", "0.125"),
        ("-7,25", "-7.25", "-7.25"),
        ("400", "400", "400"),
    ],
)
def test_a_decimal_depends_on_the_language_only_where_it_must(
    typed: str, indonesian: str, english: str
) -> None:
    assert parse_decimal(typed, decimal_comma=True) == Decimal(indonesian)
    assert parse_decimal(typed, decimal_comma=False) == Decimal(english)


@pytest.mark.parametrize(
    "typed",
    [
        *["NaN", "sNaN", "Infinity", "-inf", "1E+9999999", "1e5", "1.349.8", "1,2,3", ".5", "5."],
        "1 2",
        "1" * 19,
        "1." + "1" * 18,
        "\u0663,\u0665",
        "",
        "-",
        "1,349,8.5",
    ],
)
def test_what_is_no_finite_number_is_refused(typed: str) -> None:
    """ASVS 1.4.2, 15.3.5."""
    assert parse_decimal(typed, decimal_comma=True) is None
    assert parse_decimal(typed, decimal_comma=False) is None


@pytest.mark.parametrize(
    ("typed", "rupiah"),
    [
        ("5230000000", 5_230_000_000),
        ("5.230.000.000", 5_230_000_000),
        ("Rp 5.230.000.000", 5_230_000_000),
        ("Rp5.230.000.000,00", 5_230_000_000),
        ("Rp. 5.230.000.000,-", 5_230_000_000),
        ("Rp 5,23 miliar", 5_230_000_000),
        ("5.23 billion", 5_230_000_000),
        ("Rp 1.349,8 triliun", 1_349_800_000_000_000),
        ("214,1 Triliun", 214_100_000_000_000),
        ("750 rb", 750_000),
        ("12juta", 12_000_000),
        ("1.349.800.000.000.000", 1_349_800_000_000_000),
        ("-1.000", -1_000),
        ("999999999999999999", 10**18 - 1),
        ("1000000 triliun", None),
        ("9" * 400, None),
        ("1,5", None),
        ("0,0000001 juta", None),
        ("5 M", None),
        ("5 kuintal", None),
        ("Rp", None),
        ("Rp 5,23 miliar lebih", None),
        ("1e15", None),
        ("", None),
    ],
)
def test_an_amount_of_rupiah(typed: str, rupiah: int | None) -> None:
    """ASVS 1.4.2: a BIGINT holds whatever is read."""
    assert parse_rupiah(typed, decimal_comma=True) == rupiah


@given(amount=st.integers(0, 10**18 - 1), locale=st.sampled_from(["id", "en"]))
def test_an_amount_that_we_write_we_also_read(amount: int, locale: str) -> None:
    words = wording.rupiah_words(amount, locale=locale)

    assert parse_rupiah(words, decimal_comma=locale == "id") == amount


@given(ANY_TEXT, st.booleans())
def test_no_text_raises(typed: str, comma: bool) -> None:
    """ASVS 1.4.2, 15.3.5: within its type and 18 digits, or nothing."""
    assert abs(parse_integer(typed) or 0) < 10**18
    assert abs(parse_rupiah(typed, decimal_comma=comma) or 0) < 10**18
    number = parse_decimal(typed, decimal_comma=comma)
    assert number is None or (number.is_finite() and abs(number) < 10**18)
    assert parse_date(typed) is None or parse_time(typed) is None


@pytest.mark.parametrize("text", ["1" * 100_000, "1." * 50_000, "1 " * 50_000, "rp " * 33_000])
def test_no_text_keeps_a_reader_busy(text: str) -> None:
    """ASVS 1.2.9."""
    import time as clock

    start = clock.thread_time()
    for value in (text, f"{text}x"):
        parse_date(value), parse_time(value), parse_integer(value)
        parse_decimal(value, decimal_comma=True), parse_rupiah(value, decimal_comma=True)

    assert clock.thread_time() - start < 0.25
