"""Exhibitors who choose among 70 booths by themselves; prints what came of it as JSON.

Run as ``python -m scripts.bench.choosers fill|clear|count`` with the settings of an installation
in the environment, each in a process of its own.
"""

import json
import sys
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, insert, select, update

from gernas.app import create_app
from gernas.booths.layouts import Layout, Measure
from gernas.booths.models import Booth, BoothAllocation, BoothCall, BoothMode, Plan, Zone
from gernas.booths.services.halls import add_hall
from gernas.booths.services.layouts import draw_layout
from gernas.booths.services.plans import add_plan, publish_plan
from gernas.booths.values import HallValues, PlanValues
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.revisions import raise_revisions
from gernas.events.models import Event
from gernas.registrations.codes import make_token
from gernas.registrations.models import Call, DecidesBy, Registration, RegistrationState
from gernas.registrations.queries import get_form
from scripts.bench.applicants import add_call_of_bench

SLUG = "berebut-stan"
EXHIBITORS = 340
HOLD_MINUTES = 1

A = BoothAllocation


def fill(app: Flask) -> dict[str, Any]:
    """Add a plan of 70 booths, and exhibitors who may choose any; their taps as a browser's."""
    call = add_call_of_bench(SLUG, decides_by=DecidesBy.FIRST_COME, places=EXHIBITORS)
    with transaction():
        plan = _draw(call)
        form_id = get_form(call).id
        codes = [f"P{number:07}" for number in range(EXHIBITORS)]
        rows = [_row(number, code, call.id, form_id) for number, code in enumerate(codes)]
        db.session.execute(insert(Registration), rows)
        db.session.execute(update(Call).where(Call.id == call.id).values(used=EXHIBITORS))
        raise_revisions(plan.scope)
    return {
        "exhibitors": [_write_requests(app, make_token(code, 1)[0]) for code in codes],
        "booths": list(db.session.scalars(_select_booths(plan))),
        "state": f"/acara/{plan.event.slug}/denah/keadaan.json",
    }


def clear() -> dict[str, Any]:
    """Take all booths back, for another rush."""
    with transaction():
        plan = _find_plan()
        live = update(A).where(A.plan_id == plan.id, A.released_at.is_(None))
        db.session.execute(live.values(released_at=now()))
        raise_revisions(plan.scope)
    return {}


def count() -> dict[str, Any]:
    """How many booths and exhibitors have each other now, and what is held, over or not."""
    rows = db.session.execute(
        select(
            func.count(),
            func.count(A.booth_id.distinct()),
            func.count(A.registration_id.distinct()),
            func.count(A.held_until),
        ).where(A.plan_id == _find_plan().id, A.released_at.is_(None))
    ).one()
    return dict(zip(("allocations", "booths", "exhibitors", "held"), rows, strict=True))


def _draw(call: Call) -> Plan:
    event = db.session.scalars(
        select(Event)
        .join(Event.campaign)
        .where(Event.id.not_in(select(Plan.event_id)), Event.archived_at.is_(None))
        .order_by(Event.id)
    )
    found = next(one for one in event if one.is_public)
    plan = add_plan(found, PlanValues(), by=None)
    hall = add_hall(plan, HallValues(name="Tenda", width_cm=7_200, depth_cm=2_100), by=None)
    draw_layout(hall, Layout.LAGAWI, Measure(hall.width_cm, hall.depth_cm), by=None)
    db.session.execute(update(Zone).where(Zone.plan_id == plan.id).values(sectors=[]))
    publish_plan(plan, by=None)
    terms = {"mode": BoothMode.CHOOSE, "hold_minutes": HOLD_MINUTES}
    db.session.add(BoothCall(call_id=call.id, plan_id=plan.id, **terms))
    return plan


def _find_plan() -> Plan:
    of_call = select(BoothCall.plan_id).join(BoothCall.call).where(Call.slug == SLUG)
    return db.session.scalars(select(Plan).where(Plan.id.in_(of_call))).one()


def _select_booths(plan: Plan) -> Any:
    return select(Booth.label).where(Booth.plan_id == plan.id).order_by(Booth.label)


def _row(number: int, code: str, call_id: int, form_id: int) -> dict[str, Any]:
    moment = now()
    return {
        "code": code,
        "call_id": call_id,
        "form_version_id": form_id,
        "state": RegistrationState.CONFIRMED,
        "holds_place": True,
        "label": f"Keripik Bu Siti {number}",
        "sector": "food",
        "province": "ID-LA",
        "email": f"siti{number}@contoh.id",
        "search": f"keripik bu siti {number}",
        "token_hash": make_token(code, 1)[1],
        "answers": {},
        "submitted_at": moment,
        "taken_in_at": moment,
        "created_at": moment,
        "updated_at": moment,
    }


def _write_requests(app: Flask, token: str) -> dict[str, str]:
    """A tap on a booth and the press of the button that keeps it, as the page's script sends them.

    ``hold`` ends in the booth's label, all of which are as long; ``take`` in the allocation's
    number, in ten digits.
    """
    with app.test_request_context():
        session["_fresh"] = False  # What the first page leaves in every browser's cookie.
        g.pop("csrf_token", None)  # Each browser has its own.
        csrf = generate_csrf()
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        cookie = signer.dumps(dict(session))
    settings = app.config["GERNAS"]
    requests = {}
    for name, action, field, length in (
        ("hold", "tahan", "stan", 3),
        ("take", "ambil", "alokasi", 10),
    ):
        body = urlencode({"csrf_token": csrf, field: ""})
        lines = (
            f"POST /pendaftaran/{token}/stan/{action} HTTP/1.1",
            f"Host: {settings.host}",
            f"Origin: {settings.url}",
            f"Cookie: {app.config['SESSION_COOKIE_NAME']}={cookie}",
            "Accept: application/json",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body) + length}",
        )
        requests[name] = "\r\n".join(lines) + f"\r\n\r\n{body}"
    return requests


def main() -> None:
    app = create_app()
    with app.app_context():
        what = sys.argv[1]
        print(json.dumps(fill(app) if what == "fill" else {"clear": clear, "count": count}[what]()))


if __name__ == "__main__":
    main()
