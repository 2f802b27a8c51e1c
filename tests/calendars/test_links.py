"""The buttons that bring a feed or an event into a program."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from gernas.calendars.links import CalendarLink, list_add_links, list_subscribe_links
from tests.calendars.samples import make_entry

FEED = "https://gernas.test/kalender/gernas-bbi-2022/lampung.ics?jenis=kickoff,harvesting"
FILE = "https://gernas.test/acara/kick-off-lampung.ics"


def by_program(links: list[CalendarLink]) -> dict[str, str]:
    return {link.program: link.href for link in links}


def query(href: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(href).query).items()}


def test_each_program_gets_the_address_it_takes() -> None:
    links = by_program(list_subscribe_links(FEED, "Gernas BBI 2022: Lampung"))

    assert list(links) == ["google", "apple", "outlook", "office", "copy"]
    assert links["apple"] == FEED.replace("https://", "webcal://")
    assert query(links["google"]) == {"cid": FEED.replace("https://", "webcal://")}
    wanted = {"url": FEED, "name": "Gernas BBI 2022: Lampung"}
    assert query(links["outlook"]) == query(links["office"]) == wanted
    assert links["copy"] == FEED


def test_every_subscription_says_how_late_it_is() -> None:
    assert all(link.note for link in list_subscribe_links(FEED, "Lampung"))


def test_days_are_added_with_an_exclusive_end() -> None:
    entry = make_entry(starts=date(2022, 8, 16), ends=date(2022, 8, 17), location="Losari")

    links = by_program(list_add_links(entry, FILE))

    assert list(links) == ["google", "outlook", "office", "file"]
    assert query(links["google"]) == {
        "action": "TEMPLATE",
        "text": "Kick-off Gernas BBI Lampung",
        "dates": "20220816/20220818",
        "ctz": "Asia/Jakarta",
        "details": entry.url,
        "location": "Losari",
    }
    outlook = query(links["outlook"])
    assert (outlook["startdt"], outlook["enddt"], outlook["allday"]) == (
        "2022-08-16",
        "2022-08-18",
        "true",
    )
    assert links["file"] == FILE


@pytest.mark.parametrize("length", [timedelta(hours=1), None])
def test_moments_are_added_in_utc_and_last_an_hour_at_least(length: timedelta | None) -> None:
    starts = datetime(2022, 6, 23, 2, 0, tzinfo=UTC)
    entry = make_entry(starts=starts, ends=length and starts + length, zone="Asia/Jayapura")

    links = by_program(list_add_links(entry, FILE))

    assert query(links["google"])["dates"] == "20220623T020000Z/20220623T030000Z"
    assert query(links["google"])["ctz"] == "Asia/Jayapura"
    assert query(links["office"])["enddt"] == "2022-06-23T03:00:00Z"


def test_no_text_breaks_out_of_an_address() -> None:
    entry = make_entry(title='a&b=c#d "<e>" f+g\r\nX', description="Panjang sekali. " * 500)

    for link in list_add_links(entry, FILE):
        assert link.href.isascii()
        assert link.href.isprintable()
        assert not {'"', "<", " ", "#"} & set(link.href)
        assert len(link.href) < 1500
    google = by_program(list_add_links(entry, FILE))["google"]
    assert query(google)["text"] == 'a&b=c#d "<e>" f+g X'
