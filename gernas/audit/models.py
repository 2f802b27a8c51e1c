"""The log, its values, and the chain that shows when someone tampered with it.

Triggers (migration 0002) refuse every other change of the rows, whoever asks.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, event, text
from sqlalchemy.orm import Mapped, mapped_column

from gernas.core.database import Model, UtcDateTime
from gernas.core.permissions import ALL, Scope

NAME_LENGTH = 60
LABEL = "label"  # in `personal`: the label itself can be erased
LABEL_LENGTH = 200

_UNCHAINED = text("chain_number IS NULL")


class AuditEntry(Model):
    """One change: who, when, what. Only inserted; the worker adds the place in the chain once.

    The scopes it lies in stand in columns without foreign keys, since those tables lie above.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_campaign", "campaign_id", "id"),
        Index("ix_audit_entry_stop", "stop_id", "id"),
        Index("ix_audit_entry_event", "event_id", "id"),
        Index("ix_audit_entry_actor", "actor_id", "id"),
        Index("ix_audit_entry_subject", "subject_kind", "subject_id", "id"),
        Index(
            "ix_audit_entry_unchained",
            "id",
            postgresql_where=_UNCHAINED,
            sqlite_where=_UNCHAINED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_id: Mapped[int | None]  # user id; None: the program itself
    action: Mapped[str] = mapped_column(String(NAME_LENGTH))  # e.g. event.postponed
    subject_kind: Mapped[str] = mapped_column(String(NAME_LENGTH))  # table, e.g. event
    subject_id: Mapped[int]
    subject_label: Mapped[str] = mapped_column(
        String(LABEL_LENGTH)
    )  # its title then; "" if personal
    campaign_id: Mapped[int | None]
    stop_id: Mapped[int | None]
    event_id: Mapped[int | None]
    request_id: Mapped[str | None] = mapped_column(String(32))
    digests: Mapped[str] = mapped_column(Text)  # JSON: field, whether personal, SHA-256 with salt
    chain_number: Mapped[int | None] = mapped_column(unique=True)  # from 1, without gaps
    chain_hash: Mapped[str | None] = mapped_column(String(64))  # over the one before and this

    @property
    def scopes(self) -> tuple[Scope, ...]:
        pairs = (("event", self.event_id), ("stop", self.stop_id), ("campaign", self.campaign_id))
        return (*(Scope(kind, number) for kind, number in pairs if number is not None), ALL)


class AuditValue(Model):
    """What one field of a change was and became, as text. Erasure deletes personal rows."""

    __tablename__ = "audit_value"

    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), primary_key=True)
    field: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)  # e.g. starts_on
    position: Mapped[int]  # order within the entry, from 0
    kind: Mapped[str] = mapped_column(String(10))  # how to show it: text, day, moment, …
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    personal: Mapped[bool]
    salt: Mapped[str] = mapped_column(String(32))  # hex; goes with the row, so nobody can guess


class AuditChain(Model):
    """The end of the chain: one row, which its writers lock."""

    __tablename__ = "audit_chain"

    id: Mapped[int] = mapped_column(primary_key=True)  # always 1
    number: Mapped[int]  # of the last entry in the chain; 0 for none
    hash: Mapped[str] = mapped_column(String(64))


def _refuse(_mapper: Any, _connection: Any, row: Model) -> None:
    raise TypeError(f"{type(row).__name__} rows are only inserted")


for _table in (AuditEntry, AuditValue):
    event.listen(_table, "before_update", _refuse)
    event.listen(_table, "before_delete", _refuse)
