"""Youth organisations as places that roles are given on."""

from collections.abc import Collection

from sqlalchemy import Select, select

from gernas.accounts.models import User
from gernas.accounts.scopes import register_scope_kind
from gernas.campaigns.grant_scopes import campaigns_within_reach, stops_within_reach
from gernas.campaigns.models import Stop
from gernas.core.database import db
from gernas.core.permissions import ALL, Permission, Scope, scopes_with
from gernas.youth.models import YouthOrganisation

MOST_CHOICES = 300


def register_grant_scopes() -> None:
    register_scope_kind(
        "organisation",
        choices=list_organisations_to_choose,
        label=lambda number: name_organisations([number]).get(number, "–"),
        labels=name_organisations,
        scopes=cover_organisation,
        reach=organisations_within_reach,
    )


def organisations_within_reach(user: User) -> Select[int]:
    """The ids of organisations on which the person may invite, by a role on stop or campaign."""
    statement = select(YouthOrganisation.id)
    if ALL in scopes_with(user, Permission.INVITE_PEOPLE):
        return statement
    return statement.join(YouthOrganisation.stop).where(
        Stop.id.in_(stops_within_reach(user)) | Stop.campaign_id.in_(campaigns_within_reach(user))
    )


def list_organisations_to_choose(user: User) -> list[tuple[int, str]]:
    """The organisations a role can be given on, by name; at most 300."""
    statement = (
        select(YouthOrganisation.id, YouthOrganisation.name)
        .where(
            YouthOrganisation.id.in_(organisations_within_reach(user)),
            YouthOrganisation.archived_at.is_(None),
        )
        .order_by(YouthOrganisation.name_key, YouthOrganisation.id)
        .limit(MOST_CHOICES)
    )
    return [(row.id, row.name) for row in db.session.execute(statement)]


def name_organisations(ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(YouthOrganisation.id, YouthOrganisation.name).where(YouthOrganisation.id.in_(ids))
    )
    return {row.id: row.name for row in rows}


def cover_organisation(number: int) -> tuple[Scope, ...]:
    organisation = db.session.get(YouthOrganisation, number)
    return organisation.scopes if organisation is not None else ()
