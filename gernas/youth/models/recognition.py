"""Certificates."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gernas.core.database import Model, UtcDateTime
from gernas.core.permissions import Scope
from gernas.youth.models.limits import CERTIFICATE_CODE_LENGTH, REASON_LENGTH
from gernas.youth.models.members import Member
from gernas.youth.models.programmes import YouthProgramme


class YouthCertificate(Model):
    """What a member did in a programme, as of a day; anyone can check its code."""

    __tablename__ = "youth_certificate"
    __table_args__ = (
        CheckConstraint("(revoked_at IS NULL) = (revoke_reason IS NULL)", name="revoked"),
        Index(
            "uq_youth_certificate_valid",
            "programme_id",
            "member_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
            sqlite_where=text("revoked_at IS NULL"),
        ),
        Index("ix_youth_certificate_member_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(CERTIFICATE_CODE_LENGTH), unique=True)  # Crockford
    programme_id: Mapped[int] = mapped_column(ForeignKey("youth_programme.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("youth_member.id"))
    minutes: Mapped[int]  # in all, confirmed ones only
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # roles, tasks, businesses, as issued
    by_rule: Mapped[bool]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    revoke_reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))

    programme: Mapped[YouthProgramme] = relationship()
    member: Mapped[Member] = relationship()

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return self.programme.scopes
