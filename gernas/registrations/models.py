"""Tables of calls, their forms and quotas, and of registrations with all that hangs on them."""

from datetime import datetime
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

from gernas.accounts.models import EMAIL_LENGTH, HASH_LENGTH, NAME_LENGTH, User
from gernas.businesses.models import (
    FILE_NAME_LENGTH,
    NIB_DIGITS,
    PHONE_LENGTH,
    TITLE_LENGTH,
    Business,
)
from gernas.campaigns.models import SLUG_LENGTH, Campaign, Stop
from gernas.core.clock import ZONES, now
from gernas.core.database import Model, UtcDateTime
from gernas.core.permissions import ALL, Scope
from gernas.events.models import Event

CODE_LENGTH = 8
QUOTA_VALUE_LENGTH = 60
KEY_LENGTH = 40
LABEL_LENGTH = 120
CITY_LENGTH = 100
BATCH_LENGTH = 22
REASON_LENGTH = 1_000
SEARCH_LENGTH = 400

_WAITING = text("waiting_number IS NOT NULL")
_OFFERED = text("offer_until IS NOT NULL")
_SENT = text("submitted_at IS NOT NULL")
# Drafts change with every page that is filled in; no list of organizers shows them.
_OF_SENT: dict[str, Any] = {"postgresql_where": _SENT, "sqlite_where": _SENT}
_NOT_TAKEN_IN = text("taken_in_at IS NULL AND submitted_at IS NOT NULL")


class CallKind(StrEnum):
    UMKM_BOOTH = "umkm_booth"
    EXHIBITOR_BOOTH = "exhibitor_booth"
    MENTORING = "mentoring"
    VISITORS = "visitors"


class DecidesBy(StrEnum):
    REVIEW = "review"  # organizers decide
    FIRST_COME = "first_come"  # a place at once, while there are any


class Call(Model):
    """An invitation to take part in an event or stop, with a window, a form and places."""

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="window"),
        CheckConstraint("used >= 0 AND used <= places", name="places"),
        CheckConstraint("confirm_days >= 0", name="confirm_days"),
        CheckConstraint("decides_by IN ('review', 'first_come')", name="decides_by"),
        Index("ix_call_stop_id_opens_at", "stop_id", "opens_at"),
        Index("ix_call_closes_at", "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    stop_id: Mapped[int | None] = mapped_column(ForeignKey("stop.id"))  # None: national
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True)  # /daftar/<slug>
    kind: Mapped[CallKind] = mapped_column(String(20))
    decides_by: Mapped[DecidesBy] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    title_en: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    description: Mapped[str | None] = mapped_column(Text)  # Markdown
    description_en: Mapped[str | None] = mapped_column(Text)
    audience: Mapped[str | None] = mapped_column(Text)  # who may apply, in words
    audience_en: Mapped[str | None] = mapped_column(Text)
    audience_kinds: Mapped[list[str]] = mapped_column(JSON, default=list)  # [] = any BusinessKind
    audience_provinces: Mapped[list[str]] = mapped_column(
        JSON, default=list
    )  # [] = all, e.g. ID-LA
    documents: Mapped[str | None] = mapped_column(Text)  # what to have at hand, in words
    documents_en: Mapped[str | None] = mapped_column(Text)
    bring: Mapped[str | None] = mapped_column(Text)  # what accepted ones bring, and when
    bring_en: Mapped[str | None] = mapped_column(Text)
    terms: Mapped[str | None] = mapped_column(Text)  # Markdown; agreed to when sending
    terms_en: Mapped[str | None] = mapped_column(Text)
    terms_version: Mapped[int] = mapped_column(default=1)  # rises when the terms change
    contact_name: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    contact_phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))  # WhatsApp, E.164
    contact_email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH))
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)  # not any more at this moment
    places: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)  # places held
    last_waiting: Mapped[int] = mapped_column(default=0)  # number given to who waits last
    confirm_days: Mapped[int] = mapped_column(default=3)  # 0: nothing to confirm, nothing lapses
    keep_months: Mapped[int] = mapped_column(default=24)  # registrations, after the call is closed
    form_number: Mapped[int] = mapped_column(default=1)  # of the form in use
    is_demo: Mapped[bool] = mapped_column(default=False)  # made up by the demo
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by hand, before its time
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # drafts, that it closes soon
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    campaign: Mapped[Campaign] = relationship()
    stop: Mapped[Stop | None] = relationship()
    event: Mapped[Event | None] = relationship()
    quotas: Mapped[list["CallQuota"]] = relationship(
        back_populates="call", order_by="CallQuota.id", cascade="all, delete-orphan"
    )

    @property
    def scope(self) -> Scope:
        """The scope whose revision its public page belongs to."""
        if self.stop_id is not None:
            return Scope("stop", self.stop_id)
        return Scope("campaign", self.campaign_id)

    @property
    def shown_on(self) -> tuple[Scope, ...]:
        """The scopes whose public pages tell of it: its own page, those of stop and event."""
        return (self.scope, Scope("campaign", self.campaign_id))

    @property
    def scopes(self) -> tuple[Scope, ...]:
        event = (Scope("event", self.event_id),) if self.event_id is not None else ()
        stop = (Scope("stop", self.stop_id),) if self.stop_id is not None else ()
        return (*event, *stop, Scope("campaign", self.campaign_id), ALL)

    @property
    def zone(self) -> str:
        """IANA name of the zone in which its window is told."""
        if self.stop is not None:
            return self.stop.zone
        return self.event.zone if self.event is not None else ZONES[0]

    @property
    def ends_at(self) -> datetime:
        """When it closes or was closed."""
        return min(self.closes_at, self.closed_at) if self.closed_at else self.closes_at

    @property
    def is_public(self) -> bool:
        """Whether it has a page, open or not."""
        stop_shown = self.stop is None or self.stop.archived_at is None
        shown = self.published_at is not None and self.archived_at is None
        return shown and stop_shown and self.campaign.is_public

    @property
    def is_open(self) -> bool:
        """Whether a registration can be sent at this moment."""
        return self.is_public and self.opens_at <= now() < self.ends_at

    @property
    def is_full(self) -> bool:
        return self.used >= self.places


class QuotaDimension(StrEnum):
    """What a quota counts by; the registration's column has the same name."""

    ZONE = "zone"  # of the hall, e.g. A
    SECTOR = "sector"
    PROVINCE = "province"


class CallQuota(Model):
    """How many of a call's places one zone, sector or province may take."""

    __tablename__ = "call_quota"
    __table_args__ = (
        UniqueConstraint("call_id", "dimension", "value"),
        CheckConstraint("dimension IN ('zone', 'sector', 'province')", name="dimension"),
        CheckConstraint("used >= 0 AND used <= size", name="size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    dimension: Mapped[QuotaDimension] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(QUOTA_VALUE_LENGTH))  # e.g. A, food, ID-LA
    size: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)

    call: Mapped[Call] = relationship(back_populates="quotas")


class FormVersion(Model):
    """The questions of a call as they are or once were asked; answered ones never change.

    ``questions`` is a list of what ``gernas.registrations.questions.Question`` holds.
    """

    __tablename__ = "form_version"
    __table_args__ = (UniqueConstraint("call_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    number: Mapped[int]
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    call: Mapped[Call] = relationship()


class RegistrationState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    ACCEPTED = "accepted"  # holds a place
    WAITLISTED = "waitlisted"
    REJECTED = "rejected"
    CONFIRMED = "confirmed"  # holds a place for good
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


_STATES = ", ".join(f"'{state}'" for state in RegistrationState)


class Registration(Model):
    """A business's answer to a call.

    While it is a draft ``answers`` are as typed; from then on as ``check_answers`` cleaned them.
    What they say about the business goes into its record within a minute: the worker writes
    ``business_id``, unless the applicant chose a business, and ``taken_in_at``.
    """

    __tablename__ = "registration"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint(
            "state NOT IN ('accepted', 'confirmed') OR holds_place", name="accepted_holds_place"
        ),
        CheckConstraint(
            "NOT holds_place OR state IN"
            " ('accepted', 'confirmed', 'submitted', 'in_review', 'changes_requested')",
            name="place_needs_state",
        ),
        CheckConstraint("(state = 'waitlisted') = (waiting_number IS NOT NULL)", name="waiting"),
        Index("ix_registration_list", "call_id", "state", "submitted_at", "id"),
        Index(  # holds all that the list of a call filters by, so that it reads no rows for that
            "ix_registration_filters",
            "call_id",
            "submitted_at",
            "id",
            "state",
            "sector",
            "province",
            "city",
            "zone",
            "nib",
            "files_asked",
            "files_given",
            "on_behalf_by_id",
            "search",
            **_OF_SENT,
        ),
        Index("ix_registration_call_id_label", "call_id", "label", "id", **_OF_SENT),
        Index("ix_registration_call_id_nib", "call_id", "nib", **_OF_SENT),
        Index("ix_registration_call_id_email", "call_id", "email", **_OF_SENT),
        Index("ix_registration_call_id_phone", "call_id", "phone", **_OF_SENT),
        Index(
            "uq_registration_waiting",
            "call_id",
            "waiting_number",
            unique=True,
            postgresql_where=_WAITING,
            sqlite_where=_WAITING,
        ),
        Index(
            "ix_registration_offer_until",
            "offer_until",
            postgresql_where=_OFFERED,
            sqlite_where=_OFFERED,
        ),
        Index(
            "ix_registration_not_taken_in",
            "submitted_at",
            postgresql_where=_NOT_TAKEN_IN,
            sqlite_where=_NOT_TAKEN_IN,
        ),
        Index("ix_registration_email", "email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)  # e.g. 7K2M9QXA
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    form_version_id: Mapped[int] = mapped_column(ForeignKey("form_version.id"), index=True)
    business_id: Mapped[int | None] = mapped_column(ForeignKey("business.id"), index=True)
    state: Mapped[RegistrationState] = mapped_column(String(20))
    holds_place: Mapped[bool] = mapped_column(default=False)
    waiting_number: Mapped[int | None]  # order in the call's waiting list; gaps are usual
    offer_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # accepted: confirm before
    label: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")  # the business's name
    zone: Mapped[str | None] = mapped_column(String(QUOTA_VALUE_LENGTH))  # of the hall, wished for
    sector: Mapped[str | None] = mapped_column(String(20))
    province: Mapped[str | None] = mapped_column(String(5))  # ISO 3166-2, e.g. ID-LA
    city: Mapped[str | None] = mapped_column(String(CITY_LENGTH))
    nib: Mapped[str | None] = mapped_column(String(NIB_DIGITS))  # as claimed
    files_asked: Mapped[int] = mapped_column(default=0)  # questions for files that are shown
    files_given: Mapped[int] = mapped_column(default=0)  # those of them with a file
    applicant_name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH))  # lower case
    phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))  # E.164
    language: Mapped[str] = mapped_column(String(2), default="id")  # of messages
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    on_behalf_by_id: Mapped[int | None] = mapped_column(  # the facilitator who applied
        ForeignKey("user.id", ondelete="SET NULL")
    )
    behalf_means: Mapped[str | None] = mapped_column(String(10))  # how the owner agreed to that
    behalf_note: Mapped[str | None] = mapped_column(String(500))  # e.g. where the paper lies
    handed_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)  # of its links
    token_number: Mapped[int] = mapped_column(default=1)  # rises when its links are made anew
    idempotency_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    step: Mapped[int] = mapped_column(default=0)  # draft: how far the applicant came
    requested_fields: Mapped[list[str]] = mapped_column(JSON, default=list)  # to be corrected
    request_note: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
    decision_reason: Mapped[str | None] = mapped_column(
        String(REASON_LENGTH)
    )  # the applicant reads
    terms_version: Mapped[int | None]  # agreed to
    taken_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # into the business's record
    is_demo: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the first time
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # that its offer lapses
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    search: Mapped[str] = mapped_column(String(SEARCH_LENGTH), default="")  # small letters
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # by key of the question

    call: Mapped[Call] = relationship()
    form_version: Mapped[FormVersion] = relationship()
    business: Mapped[Business | None] = relationship()
    on_behalf_by: Mapped[User | None] = relationship(foreign_keys=[on_behalf_by_id])
    history: Mapped[list["RegistrationEvent"]] = relationship(
        back_populates="registration",
        order_by="RegistrationEvent.id",
        cascade="all, delete-orphan",
    )
    uploads: Mapped[list["Upload"]] = relationship(
        back_populates="registration", order_by="Upload.id", cascade="all, delete-orphan"
    )
    notes: Mapped[list["RegistrationNote"]] = relationship(
        back_populates="registration",
        order_by="RegistrationNote.id",
        cascade="all, delete-orphan",
    )

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return self.call.scopes

    @property
    def is_draft(self) -> bool:
        return self.state == RegistrationState.DRAFT

    @property
    def is_lapsed(self) -> bool:
        """Whether its offer is over, whatever ``state`` still says (``design.md`` §4, 10)."""
        offered = self.state == RegistrationState.ACCEPTED and self.offer_until is not None
        return offered and now() >= (self.offer_until or now())

    @property
    def state_now(self) -> RegistrationState:
        """The state as of this moment: a lapsed offer is expired, also with the worker dead."""
        return RegistrationState.EXPIRED if self.is_lapsed else RegistrationState(self.state)


class RegistrationEvent(Model):
    """A line of a registration's timeline: one transition, with what undoing needs."""

    __tablename__ = "registration_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    what: Mapped[str] = mapped_column(String(20))  # a Move: submit, accept, request_changes …
    from_state: Mapped[str | None] = mapped_column(String(20))  # None: it began
    to_state: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(12))  # applicant, organizer or system
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))  # the applicant reads it
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # columns, for undoing
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    batch: Mapped[str | None] = mapped_column(  # of a decision on many at once
        String(BATCH_LENGTH), index=True
    )

    registration: Mapped[Registration] = relationship(back_populates="history")


class RegistrationNote(Model):
    """What reviewers tell each other; the applicant never reads it."""

    __tablename__ = "registration_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(String(2_000))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    registration: Mapped[Registration] = relationship(back_populates="notes")


class Upload(Model):
    """A file of a registration: begun, received in pieces, then checked and stored."""

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("received >= 0 AND received <= size", name="received"),
        Index("ix_upload_registration", "registration_id", "question_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    question_key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    stored_name: Mapped[str] = mapped_column(String(FILE_NAME_LENGTH), unique=True)  # random
    label: Mapped[str] = mapped_column(String(LABEL_LENGTH))  # the name it was given
    content_type: Mapped[str | None] = mapped_column(String(60))  # by its content, once checked
    size: Mapped[int]  # bytes, as announced and then as stored
    received: Mapped[int] = mapped_column(default=0)  # bytes that arrived so far
    width: Mapped[int | None]  # pixels, of pictures
    height: Mapped[int | None]
    is_clean: Mapped[bool | None]  # by the scanner of the settings; None: not looked at
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # None: begun

    registration: Mapped[Registration] = relationship(back_populates="uploads")

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def is_picture(self) -> bool:
        return self.width is not None


class DraftReturn(Model):
    """Someone wants to come back to a draft on another device, by a code from a mail."""

    __tablename__ = "draft_return"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"), index=True)
    browser_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)  # of its secret
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))  # as wished for
    language: Mapped[str] = mapped_column(String(2))
    registration_id: Mapped[int | None] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE")
    )
    code_hash: Mapped[str | None] = mapped_column(String(HASH_LENGTH))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SavedView(Model):
    """A reviewer's own filters and order of a list, by name."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_id", "call_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(500))  # e.g. status=submitted&sektor=food
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
