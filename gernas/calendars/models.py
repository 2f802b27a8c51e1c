"""The tables behind the feeds: kept entries and private feed addresses."""

from datetime import date, datetime

from sqlalchemy import Date, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gernas.core.database import Model, UtcDateTime

UID_LENGTH = 255
LABEL_LENGTH = 80
AGENT_LENGTH = 120


class KeptEntry(Model):
    """A rendered VEVENT with what feeds choose by.

    The row outlives what it stands for, so that neither its UID nor its SEQUENCE is given twice.
    Ids point at higher domains, so they carry no foreign keys.
    """

    __tablename__ = "calendar_entry"
    __table_args__ = (
        Index("ix_calendar_entry_campaign", "campaign_id", "starts_on"),
        Index("ix_calendar_entry_stop", "stop_id", "starts_on"),
        UniqueConstraint("kind", "object_id"),  # a thing has one UID
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True)
    kind: Mapped[str] = mapped_column(String(16))  # event, agenda
    object_id: Mapped[int | None]  # of the event or agenda item; None once that is gone for good
    related_to: Mapped[str | None] = mapped_column(String(UID_LENGTH), index=True)
    campaign_id: Mapped[int | None]
    stop_id: Mapped[int | None]
    event_kind: Mapped[str | None] = mapped_column(String(32))  # e.g. harvesting
    province_code: Mapped[str | None] = mapped_column(String(8))  # e.g. ID-LA
    starts_on: Mapped[date] = mapped_column(Date)  # at the place
    ends_on: Mapped[date] = mapped_column(Date, index=True)  # at the place, inclusive
    zone: Mapped[str | None] = mapped_column(String(64))  # named by the bytes; None for all-day
    sequence: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(64))  # of start, end, place and status
    vevent: Mapped[bytes] = mapped_column(LargeBinary)  # empty once dropped
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revised_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when the bytes last changed
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dropped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PersonalFeed(Model):
    """A private feed address of a person; the address itself is not stored."""

    __tablename__ = "personal_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256, hex
    label: Mapped[str] = mapped_column(String(LABEL_LENGTH))  # e.g. "HP saya"
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # within an hour
    last_agent: Mapped[str | None] = mapped_column(
        String(AGENT_LENGTH)
    )  # e.g. Google-Calendar-Importer
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
