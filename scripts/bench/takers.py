"""300 young people who take one of 200 places in a shift; prints what came of it as JSON.

Run as ``python -m scripts.bench.takers fill|clear|count`` with the settings of an installation in
the environment, each in a process of its own.
"""

import json
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import delete, func, insert, select, update

from gernas.app import create_app
from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.events.models import Event
from gernas.youth.codes import MEMBER, make_token
from gernas.youth.models import (
    Assignment,
    Enrolment,
    JoinedBy,
    Member,
    Shift,
    ShiftNeed,
    YouthConsent,
    YouthConsentPurpose,
    YouthProgramme,
    YouthRole,
)

SLUG = "pemuda-berebut"
PEOPLE, PLACES = 300, 200
OTHER_SHIFTS = 20  # on other days, so that the list has something to show
CAMPAIGN = "gernas-bbi-2022"


def fill(app: Flask) -> dict[str, Any]:
    """Add a programme, its shifts and members; their requests as a browser's."""
    codes = [f"B{number:07}" for number in range(PEOPLE)]
    with transaction():
        programme, event = _add_programme()
        role = YouthRole(programme_id=programme.id, code="jaga", name="Meja", skills=[])
        db.session.add(role)
        db.session.flush()
        starts = datetime.combine(now().date() + timedelta(days=20), datetime.min.time(), UTC)
        starts += timedelta(hours=2)
        needs = [
            _add_shift(programme, event, role, starts + timedelta(days=number))
            for number in range(OTHER_SHIFTS + 1)
        ]
        _add_members(programme, codes)
    tokens = [make_token(MEMBER, code, 1)[0] for code in codes]
    return {"people": [_write_requests(app, token, needs[0]) for token in tokens]}


def clear() -> dict[str, Any]:
    """Empty the shifts again, for another rush."""
    with transaction():
        ids = select(Shift.id).where(Shift.programme_id == _find_programme().id)
        db.session.execute(delete(Assignment).where(Assignment.shift_id.in_(ids)))
        needs = update(ShiftNeed).where(ShiftNeed.shift_id.in_(ids))
        db.session.execute(needs.values(used=0, last_waiting=0))
    return {}


def count() -> dict[str, Any]:
    """How many have a place, wait, are counted, and how many different members that are."""
    waits = Assignment.waiting_number
    ids = select(Shift.id).where(Shift.programme_id == _find_programme().id)
    row = db.session.execute(
        select(
            func.count() - func.count(waits),
            func.count(waits),
            func.count(Assignment.member_id.distinct()),
        ).where(Assignment.shift_id.in_(ids), Assignment.ended_at.is_(None))
    ).one()
    used = select(func.sum(ShiftNeed.used)).where(ShiftNeed.shift_id.in_(ids))
    names = ("places", "waiting", "members", "counted")
    return dict(zip(names, (*row, db.session.scalar(used)), strict=True))


def _add_programme() -> tuple[YouthProgramme, Event]:
    """A published programme at a stop of the demo that has none, and an event of it."""
    taken = select(YouthProgramme.stop_id)
    event = db.session.scalars(
        select(Event)
        .join(Event.stop)
        .join(Event.campaign)
        .where(Campaign.slug == CAMPAIGN, Stop.id.not_in(taken), Event.archived_at.is_(None))
        .where(Event.status != "cancelled")
        .order_by(Event.id)
        .limit(1)
    ).one()
    moment = now()
    programme = YouthProgramme(
        stop_id=event.stop_id, slug=SLUG, desk_code="BENCH001", published_at=moment
    )
    programme.created_at = programme.updated_at = moment
    db.session.add(programme)
    db.session.flush()
    return programme, event


def _add_shift(programme: YouthProgramme, event: Event, role: YouthRole, starts: datetime) -> int:
    """A shift of four hours that wants 200; the number of what it wants."""
    moment = now()
    shift = Shift(
        programme_id=programme.id,
        event_id=event.id,
        title="Jaga meja pendaftaran",
        starts_at=starts,
        ends_at=starts + timedelta(hours=4),
        leave_until=starts - timedelta(hours=24),
        published_at=moment,
        created_at=moment,
        updated_at=moment,
    )
    db.session.add(shift)
    db.session.flush()
    need = ShiftNeed(shift_id=shift.id, role_id=role.id, wanted=PLACES)
    db.session.add(need)
    db.session.flush()
    return need.id


def _add_members(programme: YouthProgramme, codes: list[str]) -> None:
    moment = now()
    rows = [
        {
            "code": code,
            "name": f"Rina {code}",
            "birth_date": date(moment.year - 20, 1, 1),
            "city": "Bandar Lampung",
            "province_code": "ID-LA",
            "skills": [],
            "token_hash": make_token(MEMBER, code, 1)[1],
            "search": f"rina {code}".lower(),
            "created_at": moment,
            "updated_at": moment,
        }
        for code in codes
    ]
    db.session.execute(insert(Member), rows)
    ids = list(db.session.scalars(select(Member.id).where(Member.code.in_(codes))))
    part = {"programme_id": programme.id, "how": JoinedBy.ALONE, "wishes": {}, "joined_at": moment}
    db.session.execute(insert(Enrolment), [{**part, "member_id": number} for number in ids])
    consent = {
        "purpose": YouthConsentPurpose.TAKE_PART,
        "wording_version": "take_part-1",
        "language": "id",
        "means": "web",
        "given_at": moment,
    }
    db.session.execute(insert(YouthConsent), [{**consent, "member_id": number} for number in ids])


def _find_programme() -> YouthProgramme:
    return db.session.scalars(select(YouthProgramme).where(YouthProgramme.slug == SLUG)).one()


def _write_requests(app: Flask, token: str, need_id: int) -> dict[str, str]:
    """Opening the list, and the tap that takes a place, as a phone sends them."""
    with app.test_request_context():
        session["_fresh"] = False  # What the first page leaves in every browser's cookie.
        g.pop("csrf_token", None)  # Each browser has its own.
        csrf = generate_csrf()
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        cookie = signer.dumps(dict(session))
    settings = app.config["GERNAS"]
    body = urlencode({"csrf_token": csrf, "key": token[:12]})
    common = (
        f"Host: {settings.host}",
        f"Cookie: {app.config['SESSION_COOKIE_NAME']}={cookie}",
    )
    see = (f"GET /pemuda/saya/{token}/jaga HTTP/1.1", *common)
    tap = (
        f"POST /pemuda/saya/{token}/jaga/{need_id}/ambil HTTP/1.1",
        *common,
        f"Origin: {settings.url}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    )
    return {"see": "\r\n".join(see) + "\r\n\r\n", "take": "\r\n".join(tap) + f"\r\n\r\n{body}"}


def main() -> None:
    app = create_app()
    with app.app_context():
        what = sys.argv[1]
        print(json.dumps(fill(app) if what == "fill" else {"clear": clear, "count": count}[what]()))


if __name__ == "__main__":
    main()
