"""The second half of the checker: are single values what their properties promise?

RFC 5545, 3.3; each function takes a value as written and returns whether it is in order.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

LARGEST_INTEGER = 2**31 - 1

_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DATE_TIME = re.compile(r"([0-9]{8})T([0-9]{2})([0-9]{2})([0-9]{2})(Z?)")
_DURATION = re.compile(
    r"(?P<sign>[+-]?)P(?:(?P<weeks>[0-9]+)W|(?=[0-9T])(?:(?P<days>[0-9]+)D)?"
    r"(?P<time>T(?=[0-9])(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9]+)S)?)?)"
)
_OFFSET = re.compile(r"([+-])([0-9]{2})([0-5][0-9])([0-5][0-9])?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")
_FLOAT = re.compile(r"[+-]?[0-9]{1,10}(?:\.[0-9]{1,20})?")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[!#$&-;=?-Z_a-z~\[\]]|%[0-9A-Fa-f]{2})+")
# A backslash begins one of four escapes; comma and semicolon stand only behind one.
_TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")
_TEXTS = re.compile(r"(?:[^\\;]|\\[\\;,nN])*")
_UID = re.compile(r"[^@\s]+@[^@\s]+")
_RULE_PART = re.compile(r"[A-Z-]+=[A-Z0-9+,:-]+")


@dataclass(frozen=True)
class When:
    """A DATE or DATE-TIME value. ``moment`` is naive when it is local time."""

    moment: date
    is_utc: bool

    @property
    def is_day(self) -> bool:
        return not isinstance(self.moment, datetime)


def read_when(value: str) -> When | None:
    """Return a DATE or DATE-TIME; None when it is neither, or no day of the calendar."""
    if _DATE.fullmatch(value):
        day = _read_date(value)
        return When(day, is_utc=False) if day else None
    found = _DATE_TIME.fullmatch(value)
    day = _read_date(found[1]) if found else None
    if found is None or day is None:
        return None
    hour, minute, second = int(found[2]), int(found[3]), int(found[4])
    if hour > 23 or minute > 59 or second > 60:
        return None
    # A leap second is legal here and no moment in Python.
    moment = datetime.combine(day, time(hour, minute, min(second, 59)))
    return When(moment.replace(tzinfo=UTC) if found[5] else moment, is_utc=bool(found[5]))


def read_duration(value: str) -> timedelta | None:
    """Return a DURATION, or None when it is not one or beyond all years."""
    found = _DURATION.fullmatch(value)
    if found is None:
        return None
    names = ("weeks", "days", "hours", "minutes", "seconds")
    try:
        length = timedelta(**{name: int(found[name] or 0) for name in names})
    except (OverflowError, ValueError):
        return None
    return -length if found["sign"] == "-" else length


def read_offset(value: str) -> timedelta | None:
    """Return a UTC-OFFSET; None when it is not one (``-0000`` is none, RFC 5545, 3.3.14)."""
    found = _OFFSET.fullmatch(value)
    if found is None or int(found[2]) > 23:
        return None
    length = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    if found[1] == "-":
        return -length if length else None
    return length


def is_olson_name(name: str) -> bool:
    """Whether ``name`` is an area and place of the zone database, not an abbreviation."""
    return "/" in name and name in _zone_names()


def utc_offset(zone: str, moment: datetime) -> timedelta | None:
    """Return the offset of a wall time in an Olson zone."""
    try:
        return moment.replace(tzinfo=ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OverflowError, OSError):
        return None


def is_integer(value: str, *, least: int = 0, most: int = LARGEST_INTEGER) -> bool:
    return _INTEGER.fullmatch(value) is not None and least <= int(value) <= most


def is_geo(value: str) -> bool:
    """Latitude and longitude on earth, plain decimals (RFC 5545, 3.8.1.6)."""
    parts = value.split(";")
    if len(parts) != 2 or not all(_FLOAT.fullmatch(part) for part in parts):
        return False
    return abs(float(parts[0])) <= 90 and abs(float(parts[1])) <= 180


def is_uri(value: str) -> bool:
    """An absolute address in the letters of RFC 3986; so without backslash escapes."""
    return _URI.fullmatch(value) is not None


def is_text(value: str) -> bool:
    return _TEXT.fullmatch(value) is not None


def is_texts(value: str) -> bool:
    """One or more TEXT values with commas between them."""
    return _TEXTS.fullmatch(value) is not None


def is_hosted_uid(value: str) -> bool:
    return _UID.fullmatch(value) is not None


def is_rule(value: str) -> bool:
    """A recurrence rule in outline: known shape, FREQ, never both UNTIL and COUNT."""
    parts = value.upper().split(";")
    if not all(_RULE_PART.fullmatch(part) for part in parts):
        return False
    names = [part.partition("=")[0] for part in parts]
    return len(names) == len(set(names)) and "FREQ" in names and not {"UNTIL", "COUNT"} <= {*names}


def is_when(value: str) -> bool:
    return read_when(value) is not None


def is_whens(value: str) -> bool:
    """One or more dates, times or periods with commas between them."""
    return all(is_when(part.partition("/")[0]) for part in value.split(","))


def is_positive_duration(value: str) -> bool:
    length = read_duration(value)
    return length is not None and length > timedelta()


def is_one_of(*words: str) -> Callable[[str], bool]:
    """Return a test for words, which this format compares without regard to case."""
    return lambda value: value.upper() in words


def is_anything(_value: str) -> bool:
    return True


def _read_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


@cache
def _zone_names() -> set[str]:
    return available_timezones()
