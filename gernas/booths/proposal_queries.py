"""Questions about proposals, and the task of the solver as the rows tell it at this moment."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from gernas.booths.allocation_queries import (
    get_quota,
    list_exhibitors,
    list_live,
    list_needs,
    list_terms,
    list_wishes,
)
from gernas.booths.assigning.fairness import Luck, Past, measure_luck
from gernas.booths.assigning.neighbours import CORNER, Place, list_beside, rate_places
from gernas.booths.assigning.tasks import Exhibitor, Rule, Settled, Spot, Task
from gernas.booths.assigning.tasks import Sponsor as SponsorQuota
from gernas.booths.models import (
    INCLUDED_AMPS,
    Booth,
    BoothAllocation,
    BoothCall,
    BoothGroup,
    BoothNeed,
    BoothWish,
    Fixture,
    FixtureKind,
    Plan,
    Proposal,
    ProposalState,
)
from gernas.booths.queries import list_booths, list_sponsors, list_zones
from gernas.core.database import db
from gernas.events.models import Event
from gernas.registrations.models import Registration

OPEN = (ProposalState.WAITING, ProposalState.READY, ProposalState.FAILED)


def find_proposal(plan: Plan, proposal_id: int) -> Proposal | None:
    """One of the plan's proposals; None if it is none of them."""
    rows = select(Proposal).where(Proposal.plan_id == plan.id, Proposal.id == proposal_id)
    return db.session.scalar(rows)


def find_open_proposal(plan: Plan) -> Proposal | None:
    """The proposal that is computed or waits for a decision; None if there is none."""
    rows = select(Proposal).where(Proposal.plan_id == plan.id, Proposal.state.in_(OPEN))
    return db.session.scalar(rows.order_by(Proposal.id.desc()).limit(1))


def list_proposals(plan: Plan, *, limit: int = 20) -> Sequence[Proposal]:
    """The plan's proposals that are decided, the newest first."""
    rows = select(Proposal).where(Proposal.plan_id == plan.id, Proposal.state.not_in(OPEN))
    return db.session.scalars(rows.order_by(Proposal.id.desc()).limit(limit)).all()


def list_groups(plan: Plan) -> Sequence[BoothGroup]:
    rows = select(BoothGroup).where(BoothGroup.plan_id == plan.id)
    return db.session.scalars(rows.order_by(BoothGroup.name, BoothGroup.id)).all()


def find_group(plan: Plan, group_id: int) -> BoothGroup | None:
    rows = select(BoothGroup).where(BoothGroup.plan_id == plan.id, BoothGroup.id == group_id)
    return db.session.scalar(rows)


# --- The task -------------------------------------------------------------------------------


def make_task(plan: Plan, rules: Iterable[Rule], *, seconds: int) -> Task:
    """Who has no booth, who keeps which one, and what decides; the same rows, the same task."""
    booths = list_booths(plan)
    live = list_live(plan)
    exhibitors = list_exhibitors(plan)
    ids = [*(one.id for one in exhibitors), *(one.registration_id for one in live)]
    needs = list_needs(ids)
    sponsors = {terms.call_id: terms.sponsor_id for terms in list_terms(plan)}
    there = {one.registration_id for one in live}
    waiting = sorted(
        (one for one in exhibitors if one.id not in there),
        key=lambda one: (one.submitted_at is None, one.submitted_at, one.id),
    )
    quotas = [(one, get_quota(one)) for one in list_sponsors(plan)]
    return Task(
        spots=make_spots(plan, booths, taken={one.booth_id for one in live}),
        exhibitors=_make_exhibitors(plan, waiting, needs, sponsors),
        settled=tuple(_settle(one, needs, sponsors) for one in live),
        sponsors=tuple(
            SponsorQuota(one.id, one.name, quota) for one, quota in quotas if quota is not None
        ),
        groups=tuple((group.id, group.name) for group in list_groups(plan)),
        rules=tuple(rule for rule in Rule if rule in set(rules)),
        seconds=seconds,
    )


def make_spots(
    plan: Plan, booths: Sequence[Booth], *, taken: Collection[int] = ()
) -> tuple[Spot, ...]:
    """The booths of a plan with their neighbours and how good they are, in order of their ids."""
    beside: dict[int, tuple[int, ...]] = {}
    goodness: dict[int, int] = {}
    halls = sorted({booth.hall_id for booth in booths if booth.hall_id is not None})
    fixtures = _list_goals(plan)
    for hall in halls:
        places = [_place(booth) for booth in booths if booth.hall_id == hall]
        beside |= list_beside(places)
        goals = {
            kind: [_place(one) for one in fixtures if (one.hall_id, one.kind) == (hall, kind)]
            for kind in (FixtureKind.GATE, FixtureKind.STAGE)
        }
        goodness |= rate_places(
            places, gates=goals[FixtureKind.GATE], stages=goals[FixtureKind.STAGE]
        )
    return tuple(
        Spot(
            id=booth.id,
            label=booth.label,
            free=booth.id not in taken and not booth.locked,
            zone=booth.zone.code if booth.zone else None,
            sectors=tuple(booth.zone.sectors) if booth.zone else (),
            sponsor=booth.sponsor_id,
            width=booth.width_cm,
            depth=booth.depth_cm,
            amps=booth.amps,
            water=booth.water,
            accessible=booth.accessible,
            goodness=goodness.get(booth.id, CORNER * booth.corner),
            beside=beside.get(booth.id, ()),
        )
        for booth in sorted(booths, key=lambda booth: booth.id)
    )


def _list_goals(plan: Plan) -> Sequence[Fixture]:
    rows = select(Fixture).join(Fixture.hall).where(Fixture.hall.has(plan_id=plan.id))
    return db.session.scalars(rows.order_by(Fixture.id)).all()


def _place(one: Booth | Fixture) -> Place:
    corner = isinstance(one, Booth) and one.corner
    return Place(one.id, one.x_cm, one.y_cm, one.width_cm, one.depth_cm, one.turn, corner)


def _make_exhibitors(
    plan: Plan,
    registrations: Sequence[Registration],
    needs: Mapping[int, BoothNeed],
    sponsors: Mapping[int, int | None],
) -> tuple[Exhibitor, ...]:
    wishes = list_wishes([one.id for one in registrations])
    zones = {zone.code for zone in list_zones(plan)}
    luck = list_luck(plan, {one.business_id for one in registrations if one.business_id})
    found = []
    for one in registrations:
        need = needs.get(one.id) or BoothNeed(amps=INCLUDED_AMPS, water=False, accessible=False)
        lucky = luck.get(one.business_id or 0, Luck())
        found.append(
            Exhibitor(
                id=one.id,
                name=one.label,
                sector=one.sector,
                zone=one.zone if one.zone in zones else None,
                width=need.width_cm or 0,
                depth=need.depth_cm or 0,
                amps=need.amps,
                water=need.water,
                accessible=need.accessible,
                product=product_key(need.product),
                sponsor=need.sponsor_id or sponsors.get(one.call_id),
                group=need.group_id,
                wishes=tuple(booth.id for booth in wishes.get(one.id, ())),
                unluck=lucky.points,
                unlucky_in=lucky.provinces,
            )
        )
    return tuple(found)


def _settle(
    allocation: BoothAllocation,
    needs: Mapping[int, BoothNeed],
    sponsors: Mapping[int, int | None],
) -> Settled:
    registration = allocation.registration
    need = needs.get(registration.id)
    return Settled(
        id=registration.id,
        name=registration.label,
        spot=allocation.booth_id,
        product=product_key(need.product) if need else None,
        sponsor=(need.sponsor_id if need else None) or sponsors.get(registration.call_id),
        group=need.group_id if need else None,
    )


def product_key(product: str | None) -> str | None:
    """By what two products are the same: letters and spaces apart."""
    return " ".join(product.casefold().split()) or None if product else None


# --- Luck at earlier stops ------------------------------------------------------------------


def list_luck(plan: Plan, businesses: Collection[int]) -> Mapping[int, Luck]:
    """How businesses fared on the campaign's earlier plans, those without any booth given apart."""
    if not businesses:
        return {}
    rows: list[Past] = []
    for earlier in _list_earlier(plan):
        rows += _list_past(earlier, businesses)
    return measure_luck(rows)


def _list_earlier(plan: Plan) -> Sequence[Plan]:
    used = exists().where(
        BoothAllocation.plan_id == Plan.id, BoothAllocation.confirmed_at.is_not(None)
    )
    rows = (
        select(Plan)
        .join(Plan.event)
        .where(
            Event.campaign_id == plan.event.campaign_id,
            Plan.id != plan.id,
            Event.starts_on < plan.event.starts_on,
            used,
        )
        .options(joinedload(Plan.event))
        .order_by(Event.starts_on, Plan.id)
    )
    return db.session.scalars(rows).all()


def _list_past(plan: Plan, businesses: Collection[int]) -> Iterable[Past]:
    rows = (
        select(Registration.id, Registration.business_id)
        .join(BoothCall, BoothCall.call_id == Registration.call_id)
        .where(
            BoothCall.plan_id == plan.id,
            Registration.holds_place,
            Registration.business_id.in_(businesses),
        )
        .order_by(Registration.id)
    )
    registrations = [(number, business) for number, business in db.session.execute(rows)]
    ids = [number for number, _ in registrations]
    given = dict(
        db.session.execute(
            select(BoothAllocation.registration_id, BoothAllocation.booth_id).where(
                BoothAllocation.plan_id == plan.id,
                BoothAllocation.registration_id.in_(ids),
                BoothAllocation.released_at.is_(None),
                BoothAllocation.confirmed_at.is_not(None),
            )
        ).all()
    )
    wished = db.session.execute(
        select(BoothWish.registration_id, BoothWish.rank, BoothWish.booth_id).where(
            BoothWish.registration_id.in_(ids)
        )
    )
    ranks: dict[int, dict[int, int]] = {}
    for number, rank, wish in wished:
        ranks.setdefault(number, {})[wish] = rank
    standing = _list_standing(plan)
    province = plan.event.stop.province_code if plan.event.stop else plan.event.province_code
    for number, business in registrations:
        booth = given.get(number)
        yield Past(
            business=business or 0,
            province=province or "",
            has_booth=booth is not None,
            has_wishes=number in ranks,
            rank=ranks.get(number, {}).get(booth or 0),
            standing=standing.get(booth or 0, 0.5),
        )


def _list_standing(plan: Plan) -> Mapping[int, float]:
    """Where each booth stands among those of its plan by goodness: 0 the worst, 1 the best."""
    spots = make_spots(plan, list_booths(plan))
    points = sorted(spot.goodness for spot in spots)
    if len(set(points)) < 2:
        return {}
    last = len(points) - 1
    middle = {
        value: (points.index(value) + last - points[::-1].index(value)) / 2 for value in set(points)
    }
    return {spot.id: middle[spot.goodness] / last for spot in spots}


def count_members(plan: Plan) -> Mapping[int, int]:
    """How many exhibitors each group has, by its id."""
    counts: dict[int, int] = {}
    rows = select(BoothNeed.group_id).join(BoothNeed.group).where(BoothGroup.plan_id == plan.id)
    for group_id in db.session.scalars(rows):
        if group_id is not None:
            counts[group_id] = counts.get(group_id, 0) + 1
    return counts
