"""Questions about organisations; they write nothing."""

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from gernas.campaigns.models import Campaign, Stop
from gernas.core.database import db
from gernas.core.permissions import ALL, Holder, Permission, scopes_with
from gernas.youth.codes import read_code
from gernas.youth.models import Enrolment, Member, YouthOrganisation, YouthProgramme


def find_by_join_code(typed: str) -> YouthOrganisation | None:
    """The organisation of a link, however its code was typed; archived ones have none."""
    code = read_code(typed[:20])
    if code is None:
        return None
    return db.session.scalar(
        select(YouthOrganisation).where(
            YouthOrganisation.join_code == code, YouthOrganisation.archived_at.is_(None)
        )
    )


def list_organisations_of(stop_id: int, *, archived: bool = False) -> list[YouthOrganisation]:
    """Those a stop took in, by name."""
    away = YouthOrganisation.archived_at
    return list(
        db.session.scalars(
            select(YouthOrganisation)
            .where(
                YouthOrganisation.stop_id == stop_id,
                away.is_not(None) if archived else away.is_(None),
            )
            .order_by(YouthOrganisation.name_key, YouthOrganisation.id)
            .options(joinedload(YouthOrganisation.stop).joinedload(Stop.campaign))
        )
    )


def list_organisations_in(programme: YouthProgramme) -> list[tuple[int, str]]:
    """Id and name of those that have members in a programme or were taken in by its stop."""
    joined = (
        select(Member.organisation_id)
        .join(Enrolment, Enrolment.member_id == Member.id)
        .where(Enrolment.programme_id == programme.id, Member.organisation_id.is_not(None))
    )
    rows = db.session.execute(
        select(YouthOrganisation.id, YouthOrganisation.name)
        .where((YouthOrganisation.stop_id == programme.stop_id) | YouthOrganisation.id.in_(joined))
        .order_by(YouthOrganisation.name_key, YouthOrganisation.id)
    )
    return [(row.id, row.name) for row in rows]


def count_members(stop_id: int) -> dict[int, int]:
    """How many live members of any programme each organisation of a stop has."""
    rows = db.session.execute(
        select(Member.organisation_id, func.count(Member.id))
        .join(YouthOrganisation, YouthOrganisation.id == Member.organisation_id)
        .where(YouthOrganisation.stop_id == stop_id, Member.erased_at.is_(None))
        .group_by(Member.organisation_id)
    )
    return {number: count for number, count in rows if number is not None}


def list_programmes_for(person: Holder) -> list[YouthProgramme]:
    """The programmes whose members a person may see, the newest campaign first."""
    scopes = scopes_with(person, Permission.SEE_YOUTH)
    programmes = (
        select(YouthProgramme)
        .join(YouthProgramme.stop)
        .join(Stop.campaign)
        .where(Stop.archived_at.is_(None), Campaign.archived_at.is_(None))
        .order_by(Campaign.starts_on.desc(), Stop.slug)
        .options(contains_eager(YouthProgramme.stop).contains_eager(Stop.campaign))
    )
    if ALL not in scopes:
        stops = {scope.id for scope in scopes if scope.kind == "stop"}
        campaigns = {scope.id for scope in scopes if scope.kind == "campaign"}
        programmes = programmes.where(Stop.id.in_(stops) | Stop.campaign_id.in_(campaigns))
    return list(db.session.scalars(programmes))


def list_organisations_for(person: Holder) -> list[YouthOrganisation]:
    """Those the person is a coordinator of."""
    scopes = scopes_with(person, Permission.SEE_YOUTH)
    ids = {scope.id for scope in scopes if scope.kind == "organisation"}
    rows = select(YouthOrganisation).where(YouthOrganisation.id.in_(ids))
    return list(db.session.scalars(rows.order_by(YouthOrganisation.name_key)))
