"""Forget a member (UU 27/2022, 8): names, numbers and papers go, what is counted stays.

Hours, certificates and reports stand for others as well; they lose the name and keep the year of
birth, the province and the codes.
"""

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, func, select, update

from gernas.accounts.models import User
from gernas.audit.services import erase_personal_values
from gernas.businesses.documents import drop_document
from gernas.core.clock import now
from gernas.core.database import after_commit, db
from gernas.core.permissions import Permission
from gernas.messages.services import cancel_message, erase_messages_to
from gernas.youth.codes import MEMBER, make_token
from gernas.youth.members.endings import Ending, Reason, end_all, forget_all
from gernas.youth.members.telling import guardian_key
from gernas.youth.models import (
    Assignment,
    Enrolment,
    GuardianConsent,
    Member,
    RoleApproval,
    YouthConsent,
)
from gernas.youth.queries import find_own_member, list_live_enrolments
from gernas.youth.services.changing import By, check_may, hold_member, log_of_member
from gernas.youth.words import programme_title

GONE = "–"  # where a text has to stand


def forget_member(member: Member, *, by: By, is_own: bool = False) -> Member:
    """Erase all that is personal of a member; places to come end first.

    Raises:
        NotAllowed, MemberGone
    """
    member = hold_member(member)
    if not is_own:
        check_may(by, Permission.EDIT_YOUTH, member)
    scopes = member.scopes
    end_all(Ending(member, None, Reason.ERASED, by))
    moment = now()
    for enrolment in member.enrolments:
        if enrolment.ended_at is None:
            enrolment.ended_at, enrolment.end_reason = moment, str(_("Data erased"))
    db.session.flush()
    forget_all(member)
    _erase_rows(member)
    if member.email is not None:
        erase_messages_to(member.email)
    for consent in member.guardians:
        cancel_message(guardian_key(consent))
    _erase_guardians(member)
    _erase_columns(member)
    log_of_member("member.erased", member, {}, {}, by=by, scopes=scopes)
    erase_personal_values("youth_member", [member.id])
    return member


def forget_person(user: User) -> None:
    """Forget what a person is as a member, when the account is erased."""
    member = find_own_member(user)
    if member is not None:
        forget_member(member, by=None, is_own=True)


def explain_forgetting(user: User) -> list[str]:
    """What will happen to being a member."""
    member = find_own_member(user)
    return explain(member) if member is not None else []


def explain(member: Member) -> list[str]:
    """What erasing a member does, one sentence each."""
    lines = [
        str(_("%(title)s: you are no longer in it.", title=programme_title(one.programme)))
        for one in list_live_enrolments(member)
    ]
    coming = select(func.count(Assignment.id)).where(
        Assignment.member_id == member.id,
        Assignment.ended_at.is_(None),
        Assignment.arrived_at.is_(None),
    )
    if count := db.session.scalar(coming) or 0:
        lines.append(
            ngettext(
                "%(num)d place in a shift is given back.",
                "%(num)d places in shifts are given back.",
                count,
            )
        )
    lines.append(
        str(_("Your name, numbers and birth date, and what is kept of your guardian, go."))
    )
    lines.append(
        str(_("Hours, tasks and certificates stay without your name; a certificate shows none."))
    )
    return lines


def _erase_rows(member: Member) -> None:
    """What hangs on the member and says something about them."""
    db.session.execute(delete(RoleApproval).where(RoleApproval.member_id == member.id))
    notes = update(Enrolment).where(Enrolment.member_id == member.id)
    db.session.execute(notes.values(note=None, group_name=None, wishes={}, idempotency_key=None))
    live = YouthConsent.withdrawn_at.is_(None)
    consents = update(YouthConsent).where(YouthConsent.member_id == member.id, live)
    db.session.execute(consents.values(withdrawn_at=now()))


def _erase_guardians(member: Member) -> None:
    papers = [one.paper for one in member.guardians if one.paper]
    db.session.execute(delete(GuardianConsent).where(GuardianConsent.member_id == member.id))
    db.session.expire(member, ["guardians"])
    for paper in papers:  # once it is sure that the row is gone
        after_commit(lambda name=paper: drop_document(name))  # type: ignore[misc]


def _erase_columns(member: Member) -> None:
    member.name, member.city, member.search = GONE, GONE, ""
    member.birth_date = member.birth_date.replace(month=1, day=1)  # the year is counted
    for name in (
        "user_id",
        "phone",
        "email",
        "student_number",
        "languages",
        "shirt_size",
        "emergency_name",
        "emergency_phone",
    ):
        setattr(member, name, None)
    member.skills = []
    member.token_number += 1
    member.token_hash = make_token(MEMBER, member.code, member.token_number)[1]
    member.erased_at = member.updated_at = now()
    member.version += 1
    db.session.flush()
