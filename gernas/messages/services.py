"""Queue a message in the transaction that causes it, take it back, try it again, forget it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Insert,
    Result,
    Table,
    delete,
    select,
    update,
)

from gernas.core.clock import now
from gernas.core.database import db, is_sqlite, is_writing, lock
from gernas.core.i18n import DEFAULT_LANGUAGE, LANGUAGES
from gernas.messages.errors import NotFailed
from gernas.messages.models import ADDRESS_LENGTH, KEY_LENGTH, Message, MessageState
from gernas.messages.templates import check_values, get_template

KEPT_FULL = timedelta(days=30)
KEPT_AT_ALL = timedelta(days=400)

# One address and nothing else: no name, no second one, nothing that ends a header.
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[^\s@,;:<>()\[\]\\\"\x00-\x20\x7f]{1,253}"
)


def queue_message(
    template: str,
    *,
    to: str,
    language: str,
    values: Mapping[str, str],
    key: str,
    not_before: datetime | None = None,
) -> Message:
    """Queue a mail to one address; the worker sends it once this transaction is committed.

    The key stands for what caused it ("invitation:12", ids only, nothing personal). The same key
    again gives back the first message, whatever became of it. ``values`` are the template's
    placeholders, see ``templates``.

    Raises:
        BadTemplate: there is no such template, or the values do not fit it.
        ValueError: no such address can exist, or the key is too long.
        RuntimeError: no transaction is open.
    """
    put_message(template, to=to, language=language, values=values, key=key, not_before=not_before)
    return db.session.scalars(select(Message).where(Message.key == key)).one()


def put_message(
    template: str,
    *,
    to: str,
    language: str,
    values: Mapping[str, str],
    key: str,
    not_before: datetime | None = None,
) -> None:
    """Queue a mail like ``queue_message``, where nobody needs the message itself."""
    if not is_writing():
        raise RuntimeError("a message is queued in the transaction that causes it")
    found = get_template(template)
    check_values(found, values)
    if not is_address(to):
        raise ValueError("not one mail address")
    if not 0 < len(key) <= KEY_LENGTH:
        raise ValueError("a key has 1 to 120 characters")
    moment = now()
    row = {
        "key": key,
        "template": template,
        "language": language if language in LANGUAGES else DEFAULT_LANGUAGE,
        "recipient": to,
        "placeholders": dict(values),
        "is_secret": found.is_secret,
        "state": MessageState.WAITING,
        "attempts": 0,
        "due_at": not_before or moment,
        "created_at": moment,
    }
    db.session.connection().execute(_insert_new(sqlite=is_sqlite()), row)


@cache
def _insert_new(*, sqlite: bool) -> Insert:
    """A statement that adds a row unless its key is there already, put together once."""
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.dialects import sqlite as sqlite_dialect  # Not at start-up.

    insert = sqlite_dialect.insert if sqlite else postgresql.insert
    new = insert(cast(Table, Message.__table__))
    return new.on_conflict_do_nothing(index_elements=["key"])


def is_address(text: str) -> bool:
    """Whether a text is one mail address and nothing else, fit for a header."""
    return len(text) <= ADDRESS_LENGTH and bool(_ADDRESS.fullmatch(text))


def cancel_message(key: str) -> bool:
    """Take a waiting message back; say whether it surely will not arrive.

    False when it was sent, is being sent at this moment, or never was queued.
    """
    message = db.session.scalar(select(Message).where(Message.key == key))
    if message is None:
        return False
    lock(message)
    if message.state == MessageState.WAITING:
        is_surely_held = not message.is_being_sent
        finish(message, MessageState.CANCELLED)
        return is_surely_held
    return message.state == MessageState.CANCELLED and not message.is_being_sent


def retry_message(message: Message) -> Message:
    """Send a message that was given up again, with all its attempts anew.

    Raises:
        NotFailed: it was not given up, or its values are gone.
    """
    message = lock(message)
    if message.state != MessageState.FAILED or message.emptied_at is not None:
        raise NotFailed
    message.state, message.attempts, message.due_at = MessageState.WAITING, 0, now()
    message.finished_at = message.lease = message.leased_until = None
    db.session.flush()
    return message


def finish(message: Message, state: MessageState) -> None:
    """Close a message; values that open doors go at once, unless someone may send them again."""
    message.state, message.finished_at = state, now()
    if message.is_secret and state != MessageState.FAILED:
        message.placeholders, message.emptied_at = {}, now()
    db.session.flush()


def mask_address(address: str) -> str:
    """An address as others may see it: ``s…@example.id``; "" once it was emptied."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}…{at}{domain}" if at else ""


def erase_messages_to(address: str) -> int:
    """Forget a person: take back what waits, empty the rest; returns how many messages."""
    mine = Message.recipient == address
    waiting = update(Message).where(mine, Message.state == MessageState.WAITING)
    db.session.execute(waiting.values(state=MessageState.CANCELLED, finished_at=now()))
    return _empty(mine)


def empty_old_messages() -> int:
    """Empty what was over 30 days ago, drop what was over 400 days ago; returns how many."""
    emptied = _empty((Message.finished_at < now() - KEPT_FULL) & (Message.recipient != ""))
    old = delete(Message).where(Message.finished_at < now() - KEPT_AT_ALL)
    return emptied + _count(db.session.execute(old))


def _empty(which: ColumnElement[bool]) -> int:
    statement = update(Message).where(which)
    statement = statement.values(recipient="", placeholders={}, emptied_at=now())
    return _count(db.session.execute(statement))


def _count(result: Result[Any]) -> int:
    return cast(CursorResult[Any], result).rowcount
