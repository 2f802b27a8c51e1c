"""The second opinion on calendar files."""

from scripts.libical_check import check, read_events

CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Gernas//Test//ID
BEGIN:VTIMEZONE
TZID:Asia/Makassar
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0800
TZOFFSETTO:+0800
TZNAME:WITA
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1@gernas.test
DTSTAMP:20220301T000000Z
DTSTART;TZID=Asia/Makassar:20220317T090000
DTEND;TZID=Asia/Makassar:20220317T110000
SUMMARY:Kick-off\\, pembukaan
STATUS:CONFIRMED
END:VEVENT
BEGIN:VEVENT
UID:2@gernas.test
DTSTAMP:20220301T000000Z
DTSTART;VALUE=DATE:20220318
DTEND;VALUE=DATE:20220320
SUMMARY:Pameran
END:VEVENT
END:VCALENDAR
"""


def _bytes(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def test_libical_reads_moments_by_the_files_own_zone() -> None:
    assert read_events(_bytes(CALENDAR)) == [
        {
            "uid": "1@gernas.test",
            "title": "Kick-off, pembukaan",
            "status": "CONFIRMED",
            "start": "2022-03-17T01:00:00Z",
            "end": "2022-03-17T03:00:00Z",
        },
        {
            "uid": "2@gernas.test",
            "title": "Pameran",
            "status": None,
            "start": "2022-03-18",
            "end": "2022-03-20",
        },
    ]


def test_libical_objects_to_broken_restrictions() -> None:
    twice = CALENDAR.replace("SUMMARY:Pameran", "SUMMARY:Pameran\nDTSTART:20220318T000000Z")

    assert check(_bytes(CALENDAR)) == []
    assert [error[:46] for error in check(_bytes(twice))] == [
        "Failed iTIP restrictions for DTSTART property."
    ]
    assert check(b"Halo") == ["libical reads no calendar here."]
