"""Tables of youth programmes: members, shifts and hours, help given to businesses, certificates.

Durations are whole minutes. Ages count on the day in question at the place in question.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gernas.accounts.models import EMAIL_LENGTH, HASH_LENGTH, NAME_LENGTH
from gernas.businesses.models import PHONE_LENGTH, TITLE_LENGTH, Business, Product
from gernas.campaigns.models import SLUG_LENGTH, Stop
from gernas.core.database import Model, UtcDateTime
from gernas.core.permissions import ALL, Scope
from gernas.events.models import Event

CODE_LENGTH = 8
CERTIFICATE_CODE_LENGTH = 12
CITY_LENGTH = 100
PLACE_LENGTH = 120
NOTE_LENGTH = 500
REASON_LENGTH = 500
FILE_LENGTH = 80
SEARCH_LENGTH = 300
KEY_LENGTH = 40
ADULT_AGE = 18  # UU 35/2014: a child until then, whose guardian must agree

_LIVE = text("ended_at IS NULL")
_WAITING = text("waiting_number IS NOT NULL")
_LIVE_ONLY: dict[str, Any] = {"unique": True, "postgresql_where": _LIVE, "sqlite_where": _LIVE}


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
        Index("uq_guardian_consent_member", "member_id", **_LIVE_ONLY),
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


class ShiftKind(StrEnum):
    ORDINARY = "ordinary"
    BUILD_UP = "build_up"  # never for minors
    TEAR_DOWN = "tear_down"  # never for minors


class Shift(Model):
    """Work at an event from one moment to another, for several roles, in the event's zone."""

    __tablename__ = "youth_shift"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("kind IN ('ordinary', 'build_up', 'tear_down')", name="kind"),
        Index("ix_youth_shift_programme_id", "programme_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("youth_programme.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    title_en: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    kind: Mapped[ShiftKind] = mapped_column(String(10), default=ShiftKind.ORDINARY)
    place: Mapped[str | None] = mapped_column(String(PLACE_LENGTH))  # where to come, e.g. east gate
    zone: Mapped[str | None] = mapped_column(String(20))  # of the hall, e.g. A
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leave_until: Mapped[datetime] = mapped_column(UtcDateTime)  # then only the coordinator
    note: Mapped[str | None] = mapped_column(String(NOTE_LENGTH))  # what to bring, for who comes
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
    reminded_day_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_soon_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    programme: Mapped[YouthProgramme] = relationship()
    event: Mapped[Event] = relationship()
    needs: Mapped[list["ShiftNeed"]] = relationship(
        back_populates="shift", order_by="ShiftNeed.id", cascade="all, delete-orphan"
    )

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return (Scope("event", self.event_id), *self.programme.scopes)

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_open(self) -> bool:
        """Whether it is shown to members at all."""
        return self.published_at is not None and self.cancelled_at is None


class ShiftNeed(Model):
    """How many of one role a shift wants; ``used`` never exceeds ``wanted``."""

    __tablename__ = "shift_need"
    __table_args__ = (
        UniqueConstraint("shift_id", "role_id"),
        CheckConstraint("used >= 0 AND used <= wanted", name="wanted"),
        CheckConstraint("wanted BETWEEN 0 AND 1000", name="sane"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("youth_shift.id", ondelete="CASCADE"))
    role_id: Mapped[int] = mapped_column(ForeignKey("youth_role.id"), index=True)
    wanted: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    last_waiting: Mapped[int] = mapped_column(default=0)  # number given to who waits last

    shift: Mapped[Shift] = relationship(back_populates="needs")
    role: Mapped[YouthRole] = relationship()


class AssignedBy(StrEnum):
    MEMBER = "member"
    COORDINATOR = "coordinator"
    SUGGESTION = "suggestion"
    WAITING_LIST = "waiting_list"
    SWAP = "swap"
    SUBSTITUTE = "substitute"  # came instead of somebody, on the day


class Attendance(StrEnum):
    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    NO_SHOW = "no_show"
    EXCUSED = "excused"


class Assignment(Model):
    """A member's place in a shift, or on its waiting list; ended ones stay as history.

    Hours run from ``arrived_at`` to ``left_at``, unless a coordinator corrected the minutes.
    """

    __tablename__ = "youth_assignment"
    __table_args__ = (
        CheckConstraint(
            "attendance IN ('present', 'late', 'left_early', 'no_show', 'excused')",
            name="attendance",
        ),
        CheckConstraint("left_at >= arrived_at", name="left_after_arrived"),
        CheckConstraint("left_at IS NULL OR arrived_at IS NOT NULL", name="left_needs_arrived"),
        CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes"),
        CheckConstraint("corrected_minutes BETWEEN 0 AND 1440", name="corrected"),
        CheckConstraint("waiting_number IS NULL OR arrived_at IS NULL", name="waiting"),
        Index("uq_youth_assignment_live", "shift_id", "member_id", **_LIVE_ONLY),
        Index(
            "uq_youth_assignment_waiting",
            "need_id",
            "waiting_number",
            unique=True,
            postgresql_where=_WAITING,
            sqlite_where=_WAITING,
        ),
        Index("ix_youth_assignment_member_id", "member_id", "ended_at"),
        Index("ix_youth_assignment_need_id", "need_id", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("youth_shift.id"))
    need_id: Mapped[int] = mapped_column(ForeignKey("shift_need.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("youth_member.id"))
    how: Mapped[AssignedBy] = mapped_column(String(14))
    waiting_number: Mapped[int | None]  # None: holds a place
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by_id: Mapped[int | None] = mapped_column(  # None: the member
        ForeignKey("user.id", ondelete="SET NULL")
    )
    idempotency_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # left or taken off
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    end_reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))  # the member reads
    substitute_for_id: Mapped[int | None] = mapped_column(ForeignKey("youth_assignment.id"))
    attendance: Mapped[Attendance | None] = mapped_column(String(10))
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes: Mapped[int | None]  # from arriving to leaving
    corrected_minutes: Mapped[int | None]
    corrected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    corrected_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    correct_reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
    calendar_sequence: Mapped[int] = mapped_column(default=0)

    shift: Mapped[Shift] = relationship()
    need: Mapped[ShiftNeed] = relationship()
    member: Mapped[Member] = relationship()

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return self.shift.scopes

    @property
    def is_live(self) -> bool:
        return self.ended_at is None

    @property
    def holds_place(self) -> bool:
        return self.is_live and self.waiting_number is None

    @property
    def counted_minutes(self) -> int:
        """The minutes that count: corrected, else measured, else none."""
        if self.corrected_minutes is not None:
            return self.corrected_minutes
        return self.minutes or 0


class SwapState(StrEnum):
    ASKED = "asked"
    DONE = "done"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class ShiftSwap(Model):
    """A member's wish to hand over a place or exchange two; done when the other agrees."""

    __tablename__ = "shift_swap"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'done', 'declined', 'cancelled')", name="state"),
        CheckConstraint("state = 'asked' OR answered_at IS NOT NULL", name="answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("youth_assignment.id"), index=True)
    to_member_id: Mapped[int | None] = mapped_column(  # None: whoever opens the link first
        ForeignKey("youth_member.id"), index=True
    )
    for_assignment_id: Mapped[int | None] = mapped_column(  # None: handed over, nothing in return
        ForeignKey("youth_assignment.id"), index=True
    )
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    state: Mapped[SwapState] = mapped_column(String(10), default=SwapState.ASKED)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    assignment: Mapped[Assignment] = relationship(foreign_keys=[assignment_id])
    for_assignment: Mapped[Assignment | None] = relationship(foreign_keys=[for_assignment_id])


class SuggestionState(StrEnum):
    WAITING = "waiting"  # for the worker
    READY = "ready"
    FAILED = "failed"
    ACCEPTED = "accepted"
    DISCARDED = "discarded"


class ShiftSuggestion(Model):
    """Who could fill the open places, computed by the worker; it changes nothing until accepted."""

    __tablename__ = "shift_suggestion"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'ready', 'failed', 'accepted', 'discarded')", name="state"
        ),
        CheckConstraint("seconds BETWEEN 1 AND 600", name="seconds"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("youth_programme.id", ondelete="CASCADE"), index=True
    )
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))  # None: all its events
    state: Mapped[SuggestionState] = mapped_column(String(10), default=SuggestionState.WAITING)
    seconds: Mapped[int] = mapped_column(default=15)  # the solver's time limit
    job_id: Mapped[int | None]
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # places, why, figures
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    programme: Mapped[YouthProgramme] = relationship()

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return self.programme.scopes


class ScanKind(StrEnum):
    ARRIVED = "arrived"
    LEFT = "left"


class DeskScan(Model):
    """What a desk saw and sent, perhaps later; its key makes a second sending do nothing.

    ``at`` is the desk's clock set right by the server's at the moment of sending. Arrival, leaving
    and minutes of an assignment always follow from its scans that nobody undid, in any order.
    """

    __tablename__ = "desk_scan"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)  # made in the browser
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("youth_assignment.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("youth_member.id"))  # None: unknown
    kind: Mapped[ScanKind] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    drift_seconds: Mapped[int] = mapped_column(default=0)  # what the desk's clock was ahead
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    outcome: Mapped[str] = mapped_column(String(20))  # e.g. arrived, already, unknown
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))


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
        Index("uq_assistance_live", "programme_id", "business_id", **_LIVE_ONLY),
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
        Index("uq_assistance_member_live", "assistance_id", "member_id", **_LIVE_ONLY),
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
