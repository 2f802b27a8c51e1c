"""Rows with harmless defaults, committed; pass what the test is about."""

from datetime import date
from itertools import count
from typing import Any, TypeVar

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from gernas.accounts.models import Grant, User
from gernas.accounts.services.sessions import start_session
from gernas.campaigns.models import Campaign, Indicator, Stop
from gernas.core.clock import now
from gernas.core.database import Model, db, transaction
from gernas.core.permissions import ALL, Role, Scope
from gernas.core.revisions import raise_revisions
from gernas.events.models import Event, Venue

Row = TypeVar("Row", bound=Model)

_number = count(1)


def save(row: Row) -> Row:
    """Commit a new row and give it back, loaded."""
    with transaction():
        db.session.add(row)
        db.session.flush()
    return row


def make_campaign(**values: Any) -> Campaign:
    number = next(_number)
    moment = now()
    defaults: dict[str, Any] = {
        "slug": f"kampanye-{number}",
        "title": f"Gernas BBI {number}",
        "starts_on": date(2022, 1, 1),
        "ends_on": date(2022, 12, 31),
        "published_at": moment,
        "created_at": moment,
        "updated_at": moment,
    }
    campaign = save(Campaign(**{**defaults, **values}))
    with transaction():
        raise_revisions(campaign.scope)
    return campaign


def make_stop(campaign: Campaign | None = None, **values: Any) -> Stop:
    number = next(_number)
    moment = now()
    campaign = campaign or make_campaign()
    last = select(func.coalesce(func.max(Stop.number), 0)).where(Stop.campaign_id == campaign.id)
    defaults: dict[str, Any] = {
        "campaign_id": campaign.id,
        "number": last.scalar_subquery() + 1,  # the count of all rows outgrows the form's 99
        "slug": f"provinsi-{number}",
        "province_code": "ID-LA",
        "created_at": moment,
        "updated_at": moment,
    }
    stop = save(Stop(**{**defaults, **values}))
    with transaction():
        raise_revisions(stop.scope)
    return stop


def make_venue(**values: Any) -> Venue:
    moment = now()
    defaults: dict[str, Any] = {
        "name": "Mahan Agung",
        "city": "Bandar Lampung",
        "province_code": "ID-LA",
        "created_at": moment,
        "updated_at": moment,
    }
    return save(Venue(**{**defaults, **values}))


def make_event(stop: Stop | None = None, **values: Any) -> Event:
    """A confirmed all-day kick-off of 17 March 2022, WIB; its calendar entry is not kept."""
    number = next(_number)
    moment = now()
    if "campaign_id" not in values:
        stop = stop or make_stop()
        values = {"campaign_id": stop.campaign_id, "stop_id": stop.id, **values}
    defaults: dict[str, Any] = {
        "slug": f"acara-{number}",
        "kind": "kickoff",
        "status": "confirmed",
        "title": f"Kick-off {number}",
        "zone": "Asia/Jakarta",
        "city": "Bandar Lampung",
        "province_code": "ID-LA",
        "starts_on": date(2022, 3, 17),
        "created_at": moment,
        "updated_at": moment,
    }
    return save(Event(**{**defaults, **values}))


def make_indicator(campaign: Campaign | None = None, **values: Any) -> Indicator:
    number = next(_number)
    moment = now()
    campaign = campaign or make_campaign()
    defaults: dict[str, Any] = {
        "campaign_id": campaign.id,
        "key": f"indicator_{number}",
        "name": f"Indikator {number}",
        "unit": "umkm",
        "created_at": moment,
        "updated_at": moment,
    }
    return save(Indicator(**{**defaults, **values}))


def make_user(role: Role | None = None, scope: Scope = ALL, **values: Any) -> User:
    """A person who can sign in, with a role on a scope if one is named."""
    number = next(_number)
    moment = now()
    defaults: dict[str, Any] = {
        "email": f"orang{number}@contoh.id",
        "name": f"Orang {number}",
        "language": "en",
        "fs_uniquifier": f"uniquifier-{number}",
        "created_at": moment,
    }
    user = save(User(**{**defaults, **values}))
    if role is not None:
        grant = Grant(user_id=user.id, role=role, scope_kind=scope.kind, scope_id=scope.id)
        grant.starts_at = grant.given_at = moment
        save(grant)
    return user


def sign_in(app: Flask, client: FlaskClient, user: User) -> None:
    """Give the client the cookie of a fresh session, as the door would after a right code."""
    with app.app_context(), transaction():
        person = db.session.get_one(User, user.id)
        secret = start_session(person, means="code", second_factor=True)
        identity = person.get_id()
    with client.session_transaction() as cookie:
        cookie.update(_user_id=identity, _fresh=True, session=secret)
