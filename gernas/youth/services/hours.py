"""Hours that a coordinator corrects, with a reason that the member reads."""

import re

from gernas.audit.services import record
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.permissions import Permission
from gernas.core.text import clean_text
from gernas.events.services.changing import By, check_may
from gernas.registrations.codes import code_words
from gernas.youth.day.errors import (
    BadMinutes,
    NothingCorrected,
    NotOver,
    ReasonMissing,
    ReasonTooLong,
)
from gernas.youth.day.presence import MOST_MINUTES
from gernas.youth.day.queries import MISSING
from gernas.youth.models import REASON_LENGTH, Assignment, Attendance
from gernas.youth.services.attendance import keep_what_was_set, settle

_HOURS = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?")


def read_minutes(typed: str) -> int:
    """``4:30``, ``4.30`` or ``4`` as minutes.

    Raises:
        BadMinutes
    """
    found = _HOURS.fullmatch(typed.strip())
    if found is None or int(found[2] or 0) > 59:
        raise BadMinutes
    minutes = int(found[1]) * 60 + int(found[2] or 0)
    if minutes > MOST_MINUTES:
        raise BadMinutes
    return minutes


def correct_minutes(place: Assignment, minutes: int, reason: str, *, by: By) -> Assignment:
    """Let other minutes count than were measured; what was measured stays beside them.

    Raises:
        NotAllowed
        NotOver: the shift has not begun.
        BadMinutes, ReasonMissing, ReasonTooLong
    """
    place = lock(place)
    check_may(by, Permission.EDIT_YOUTH, place.shift)
    if now() < place.shift.starts_at:
        raise NotOver
    if not 0 <= minutes <= MOST_MINUTES:
        raise BadMinutes
    reason = clean_text(reason)
    if not reason:
        raise ReasonMissing
    if len(reason) > REASON_LENGTH:
        raise ReasonTooLong(REASON_LENGTH)
    before = _read(place)
    place.corrected_minutes, place.correct_reason = minutes, reason
    place.corrected_at, place.corrected_by_id = now(), by.id if by is not None else None
    if minutes and (place.attendance is None or place.attendance in MISSING):
        place.attendance = Attendance.PRESENT  # nobody saw it, but the coordinator says so
    db.session.flush()
    _log("hours.corrected", place, before, by=by)
    return place


def drop_correction(place: Assignment, *, by: By) -> Assignment:
    """Let what was measured count again.

    Raises:
        NotAllowed
        NothingCorrected
    """
    place = lock(place)
    check_may(by, Permission.EDIT_YOUTH, place.shift)
    if place.corrected_minutes is None:
        raise NothingCorrected
    before = _read(place)
    place.corrected_minutes = place.correct_reason = None
    place.corrected_at = place.corrected_by_id = None
    keep_what_was_set(place)
    settle(place, by=by)
    _log("hours.restored", place, before, by=by)
    return place


def _read(place: Assignment) -> dict[str, object]:
    return {
        "corrected_minutes": place.corrected_minutes,
        "reason": place.correct_reason,
        "attendance": place.attendance,
    }


def _log(action: str, place: Assignment, before: dict[str, object], *, by: By) -> None:
    record(
        action,
        place,
        by=by,
        before=before,
        after=_read(place),
        scopes=place.shift.scopes,
        personal=frozenset({"reason"}),
        label=f"{code_words(place.member.code)} · {place.shift.title}",
    )
