"""Shifts, who works them, suggestions for gaps, and what desks scanned."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gernas.accounts.models import HASH_LENGTH
from gernas.businesses.models import TITLE_LENGTH
from gernas.core.database import Model, UtcDateTime
from gernas.core.permissions import Scope
from gernas.events.models import Event
from gernas.youth.models.limits import (
    KEY_LENGTH,
    LIVE_ONLY,
    NOTE_LENGTH,
    PLACE_LENGTH,
    REASON_LENGTH,
    WAITING,
)
from gernas.youth.models.members import Member
from gernas.youth.models.programmes import YouthProgramme, YouthRole


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
        Index("uq_youth_assignment_live", "shift_id", "member_id", **LIVE_ONLY),
        Index(
            "uq_youth_assignment_waiting",
            "need_id",
            "waiting_number",
            unique=True,
            postgresql_where=WAITING,
            sqlite_where=WAITING,
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
