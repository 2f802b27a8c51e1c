"""Leave a programme, or be taken out of it; hours and certificates stay."""

from flask_babel import gettext as _

from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.errors import BadValues
from gernas.core.permissions import Permission
from gernas.core.text import clean_text
from gernas.youth.errors import NotInProgramme
from gernas.youth.members.endings import Ending, Reason, end_all
from gernas.youth.members.telling import tell_removed
from gernas.youth.models import REASON_LENGTH, Enrolment
from gernas.youth.services.changing import By, check_may, hold_member, log_of_member


def leave_programme(enrolment: Enrolment) -> Enrolment:
    """Let a member go who wishes to; places in shifts to come are given back.

    Raises:
        MemberGone, NotInProgramme
    """
    return _end(enrolment, Reason.LEFT, None, by=None)


def remove_from_programme(enrolment: Enrolment, *, reason: str, by: By) -> Enrolment:
    """Take a member out, who reads the reason.

    Raises:
        NotAllowed, MemberGone, NotInProgramme
        BadValues: the reason is missing or too long.
    """
    reason = clean_text(reason, multiline=True)
    if not reason:
        raise BadValues({"reason": str(_("Write a reason; the member reads it."))})
    if len(reason) > REASON_LENGTH:
        raise BadValues({"reason": str(_("Write at most 500 signs."))})
    check_may(by, Permission.EDIT_YOUTH, enrolment.programme)
    enrolment = _end(enrolment, Reason.REMOVED, reason, by=by)
    tell_removed(enrolment.member, enrolment.programme, reason)
    return enrolment


def take_back(enrolment: Enrolment, *, by: By) -> Enrolment:
    """Let a member who was taken out be in again; places in shifts do not come back.

    Raises:
        NotAllowed, MemberGone
    """
    member = hold_member(enrolment.member)
    enrolment = lock(enrolment)
    check_may(by, Permission.EDIT_YOUTH, enrolment.programme)
    before = {"ended_at": enrolment.ended_at, "reason": enrolment.end_reason}
    enrolment.ended_at = enrolment.end_reason = None
    db.session.flush()
    scopes = enrolment.programme.scopes
    log_of_member("member.taken_back", member, before, {"ended_at": None}, by=by, scopes=scopes)
    return enrolment


def _end(enrolment: Enrolment, why: Reason, reason: str | None, *, by: By) -> Enrolment:
    member = hold_member(enrolment.member)
    enrolment = lock(enrolment)
    if enrolment.ended_at is not None:
        raise NotInProgramme
    ending = Ending(member, enrolment.programme_id, why, by)
    enrolment.ended_at, enrolment.end_reason = now(), reason or ending.words
    db.session.flush()
    action = "member.removed" if why == Reason.REMOVED else "member.left"
    after = {"ended_at": enrolment.ended_at, "reason": enrolment.end_reason}
    scopes = enrolment.programme.scopes
    log_of_member(action, member, {"ended_at": None}, after, by=by, scopes=scopes)
    end_all(ending)
    return enrolment
