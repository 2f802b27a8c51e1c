"""Whoever changes the log behind its back is found out (ASVS 16.4.2)."""

import time

import pytest
from flask import Flask
from sqlalchemy import select, text

from gernas.audit.chain import GUARDS, START, close_chain, verify_chain
from gernas.audit.models import AuditChain, AuditEntry
from gernas.audit.services import erase_personal_values
from gernas.core.database import db, is_sqlite, transaction
from tests.audit.conftest import Log
from tests.conftest import race
from tests.factories import make_event


def tamper(*statements: str, **values: object) -> None:
    """Do what only the owner of the database can: pass the guards."""
    with transaction():
        if is_sqlite():
            for name in sorted(GUARDS):
                db.session.execute(text(f"DROP TRIGGER {name}"))
        else:
            db.session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            db.session.execute(text(statement), values)


def test_an_empty_log_is_whole(context: Flask) -> None:
    verdict = verify_chain()

    assert (verdict.checked, verdict.head, verdict.broken) == (0, START, [])
    assert verdict.unguarded == []


def test_guards_that_are_gone_are_missed(context: Flask) -> None:
    """As after a migration that made the table anew and forgot them."""
    on_table = "" if is_sqlite() else " ON audit_value"

    def look_and_undo() -> None:
        with transaction():
            db.session.execute(text(f"DROP TRIGGER audit_value_keep{on_table}"))
            found.extend(verify_chain().unguarded)
            raise ZeroDivisionError

    found: list[str] = []
    with pytest.raises(ZeroDivisionError):
        look_and_undo()

    assert found == ["audit_value_keep"]
    assert verify_chain().unguarded == []


def test_a_log_that_nobody_touched_is_whole(context: Flask, log: Log) -> None:
    event = make_event()
    for number in range(3):
        log(event, after={"title": f"Kick-off {number}"})
    assert verify_chain().waiting == 3

    closed = close_chain()

    verdict = verify_chain()
    assert (closed, verdict.checked, verdict.waiting, verdict.broken) == (3, 3, 0, [])
    assert verdict.head == db.session.get_one(AuditChain, 1).hash != START


def test_the_chain_goes_on_where_it_ended(context: Flask, log: Log) -> None:
    event = make_event()
    log(event)
    close_chain()
    first = verify_chain().head
    log(event, before={"title": "b"})

    close_chain()

    numbers = db.session.scalars(select(AuditEntry.chain_number).order_by(AuditEntry.id)).all()
    assert numbers == [1, 2]
    assert verify_chain().head != first
    assert verify_chain().broken == []


def test_more_entries_than_a_batch_are_closed(
    context: Flask, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gernas.audit.chain.BATCH", 2)
    event = make_event()
    for number in range(5):
        log(event, after={"title": str(number)})

    assert close_chain() == 5
    assert close_chain() == 0
    assert verify_chain().broken == []


def test_erasing_a_personal_value_leaves_the_chain_whole(context: Flask, log: Log) -> None:
    event = make_event()
    log(event, after={"speakers": "Siti Aminah"}, personal=frozenset({"speakers", "label"}))
    close_chain()

    with transaction():
        erase_personal_values("event", [event.id])

    verdict = verify_chain()
    assert (verdict.erased, verdict.broken) == (2, [])


TAMPERING = {
    "UPDATE audit_entry SET actor_id = 8 WHERE id = 2": ["entry 2 is not what was closed"],
    "UPDATE audit_entry SET digests = '[]' WHERE id = 2": [
        "entry 2 is not what was closed",
        "entry 2 has got a value of title",
    ],
    "UPDATE audit_value SET after = 'Ekspo' WHERE entry_id = 2": [
        "entry 2 has another value of title than was closed"
    ],
    "DELETE FROM audit_value WHERE entry_id = 2": ["entry 2 has lost its value of title"],
    "UPDATE audit_entry SET chain_number = 9, chain_hash = '' WHERE id = 3": [
        "link 3 of the chain is missing",
        "the chain ended at link 3 and now ends at 9",
    ],
}


@pytest.mark.parametrize("statement", TAMPERING)
def test_tampering_is_found(context: Flask, log: Log, statement: str) -> None:
    event = make_event()
    for number in range(3):
        log(event, after={"title": f"Kick-off {number}"})
    close_chain()

    tamper(statement)

    assert verify_chain().broken == TAMPERING[statement]


@pytest.mark.parametrize(
    ("gone", "fault"),
    [
        (2, "link 2 of the chain is missing"),
        (3, "the chain ended at link 3 and now ends at 2"),
    ],
)
def test_an_entry_that_is_gone_is_missed(context: Flask, log: Log, gone: int, fault: str) -> None:
    event = make_event()
    for number in range(3):
        log(event, after={"title": f"Kick-off {number}"})
    close_chain()

    tamper(
        "DELETE FROM audit_value WHERE entry_id = :gone",
        "DELETE FROM audit_entry WHERE id = :gone",
        gone=gone,
    )

    assert verify_chain().broken == [fault]


def test_two_workers_make_one_chain(app: Flask, log: Log) -> None:
    with app.app_context():
        event = make_event()
        for number in range(20):
            log(event, after={"title": f"Kick-off {number}"})

    counts = race(app, [close_chain] * 4)

    with app.app_context():
        verdict = verify_chain()
    assert sum(int(count) for count in counts) == 20
    assert (verdict.checked, verdict.broken) == (20, [])


def test_without_the_lock_two_workers_hinder_each_other(
    app: Flask, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control. SQLite has one writer at a time, so there it is whole all the same."""

    def read_head() -> AuditChain:
        head = db.session.get(AuditChain, 1) or AuditChain(id=1, number=0, hash=START)
        time.sleep(0.2)
        return db.session.merge(head)

    monkeypatch.setattr("gernas.audit.chain._lock_head", read_head)
    with app.app_context():
        event = make_event()
        for number in range(20):
            log(event, after={"title": f"Kick-off {number}"})
        is_serial = is_sqlite()

    results = race(app, [close_chain] * 4)

    assert (sorted(results) == ["0", "0", "0", "20"]) is is_serial
