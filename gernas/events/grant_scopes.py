"""Events as places that roles are given on."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Select, func, or_, select

from gernas.accounts.models import User
from gernas.accounts.scopes import register_scope_kind
from gernas.campaigns.grant_scopes import campaigns_within_reach, stops_within_reach
from gernas.campaigns.models import Campaign
from gernas.core.clock import ZONES, today_in
from gernas.core.database import db
from gernas.core.permissions import ALL, Permission, Scope, scopes_with
from gernas.core.wording import date_words
from gernas.events.models import Event

MOST_CHOICES = 300


def register_grant_scopes() -> None:
    register_scope_kind(
        "event",
        choices=list_events_to_choose,
        label=lambda number: name_events([number]).get(number, "–"),
        labels=name_events,
        scopes=cover_event,
        reach=events_within_reach,
    )


def events_within_reach(user: User) -> Select[int]:
    """The ids of events on which the person may invite, by a role on their stop or campaign."""
    statement = select(Event.id)
    if ALL in scopes_with(user, Permission.INVITE_PEOPLE):
        return statement
    return statement.where(
        or_(
            Event.stop_id.in_(stops_within_reach(user)),
            Event.campaign_id.in_(campaigns_within_reach(user)),
        )
    )


def list_events_to_choose(user: User) -> list[tuple[int, str]]:
    """The events a role can be given on that are not over, earliest first; at most 300.

    Those without a date stand at the end.
    """
    last_day = func.coalesce(Event.ends_on, Event.starts_on)
    statement = (
        select(Event)
        .join(Event.campaign)
        .where(
            Event.id.in_(events_within_reach(user)),
            Event.archived_at.is_(None),
            Campaign.archived_at.is_(None),
            or_(last_day.is_(None), last_day >= today_in(ZONES[0]) - timedelta(days=1)),
        )
        .order_by(Event.starts_on.is_(None), Event.starts_on, Event.id)
        .limit(MOST_CHOICES)
    )
    return [(row.id, _event_name(row)) for row in db.session.scalars(statement)]


def name_events(ids: Collection[int]) -> dict[int, str]:
    rows = db.session.scalars(select(Event).where(Event.id.in_(ids)))
    return {row.id: _event_name(row) for row in rows}


def cover_event(number: int) -> tuple[Scope, ...]:
    event = db.session.get(Event, number)
    return event.scopes if event is not None else ()


def _event_name(event: Event) -> str:
    """``Kick-off · 17 Maret 2022``."""
    return f"{event.title} · {date_words(event.starts_on)}" if event.starts_on else event.title
