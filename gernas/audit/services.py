"""Write into the log, and erase personal values from it."""

import json
import secrets
from collections.abc import Collection, Mapping
from typing import Any

from flask import has_request_context, request
from sqlalchemy import delete, inspect, or_, select

from gernas.audit.chain import digest_value
from gernas.audit.models import LABEL, LABEL_LENGTH, AuditEntry, AuditValue
from gernas.audit.values import kind_of, label_of, to_text
from gernas.core.clock import now
from gernas.core.database import Model, db, is_writing
from gernas.core.logs import REQUEST_ID
from gernas.core.permissions import Holder, Scope
from gernas.core.text import header_text


def record(
    action: str,
    subject: Model,
    *,
    by: Holder | None,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    scopes: tuple[Scope, ...],
    personal: frozenset[str] = frozenset(),
    label: str | None = None,
) -> AuditEntry | None:
    """Log a change in the open transaction, so that it stands there exactly when it happened.

    Only fields that differ are kept; None when values were given and none differs. A field that
    is missing on one side was nothing there. Values are kept as they read (a venue's name rather
    than its id): numbers, dates, moments, texts, choices, rows, and lists of them. Fields in
    ``personal`` can be erased later; so can the label, if ``personal`` names "label". The action
    is subject and verb, ``event.postponed``; its words stand in ``words``. ``scopes`` say where
    the change lies; of several of one kind the first counts. Without ``label`` the subject's
    title or name is taken (of people: nothing).

    Raises:
        RuntimeError: no transaction is open.
        TypeError: a value that has no lasting text.
    """
    if not is_writing():
        raise RuntimeError("a change is logged in the transaction that makes it")
    values = _values(before, after, personal)
    if not values and (before or after):
        return None
    label = label_of(subject) if label is None else header_text(label, limit=LABEL_LENGTH)
    if label and LABEL in personal:
        values.append(_value(f"_{LABEL}", None, label, personal=True))
        label = ""
    entry = AuditEntry(
        at=now(),
        actor_id=by.id if by else None,
        action=action,
        subject_kind=subject.__tablename__,
        subject_id=_id_of(subject),
        subject_label=label,
        request_id=request.environ.get(REQUEST_ID) if has_request_context() else None,
        digests=json.dumps([_digest(value) for value in values]),
        **_columns(scopes),
    )
    db.session.add(entry)
    db.session.flush()
    for position, value in enumerate(values):
        value.entry_id, value.position = entry.id, position
    db.session.add_all(values)
    db.session.flush()
    return entry


def erase_personal_values(
    subject_kind: str, subject_ids: Collection[int], *, saying: str | None = None
) -> int:
    """Delete the personal values logged about rows; return how many. The chain stays whole.

    With ``saying`` only those that are this text, such as one person's name among others.
    """
    about = select(AuditEntry.id).where(
        AuditEntry.subject_kind == subject_kind, AuditEntry.subject_id.in_(subject_ids)
    )
    gone = [AuditValue.personal, AuditValue.entry_id.in_(about)]
    if saying is not None:
        gone.append(or_(AuditValue.before == saying, AuditValue.after == saying))
    fields = db.session.execute(select(AuditValue.entry_id, AuditValue.field).where(*gone)).all()
    db.session.execute(delete(AuditValue).where(*gone))
    return len(fields)


def _values(
    before: Mapping[str, Any], after: Mapping[str, Any], personal: frozenset[str]
) -> list[AuditValue]:
    names = [*after, *(name for name in before if name not in after)]
    values = [
        _value(name, before.get(name), after.get(name), personal=name in personal) for name in names
    ]
    return [value for value in values if value.before != value.after]


def _value(name: str, before: Any, after: Any, *, personal: bool) -> AuditValue:
    return AuditValue(
        field=name,
        kind=kind_of(before if after is None else after),
        before=to_text(before),
        after=to_text(after),
        personal=personal,
        salt=secrets.token_hex(16),
    )


def _digest(value: AuditValue) -> tuple[str, bool, str]:
    digest = digest_value(value.salt, value.kind, value.before, value.after)
    return value.field, value.personal, digest


def _id_of(subject: Model) -> int:
    """The row's number, which a new row gets by being flushed."""
    if not inspect(subject).has_identity:
        db.session.flush()
    return int(inspect(subject).mapper.primary_key_from_instance(subject)[0])


def _columns(scopes: tuple[Scope, ...]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for scope in scopes:
        if scope.kind in ("campaign", "stop", "event"):
            columns.setdefault(f"{scope.kind}_id", scope.id)
    return columns
