"""What members agree to, with wording and means; withdrawn ones stay as proof."""

from collections.abc import Collection

from sqlalchemy import select

from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.permissions import Permission
from gernas.youth.members.endings import Ending, Reason, end_all
from gernas.youth.models import Member, YouthConsent, YouthConsentPurpose, YouthProgramme
from gernas.youth.services.changing import By, check_may, hold_member, log_of_member
from gernas.youth.wordings import WORDINGS

P = YouthConsentPurpose
OPTIONAL = (P.SHOW_NAME, P.LEADERBOARD, P.PICTURES)


def list_consents(member: Member) -> list[YouthConsent]:
    """All of a member's, the newest first."""
    rows = select(YouthConsent).where(YouthConsent.member_id == member.id)
    return list(db.session.scalars(rows.order_by(YouthConsent.id.desc())))


def find_live(member_id: int, purpose: YouthConsentPurpose) -> list[YouthConsent]:
    return list(
        db.session.scalars(
            select(YouthConsent).where(
                YouthConsent.member_id == member_id,
                YouthConsent.purpose == purpose,
                YouthConsent.withdrawn_at.is_(None),
            )
        )
    )


def note_consents(
    member: Member,
    purposes: Collection[YouthConsentPurpose],
    *,
    language: str,
    means: str,
    by: By,
    programme: YouthProgramme | None = None,
) -> None:
    """Write down what a member agrees to in the present wording; what is given stays as it is.

    With a programme that has terms, those are agreed to as well.
    """
    wanted = [(purpose, WORDINGS[purpose].version) for purpose in P if purpose in purposes]
    if programme is not None and programme.terms and P.TAKE_PART in purposes:
        wanted.append((P.TAKE_PART, f"terms-{programme.id}-{programme.terms_version}"))
    known = {
        (one.purpose, one.wording_version)
        for purpose in {purpose for purpose, _version in wanted}
        for one in find_live(member.id, purpose)
    }
    for purpose, version in wanted:
        if (purpose, version) in known:
            continue
        db.session.add(
            YouthConsent(
                member_id=member.id,
                purpose=purpose,
                wording_version=version,
                language=language,
                means=means,
                given_at=now(),
                by_id=by.id if by else None,
            )
        )
    db.session.flush()


def give_consent(
    member: Member, purpose: YouthConsentPurpose, *, language: str, means: str = "web", by: By
) -> None:
    """Agree to one purpose; a coordinator notes it for who signed a paper or said so.

    Raises:
        NotAllowed, MemberGone
    """
    member = hold_member(member)
    if means != "web":
        check_may(by, Permission.ADD_YOUTH, member)
    note_consents(member, [purpose], language=language, means=means, by=by)
    log_of_member("member.consent_given", member, {}, {"consent": str(purpose)}, by=by)


def withdraw_consent(member: Member, purpose: YouthConsentPurpose, *, by: By) -> None:
    """Take an agreement back; without the one to take part, all that is to come ends.

    Raises:
        MemberGone
    """
    member = hold_member(member)
    live = find_live(member.id, purpose)
    if not live:
        return
    moment = now()
    for consent in live:
        consent.withdrawn_at = moment
    db.session.flush()
    log_of_member("member.consent_withdrawn", member, {"consent": str(purpose)}, {}, by=by)
    if purpose == P.TAKE_PART:
        ending = Ending(member, None, Reason.CONSENT, by)
        for enrolment in member.enrolments:
            if enrolment.ended_at is None:
                enrolment.ended_at, enrolment.end_reason = moment, ending.words
        db.session.flush()
        end_all(ending)
