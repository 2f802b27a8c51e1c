"""Questions to the log: always within scopes, newest first, a page at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, false, or_, select

from gernas.audit.models import LABEL, AuditEntry, AuditValue
from gernas.audit.words import people_names, subject_urls
from gernas.core.clock import ZONES, to_utc
from gernas.core.database import db
from gernas.core.permissions import ALL, Scope

ZONE = ZONES[0]  # days of filters and times on pages are WIB
_COLUMNS = {
    "campaign": AuditEntry.campaign_id,
    "stop": AuditEntry.stop_id,
    "event": AuditEntry.event_id,
}


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """Which entries to show; what is None does not restrict."""

    scope: Scope | None = None
    actor_ids: tuple[int, ...] | None = None
    action: str | None = None
    subject_kind: str | None = None
    subject_id: int | None = None
    from_on: date | None = None  # in WIB
    to_on: date | None = None  # inclusive


@dataclass(frozen=True)
class Shown:
    """An entry with what belongs to it on a page."""

    entry: AuditEntry
    values: Sequence[AuditValue]
    label: str
    actor: str | None  # None: nobody signed in, or an account that is gone
    url: str | None


@dataclass(frozen=True)
class AuditPage:
    """One page of the log; ``next_before`` leads to the older ones, None when there are none."""

    shown: list[Shown]
    next_before: int | None


def list_entries(
    scopes: Collection[Scope],
    wanted: AuditFilter,
    *,
    before: int | None = None,
    limit: int = 50,
) -> AuditPage:
    """The entries that lie in ``scopes``, newest first, at most ``limit``, older than ``before``.

    ``before`` is the id of an entry. A fixed number of queries, whatever the page holds.
    """
    statement = select(AuditEntry).where(_within(scopes), *_conditions(wanted))
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    entries = db.session.scalars(statement.order_by(AuditEntry.id.desc()).limit(limit + 1)).all()
    more = entries[limit - 1].id if len(entries) > limit else None
    return AuditPage(_show(entries[:limit]), more)


def _within(scopes: Collection[Scope]) -> ColumnElement[bool]:
    if ALL in scopes:
        return AuditEntry.id > 0
    within = [_COLUMNS[scope.kind] == scope.id for scope in scopes if scope.kind in _COLUMNS]
    return or_(false(), *within)


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.scope is not None:
        conditions.append(_within([wanted.scope]))
    if wanted.actor_ids is not None:
        conditions.append(AuditEntry.actor_id.in_(wanted.actor_ids))
    if wanted.action is not None:
        conditions.append(AuditEntry.action == wanted.action)
    if wanted.subject_kind is not None:
        conditions.append(AuditEntry.subject_kind == wanted.subject_kind)
    if wanted.subject_id is not None:
        conditions.append(AuditEntry.subject_id == wanted.subject_id)
    if wanted.from_on is not None:
        conditions.append(AuditEntry.at >= to_utc(wanted.from_on, time(), ZONE))
    if wanted.to_on is not None:
        after = wanted.to_on + timedelta(days=1)
        conditions.append(AuditEntry.at < to_utc(after, time(), ZONE))
    return conditions


def _show(entries: Sequence[AuditEntry]) -> list[Shown]:
    rows = select(AuditValue).where(AuditValue.entry_id.in_([entry.id for entry in entries]))
    ordered = db.session.scalars(rows.order_by(AuditValue.entry_id, AuditValue.position)).all()
    values = {
        number: list(group) for number, group in groupby(ordered, key=lambda row: row.entry_id)
    }
    people = {entry.actor_id for entry in entries if entry.actor_id is not None}
    people |= {entry.subject_id for entry in entries if entry.subject_kind == "user"}
    names = people_names(people)
    urls = subject_urls({(entry.subject_kind, entry.subject_id) for entry in entries})
    return [
        Shown(
            entry=entry,
            values=[row for row in values.get(entry.id, []) if row.field != f"_{LABEL}"],
            label=entry.subject_label
            or _personal_label(values.get(entry.id, []))
            or (names.get(entry.subject_id, "") if entry.subject_kind == "user" else ""),
            actor=names.get(entry.actor_id) if entry.actor_id is not None else None,
            url=urls.get((entry.subject_kind, entry.subject_id)),
        )
        for entry in entries
    ]


def _personal_label(values: Sequence[AuditValue]) -> str:
    return next((row.after or "" for row in values if row.field == f"_{LABEL}"), "")
