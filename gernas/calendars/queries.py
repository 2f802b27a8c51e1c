"""What is in a feed, and until when that is so."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import aliased

from gernas.calendars.models import KeptEntry, PersonalFeed
from gernas.core.clock import ZONES, next_midnight, to_utc, today_in
from gernas.core.database import db
from gernas.core.permissions import Scope

PUBLIC_KINDS = ("event", "agenda")
CANCELLED_SHOWN = timedelta(days=30)
WINDOW_BACK = timedelta(days=90)
WINDOW_CAP = 500
WINDOW_ZONE = ZONES[0]  # where the days of a window begin

AnyRow = Row[*tuple[Any, ...]]

_PIECE = (KeptEntry.vevent, KeptEntry.zone, KeptEntry.cancelled_at)


@dataclass(frozen=True)
class FeedPieces:
    """The kept parts of a feed, earliest first.

    ``changes_at`` is the next moment at which time alone changes them; None when it never does.
    """

    vevents: list[bytes]
    zones: set[str]
    changes_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which public entries a feed holds; what is empty does not restrict."""

    campaign_id: int | None = None
    stop_id: int | None = None
    event_id: int | None = None  # the event and its agenda
    event_kinds: tuple[str, ...] = ()
    province_codes: tuple[str, ...] = ()

    def conditions(self) -> list[ColumnElement[bool]]:
        wanted: list[ColumnElement[bool]] = [KeptEntry.kind.in_(PUBLIC_KINDS)]
        if self.campaign_id is not None:
            wanted.append(KeptEntry.campaign_id == self.campaign_id)
        if self.stop_id is not None:
            wanted.append(KeptEntry.stop_id == self.stop_id)
        if self.event_id is not None:
            wanted.append(_are_or_belong_to([self.event_id]))
        if self.event_kinds:
            wanted.append(KeptEntry.event_kind.in_(self.event_kinds))
        if self.province_codes:
            wanted.append(KeptEntry.province_code.in_(self.province_codes))
        return wanted


def list_feed_pieces(choice: Choice, *, at: datetime) -> FeedPieces:
    """Return all that the choice covers, however long ago; cancelled entries for 30 days."""
    chosen = select(*_PIECE).where(*choice.conditions(), *_shown(at))
    rows = db.session.execute(chosen.order_by(KeptEntry.starts_on, KeptEntry.uid)).all()
    return _pieces(rows, _first_lapse(rows))


def list_window_pieces(choice: Choice, *, at: datetime) -> FeedPieces:
    """Return what ends 90 days ago or later, the 500 nearest.

    Beyond 500 the oldest past goes first, then what lies farthest ahead.
    """
    return _window(choice.conditions(), at)


def list_pieces_of(uids: Collection[str], *, at: datetime) -> FeedPieces:
    """Return the entries with these UIDs, public or not, within the window and its cap."""
    return _window([KeptEntry.uid.in_(uids)], at)


def list_public_uids(scopes: Collection[Scope], *, at: datetime) -> set[str]:
    """Return the UIDs of the public entries in campaigns, stops and events, within the window."""
    ids = {
        kind: [scope.id for scope in scopes if scope.kind == kind]
        for kind in ("campaign", "stop", "event")
    }
    found = select(KeptEntry.uid).where(
        KeptEntry.campaign_id.in_(ids["campaign"])
        | KeptEntry.stop_id.in_(ids["stop"])
        | _are_or_belong_to(ids["event"]),
        KeptEntry.kind.in_(PUBLIC_KINDS),
        KeptEntry.ends_on >= today_in(WINDOW_ZONE, at=at) - WINDOW_BACK,
        *_shown(at),
    )
    return set(db.session.scalars(found))


def get_personal_feed(token: str) -> PersonalFeed | None:
    """Return the private feed of a token, also a revoked one."""
    return db.session.scalar(
        select(PersonalFeed).where(PersonalFeed.token_hash == hash_token(token))
    )


def find_personal_feed(user_id: int, feed_id: int) -> PersonalFeed | None:
    """Return a person's live private feed; None if it is another's, or ended."""
    return db.session.scalar(
        select(PersonalFeed).where(
            PersonalFeed.id == feed_id,
            PersonalFeed.user_id == user_id,
            PersonalFeed.revoked_at.is_(None),
        )
    )


def list_personal_feeds(user_id: int) -> Sequence[PersonalFeed]:
    """Return a person's live private feeds, oldest first."""
    return db.session.scalars(
        select(PersonalFeed)
        .where(PersonalFeed.user_id == user_id, PersonalFeed.revoked_at.is_(None))
        .order_by(PersonalFeed.id)
    ).all()


def tell_personal_feeds(user_id: int) -> list[dict[str, str | None]]:
    """What is kept of a person's private calendar addresses; the addresses themselves are not."""
    return [
        {
            "label": feed.label,
            "since": feed.created_at.isoformat(),
            "last_used_at": feed.last_used_at.isoformat() if feed.last_used_at else None,
            "last_used_by": feed.last_agent,
        }
        for feed in list_personal_feeds(user_id)
    ]


def hash_token(token: str) -> str:
    """Return what is stored of a token: random as it is, it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def _window(conditions: list[ColumnElement[bool]], at: datetime) -> FeedPieces:
    today = today_in(WINDOW_ZONE, at=at)
    columns = (*_PIECE, KeptEntry.ends_on, KeptEntry.starts_on, KeptEntry.uid)
    shown = select(*columns).where(*conditions, *_shown(at))
    coming = _fetch(
        shown.where(KeptEntry.ends_on >= today).order_by(KeptEntry.starts_on, KeptEntry.uid)
    )
    past = _fetch(
        shown.where(KeptEntry.ends_on < today, KeptEntry.ends_on >= today - WINDOW_BACK).order_by(
            KeptEntry.ends_on.desc(), KeptEntry.uid
        )
    )
    rows = [*coming, *past][:WINDOW_CAP]
    rows.sort(key=lambda row: (row.starts_on, row.uid))
    moments = [_first_lapse(rows)]
    if len(coming) + len(past) > WINDOW_CAP:
        moments.append(next_midnight(WINDOW_ZONE, after=at))
    elif rows:
        leaves_on = min(row.ends_on for row in rows) + WINDOW_BACK + timedelta(days=1)
        moments.append(to_utc(leaves_on, time(), WINDOW_ZONE))
    return _pieces(rows, min((m for m in moments if m is not None), default=None))


def _fetch(chosen: Select[*tuple[Any, ...]]) -> Sequence[AnyRow]:
    """Fetch up to one row more than a window holds, to see whether it overflows."""
    return db.session.execute(chosen.limit(WINDOW_CAP + 1)).all()


def _shown(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        KeptEntry.dropped_at.is_(None),
        KeptEntry.cancelled_at.is_(None) | (KeptEntry.cancelled_at > at - CANCELLED_SHOWN),
    )


def _are_or_belong_to(event_ids: list[int]) -> ColumnElement[bool]:
    event = aliased(KeptEntry)
    uids = select(event.uid).where(event.kind == "event", event.object_id.in_(event_ids))
    are_they = (KeptEntry.kind == "event") & KeptEntry.object_id.in_(event_ids)
    return are_they | KeptEntry.related_to.in_(uids)


def _first_lapse(rows: Sequence[AnyRow]) -> datetime | None:
    """Return when the first cancelled entry leaves."""
    cancelled = [row[2] for row in rows if row[2] is not None]
    return min(cancelled) + CANCELLED_SHOWN if cancelled else None


def _pieces(rows: Sequence[AnyRow], changes_at: datetime | None) -> FeedPieces:
    return FeedPieces([row[0] for row in rows], {row[1] for row in rows if row[1]}, changes_at)
