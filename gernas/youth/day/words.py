"""How scans, attendance and hours are called at the desk and on pages of hours."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.core.wording import time_words
from gernas.youth.models import Assignment, Attendance, DeskScan, ScanKind
from gernas.youth.services.attendance import Outcome

ATTENDANCE_WORDS: Mapping[Attendance, Any] = {
    Attendance.PRESENT: _l("Present"),
    Attendance.LATE: _l("Late"),
    Attendance.LEFT_EARLY: _l("Left early"),
    Attendance.NO_SHOW: _l("Did not come"),
    Attendance.EXCUSED: _l("Excused"),
}
KIND_WORDS: Mapping[ScanKind, Any] = {
    ScanKind.ARRIVED: _l("Arrives"),
    ScanKind.LEFT: _l("Leaves"),
}
_TONES: Mapping[Attendance | None, str] = {
    Attendance.PRESENT: "good",
    Attendance.LATE: "wait",
    Attendance.LEFT_EARLY: "wait",
    Attendance.NO_SHOW: "bad",
    Attendance.EXCUSED: "info",
}


def attendance_tone(place: Assignment) -> str:
    return _TONES[Attendance(place.attendance)] if place.attendance else ""


def attendance_words(place: Assignment) -> str:
    """``Belum datang``, ``Datang 08.05``, ``Terlambat · datang 08.40, pulang 12.00``."""
    zone = place.shift.event.zone
    if place.arrived_at is None:
        if place.attendance:
            return str(ATTENDANCE_WORDS[Attendance(place.attendance)])
        return str(_("Not here yet"))
    came = time_words(place.arrived_at, zone)
    if place.left_at is None:
        times = _("came %(came)s", came=came)
    else:
        left = time_words(place.left_at, zone)
        times = _("came %(came)s, left %(left)s", came=came, left=left)
    if place.attendance in (Attendance.LATE, Attendance.LEFT_EARLY):
        return f"{ATTENDANCE_WORDS[Attendance(place.attendance)]} · {times}"
    return str(times)[:1].upper() + str(times)[1:]


def attendance_state(place: Assignment) -> str:
    """``Terlambat``; empty as long as nobody noted anything."""
    return str(ATTENDANCE_WORDS[Attendance(place.attendance)]) if place.attendance else ""


def scan_words(scan: DeskScan, name: str, zone: str) -> str:
    """What a scan turned out to be, in one sentence for who stands at the desk."""
    words = str(_SAYS[Outcome(scan.outcome)])
    return words % {"name": name, "at": time_words(scan.at, zone)}


def is_bad(scan: DeskScan) -> bool:
    """Whether someone has to look after it."""
    return Outcome(scan.outcome) in (Outcome.NOT_ARRIVED, Outcome.NO_SHIFT, Outcome.UNKNOWN)


_SAYS: Mapping[Outcome, Any] = {
    Outcome.ARRIVED: _l("%(name)s is here since %(at)s."),
    Outcome.LEFT: _l("%(name)s left at %(at)s."),
    Outcome.IN_ALREADY: _l("%(name)s was checked in before. Nothing is counted twice."),
    Outcome.OUT_ALREADY: _l("%(name)s was checked out before. The later time, %(at)s, counts."),
    Outcome.NOT_ARRIVED: _l(
        "%(name)s leaves, but nobody noted the arrival. Note when %(name)s came."
    ),
    Outcome.NO_SHIFT: _l("%(name)s has no shift here around %(at)s. The time is kept."),
    Outcome.UNKNOWN: _l("No member of this programme has this code."),
}
