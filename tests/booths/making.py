"""Plans, halls and booths with harmless defaults, committed; pass what the test is about."""

from itertools import count
from typing import Any

from gernas.booths.models import Booth, Fixture, FixtureKind, Hall, Plan, Sponsor, Zone, ZoneColour
from gernas.core.clock import now
from gernas.core.database import transaction
from gernas.core.revisions import raise_revisions
from gernas.events.models import Event
from tests.factories import make_event, save

_number = count(1)


def make_plan(event: Event | None = None, *, published: bool = False, **values: Any) -> Plan:
    """A draft plan of an exhibition in Bandar Lampung, without halls."""
    event = event or make_event(kind="exhibition")
    moment = now()
    defaults: dict[str, Any] = {
        "event_id": event.id,
        "published_at": moment if published else None,
        "created_at": moment,
        "updated_at": moment,
    }
    plan = save(Plan(**{**defaults, **values}))
    with transaction():
        raise_revisions(plan.scope, site=False)
    return plan


def make_hall(plan: Plan | None = None, **values: Any) -> Hall:
    """A tent of 30 by 20 metres."""
    plan = plan or make_plan()
    number = next(_number)
    defaults: dict[str, Any] = {
        "plan_id": plan.id,
        "name": f"Tenda {number}",
        "position": number,
        "width_cm": 3_000,
        "depth_cm": 2_000,
        "updated_at": now(),
    }
    return save(Hall(**{**defaults, **values}))


def make_zone(plan: Plan | None = None, **values: Any) -> Zone:
    plan = plan or make_plan()
    number = next(_number)
    defaults: dict[str, Any] = {
        "plan_id": plan.id,
        "code": f"Z{number}",
        "name": f"Zona {number}",
        "colour": ZoneColour.GREEN,
        "position": number,
        "sectors": [],
    }
    return save(Zone(**{**defaults, **values}))


def make_sponsor(plan: Plan | None = None, **values: Any) -> Sponsor:
    plan = plan or make_plan()
    defaults: dict[str, Any] = {"plan_id": plan.id, "name": f"Sponsor {next(_number)}"}
    return save(Sponsor(**{**defaults, **values}))


def make_booth(hall: Hall | None = None, label: str | None = None, **values: Any) -> Booth:
    """A booth of 3 by 3 metres; without a place, booths stand in a row along the upper wall."""
    hall = hall or make_hall()
    number = next(_number)
    moment = now()
    defaults: dict[str, Any] = {
        "plan_id": hall.plan_id,
        "hall_id": hall.id,
        "label": label or f"S{number:03}",
        "x_cm": number % 10 * 300,
        "y_cm": number // 10 % 6 * 300,
        "width_cm": 300,
        "depth_cm": 300,
        "created_at": moment,
        "updated_at": moment,
    }
    return save(Booth(**{**defaults, **values}))


def make_fixture(
    hall: Hall | None = None, kind: FixtureKind = FixtureKind.GATE, **values: Any
) -> Fixture:
    """A gate in the middle of the lower wall."""
    hall = hall or make_hall()
    defaults: dict[str, Any] = {
        "hall_id": hall.id,
        "kind": kind,
        "x_cm": hall.width_cm // 2 - 200,
        "y_cm": hall.depth_cm - 50,
        "width_cm": 400,
        "depth_cm": 50,
    }
    return save(Fixture(**{**defaults, **values}))
