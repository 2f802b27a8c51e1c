"""Programmes and the roles they offer."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gernas.accounts.models import NAME_LENGTH
from gernas.businesses.models import PHONE_LENGTH
from gernas.campaigns.models import SLUG_LENGTH, Stop
from gernas.core.database import Model, UtcDateTime
from gernas.core.permissions import Scope
from gernas.youth.models.limits import CODE_LENGTH


class YouthProgramme(Model):
    """What a stop offers young people: a page, a sign-up, roles, shifts and certificates."""

    __tablename__ = "youth_programme"
    __table_args__ = (
        CheckConstraint("sign_up_until IS NULL OR sign_up_until > sign_up_from", name="window"),
        CheckConstraint("rest_minutes BETWEEN 0 AND 1440", name="rest"),
        CheckConstraint("travel_minutes BETWEEN 0 AND 2880", name="travel"),
        CheckConstraint("leave_hours BETWEEN 0 AND 336", name="leave"),
        CheckConstraint("certificate_minutes BETWEEN 0 AND 60000", name="certificate"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("stop.id"), unique=True)
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True)  # /pemuda/<slug>
    about: Mapped[str | None] = mapped_column(Text)  # Markdown
    about_en: Mapped[str | None] = mapped_column(Text)
    terms: Mapped[str | None] = mapped_column(Text)  # Markdown; agreed to when signing up
    terms_en: Mapped[str | None] = mapped_column(Text)
    terms_version: Mapped[int] = mapped_column(default=1)
    contact_name: Mapped[str | None] = mapped_column(String(NAME_LENGTH))  # the coordinator
    contact_phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))  # E.164
    asks_shirt: Mapped[bool] = mapped_column(default=False)
    sign_up_from: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: since published
    sign_up_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    desk_code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)  # of the desk's QR
    rest_minutes: Mapped[int] = mapped_column(default=480)  # between shifts on different days
    travel_minutes: Mapped[int] = mapped_column(default=180)  # between cities; twice to others
    leave_hours: Mapped[int] = mapped_column(default=24)  # before a shift, to leave it oneself
    certificate_minutes: Mapped[int] = mapped_column(default=480)  # at least, to be given one
    issues_certificates: Mapped[bool] = mapped_column(default=False)  # by that rule
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    stop: Mapped[Stop] = relationship()
    roles: Mapped[list["YouthRole"]] = relationship(
        back_populates="programme", order_by="YouthRole.position", cascade="all, delete-orphan"
    )

    @property
    def scope(self) -> Scope:
        """Whose revision rises with all that its public pages show."""
        return Scope("youth", self.id)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return self.stop.scopes

    @property
    def zone(self) -> str:
        """IANA name of the zone its own times are told in; shifts have their event's."""
        return self.stop.zone

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class YouthRole(Model):
    """What members do in shifts: digital companion, gate crew, translator."""

    __tablename__ = "youth_role"
    __table_args__ = (
        UniqueConstraint("programme_id", "code"),
        CheckConstraint("minimum_age BETWEEN 10 AND 60", name="age"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("youth_programme.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(30))  # e.g. digital_companion, or made by hand
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str | None] = mapped_column(String(80))
    description: Mapped[str | None] = mapped_column(String(1_000))
    description_en: Mapped[str | None] = mapped_column(String(1_000))
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)  # all of them are needed
    needs_approval: Mapped[bool] = mapped_column(default=False)
    minimum_age: Mapped[int] = mapped_column(default=16)
    position: Mapped[int] = mapped_column(default=1)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    programme: Mapped[YouthProgramme] = relationship(back_populates="roles")
