"""Questions about programmes and members; they write nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload

from gernas.accounts.models import User
from gernas.campaigns.models import Campaign, Stop
from gernas.core.database import db
from gernas.youth.codes import hash_token, read_code
from gernas.youth.members.ages import years_before
from gernas.youth.models import (
    ADULT_AGE,
    Enrolment,
    GuardianAnswer,
    GuardianConsent,
    Member,
    RoleApproval,
    YouthProgramme,
    YouthRole,
)

_STOP = joinedload(YouthProgramme.stop, innerjoin=True).joinedload(Stop.campaign, innerjoin=True)


def find_programme(stop: Stop) -> YouthProgramme | None:
    """The programme of a stop, if it has begun one."""
    return db.session.scalar(
        select(YouthProgramme).where(YouthProgramme.stop_id == stop.id).options(_STOP)
    )


def select_public_programmes() -> Select[YouthProgramme]:
    """Those that everyone sees: published, of a stop and campaign that are so too."""
    return (
        select(YouthProgramme)
        .join(YouthProgramme.stop)
        .join(Stop.campaign)
        .where(
            YouthProgramme.published_at.is_not(None),
            Stop.archived_at.is_(None),
            Campaign.archived_at.is_(None),
            Campaign.published_at.is_not(None),
        )
        .options(contains_eager(YouthProgramme.stop).contains_eager(Stop.campaign))
    )


def list_public_programmes() -> list[YouthProgramme]:
    """Published programmes, the newest campaign first, then by stop."""
    order = (Campaign.starts_on.desc(), Stop.slug)
    return list(db.session.scalars(select_public_programmes().order_by(*order)))


def find_public_programme(slug: str) -> YouthProgramme | None:
    return db.session.scalar(select_public_programmes().where(YouthProgramme.slug == slug))


def find_by_desk_code(typed: str) -> YouthProgramme | None:
    """The published programme of the QR at a desk, however its code was typed."""
    code = read_code(typed)
    if code is None:
        return None
    return db.session.scalar(select_public_programmes().where(YouthProgramme.desk_code == code))


@cache
def _select_member(column: InstrumentedAttribute[Any]) -> Select[Member]:
    """By a column, with what their scopes need; put together once, since each page asks it first.

    One question: enrolments are few, and a second one for them takes longer than their repetition.
    """
    programmes = joinedload(Member.enrolments).joinedload(Enrolment.programme, innerjoin=True)
    return (
        select(Member)
        .where(column == bindparam("wanted"))
        .options(joinedload(Member.organisation), programmes.options(_STOP))
    )


def _find_member(column: InstrumentedAttribute[Any], wanted: object) -> Member | None:
    rows = db.session.scalars(_select_member(column), {"wanted": wanted})
    return rows.unique().one_or_none()


def find_member(code: str) -> Member | None:
    """A member by the code of the QR, with what their scopes need; erased ones too."""
    return _find_member(Member.code, code)


def find_member_by_token(token: str) -> Member | None:
    """The member a link is for, unless it ended."""
    if not 10 <= len(token) <= 100:
        return None
    member = _find_member(Member.token_hash, hash_token(token))
    return member if member is not None and member.erased_at is None else None


def find_guardian_by_token(token: str) -> GuardianConsent | None:
    """The consent a guardian's link is for, also one that was asked anew since."""
    if not 10 <= len(token) <= 100:
        return None
    return db.session.scalar(
        select(GuardianConsent)
        .join(GuardianConsent.member)
        .where(GuardianConsent.token_hash == hash_token(token), Member.erased_at.is_(None))
    )


def find_own_member(user: User) -> Member | None:
    """The signed-in person as a member, if they are one."""
    member = _find_member(Member.user_id, user.id)
    return member if member is not None and member.erased_at is None else None


def find_enrolment(programme_id: int, member_id: int) -> Enrolment | None:
    """A member's part in a programme, ended or not."""
    return db.session.scalar(
        select(Enrolment).where(
            Enrolment.programme_id == programme_id, Enrolment.member_id == member_id
        )
    )


def list_live_enrolments(member: Member) -> list[Enrolment]:
    """The parts a member has now, the newest first."""
    return sorted((e for e in member.enrolments if e.is_live), key=lambda e: -e.id)


def name_members(ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(select(Member.id, Member.name).where(Member.id.in_(ids)))
    return {row.id: row.name for row in rows}


def list_approvals(programme: YouthProgramme, member: Member) -> dict[int, RoleApproval]:
    """What was asked and answered about roles that need a word, by the role's id."""
    rows = db.session.scalars(
        select(RoleApproval)
        .join(YouthRole, YouthRole.id == RoleApproval.role_id)
        .where(RoleApproval.member_id == member.id, YouthRole.programme_id == programme.id)
    )
    return {row.role_id: row for row in rows}


def count_waiting(programme: YouthProgramme, today: date) -> "Waiting":
    """What waits for the coordinator."""
    live = (
        select(func.count(Enrolment.id))
        .join(Enrolment.member)
        .where(
            Enrolment.programme_id == programme.id,
            Enrolment.ended_at.is_(None),
            Member.erased_at.is_(None),
        )
    )
    minors = live.where(Member.birth_date > years_before(today, ADULT_AGE))
    guardian = and_(GuardianConsent.member_id == Member.id, GuardianConsent.ended_at.is_(None))
    given = GuardianConsent.answer == GuardianAnswer.GIVEN
    to_call = select(GuardianConsent.id).where(
        guardian, given, GuardianConsent.checked_at.is_(None)
    )
    agreed = select(GuardianConsent.id).where(guardian, given)
    asked = (
        select(func.count())
        .select_from(RoleApproval)
        .join(YouthRole, YouthRole.id == RoleApproval.role_id)
        .where(
            YouthRole.programme_id == programme.id,
            RoleApproval.approved_at.is_(None),
            RoleApproval.refused_at.is_(None),
        )
    )
    return Waiting(
        members=db.session.scalar(live) or 0,
        minors=db.session.scalar(minors) or 0,
        to_call=db.session.scalar(minors.where(to_call.exists())) or 0,
        without_guardian=db.session.scalar(minors.where(~agreed.exists())) or 0,
        asked_roles=db.session.scalar(asked) or 0,
    )


@dataclass(frozen=True)
class Waiting:
    """Members of a programme now, and what of them waits for the coordinator."""

    members: int
    minors: int
    to_call: int  # guardians who agreed
    without_guardian: int  # minors whose guardian has not agreed
    asked_roles: int


def list_asked_roles(programme: YouthProgramme) -> list[tuple[Member, YouthRole]]:
    """Who waits for a word about which role, the longest first."""
    rows = db.session.execute(
        select(Member, YouthRole)
        .join(RoleApproval, RoleApproval.member_id == Member.id)
        .join(YouthRole, YouthRole.id == RoleApproval.role_id)
        .where(
            YouthRole.programme_id == programme.id,
            RoleApproval.approved_at.is_(None),
            RoleApproval.refused_at.is_(None),
            Member.erased_at.is_(None),
        )
        .order_by(RoleApproval.asked_at)
        .limit(50)
    )
    return [(row[0], row[1]) for row in rows]
