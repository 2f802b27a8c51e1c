"""The outbox."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from gernas.core.clock import now
from gernas.core.database import Model, UtcDateTime

KEY_LENGTH = 120
TEMPLATE_LENGTH = 60
ADDRESS_LENGTH = 254  # RFC 5321, 4.5.3.1.3, with the note in erratum 1690


class MessageState(StrEnum):
    WAITING = "waiting"  # for its time, for the worker, or for another try
    SENT = "sent"  # the mail server took it
    FAILED = "failed"  # given up
    CANCELLED = "cancelled"


class Message(Model):
    """A mail to one person, as template and values; it is rendered when it is sent.

    Address and values are emptied 30 days after it is over, values with secrets at once.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed', 'cancelled')", name="state"),
        Index("ix_message_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)  # e.g. invitation:12
    template: Mapped[str] = mapped_column(String(TEMPLATE_LENGTH))  # e.g. invitation
    language: Mapped[str] = mapped_column(String(2))
    recipient: Mapped[str] = mapped_column(String(ADDRESS_LENGTH))  # "" once emptied
    placeholders: Mapped[dict[str, str]] = mapped_column(JSON)  # {} once emptied
    is_secret: Mapped[bool]  # what it says opens a door
    state: Mapped[MessageState] = mapped_column(String(10))
    attempts: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)  # not before; later after each failure
    lease: Mapped[str | None] = mapped_column(String(32))  # of the worker that is sending it
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(120))  # kind and code only: nothing personal
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    emptied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_being_sent(self) -> bool:
        return self.leased_until is not None and self.leased_until > now()
