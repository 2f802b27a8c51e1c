"""How the log of changes calls what happens to shifts."""

from collections.abc import Collection, Mapping

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.audit.words import register_action, register_field, register_subject
from gernas.campaigns.models import Stop
from gernas.core.database import db
from gernas.youth.models import Shift, YouthProgramme
from gernas.youth.shifts.words import KIND_WORDS

ACTIONS = {
    "shift.added": _l("Added the shift"),
    "shift.edited": _l("Edited the shift"),
    "shift.published": _l("Opened the shift to members"),
    "shift.withdrawn": _l("Hid the shift from members"),
    "shift.cancelled": _l("Cancelled the shift"),
    "shift.removed": _l("Deleted the shift"),
    "shift.put_in": _l("Put a member into the shift"),
    "shift.taken_off": _l("Took a member off the shift"),
    "shift.swapped": _l("Members swapped places in the shift"),
}
FIELDS = {
    "title": _l("Name"),
    "title_en": _l("Name in English"),
    "event": _l("Event"),
    "when": _l("When"),
    "place": _l("Where to come"),
    "leave_until": _l("May be left until"),
    "note": _l("What to bring"),
    "wanted": _l("People wanted"),
    "cancel_reason": _l("Reason"),
    "reason": _l("Reason"),
    "people": _l("People who were on it"),
    "member": _l("Member"),
    "former": _l("Member before"),
    "role": _l("Role"),
    "waits": _l("On the waiting list"),
}


def register_shift_words() -> None:
    for action, text in ACTIONS.items():
        register_action(action, text)
    for name, text in FIELDS.items():
        register_field("youth_shift", name, text)
    kinds = {str(kind): words for kind, words in KIND_WORDS.items()}
    register_field("youth_shift", "kind", _l("Kind of work"), values=kinds)
    register_subject("youth_shift", name=_l("Shift"), urls=_shift_urls)


def _shift_urls(ids: Collection[int]) -> Mapping[int, str]:
    programme = joinedload(Shift.programme, innerjoin=True)
    rows = (
        select(Shift)
        .where(Shift.id.in_(ids))
        .options(
            programme.joinedload(YouthProgramme.stop, innerjoin=True).joinedload(
                Stop.campaign, innerjoin=True
            )
        )
    )
    return {
        shift.id: url_for("youth.shift", stop=shift.programme.stop, shift_id=shift.id)
        for shift in db.session.scalars(rows)
    }
