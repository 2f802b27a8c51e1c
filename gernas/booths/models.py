"""Tables of floor plans, of who holds which booth, and of what exhibitors need and wish for.

Lengths are whole centimetres in the hall, from its upper left corner to the right and down.
"""

from datetime import datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gernas.core.clock import now
from gernas.core.database import Model, UtcDateTime
from gernas.core.permissions import Scope
from gernas.events.models import Event
from gernas.registrations.models import Call, Registration

LABEL_LENGTH = 12
HALL_NAME_LENGTH = 80
CODE_LENGTH = 12
NAME_LENGTH = 120
NOTE_LENGTH = 500
REASON_LENGTH = 500
FILE_LENGTH = 80
GATE_LENGTH = 80

LARGEST_CM = 100_000  # a kilometre
INCLUDED_AMPS = 2

_LIVE = text("released_at IS NULL")
_IN_USE = text("removed_at IS NULL")


class Plan(Model):
    """The floor plan of an event: a draft that organizers draw, or published for everyone."""

    __tablename__ = "floor_plan"
    __table_args__ = (
        CheckConstraint("grid_cm BETWEEN 5 AND 1000", name="grid"),
        CheckConstraint("aisle_cm BETWEEN 0 AND 2000", name="aisle"),
        CheckConstraint("closes_daily > opens_daily", name="hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    grid_cm: Mapped[int] = mapped_column(default=50)  # what the editor snaps to
    aisle_cm: Mapped[int] = mapped_column(default=200)  # narrower aisles are warned of
    opens_daily: Mapped[time | None]  # wall time at the event, each of its days
    closes_daily: Mapped[time | None]
    rules: Mapped[str | None] = mapped_column(String(2_000))  # Markdown, on the exhibitor's sheet
    contact_name: Mapped[str | None] = mapped_column(String(NAME_LENGTH))  # of the hall manager
    contact_phone: Mapped[str | None] = mapped_column(String(20))  # E.164
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    halls: Mapped[list["Hall"]] = relationship(
        back_populates="plan", order_by="Hall.position", cascade="all, delete-orphan"
    )
    zones: Mapped[list["Zone"]] = relationship(
        back_populates="plan", order_by="Zone.position", cascade="all, delete-orphan"
    )

    @property
    def scope(self) -> Scope:
        """Whose revision rises with all that the plan shows, and with nothing else."""
        return Scope("plan", self.id)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return self.event.scopes

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class Hall(Model):
    """A hall, tent or yard, to scale, with a picture of the venue behind it if wanted."""

    __tablename__ = "hall"
    __table_args__ = (
        CheckConstraint("width_cm BETWEEN 100 AND 100000", name="width"),
        CheckConstraint("depth_cm BETWEEN 100 AND 100000", name="depth"),
        CheckConstraint("backdrop_opacity BETWEEN 5 AND 100", name="opacity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(
        ForeignKey("floor_plan.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(HALL_NAME_LENGTH))
    name_en: Mapped[str | None] = mapped_column(String(HALL_NAME_LENGTH))
    position: Mapped[int] = mapped_column(default=1)
    width_cm: Mapped[int]
    depth_cm: Mapped[int]
    backdrop: Mapped[str | None] = mapped_column(String(FILE_LENGTH))  # name of the stored picture
    backdrop_x_cm: Mapped[int] = mapped_column(default=0)
    backdrop_y_cm: Mapped[int] = mapped_column(default=0)
    backdrop_width_cm: Mapped[int] = mapped_column(default=0)  # its height follows the picture's
    backdrop_opacity: Mapped[int] = mapped_column(default=40)  # percent
    version: Mapped[int] = mapped_column(default=1)  # rises with each saved drawing
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    plan: Mapped[Plan] = relationship(back_populates="halls")
    booths: Mapped[list["Booth"]] = relationship(
        back_populates="hall",
        order_by="Booth.label",
        primaryjoin="and_(Booth.hall_id == Hall.id, Booth.removed_at.is_(None))",
        viewonly=True,
    )
    fixtures: Mapped[list["Fixture"]] = relationship(
        back_populates="hall", order_by="Fixture.id", cascade="all, delete-orphan"
    )


class ZoneColour(StrEnum):
    """Colours of zones in the tokens of the style sheet; each comes with the zone's code."""

    RED = "red"
    GOLD = "gold"
    GREEN = "green"
    BLUE = "blue"
    VIOLET = "violet"
    TEAL = "teal"
    BROWN = "brown"
    GREY = "grey"


class Zone(Model):
    """A cluster of booths: food, fashion, craft, a sponsor's; it may take some sectors only."""

    __tablename__ = "zone"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("floor_plan.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(CODE_LENGTH))  # e.g. A; as registrations name it
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_en: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    colour: Mapped[ZoneColour] = mapped_column(String(10))
    position: Mapped[int] = mapped_column(default=1)
    sectors: Mapped[list[str]] = mapped_column(JSON, default=list)  # [] = any

    plan: Mapped[Plan] = relationship(back_populates="zones")


class Sponsor(Model):
    """Who pays for a block of booths: their exhibitors get those, and at most ``quota`` of all."""

    __tablename__ = "booth_sponsor"
    __table_args__ = (
        UniqueConstraint("plan_id", "name"),
        CheckConstraint("quota >= 0", name="quota"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("floor_plan.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    quota: Mapped[int | None]  # None: as many as its block has

    plan: Mapped[Plan] = relationship()


class Booth(Model):
    """A place to exhibit at, drawn on the plan. Removed ones stay as history."""

    __tablename__ = "booth"
    __table_args__ = (
        CheckConstraint("width_cm BETWEEN 50 AND 10000", name="width"),
        CheckConstraint("depth_cm BETWEEN 50 AND 10000", name="depth"),
        CheckConstraint("turn BETWEEN 0 AND 359", name="turn"),
        CheckConstraint("amps BETWEEN 0 AND 100", name="amps"),
        CheckConstraint("price >= 0", name="price"),
        Index(
            "uq_booth_plan_id_label",
            "plan_id",
            "label",
            unique=True,
            postgresql_where=_IN_USE,
            sqlite_where=_IN_USE,
        ),
        Index("ix_booth_hall_id", "hall_id"),
        Index("ix_booth_zone_id", "zone_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("floor_plan.id", ondelete="CASCADE"))
    hall_id: Mapped[int | None] = mapped_column(ForeignKey("hall.id", ondelete="SET NULL"))
    zone_id: Mapped[int | None] = mapped_column(ForeignKey("zone.id", ondelete="SET NULL"))
    sponsor_id: Mapped[int | None] = mapped_column(  # only for this sponsor's exhibitors
        ForeignKey("booth_sponsor.id", ondelete="SET NULL")
    )
    label: Mapped[str] = mapped_column(String(LABEL_LENGTH))  # e.g. A04
    x_cm: Mapped[int]  # of the upper left corner before turning
    y_cm: Mapped[int]
    width_cm: Mapped[int]
    depth_cm: Mapped[int]
    turn: Mapped[int] = mapped_column(default=0)  # degrees, clockwise about the middle
    amps: Mapped[int] = mapped_column(default=INCLUDED_AMPS)  # electric current, ampere
    corner: Mapped[bool] = mapped_column(default=False)
    water: Mapped[bool] = mapped_column(default=False)
    accessible: Mapped[bool] = mapped_column(default=False)  # step-free, with room to turn
    tables: Mapped[int] = mapped_column(default=1)
    chairs: Mapped[int] = mapped_column(default=2)
    price: Mapped[int | None] = mapped_column(BigInteger)  # rupiah; None: none
    note: Mapped[str | None] = mapped_column(String(NOTE_LENGTH))  # for organizers
    locked: Mapped[bool] = mapped_column(default=False)  # given by organizers only, by hand
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    plan: Mapped[Plan] = relationship()
    hall: Mapped[Hall | None] = relationship(back_populates="booths", foreign_keys=[hall_id])
    zone: Mapped[Zone | None] = relationship()
    sponsor: Mapped[Sponsor | None] = relationship()

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return self.plan.scopes


class FixtureKind(StrEnum):
    """What else stands in a hall."""

    STAGE = "stage"
    GATE = "gate"
    TOILET = "toilet"
    PRAYER_ROOM = "prayer_room"
    FIRST_AID = "first_aid"
    INFO = "info"
    WALL = "wall"
    OTHER = "other"


class Fixture(Model):
    """Something on the plan that is no booth: a stage, a gate, a toilet."""

    __tablename__ = "fixture"
    __table_args__ = (
        CheckConstraint("width_cm BETWEEN 10 AND 100000", name="width"),
        CheckConstraint("depth_cm BETWEEN 10 AND 100000", name="depth"),
        CheckConstraint("turn BETWEEN 0 AND 359", name="turn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id", ondelete="CASCADE"), index=True)
    kind: Mapped[FixtureKind] = mapped_column(String(12))
    label: Mapped[str | None] = mapped_column(String(HALL_NAME_LENGTH))  # e.g. Pintu sungai
    x_cm: Mapped[int]
    y_cm: Mapped[int]
    width_cm: Mapped[int]
    depth_cm: Mapped[int]
    turn: Mapped[int] = mapped_column(default=0)

    hall: Mapped[Hall] = relationship(back_populates="fixtures")


class BoothMode(StrEnum):
    """How accepted registrations of a call come to a booth."""

    ASSIGN = "assign"  # organizers give them
    CHOOSE = "choose"  # applicants take a free one
    WISHES = "wishes"  # applicants name three, organizers decide


class BoothCall(Model):
    """A call whose registrations get booths on a plan, and how."""

    __tablename__ = "booth_call"
    __table_args__ = (
        CheckConstraint("mode IN ('assign', 'choose', 'wishes')", name="mode"),
        CheckConstraint("hold_minutes BETWEEN 1 AND 1440", name="hold_minutes"),
        CheckConstraint("booths_each BETWEEN 1 AND 10", name="booths_each"),
        CheckConstraint("closes_at > opens_at", name="window"),
    )

    call_id: Mapped[int] = mapped_column(
        ForeignKey("call.id", ondelete="CASCADE"), primary_key=True
    )
    plan_id: Mapped[int] = mapped_column(
        ForeignKey("floor_plan.id", ondelete="CASCADE"), index=True
    )
    mode: Mapped[BoothMode] = mapped_column(String(10), default=BoothMode.ASSIGN)
    sponsor_id: Mapped[int | None] = mapped_column(  # of all its registrations
        ForeignKey("booth_sponsor.id", ondelete="SET NULL")
    )
    hold_minutes: Mapped[int] = mapped_column(default=10)
    booths_each: Mapped[int] = mapped_column(default=1)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # choosing and wishing
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    call: Mapped[Call] = relationship()
    plan: Mapped[Plan] = relationship()
    sponsor: Mapped[Sponsor | None] = relationship()


class BoothGroup(Model):
    """Exhibitors who booked or wish to stand together."""

    __tablename__ = "booth_group"
    __table_args__ = (UniqueConstraint("plan_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("floor_plan.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))

    plan: Mapped[Plan] = relationship()


class BoothNeed(Model):
    """What a registration needs of its booth; without a row it needs nothing special."""

    __tablename__ = "booth_need"
    __table_args__ = (CheckConstraint("amps BETWEEN 0 AND 100", name="amps"),)

    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True
    )
    width_cm: Mapped[int | None]  # at least
    depth_cm: Mapped[int | None]
    amps: Mapped[int] = mapped_column(default=INCLUDED_AMPS)
    water: Mapped[bool] = mapped_column(default=False)
    accessible: Mapped[bool] = mapped_column(default=False)
    product: Mapped[str | None] = mapped_column(String(NAME_LENGTH))  # not beside the same one
    sponsor_id: Mapped[int | None] = mapped_column(  # else the call's
        ForeignKey("booth_sponsor.id", ondelete="SET NULL")
    )
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("booth_group.id", ondelete="SET NULL"), index=True
    )
    note: Mapped[str | None] = mapped_column(String(NOTE_LENGTH))  # the exhibitor's words

    registration: Mapped[Registration] = relationship()
    sponsor: Mapped[Sponsor | None] = relationship()
    group: Mapped[BoothGroup | None] = relationship()


class BoothWish(Model):
    """A booth that an applicant named, the first wish before the third."""

    __tablename__ = "booth_wish"
    __table_args__ = (
        UniqueConstraint("registration_id", "booth_id"),
        CheckConstraint("rank BETWEEN 1 AND 3", name="rank"),
    )

    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int] = mapped_column(primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id", ondelete="CASCADE"), index=True)

    booth: Mapped[Booth] = relationship()


class How(StrEnum):
    """How an allocation came about."""

    ASSIGNED = "assigned"  # by an organizer
    CHOSEN = "chosen"  # by the applicant
    PROPOSED = "proposed"  # by an accepted proposal
    MOVED = "moved"
    SWAPPED = "swapped"


class BoothAllocation(Model):
    """A registration's hold on a booth, for minutes or for good; kept as history when released.

    A hold is over when ``held_until`` is, whether or not anyone has released it yet. ``slot``
    counts a registration's booths, so that it has no more of them than its call allows.
    """

    __tablename__ = "booth_allocation"
    __table_args__ = (
        CheckConstraint("slot BETWEEN 1 AND 10", name="slot"),
        CheckConstraint("(confirmed_at IS NULL) = (held_until IS NOT NULL)", name="held"),
        Index(
            "uq_booth_allocation_booth",
            "booth_id",
            unique=True,
            postgresql_where=_LIVE,
            sqlite_where=_LIVE,
        ),
        Index(
            "uq_booth_allocation_registration",
            "registration_id",
            "plan_id",
            "slot",
            unique=True,
            postgresql_where=_LIVE,
            sqlite_where=_LIVE,
        ),
        Index("ix_booth_allocation_plan_id", "plan_id", "released_at"),
        Index("ix_booth_allocation_history", "registration_id"),
        Index("ix_booth_allocation_booth_history", "booth_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("floor_plan.id"))
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    slot: Mapped[int] = mapped_column(default=1)
    how: Mapped[How] = mapped_column(String(10))
    allocated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    allocated_by_id: Mapped[int | None] = mapped_column(  # None: the applicant
        ForeignKey("user.id", ondelete="SET NULL")
    )
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None once confirmed
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    locked: Mapped[bool] = mapped_column(default=False)  # no proposal moves it
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    release_reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))  # the exhibitor reads

    plan: Mapped[Plan] = relationship()
    booth: Mapped[Booth] = relationship()
    registration: Mapped[Registration] = relationship()

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return self.plan.scopes

    @property
    def is_live(self) -> bool:
        """Whether it keeps others from the booth at this moment."""
        over = self.held_until is not None and self.held_until <= now()
        return self.released_at is None and not over

    @property
    def is_hold(self) -> bool:
        return self.held_until is not None


class ProposalState(StrEnum):
    WAITING = "waiting"  # for the worker
    READY = "ready"
    FAILED = "failed"  # the rules clash; ``outcome`` says which
    ACCEPTED = "accepted"
    DISCARDED = "discarded"


class Proposal(Model):
    """Booths for all who have none, computed by the worker; it changes nothing until accepted."""

    __tablename__ = "booth_proposal"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'ready', 'failed', 'accepted', 'discarded')", name="state"
        ),
        CheckConstraint("seconds BETWEEN 1 AND 600", name="seconds"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(
        ForeignKey("floor_plan.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[ProposalState] = mapped_column(String(10), default=ProposalState.WAITING)
    seconds: Mapped[int] = mapped_column(default=20)  # the solver's time limit
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)  # which were on
    job_id: Mapped[int | None]
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # placed, why, figures, clashes
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    plan: Mapped[Plan] = relationship()

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return self.plan.scopes


class SlotKind(StrEnum):
    LOAD_IN = "load_in"
    LOAD_OUT = "load_out"


class LoadingSlot(Model):
    """A time at a gate for bringing goods in or out, for so many exhibitors."""

    __tablename__ = "loading_slot"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("used >= 0 AND used <= capacity", name="capacity"),
        UniqueConstraint("plan_id", "kind", "gate", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("floor_plan.id", ondelete="CASCADE"))
    kind: Mapped[SlotKind] = mapped_column(String(10))
    gate: Mapped[str] = mapped_column(String(GATE_LENGTH))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    capacity: Mapped[int]  # exhibitors
    used: Mapped[int] = mapped_column(default=0)

    plan: Mapped[Plan] = relationship()


class LoadingBooking(Model):
    """An exhibitor's slot; one for each kind."""

    __tablename__ = "loading_booking"

    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True
    )
    plan_id: Mapped[int] = mapped_column(
        ForeignKey("floor_plan.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[SlotKind] = mapped_column(String(10), primary_key=True)
    slot_id: Mapped[int] = mapped_column(
        ForeignKey("loading_slot.id", ondelete="CASCADE"), index=True
    )
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)

    slot: Mapped[LoadingSlot] = relationship()
