"""Rule 6 of the design: a UID is for life, and SEQUENCE counts moves, one counter an entry."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import thread_time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.calendars import services
from gernas.calendars.entries import CalendarEntry, EntryStatus, render_entry
from gernas.calendars.feeds import join_feed
from gernas.calendars.models import KeptEntry
from gernas.calendars.queries import Choice, list_feed_pieces
from gernas.calendars.services import (
    EntrySource,
    Filed,
    Filing,
    Kept,
    drop_entry,
    drop_missing_entries,
    get_or_new_uid,
    keep_entries,
    keep_entry,
    rerender_all_entries,
)
from gernas.core.database import db, transaction
from gernas.core.permissions import Scope
from gernas.core.revisions import get_revision
from tests.calendars.samples import HEAD, make_entry
from tests.conftest import count_queries, race

pytestmark = pytest.mark.usefixtures("context")

FILING = Filing(object_id=1, campaign_id=1, stop_id=1, event_kind="kickoff", province_code="ID-LA")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moment that services take for now; change its only item."""
    moment = [datetime(2022, 2, 1, 3, 0, tzinfo=UTC)]
    monkeypatch.setattr(services, "now", lambda: moment[0])
    return moment


def keep(entry: CalendarEntry, filing: Filing = FILING) -> Kept:
    with transaction():
        return keep_entry(entry, filing)


def row(uid: str = "5b0c2f0e@gernas.test") -> KeptEntry:
    db.session.expire_all()
    return db.session.scalars(select(KeptEntry).where(KeptEntry.uid == uid)).one()


def feed_of(campaign_id: int = 1, *, at: datetime | None = None) -> list[bytes]:
    at = at or datetime(2022, 2, 1, tzinfo=UTC)
    return list_feed_pieces(Choice(campaign_id=campaign_id), at=at).vevents


def test_a_new_entry_is_kept_as_rendered_from_sequence_zero(clock: list[datetime]) -> None:
    entry = make_entry()

    kept = keep(entry)

    assert kept == Kept(entry.uid, 0, is_new=True, moved=False, changed=True)
    assert row().vevent == render_entry(replace(entry, sequence=0, revised_at=clock[0]))
    assert (row().starts_on, row().ends_on, row().zone) == (
        date(2022, 3, 17),
        date(2022, 3, 17),
        None,
    )


@pytest.mark.parametrize(
    "values",
    [
        {"starts": date(2022, 3, 16)},
        {"ends": date(2022, 3, 18)},
        {"starts": datetime(2022, 3, 17, 2, tzinfo=UTC), "ends": None},
        {"location": "Mahan Agung"},
        {"geo": (-5.4, 105.26)},
        {"status": EntryStatus.CANCELLED},
        {"status": EntryStatus.TENTATIVE},
        {"postponed": True},
    ],
)
def test_the_sequence_rises_by_one_when_an_entry_moves(
    values: dict[str, Any], clock: list[datetime]
) -> None:
    keep(make_entry())
    clock[0] += timedelta(days=1)

    kept = keep(make_entry(**values))

    assert kept == Kept(kept.uid, 1, is_new=False, moved=True, changed=True)
    assert row().revised_at == clock[0]
    assert b"SEQUENCE:1\r\n" in row().vevent


@pytest.mark.parametrize(
    "values",
    [{"title": "Pembukaan"}, {"description": "Baru"}, {"categories": ("Panen",)}],
)
def test_other_changes_revise_an_entry_and_leave_the_sequence(
    values: dict[str, Any], clock: list[datetime]
) -> None:
    keep(make_entry())
    clock[0] += timedelta(days=1)

    kept = keep(make_entry(**values))

    assert kept == Kept(kept.uid, 0, is_new=False, moved=False, changed=True)
    assert row().revised_at == clock[0]


def test_keeping_the_same_again_changes_nothing(clock: list[datetime], app: Flask) -> None:
    keep(make_entry())
    before, revised_at = row().vevent, row().revised_at
    clock[0] += timedelta(days=1)

    with count_queries(app) as statements:
        kept = keep(make_entry())

    assert kept == Kept(kept.uid, 0, is_new=False, moved=False, changed=False)
    assert (row().vevent, row().revised_at) == (before, revised_at)
    assert not [statement for statement in statements if statement.startswith("UPDATE")]


def test_moving_there_and_back_counts_twice() -> None:
    keep(make_entry())
    keep(make_entry(starts=date(2022, 3, 16)))

    assert keep(make_entry()).sequence == 2


def test_filing_an_entry_elsewhere_changes_no_byte() -> None:
    keep(make_entry())
    before = row().vevent

    kept = keep(make_entry(), replace(FILING, campaign_id=2))

    assert not kept.changed
    assert (feed_of(1), feed_of(2)) == ([], [before])


def test_a_dropped_entry_leaves_at_once_and_comes_back_one_higher() -> None:
    keep(make_entry())
    keep(make_entry(location="Mahan Agung"))
    with transaction():
        dropped = [drop_entry(row().uid), drop_entry(row().uid)]
    assert (dropped, feed_of()) == ([True, False], [])
    assert (row().vevent, row().sequence) == (b"", 1)

    kept = keep(make_entry(location="Mahan Agung"))

    assert kept == Kept(kept.uid, 2, is_new=False, moved=True, changed=True)
    assert feed_of() == [row().vevent]


def test_a_thing_keeps_its_uid_and_the_next_with_its_id_gets_another() -> None:
    uid = get_or_new_uid("event", 1)
    keep(make_entry(uid=uid))
    assert get_or_new_uid("event", 1) == uid
    with transaction():
        drop_entry(uid)
    assert get_or_new_uid("event", 1) == uid
    with transaction():
        drop_entry(uid, for_good=True)

    successor = get_or_new_uid("event", 1)

    assert successor != uid
    assert keep(make_entry(uid=successor)).is_new
    assert row(uid).dropped_at is not None


def test_a_uid_never_stands_for_a_second_thing() -> None:
    keep(make_entry())

    with pytest.raises(ValueError, match=r"^5b0c2f0e@gernas\.test stands for event 1$"):
        keep(make_entry(), replace(FILING, object_id=2))
    with pytest.raises(ValueError, match="one UID for two entries"), transaction():
        keep_entries([Filed(make_entry(), FILING), Filed(make_entry(), FILING)])


def test_agenda_entries_that_were_deleted_are_dropped_with_the_others_left() -> None:
    event = make_entry()
    items = [
        make_entry(uid=f"{number}@gernas.test", kind="agenda", related_to=event.uid)
        for number in range(3)
    ]
    with transaction():
        keep_entries(
            [
                Filed(event, FILING),
                *(Filed(item, replace(FILING, object_id=n)) for n, item in enumerate(items, 1)),
            ]
        )

    with transaction():
        dropped = drop_missing_entries(event.uid, keeping={items[0].uid, items[2].uid})

    assert dropped == 1
    assert len(feed_of()) == 3
    assert get_or_new_uid("agenda", 2) != items[1].uid


def test_the_time_of_cancelling_is_kept_until_the_event_lives_again(clock: list[datetime]) -> None:
    cancelled_at = clock[0]
    keep(make_entry(status=EntryStatus.CANCELLED))
    clock[0] += timedelta(days=3)
    keep(make_entry(status=EntryStatus.CANCELLED, title="Batal"))
    assert row().cancelled_at == cancelled_at

    keep(make_entry(status=EntryStatus.CANCELLED, cancelled_at=cancelled_at - timedelta(days=9)))
    assert row().cancelled_at == cancelled_at - timedelta(days=9)

    keep(make_entry())
    assert row().cancelled_at is None


def test_nothing_is_kept_when_the_transaction_fails() -> None:
    keep(make_entry())
    before = row().vevent

    def move_and_fail() -> None:
        with transaction():
            keep_entry(make_entry(location="Mahan Agung"), FILING)
            keep_entry(make_entry(), replace(FILING, object_id=2))

    with pytest.raises(ValueError, match="stands for event 1"):
        move_and_fail()

    assert (row().vevent, row().sequence) == (before, 0)


def test_many_entries_cost_few_statements_and_come_back_in_order(app: Flask) -> None:
    filed = [
        Filed(make_entry(uid=f"{n:04}@gernas.test"), replace(FILING, object_id=n))
        for n in reversed(range(1, 301))
    ]

    with count_queries(app) as first, transaction():
        kept = keep_entries(filed)
    moved = [Filed(replace(entry, location="Pindah"), filing) for entry, filing in filed]
    with count_queries(app) as second, transaction():
        again = keep_entries(moved)

    assert [one.uid for one in kept] == [entry.uid for entry, _ in filed]
    assert {one.sequence for one in again} == {1}
    assert len(first) <= 5
    assert len(second) <= 3


def attempts_to_move(locations: list[str]) -> list[Any]:
    def attempt(location: str) -> int:
        with transaction():
            return keep_entry(make_entry(location=location), FILING).sequence

    return [lambda location=location: attempt(location) for location in locations]


def test_writers_that_come_together_each_get_their_own_number(app: Flask) -> None:
    keep(make_entry())

    sequences = race(app, attempts_to_move([f"Gedung {n}" for n in range(8)]))

    assert sorted(map(int, sequences)) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert row().sequence == 8


def test_writers_that_add_an_entry_together_add_it_once(app: Flask) -> None:
    sequences = race(app, attempts_to_move([f"Gedung {n}" for n in range(8)]))

    assert sorted(map(int, sequences)) == list(range(8))


def test_without_the_lock_a_number_is_given_twice(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: writers that read before their turn, as they would without the lock."""
    keep(make_entry())
    seen, all_have_read = threading.local(), threading.Barrier(4)
    monkeypatch.setattr(services, "_lock_rows", lambda uids: seen.rows if uids else {})

    def attempt(location: str) -> int:
        table = services._TABLE
        seen.rows = {row.uid: row for row in db.session.execute(select(table))}
        all_have_read.wait()
        with transaction():
            return keep_entry(make_entry(location=location), FILING).sequence

    attempts = [lambda place=f"Gedung {n}": attempt(place) for n in range(4)]

    assert race(app, attempts) == ["1", "1", "1", "1"]


def make_source(filed: list[Filed]) -> EntrySource:
    by_id = {one.filing.object_id: one for one in filed}
    return EntrySource(
        list_ids=lambda: list(by_id), build_entries=lambda ids: [by_id[n] for n in ids]
    )


def test_all_entries_are_rendered_again_and_keep_their_sequence(app: Flask) -> None:
    filed = [
        Filed(make_entry(uid=f"{n}@gernas.test"), replace(FILING, object_id=n)) for n in (1, 2, 3)
    ]
    with transaction():
        keep_entries(filed)
    renamed = [
        Filed(replace(entry, url=f"https://baru.test/acara/{filing.object_id}"), filing)
        for entry, filing in filed
    ]
    progress: list[tuple[int, int]] = []

    first = rerender_all_entries([make_source(renamed)], lambda *steps: progress.append(steps))
    second = rerender_all_entries([make_source(renamed)])

    assert (first, second, progress) == (3, 0, [(3, 3)])
    assert all(b"URL:https://baru.test/acara/" in vevent for vevent in feed_of())
    assert {row(entry.uid).sequence for entry, _ in filed} == {0}
    assert get_revision(Scope("campaign", 1)) == 1


def test_five_thousand_entries_are_rendered_again_within_ten_seconds(context: Flask) -> None:
    """In seconds of this thread's work, so that a busy machine fails no test."""
    filed = [
        Filed(
            make_entry(uid=f"{n:05}@gernas.test", description="Terbuka untuk umum. " * 20),
            replace(FILING, object_id=n),
        )
        for n in range(1, 5001)
    ]
    with transaction():
        keep_entries(filed)
    changed = [Filed(replace(entry, title="Baru"), filing) for entry, filing in filed]

    started = thread_time()
    rerender_all_entries([make_source(changed)])
    rendered = thread_time()
    pieces = list_feed_pieces(Choice(campaign_id=1), at=datetime(2022, 2, 1, tzinfo=UTC))
    body = join_feed(HEAD, pieces.vevents, pieces.zones)
    joined = thread_time()

    assert body.count(b"SUMMARY:Baru") == 5000
    assert rendered - started <= 10
    assert joined - rendered <= 0.5
