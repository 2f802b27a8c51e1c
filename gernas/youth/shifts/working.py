"""Members and shifts as the rules see them: what is read from the database for ``rules``.

``list_hindrances`` is the whole answer to "may this member take this role of this shift": what bars
the member at all (``guards``) comes before what stands against the one shift (``rules``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from flask import current_app
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import contains_eager, joinedload

from gernas.core.clock import now
from gernas.core.database import db
from gernas.events.models import Event
from gernas.youth.guards import Bar, list_bars
from gernas.youth.models import (
    Assignment,
    GuardianConsent,
    Member,
    RoleApproval,
    Shift,
    ShiftKind,
    ShiftNeed,
)
from gernas.youth.shifts.rules import (
    Limits,
    Nearness,
    Obstacle,
    Why,
    Work,
    Worker,
    find_obstacles,
    nearness,
)

Hindrance = Bar | Obstacle
LOOKS_BACK = timedelta(days=3)  # what ended before neither tires nor fills a day
OF_GUARDIAN = frozenset({Bar.GUARDIAN_OPEN, Bar.GUARDIAN_REFUSED, Bar.GUARDIAN_UNCHECKED})
# What a coordinator who knows the member may pass over; the others are law, or cannot be.
SOFT = frozenset({Why.SKILLS, Why.APPROVAL, Why.REST, Why.TRAVEL})


@dataclass(frozen=True)
class Candidate:
    """A member as the rules see one, with all places that the member holds at any stop."""

    member: Member
    worker: Worker
    taken: Sequence[Work]


def get_limits() -> Limits:
    settings = current_app.config["GERNAS"]
    return Limits(
        ages=settings.youth_ages,
        night=settings.night,
        minor_minutes=settings.minor_hours * 60,
    )


def place_of(event: Event) -> tuple[str | None, str | None]:
    """City and province of an event; those of its venue come first."""
    venue = event.venue
    city = (venue.city if venue else None) or event.city
    return city, (venue.province_code if venue else None) or event.province_code


def make_work(shift: Shift, need: ShiftNeed | None = None) -> Work:
    """A shift in a role; without one as something that is taken."""
    city, province_code = place_of(shift.event)
    role = need.role if need is not None else None
    return Work(
        id=shift.id,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        zone=shift.event.zone,
        city=city,
        province_code=province_code,
        builds=shift.kind != ShiftKind.ORDINARY,
        rest_minutes=shift.programme.rest_minutes,
        travel_minutes=shift.programme.travel_minutes,
        role_id=role.id if role else 0,
        minimum_age=role.minimum_age if role else 0,
        skills=frozenset(role.skills) if role else frozenset(),
        needs_approval=role.needs_approval if role else False,
    )


def load_candidates(
    members: Collection[Member], *, for_need: ShiftNeed | None = None
) -> dict[int, Candidate]:
    """Members by their ids, as the rules see them: three queries at most, however many there are.

    ``for_need``: what it does not ask for is not read.
    """
    ids = [member.id for member in members]
    asks = for_need is None or for_need.role.needs_approval
    approved = _list_approved(ids) if asks else defaultdict(set)
    guarded = _list_guarded([one.id for one in members if _may_be_minor(one)])
    taken = list_taken(ids)
    return {
        member.id: Candidate(
            member,
            Worker(
                birth_date=member.birth_date,
                has_guardian=member.id in guarded,
                skills=frozenset(member.skills),
                approved=frozenset(approved[member.id]),
                city=member.city,
                province_code=member.province_code,
            ),
            taken[member.id],
        )
        for member in members
    }


def load_candidate(member: Member) -> Candidate:
    return load_candidates([member])[member.id]


def list_taken(
    member_ids: Collection[int], *, since: datetime | None = None
) -> Mapping[int, list[Work]]:
    """The works in which members hold places, at all stops, by their ids."""
    values = {"members": list(member_ids), "since": since or now() - LOOKS_BACK}
    found: dict[int, list[Work]] = defaultdict(list)
    for member_id, shift in db.session.execute(_select_taken(), values):
        found[member_id].append(make_work(shift))
    return found


@cache
def _select_taken() -> Select[int, Shift]:
    """Put together once: that takes longer than to ask the database."""
    return (
        select(Assignment.member_id, Shift)
        .join(Shift, Shift.id == Assignment.shift_id)
        .join(Shift.event)
        .where(
            Assignment.member_id.in_(bindparam("members", expanding=True)),
            Assignment.ended_at.is_(None),
            Assignment.waiting_number.is_(None),
            Shift.cancelled_at.is_(None),
            Shift.ends_at > bindparam("since"),
        )
        .options(
            contains_eager(Shift.event).joinedload(Event.venue),
            joinedload(Shift.programme, innerjoin=True),
        )
        .order_by(Shift.starts_at, Shift.id)
        .execution_options(populate_existing=True)
    )


def list_hindrances(
    candidate: Candidate, shift: Shift, need: ShiftNeed, bar: Bar | None, limits: Limits
) -> list[Hindrance]:
    """All that stands between a member and a role in a shift; ``bar`` is what ``guards`` found."""
    found = find_obstacles(candidate.worker, make_work(shift, need), candidate.taken, limits)
    if bar is None:
        return [*found]
    if bar in OF_GUARDIAN:  # The bar says more exactly what is missing.
        return [bar, *(one for one in found if one.why != Why.GUARDIAN)]
    return [bar]


def list_hindrances_of(member: Member, shift: Shift, need: ShiftNeed) -> list[Hindrance]:
    """The same for one member, read now."""
    return list_hindrances_of_all([member], shift, need)[member.id]


def list_hindrances_of_all(
    members: Collection[Member], shift: Shift, need: ShiftNeed
) -> dict[int, list[Hindrance]]:
    """What stands between members and a role in a shift, by their ids."""
    return list_hindrances_in(shift, [(member, need) for member in members])


def list_hindrances_in(
    shift: Shift, pairs: Sequence[tuple[Member, ShiftNeed]]
) -> dict[int, list[Hindrance]]:
    """The same for members each in a role of the shift."""
    members = [member for member, _need in pairs]
    day = make_work(shift).day
    bars = list_bars(members, shift.programme_id, {one.id: [day] for one in members})
    asking = [need for _member, need in pairs if need.role.needs_approval]
    for_need = pairs[0][1] if pairs and not asking else None
    candidates = load_candidates(members, for_need=for_need)
    limits = get_limits()
    return {
        member.id: list_hindrances(
            candidates[member.id], shift, need, bars.get((member.id, day)), limits
        )
        for member, need in pairs
    }


def is_soft(hindrance: Hindrance) -> bool:
    """Whether a coordinator may pass over it."""
    return isinstance(hindrance, Obstacle) and hindrance.why in SOFT


def nearness_to(member: Member, shift: Shift) -> Nearness:
    home = Worker(
        birth_date=member.birth_date, city=member.city, province_code=member.province_code
    )
    return nearness(home, make_work(shift))


def _list_approved(ids: Iterable[int]) -> dict[int, set[int]]:
    rows = db.session.execute(
        select(RoleApproval.member_id, RoleApproval.role_id).where(
            RoleApproval.member_id.in_(list(ids)),
            RoleApproval.approved_at.is_not(None),
            RoleApproval.refused_at.is_(None),
        )
    )
    found: dict[int, set[int]] = defaultdict(set)
    for member_id, role_id in rows:
        found[member_id].add(role_id)
    return found


def _may_be_minor(member: Member) -> bool:
    """Whether somebody is under 18 today, or was within the last year."""
    return member.is_minor_on(now().date() - timedelta(days=366))


def _list_guarded(ids: Collection[int]) -> set[int]:
    """The members for whom a guardian's consent counts."""
    if not ids:
        return set()
    rows = select(GuardianConsent).where(
        GuardianConsent.member_id.in_(ids), GuardianConsent.ended_at.is_(None)
    )
    return {consent.member_id for consent in db.session.scalars(rows) if consent.counts}
