"""How the log of changes calls what happens at the desk, to hours, and to suggestions."""

from collections.abc import Collection, Mapping

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.audit.words import register_action, register_field, register_subject
from gernas.campaigns.models import Stop
from gernas.core.database import db
from gernas.youth.day.words import ATTENDANCE_WORDS
from gernas.youth.models import Assignment, Shift, ShiftSuggestion, YouthProgramme

ACTIONS = {
    "attendance.noted": _l("Noted at the desk when a member came or left"),
    "attendance.missing": _l("Noted who did not come"),
    "attendance.stood_in": _l("Put a member into a shift at the desk"),
    "hours.corrected": _l("Corrected hours"),
    "hours.restored": _l("Let the measured hours count again"),
    "suggestion.asked": _l("Had a suggestion for shifts worked out"),
    "suggestion.accepted": _l("Accepted a suggestion for shifts"),
    "suggestion.undone": _l("Took an accepted suggestion for shifts back"),
    "suggestion.discarded": _l("Discarded a suggestion for shifts"),
}
FIELDS = {
    "youth_assignment": {
        "arrived_at": _l("Came"),
        "left_at": _l("Left"),
        "minutes": _l("Minutes, measured"),
        "corrected_minutes": _l("Minutes, corrected"),
        "reason": _l("Reason"),
        "role": _l("Role"),
        "member": _l("Member"),
        "instead_of": _l("Instead of"),
    },
    "shift_suggestion": {
        "event": _l("Event"),
        "seconds": _l("Seconds for looking"),
        "given": _l("Places given"),
        "left_out": _l("Left out"),
    },
}
_STOP = joinedload(YouthProgramme.stop, innerjoin=True).joinedload(Stop.campaign, innerjoin=True)


def register_day_words() -> None:
    """Name what happens at the desk, to hours, and to suggestions, and say where it is shown."""
    for action, text in ACTIONS.items():
        register_action(action, text)
    for subject, names in FIELDS.items():
        for name, text in names.items():
            register_field(subject, name, text)
    words = {str(one): text for one, text in ATTENDANCE_WORDS.items()}
    register_field("youth_assignment", "attendance", _l("Attendance"), values=words)
    register_subject("youth_assignment", name=_l("Place in a shift"), urls=_place_urls)
    register_subject("shift_suggestion", name=_l("Suggestion for shifts"), urls=_suggestion_urls)


def _place_urls(ids: Collection[int]) -> Mapping[int, str]:
    rows = (
        select(Assignment)
        .where(Assignment.id.in_(ids))
        .options(
            joinedload(Assignment.member),
            joinedload(Assignment.shift).joinedload(Shift.programme).options(_STOP),
        )
    )
    return {
        one.id: url_for("youth.member_hours", stop=one.shift.programme.stop, member=one.member.code)
        for one in db.session.scalars(rows)
    }


def _suggestion_urls(ids: Collection[int]) -> Mapping[int, str]:
    rows = (
        select(ShiftSuggestion)
        .where(ShiftSuggestion.id.in_(ids))
        .options(joinedload(ShiftSuggestion.programme).options(_STOP))
    )
    return {
        one.id: url_for("youth.suggestions", stop=one.programme.stop)
        for one in db.session.scalars(rows)
    }
