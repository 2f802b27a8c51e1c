"""Who came and left: scans of desks, taken in once each, and what follows for places in shifts.

A scan may come late, twice, from two desks and in any order. Each is kept once, by its key, and
arrival, leaving and minutes of a place are worked out anew from all its scans.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from gernas.audit.services import record
from gernas.core.clock import now
from gernas.core.database import db, is_sqlite, lock
from gernas.core.permissions import Permission
from gernas.events.models import Event
from gernas.events.services.changing import By, check_may
from gernas.registrations.codes import code_words
from gernas.youth.day.errors import (
    HasArrived,
    KeyElsewhere,
    LeftBeforeArrived,
    NoPlaceToNote,
    NotBegun,
    ScanUndone,
    TimeOutOfShift,
    TimeToCome,
)
from gernas.youth.day.presence import follow, judge
from gernas.youth.day.queries import (
    MISSING,
    WINDOW,
    choose_place,
    find_scan,
    has_scans,
    list_elsewhere,
    list_seen,
    list_strays,
)
from gernas.youth.models import Assignment, Attendance, DeskScan, Member, ScanKind
from gernas.youth.services.seats import hold_member

_TABLE: Any = DeskScan.__table__
_AHEAD = timedelta(minutes=1)


class Outcome(StrEnum):
    """What a scan turned out to be."""

    ARRIVED = "arrived"
    LEFT = "left"
    IN_ALREADY = "in_already"
    OUT_ALREADY = "out_already"  # the later leaving counts
    NOT_ARRIVED = "not_arrived"  # leaves, but nobody saw the coming yet
    NO_SHIFT = "no_shift"  # a member without a place around this time
    UNKNOWN = "unknown"  # no such code here


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What a desk saw; ``at`` is by the server's clock. Either a place or a member, or neither."""

    key: str
    kind: ScanKind
    at: datetime
    place: Assignment | None = None
    member: Member | None = None
    drift: timedelta = timedelta()


def note_scan(event: Event, scan: Scan, *, by: By) -> DeskScan:
    """Keep a scan and what follows from it; one with a known key is given back as it is.

    Raises:
        NotAllowed
        KeyElsewhere: the key came from another event.
        NoPlaceToNote: the place named was given up before.
    """
    check_may(by, Permission.CHECK_IN, event)
    member = scan.place.member if scan.place is not None else scan.member
    place = scan.place
    if member is not None:
        member = hold_member(member.id)  # scans of one person, wherever, one after the other
    if place is None and member is not None:
        place = choose_place(event, member, scan.kind, scan.at)
    if place is not None:
        place = lock(place)
        if scan.place is not None and not place.is_live and place.attendance is None:
            raise NoPlaceToNote(place.member.name)
    known = _find_known(event, scan.key)
    if known is not None:
        return known
    if place is not None:
        keep_what_was_set(place)
    new_id = _insert(event, scan, place, member, by=by)
    if new_id is None:  # its other sending was faster by a hair
        known = _find_known(event, scan.key)
        if known is None:
            raise KeyElsewhere
        return known
    row = db.session.get_one(DeskScan, new_id)
    if place is not None and member is not None:
        _leave_elsewhere(scan, place, member, by=by)
        settle(place, by=by)
    return row


def settle(place: Assignment, *, by: By) -> None:
    """Work out arrival, leaving, minutes and attendance of a locked place from all its scans."""
    before = _read(place)
    presence = follow(list_seen(place), ends_at=place.shift.ends_at)
    place.arrived_at, place.left_at = presence.arrived_at, presence.left_at
    place.minutes = presence.minutes
    called = judge(presence, starts_at=place.shift.starts_at, ends_at=place.shift.ends_at)
    if called is not None:
        place.attendance = called
    elif place.attendance not in MISSING:
        place.attendance = None
    db.session.flush()
    _log("attendance.noted", place, before, by=by)


def note_time(place: Assignment, kind: ScanKind, at: datetime, *, key: str, by: By) -> DeskScan:
    """Note by hand when someone came or left, such as a check-out that was forgotten.

    Raises:
        NotAllowed, NoPlaceToNote, TimeToCome
        TimeOutOfShift: hours away from the shift.
        LeftBeforeArrived
    """
    shift = place.shift
    if at > now() + _AHEAD:
        raise TimeToCome
    if not shift.starts_at - WINDOW <= at <= shift.ends_at + WINDOW:
        raise TimeOutOfShift
    if kind == ScanKind.LEFT and (place.arrived_at is None or at < place.arrived_at):
        raise LeftBeforeArrived
    return note_scan(shift.event, Scan(key=key, kind=kind, at=at, place=place), by=by)


def undo_scan(scan: DeskScan, event: Event, *, by: By) -> None:
    """Take a scan back, as if nobody had seen it.

    Raises:
        NotAllowed
        ScanUndone
    """
    check_may(by, Permission.CHECK_IN, event)
    place = db.session.get(Assignment, scan.assignment_id) if scan.assignment_id else None
    if place is not None:
        hold_member(place.member_id)
        place = lock(place)
    scan = lock(scan)
    if scan.undone_at is not None:
        raise ScanUndone
    scan.undone_at, scan.undone_by_id = now(), by.id if by else None
    db.session.flush()
    if place is not None:
        settle(place, by=by)


def mark_missing(place: Assignment, how: Attendance, *, by: By) -> None:
    """Note that someone did not come, with or without an excuse; coming later undoes it.

    Raises:
        NotAllowed, NoPlaceToNote
        HasArrived
        NotBegun: a no-show is one from the shift's beginning on; an excuse may come before.
    """
    place = lock(place)
    check_may(by, Permission.CHECK_IN, place.shift.event)
    if not place.is_live:
        raise NoPlaceToNote(place.member.name)
    if place.arrived_at is not None:
        raise HasArrived(place.member.name)
    if how == Attendance.NO_SHOW and now() < place.shift.starts_at:
        raise NotBegun
    before = _read(place)
    place.attendance = how
    db.session.flush()
    _log("attendance.missing", place, before, by=by)


def unmark_missing(place: Assignment, *, by: By) -> None:
    """Expect someone again who was counted as missing.

    Raises:
        NotAllowed, NoPlaceToNote
    """
    place = lock(place)
    check_may(by, Permission.CHECK_IN, place.shift.event)
    if not place.is_live:
        raise NoPlaceToNote(place.member.name)
    if place.attendance in MISSING:
        before = _read(place)
        place.attendance = None
        db.session.flush()
        _log("attendance.missing", place, before, by=by)


def adopt_strays(event: Event, place: Assignment, *, by: By) -> None:
    """Count scans of who had no place then for the place the member has been given since."""
    for scan in list_strays(event, place.member):
        if place.shift.starts_at - WINDOW <= scan.at <= place.shift.ends_at + WINDOW:
            scan.assignment_id = place.id
    db.session.flush()
    settle(place, by=by)


def keep_what_was_set(place: Assignment) -> None:
    """Turn times of a locked place that came without scans (demo, import) into scans."""
    if place.arrived_at is None or has_scans(place):
        return
    event, member = place.shift.event, place.member
    times = ((ScanKind.ARRIVED, place.arrived_at), (ScanKind.LEFT, place.left_at))
    for kind, at in times:
        if at is not None:
            scan = Scan(key=f"set-{place.id}-{kind}", kind=kind, at=at, place=place)
            _insert(event, scan, place, member, by=None)


# --- Parts ----------------------------------------------------------------------------------


def _find_known(event: Event, key: str) -> DeskScan | None:
    known = find_scan(key)
    if known is not None and known.event_id != event.id:
        raise KeyElsewhere
    return known


def _insert(
    event: Event, scan: Scan, place: Assignment | None, member: Member | None, *, by: By
) -> int | None:
    """Add the scan unless its key is there; its number, or None."""
    from sqlalchemy.dialects import postgresql, sqlite  # The loaded one only.

    insert = sqlite.insert if is_sqlite() else postgresql.insert
    values = {
        "key": scan.key,
        "event_id": event.id,
        "assignment_id": place.id if place is not None else None,
        "member_id": member.id if member is not None else None,
        "kind": scan.kind,
        "at": scan.at,
        "drift_seconds": int(scan.drift.total_seconds()),
        "received_at": now(),
        "by_id": by.id if by is not None else None,
        "outcome": _tell(scan, place, member),
    }
    db.session.flush()
    statement = insert(_TABLE).on_conflict_do_nothing(index_elements=["key"]).returning(_TABLE.c.id)
    new_id: int | None = db.session.connection().scalar(statement, values)
    return new_id


def _tell(scan: Scan, place: Assignment | None, member: Member | None) -> Outcome:
    if member is None:
        return Outcome.UNKNOWN
    if place is None:
        return Outcome.NO_SHIFT
    here = follow(list_seen(place), ends_at=place.shift.ends_at)
    if scan.kind == ScanKind.ARRIVED:
        return Outcome.IN_ALREADY if here.is_there else Outcome.ARRIVED
    if here.arrived_at is None or scan.at < here.arrived_at:
        return Outcome.NOT_ARRIVED
    return Outcome.LEFT if here.is_there else Outcome.OUT_ALREADY


def _leave_elsewhere(scan: Scan, place: Assignment, member: Member, *, by: By) -> None:
    """Who is seen coming here has left where nobody saw it, so that no minute counts twice."""
    if scan.kind != ScanKind.ARRIVED:
        return
    for other in map(lock, list_elsewhere(member, place, scan.at)):
        away = Scan(key=f"{scan.key[:28]}-{other.id}", kind=ScanKind.LEFT, at=scan.at, place=other)
        if _insert(other.shift.event, away, other, member, by=by) is not None:
            settle(other, by=by)


def _read(place: Assignment) -> Mapping[str, Any]:
    return {
        "attendance": place.attendance,
        "arrived_at": place.arrived_at,
        "left_at": place.left_at,
        "minutes": place.minutes,
    }


def _log(action: str, place: Assignment, before: Mapping[str, Any], *, by: By) -> None:
    record(
        action,
        place,
        by=by,
        before=before,
        after=_read(place),
        scopes=place.shift.scopes,
        label=f"{code_words(place.member.code)} · {place.shift.title}",
    )
