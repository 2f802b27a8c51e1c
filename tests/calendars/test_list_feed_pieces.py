"""What a feed holds, and the next moment at which time alone changes that."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask

from gernas.calendars import queries
from gernas.calendars.entries import EntryStatus
from gernas.calendars.queries import (
    CANCELLED_SHOWN,
    Choice,
    list_feed_pieces,
    list_pieces_of,
    list_window_pieces,
)
from gernas.calendars.services import Filed, Filing, keep_entries, keep_entry
from gernas.core.database import transaction
from tests.calendars.samples import make_entry
from tests.conftest import count_queries

pytestmark = pytest.mark.usefixtures("context")

NOON = datetime(2022, 6, 1, 5, 0, tzinfo=UTC)  # 12:00 WIB
TODAY = date(2022, 6, 1)


_number = count(1)


def keep(
    name: str, starts: Any = TODAY, *, filing: dict[str, Any] | None = None, **values: Any
) -> None:
    """Keep an entry with the UID ``name@gernas.test``, in campaign 1 and stop 1."""
    entry = make_entry(uid=f"{name}@gernas.test", starts=starts, **{"ends": None, **values})
    default = {"campaign_id": 1, "stop_id": 1, "event_kind": "kickoff"}
    with transaction():
        keep_entry(entry, Filing(**{"object_id": next(_number), **default, **(filing or {})}))


def names(pieces: queries.FeedPieces) -> list[str]:
    """The names of the entries, in the order of the feed."""
    texts = (vevent.decode().replace("\r\n ", "") for vevent in pieces.vevents)
    return [text.split("UID:")[1].split("@")[0] for text in texts]


def test_a_campaigns_feed_holds_all_of_it_by_day_however_long_ago() -> None:
    keep("later", date(2030, 1, 1))
    keep("long-ago", date(1999, 1, 1))
    keep("b", TODAY)
    keep("a", TODAY)
    keep("elsewhere", filing={"campaign_id": 2, "stop_id": 2})

    pieces = list_feed_pieces(Choice(campaign_id=1), at=NOON)

    assert names(pieces) == ["long-ago", "a", "b", "later"]
    assert (pieces.zones, pieces.changes_at) == (set(), None)


def test_a_stops_feed_leaves_out_the_campaigns_other_events() -> None:
    keep("mine")
    keep("national", filing={"stop_id": None})
    keep("neighbours", filing={"stop_id": 2})

    assert names(list_feed_pieces(Choice(stop_id=1), at=NOON)) == ["mine"]


def test_an_events_feed_holds_its_agenda_too() -> None:
    keep("event", filing={"object_id": 7})
    keep("other", filing={"object_id": 8})
    agenda: dict[str, Any] = {"kind": "agenda", "related_to": "event@gernas.test"}
    keep("item", filing={"object_id": 8}, **agenda)

    assert names(list_feed_pieces(Choice(event_id=7), at=NOON)) == ["event", "item"]


def test_filters_choose_by_kind_and_province() -> None:
    keep("kickoff", filing={"province_code": "ID-LA"})
    keep("harvest", filing={"event_kind": "harvesting", "province_code": "ID-LA"})
    keep("jambi", filing={"event_kind": "harvesting", "province_code": "ID-JA"})

    def chosen(**filters: Any) -> list[str]:
        return names(list_feed_pieces(Choice(campaign_id=1, **filters), at=NOON))

    assert chosen(event_kinds=("harvesting",)) == ["harvest", "jambi"]
    assert chosen(province_codes=("ID-LA",)) == ["harvest", "kickoff"]
    assert chosen(event_kinds=("harvesting",), province_codes=("ID-LA",)) == ["harvest"]
    assert chosen(event_kinds=("kickoff", "harvesting")) == ["harvest", "jambi", "kickoff"]


def test_a_public_feed_never_holds_what_belongs_to_persons() -> None:
    keep("event")
    keep("shift", kind="shift")

    assert names(list_feed_pieces(Choice(campaign_id=1), at=NOON)) == ["event"]
    assert names(list_window_pieces(Choice(), at=NOON)) == ["event"]


def test_a_cancelled_entry_leaves_after_thirty_days_and_the_feed_says_when() -> None:
    cancelled_at = NOON - timedelta(days=29)
    keep("lives")
    keep("off1", status=EntryStatus.CANCELLED, cancelled_at=cancelled_at)
    keep("off2", status=EntryStatus.CANCELLED, cancelled_at=NOON)

    pieces = list_feed_pieces(Choice(campaign_id=1), at=NOON)

    assert names(pieces) == ["lives", "off1", "off2"]
    assert pieces.changes_at == cancelled_at + CANCELLED_SHOWN
    before = list_feed_pieces(Choice(campaign_id=1), at=pieces.changes_at - timedelta(seconds=1))
    after = list_feed_pieces(Choice(campaign_id=1), at=pieces.changes_at)
    assert names(before) == ["lives", "off1", "off2"]
    assert names(after) == ["lives", "off2"]


def test_zones_are_those_of_moments_alone() -> None:
    keep("day", zone="Asia/Makassar")
    keep("moment", NOON, zone="Asia/Jayapura")

    assert list_feed_pieces(Choice(campaign_id=1), at=NOON).zones == {"Asia/Jayapura"}


def test_the_sites_feed_reaches_ninety_days_back_until_a_midnight() -> None:
    keep("old", TODAY - timedelta(days=91))
    keep("oldest", TODAY - timedelta(days=90))
    keep("far", date(2040, 1, 1))

    pieces = list_window_pieces(Choice(), at=NOON)

    assert names(pieces) == ["oldest", "far"]
    assert pieces.changes_at == datetime(2022, 6, 1, 17, 0, tzinfo=UTC)  # 2 June, 00:00 WIB
    just_before = pieces.changes_at - timedelta(seconds=1)
    assert names(list_window_pieces(Choice(), at=just_before)) == ["oldest", "far"]
    assert names(list_window_pieces(Choice(), at=pieces.changes_at)) == ["far"]


def test_a_window_without_past_changes_when_its_first_entry_has_left() -> None:
    keep("far", date(2040, 1, 1))

    pieces = list_window_pieces(Choice(), at=NOON)

    assert pieces.changes_at == datetime(2040, 3, 31, 17, 0, tzinfo=UTC)  # 91 days, 00:00 WIB
    assert list_window_pieces(Choice(campaign_id=9), at=NOON).changes_at is None


def test_a_full_window_gives_up_the_oldest_past_first_and_then_the_farthest_ahead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queries, "WINDOW_CAP", 3)
    for days in (-3, -2, 1, 2):
        keep(f"day{days}", TODAY + timedelta(days=days))

    pieces = list_window_pieces(Choice(), at=NOON)

    assert names(pieces) == ["day-2", "day1", "day2"]
    assert pieces.changes_at == datetime(2022, 6, 1, 17, 0, tzinfo=UTC)
    for days in (3, 4):
        keep(f"day{days}", TODAY + timedelta(days=days))
    assert names(list_window_pieces(Choice(), at=NOON)) == ["day1", "day2", "day3"]


def test_a_persons_feed_holds_what_is_his_and_nothing_else() -> None:
    keep("mine", kind="shift")
    keep("public")
    keep("others", kind="shift")

    uids = {"mine@gernas.test", "public@gernas.test", "unknown@gernas.test"}

    assert names(list_pieces_of(uids, at=NOON)) == ["mine", "public"]
    assert names(list_pieces_of(set(), at=NOON)) == []


@pytest.mark.parametrize("number", [3, 300])
def test_a_feed_is_one_query_however_long(number: int, context: Flask) -> None:
    filed = [
        Filed(make_entry(uid=f"{n}@gernas.test"), Filing(object_id=n, campaign_id=1))
        for n in range(number)
    ]
    with transaction():
        keep_entries(filed)

    with count_queries(context) as statements:
        pieces = list_feed_pieces(Choice(campaign_id=1), at=NOON)

    assert (len(pieces.vevents), len(statements)) == (number, 1)
