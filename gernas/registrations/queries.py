"""Questions about calls and registrations; they write nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, func, or_, select, true
from sqlalchemy.orm import Load, joinedload, selectinload

from gernas.accounts.models import User
from gernas.campaigns.models import Campaign, Stop
from gernas.core.addresses import find_former_slug
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.permissions import ALL, Holder, Permission, scopes_with
from gernas.events.models import Event
from gernas.registrations.codes import hash_token, read_code
from gernas.registrations.models import (
    Call,
    CallQuota,
    FormVersion,
    QuotaDimension,
    Registration,
    RegistrationEvent,
    RegistrationState,
    Upload,
)
from gernas.registrations.telling import UNDO_WITHIN
from gernas.registrations.transitions import Actor, Move, find_transition

S = RegistrationState


@dataclass(frozen=True)
class Waiting:
    """Where a registration stands on the waiting list, and why it waits."""

    position: int  # from 1
    waiting: int  # how many wait in all
    is_full: bool  # no place of the call is free
    full_quotas: Sequence[CallQuota]  # those of its own that have no room


# --- Calls ----------------------------------------------------------------------------------


def find_call(slug: str) -> Call | None:
    """The call with this slug, its campaign, stop and event loaded; None if none."""
    return db.session.scalar(_select_call(), {"address": slug})


def find_former_call(slug: str) -> Call | None:
    """The call that once had this slug; None if none."""
    row_id = find_former_slug("call", slug)
    return db.session.get(Call, row_id) if row_id else None


def list_public_calls(
    *, campaign: Campaign | None = None, stop: Stop | None = None, event_id: int | None = None
) -> Sequence[Call]:
    """The calls that anyone may read about and that are not over, those that close first first."""
    calls = select_calls().where(
        Call.published_at.is_not(None),
        Call.archived_at.is_(None),
        or_(Call.stop_id.is_(None), Stop.archived_at.is_(None)),
        Campaign.published_at.is_not(None),
        Call.closes_at > now(),
        Call.closed_at.is_(None),
    )
    if campaign is not None:
        calls = calls.where(Call.campaign_id == campaign.id)
    if stop is not None:
        calls = calls.where(Call.stop_id == stop.id)
    if event_id is not None:
        calls = calls.where(Call.event_id == event_id)
    return db.session.scalars(calls.order_by(Call.closes_at, Call.id)).unique().all()


def get_form(call: Call) -> FormVersion:
    """The form of a call as it is asked now."""
    return db.session.scalars(
        select(FormVersion).where(
            FormVersion.call_id == call.id, FormVersion.number == call.form_number
        )
    ).one()


@cache
def select_calls() -> Select[Call]:
    """Calls with campaign, stop and event."""
    return select(Call).join(Call.campaign).outerjoin(Call.stop).options(*_around(Load(Call)))


def _around(call: Load) -> list[Load]:
    """What a call is shown with; the rest of campaign, stop and event waits until it is asked."""
    return [
        call.contains_eager(Call.campaign).load_only(*_OF_CAMPAIGN),
        call.contains_eager(Call.stop).load_only(*_OF_STOP),
        call.joinedload(Call.event).load_only(*_OF_EVENT),
    ]


_OF_CAMPAIGN = (
    Campaign.slug,
    Campaign.title,
    Campaign.title_en,
    Campaign.is_example,
    Campaign.published_at,
    Campaign.archived_at,
)
_OF_STOP = (
    Stop.campaign_id,
    Stop.number,
    Stop.slug,
    Stop.province_code,
    Stop.theme,
    Stop.theme_en,
    Stop.archived_at,
)
_OF_EVENT = (
    Event.campaign_id,
    Event.stop_id,
    Event.slug,
    Event.title,
    Event.title_en,
    Event.status,
    Event.zone,
    Event.all_day,
    Event.starts_on,
    Event.ends_on,
    Event.starts_at,
    Event.ends_at,
    Event.date_unknown,
)


# --- Registrations --------------------------------------------------------------------------


def find_by_token(token: str) -> Registration | None:
    """The registration whose mailed links carry ``token``; None if there is none, or no longer."""
    return db.session.scalar(_select_by_token(), {"hash": hash_token(token)})


def list_own(user: User) -> Sequence[Registration]:
    """The person's own registrations, drafts included, the newest first."""
    rows = select_registrations().where(Registration.user_id == user.id)
    rows = rows.options(selectinload(Registration.history))
    return db.session.scalars(rows.order_by(Registration.id.desc())).unique().all()


def find_own(user: User, code: str) -> Registration | None:
    """One of the person's own registrations; None if it is none of them."""
    return _find(code, Registration.user_id == user.id)


def find_newest_own(user: User, call: Call) -> Registration | None:
    """The person's own newest registration for a call; None if there is none."""
    rows = select_registrations().where(
        Registration.user_id == user.id, Registration.call_id == call.id
    )
    return db.session.scalars(rows.order_by(Registration.id.desc()).limit(1)).unique().first()


def list_applied_for(user: User) -> Sequence[Registration]:
    """What the person began or sent on behalf of others, the newest first."""
    rows = select_registrations().where(Registration.on_behalf_by_id == user.id)
    return db.session.scalars(rows.order_by(Registration.id.desc())).unique().all()


def find_applied_for(user: Holder, code: str) -> Registration | None:
    """What the person applied for on someone's behalf and has not handed over; else None."""
    mine = and_(Registration.on_behalf_by_id == user.id, Registration.handed_over_at.is_(None))
    return _find(code, mine)


def find_upload(registration: Registration, upload_id: int) -> Upload | None:
    """A file of this registration; None if it has none with this id."""
    return db.session.scalar(
        select(Upload).where(Upload.registration_id == registration.id, Upload.id == upload_id)
    )


@cache  # To put it together takes as long as to ask it.
def select_registrations() -> Select[Registration]:
    """Registrations with call, form, campaign, stop and event."""
    return (
        select(Registration)
        .join(Registration.call)
        .join(Call.campaign)
        .outerjoin(Call.stop)
        .options(
            *_around(Load(Registration).contains_eager(Registration.call)),
            joinedload(Registration.form_version),
        )
    )


def get_told_state(registration: Registration) -> RegistrationState:
    """The state as the applicant may know it: a decision that can be undone is not out yet."""
    event = get_newest_event(registration)
    if event is not None and event.actor == Actor.ORGANIZER and now() < event.at + UNDO_WITHIN:
        source, target = S(event.from_state or S.DRAFT), S(event.to_state)
        row = find_transition(Move(event.what), source, target) if _is_move(event) else None
        if row is not None and row.undo and registration.state == target:
            return source
    return registration.state_now


def get_newest_event(registration: Registration) -> RegistrationEvent | None:
    """The newest line of the timeline that was not undone."""
    return next((one for one in reversed(registration.history) if one.undone_at is None), None)


def when_told(registration: Registration) -> datetime | None:
    """When the applicant will know the newest decision; None when they do already."""
    if get_told_state(registration) == registration.state_now:
        return None
    event = get_newest_event(registration)
    return event.at + UNDO_WITHIN if event is not None else None


# --- The waiting list -----------------------------------------------------------------------


def get_position(registration: Registration) -> int:
    """Where a registration stands on the waiting list, from 1; 0 when it is not on it."""
    if registration.waiting_number is None:
        return 0
    before = select(func.count()).where(
        Registration.call_id == registration.call_id,
        Registration.waiting_number < registration.waiting_number,
    )
    return (db.session.scalar(before) or 0) + 1


def explain_waiting(registration: Registration) -> Waiting:
    """Where a registration stands on the waiting list, and what is full."""
    waiting = select(func.count()).where(
        Registration.call_id == registration.call_id, Registration.waiting_number.is_not(None)
    )
    own = [
        and_(CallQuota.dimension == dimension, CallQuota.value == value)
        for dimension in map(str, QuotaDimension)
        if (value := getattr(registration, dimension)) is not None
    ]
    full = select(CallQuota).where(
        CallQuota.call_id == registration.call_id,
        CallQuota.used >= CallQuota.size,
        or_(false(), *own),
    )
    return Waiting(
        position=get_position(registration),
        waiting=db.session.scalar(waiting) or 0,
        is_full=registration.call.is_full,
        full_quotas=db.session.scalars(full.order_by(CallQuota.id)).all(),
    )


# --- For other domains ----------------------------------------------------------------------


def select_visible_businesses(holder: Holder, permission: Permission) -> Select[Any]:
    """Ids of the businesses that registered where the person holds the permission."""
    columns = {"campaign": Call.campaign_id, "stop": Call.stop_id, "event": Call.event_id}
    scopes = scopes_with(holder, permission)
    places = [columns[scope.kind] == scope.id for scope in scopes if scope.kind in columns]
    return (
        select(Registration.business_id)
        .join(Registration.call)
        .where(
            Registration.business_id.is_not(None),
            Registration.submitted_at.is_not(None),
            true() if ALL in scopes else or_(false(), *places),
        )
    )


def list_businesses_in_use(ids: Collection[int]) -> Sequence[int]:
    """Those of the businesses that have registrations."""
    used = select(Registration.business_id).where(Registration.business_id.in_(ids)).distinct()
    return [one for one in db.session.scalars(used) if one is not None]


@cache
def _select_call() -> Select[Call]:
    return select_calls().where(Call.slug == bindparam("address"))


@cache
def _select_by_token() -> Select[Registration]:
    return select_registrations().where(Registration.token_hash == bindparam("hash"))


def _find(code: str, condition: ColumnElement[bool]) -> Registration | None:
    kept = read_code(code)
    if kept is None:
        return None
    return db.session.scalar(select_registrations().where(Registration.code == kept, condition))


def _is_move(event: RegistrationEvent) -> bool:
    return event.what in {str(move) for move in Move}
