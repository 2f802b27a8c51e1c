"""Questions to the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import func, select

from gernas.core.clock import now
from gernas.core.database import db
from gernas.messages.models import Message, MessageState


@dataclass(frozen=True)
class OutboxPage:
    """Messages, newest first; ``next_before`` leads to the older ones, None without any."""

    messages: Sequence[Message]
    next_before: int | None


@dataclass(frozen=True)
class OutboxHealth:
    """Whether mail leaves: what ``gernas doctor`` and the page say first."""

    waiting: int
    failed: int
    oldest_due_at: datetime | None  # of what should have been sent by now


@dataclass(frozen=True)
class KeptMail:
    """What a mail says, as its reader would see it."""

    subject: str
    to: str
    text: str


def get_message(message_id: int) -> Message | None:
    return db.session.get(Message, message_id)


def find_message(key: str) -> Message | None:
    """The message that was queued under a key."""
    return db.session.scalar(select(Message).where(Message.key == key))


def list_messages(
    *, state: MessageState | None = None, before: int | None = None, limit: int = 50
) -> OutboxPage:
    """One page of the outbox, those with an id below ``before``."""
    statement = select(Message).order_by(Message.id.desc()).limit(limit + 1)
    if state is not None:
        statement = statement.where(Message.state == state)
    if before is not None:
        statement = statement.where(Message.id < before)
    found = db.session.scalars(statement).all()
    return OutboxPage(found[:limit], found[limit - 1].id if len(found) > limit else None)


def is_anything_due() -> bool:
    """Whether a message waits that nobody is sending; one indexed read."""
    moment = now()
    due = select(Message.id).where(
        Message.state == MessageState.WAITING,
        Message.due_at <= moment,
        (Message.leased_until.is_(None)) | (Message.leased_until < moment),
    )
    return db.session.scalar(due.limit(1)) is not None


def get_outbox_health() -> OutboxHealth:
    moment = now()
    counts = select(Message.state, func.count(), func.min(Message.due_at)).where(
        Message.state.in_([MessageState.WAITING, MessageState.FAILED])
    )
    found = {
        state: (count, due)
        for state, count, due in db.session.execute(counts.group_by(Message.state))
    }
    waiting, oldest = found.get(MessageState.WAITING, (0, None))
    failed, _ = found.get(MessageState.FAILED, (0, None))
    return OutboxHealth(waiting, failed, oldest if oldest and oldest < moment else None)


def read_kept_mail(message_id: int) -> KeptMail | None:
    """A mail that the demo wrote into its folder; None if it wrote none."""
    from email import message_from_bytes, policy

    from gernas.messages.carriers import FOLDER, file_name

    path = current_app.config["GERNAS"].instance / FOLDER / file_name(message_id)
    try:
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    except FileNotFoundError:
        return None
    text = mail.get_body(("plain",))
    return KeptMail(
        subject=str(mail["Subject"]), to=str(mail["To"]), text=text.get_content() if text else ""
    )
