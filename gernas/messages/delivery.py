"""Send what is due: at least once, never twice at once.

A worker takes up to 50 due messages with a lease, in one short transaction. It then sends them one
by one and marks each in a transaction of its own, so a worker that dies loses nothing: when its
lease runs out, another sends what it had not marked. One message may so be sent twice, if the
worker died after the server took it and before the mark. It carries the same Message-ID then, by
which mail programs show it once. No order of doing this is free of one or the other fault; a
decision that never arrives would be the worse one.
"""

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import select, update

from gernas.config import Settings
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.jobs import timed
from gernas.core.logs import log
from gernas.messages.models import Message, MessageState
from gernas.messages.queries import is_anything_due
from gernas.messages.services import empty_old_messages, finish
from gernas.messages.writing import write_message

BATCH = 50
LEASE = timedelta(minutes=5)
MARGIN = timedelta(minutes=2)  # longer than the slowest conversation about one message
WAITS = tuple(  # after the first failure, the second, …; then it is given up
    timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720, 1440)
)


@dataclass(frozen=True)
class Claimed:
    """A message that only this worker may send, until its lease runs out."""

    id: int
    lease: str
    key: str
    template: str
    language: str
    recipient: str
    placeholders: dict[str, str]


def send_due_messages() -> int:
    """Send until nothing is due or nothing can be sent; returns how many left.

    Opens its own transactions; none is open while it talks to the mail server.
    """
    sent = 0
    while is_anything_due():
        batch = claim_messages()
        if not batch:
            break
        left, may_go_on = _send_batch(batch)
        sent += left
        if not may_go_on:
            break
    db.session.rollback()
    return sent


def claim_messages(limit: int = BATCH) -> list[Claimed]:
    """Take due messages, those first that wait longest. Counts as an attempt for each."""
    moment, lease = now(), secrets.token_hex(16)
    with transaction():
        due = (
            select(Message)
            .where(
                Message.state == MessageState.WAITING,
                Message.due_at <= moment,
                (Message.leased_until.is_(None)) | (Message.leased_until < moment),
            )
            .order_by(Message.due_at, Message.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        messages = db.session.scalars(due).all()
        for message in messages:
            message.lease, message.leased_until = lease, moment + LEASE
            message.attempts += 1
        db.session.flush()
        return [
            Claimed(
                id=message.id,
                lease=lease,
                key=message.key,
                template=message.template,
                language=message.language,
                recipient=message.recipient,
                placeholders=dict(message.placeholders),
            )
            for message in messages
        ]


def _send_batch(batch: Sequence[Claimed]) -> tuple[int, bool]:
    """Send claimed messages; how many left, and whether it makes sense to claim more."""
    from gernas.messages.carriers import describe, get_carrier, is_final, is_only_ours

    settings: Settings = current_app.config["GERNAS"]
    sent = 0
    carrier = None
    try:
        for place, claimed in enumerate(batch):
            lease_end = _lease_end(claimed)
            if lease_end is None:
                continue
            if _is_stopping() or lease_end - now() < MARGIN:
                _release(batch[place:])
                return sent, not _is_stopping()
            try:
                carrier = carrier or get_carrier(settings)
                _send(carrier, claimed, settings)
            except OSError as error:
                if not is_only_ours(error):
                    for other in batch[place:]:
                        _mark_failed(other, describe(error))
                    return sent, False
                _mark_failed(claimed, describe(error), is_final=is_final(error))
            except Exception as error:  # noqa: BLE001 - one message of ours must not stop the others
                _mark_failed(claimed, describe(error), is_final=True)
            else:
                mark_sent(claimed)
                sent += 1
    finally:
        if carrier is not None:
            carrier.close()
    return sent, True


def _send(carrier: Any, claimed: Claimed, settings: Settings) -> None:
    from gernas.messages.carriers import make_mail

    written = write_message(claimed.template, claimed.language, claimed.placeholders)
    mail = make_mail(written, settings, to=claimed.recipient, key=claimed.key, number=claimed.id)
    carrier.open()
    carrier.send_messages([mail])


def _lease_end(claimed: Claimed) -> datetime | None:
    """Until when the message is ours; None if somebody cancelled it since, or took it over."""
    still_ours = (
        Message.id == claimed.id,
        Message.lease == claimed.lease,
        Message.state == MessageState.WAITING,
    )
    end = db.session.scalar(select(Message.leased_until).where(*still_ours))
    db.session.rollback()  # No transaction stays open during the conversation that follows.
    return end


def _is_stopping() -> bool:
    return not threading.main_thread().is_alive()


def mark_sent(claimed: Claimed) -> None:
    """Note that the server took a message, also if somebody cancelled it meanwhile."""
    with transaction():
        message = db.session.get(Message, claimed.id, with_for_update=True)
        if message is None:
            return
        message.error = message.lease = message.leased_until = None
        finish(message, MessageState.SENT)
    log.info("mail", message=claimed.id, template=claimed.template, state="sent")


def _mark_failed(claimed: Claimed, error: str, *, is_final: bool = False) -> None:
    """Note a failure: another try later, or none. Not if another worker has it by now."""
    with transaction():
        message = db.session.get(Message, claimed.id, with_for_update=True)
        if message is None or message.lease != claimed.lease:
            return
        message.error, message.lease, message.leased_until = error[:120], None, None
        if message.state == MessageState.WAITING:
            if is_final or message.attempts > len(WAITS):
                finish(message, MessageState.FAILED)
            else:
                message.due_at = now() + WAITS[message.attempts - 1]
        state, attempts = message.state, message.attempts
    log.warning(
        "mail",
        message=claimed.id,
        template=claimed.template,
        state=str(state),
        attempts=attempts,
        error=error,
    )


def _release(rest: Sequence[Claimed]) -> None:
    """Give back what was not tried."""
    with transaction():
        db.session.execute(
            update(Message)
            .where(
                Message.id.in_([claimed.id for claimed in rest]),
                Message.lease == rest[0].lease,
                Message.state == MessageState.WAITING,
            )
            .values(lease=None, leased_until=None, attempts=Message.attempts - 1)
        )


class _Sender:
    """One thread that sends, since a slow server must not stop the worker's other work."""

    def __init__(self) -> None:
        self.thread: threading.Thread | None = None

    def start(self, app: Flask) -> None:
        if self.thread is None or not self.thread.is_alive():
            self.thread = threading.Thread(target=self._run, args=(app,), name="sender")
            self.thread.start()

    def _run(self, app: Flask) -> None:
        try:
            with app.app_context():
                send_due_messages()
        except Exception as error:  # noqa: BLE001 - the next one begins in two seconds
            log.error("sender", kind=type(error).__name__)


_sender = _Sender()


@timed("outbox", every=timedelta(seconds=2))
def send_what_is_due() -> None:
    if is_anything_due():
        _sender.start(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001


@timed("old_messages", every=timedelta(hours=6))
def forget_old_messages() -> None:
    with transaction():
        empty_old_messages()
