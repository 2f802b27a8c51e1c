"""A plan of 400 booths with an exhibitor each; prints what came of it as JSON.

Run as ``python -m scripts.bench.many_booths fill|papers|change SECONDS`` with the settings of an
installation in the environment, each in a process of its own.
"""

import json
import sys
import time
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from sqlalchemy import insert, select

from gernas.app import create_app
from gernas.booths.models import Booth, BoothAllocation, Fixture, FixtureKind, Hall, How, Plan, Zone
from gernas.booths.papers.collect import collect_facts
from gernas.booths.papers.sheets import TEMPLATES, Paper, make_data
from gernas.booths.papers.typeset import typeset
from gernas.campaigns.models import Campaign
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.revisions import raise_revisions
from gernas.events.models import Event
from gernas.registrations.models import Registration, RegistrationState

BOOTHS, IN_A_ROW = 400, 20
CHANGES_EVERY = 1.0  # seconds
ROUNDS = 3


def fill() -> dict[str, Any]:
    """Add a published plan to an event that has none; the address of its page."""
    with transaction():
        event = _find_event()
        moment = now()
        plan = Plan(event_id=event.id, published_at=moment, created_at=moment, updated_at=moment)
        db.session.add(plan)
        db.session.flush()
        hall = Hall(
            plan_id=plan.id, name="Aula 400", width_cm=7_000, depth_cm=11_000, updated_at=moment
        )
        zones = [
            Zone(plan_id=plan.id, code=code, name=f"Zona {code}", colour=colour, sectors=[])
            for code, colour in (("A", "red"), ("B", "green"), ("C", "blue"), ("D", "gold"))
        ]
        db.session.add_all([hall, *zones])
        db.session.flush()
        gate = {"x_cm": 3_300, "y_cm": 10_950, "width_cm": 400, "depth_cm": 50}
        db.session.add(Fixture(hall_id=hall.id, kind=FixtureKind.GATE, label="Gerbang", **gate))
        for number in range(BOOTHS):
            _add_booth(hall, zones[number * len(zones) // BOOTHS], number, moment)
        raise_revisions(plan.scope)
    return {"path": f"/acara/{event.slug}/denah", "slug": event.slug}


def papers() -> dict[str, Any]:
    """How long the plan and 400 signs take together, in seconds; the middle of three."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        with force_locale("id"):
            facts = collect_facts(_find_plan(), personal=True)
            for paper in (Paper.PLAN_A3, Paper.SIGNS):
                typeset(TEMPLATES[paper], make_data(paper, facts))
        times.append(time.perf_counter() - begun)
    return {"seconds": sorted(times)[ROUNDS // 2]}


def change(seconds: float) -> dict[str, Any]:
    """Make the state of the plan stale again and again, as exhibitors who choose do."""
    end, count = time.monotonic() + seconds, 0
    scope = _find_plan().scope
    db.session.rollback()
    while time.monotonic() < end:
        with transaction():
            raise_revisions(scope, site=False)
        count += 1
        time.sleep(CHANGES_EVERY)
    return {"changes": count}


def _find_event() -> Event:
    taken = select(Plan.event_id)
    shown = Campaign.published_at.is_not(None)
    events = select(Event).join(Event.campaign).where(shown, Event.archived_at.is_(None))
    found = db.session.scalars(events.where(Event.id.not_in(taken)).order_by(Event.id))
    return next(event for event in found if event.is_public)


def _find_plan() -> Plan:
    return db.session.scalars(select(Plan).order_by(Plan.id.desc())).first() or sys.exit("no plan")


def _add_booth(hall: Hall, zone: Zone, number: int, moment: datetime) -> None:
    row, column = divmod(number, IN_A_ROW)
    booth = Booth(
        plan_id=hall.plan_id,
        hall_id=hall.id,
        zone_id=zone.id,
        label=f"{zone.code}{number + 1:03}",
        x_cm=300 + column * 300 + (400 if column >= IN_A_ROW // 2 else 0),
        y_cm=300 + row // 2 * 1_000 + row % 2 * 300,
        width_cm=300,
        depth_cm=300,
        created_at=moment,
        updated_at=moment,
    )
    db.session.add(booth)
    db.session.flush()
    db.session.add(
        BoothAllocation(
            plan_id=hall.plan_id,
            booth_id=booth.id,
            registration_id=_add_exhibitor(number),
            how=How.ASSIGNED,
            allocated_at=moment,
            confirmed_at=moment,
        )
    )


def _add_exhibitor(number: int) -> int:
    """A copy of an accepted application, past the services: only what pages show differs."""
    table = Registration.__table__
    row = db.session.execute(select(table).where(table.c.state != "draft").limit(1)).one()
    values = {**row._mapping, "code": f"M{number:07}", "token_hash": f"{number:064}"}  # noqa: SLF001
    values |= {
        "label": f"Usaha Keripik dan Kopi Nomor {number}",
        "state": str(RegistrationState.CONFIRMED),
        "holds_place": True,
        "waiting_number": None,
        "offer_until": None,
        "idempotency_key": None,
    }
    values.pop("id")
    added = insert(Registration).values(**values).returning(Registration.id)
    return int(db.session.execute(added).scalar_one())


def main() -> None:
    app = create_app()
    what, *more = sys.argv[1:]
    with app.app_context():
        if what == "change":
            result = change(float(more[0]))
        else:
            result = {"fill": fill, "papers": papers}[what]()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
