"""Correct what is known of a member, and the coordinators' own note."""

from flask_babel import gettext as _

from gernas.core.clock import today_in
from gernas.core.database import db, lock
from gernas.core.errors import BadValues
from gernas.core.permissions import Permission
from gernas.core.text import clean_text
from gernas.youth.codes import MEMBER, make_token
from gernas.youth.members.ages import age_on
from gernas.youth.members.values import MemberValues
from gernas.youth.models import NOTE_LENGTH, Enrolment, Member, YouthOrganisation
from gernas.youth.services.changing import (
    By,
    check_may,
    finish_member,
    hold_member,
    log_of_member,
)
from gernas.youth.services.joining import write_member

OLDEST_AT_ALL = 110


def edit_member(
    member: Member,
    values: MemberValues,
    *,
    organisation: YouthOrganisation | None,
    by: By,
    is_own: bool = False,
) -> Member:
    """Change what is known of a member: they themselves, or who may on their behalf.

    Places that are held stay; whether the age still fits is looked at when the next one is taken.

    Raises:
        NotAllowed, MemberGone, BadValues
    """
    values = values.checked()
    member = hold_member(member)
    if not is_own:
        check_may(by, Permission.ADD_YOUTH, member)
    _refuse_odd_birth_date(values)
    before = vars(MemberValues.of(member)) | {"organisation": member.organisation_id}
    write_member(member, values)
    member.organisation_id = organisation.id if organisation is not None else None
    after = vars(values) | {"organisation": member.organisation_id}
    if before == after:
        return member
    scopes = member.scopes
    finish_member("member.edited", member, before, after, by=by, scopes=scopes)
    db.session.expire(member, ["organisation"])
    return member


def note_about(enrolment: Enrolment, note: str, *, by: By) -> Enrolment:
    """Keep what coordinators want to remember among themselves.

    Raises:
        NotAllowed, MemberGone, BadValues
    """
    note = clean_text(note, multiline=True)
    if len(note) > NOTE_LENGTH:
        raise BadValues({"note": str(_("Write at most 500 signs."))})
    member = hold_member(enrolment.member)
    enrolment = lock(enrolment)
    check_may(by, Permission.EDIT_YOUTH, enrolment.programme)
    before = {"note": enrolment.note}
    enrolment.note = note or None
    db.session.flush()
    scopes = enrolment.programme.scopes
    log_of_member("member.noted", member, before, {"note": enrolment.note}, by=by, scopes=scopes)
    return enrolment


def renew_link(member: Member, *, by: By) -> Member:
    """End all links of a member and make a new one, when an old one got into wrong hands.

    Raises:
        NotAllowed, MemberGone
    """
    member = hold_member(member)
    check_may(by, Permission.EDIT_YOUTH, member)
    member.token_number += 1
    member.token_hash = make_token(MEMBER, member.code, member.token_number)[1]
    finish_member("member.link_renewed", member, {}, {}, by=by, scopes=member.scopes)
    return member


def _refuse_odd_birth_date(values: MemberValues) -> None:
    today = today_in("Asia/Jakarta")
    born = values.birth_date
    if born is not None and (born > today or age_on(born, today) >= OLDEST_AT_ALL):
        raise BadValues({"birth_date": str(_("Look at the year of birth again."))})
