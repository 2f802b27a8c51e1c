"""Campaigns and stops as places that roles are given on."""

from collections.abc import Collection

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from gernas.accounts.models import User
from gernas.accounts.scopes import register_scope_kind
from gernas.campaigns.models import Campaign, Stop
from gernas.core.database import db
from gernas.core.permissions import ALL, Permission, Scope, scopes_with


def register_grant_scopes() -> None:
    register_scope_kind(
        "campaign",
        choices=list_campaigns_to_choose,
        label=lambda number: name_campaigns([number]).get(number, "–"),
        labels=name_campaigns,
        scopes=cover_campaign,
        reach=campaigns_within_reach,
    )
    register_scope_kind(
        "stop",
        choices=list_stops_to_choose,
        label=lambda number: name_stops([number]).get(number, "–"),
        labels=name_stops,
        scopes=cover_stop,
        reach=stops_within_reach,
    )


def campaigns_within_reach(user: User) -> Select[int]:
    """The ids of campaigns on which the person may invite."""
    mine = scopes_with(user, Permission.INVITE_PEOPLE)
    campaigns = {scope.id for scope in mine if scope.kind == "campaign"}
    statement = select(Campaign.id)
    return statement if ALL in mine else statement.where(Campaign.id.in_(campaigns))


def stops_within_reach(user: User) -> Select[int]:
    """The ids of stops on which the person may invite, by a role there or on their campaign."""
    mine = scopes_with(user, Permission.INVITE_PEOPLE)
    stops = {scope.id for scope in mine if scope.kind == "stop"}
    statement = select(Stop.id)
    if ALL in mine:
        return statement
    campaigns = campaigns_within_reach(user)
    return statement.where(or_(Stop.id.in_(stops), Stop.campaign_id.in_(campaigns)))


def list_campaigns_to_choose(user: User) -> list[tuple[int, str]]:
    statement = select(Campaign).where(Campaign.id.in_(campaigns_within_reach(user)))
    statement = statement.where(Campaign.archived_at.is_(None))
    rows = db.session.scalars(statement.order_by(Campaign.starts_on.desc(), Campaign.id))
    return [(row.id, row.title) for row in rows]


def list_stops_to_choose(user: User) -> list[tuple[int, str]]:
    statement = (
        select(Stop)
        .join(Stop.campaign)
        .where(Stop.id.in_(stops_within_reach(user)))
        .where(Stop.archived_at.is_(None), Campaign.archived_at.is_(None))
        .options(joinedload(Stop.campaign))
        .order_by(Campaign.starts_on.desc(), Campaign.id, Stop.number)
    )
    return [(row.id, _stop_name(row)) for row in db.session.scalars(statement)]


def name_campaigns(ids: Collection[int]) -> dict[int, str]:
    rows = db.session.scalars(select(Campaign).where(Campaign.id.in_(ids)))
    return {row.id: row.title for row in rows}


def name_stops(ids: Collection[int]) -> dict[int, str]:
    statement = select(Stop).where(Stop.id.in_(ids)).options(joinedload(Stop.campaign))
    return {row.id: _stop_name(row) for row in db.session.scalars(statement)}


def cover_campaign(number: int) -> tuple[Scope, ...]:
    campaign = db.session.get(Campaign, number)
    return campaign.scopes if campaign is not None else ()


def cover_stop(number: int) -> tuple[Scope, ...]:
    stop = db.session.get(Stop, number)
    return stop.scopes if stop is not None else ()


def _stop_name(stop: Stop) -> str:
    """``Lampung · Gernas BBI 2022``."""
    return f"{stop.province} · {stop.campaign.title}"
