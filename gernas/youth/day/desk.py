"""What the desk of an event shows: who is expected on a day, who came, who could stand in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from gernas.core.clock import now, to_local, to_utc
from gernas.core.database import db
from gernas.events.models import Event
from gernas.youth.day.queries import (
    MISSING,
    WINDOW,
    is_on,
    list_days,
    list_places,
    list_shifts,
)
from gernas.youth.models import Assignment, DeskScan, Shift, ShiftNeed

STANDS_IN_FROM = timedelta(minutes=15)  # before a shift, from then on places of missing are given


@dataclass(frozen=True)
class Row:
    """One place of a shift, with what can be done at the desk."""

    place: Assignment
    last_scan_id: int | None = None  # that "undo" takes back
    replaced_by: str | None = None  # name

    @property
    def is_missing(self) -> bool:
        return self.place.attendance in MISSING

    @property
    def is_there(self) -> bool:
        return self.place.arrived_at is not None and self.place.left_at is None


@dataclass(frozen=True)
class Section:
    """One shift with its people."""

    shift: Shift
    rows: Sequence[Row]
    needs: Sequence[ShiftNeed]

    @property
    def came(self) -> int:
        return sum(row.place.arrived_at is not None for row in self.rows)

    @property
    def expected(self) -> int:
        return sum(row.place.is_live or row.place.arrived_at is not None for row in self.rows)

    @property
    def free(self) -> list[ShiftNeed]:
        """The roles in which nobody has a place that someone could take."""
        return [need for need in self.needs if need.used < need.wanted]

    @property
    def missing(self) -> list[Row]:
        """Those whose place someone else could take: they were counted as missing."""
        return [row for row in self.rows if row.is_missing and row.place.is_live]


@dataclass(frozen=True)
class Desk:
    """A day at an event's desk."""

    days: Sequence[date]
    day: date | None  # None: the event has no shifts at all
    sections: Sequence[Section] = field(default_factory=list)


def make_desk(event: Event, wanted: date | None = None) -> Desk:
    """The shifts of a day, by time: of today or the next day with shifts if none is wanted."""
    shifts = list_shifts(event)
    days = list_days(shifts, event.zone)
    day = wanted if wanted in days else _choose_day(days, to_local(now(), event.zone).date())
    if day is None:
        return Desk(days, None)
    return Desk(days, day, make_sections([one for one in shifts if is_on(one, day, event.zone)]))


def make_sections(shifts: Sequence[Shift]) -> list[Section]:
    ids = [shift.id for shift in shifts]
    needs = _list_needs(ids)
    places = list_places(ids)
    scans = _list_last_scans([place.id for place in places])
    stand_ins = {one.substitute_for_id: one.member.name for one in places if one.is_live}
    return [
        Section(
            shift,
            [
                Row(place, scans.get(place.id), stand_ins.get(place.id))
                for place in places
                if place.shift_id == shift.id
            ],
            [need for need in needs if need.shift_id == shift.id],
        )
        for shift in shifts
    ]


def make_row(place: Assignment) -> Row:
    """One place as the desk shows it."""
    name = db.session.scalar(
        select(Assignment)
        .where(Assignment.substitute_for_id == place.id, Assignment.ended_at.is_(None))
        .options(joinedload(Assignment.member))
    )
    scans = _list_last_scans([place.id])
    return Row(place, scans.get(place.id), name.member.name if name is not None else None)


def can_stand_in(shift: Shift) -> bool:
    """Whether somebody may be put into the shift at the desk now."""
    return shift.starts_at - WINDOW <= now() <= shift.ends_at


def find_moment(shift: Shift, clock: time) -> datetime | None:
    """The moment at which a clock at the place shows this, around the shift; None if none is."""
    zone = shift.event.zone
    first = to_local(shift.starts_at - WINDOW, zone).date()
    for days in range(4):
        moment = to_utc(first + timedelta(days=days), clock, zone)
        if shift.starts_at - WINDOW <= moment <= shift.ends_at + WINDOW:
            return moment
    return None


def _choose_day(days: Sequence[date], today: date) -> date | None:
    """Today, else the next day with shifts, else the last one."""
    return next((day for day in days if day >= today), days[-1] if days else None)


def _list_needs(shift_ids: Sequence[int]) -> Sequence[ShiftNeed]:
    rows = (
        select(ShiftNeed)
        .where(ShiftNeed.shift_id.in_(shift_ids))
        .options(joinedload(ShiftNeed.role), selectinload(ShiftNeed.shift))
        .order_by(ShiftNeed.shift_id, ShiftNeed.id)
    )
    return db.session.scalars(rows).all()


def _list_last_scans(place_ids: Sequence[int]) -> Mapping[int, int]:
    rows = (
        select(DeskScan.assignment_id, func.max(DeskScan.id))
        .where(DeskScan.assignment_id.in_(place_ids), DeskScan.undone_at.is_(None))
        .group_by(DeskScan.assignment_id)
    )
    return {int(place): scan for place, scan in db.session.execute(rows) if place is not None}
