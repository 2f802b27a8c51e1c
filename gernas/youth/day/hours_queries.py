"""Questions about hours: what each member of a programme has worked, what is unfinished.

Counted is what was measured or corrected, also where the place ended or the shift was cancelled
since: hours are never lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import contains_eager, joinedload

from gernas.core.clock import now, to_utc
from gernas.core.database import db
from gernas.core.text import LIKE_ESCAPE, search_like
from gernas.youth.day.presence import LONGEST_AFTER
from gernas.youth.models import (
    Assignment,
    Attendance,
    Member,
    OutsideHours,
    ReportState,
    Shift,
    ShiftNeed,
    YouthProgramme,
)

PAGE_SIZE = 50
A = Assignment


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which hours to list; what is empty does not restrict. Days are local, both inclusive."""

    organisation_id: int = 0
    text: str = ""
    since: date | None = None
    until: date | None = None
    unfinished: bool = False

    @property
    def is_narrow(self) -> bool:
        return bool(
            self.organisation_id or self.text or self.since or self.until or self.unfinished
        )


@dataclass(frozen=True)
class Line:
    """A member's hours in a programme."""

    member: Member
    shifts: int  # in which they were present, or whose hours were corrected
    minutes: int  # of shifts
    outside_minutes: int  # confirmed
    unfinished: int  # arrived, the shift is over, and nobody noted the leaving
    missed: int  # did not come, without excuse

    @property
    def all_minutes(self) -> int:
        return self.minutes + self.outside_minutes


@dataclass(frozen=True)
class Page:
    lines: Sequence[Line]
    members: int  # that the filters find
    minutes: int  # of all of them
    number: int
    pages: int


def counted() -> ColumnElement[int]:
    """The minutes of a place that count."""
    return func.coalesce(A.corrected_minutes, A.minutes, 0)


def is_unfinished(moment: datetime) -> ColumnElement[bool]:
    """Whether someone forgot to note the leaving of a place whose shift is over."""
    return and_(
        A.arrived_at.is_not(None),
        A.left_at.is_(None),
        A.corrected_minutes.is_(None),
        Shift.ends_at < moment - LONGEST_AFTER,
    )


def count_unfinished(programme: YouthProgramme) -> int:
    rows = (
        select(func.count(A.id))
        .join(A.shift)
        .where(Shift.programme_id == programme.id, is_unfinished(now()))
    )
    return db.session.scalar(rows) or 0


def list_hours(programme: YouthProgramme, wanted: Wanted, number: int = 1) -> Page:
    """A page of members with hours, misses or something unfinished; most hours first."""
    found = _select_lines(programme, wanted).subquery()
    members, minutes = db.session.execute(
        select(func.count(), func.coalesce(func.sum(found.c.all_minutes), 0)).select_from(found)
    ).one()
    pages = max((members + PAGE_SIZE - 1) // PAGE_SIZE, 1)
    number = min(max(number, 1), pages)
    rows = _fetch(found).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    lines = [_line(row) for row in db.session.execute(rows)]
    return Page(lines, members, int(minutes), number, pages)


def list_all_hours(programme: YouthProgramme, wanted: Wanted, *, limit: int) -> list[Line]:
    """The same without pages, by organisation and name, for files."""
    found = _select_lines(programme, wanted).subquery()
    rows = _fetch(found).order_by(None).order_by(Member.organisation_id, Member.name, Member.id)
    return [_line(row) for row in db.session.execute(rows.limit(limit))]


def list_worked(
    programme: YouthProgramme, member_ids: Sequence[int], wanted: Wanted | None = None
) -> Sequence[Assignment]:
    """All places of members that were seen, corrected or missed, by time."""
    rows = (
        select(A)
        .join(A.shift)
        .join(Shift.event)
        .where(
            Shift.programme_id == programme.id,
            A.member_id.in_(member_ids),
            or_(
                A.arrived_at.is_not(None),
                A.corrected_minutes.is_not(None),
                A.attendance.is_not(None),
            ),
            *_days(programme, wanted),
        )
        .options(
            contains_eager(A.shift).contains_eager(Shift.event),
            joinedload(A.need).joinedload(ShiftNeed.role),
            joinedload(A.member).joinedload(Member.organisation),
        )
        .order_by(Shift.starts_at, A.id)
    )
    return db.session.scalars(rows).all()


def list_outside(
    programme: YouthProgramme, member_ids: Sequence[int], wanted: Wanted | None = None
) -> Sequence[OutsideHours]:
    """Confirmed hours outside shifts, by day."""
    wanted = wanted or Wanted()
    rows = select(OutsideHours).where(
        OutsideHours.programme_id == programme.id,
        OutsideHours.member_id.in_(member_ids),
        OutsideHours.state == ReportState.CONFIRMED,
    )
    if wanted.since:
        rows = rows.where(OutsideHours.on >= wanted.since)
    if wanted.until:
        rows = rows.where(OutsideHours.on <= wanted.until)
    rows = rows.options(joinedload(OutsideHours.member).joinedload(Member.organisation))
    return db.session.scalars(rows.order_by(OutsideHours.on, OutsideHours.id)).all()


def find_place(programme: YouthProgramme, place_id: int) -> Assignment | None:
    """A place in one of the programme's shifts, whose hours can be corrected."""
    rows = (
        select(A)
        .join(A.shift)
        .where(A.id == place_id, Shift.programme_id == programme.id, A.waiting_number.is_(None))
    )
    return db.session.scalar(rows)


def read_wanted(args: Mapping[str, str]) -> Wanted:
    """What an address asks of the list; what it cannot mean is left out."""
    chosen = args.get("organisasi", "")
    is_number = chosen.isascii() and chosen.isdigit() and len(chosen) < 10
    return Wanted(
        organisation_id=int(chosen) if is_number else 0,
        text=args.get("q", "")[:100].strip(),
        since=_read_day(args.get("dari", "")),
        until=_read_day(args.get("sampai", "")),
        unfinished=args.get("belum") == "ya",
    )


def to_args(wanted: Wanted) -> dict[str, str]:
    """The same for an address."""
    args = {
        "organisasi": str(wanted.organisation_id or ""),
        "q": wanted.text,
        "dari": wanted.since.isoformat() if wanted.since else "",
        "sampai": wanted.until.isoformat() if wanted.until else "",
        "belum": "ya" if wanted.unfinished else "",
    }
    return {name: value for name, value in args.items() if value}


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _days(programme: YouthProgramme, wanted: Wanted | None) -> list[ColumnElement[bool]]:
    if wanted is None:
        return []
    found = []
    if wanted.since:
        found.append(Shift.starts_at >= to_utc(wanted.since, time(), programme.zone))
    if wanted.until:
        after = min(wanted.until, date.max - timedelta(days=1)) + timedelta(days=1)
        found.append(Shift.starts_at < to_utc(after, time(), programme.zone))
    return found


def _select_lines(programme: YouthProgramme, wanted: Wanted) -> Select[Any]:
    shifts = _sum_shifts(programme, wanted)
    outside = _sum_outside(programme, wanted)
    minutes = func.coalesce(shifts.c.minutes, 0)
    others = func.coalesce(outside.c.minutes, 0)
    rows = (
        select(
            Member.id.label("member_id"),
            func.coalesce(shifts.c.shifts, 0).label("shifts"),
            minutes.label("minutes"),
            others.label("outside_minutes"),
            (minutes + others).label("all_minutes"),
            func.coalesce(shifts.c.unfinished, 0).label("unfinished"),
            func.coalesce(shifts.c.missed, 0).label("missed"),
        )
        .outerjoin(shifts, shifts.c.member_id == Member.id)
        .outerjoin(outside, outside.c.member_id == Member.id)
        .where(or_(shifts.c.member_id.is_not(None), outside.c.member_id.is_not(None)))
    )
    if wanted.organisation_id:
        rows = rows.where(Member.organisation_id == wanted.organisation_id)
    if wanted.unfinished:
        rows = rows.where(shifts.c.unfinished > 0)
    for pattern in search_like(wanted.text.lower()):
        rows = rows.where(Member.search.like(pattern, escape=LIKE_ESCAPE))
    return rows


def _sum_shifts(programme: YouthProgramme, wanted: Wanted) -> Subquery:
    worked = or_(A.arrived_at.is_not(None), A.corrected_minutes > 0)
    return (
        select(
            A.member_id.label("member_id"),
            func.sum(case((worked, 1), else_=0)).label("shifts"),
            func.sum(counted()).label("minutes"),
            func.sum(case((is_unfinished(now()), 1), else_=0)).label("unfinished"),
            func.sum(case((A.attendance == Attendance.NO_SHOW, 1), else_=0)).label("missed"),
        )
        .join(A.shift)
        .where(
            Shift.programme_id == programme.id,
            or_(worked, A.attendance == Attendance.NO_SHOW),
            *_days(programme, wanted),
        )
        .group_by(A.member_id)
        .subquery()
    )


def _sum_outside(programme: YouthProgramme, wanted: Wanted) -> Subquery:
    rows = select(
        OutsideHours.member_id.label("member_id"),
        func.sum(OutsideHours.minutes).label("minutes"),
    ).where(OutsideHours.programme_id == programme.id, OutsideHours.state == ReportState.CONFIRMED)
    if wanted.since:
        rows = rows.where(OutsideHours.on >= wanted.since)
    if wanted.until:
        rows = rows.where(OutsideHours.on <= wanted.until)
    return rows.group_by(OutsideHours.member_id).subquery()


def _fetch(found: Subquery) -> Select[Any]:
    return (
        select(Member, found)
        .join(found, found.c.member_id == Member.id)
        .options(joinedload(Member.organisation))
        .order_by(found.c.unfinished.desc(), found.c.all_minutes.desc(), Member.name, Member.id)
    )


def _line(row: Any) -> Line:
    return Line(
        row.Member, row.shifts, row.minutes, row.outside_minutes, row.unfinished, row.missed
    )
