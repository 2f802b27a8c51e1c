"""Questions of the desk: whom a scan is about, who is expected today, who came."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from gernas.core.clock import to_local, to_utc
from gernas.core.database import db
from gernas.events.models import Event
from gernas.youth.day.presence import LONGEST_AFTER, Seen
from gernas.youth.models import (
    Assignment,
    Attendance,
    DeskScan,
    Enrolment,
    Member,
    ScanKind,
    Shift,
    ShiftNeed,
    YouthProgramme,
)

WINDOW = timedelta(hours=4)  # before and after a shift, within which a scan is about it
MOST_FOUND = 20
MISSING = (Attendance.NO_SHOW, Attendance.EXCUSED)


def list_programmes(event: Event) -> Sequence[YouthProgramme]:
    """The programmes that have shifts at the event, and that of its own stop."""
    with_shifts = select(Shift.programme_id).where(Shift.event_id == event.id)
    rows = select(YouthProgramme).where(
        or_(YouthProgramme.stop_id == event.stop_id, YouthProgramme.id.in_(with_shifts))
    )
    return db.session.scalars(rows.order_by(YouthProgramme.id)).all()


def list_shifts(event: Event) -> Sequence[Shift]:
    """The event's published shifts that were not cancelled, by time."""
    rows = select(Shift).where(
        Shift.event_id == event.id, Shift.published_at.is_not(None), Shift.cancelled_at.is_(None)
    )
    return db.session.scalars(rows.order_by(Shift.starts_at, Shift.id)).all()


def list_days(shifts: Sequence[Shift], zone: str) -> list[date]:
    """The local days on which shifts begin, in order."""
    return sorted({to_local(shift.starts_at, zone).date() for shift in shifts})


def is_on(shift: Shift, day: date, zone: str) -> bool:
    """Whether the shift touches a local day; one over midnight touches two."""
    begins = to_utc(day, time(), zone)
    ends = to_utc(day + timedelta(days=1), time(), zone)
    return shift.starts_at < ends and shift.ends_at > begins


def list_places(shift_ids: Sequence[int]) -> Sequence[Assignment]:
    """Who has or had a place in these shifts on the day: live, replaced, or seen; by name."""
    rows = (
        select(Assignment)
        .join(Assignment.member)
        .where(
            Assignment.shift_id.in_(shift_ids),
            Assignment.waiting_number.is_(None),
            or_(
                Assignment.ended_at.is_(None),
                Assignment.attendance.is_not(None),
                Assignment.arrived_at.is_not(None),
            ),
        )
        .options(
            contains_eager(Assignment.member).joinedload(Member.organisation),
            joinedload(Assignment.need).joinedload(ShiftNeed.role),
        )
        .order_by(Member.search, Member.name, Assignment.id)
    )
    return db.session.scalars(rows).all()


def find_place(event: Event, assignment_id: int) -> Assignment | None:
    """A place in one of the event's shifts; None if it is none of them."""
    rows = (
        select(Assignment)
        .join(Assignment.shift)
        .where(
            Assignment.id == assignment_id,
            Assignment.waiting_number.is_(None),
            Shift.event_id == event.id,
        )
    )
    return db.session.scalar(rows)


def find_member(event: Event, code: str) -> Member | None:
    """The member with this code, if of a programme at the event or on one of its shifts."""
    return db.session.scalar(_members_of(event).where(Member.code == code))


def find_member_by_id(event: Event, member_id: int) -> Member | None:
    return db.session.scalar(_members_of(event).where(Member.id == member_id))


def search_members(event: Event, words: Sequence[str]) -> Sequence[Member]:
    """Members whose kept words hold all of ``words`` (small letters), by name; at most 20."""
    rows = _members_of(event).options(joinedload(Member.organisation))
    for word in words:
        rows = rows.where(Member.search.contains(word, autoescape=True))
    return db.session.scalars(rows.order_by(Member.name, Member.id).limit(MOST_FOUND)).all()


def _members_of(event: Event) -> Select[Member]:
    programmes = [one.id for one in list_programmes(event)]
    enrolled = select(Enrolment.member_id).where(
        Enrolment.programme_id.in_(programmes), Enrolment.ended_at.is_(None)
    )
    placed = (
        select(Assignment.member_id)
        .join(Assignment.shift)
        .where(Shift.event_id == event.id, Assignment.waiting_number.is_(None))
    )
    return select(Member).where(
        Member.erased_at.is_(None), or_(Member.id.in_(enrolled), Member.id.in_(placed))
    )


# --- Scans ----------------------------------------------------------------------------------


def find_scan(key: str) -> DeskScan | None:
    return db.session.scalar(select(DeskScan).where(DeskScan.key == key))


def find_scan_by_id(event: Event, scan_id: int) -> DeskScan | None:
    rows = select(DeskScan).where(DeskScan.id == scan_id, DeskScan.event_id == event.id)
    return db.session.scalar(rows)


def list_seen(assignment: Assignment) -> list[Seen]:
    """What desks saw of a place and nobody undid, in the order in which it was received."""
    rows = (
        select(DeskScan.kind, DeskScan.at)
        .where(DeskScan.assignment_id == assignment.id, DeskScan.undone_at.is_(None))
        .order_by(DeskScan.id)
    )
    return [Seen(ScanKind(kind), at) for kind, at in db.session.execute(rows)]


def has_scans(assignment: Assignment) -> bool:
    """Whether a desk ever saw something of a place, undone or not."""
    rows = select(DeskScan.id).where(DeskScan.assignment_id == assignment.id)
    return db.session.scalar(rows.limit(1)) is not None


def list_strays(event: Event, member: Member) -> Sequence[DeskScan]:
    """Scans of a member at the event that are about no place yet."""
    rows = select(DeskScan).where(
        DeskScan.event_id == event.id,
        DeskScan.member_id == member.id,
        DeskScan.assignment_id.is_(None),
        DeskScan.undone_at.is_(None),
    )
    return db.session.scalars(rows.order_by(DeskScan.id)).all()


def choose_place(event: Event, member: Member, kind: ScanKind, at: datetime) -> Assignment | None:
    """The place that a scan at this moment is about; None if the member has none around then.

    Leaving is about where the member is; coming about the shift that begins nearest. A place
    that ended after the scan, or whose holder was counted as missing, is one, too: what a desk
    without network saw counts, whatever happened since.
    """
    rows = (
        select(Assignment)
        .join(Assignment.shift)
        .where(
            Shift.event_id == event.id,
            Assignment.member_id == member.id,
            Assignment.waiting_number.is_(None),
            Shift.starts_at <= at + WINDOW,
            Shift.ends_at >= at - WINDOW,
            or_(
                Assignment.ended_at.is_(None),
                Assignment.ended_at > at,
                Assignment.attendance.is_not(None),
            ),
        )
        .options(contains_eager(Assignment.shift))
    )
    places = db.session.scalars(rows).all()

    def rank(place: Assignment) -> tuple[object, ...]:
        is_there = place.arrived_at is not None and place.left_at is None
        wanted = is_there if kind == ScanKind.LEFT else at <= place.shift.ends_at
        edge = place.shift.ends_at if kind == ScanKind.LEFT else place.shift.starts_at
        return (not place.is_live, not wanted, abs(edge - at), place.id)

    return min(places, key=rank, default=None)


def list_elsewhere(member: Member, place: Assignment, at: datetime) -> Sequence[Assignment]:
    """Other places where the member still is, by the desk, though at this one since ``at``."""
    rows = select(Assignment).where(
        Assignment.member_id == member.id,
        Assignment.id != place.id,
        Assignment.arrived_at < at,
        Assignment.left_at.is_(None),
    )
    return db.session.scalars(rows.order_by(Assignment.id)).all()


def list_capped(places: Sequence[Assignment]) -> set[int]:
    """The ids of places whose holders left too long after the end for all of it to count."""
    return {
        place.id
        for place in places
        if place.left_at is not None and place.left_at > place.shift.ends_at + LONGEST_AFTER
    }
