"""Help for businesses: who helps whom, with what, for how long, and what was published."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gernas.accounts.models import HASH_LENGTH
from gernas.businesses.models import TITLE_LENGTH, Business, Product
from gernas.core.database import Model, UtcDateTime
from gernas.core.permissions import Scope
from gernas.events.models import Event
from gernas.youth.models.limits import FILE_LENGTH, LIVE_ONLY, NOTE_LENGTH, REASON_LENGTH
from gernas.youth.models.members import Member
from gernas.youth.models.programmes import YouthProgramme


class AssistanceState(StrEnum):
    WISHED = "wished"  # the owner wants help; nobody has taken it on
    ACTIVE = "active"
    DONE = "done"
    ENDED = "ended"  # without being done, with a reason


class Assistance(Model):
    """Help for one business of a stop by one or two members, from a wish to what came of it."""

    __tablename__ = "assistance"
    __table_args__ = (
        CheckConstraint("state IN ('wished', 'active', 'done', 'ended')", name="state"),
        CheckConstraint("(state IN ('done', 'ended')) = (ended_at IS NOT NULL)", name="ended"),
        Index("uq_assistance_live", "programme_id", "business_id", **LIVE_ONLY),
        Index("ix_assistance_business_id", "business_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("youth_programme.id"))
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"))
    state: Mapped[AssistanceState] = mapped_column(String(10))
    wish: Mapped[str | None] = mapped_column(String(NOTE_LENGTH))  # the owner's, in words
    wanted: Mapped[list[str]] = mapped_column(JSON, default=list)  # of ``TaskKind``
    languages: Mapped[str | None] = mapped_column(String(120))  # the owner is at home in
    owner_token_hash: Mapped[str] = mapped_column(
        String(HASH_LENGTH), unique=True
    )  # confirms by it
    owner_token_number: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
    is_demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    programme: Mapped[YouthProgramme] = relationship()
    business: Mapped[Business] = relationship()
    companions: Mapped[list["AssistanceMember"]] = relationship(
        back_populates="assistance", order_by="AssistanceMember.id"
    )
    tasks: Mapped[list["AssistanceTask"]] = relationship(
        back_populates="assistance", order_by="AssistanceTask.id"
    )

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return self.programme.scopes


class AssistanceMember(Model):
    """A member who helps a business, from a moment until another."""

    __tablename__ = "assistance_member"
    __table_args__ = (
        Index("uq_assistance_member_live", "assistance_id", "member_id", **LIVE_ONLY),
        Index("ix_assistance_member_member_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assistance_id: Mapped[int] = mapped_column(ForeignKey("assistance.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("youth_member.id"))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    assistance: Mapped[Assistance] = relationship(back_populates="companions")
    member: Mapped[Member] = relationship()


class TaskKind(StrEnum):
    MARKETPLACE_SHOP = "marketplace_shop"
    PRODUCT_PHOTOS = "product_photos"
    DESCRIPTIONS = "descriptions"
    FIRST_ONLINE_ORDER = "first_online_order"
    QRIS = "qris"
    MAP_ENTRY = "map_entry"
    SHORT_VIDEO = "short_video"
    LIVE_SELLING = "live_selling"
    ECATALOGUE_LISTING = "ecatalogue_listing"


class ReportState(StrEnum):
    """Of what members report: counted in results once confirmed."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"  # by who reported it


class AssistanceTask(Model):
    """Something done for a business, with evidence, confirmed by its owner."""

    __tablename__ = "assistance_task"
    __table_args__ = (
        CheckConstraint(
            "state IN ('reported', 'confirmed', 'disputed', 'withdrawn')", name="state"
        ),
        CheckConstraint("count BETWEEN 1 AND 1000", name="count"),
        Index("ix_assistance_task_assistance_id", "assistance_id", "state"),
        Index("ix_assistance_task_reported_by_id", "reported_by_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assistance_id: Mapped[int] = mapped_column(ForeignKey("assistance.id", ondelete="CASCADE"))
    kind: Mapped[TaskKind] = mapped_column(String(20))
    done_on: Mapped[date]
    count: Mapped[int] = mapped_column(default=1)  # photos, descriptions, videos…
    evidence_url: Mapped[str | None] = mapped_column(Text)
    evidence_file: Mapped[str | None] = mapped_column(String(FILE_LENGTH))  # stored photo
    note: Mapped[str | None] = mapped_column(String(NOTE_LENGTH))
    state: Mapped[ReportState] = mapped_column(String(10), default=ReportState.REPORTED)
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("youth_member.id"))
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(  # None: by the owner's link
        ForeignKey("user.id", ondelete="SET NULL")
    )
    answer_note: Mapped[str | None] = mapped_column(String(NOTE_LENGTH))

    assistance: Mapped[Assistance] = relationship(back_populates="tasks")
    reported_by: Mapped[Member] = relationship()


class OutsideHours(Model):
    """Minutes given outside shifts, mostly to a business, confirmed by owner or coordinator."""

    __tablename__ = "outside_hours"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
        CheckConstraint(
            "state IN ('reported', 'confirmed', 'disputed', 'withdrawn')", name="state"
        ),
        Index("ix_outside_hours_member_id", "member_id", "state"),
        Index("ix_outside_hours_assistance_id", "assistance_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("youth_programme.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("youth_member.id"))
    assistance_id: Mapped[int | None] = mapped_column(ForeignKey("assistance.id"))
    on: Mapped[date]
    minutes: Mapped[int]
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH))  # what was done
    state: Mapped[ReportState] = mapped_column(String(10), default=ReportState.REPORTED)
    idempotency_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    answer_note: Mapped[str | None] = mapped_column(String(NOTE_LENGTH))

    programme: Mapped[YouthProgramme] = relationship()
    member: Mapped[Member] = relationship()
    assistance: Mapped[Assistance | None] = relationship()

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return self.programme.scopes


class Platform(StrEnum):
    INSTAGRAM = "instagram"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    FACEBOOK = "facebook"
    X = "x"
    BLOG = "blog"
    OTHER = "other"


class ContentPiece(Model):
    """Something published by a member about the campaign, an event, a business or a product."""

    __tablename__ = "content_piece"
    __table_args__ = (
        UniqueConstraint("programme_id", "url_key"),
        CheckConstraint("reach >= 0", name="reach"),
        Index("ix_content_piece_member_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("youth_programme.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("youth_member.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    business_id: Mapped[int | None] = mapped_column(ForeignKey("business.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    url: Mapped[str] = mapped_column(Text)
    url_key: Mapped[str] = mapped_column(String(HASH_LENGTH))  # of the address without its tail
    platform: Mapped[Platform] = mapped_column(String(12))
    title: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    published_on: Mapped[date]
    reach: Mapped[int | None]  # views or accounts, as the member reports it
    reach_reported_on: Mapped[date | None]
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    programme: Mapped[YouthProgramme] = relationship()
    member: Mapped[Member] = relationship()
    event: Mapped[Event | None] = relationship()
    business: Mapped[Business | None] = relationship()
    product: Mapped[Product | None] = relationship()

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return self.programme.scopes
