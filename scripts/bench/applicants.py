"""Applicants of a call by first come, and a call of 100,000; prints what came of it as JSON.

Run as ``python -m scripts.bench.applicants rush CALLS|count SLUG|many|filter`` with the settings
of an installation in the environment, each in a process of its own.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, insert, select

from gernas.app import create_app
from gernas.businesses.models import Sector
from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import now
from gernas.core.database import db, get_writer, transaction
from gernas.core.provinces import PROVINCES
from gernas.registrations.codes import make_token, new_code
from gernas.registrations.listing import list_registrations, read_listing
from gernas.registrations.models import (
    Call,
    CallKind,
    DecidesBy,
    Registration,
    RegistrationState,
)
from gernas.registrations.queries import get_form
from gernas.registrations.ready_forms import make_form
from gernas.registrations.services.calls import add_call, publish_call
from gernas.registrations.services.drafts import save_draft, start_draft
from gernas.registrations.services.forms import set_questions
from gernas.registrations.values import CallValues
from gernas.registrations.views.hand import IN_HAND

CAMPAIGN, STOP = "gernas-bbi-2022", "lampung"
APPLICANTS, PLACES = 1_000, 300
MANY, MANY_SLUG = 100_000, "seratus-ribu"
ROUNDS = 5
STATES = tuple(str(state) for state in RegistrationState if state != RegistrationState.DRAFT)
HOLDING = frozenset({"accepted", "confirmed"})
FILTERS: Mapping[str, dict[str, str]] = {
    "all": {},
    "state": {"status": "submitted"},
    "sector": {"sektor": "craft"},
    "province": {"provinsi": "lampung", "status": "in_review"},
    "text": {"q": "keripik siti"},
    "nothing": {"q": "tidak ada yang begini"},
    "name": {"urut": "usaha", "sektor": "food"},
}


def rush(app: Flask, slug: str) -> dict[str, Any]:
    """Add a call with 300 places and 1,000 drafts; the request that sends each, as a browser's."""
    call = add_call_of_bench(slug, decides_by=DecidesBy.FIRST_COME, places=PLACES)
    tokens = []
    with transaction():
        for number in range(APPLICANTS):
            draft, token = start_draft(db.session.get_one(Call, call.id), language="id")
            save_draft(draft, _answers(number))
            tokens.append(token)
    return {"requests": [_write_request(app, call, token) for token in tokens]}


def count(slug: str) -> dict[str, Any]:
    """How the applications of a call ended: by state, places held, and the waiting numbers."""
    call = db.session.scalars(select(Call).where(Call.slug == slug)).one()
    mine = Registration.call_id == call.id
    states = select(Registration.state, func.count()).where(mine).group_by(Registration.state)
    numbers = select(Registration.waiting_number).where(
        mine, Registration.waiting_number.is_not(None)
    )
    waiting = sorted(number for number in db.session.scalars(numbers) if number is not None)
    held = select(func.count()).where(mine, Registration.holds_place)
    return {
        "states": {str(state): number for state, number in db.session.execute(states)},
        "used": call.used,
        "held": db.session.scalar(held),
        "in_order": waiting == list(range(1, len(waiting) + 1)),
    }


def many() -> dict[str, Any]:
    """Add a call with 100,000 applications in all states."""
    call = add_call_of_bench(MANY_SLUG, decides_by=DecidesBy.REVIEW, places=MANY)
    form = get_form(call)
    with transaction():
        for start in range(0, MANY, 5_000):
            rows = [_row(number, call.id, form.id) for number in range(start, start + 5_000)]
            db.session.execute(insert(Registration), rows)
    _analyze()
    return {"registrations": MANY}


def measure_filters() -> dict[str, Any]:
    """The median time of each filter of the list, in seconds, its page and total included."""
    call = db.session.scalars(select(Call).where(Call.slug == MANY_SLUG)).one()
    slowest: dict[str, float] = {}
    for name, args in FILTERS.items():
        times = []
        for _ in range(ROUNDS):
            db.session.remove()
            start = time.perf_counter()
            list_registrations(read_listing(args, [call.id]))
            times.append(time.perf_counter() - start)
        slowest[name] = sorted(times)[ROUNDS // 2]
    return slowest


def add_call_of_bench(slug: str, *, decides_by: DecidesBy, places: int) -> Call:
    moment = now()
    values = CallValues(
        title="Stan UMKM Lagawi Fest",
        kind=CallKind.UMKM_BOOTH,
        decides_by=decides_by,
        opens_at=moment - timedelta(hours=1),
        closes_at=moment + timedelta(days=7),
        places=places,
    )
    with transaction():
        campaign = db.session.scalars(select(Campaign).where(Campaign.slug == CAMPAIGN)).one()
        stop = db.session.scalars(
            select(Stop).where(Stop.campaign_id == campaign.id, Stop.slug == STOP)
        ).one()
        call = add_call(campaign, values, by=None, stop=stop, slug=slug)
        asked = [one for one in make_form(CallKind.UMKM_BOOTH) if not one.takes_files]
        set_questions(call, asked, by=None)
        publish_call(call, by=None)
    return call


def _answers(number: int) -> dict[str, Any]:
    """All that a careful applicant writes; each another business."""
    return {
        "business_name": f"Keripik Bu Siti {number}",
        "kind": "umkm",
        "owner_name": f"Siti Aminah {number}",
        "sector": list(Sector)[number % 4],
        "size_class": "micro",
        "province": "ID-LA",
        "city": "Bandar Lampung",
        "address": f"Jalan Raden Intan {number}",
        "whatsapp": f"0812{number:08}",
        "email": f"siti{number}@contoh.id",
        "instagram": f"keripik.siti{number}",
        "product": "Keripik pisang kepok",
        "price": "15000",
        "in_production": "over_three",
        "per_month": "1200",
        "nib": f"{9_120_000_000_000 + number}",
        "certificates": ["spp_irt", "halal"],
        "power": "4",
        "cooks_on_site": "no",
        "helpers": "2",
        "joins_training": "yes",
        "agree_application": "yes",
    }


def _write_request(app: Flask, call: Call, token: str) -> str:
    """The press of the button as a browser sends it, with the cookie that holds the draft."""
    with app.test_request_context():
        session[IN_HAND] = {str(call.id): token}
        session["_fresh"] = False  # What the first page leaves in every browser's cookie.
        g.pop("csrf_token", None)  # Each browser has its own.
        csrf = generate_csrf()
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        cookie = signer.dumps(dict(session))
    body = urlencode({"csrf_token": csrf, "key": token[:22]})
    settings = app.config["GERNAS"]
    lines = (
        f"POST /daftar/{call.slug}/kirim HTTP/1.1",
        f"Host: {settings.host}",
        f"Origin: {settings.url}",
        f"Cookie: {app.config['SESSION_COOKIE_NAME']}={cookie}",
        "Connection: close",  # Each applicant has a phone of their own.
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(lines) + f"\r\n\r\n{body}"


def _row(number: int, call_id: int, form_id: int) -> dict[str, Any]:
    state = STATES[number % len(STATES)]
    moment = now() - timedelta(minutes=number)
    label = f"Keripik Bu {('Siti', 'Ani', 'Wati', 'Sari', 'Dewi')[number % 5]} {number}"
    code = new_code()
    return {
        "code": code,
        "call_id": call_id,
        "form_version_id": form_id,
        "state": state,
        "holds_place": state in HOLDING,
        "waiting_number": number + 1 if state == "waitlisted" else None,
        "label": label,
        "sector": list(Sector)[number % len(Sector)],
        "province": PROVINCES[number % len(PROVINCES)].iso_code,
        "city": "Bandar Lampung",
        "nib": f"{9_120_000_000_000 + number}" if number % 3 else None,
        "email": f"siti{number}@contoh.id",
        "search": f"{label} {code} bandar lampung".lower(),
        "token_hash": make_token(code, 1)[1],
        "answers": _answers(number),
        "submitted_at": moment,
        "taken_in_at": moment,
        "created_at": moment,
        "updated_at": moment,
    }


def _analyze() -> None:
    """Let the database learn how its rows are spread, as it does by itself in the long run."""
    connection = (
        get_writer()
        .connect()
        .execution_options(isolation_level="AUTOCOMMIT", postgresql_readonly=False)
    )
    with connection:
        connection.exec_driver_sql("ANALYZE")


def main() -> None:
    app = create_app()
    words = sys.argv[1:]
    with app.app_context():
        tasks: dict[str, Callable[..., dict[str, Any]]] = {
            "rush": lambda slug: rush(app, slug),
            "count": count,
            "many": many,
            "filter": measure_filters,
        }
        print(json.dumps(tasks[words[0]](*words[1:])))


if __name__ == "__main__":
    main()
