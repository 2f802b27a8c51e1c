"""What each component of a feed may hold: RFC 5545, 3.6 to 3.8; RFC 7986, 5; RFC 9073; RFC 9253."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from gernas.calendars import content_values as values

Test = Callable[[str], bool]


@dataclass(frozen=True)
class ValueType:
    """A kind of value: its test, what a person reads when it fails, and the VALUE names it has."""

    test: Test
    expected: LazyString | str
    names: frozenset[str]


@dataclass(frozen=True)
class PropertyRule:
    """How often a property may stand in a component, and with which type of value."""

    type: ValueType
    least: int = 0
    most: int | None = 1
    names_type: bool = False  # VALUE must be written, since there is no default


def _type(test: Test, expected: LazyString | str, *names: str) -> ValueType:
    return ValueType(test, expected, frozenset(names))


_ANY = ValueType(values.is_anything, "", frozenset())
_TEXT = _type(
    values.is_text, _l("text with a backslash before each comma, semicolon and backslash"), "TEXT"
)
_TEXTS = _type(values.is_texts, _l("texts with commas between them"), "TEXT")
_URI = _type(values.is_uri, _l("an absolute address, percent-encoded and not escaped"), "URI")
_PERSON = _type(values.is_uri, _l("an address such as mailto:name@host"), "CAL-ADDRESS")
_WHEN = _type(values.is_when, _l("an existing day or moment"), "DATE-TIME", "DATE")
_WHENS = _type(values.is_whens, _l("existing days or moments"), "DATE-TIME", "DATE", "PERIOD")
_DURATION = _type(values.is_positive_duration, _l("a duration such as PT1H"), "DURATION")
_COUNT = _type(values.is_integer, _l("a whole number from 0"), "INTEGER")
_PRIORITY = _type(lambda v: values.is_integer(v, most=9), _l("a number from 0 to 9"), "INTEGER")
_GEO = _type(values.is_geo, _l("latitude;longitude in plain decimals"), "FLOAT")
_RULE = _type(values.is_rule, _l("a recurrence rule"), "RECUR")
_OFFSET = _type(
    lambda v: values.read_offset(v) is not None, _l("an offset such as +0700"), "UTC-OFFSET"
)
_UID = _type(values.is_hosted_uid, _l("an identifier with a host, such as 7c1e@example.id"), "TEXT")
_VERSION = _type(values.is_one_of("2.0"), "2.0", "TEXT")
_CALSCALE = _type(values.is_one_of("GREGORIAN"), "GREGORIAN", "TEXT")
_STATUS = _type(
    values.is_one_of("TENTATIVE", "CONFIRMED", "CANCELLED"),
    _l("TENTATIVE, CONFIRMED or CANCELLED"),
    "TEXT",
)
_TRANSP = _type(
    values.is_one_of("OPAQUE", "TRANSPARENT"), _l("OPAQUE or TRANSPARENT"), "TEXT"
)  # fmt: skip


def _one(value_type: ValueType, *, names_type: bool = False) -> PropertyRule:
    return PropertyRule(value_type, names_type=names_type)


def _must(value_type: ValueType) -> PropertyRule:
    return PropertyRule(value_type, least=1)


def _many(value_type: ValueType, *, names_type: bool = False) -> PropertyRule:
    return PropertyRule(value_type, most=None, names_type=names_type)


_OBSERVANCE = {
    "DTSTART": _must(_WHEN),
    "TZOFFSETTO": _must(_OFFSET),
    "TZOFFSETFROM": _must(_OFFSET),
    "RRULE": _one(_RULE),
    "COMMENT": _many(_TEXT),
    "RDATE": _many(_WHENS),
    "TZNAME": _many(_TEXT),
}

PROPERTIES: dict[str, dict[str, PropertyRule]] = {
    "VCALENDAR": {
        "PRODID": _must(_TEXT),
        "VERSION": _must(_VERSION),
        "CALSCALE": _one(_CALSCALE),
        "UID": _one(_TEXT),
        "LAST-MODIFIED": _one(_WHEN),
        "URL": _one(_URI),
        "REFRESH-INTERVAL": _one(_DURATION, names_type=True),
        "SOURCE": _one(_URI, names_type=True),
        "COLOR": _one(_TEXT),
        "NAME": _many(_TEXT),
        "DESCRIPTION": _many(_TEXT),
        "CATEGORIES": _many(_TEXTS),
        "IMAGE": _many(_ANY, names_type=True),
        "X-WR-CALNAME": _one(_TEXT),
        "X-WR-CALDESC": _one(_TEXT),
        "X-PUBLISHED-TTL": _one(_DURATION),
    },
    "VTIMEZONE": {
        "TZID": _must(_TEXT),
        "LAST-MODIFIED": _one(_WHEN),
        "TZURL": _one(_URI),
        "TZUNTIL": _one(_WHEN),
        "TZID-ALIAS-OF": _many(_TEXT),
    },
    "STANDARD": _OBSERVANCE,
    "DAYLIGHT": _OBSERVANCE,
    "VEVENT": {
        "UID": _must(_UID),
        "DTSTAMP": _must(_WHEN),
        "DTSTART": _must(_WHEN),
        "DTEND": _one(_WHEN),
        "DURATION": _one(_DURATION),
        "CREATED": _one(_WHEN),
        "LAST-MODIFIED": _one(_WHEN),
        "SEQUENCE": _one(_COUNT),
        "STATUS": _one(_STATUS),
        "SUMMARY": _one(_TEXT),
        "DESCRIPTION": _one(_TEXT),
        "LOCATION": _one(_TEXT),
        "GEO": _one(_GEO),
        "URL": _one(_URI),
        "CATEGORIES": _many(_TEXTS),
        "TRANSP": _one(_TRANSP),
        "CLASS": _one(_TEXT),
        "PRIORITY": _one(_PRIORITY),
        "COLOR": _one(_TEXT),
        "ORGANIZER": _one(_PERSON),
        "RECURRENCE-ID": _one(_WHEN),
        "RRULE": _one(_RULE),
        "RDATE": _many(_WHENS),
        "EXDATE": _many(_WHENS),
        "RELATED-TO": _many(_ANY),
        "ATTENDEE": _many(_PERSON),
        "ATTACH": _many(_ANY),
        "COMMENT": _many(_TEXT),
        "CONTACT": _many(_TEXT),
        "RESOURCES": _many(_TEXTS),
        "REQUEST-STATUS": _many(_ANY),
        "IMAGE": _many(_ANY, names_type=True),
        "CONFERENCE": _many(_URI, names_type=True),
        "STRUCTURED-DATA": _many(_ANY),
        "STYLED-DESCRIPTION": _many(_ANY, names_type=True),
        "CONCEPT": _many(_URI),
        "LINK": _many(_ANY, names_type=True),
        "REFID": _many(_TEXT),
    },
    "VALARM": {
        "ACTION": _must(_TEXT),
        "TRIGGER": _must(_ANY),
        "DURATION": _one(_DURATION),
        "REPEAT": _one(_COUNT),
        "SUMMARY": _one(_TEXT),
        "DESCRIPTION": _one(_TEXT),
        "ATTACH": _many(_ANY),
        "ATTENDEE": _many(_PERSON),
        "UID": _one(_TEXT),
        "ACKNOWLEDGED": _one(_WHEN),
        "RELATED-TO": _many(_ANY),
        "PROXIMITY": _one(_TEXT),
    },
}

# Which components stand directly in which; the empty name is the file.
CHILDREN: dict[str, frozenset[str]] = {
    "": frozenset({"VCALENDAR"}),
    "VCALENDAR": frozenset({"VEVENT", "VTIMEZONE"}),
    "VTIMEZONE": frozenset({"STANDARD", "DAYLIGHT"}),
    "VEVENT": frozenset({"VALARM"}),
}

# Legal elsewhere, or wanted by people, and wrong in a feed.
FORBIDDEN: dict[tuple[str, str], tuple[str, LazyString]] = {
    ("VCALENDAR", "METHOD"): (
        "method",
        _l("A feed has no METHOD: with it every entry would need an ORGANIZER."),
    ),
    ("VTIMEZONE", "COMMENT"): ("zone-comment", _l("A VTIMEZONE holds no COMMENT.")),
}

# Always moments in UTC (RFC 5545, 3.8.7; RFC 9074, 6.1).
UTC_ONLY = frozenset({"DTSTAMP", "CREATED", "LAST-MODIFIED", "ACKNOWLEDGED", "TZUNTIL"})
