"""Our strict checker of feeds: what the standards ask, and what programs stumble over.

``docs/calendars.md`` lists its rules by the names used here.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from gernas.calendars.content_lines import (
    ContentLine,
    Findings,
    Problem,
    read_content_lines,
    unescape_text,
)
from gernas.calendars.content_rules import FORBIDDEN, PROPERTIES, UTC_ONLY, PropertyRule
from gernas.calendars.content_tree import Component, build_tree, walk
from gernas.calendars.content_values import (
    is_olson_name,
    read_duration,
    read_offset,
    read_when,
    utc_offset,
)

__all__ = ["Problem", "check_feed"]

_PLACED_IN_TIME = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE"})


def check_feed(raw: bytes) -> list[Problem]:
    """Return everything wrong with a feed's bytes, by line; [] if it is in order.

    Never raises, whatever the bytes are. At most 20 problems of a rule are listed.
    """
    findings = Findings()
    lines = read_content_lines(raw, findings)
    for component in walk(build_tree(lines, findings)):
        _check_properties(component, findings)
        if component.name == "VCALENDAR":
            _check_calendar(component, findings)
    return findings.sorted()


def _check_properties(component: Component, findings: Findings) -> None:
    rules = PROPERTIES[component.name]
    counts = Counter(content.name for content in component.properties)
    for name, rule in rules.items():
        if counts[name] < rule.least:
            findings.add(
                component.line,
                "missing",
                _("%(component)s has no %(name)s.", component=component.name, name=name),
            )
    seen: Counter[str] = Counter()
    for content in component.properties:
        seen[content.name] += 1
        known = rules.get(content.name)
        if (component.name, content.name) in FORBIDDEN:
            name, sentence = FORBIDDEN[component.name, content.name]
            findings.add(content.line, name, str(sentence))
        elif known is not None:
            if known.most is not None and seen[content.name] > known.most:
                findings.add(
                    content.line,
                    "repeated",
                    _("%(name)s may stand here only once.", name=content.name),
                )
            _check_value(content, known, findings)
            if not content.value:
                findings.warn(
                    content.line,
                    "no-value",
                    _("%(name)s is empty; some programs report that.", name=content.name),
                )
        elif not content.name.startswith("X-"):
            findings.add(
                content.line,
                "property",
                _(
                    "%(name)s is no property of %(component)s.",
                    name=content.name[:40],
                    component=component.name,
                ),
            )


def _check_value(content: ContentLine, rule: PropertyRule, findings: Findings) -> None:
    value_type = content.parameter("VALUE")
    allowed = rule.type.names
    if value_type is None:
        if rule.names_type:
            findings.add(
                content.line,
                "value-type",
                _("%(name)s must say its type with VALUE=.", name=content.name),
            )
    elif allowed and value_type.upper() not in allowed:
        findings.add(
            content.line,
            "value-type",
            _("%(name)s cannot be VALUE=%(type)s.", name=content.name, type=value_type[:40]),
        )
        return
    if not rule.type.test(content.value):
        findings.add(
            content.line,
            "value",
            _("%(name)s must be %(expected)s.", name=content.name, expected=rule.type.expected),
        )
    elif "DATE-TIME" in allowed and "PERIOD" not in allowed:
        _check_form_of_time(content, findings)
    elif "TZID" in content.parameters and allowed and "DATE-TIME" not in allowed:
        findings.add(content.line, "zone", _("%(name)s has no TZID.", name=content.name))


def _check_form_of_time(content: ContentLine, findings: Findings) -> None:
    """Check that a single date or moment has the type it says, and UTC where that is a must."""
    when = read_when(content.value)
    if when is None:
        return
    says_day = (content.parameter("VALUE") or "").upper() == "DATE"
    if when.is_day is not says_day:
        sentence = (
            _("%(name)s is a day, so it needs VALUE=DATE.", name=content.name)
            if when.is_day
            else _("%(name)s is a moment, not VALUE=DATE.", name=content.name)
        )
        findings.add(content.line, "value-type", sentence)
    if content.name in UTC_ONLY and not when.is_utc:
        findings.add(
            content.line, "utc", _("%(name)s must be in UTC, ending in Z.", name=content.name)
        )
    if "TZID" in content.parameters and (when.is_day or when.is_utc):
        findings.add(content.line, "zone", _("A day, or a moment in UTC, has no TZID."))


def _check_calendar(calendar: Component, findings: Findings) -> None:
    _check_names(calendar, findings)
    _check_refresh(calendar, findings)
    offsets = _check_zones(calendar, findings)
    events = calendar.children_named("VEVENT")
    used: set[str] = set()
    for event in events:
        for content in event.properties:
            if content.name in _PLACED_IN_TIME:
                _check_zone_of(content, offsets, findings)
                used.add(content.parameter("TZID") or "")
        _check_end(event, findings)
        _check_stamp(event, findings)
    _check_identifiers(events, findings)
    if events:
        _warn_of_unused_zones(calendar, used, findings)


def _check_names(calendar: Component, findings: Findings) -> None:
    for new, old in (("NAME", "X-WR-CALNAME"), ("DESCRIPTION", "X-WR-CALDESC")):
        first, second = calendar.first(new), calendar.first(old)
        if first is not None and second is not None:
            if unescape_text(first.value) != unescape_text(second.value):
                findings.add(
                    second.line,
                    "names",
                    _("%(new)s and %(old)s say different things.", new=new, old=old),
                )
        elif new == "NAME" or first is not None or second is not None:
            findings.warn(
                calendar.line,
                "names",
                _("Some programs read %(new)s, others %(old)s: write both.", new=new, old=old),
            )


def _check_refresh(calendar: Component, findings: Findings) -> None:
    first, second = calendar.first("REFRESH-INTERVAL"), calendar.first("X-PUBLISHED-TTL")
    if first is None or second is None or read_duration(first.value) != read_duration(second.value):
        findings.warn(
            calendar.line,
            "refresh",
            _("Apple reads REFRESH-INTERVAL, Outlook X-PUBLISHED-TTL: write both, and the same."),
        )


def _check_zones(calendar: Component, findings: Findings) -> dict[str, timedelta | None]:
    """Check the declarations; return each zone's only offset, or None when it has several."""
    offsets: dict[str, timedelta | None] = {}
    for zone in calendar.children_named("VTIMEZONE"):
        name = zone.first("TZID")
        if name is None:
            continue
        tzid = unescape_text(name.value)
        if tzid in offsets:
            findings.add(name.line, "zone", _("The zone is declared twice."))
        if not is_olson_name(tzid):
            findings.add(
                name.line,
                "zone-name",
                _(
                    "%(zone)s is no name like Asia/Jakarta, so programs guess.",
                    zone=tzid[:40],
                ),
            )
        observances = zone.children_named("STANDARD", "DAYLIGHT")
        if not observances:
            findings.add(zone.line, "zone", _("The zone has neither STANDARD nor DAYLIGHT."))
        for start in filter(None, (one.first("DTSTART") for one in observances)):
            when = read_when(start.value)
            if when is not None and (when.is_utc or when.is_day or "TZID" in start.parameters):
                findings.add(start.line, "zone", _("A zone's DTSTART is local time."))
        offsets[tzid] = _only_offset(observances)
    return offsets


def _only_offset(observances: list[Component]) -> timedelta | None:
    if len(observances) != 1 or observances[0].first("RRULE") or observances[0].first("RDATE"):
        return None
    offset = observances[0].first("TZOFFSETTO")
    return read_offset(offset.value) if offset else None


def _check_zone_of(
    content: ContentLine, offsets: dict[str, timedelta | None], findings: Findings
) -> None:
    """Check that a moment says where it is: in UTC, or in a declared zone of the right offset."""
    when = read_when(content.value.partition(",")[0].partition("/")[0])
    if when is None or when.is_utc or not isinstance(when.moment, datetime):
        return
    tzid = content.parameter("TZID")
    if tzid is None:
        findings.add(
            content.line,
            "floating",
            _("The moment has neither TZID nor Z, so it is another one in each place."),
        )
    elif tzid not in offsets:
        findings.add(
            content.line,
            "zone-undeclared",
            _("No VTIMEZONE of this file declares %(zone)s.", zone=tzid[:40]),
        )
    elif is_olson_name(tzid) and offsets[tzid] not in (None, utc_offset(tzid, when.moment)):
        findings.add(
            content.line,
            "zone-offset",
            _("%(zone)s is declared with another offset than it has then.", zone=tzid[:40]),
        )


def _check_end(event: Component, findings: Findings) -> None:
    start, end = event.first("DTSTART"), event.first("DTEND")
    length = event.first("DURATION")
    if end is not None and length is not None:
        findings.add(length.line, "end", _("DTEND and DURATION exclude each other."))
    first = _moment(start)
    if first is None:
        return
    if end is not None and (last := _moment(end)) is not None:
        if isinstance(last, datetime) is not isinstance(first, datetime):
            findings.add(end.line, "end", _("DTSTART and DTEND are not of the same type."))
        elif not _is_later(last, first):
            findings.add(
                end.line,
                "end",
                _("DTEND must be later than DTSTART: it is not included."),
            )
    if length is not None and not isinstance(first, datetime) and "T" in length.value.upper():
        findings.add(length.line, "end", _("An entry of whole days lasts whole days."))


def _moment(content: ContentLine | None) -> date | None:
    """Return a day or a moment; aware when its zone is known."""
    when = read_when(content.value) if content is not None else None
    if content is None or when is None:
        return None
    tzid = content.parameter("TZID")
    if isinstance(when.moment, datetime) and not when.is_utc and tzid and is_olson_name(tzid):
        return when.moment.replace(tzinfo=ZoneInfo(tzid))
    return when.moment


def _is_later(last: date, first: date) -> bool:
    if isinstance(last, datetime) and isinstance(first, datetime):
        if (last.tzinfo is None) is not (first.tzinfo is None):
            return True  # Not to be told; the missing zone is a problem of its own.
        return last > first
    return last > first


def _check_stamp(event: Component, findings: Findings) -> None:
    stamp, revised = event.first("DTSTAMP"), event.first("LAST-MODIFIED")
    if stamp is not None and revised is not None and stamp.value != revised.value:
        findings.warn(
            stamp.line,
            "stamp",
            _("In a feed DTSTAMP is the last revision, so it equals LAST-MODIFIED."),
        )
    if event.first("SUMMARY") is None:
        findings.warn(event.line, "title", _("The entry has no SUMMARY."))


def _check_identifiers(events: list[Component], findings: Findings) -> None:
    seen: set[tuple[str, str]] = set()
    for event in events:
        uid, instance = event.first("UID"), event.first("RECURRENCE-ID")
        if uid is None:
            continue
        key = (unescape_text(uid.value), instance.value if instance else "")
        if key in seen:
            findings.add(uid.line, "uid-twice", _("Another entry has this UID already."))
        seen.add(key)
    known = {uid for uid, _instance in seen}
    for event in events:
        for related in event.all("RELATED-TO"):
            if related.parameter("VALUE") != "URI" and unescape_text(related.value) not in known:
                findings.warn(
                    related.line, "related", _("No entry of this file has the UID it relates to.")
                )


def _warn_of_unused_zones(calendar: Component, used: set[str], findings: Findings) -> None:
    for zone in calendar.children_named("VTIMEZONE"):
        name = zone.first("TZID")
        if name is not None and unescape_text(name.value) not in used:
            findings.warn(zone.line, "zone-unused", _("No entry names this zone."))
