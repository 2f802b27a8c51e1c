"""Keep entries and private feeds. Whoever keeps a public entry also raises its revisions."""

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit
from uuid import uuid4

from flask import current_app
from sqlalchemy import Row, Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from gernas.calendars.entries import CalendarEntry, EntryStatus, fingerprint, render_entry, restamp
from gernas.calendars.errors import TooManyFeeds
from gernas.calendars.models import AGENT_LENGTH, LABEL_LENGTH, KeptEntry, PersonalFeed
from gernas.calendars.queries import hash_token, list_personal_feeds
from gernas.core.clock import now
from gernas.core.database import db, is_sqlite, lock, transaction
from gernas.core.permissions import Scope
from gernas.core.revisions import raise_revisions
from gernas.core.text import clean_text

BATCH = 500
MOST_PERSONAL_FEEDS = 10
USE_NOTED_EVERY = timedelta(hours=1)

_TABLE = cast(Table, KeptEntry.__table__)


@dataclass(frozen=True, kw_only=True)
class Filing:
    """What feeds choose an entry by; changing it alone changes no byte of the entry."""

    object_id: int  # of the event or agenda item
    campaign_id: int | None = None
    stop_id: int | None = None
    event_kind: str | None = None  # of the event itself, or of the one an agenda item belongs to
    province_code: str | None = None

    @property
    def scopes(self) -> list[Scope]:
        """The scopes whose public feeds hold the entry, beside the site's."""
        pairs = (("campaign", self.campaign_id), ("stop", self.stop_id))
        return [Scope(kind, number) for kind, number in pairs if number is not None]


class Filed(NamedTuple):
    """An entry and where it is filed."""

    entry: CalendarEntry
    filing: Filing


@dataclass(frozen=True)
class Kept:
    """What keeping an entry did. ``moved``: SEQUENCE rose, so people should be told."""

    uid: str
    sequence: int
    is_new: bool
    moved: bool
    changed: bool  # the bytes differ from before


@dataclass(frozen=True)
class EntrySource:
    """How a domain renders all its entries again.

    ``build_entries`` runs in a transaction and locks the rows it reads, so that no entry is made
    of what someone else is changing.
    """

    list_ids: Callable[[], Sequence[int]]
    build_entries: Callable[[Sequence[int]], Iterable[Filed]]


def new_uid() -> str:
    """A UID for an entry's whole life: random (RFC 7986, 5.3), with our host behind it."""
    host = urlsplit(current_app.config["GERNAS"].url).hostname
    return f"{uuid4()}@{host}"


def get_or_new_uid(kind: str, object_id: int) -> str:
    """The UID under which a row was ever kept, or a new one; see ``get_or_new_uids``."""
    return get_or_new_uids(kind, [object_id])[object_id]


def get_or_new_uids(kind: str, object_ids: Collection[int]) -> dict[int, str]:
    """The UIDs under which rows were ever kept, and new ones for the others.

    Callers hold a lock on the rows, else two of them find two new UIDs and one fails later.
    """
    known = select(KeptEntry.object_id, KeptEntry.uid).where(
        KeptEntry.kind == kind, KeptEntry.object_id.in_(object_ids)
    )
    uids = {object_id: uid for object_id, uid in db.session.execute(known) if object_id}
    return {object_id: uids.get(object_id) or new_uid() for object_id in object_ids}


def keep_entry(entry: CalendarEntry, filing: Filing) -> Kept:
    """Keep one entry; see ``keep_entries``, and use that for several at once."""
    return keep_entries([Filed(entry, filing)])[0]


def keep_entries(filed: Iterable[Filed]) -> list[Kept]:
    """Render what changed and keep it; one result per entry, in the order given.

    SEQUENCE starts at 0 and rises by one when start, end, place or status differ from what was
    kept, or when a dropped entry comes back; never otherwise. ``revised_at`` is the time of the
    last change of the bytes. The rows stay locked until the transaction ends, in the order of
    their UIDs, so that several writers neither share a number nor wait for each other in a
    circle. Callers hold a lock on what the entry stands for, and raise the revisions at the end.

    Raises:
        ValueError: a UID stands for another object already, or twice in ``filed``.
    """
    given = list(filed)
    if len({one.entry.uid for one in given}) < len(given):
        raise ValueError("one UID for two entries")
    results: dict[str, Kept] = {}
    for batch in _batches(sorted(given, key=lambda one: one.entry.uid)):
        results.update(_keep_batch(batch))
    return [results[one.entry.uid] for one in given]


def drop_entry(uid: str, *, for_good: bool = False) -> bool:
    """Take an entry out of all feeds at once; say whether it was in any. See ``drop_entries``."""
    return drop_entries([uid], for_good=for_good) == 1


def drop_entries(uids: Collection[str], *, for_good: bool = False) -> int:
    """Take entries out of all feeds at once; return how many were in any.

    UID and SEQUENCE stay, for the day they come back (archived and restored). ``for_good`` also
    forgets which row it stood for, since a database gives the ids of deleted rows again.
    """
    found = select(KeptEntry.id, KeptEntry.dropped_at).where(KeptEntry.uid.in_(uids))
    rows = db.session.execute(found.order_by(KeptEntry.uid).with_for_update()).all()
    live = [row.id for row in rows if row.dropped_at is None]
    drop = update(_TABLE).where(_TABLE.c.id.in_(live)).values(dropped_at=now(), vevent=b"")
    db.session.execute(drop)
    if for_good:
        ids = [row.id for row in rows]
        db.session.execute(update(_TABLE).where(_TABLE.c.id.in_(ids)).values(object_id=None))
    return len(live)


def drop_missing_entries(related_to: str, *, keeping: Collection[str]) -> int:
    """Drop an event's agenda entries except ``keeping``, for good; return how many were in feeds.

    For agenda items that were deleted.
    """
    theirs = select(KeptEntry.uid).where(
        KeptEntry.related_to == related_to, KeptEntry.object_id.is_not(None)
    )
    return drop_entries(set(db.session.scalars(theirs)) - {*keeping}, for_good=True)


def rerender_all_entries(
    sources: Iterable[EntrySource], progress: Callable[[int, int], None] | None = None
) -> int:
    """Render every entry anew, a transaction a batch; return how many entries changed.

    For a new version that renders differently, or a new address of the site: SEQUENCE stays. It
    may be stopped anywhere and run again. ``progress`` hears (done, all) after each batch.
    """
    work = [(source, ids) for source in sources for ids in _batches(source.list_ids())]
    total, done, changed = sum(len(ids) for _, ids in work), 0, 0
    for source, ids in work:
        with transaction():
            changed += _rerender(source.build_entries(ids))
        done += len(ids)
        if progress is not None:
            progress(done, total)
    return changed


def add_personal_feed(user_id: int, label: str) -> tuple[PersonalFeed, str]:
    """Make a private feed address; return it with its token, which is shown once and not kept.

    Raises:
        TooManyFeeds: the person has as many as anyone may.
    """
    if len(list_personal_feeds(user_id)) >= MOST_PERSONAL_FEEDS:
        raise TooManyFeeds(MOST_PERSONAL_FEEDS)
    token = secrets.token_urlsafe(24)
    feed = PersonalFeed(
        user_id=user_id,
        token_hash=hash_token(token),
        label=clean_text(label)[:LABEL_LENGTH],
        created_at=now(),
    )
    db.session.add(feed)
    db.session.flush()
    return feed, token


def revoke_personal_feed(feed: PersonalFeed) -> None:
    """Make a private address dead, at once and for ever."""
    feed = lock(feed)
    feed.revoked_at = feed.revoked_at or now()
    db.session.flush()


def note_use(feed: PersonalFeed, agent: str) -> None:
    """Note when and by which program a private feed was fetched, at most once an hour each.

    In a transaction of its own, since fetching writes nothing.
    """
    at, agent = now(), clean_text(agent)[:AGENT_LENGTH]
    recent = feed.last_used_at is not None and at - feed.last_used_at < USE_NOTED_EVERY
    if recent and feed.last_agent == agent:
        return
    with transaction(aside=True):
        noting = update(PersonalFeed).where(PersonalFeed.id == feed.id)
        db.session.execute(noting.values(last_used_at=at, last_agent=agent))


def _rerender(filed: Iterable[Filed]) -> int:
    """Keep a batch and raise the revisions of every feed that holds what changed in it."""
    given = list(filed)
    events = {
        entry.uid: Scope("event", filing.object_id)
        for entry, filing in given
        if entry.kind == "event"
    }
    changed = [one for one, kept in zip(given, keep_entries(given), strict=True) if kept.changed]
    scopes = {scope for one in changed for scope in one.filing.scopes}
    for entry, _filing in changed:
        if (event := events.get(entry.related_to or entry.uid)) is not None:
            scopes.add(event)
    if scopes:
        raise_revisions(*scopes)
    return len(changed)


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def _keep_batch(batch: Sequence[Filed]) -> dict[str, Kept]:
    """Keep up to ``BATCH`` entries, sorted by UID."""
    at = now().replace(microsecond=0)
    rows = _lock_rows([one.entry.uid for one in batch])
    fresh = [_first_values(one, at) for one in batch if one.entry.uid not in rows]
    added = _insert(fresh)
    # Someone else may be adding the same ones; by now his rows are committed.
    rows.update(_lock_rows([v["uid"] for v in fresh if v["uid"] not in added]))

    results = {uid: Kept(uid, 0, is_new=True, moved=False, changed=True) for uid in added}
    changes = []
    for one in batch:
        if (row := rows.get(one.entry.uid)) is not None:
            values = _next_values(one, row, at)
            results[row.uid] = _compare(row, values)
            if any(row._mapping[name] != value for name, value in values.items()):  # noqa: SLF001
                changes.append({**values, "row_id": row.id})
    if changes:
        row_update = update(_TABLE).where(_TABLE.c.id == bindparam("row_id"))
        db.session.connection().execute(row_update, changes)
    return results


def _lock_rows(uids: Collection[str]) -> dict[str, Row[*tuple[Any, ...]]]:
    if not uids:
        return {}
    found = select(_TABLE).where(_TABLE.c.uid.in_(uids)).order_by(_TABLE.c.uid)
    return {row.uid: row for row in db.session.execute(found.with_for_update())}


def _insert(values: list[dict[str, Any]]) -> set[str]:
    """Insert the rows whose UID is free; return those UIDs."""
    if not values:
        return set()
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    statement = insert(_TABLE).on_conflict_do_nothing(index_elements=["uid"])
    return set(db.session.scalars(statement.returning(_TABLE.c.uid), values))


def _first_values(one: Filed, at: datetime) -> dict[str, Any]:
    entry = replace(one.entry, sequence=0, revised_at=max(at, one.entry.created_at))
    return {
        **_filing_values(one),
        "uid": entry.uid,
        "kind": entry.kind,
        "object_id": one.filing.object_id,
        "created_at": entry.created_at,
        "sequence": 0,
        "fingerprint": fingerprint(entry),
        "vevent": render_entry(entry),
        "revised_at": entry.revised_at,
        "cancelled_at": _cancelled_at(entry, None, at),
        "dropped_at": None,
    }


def _next_values(one: Filed, row: Row[*tuple[Any, ...]], at: datetime) -> dict[str, Any]:
    """Compare an entry with what is kept of it; return the row's new values."""
    entry = one.entry
    if (row.kind, row.object_id) != (entry.kind, one.filing.object_id):
        raise ValueError(f"{entry.uid} stands for {row.kind} {row.object_id}")
    mark = fingerprint(entry)
    moved = mark != row.fingerprint or row.dropped_at is not None
    sequence, revised_at = row.sequence + moved, row.revised_at
    vevent = render_entry(replace(entry, sequence=sequence, revised_at=revised_at))
    if vevent != row.vevent:
        revised_at = max(at, row.revised_at)
        vevent = restamp(vevent, revised_at)
    return {
        **_filing_values(one),
        "created_at": entry.created_at,
        "sequence": sequence,
        "fingerprint": mark,
        "vevent": vevent,
        "revised_at": revised_at,
        "cancelled_at": _cancelled_at(entry, row.cancelled_at, at),
        "dropped_at": None,
    }


def _compare(row: Row[*tuple[Any, ...]], values: dict[str, Any]) -> Kept:
    return Kept(
        row.uid,
        values["sequence"],
        is_new=False,
        moved=values["sequence"] > row.sequence,
        changed=values["vevent"] != row.vevent,
    )


def _filing_values(one: Filed) -> dict[str, Any]:
    return {
        "related_to": one.entry.related_to,
        "campaign_id": one.filing.campaign_id,
        "stop_id": one.filing.stop_id,
        "event_kind": one.filing.event_kind,
        "province_code": one.filing.province_code,
        "starts_on": one.entry.first_day,
        "ends_on": one.entry.last_day,
        "zone": one.entry.used_zone,
    }


def _cancelled_at(entry: CalendarEntry, before: datetime | None, at: datetime) -> datetime | None:
    if entry.status is not EntryStatus.CANCELLED:
        return None
    return entry.cancelled_at or before or at
