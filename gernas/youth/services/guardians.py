"""A guardian's yes or no for a member under 18: asked, answered, on paper, checked by a call.

Opening a link changes nothing; it may be opened as often as one likes, also after the answer.
"""

from flask_babel import gettext as _

from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.errors import BadValues
from gernas.core.permissions import Permission
from gernas.core.text import clean_text
from gernas.youth.codes import GUARDIAN, make_token
from gernas.youth.errors import AnsweredAlready, NobodyAsked, NotAgreedYet
from gernas.youth.members.endings import Ending, Reason, end_all
from gernas.youth.members.telling import tell_guardian, tell_guardian_answer
from gernas.youth.members.values import GuardianValues
from gernas.youth.models import NOTE_LENGTH, GuardianAnswer, GuardianConsent, Member
from gernas.youth.queries import list_live_enrolments
from gernas.youth.services.changing import By, Values, check_may, hold_member, log_of_member
from gernas.youth.wordings import GUARDIAN_VERSION

A = GuardianAnswer


def find_guardian(member: Member) -> GuardianConsent | None:
    """The consent that holds, or is asked for, now."""
    return next((one for one in member.guardians if one.ended_at is None), None)


def ask_guardian(member: Member, values: GuardianValues, *, by: By) -> GuardianConsent:
    """Name the guardian and make the link for them; a mail goes out if there is an address.

    Naming the same person again changes nothing; naming another ends what was before, and with it
    places on days on which the member is a minor.

    Raises:
        MemberGone, BadValues
    """
    values = values.checked()
    member = hold_member(member)
    if values.phone is not None and values.phone == member.phone:
        raise BadValues({"phone": str(_("Give the number of your parent, not your own."))})
    present = find_guardian(member)
    if present is not None and GuardianValues.of(present) == values:
        return present
    counted = present is not None and present.counts
    _end(present)
    moment = now()
    consent = GuardianConsent(member_id=member.id, asked_at=moment, **vars(values))
    name = f"{member.code}:{moment.isoformat()}"
    consent.token_hash = make_token(GUARDIAN, name)[1]
    db.session.add(consent)
    db.session.flush()
    db.session.expire(member, ["guardians"])
    log_of_member("member.guardian_asked", member, {}, _names(consent), by=by)
    if counted:
        end_all(Ending(member, None, Reason.GUARDIAN, by))
    _tell_asked(consent)
    return consent


def answer_as_guardian(
    consent: GuardianConsent, answer: GuardianAnswer, *, language: str
) -> GuardianConsent:
    """What the guardian says by the link: yes, no, or a yes taken back.

    The same answer again changes nothing. A new yes has to be checked by a call again.

    Raises:
        MemberGone
        AnsweredAlready: another guardian was asked since, or nothing was given to take back.
    """
    member = hold_member(consent.member)
    consent = lock(consent)
    if consent.ended_at is not None:
        raise AnsweredAlready
    if consent.answer == answer:
        return consent
    if answer == A.WITHDRAWN and consent.answer != A.GIVEN:
        raise AnsweredAlready
    return _answer(member, consent, answer, means="link", language=language, by=None)


def note_paper(member: Member, values: GuardianValues, *, paper: str, by: By) -> GuardianConsent:
    """Keep the photo of a signed form (a stored document's name); the call is still to be made.

    Raises:
        NotAllowed, MemberGone, BadValues
    """
    values = values.checked()
    member = hold_member(member)
    check_may(by, Permission.ADD_YOUTH, member)
    present = find_guardian(member)
    if present is None or GuardianValues.of(present) != values:
        present = ask_guardian(member, values, by=by)
    present = lock(present)
    present.paper = paper
    return _answer(member, present, A.GIVEN, means="paper", language="id", by=by)


def note_call(member: Member, *, note: str, by: By) -> GuardianConsent:
    """Record that the coordinator called the guardian, who confirmed; from now on it counts.

    Raises:
        NotAllowed, MemberGone, NobodyAsked, NotAgreedYet, BadValues
    """
    member = hold_member(member)
    check_may(by, Permission.EDIT_YOUTH, member)
    consent = find_guardian(member)
    if consent is None:
        raise NobodyAsked
    consent = lock(consent)
    if consent.answer != A.GIVEN:
        raise NotAgreedYet
    note = clean_text(note, multiline=True)
    if len(note) > NOTE_LENGTH:
        raise BadValues({"note": str(_("Write at most 500 signs."))})
    if consent.checked_at is not None:
        return consent
    consent.checked_at, consent.check_note = now(), note or None
    consent.checked_by_id = by.id if by else None
    db.session.flush()
    after = {"guardian_name": consent.guardian_name, "checked_at": consent.checked_at}
    log_of_member("member.guardian_called", member, {}, after | {"check_note": note}, by=by)
    return consent


def undo_call(member: Member, *, by: By) -> GuardianConsent:
    """Take back that the guardian was called; places taken since stay until someone looks.

    Raises:
        NotAllowed, MemberGone, NobodyAsked
    """
    member = hold_member(member)
    check_may(by, Permission.EDIT_YOUTH, member)
    consent = find_guardian(member)
    if consent is None:
        raise NobodyAsked
    consent = lock(consent)
    before = {"checked_at": consent.checked_at}
    consent.checked_at = consent.checked_by_id = consent.check_note = None
    db.session.flush()
    log_of_member("member.guardian_call_undone", member, before, {"checked_at": None}, by=by)
    return consent


def note_refusal_by_call(member: Member, *, note: str, by: By) -> GuardianConsent:
    """Record that the guardian said no when the coordinator called, whatever the link said.

    Raises:
        NotAllowed, MemberGone, NobodyAsked
    """
    member = hold_member(member)
    check_may(by, Permission.EDIT_YOUTH, member)
    consent = find_guardian(member)
    if consent is None:
        raise NobodyAsked
    consent = lock(consent)
    consent.check_note = clean_text(note, multiline=True)[:NOTE_LENGTH] or None
    return _answer(member, consent, A.REFUSED, means="spoken", language="id", by=by)


def _answer(
    member: Member,
    consent: GuardianConsent,
    answer: GuardianAnswer,
    *,
    means: str,
    language: str,
    by: By,
) -> GuardianConsent:
    before: Values = {"answer": consent.answer}
    consent.answer, consent.answered_at = answer, now()
    consent.means, consent.language = means, language
    consent.wording_version = GUARDIAN_VERSION
    consent.checked_at = consent.checked_by_id = None
    if means != "spoken":
        consent.check_note = None
    db.session.flush()
    after = _names(consent) | {"answer": answer, "means": means}
    log_of_member("member.guardian_answered", member, before, after, by=by)
    if answer != A.GIVEN:
        end_all(Ending(member, None, Reason.GUARDIAN, by))
    if live := list_live_enrolments(member):
        tell_guardian_answer(consent, live[0].programme)
    return consent


def _tell_asked(consent: GuardianConsent) -> None:
    if live := list_live_enrolments(consent.member):
        tell_guardian(consent, live[0].programme)


def _end(consent: GuardianConsent | None) -> None:
    if consent is not None:
        consent.ended_at = now()
        db.session.flush()


def _names(consent: GuardianConsent) -> Values:
    return {"guardian_name": consent.guardian_name, "relation": consent.relation}
