"""Which entries a person's private calendar holds: what is followed, and what is managed."""

from sqlalchemy import select

from gernas.accounts.models import User
from gernas.calendars.queries import list_public_uids
from gernas.campaigns.models import Campaign
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.permissions import ALL, Permission, Scope, scopes_with
from gernas.events.models import Follow


def list_personal_uids(user_id: int) -> set[str]:
    """The UIDs of the events a person follows or plans, with their agendas; none once disabled.

    Whoever plans everything gets the campaigns that are not archived.
    """
    user = db.session.get(User, user_id)
    if user is None or not user.active:
        return set()
    planned = set(scopes_with(user, Permission.SEE_PLANS))
    if ALL in planned:
        live = select(Campaign.id).where(Campaign.archived_at.is_(None))
        planned |= {Scope("campaign", campaign_id) for campaign_id in db.session.scalars(live)}
    return list_public_uids(planned | _list_followed(user), at=now())


def _list_followed(user: User) -> set[Scope]:
    follows = select(Follow.scope_kind, Follow.scope_id).where(
        Follow.email == user.email, Follow.confirmed_at.is_not(None), Follow.left_at.is_(None)
    )
    return {Scope(kind, scope_id) for kind, scope_id in db.session.execute(follows)}
