"""Members, their organisations, enrolments, consents and guardians."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gernas.accounts.models import EMAIL_LENGTH, HASH_LENGTH, NAME_LENGTH
from gernas.businesses.models import PHONE_LENGTH, TITLE_LENGTH
from gernas.campaigns.models import SLUG_LENGTH, Stop
from gernas.core.database import Model, UtcDateTime
from gernas.core.permissions import ALL, Scope
from gernas.youth.models.limits import (
    ADULT_AGE,
    CITY_LENGTH,
    CODE_LENGTH,
    FILE_LENGTH,
    LIVE_ONLY,
    NOTE_LENGTH,
    REASON_LENGTH,
    SEARCH_LENGTH,
)
from gernas.youth.models.programmes import YouthProgramme


class OrganisationKind(StrEnum):
    CAMPUS = "campus"
    KARANG_TARUNA = "karang_taruna"
    GENBI = "genbi"
    SMK = "smk"
    HIPMI = "hipmi"
    SCOUTS = "scouts"
    COMMUNITY = "community"
    OTHER = "other"


class YouthOrganisation(Model):
    """A campus, village youth club, school or community that sends members, with coordinators."""

    __tablename__ = "youth_organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("stop.id"), index=True)  # that took it in
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    name_key: Mapped[str] = mapped_column(String(TITLE_LENGTH), index=True)  # to find twins by
    kind: Mapped[OrganisationKind] = mapped_column(String(20))
    city: Mapped[str | None] = mapped_column(String(CITY_LENGTH))
    province_code: Mapped[str | None] = mapped_column(String(5))
    about: Mapped[str | None] = mapped_column(Text)
    join_code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)  # of its own link
    is_demo: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    stop: Mapped[Stop] = relationship()

    @property
    def scope(self) -> Scope:
        """What its own coordinators hold their role on."""
        return Scope("organisation", self.id)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return (self.scope, *self.stop.scopes)


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    UNDISCLOSED = "undisclosed"


class Skill(StrEnum):
    PHOTO = "photo"
    VIDEO = "video"
    MARKETPLACE = "marketplace"
    ADS = "ads"
    DESIGN = "design"
    LANGUAGE = "language"
    DRIVING = "driving"


class Member(Model):
    """A young person, once for all stops and years, with or without an account."""

    __tablename__ = "youth_member"
    __table_args__ = (
        CheckConstraint("sex IN ('female', 'male', 'undisclosed')", name="sex"),
        Index("ix_youth_member_twins", "phone", "birth_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)  # in the QR for the desk
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), unique=True
    )
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    birth_date: Mapped[date]
    sex: Mapped[Sex | None] = mapped_column(String(12))  # None: not asked or passed over
    city: Mapped[str] = mapped_column(String(CITY_LENGTH))
    province_code: Mapped[str] = mapped_column(String(5))
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("youth_organisation.id"), index=True
    )
    student_number: Mapped[str | None] = mapped_column(String(40))  # for the campus's records
    phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))  # E.164
    email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH), index=True)  # lower case
    language: Mapped[str] = mapped_column(String(2), default="id")  # of messages
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)  # of ``Skill``
    languages: Mapped[str | None] = mapped_column(String(120))  # spoken, in words
    shirt_size: Mapped[str | None] = mapped_column(String(5))
    emergency_name: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    emergency_phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)  # of its own link
    token_number: Mapped[int] = mapped_column(default=1)  # rises when the link is made anew
    is_demo: Mapped[bool] = mapped_column(default=False)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # what was personal is gone
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    search: Mapped[str] = mapped_column(String(SEARCH_LENGTH), default="")  # small letters

    organisation: Mapped[YouthOrganisation | None] = relationship()
    enrolments: Mapped[list["Enrolment"]] = relationship(
        back_populates="member", order_by="Enrolment.id"
    )
    guardians: Mapped[list["GuardianConsent"]] = relationship(
        back_populates="member", order_by="GuardianConsent.id"
    )

    def age_on(self, day: date) -> int:
        """Whole years on a local day; born on 29 February counts from 1 March in other years."""
        had = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (not had)

    def is_minor_on(self, day: date) -> bool:
        return self.age_on(day) < ADULT_AGE

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Of each stop the member has joined, and of the organisation."""
        own = (self.organisation.scope,) if self.organisation is not None else ()
        stops = [s for e in self.enrolments for s in e.programme.stop.scopes if s != ALL]
        return (*own, *dict.fromkeys(stops), ALL)


class JoinedBy(StrEnum):
    ALONE = "alone"
    GROUP = "group"  # written down by the organisation's coordinator
    DESK = "desk"  # by the QR at the desk


class Enrolment(Model):
    """A member's part in one stop's programme."""

    __tablename__ = "youth_enrolment"
    __table_args__ = (UniqueConstraint("programme_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("youth_programme.id"))
    member_id: Mapped[int] = mapped_column(
        ForeignKey("youth_member.id", ondelete="CASCADE"), index=True
    )
    how: Mapped[JoinedBy] = mapped_column(String(10))
    group_name: Mapped[str | None] = mapped_column(String(80))  # who want shifts together
    wishes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # roles, days, most_minutes
    helps_businesses: Mapped[bool] = mapped_column(default=False)  # outside shifts too
    idempotency_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    joined_by_id: Mapped[int | None] = mapped_column(  # None: the member
        ForeignKey("user.id", ondelete="SET NULL")
    )
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
    note: Mapped[str | None] = mapped_column(String(NOTE_LENGTH))  # coordinators among themselves

    programme: Mapped[YouthProgramme] = relationship()
    member: Mapped[Member] = relationship(back_populates="enrolments")

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return self.member.scopes

    @property
    def is_live(self) -> bool:
        return self.ended_at is None


class YouthConsentPurpose(StrEnum):
    TAKE_PART = "take_part"  # without it nobody is a member
    SHOW_NAME = "show_name"  # to whoever checks the certificate
    LEADERBOARD = "leaderboard"
    PICTURES = "pictures"


class YouthConsent(Model):
    """What a member agreed to, in which words; withdrawn ones stay as proof."""

    __tablename__ = "youth_consent"
    __table_args__ = (Index("ix_youth_consent_member_id", "member_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("youth_member.id", ondelete="CASCADE"))
    purpose: Mapped[YouthConsentPurpose] = mapped_column(String(20))
    wording_version: Mapped[str] = mapped_column(String(40))  # e.g. take_part-1, terms-12-3
    language: Mapped[str] = mapped_column(String(2))  # it was read in
    means: Mapped[str] = mapped_column(String(10))  # web, paper, spoken
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GuardianAnswer(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class GuardianConsent(Model):
    """A guardian's yes or no for a member under 18, asked by link or given on paper.

    It counts once ``checked_at`` is set: a phone number proves nothing, so the coordinator calls.
    """

    __tablename__ = "guardian_consent"
    __table_args__ = (
        CheckConstraint("answer IN ('given', 'refused', 'withdrawn')", name="answer"),
        CheckConstraint("checked_at IS NULL OR answer IS NOT NULL", name="checked_answer"),
        Index("uq_guardian_consent_member", "member_id", **LIVE_ONLY),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(
        ForeignKey("youth_member.id", ondelete="CASCADE"), index=True
    )
    guardian_name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    relation: Mapped[str] = mapped_column(String(20))  # mother, father, guardian
    phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))  # E.164
    email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH))
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[GuardianAnswer | None] = mapped_column(String(10))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    means: Mapped[str | None] = mapped_column(String(10))  # link or paper
    wording_version: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str | None] = mapped_column(String(2))
    paper: Mapped[str | None] = mapped_column(
        String(FILE_LENGTH)
    )  # stored photo of the signed form
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by a call to the guardian
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    check_note: Mapped[str | None] = mapped_column(String(NOTE_LENGTH))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # asked anew

    member: Mapped[Member] = relationship(back_populates="guardians")

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return self.member.scopes

    @property
    def counts(self) -> bool:
        """Whether the member may be put on shifts by it."""
        given = self.answer == GuardianAnswer.GIVEN
        return given and self.checked_at is not None and self.ended_at is None


class RoleApproval(Model):
    """A coordinator's word that a member may take a role that needs it."""

    __tablename__ = "youth_role_approval"

    role_id: Mapped[int] = mapped_column(
        ForeignKey("youth_role.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("youth_member.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
