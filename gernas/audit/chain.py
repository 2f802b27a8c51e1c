"""The chain: each closed entry carries a hash over itself and the one before.

The worker closes it in batches, so that no writer waits for it. A personal value enters only as
its salted hash, so erasing it leaves the chain whole. Whoever can write the database can also
forge the whole chain; therefore the worker logs its end, and logs are shipped away.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, func, select, text, update

from gernas.audit.models import AuditChain, AuditEntry, AuditValue
from gernas.core.clock import now
from gernas.core.database import db, is_sqlite, transaction
from gernas.core.jobs import timed
from gernas.core.logs import log

BATCH = 500
START = "0" * 64
LATE = timedelta(minutes=10)

GUARDS = frozenset(  # put up by migration 0002
    {
        "audit_entry_keep",
        "audit_entry_freeze",
        "audit_entry_chain_once",
        "audit_value_freeze",
        "audit_value_keep",
    }
)

AnyRow = Row[*tuple[Any, ...]]

_ENTRY = cast(Table, AuditEntry.__table__)
_VALUE = cast(Table, AuditValue.__table__)


@dataclass
class Verdict:
    """What became of the chain. ``broken`` holds a sentence for each fault; [] when it is whole."""

    checked: int = 0
    waiting: int = 0  # entries that are not in the chain yet
    late: int = 0  # of them, those that should be
    erased: int = 0  # personal values that were there once
    head: str = START
    unguarded: list[str] = field(default_factory=list)  # triggers that are not there
    broken: list[str] = field(default_factory=list)


def digest_value(salt: str, kind: str, before: str | None, after: str | None) -> str:
    """The hash by which a value is known to the chain."""
    body = json.dumps([salt, kind, before, after], ensure_ascii=True)
    return hashlib.sha256(body.encode()).hexdigest()


def digest_entry(entry: AuditEntry | AnyRow, *, after: str, number: int) -> str:
    """The hash of an entry as link ``number`` of the chain, behind the link with hash ``after``."""
    body = [
        after,
        number,
        entry.id,
        entry.at.isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.subject_label,
        entry.campaign_id,
        entry.stop_id,
        entry.event_id,
        entry.request_id,
        entry.digests,
    ]
    return hashlib.sha256(json.dumps(body, ensure_ascii=True).encode()).hexdigest()


@timed("audit_chain", every=timedelta(seconds=30))
def close_what_is_open() -> None:
    close_chain()


def close_chain() -> int:
    """Add committed entries to the chain; returns how many. Opens its own transactions."""
    closed = 0
    while _has_unchained():
        with transaction():
            added, head = _close_batch()
        closed += added
        if added:
            log.info("audit_chain", number=head.number, hash=head.hash)
        if added < BATCH:
            break
    return closed


def _has_unchained() -> bool:
    unchained = select(AuditEntry.id).where(AuditEntry.chain_number.is_(None)).limit(1)
    return db.session.scalar(unchained) is not None


def _close_batch() -> tuple[int, AuditChain]:
    head = _lock_head()
    unchained = select(AuditEntry).where(AuditEntry.chain_number.is_(None))
    entries = db.session.scalars(unchained.order_by(AuditEntry.id).limit(BATCH)).all()
    links = []
    for entry in entries:
        head.hash = digest_entry(entry, after=head.hash, number=head.number + 1)
        head.number += 1
        links.append({"row": entry.id, "place": head.number, "link": head.hash})
    if links:
        statement = update(_ENTRY).where(_ENTRY.c.id == bindparam("row"))
        places: dict[str, Any] = {
            "chain_number": bindparam("place"),
            "chain_hash": bindparam("link"),
        }
        db.session.execute(statement.values(places), links)
    return len(links), head


def _lock_head() -> AuditChain:
    from sqlalchemy.dialects import postgresql, sqlite  # The loaded one only.

    insert = sqlite.insert if is_sqlite() else postgresql.insert
    first = insert(AuditChain).values(id=1, number=0, hash=START)
    db.session.execute(first.on_conflict_do_nothing(index_elements=["id"]))
    return db.session.scalars(select(AuditChain).where(AuditChain.id == 1).with_for_update()).one()


def verify_chain() -> Verdict:
    """Read the whole log and say whether anything was changed, taken out or put in between."""
    verdict = Verdict()
    number = 0
    for entries in _closed_entries():
        values = _values_of(entries)
        for entry in entries:
            number += 1
            _check_link(entry, number, verdict)
            _check_values(entry, values.get(entry.id, {}), verdict)
            number = entry.chain_number or number
        verdict.checked += len(entries)
    _check_end(verdict, number)
    verdict.unguarded = _missing_guards()
    return verdict


def _check_link(entry: AnyRow, number: int, verdict: Verdict) -> None:
    expected = digest_entry(entry, after=verdict.head, number=number)
    if entry.chain_number != number:  # And so nobody knows the hash this one stands on.
        verdict.broken.append(f"link {number} of the chain is missing")
    elif entry.chain_hash != expected:
        verdict.broken.append(f"entry {entry.id} is not what was closed")
    verdict.head = entry.chain_hash or expected  # as kept, so that each fault is named once


def _closed_entries() -> Iterator[Sequence[AnyRow]]:
    """The chain in its order, a batch at a time, as rows that the session does not gather."""
    last = 0
    while True:
        chained = select(_ENTRY).where(_ENTRY.c.chain_number > last)
        entries = db.session.execute(chained.order_by(_ENTRY.c.chain_number).limit(BATCH)).all()
        if not entries:
            return
        last = entries[-1].chain_number
        yield entries


def _values_of(entries: Sequence[AnyRow]) -> dict[int, dict[str, AnyRow]]:
    wanted = select(_VALUE).where(_VALUE.c.entry_id.in_([entry.id for entry in entries]))
    rows = db.session.execute(wanted.order_by(_VALUE.c.entry_id)).all()
    return {
        number: {row.field: row for row in group}
        for number, group in groupby(rows, key=lambda row: row.entry_id)
    }


def _check_values(entry: AnyRow, rows: dict[str, AnyRow], verdict: Verdict) -> None:
    known = {name: (personal, digest) for name, personal, digest in json.loads(entry.digests)}
    for name, (personal, digest) in known.items():
        row = rows.get(name)
        if row is None and personal:
            verdict.erased += 1
        elif row is None:
            verdict.broken.append(f"entry {entry.id} has lost its value of {name}")
        elif digest_value(row.salt, row.kind, row.before, row.after) != digest:
            verdict.broken.append(f"entry {entry.id} has another value of {name} than was closed")
    verdict.broken += [
        f"entry {entry.id} has got a value of {name}" for name in sorted(rows.keys() - known.keys())
    ]


def _check_end(verdict: Verdict, number: int) -> None:
    head = db.session.get(AuditChain, 1)
    end = (head.number, head.hash) if head else (0, START)
    if end != (number, verdict.head):
        verdict.broken.append(f"the chain ended at link {end[0]} and now ends at {number}")
    open_entries = select(func.count(), func.min(AuditEntry.at)).where(
        AuditEntry.chain_number.is_(None)
    )
    late = select(func.count()).where(
        AuditEntry.chain_number.is_(None), AuditEntry.at < now() - LATE
    )
    verdict.waiting = db.session.execute(open_entries).one()[0]
    verdict.late = db.session.scalar(late) or 0


def _missing_guards() -> list[str]:
    if is_sqlite():
        there = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    else:
        there = text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
    return sorted(GUARDS - set(db.session.scalars(there)))
