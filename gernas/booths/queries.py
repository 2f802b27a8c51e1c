"""Questions about plans, halls, booths and who holds them."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from gernas.booths.models import (
    Booth,
    BoothAllocation,
    Fixture,
    Hall,
    Plan,
    Sponsor,
    Zone,
)
from gernas.core.clock import now
from gernas.core.database import db
from gernas.events.models import Event

# --- Plans ----------------------------------------------------------------------------------


def find_plan(event: Event) -> Plan | None:
    """The plan of an event; None while nobody has begun one."""
    plans = select(Plan).where(Plan.event_id == event.id)
    return db.session.scalar(plans.options(joinedload(Plan.event)))


def list_halls(plan: Plan) -> list[Hall]:
    halls = select(Hall).where(Hall.plan_id == plan.id)
    return list(db.session.scalars(halls.order_by(Hall.position, Hall.id)))


def find_hall(plan: Plan, hall_id: int) -> Hall | None:
    return db.session.scalar(select(Hall).where(Hall.plan_id == plan.id, Hall.id == hall_id))


def list_zones(plan: Plan) -> list[Zone]:
    zones = select(Zone).where(Zone.plan_id == plan.id)
    return list(db.session.scalars(zones.order_by(Zone.position, Zone.id)))


def find_zone(plan: Plan, zone_id: int) -> Zone | None:
    return db.session.scalar(select(Zone).where(Zone.plan_id == plan.id, Zone.id == zone_id))


def list_sponsors(plan: Plan) -> list[Sponsor]:
    sponsors = select(Sponsor).where(Sponsor.plan_id == plan.id)
    return list(db.session.scalars(sponsors.order_by(Sponsor.name, Sponsor.id)))


def find_sponsor(plan: Plan, sponsor_id: int) -> Sponsor | None:
    return db.session.scalar(
        select(Sponsor).where(Sponsor.plan_id == plan.id, Sponsor.id == sponsor_id)
    )


def list_booths(plan: Plan, hall: Hall | None = None) -> list[Booth]:
    """The booths of a plan, or of one of its halls, by their labels; with zone and sponsor."""
    booths = select(Booth).where(Booth.plan_id == plan.id, Booth.removed_at.is_(None))
    if hall is not None:
        booths = booths.where(Booth.hall_id == hall.id)
    booths = booths.options(joinedload(Booth.zone), joinedload(Booth.sponsor))
    return list(db.session.scalars(booths.order_by(Booth.label, Booth.id)))


def find_booth(plan: Plan, label: str) -> Booth | None:
    """The booth of a plan that bears a label, whichever hall it stands in."""
    return db.session.scalar(
        select(Booth)
        .where(Booth.plan_id == plan.id, Booth.removed_at.is_(None), Booth.label == label)
        .options(joinedload(Booth.zone), joinedload(Booth.sponsor), joinedload(Booth.hall))
    )


def list_fixtures(hall: Hall) -> list[Fixture]:
    fixtures = select(Fixture).where(Fixture.hall_id == hall.id)
    return list(db.session.scalars(fixtures.order_by(Fixture.id)))


def count_booths_by_hall(plan: Plan) -> dict[int, int]:
    """How many booths stand in each hall; halls without any are missing."""
    return _count_booths(plan, Booth.hall_id)


def count_booths_by_zone(plan: Plan) -> dict[int, int]:
    return _count_booths(plan, Booth.zone_id)


def count_booths_by_sponsor(plan: Plan) -> dict[int, int]:
    return _count_booths(plan, Booth.sponsor_id)


def _count_booths(plan: Plan, column: InstrumentedAttribute[int | None]) -> dict[int, int]:
    rows = select(column, func.count()).where(
        Booth.plan_id == plan.id, Booth.removed_at.is_(None), column.is_not(None)
    )
    found = db.session.execute(rows.group_by(column))
    return {number: count for number, count in found if number is not None}


def list_held(booth_ids: Collection[int]) -> Sequence[BoothAllocation]:
    """The allocations that keep booths from being taken away, with booth and registration."""
    if not booth_ids:
        return []
    live = or_(BoothAllocation.held_until.is_(None), BoothAllocation.held_until > now())
    return db.session.scalars(
        select(BoothAllocation)
        .where(BoothAllocation.booth_id.in_(booth_ids), BoothAllocation.released_at.is_(None), live)
        .options(
            joinedload(BoothAllocation.booth, innerjoin=True),
            joinedload(BoothAllocation.registration, innerjoin=True),
        )
        .order_by(BoothAllocation.id)
    ).all()


# --- Allocations ----------------------------------------------------------------------------
