"""Dates, times, zones and numbers as people in Indonesia read them, in Indonesian and English.

Every function is pure: days and moments are arguments. ``locale`` is ``id`` or ``en``; without
it the reader's language is taken (Indonesian outside a request). Words that come from gettext
need an app context to be Indonesian. Whatever must not be torn apart at the end of a line is
joined by no-break spaces; ranges have an en dash, spaced in running text (EYD).
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from babel import Locale
from babel.numbers import format_decimal, format_percent
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.core.clock import ZONES, to_local, to_utc
from gernas.core.i18n import get_language

NBSP = "\u00a0"
DASH = f"{NBSP}–\u2060{NBSP}"  # the word joiner keeps a line from ending after the dash
_ABBREVIATIONS = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}
_NAMES = {  # Babel's own Indonesian names are the English ones
    "WIB": _l("Western Indonesia Time"),
    "WITA": _l("Central Indonesia Time"),
    "WIT": _l("Eastern Indonesia Time"),
}
_CLOCKS = {"id": "%H.%M", "en": "%H:%M"}

State = Literal["coming", "now", "over"]
Number = int | float | Decimal


@dataclass(frozen=True)
class DateParts:
    """A day or range in the pieces of the ``g-date`` component, in reading order."""

    weekday: str  # Jumat, or Jumat – Minggu
    days: str  # 22, or 22–24
    month_year: str  # Juli 2022, or Feb – 6 Mar 2022 after 27
    datetime_attr: str  # 2022-07-22; HTML knows no ranges
    zone_abbr: str  # WITA; empty without a zone
    zone_title: str  # Waktu Indonesia Tengah


@dataclass(frozen=True)
class Nearness:
    """How far away something is, and when these words stop being true."""

    words: str  # hari ini, 4 minggu lagi, sedang berlangsung
    state: State
    changes_at: datetime | None  # UTC, a local midnight; None when over


@dataclass(frozen=True)
class Figure:
    """A number in the pieces of the ``g-figure`` component; as str it is one piece."""

    prefix: str  # Rp, or empty
    number: str  # 214,1
    magnitude: str  # triliun, or empty

    def __str__(self) -> str:
        return NBSP.join(part for part in (self.prefix, self.number, self.magnitude) if part)


# --- Days -----------------------------------------------------------------------------------


def month_names(*, short: bool = False, locale: str | None = None) -> list[str]:
    """Januari to Desember; ``short`` Jan to Des."""
    return list(_month_names(_language(locale), short))


@lru_cache(maxsize=8)
def _month_names(language: str, short: bool) -> tuple[str, ...]:
    names = _parsed(language).months["format"]["abbreviated" if short else "wide"]
    return tuple(str(names[number]) for number in range(1, 13))


def weekday_words(on: date, *, locale: str | None = None) -> str:
    return str(_babel(locale).days["format"]["wide"][on.weekday()])


def date_words(
    on: date,
    *,
    weekday: bool = False,
    year: bool = True,
    short: bool = False,
    locale: str | None = None,
) -> str:
    """``17 Maret 2022``; with ``weekday`` ``Kamis, 17 Maret 2022``, ``short`` 17 Mar 2022."""
    month = month_names(short=short, locale=locale)[on.month - 1]
    words = NBSP.join([str(on.day), month] + [str(on.year)] * year)
    return f"{weekday_words(on, locale=locale)}, {words}" if weekday else words


def range_words(
    starts_on: date,
    ends_on: date | None,
    *,
    weekday: bool = False,
    year: bool = True,
    short: bool = False,
    locale: str | None = None,
) -> str:
    """A range of days, the last one included; the single day if it is only one.

    ``22 – 24 Juli 2022``, ``27 Februari – 6 Maret 2022``, ``30 Des 2022 – 2 Jan 2023``; with
    ``weekday`` ``Jumat – Minggu, 22 – 24 Juli 2022``.
    """
    if ends_on is None or ends_on <= starts_on:
        return date_words(starts_on, weekday=weekday, year=year, short=short, locale=locale)
    end = date_words(ends_on, year=year, short=short, locale=locale)
    first, last = (weekday_words(day, locale=locale) for day in (starts_on, ends_on))
    if (starts_on.year, starts_on.month) == (ends_on.year, ends_on.month):
        days = f"{starts_on.day}{DASH}{end}"
        return f"{first} – {last}, {days}" if weekday else days
    year_too = year and starts_on.year != ends_on.year
    start = date_words(starts_on, year=year_too, short=short, locale=locale)
    return f"{first}, {start} – {last}, {end}" if weekday else f"{start} – {end}"


def date_parts(
    starts_on: date,
    ends_on: date | None = None,
    *,
    zone: str | None = None,
    locale: str | None = None,
) -> DateParts:
    """A day or range for the ``g-date`` component.

    Within a month ``Jumat – Minggu`` / ``22–24`` / ``Juli 2022``. Beyond, the first day is the
    large one, since "27–6" misleads: ``Minggu`` / ``27`` / ``Feb – 6 Mar 2022``.
    """
    weekday = weekday_words(starts_on, locale=locale)
    days = str(starts_on.day)
    name = month_names(locale=locale)[starts_on.month - 1]
    month_year = f"{name}{NBSP}{starts_on.year}"
    if ends_on is not None and ends_on > starts_on:
        if (starts_on.year, starts_on.month) == (ends_on.year, ends_on.month):
            weekday = f"{weekday} – {weekday_words(ends_on, locale=locale)}"
            days = f"{days}–{ends_on.day}"
        else:
            words = range_words(starts_on, ends_on, short=True, locale=locale)
            month_year = words.partition(NBSP)[2]
    return DateParts(
        weekday=weekday,
        days=days,
        month_year=month_year,
        datetime_attr=starts_on.isoformat(),
        zone_abbr=zone_abbr(zone) if zone else "",
        zone_title=zone_name(zone, locale=locale) if zone else "",
    )


def as_of_words(on: date, *, locale: str | None = None) -> str:
    """``Per Jumat, 24 Juni 2022``: the day for which something is told."""
    with _speaking(locale):
        return str(_("As of %(date)s", date=date_words(on, weekday=True, locale=locale)))


# --- Times and zones ------------------------------------------------------------------------


def zone_abbr(zone: str) -> str:
    """WIB, WITA or WIT; of a zone outside Indonesia the city."""
    return _ABBREVIATIONS.get(zone) or zone.rpartition("/")[2].replace("_", " ")


def zone_name(zone: str, *, locale: str | None = None) -> str:
    """``Waktu Indonesia Tengah``; of a zone outside Indonesia the city."""
    abbreviation = zone_abbr(zone)
    with _speaking(locale):
        return str(_NAMES.get(abbreviation, abbreviation))


def zone_choices(
    *, including: str | None = None, locale: str | None = None
) -> list[tuple[str, str]]:
    """The three zones for a list of choices, west to east: IANA name and label.

    ``including`` adds Asia/Pontianak (WIB too) where a row already has it.
    """
    zones: Sequence[str] = ZONES
    if including in _ABBREVIATIONS and including not in ZONES:
        zones = [*ZONES, including]
    return [(zone, _zone_label(zone, locale)) for zone in zones]


def zone_note(zone: str, *, locale: str | None = None) -> str:
    """``Jam dalam WITA, satu jam lebih cepat dari Jakarta``: for the head of an agenda."""
    abbreviation = zone_abbr(zone)
    with _speaking(locale):
        if abbreviation == "WITA":
            return str(_("Times in WITA, one hour ahead of Jakarta"))
        if abbreviation == "WIT":
            return str(_("Times in WIT, two hours ahead of Jakarta"))
        return str(_("Times in %(zone)s", zone=abbreviation))


def clock_words(at: time | datetime, *, locale: str | None = None) -> str:
    """``15.00``, in English ``15:00``; ``at`` is wall time."""
    return at.strftime(_CLOCKS[_language(locale)])


def time_words(at: datetime, zone: str, *, locale: str | None = None) -> str:
    """``15.00 WITA`` for a moment."""
    return f"{clock_words(to_local(at, zone), locale=locale)}{NBSP}{zone_abbr(zone)}"


def time_range_words(
    starts_at: datetime, ends_at: datetime | None, zone: str, *, locale: str | None = None
) -> str:
    """``15.00 – 17.30 WITA``; without an end ``15.00 WITA``."""
    if ends_at is None or ends_at <= starts_at:
        return time_words(starts_at, zone, locale=locale)
    start = clock_words(to_local(starts_at, zone), locale=locale)
    return f"{start}{DASH}{time_words(ends_at, zone, locale=locale)}"


def second_time_words(
    at: datetime, zone: str, *, reader: str = "Asia/Jakarta", locale: str | None = None
) -> str | None:
    """The same moment on the reader's clock, ``14.00 WIB``; None if the clocks agree.

    On another day the weekday comes first: 00.30 WIT on Friday is ``Kamis, 22.30 WIB``.
    """
    there, here = to_local(at, zone), to_local(at, reader)
    if there.utcoffset() == here.utcoffset():
        return None
    words = time_words(at, reader, locale=locale)
    if there.date() == here.date():
        return words
    return f"{weekday_words(here, locale=locale)}, {words}"


def moment_words(
    at: datetime, zone: str, *, weekday: bool = True, locale: str | None = None
) -> str:
    """``Kamis, 30 Juni 2022 pukul 23.59 WITA``."""
    day = date_words(to_local(at, zone).date(), weekday=weekday, locale=locale)
    with _speaking(locale):
        clock = str(_("at %(time)s", time=time_words(at, zone, locale=locale)))
    return f"{day} {clock.replace(' ', NBSP)}"


# --- How far away ---------------------------------------------------------------------------


def until(starts_on: date, ends_on: date | None, today: date, *, locale: str | None = None) -> str:
    """How far away a range of days is: ``besok``, ``3 hari lagi``, ``4 minggu lagi``.

    ``hari ini`` on the first day, ``sedang berlangsung`` until the last, then ``selesai``.
    """
    unit, count = _distance(starts_on, ends_on or starts_on, today)
    with _speaking(locale):
        words = {
            "over": lambda: _("finished"),
            "now": lambda: _("under way"),
            "today": lambda: _("today"),
            "tomorrow": lambda: _("tomorrow"),
            "day": lambda: ngettext("in %(num)d day", "in %(num)d days", count),
            "week": lambda: ngettext("in %(num)d week", "in %(num)d weeks", count),
            "month": lambda: ngettext("in %(num)d month", "in %(num)d months", count),
            "year": lambda: ngettext("in %(num)d year", "in %(num)d years", count),
        }[unit]()
    return str(words).replace(f"{count} ", f"{count}{NBSP}")


def nearness(
    starts_on: date, ends_on: date | None, zone: str, now: datetime, *, locale: str | None = None
) -> Nearness:
    """What ``until`` says at ``now`` in the zone of the place, and when it says something else."""
    ends_on = ends_on or starts_on
    today = to_local(now, zone).date()
    distance = _distance(starts_on, ends_on, today)
    words = until(starts_on, ends_on, today, locale=locale)
    if today > ends_on:
        return Nearness(words, "over", None)
    day = today + timedelta(days=1)
    while _distance(starts_on, ends_on, day) == distance:
        day += timedelta(days=1)
    state: State = "coming" if today < starts_on else "now"
    return Nearness(words, state, to_utc(day, time(), zone))


def _distance(starts_on: date, ends_on: date, today: date) -> tuple[str, int]:
    """The unit that says how far away something is, and how many of it (0 where none)."""
    days = (starts_on - today).days
    if today > ends_on:
        return "over", 0
    if days < 2:
        return ("now" if days < 0 else ("today", "tomorrow")[days]), 0
    if days < 14:
        return "day", days
    if days < 60:
        return "week", round(days / 7)
    if days < 730:
        return "month", round(days / 30.44)
    return "year", round(days / 365.25)


# --- Numbers --------------------------------------------------------------------------------


def hours_words(minutes: int) -> str:
    """``12 jam 30 menit``; ``45 menit`` below an hour, ``0 jam`` for nothing."""
    hours, rest = divmod(int(minutes), 60)  # PostgreSQL adds up to a Decimal
    parts = [ngettext("%(num)s hour", "%(num)s hours", hours)] if hours or not rest else []
    parts += [ngettext("%(num)s minute", "%(num)s minutes", rest)] if rest else []
    return " ".join(parts)


def number_words(value: Number, *, locale: str | None = None) -> str:
    """``22.515``, ``18,53``: exactly, with grouped digits."""
    if isinstance(value, int):
        return _whole_number_words(value, _language(locale))
    return format_decimal(value, locale=_babel(locale), decimal_quantization=False)


@lru_cache(maxsize=512)  # Tables say the same few over and over.
def _whole_number_words(value: int, language: str) -> str:
    return format_decimal(value, locale=_parsed(language))


def figure(
    value: Number, *, rupiah: bool = False, exact: bool = False, locale: str | None = None
) -> Figure:
    """A number in pieces, from a million on in words (``18,5`` / ``juta``), two decimals at most.

    ``exact`` keeps all digits. ``rupiah`` puts ``Rp`` before it. Smaller numbers stay whole.
    """
    amount = Decimal(str(value))
    prefix = ("-Rp" if amount < 0 else "Rp") if rupiah else ""
    amount = abs(amount) if rupiah else amount
    if exact or abs(amount) < 1_000_000:
        return Figure(prefix, number_words(amount, locale=locale), "")
    magnitude = 6
    mantissa = round(amount.scaleb(-6), 2)
    while abs(mantissa) >= 1000 and magnitude < 12:
        magnitude += 3
        mantissa = round(amount.scaleb(-magnitude), 2)
    pattern = _babel(locale).compact_decimal_formats["long"]["other"][f"1{'0' * magnitude}"]
    word = pattern.pattern.replace("0", "").strip()
    return Figure(prefix, format_decimal(mantissa, "#,##0.##", locale=_babel(locale)), word)


def short_number(value: Number, *, locale: str | None = None) -> str:
    """``18,5 juta``, ``5,23 miliar``; below a million ``22.515``."""
    return str(figure(value, locale=locale))


def rupiah_words(value: Number, *, locale: str | None = None) -> str:
    """``Rp 5.230.000.000``: exactly."""
    return str(figure(value, rupiah=True, exact=True, locale=locale))


def short_rupiah(value: Number, *, locale: str | None = None) -> str:
    """``Rp 5,23 miliar``, ``Rp 1.349,8 triliun``."""
    return str(figure(value, rupiah=True, locale=locale))


def percent_words(share: Number, *, locale: str | None = None) -> str:
    """``187%`` for 1.87, at most one decimal."""
    return format_percent(share, "#,##0.#%", locale=_babel(locale))


# --- Language -------------------------------------------------------------------------------


def _language(locale: str | None) -> str:
    return locale or get_language()


def _babel(locale: str | None) -> Locale:
    return _parsed(_language(locale))


@lru_cache(maxsize=8)
def _parsed(language: str) -> Locale:
    return Locale.parse(language)


def _speaking(locale: str | None) -> AbstractContextManager[None]:
    return force_locale(locale) if locale else nullcontext()


def _zone_label(zone: str, locale: str | None) -> str:
    offset = to_local(datetime.fromisoformat("2022-01-01T00:00:00Z"), zone).utcoffset()
    hours = int(offset.total_seconds() // 3600) if offset is not None else 0
    city = ", Pontianak" if zone == "Asia/Pontianak" else ""
    return f"{zone_abbr(zone)}, {zone_name(zone, locale=locale)} (UTC+{hours}{city})"
