"""Questions of the back office: calls with their numbers, a registration with all around it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, true, union
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from gernas.businesses.models import Business
from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.permissions import ALL, Holder, Permission, Scope, scopes_with
from gernas.registrations.listing import TABS, TO_DECIDE
from gernas.registrations.models import (
    Call,
    FormVersion,
    Registration,
    RegistrationEvent,
    RegistrationState,
    SavedView,
)
from gernas.registrations.telling import UNDO_WITHIN

S = RegistrationState
MOST_CITIES = 600  # more than there are in the country
MOST_TWINS = 20
MOST_RECENT = 10_000  # lines of timelines that are looked through for decisions on many
SHARES = ("sector", "province", "city")


@dataclass(frozen=True)
class Numbers:
    """How many registrations of a call are in each state; a lapsed offer counts as ended."""

    by_state: Mapping[str, int]

    @property
    def sent(self) -> int:
        return sum(count for state, count in self.by_state.items() if state != S.DRAFT)

    @property
    def drafts(self) -> int:
        return self.by_state.get(S.DRAFT, 0)

    @property
    def waiting_for_us(self) -> int:
        """Those on which an organizer has to do something."""
        return self.of(TO_DECIDE)

    def of(self, tab: str) -> int:
        return sum(self.by_state.get(state, 0) for state in TABS[tab])


@dataclass(frozen=True)
class Batch:
    """A decision on many that can still be taken back."""

    key: str
    counts: Mapping[str, int]  # by move: accept, and waitlist for those without a place
    at: datetime
    by_id: int | None

    @property
    def until(self) -> datetime:
        return self.at + UNDO_WITHIN


# --- Calls ----------------------------------------------------------------------------------


def list_calls(
    holder: Holder,
    *,
    campaign: Campaign | None = None,
    stop: Stop | None = None,
    archived: bool = False,
) -> Sequence[Call]:
    """The calls where the person may see plans, those that close last first.

    Those of a stop with ``stop``, of a campaign and all its stops with ``campaign``.
    """
    calls = (
        select(Call)
        .join(Call.campaign)
        .outerjoin(Call.stop)
        .options(
            contains_eager(Call.campaign),
            contains_eager(Call.stop).joinedload(Stop.campaign),
            joinedload(Call.event),
        )
        .where(_within(scopes_with(holder, Permission.SEE_PLANS)))
    )
    calls = calls.where(
        Call.archived_at.is_not(None) if archived else Call.archived_at.is_(None),
    )
    if campaign is not None:
        calls = calls.where(Call.campaign_id == campaign.id)
    if stop is not None:
        calls = calls.where(Call.stop_id == stop.id)
    return db.session.scalars(calls.order_by(Call.closes_at.desc(), Call.id.desc())).all()


def count_by_state(call_ids: Collection[int]) -> dict[int, Numbers]:
    """The numbers of each of these calls; two queries, however many there are."""
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    rows = select(Registration.call_id, Registration.state, func.count()).where(
        Registration.call_id.in_(call_ids)
    )
    grouped = rows.group_by(Registration.call_id, Registration.state)
    for call_id, state, count in db.session.execute(grouped):
        counts[call_id][str(state)] = count
    lapsed = select(Registration.call_id, func.count()).where(
        Registration.call_id.in_(call_ids),
        Registration.state == S.ACCEPTED,
        Registration.offer_until <= now(),
    )
    for call_id, count in db.session.execute(lapsed.group_by(Registration.call_id)):
        counts[call_id][S.ACCEPTED] -= count
        counts[call_id][S.EXPIRED] = counts[call_id].get(S.EXPIRED, 0) + count
    return {call_id: Numbers(counts[call_id]) for call_id in call_ids}


def count_shares(call: Call) -> dict[str, list[tuple[str, int, int]]]:
    """By sector, province and city: each value, how many sent, how many of them hold a place.

    The most frequent first; one query.
    """
    values = [func.coalesce(getattr(Registration, name), "") for name in SHARES]
    held = func.count().filter(Registration.state.in_((S.ACCEPTED, S.CONFIRMED)))
    rows = select(*values, func.count(), held).where(
        Registration.call_id == call.id, Registration.submitted_at.is_not(None)
    )
    sums: dict[str, dict[str, tuple[int, int]]] = {name: {} for name in SHARES}
    for *found, sent, holding in db.session.execute(rows.group_by(*values)):
        for name, value in zip(SHARES, found, strict=True):
            before = sums[name].get(value, (0, 0))
            sums[name][value] = (before[0] + sent, before[1] + holding)
    return {
        name: sorted(
            ((value, sent, holding) for value, (sent, holding) in counted.items()),
            key=lambda row: (-row[1], row[0]),
        )
        for name, counted in sums.items()
    }


def list_values(call_ids: Sequence[int], column: str) -> list[str]:
    """The values that a column has among the sent registrations of some calls, A to Z."""
    value = getattr(Registration, column)
    rows = select(value).where(
        Registration.call_id.in_(call_ids), Registration.submitted_at.is_not(None)
    )
    found = db.session.scalars(rows.distinct().limit(MOST_CITIES)).all()
    return sorted((text for text in found if text), key=str.casefold)


def list_copy_targets(holder: Holder) -> Sequence[Stop]:
    """The stops in which the person may make calls, the newest campaign first."""
    scopes = scopes_with(holder, Permission.EDIT_CALLS)
    stops = (
        select(Stop)
        .join(Stop.campaign)
        .options(contains_eager(Stop.campaign))
        .where(Stop.archived_at.is_(None), Campaign.archived_at.is_(None), _stop_within(scopes))
    )
    return db.session.scalars(stops.order_by(Campaign.starts_on.desc(), Stop.number)).all()


def list_form_versions(call: Call) -> Sequence[tuple[FormVersion, int]]:
    """The forms of a call, the newest first, each with how many registrations answer it."""
    answered = (
        select(Registration.form_version_id, func.count().label("count"))
        .where(Registration.call_id == call.id)
        .group_by(Registration.form_version_id)
        .subquery()
    )
    rows = (
        select(FormVersion, func.coalesce(answered.c.count, 0))
        .outerjoin(answered, answered.c.form_version_id == FormVersion.id)
        .where(FormVersion.call_id == call.id)
        .order_by(FormVersion.number.desc())
    )
    return [(form, count) for form, count in db.session.execute(rows)]


# --- The list -------------------------------------------------------------------------------


def list_saved_views(holder: Holder, call: Call) -> Sequence[SavedView]:
    rows = select(SavedView).where(SavedView.user_id == holder.id, SavedView.call_id == call.id)
    return db.session.scalars(rows.order_by(func.lower(SavedView.name))).all()


def find_saved_view(holder: Holder, call: Call, view_id: int) -> SavedView | None:
    """A view of this person's own for this call; None if there is none with this id."""
    return db.session.scalar(
        select(SavedView).where(
            SavedView.id == view_id,
            SavedView.user_id == holder.id,
            SavedView.call_id == call.id,
        )
    )


def list_batches(call: Call) -> list[Batch]:
    """The decisions on many of the last ten minutes that are not taken back, newest first."""
    recent = (
        select(RegistrationEvent).order_by(RegistrationEvent.id.desc()).limit(MOST_RECENT)
    ).subquery()
    rows = (
        select(
            recent.c.batch,
            recent.c.what,
            func.count(),
            func.min(recent.c.at),
            func.max(recent.c.by_id),
        )
        .join(Registration, Registration.id == recent.c.registration_id)
        .where(Registration.call_id == call.id, *_can_be_undone(recent.c))
        .group_by(recent.c.batch, recent.c.what)
        .order_by(func.max(recent.c.id).desc())
    )
    found: dict[str, Batch] = {}
    for batch, what, count, at, by_id in db.session.execute(rows):
        key = batch or ""
        known = found.get(key)
        counts = {**(known.counts if known else {}), what: count}
        found[key] = Batch(key, counts, min(at, known.at) if known else at, by_id)
    return list(found.values())


def list_batch(call: Call, key: str) -> list[int]:
    """The ids of the registrations that a batch of this call decided on and can take back."""
    rows = (
        select(RegistrationEvent.registration_id)
        .join(RegistrationEvent.registration)
        .where(
            Registration.call_id == call.id,
            RegistrationEvent.batch == key,
            *_can_be_undone(RegistrationEvent),
        )
        .order_by(RegistrationEvent.id)
    )
    return list(db.session.scalars(rows))


def list_waiting(call: Call, *, page: int, size: int) -> Sequence[Registration]:
    """Those on the waiting list of a call, in order."""
    rows = select(Registration).where(
        Registration.call_id == call.id, Registration.waiting_number.is_not(None)
    )
    ordered = rows.order_by(Registration.waiting_number)
    return db.session.scalars(ordered.limit(size).offset((page - 1) * size)).all()


def list_offers(call: Call, *, limit: int) -> Sequence[Registration]:
    """Accepted ones that have to confirm, the one whose time ends first at the top."""
    rows = select(Registration).where(
        Registration.call_id == call.id,
        Registration.state == S.ACCEPTED,
        Registration.offer_until.is_not(None),
    )
    ordered = rows.order_by(Registration.offer_until, Registration.id)
    return db.session.scalars(ordered.limit(limit)).all()


# --- One registration -----------------------------------------------------------------------


def load_parts(registration: Registration) -> Registration:
    """The registration with its form, history, notes and files loaded."""
    return db.session.scalars(
        select(Registration)
        .where(Registration.id == registration.id)
        .options(
            joinedload(Registration.form_version),
            joinedload(Registration.business),
            selectinload(Registration.history),
            selectinload(Registration.notes),
            selectinload(Registration.uploads),
        )
        .execution_options(populate_existing=True)
    ).one()


def list_twins(registration: Registration) -> Sequence[Registration]:
    """Other sent registrations to the same call with the same NIB, address or number."""
    same = [
        select(Registration.id).where(
            Registration.call_id == registration.call_id,
            Registration.submitted_at.is_not(None),
            getattr(Registration, name) == value,
        )
        for name in ("nib", "email", "phone")
        if (value := getattr(registration, name))
    ]
    if not same:
        return []
    ids = union(*same).subquery()  # each by its own index
    rows = select(Registration).where(
        Registration.id.in_(select(ids.c.id)),
        Registration.id != registration.id,
    )
    return db.session.scalars(rows.order_by(Registration.id).limit(MOST_TWINS)).all()


def list_entered_by(holder: Holder, call: Call) -> Sequence[Registration]:
    """What a facilitator entered for others in this call, drafts too, the newest first."""
    rows = select(Registration).where(
        Registration.call_id == call.id, Registration.on_behalf_by_id == holder.id
    )
    return db.session.scalars(rows.order_by(Registration.id.desc()).limit(200)).all()


def _can_be_undone(event: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        event.batch.is_not(None),
        event.undone_at.is_(None),
        event.at > now() - UNDO_WITHIN,
    )


def _within(scopes: frozenset[Scope]) -> ColumnElement[bool]:
    if ALL in scopes:
        return true()
    columns = {"campaign": Call.campaign_id, "stop": Call.stop_id, "event": Call.event_id}
    places = [columns[s.kind] == s.id for s in scopes if s.kind in columns]
    return or_(false(), *places)


def _stop_within(scopes: frozenset[Scope]) -> ColumnElement[bool]:
    if ALL in scopes:
        return true()
    columns = {"campaign": Stop.campaign_id, "stop": Stop.id}
    places = [columns[s.kind] == s.id for s in scopes if s.kind in columns]
    return or_(false(), *places)


def list_registrations_of(business: Business, holder: Holder) -> Sequence[Registration]:
    """What a business sent to calls whose applicants the person may see, the newest first."""
    columns = {"campaign": Call.campaign_id, "stop": Call.stop_id, "event": Call.event_id}
    scopes = scopes_with(holder, Permission.SEE_REGISTRATIONS)
    places = [columns[scope.kind] == scope.id for scope in scopes if scope.kind in columns]
    rows = (
        select(Registration)
        .join(Registration.call)
        .outerjoin(Call.stop)
        .where(
            Registration.business_id == business.id,
            Registration.submitted_at.is_not(None),
            true() if ALL in scopes else or_(false(), *places),
        )
        .options(contains_eager(Registration.call).contains_eager(Call.stop))
    )
    return db.session.scalars(rows.order_by(Registration.submitted_at.desc())).all()
