"""Questions about programmes and members; they write nothing."""

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from gernas.accounts.models import User
from gernas.campaigns.models import Campaign, Stop
from gernas.core.database import db
from gernas.youth.codes import hash_token, read_code
from gernas.youth.models import Enrolment, Member, YouthProgramme

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


def _members() -> Select[Member]:
    programmes = selectinload(Member.enrolments).joinedload(Enrolment.programme).options(_STOP)
    return select(Member).options(joinedload(Member.organisation), programmes)


def find_member(code: str) -> Member | None:
    """A member by the code of the QR, with what their scopes need; erased ones too."""
    return db.session.scalar(_members().where(Member.code == code))


def find_member_by_token(token: str) -> Member | None:
    """The member a link is for, unless it ended."""
    if not 10 <= len(token) <= 100:
        return None
    members = _members().where(Member.token_hash == hash_token(token), Member.erased_at.is_(None))
    return db.session.scalar(members)


def find_own_member(user: User) -> Member | None:
    """The signed-in person as a member, if they are one."""
    members = _members().where(Member.user_id == user.id, Member.erased_at.is_(None))
    return db.session.scalar(members)


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
