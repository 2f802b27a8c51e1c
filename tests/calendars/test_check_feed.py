"""The checker finds each fault it knows, names its line, and never breaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gernas.calendars.check import Problem, check_feed
from gernas.calendars.content_lines import MOST_OF_A_RULE

GOOD = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Gernas//Kalender//ID
CALSCALE:GREGORIAN
NAME:Lampung
X-WR-CALNAME:Lampung
REFRESH-INTERVAL;VALUE=DURATION:PT1H
X-PUBLISHED-TTL:PT1H
SOURCE;VALUE=URI:https://gernas.test/kalender/lampung.ics
BEGIN:VTIMEZONE
TZID:Asia/Jakarta
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0700
TZOFFSETTO:+0700
TZNAME:WIB
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:a@gernas.test
DTSTAMP:20220105T030000Z
LAST-MODIFIED:20220105T030000Z
DTSTART;TZID=Asia/Jakarta:20220317T090000
DTEND;TZID=Asia/Jakarta:20220317T120000
SUMMARY:Kick-off\\, Lampung
SEQUENCE:1
STATUS:CONFIRMED
URL:https://gernas.test/acara/a?x=1,2;y=3
GEO:-5.42;105.26
CATEGORIES:Kick-off,UMKM
TRANSP:OPAQUE
END:VEVENT
BEGIN:VEVENT
UID:b@gernas.test
DTSTAMP:20220105T030000Z
DTSTART;VALUE=DATE:20220816
DTEND;VALUE=DATE:20220818
SUMMARY:Pameran
RELATED-TO:a@gernas.test
END:VEVENT
END:VCALENDAR
"""


def feed(*changes: tuple[str, str]) -> bytes:
    """The good feed with parts replaced; each part must be there."""
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text.replace("\n", "\r\n").encode()


def rules(raw: bytes) -> set[str]:
    return {problem.rule for problem in check_feed(raw)}


def test_a_good_feed_has_no_problem() -> None:
    assert check_feed(feed()) == []


WRONG = [
    # bytes and lines
    ("line-end", ("VERSION:2.0\n", "VERSION:2.0\n\n")),
    ("octets", ("Kick-off\\, Lampung", "x" * 68)),
    ("syntax", ("VERSION:2.0\n", "VERSION:2.0\nNO COLON\n")),
    ("syntax", ("SEQUENCE:1", "SEQUENCE;X=1")),
    ("syntax", ("DTEND;VALUE=DATE:", "DTEND;VALUE=DATE;VALUE=DATE:")),
    ("blank-line", ("VERSION:2.0\n", "VERSION:2.0\n \n")),
    ("control", ("SUMMARY:Pameran", "SUMMARY:Pam\x07eran")),
    ("control", ("SUMMARY:Pameran", "SUMMARY:Pam\x7feran")),
    ("control", ("SUMMARY:Pameran", "SUMMARY:Pam\u2028eran")),
    # components
    ("structure", ("END:VEVENT\nEND:VCALENDAR", "END:VEVENT")),
    ("structure", ("END:VEVENT\nBEGIN", "BEGIN")),
    ("structure", ("END:VCALENDAR\n", "END:VCALENDAR\nX-A:1\n")),
    ("structure", ("END:VCALENDAR\n", "END:VCALENDAR\nBEGIN:VCALENDAR\nEND:VCALENDAR\n")),
    ("component", ("BEGIN:VEVENT", "BEGIN:VTODO\nUID:t@x\nEND:VTODO\nBEGIN:VEVENT")),
    ("component", ("SEQUENCE:1", "BEGIN:VEVENT\nEND:VEVENT")),
    ("order", ("END:VEVENT\nEND:VCALENDAR", "END:VEVENT\nX-LATE:1\nEND:VCALENDAR")),
    # properties
    ("missing", ("VERSION:2.0\n", "")),
    ("missing", ("PRODID:-//Gernas//Kalender//ID\n", "")),
    ("missing", ("UID:b@gernas.test\n", "")),
    ("missing", ("DTSTAMP:20220105T030000Z\nLAST", "LAST")),
    ("missing", ("DTSTART;VALUE=DATE:20220816\n", "")),
    ("missing", ("TZOFFSETTO:+0700\n", "")),
    ("repeated", ("SUMMARY:Pameran", "SUMMARY:Pameran\nSUMMARY:Pasar")),
    ("repeated", ("SEQUENCE:1", "SEQUENCE:1\nSEQUENCE:1")),
    ("property", ("NAME:Lampung", "SUMMARY:Lampung\nNAME:Lampung")),
    ("property", ("SUMMARY:Pameran", "SUMMARY:Pameran\nDUE:20220817T000000Z")),
    ("method", ("VERSION:2.0", "VERSION:2.0\nMETHOD:PUBLISH")),
    ("zone-comment", ("TZID:Asia/Jakarta\n", "TZID:Asia/Jakarta\nCOMMENT:until 2038\n")),
    # types
    ("value-type", ("REFRESH-INTERVAL;VALUE=DURATION", "REFRESH-INTERVAL")),
    ("value-type", ("SOURCE;VALUE=URI", "SOURCE")),
    ("value-type", ("DTSTART;VALUE=DATE:", "DTSTART:")),
    ("value-type", ("DTSTART;TZID=Asia/Jakarta", "DTSTART;VALUE=DATE")),
    ("value-type", ("SEQUENCE:1", "SEQUENCE;VALUE=TEXT:1")),
    ("value", ("VERSION:2.0", "VERSION:1.0")),
    ("value", ("GREGORIAN", "JULIAN")),
    ("value", ("X-PUBLISHED-TTL:PT1H", "X-PUBLISHED-TTL:1:00:00")),
    ("value", ("INTERVAL;VALUE=DURATION:PT1H", "INTERVAL;VALUE=DURATION:-PT1H")),
    ("value", ("SEQUENCE:1", "SEQUENCE:1.0")),
    ("value", ("SEQUENCE:1", "SEQUENCE:-1")),
    ("value", ("SEQUENCE:1", "SEQUENCE:99999999999")),
    ("value", ("STATUS:CONFIRMED", "STATUS:POSTPONED")),
    ("value", ("TRANSP:OPAQUE", "TRANSP:BUSY")),
    ("value", ("Kick-off\\, Lampung", "Kick-off, Lampung")),
    ("value", ("Kick-off\\, Lampung", "Kick-off; Lampung")),
    ("value", ("Kick-off\\, Lampung", "Kick-off\\: Lampung")),
    ("value", ("Kick-off\\, Lampung", "Kick-off\\")),
    ("value", ("CATEGORIES:Kick-off,UMKM", "CATEGORIES:Kick-off;UMKM")),
    ("value", ("x=1,2;y=3", "x=1\\,2\\;y=3")),
    ("value", ("https://gernas.test/acara/a?x", "/acara/a?x")),
    ("value", ("https://gernas.test/acara/a?x", "https://gernas.test/ acara")),
    ("value", ("GEO:-5.42;105.26", "GEO:105.26;-5.42")),
    ("value", ("GEO:-5.42;105.26", "GEO:-5.42,105.26")),
    ("value", ("GEO:-5.42;105.26", "GEO:-2e-05;105.26")),
    ("value", ("UID:b@gernas.test", "UID:b")),
    ("value", ("DTSTART;VALUE=DATE:20220816", "DTSTART;VALUE=DATE:20220231")),
    ("value", ("20220317T120000", "20220317T250000")),
    ("value", ("TZOFFSETTO:+0700", "TZOFFSETTO:7")),
    ("utc", ("DTSTAMP:20220105T030000Z", "DTSTAMP:20220105T030000")),
    ("utc", ("LAST-MODIFIED:20220105T030000Z", "LAST-MODIFIED:20220105T030000")),
    # time and place
    ("floating", ("DTSTART;TZID=Asia/Jakarta:20220317T09", "DTSTART:20220317T09")),
    ("zone", ("Asia/Jakarta:20220317T090000", "Asia/Jakarta:20220317T020000Z")),
    ("zone", ("DTSTART;VALUE=DATE:", "DTSTART;VALUE=DATE;TZID=Asia/Jakarta:")),
    ("zone", ("SEQUENCE:1", "SEQUENCE;TZID=Asia/Jakarta:1")),
    ("zone", ("DTSTART:19700101T000000", "DTSTART:19700101T000000Z")),
    ("zone-undeclared", ("TZID=Asia/Jakarta", "TZID=Asia/Makassar")),
    ("zone-name", ("TZID:Asia/Jakarta", "TZID:WIB")),
    ("zone-name", ("TZID:Asia/Jakarta", "TZID:GMT")),
    ("zone-name", ("TZID:Asia/Jakarta", "TZID:Asia/Lampung")),
    ("zone-offset", ("TZOFFSETTO:+0700", "TZOFFSETTO:+0800")),
    ("end", ("20220317T120000", "20220317T090000")),
    ("end", ("20220317T120000", "20220317T080000")),
    ("end", ("DTEND;VALUE=DATE:20220818", "DTEND;VALUE=DATE:20220816")),
    ("end", ("DTEND;VALUE=DATE:20220818", "DTEND:20220818T000000Z")),
    ("end", ("DTEND;VALUE=DATE:20220818", "DTEND;VALUE=DATE:20220818\nDURATION:P2D")),
    ("end", ("DTEND;VALUE=DATE:20220818", "DURATION:PT48H")),
    # entries with each other
    ("uid-twice", ("UID:b@", "UID:a@")),
    ("names", ("X-WR-CALNAME:Lampung", "X-WR-CALNAME:Jambi")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "change"), WRONG)
def test_a_fault_is_found(rule: str, change: tuple[str, str]) -> None:
    if rule == "line-end":
        raw = feed().replace(b"VERSION:2.0\r\n", b"VERSION:2.0\n")
    else:
        raw = feed(change)

    assert rule in rules(raw)
    assert any(not problem.is_warning for problem in check_feed(raw))


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("names", ("X-WR-CALNAME:Lampung\n", "")),
        ("refresh", ("X-PUBLISHED-TTL:PT1H\n", "")),
        ("refresh", ("X-PUBLISHED-TTL:PT1H", "X-PUBLISHED-TTL:PT6H")),
        ("stamp", ("LAST-MODIFIED:20220105T030000Z", "LAST-MODIFIED:20220106T030000Z")),
        ("title", ("SUMMARY:Pameran\n", "")),
        ("no-value", ("SUMMARY:Pameran", "SUMMARY:")),
        ("no-value", ("CATEGORIES:Kick-off,UMKM", "CATEGORIES:")),
        ("related", ("RELATED-TO:a@", "RELATED-TO:c@")),
    ],
)
def test_what_is_legal_and_unwise_is_a_warning(rule: str, change: tuple[str, str]) -> None:
    assert [(problem.rule, problem.is_warning) for problem in check_feed(feed(change))] == [
        (rule, True)
    ]


def test_an_unused_zone_is_a_warning_unless_the_feed_is_empty() -> None:
    start = GOOD.index("BEGIN:VEVENT")
    middle = GOOD.index("BEGIN:VEVENT", start + 1)
    all_day_only = (GOOD[:start] + GOOD[middle:]).replace("RELATED-TO:a@gernas.test\n", "")
    empty = GOOD[:start] + "END:VCALENDAR\n"

    assert rules(all_day_only.replace("\n", "\r\n").encode()) == {"zone-unused"}
    assert check_feed(empty.replace("\n", "\r\n").encode()) == []


@pytest.mark.parametrize(
    "change",
    [
        ("SUMMARY:Pameran", "summary:Pameran"),
        ("SUMMARY:Pameran", "SUMMARY;LANGUAGE=id:Pameran"),
        ("SUMMARY:Pameran", 'SUMMARY;ALTREP="https://gernas.test/a;b,c":Pameran'),
        ("SUMMARY:Pameran", "SUMMARY:Pame\n ran"),
        ("SUMMARY:Pameran", "SUMMARY:Pameran\n\t tahunan"),
        ("SUMMARY:Pameran", "SUMMARY:Satu\\nDua\\, tiga\\; empat \\\\ lima: “enam”"),
        ("SUMMARY:Pameran", "SUMMARY:Pameran\nX-ANYTHING:, ; \\q"),
        ("DTEND;VALUE=DATE:20220818", "DURATION:P2D"),
        ("DTEND;VALUE=DATE:20220818\n", ""),
        ("DTEND;TZID=Asia/Jakarta:20220317T120000", "DTEND:20220317T050000Z"),
        ("20220317T120000", "20220317T115960"),
        ("GEO:-5.42;105.26", "GEO:+0;-180.000000"),
        ("TZNAME:WIB", "TZNAME:WIB\nTZNAME:Waktu Indonesia Barat"),
        ("END:VEVENT", "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT1H\nEND:VALARM\nEND:VEVENT"),
    ],
)
def test_what_is_right_in_other_ways_is_let_through(change: tuple[str, str]) -> None:
    assert check_feed(feed(change)) == []


def test_a_feed_with_two_offsets_is_not_compared_with_one() -> None:
    jakarta = (
        "TZID:Asia/Jakarta\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0700\n"
        "TZOFFSETTO:+0700\nTZNAME:WIB\nEND:STANDARD\n"
    )
    berlin = (
        "TZID:Europe/Berlin\n"
        "BEGIN:DAYLIGHT\nDTSTART:19700329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n"
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\n"
        "BEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n"
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n"
    )
    named = ("TZID=Asia/Jakarta", "TZID=Europe/Berlin")

    assert check_feed(feed((jakarta, berlin), named, named)) == []


def test_a_fold_inside_a_character_is_found_at_its_line() -> None:
    folded = "SUMMARY:Pesta 🎉".encode()
    raw = feed().replace(b"SUMMARY:Pameran", folded[:-2] + b"\r\n " + folded[-2:])
    between = feed().replace(b"SUMMARY:Pameran", folded[:-4] + b"\r\n " + folded[-4:])

    assert [problem.rule for problem in check_feed(raw)] == ["fold"]
    assert check_feed(raw)[0].line == raw[: raw.index(b"SUMMARY:Pesta")].count(b"\n") + 1
    assert check_feed(between) == []


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf" + feed(), "bom"),
        (b" " + feed(), "fold"),
        (feed().rstrip(b"\r\n"), "line-end"),
        (feed().replace(b"\r\n", b"\n"), "line-end"),
        (feed().replace(b"\r\n", b"\r"), "line-end"),
        (feed().replace(b"Pameran", b"Pam\xe9ran"), "utf-8"),
        (b"<!doctype html><title>Masuk</title>", "structure"),
    ],
)
def test_wrong_bytes_are_found(raw: bytes, rule: str) -> None:
    assert rule in rules(raw)


def test_problems_come_by_line_with_a_sentence() -> None:
    raw = feed(("UID:b@gernas.test\n", ""), ("SEQUENCE:1", "SEQUENCE:x"))

    assert check_feed(raw) == [
        Problem(26, "value", "SEQUENCE must be a whole number from 0."),
        Problem(33, "missing", "VEVENT has no UID."),
    ]


def test_a_file_with_one_fault_everywhere_stays_readable() -> None:
    raw = feed().replace(b"\r\n", b"\n")
    problems = check_feed(raw)

    more = raw.count(b"\n") - MOST_OF_A_RULE
    assert len(problems) == MOST_OF_A_RULE
    assert problems[-1].sentence.endswith(f" {more} more like this.")


@given(st.binary(max_size=2000))
def test_no_bytes_break_it(raw: bytes) -> None:
    check_feed(raw)


_SCRAPS = [*GOOD.splitlines(), "END:VALARM", "BEGIN:VALARM", "RRULE:FREQ=DAILY;UNTIL=1", "BEGIN:"]
_VALUES = st.sampled_from(
    ["", "99999999T999999Z", "00010101T000000Z", "99991231T235959", "P" + "9" * 5000 + "W", "-0000"]
) | st.text(max_size=40)


@given(
    st.lists(
        st.sampled_from(_SCRAPS)
        | st.tuples(st.sampled_from(_SCRAPS), _VALUES).map(
            lambda pair: pair[0].partition(":")[0] + ":" + pair[1]
        ),
        max_size=60,
    ),
    st.sampled_from(["\r\n", "\n"]),
)
def test_no_shuffled_feed_breaks_it(lines: list[str], end: str) -> None:
    check_feed(end.join(lines).encode(errors="surrogatepass"))


@given(st.integers(0, len(GOOD)), st.integers(0, 300), st.binary(max_size=8))
def test_no_damaged_feed_breaks_it(start: int, length: int, damage: bytes) -> None:
    raw = feed()

    check_feed(raw[:start] + damage + raw[start + length :])


@pytest.mark.parametrize(
    "value",
    ["\\" * 100_000, "," * 100_000, "a;" * 50_000, '"' * 100_000, "%" * 100_000, ";X=" * 30_000],
)
def test_long_lines_take_no_long_time(value: str) -> None:
    for change in (("Kick-off\\, Lampung", value), ("https://gernas.test/acara/a", value)):
        check_feed(feed(change))
    check_feed(feed(("SUMMARY:Pameran", f"SUMMARY;X={value}:Pameran")))
