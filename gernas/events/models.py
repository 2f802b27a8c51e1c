"""Tables of events, venues, agendas, changes and followers."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gernas.campaigns.models import SLUG_LENGTH, TITLE_LENGTH, Campaign, Stop
from gernas.core.database import Model, UtcDateTime
from gernas.core.permissions import ALL, Scope


class EventKind(StrEnum):
    """What happens at an event. No order between kinds is forced."""

    KICKOFF = "kickoff"
    REGISTRATION = "registration"
    CURATION = "curation"
    TRAINING = "training"
    WEBINAR = "webinar"
    MENTORING = "mentoring"
    EXHIBITION = "exhibition"
    BUSINESS_MATCHING = "business_matching"
    HARVESTING = "harvesting"
    AWARD = "award"
    OTHER = "other"


class EventStatus(StrEnum):
    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Venue(Model):
    """A place that events share; moving it moves each of its events."""

    __tablename__ = "venue"
    __table_args__ = (
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="both_coordinates"),
        Index("ix_venue_name", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    address: Mapped[str | None] = mapped_column(String(300))
    city: Mapped[str | None] = mapped_column(String(100))
    province_code: Mapped[str | None] = mapped_column(String(5))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    access: Mapped[str | None] = mapped_column(String(300))  # e.g. wheelchair ramp at the east gate
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Event(Model):
    """Something on a date in a campaign, in most cases inside a stop.

    All-day events have local dates (the last inclusive) and no moments; timed ones have both, the
    dates being those of the venue. Without ``starts_on`` the date is still to be announced.
    """

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("ends_at >= starts_at", name="times"),
        CheckConstraint("ends_on IS NULL OR starts_on IS NOT NULL", name="end_needs_start"),
        CheckConstraint("all_day OR starts_at IS NOT NULL", name="timed_has_start"),
        CheckConstraint(
            "status IN ('tentative', 'confirmed', 'postponed', 'cancelled')", name="status"
        ),
        Index("ix_event_campaign_id_starts_on", "campaign_id", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    stop_id: Mapped[int | None] = mapped_column(ForeignKey("stop.id"), index=True)  # None: national
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True)
    kind: Mapped[EventKind] = mapped_column(String(20))
    status: Mapped[EventStatus] = mapped_column(String(10), default=EventStatus.CONFIRMED)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    title_en: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    description: Mapped[str | None] = mapped_column(Text)  # Markdown
    description_en: Mapped[str | None] = mapped_column(Text)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), index=True)
    city: Mapped[str | None] = mapped_column(String(100))  # its own; a stop may span provinces
    province_code: Mapped[str | None] = mapped_column(String(5))
    zone: Mapped[str] = mapped_column(
        String(32)
    )  # IANA, e.g. Asia/Makassar; may differ from the stop's
    all_day: Mapped[bool] = mapped_column(default=True)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]  # last day, inclusive; None: one day
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    date_unknown: Mapped[bool] = mapped_column(default=False)  # postponed, new date not known yet
    capacity: Mapped[int | None]
    online_url: Mapped[str | None] = mapped_column(Text)
    admission: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))  # e.g. free, without ticket
    cover: Mapped[str | None] = mapped_column(String(80))  # name of the stored picture
    cover_alt: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    cover_width: Mapped[int | None]
    cover_height: Mapped[int | None]
    uncertain: Mapped[bool] = mapped_column(default=False)  # sources disagree about it
    note: Mapped[str | None] = mapped_column(
        Text
    )  # what readers should know, e.g. the doubt in words
    note_en: Mapped[str | None] = mapped_column(Text)
    source_url: Mapped[str | None] = mapped_column(Text)
    is_demo: Mapped[bool] = mapped_column(default=False)  # made up by the demo
    cancel_reason: Mapped[str | None] = mapped_column(String(500))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    campaign: Mapped[Campaign] = relationship()
    stop: Mapped[Stop | None] = relationship()
    venue: Mapped[Venue | None] = relationship()
    agenda: Mapped[list["AgendaItem"]] = relationship(
        back_populates="event", order_by="AgendaItem.position", cascade="all, delete-orphan"
    )
    changes: Mapped[list["EventChange"]] = relationship(
        back_populates="event", order_by="EventChange.at.desc(), EventChange.id.desc()"
    )

    @property
    def scope(self) -> Scope:
        return Scope("event", self.id)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        stop = (Scope("stop", self.stop_id),) if self.stop_id is not None else ()
        return (self.scope, *stop, Scope("campaign", self.campaign_id), ALL)

    @property
    def last_day(self) -> date | None:
        return self.ends_on or self.starts_on

    @property
    def is_dated(self) -> bool:
        return self.starts_on is not None

    @property
    def waits_for_date(self) -> bool:
        """Whether it is postponed without a new date, and not called off meanwhile."""
        return self.date_unknown and self.status != EventStatus.CANCELLED

    @property
    def is_public(self) -> bool:
        """Whether anyone may read about it: its campaign is shown, nothing is archived."""
        stop_shown = self.stop is None or self.stop.archived_at is None
        return self.campaign.is_public and self.archived_at is None and stop_shown


class AgendaItem(Model):
    """A part of an event: on a stage, with speakers; its time may still be open."""

    __tablename__ = "agenda_item"
    __table_args__ = (CheckConstraint("ends_at >= starts_at", name="times"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    position: Mapped[int]
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    title_en: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    description: Mapped[str | None] = mapped_column(Text)
    stage: Mapped[str | None] = mapped_column(String(100))
    speakers: Mapped[list[str]] = mapped_column(JSON, default=list)  # names with office, in order
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship(back_populates="agenda")


class EventChange(Model):
    """A move, postponement, cancelling or revival, as the public may read it: "Semula …"."""

    __tablename__ = "event_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    what: Mapped[str] = mapped_column(String(20))  # moved, place, postponed, cancelled or revived
    before: Mapped[dict[str, Any]] = mapped_column(
        JSON
    )  # starts_on, ends_on, starts_at, ends_at, zone, venue, city
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str | None] = mapped_column(String(500))
    source_url: Mapped[str | None] = mapped_column(Text)

    event: Mapped[Event] = relationship(back_populates="changes")


class Follow(Model):
    """An address that wants to hear of changes to an event, a stop or a campaign."""

    __tablename__ = "follow"
    __table_args__ = (UniqueConstraint("email", "scope_kind", "scope_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    scope_kind: Mapped[str] = mapped_column(String(16))  # event, stop or campaign
    scope_id: Mapped[int]
    language: Mapped[str] = mapped_column(String(2))
    token_hash: Mapped[str] = mapped_column(
        String(64), unique=True
    )  # SHA-256, for confirm and leave
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
