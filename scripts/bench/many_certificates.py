"""2,000 members get certificates by the rule, and all go onto paper; prints what it took as JSON.

Run as ``python -m scripts.bench.many_certificates COUNT`` with the settings of an installation in
the environment, in a process of its own.
"""

import json
import sys
import time
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, select

from gernas.accounts.secrets import hash_secret
from gernas.app import create_app
from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.jobs import Job, JobState, run_job
from gernas.events.models import Event
from gernas.youth.codes import new_code
from gernas.youth.models import (
    Assignment,
    Enrolment,
    Member,
    Shift,
    ShiftNeed,
    YouthCertificate,
    YouthProgramme,
    YouthRole,
)
from gernas.youth.recognition.jobs import ask_for_print, get_folder
from gernas.youth.services.certifying import issue_by_rule
from scripts.bench.many_businesses import PEOPLE, make_word

ROLES = ("Pendamping digital", "Meja pendaftaran", "Dokumentasi")


def main() -> None:
    count = int(sys.argv[1])
    app = create_app()
    with app.app_context():
        with transaction():
            number = make_programme(count)
        print(json.dumps({**issue(number, count), **set_pages(number, count), **weigh(app)}))


def issue(number: int, count: int) -> dict[str, Any]:
    """Give all of them one by the rule; seconds."""
    started = time.monotonic()
    with transaction():
        given = issue_by_rule(db.session.get_one(YouthProgramme, number), by=None)
    if given != count:
        raise SystemExit(f"{given} of {count} certificates were issued")
    return {"issuing": time.monotonic() - started}


def set_pages(number: int, count: int) -> dict[str, Any]:
    """Have the job set all of them as one PDF; seconds, and bytes of the file."""
    started = time.monotonic()
    with transaction():
        job_id = ask_for_print(db.session.get_one(YouthProgramme, number), by=None).id
    run_job(job_id)
    seconds = time.monotonic() - started
    db.session.rollback()
    row = db.session.get_one(Job, job_id)
    if row.state != JobState.DONE or not row.result or row.result["count"] != count:
        raise SystemExit(f"the job is {row.state}: {row.error}")
    return {"seconds": seconds, "bytes": (get_folder() / row.result["file"]).stat().st_size}


def weigh(app: Flask) -> dict[str, Any]:
    """Bytes of the page that says whether a certificate is valid, and of it compressed."""
    newest = select(YouthCertificate.code).order_by(YouthCertificate.id.desc()).limit(1)
    code = db.session.scalar(newest)
    answer = app.test_client().get(f"/sertifikat/{code}", base_url=app.config["GERNAS"].url)
    if answer.status_code != 200:
        raise SystemExit(f"the page answers {answer.status_code}")
    return {"page": len(answer.data)}


def make_programme(count: int) -> int:
    """A programme whose members worked in three roles each; in the open transaction."""
    moment = now()
    times = {"created_at": moment, "updated_at": moment}
    campaign = Campaign(slug="sertifikat", title="Gernas BBI 2022", published_at=moment, **times)
    campaign.starts_on, campaign.ends_on = date(2022, 1, 1), date(2022, 12, 31)
    stop = Stop(campaign=campaign, number=1, slug="lampung", province_code="ID-LA", **times)
    db.session.add(stop)
    db.session.flush()
    programme = YouthProgramme(slug="sertifikat", stop_id=stop.id, desk_code=new_code(), **times)
    event = Event(
        campaign_id=campaign.id,
        stop_id=stop.id,
        slug="puncak-sertifikat",
        kind="harvesting",
        status="confirmed",
        title="Puncak",
        zone="Asia/Jakarta",
        starts_on=date(2022, 6, 24),
        **times,
    )
    db.session.add_all([programme, event])
    db.session.flush()
    needs = [_add_shift(programme, event, day, role, count) for day, role in enumerate(ROLES)]
    ids = _add_members(programme, count)
    for need in needs:
        _add_hours(need, ids)
    return programme.id


def _add_shift(
    programme: YouthProgramme, event: Event, day: int, name: str, count: int
) -> ShiftNeed:
    moment = now()
    role = YouthRole(programme_id=programme.id, code=f"peran-{day}", name=name, skills=[])
    starts_at = moment - timedelta(days=10 - day)
    shift = Shift(
        programme_id=programme.id,
        event_id=event.id,
        title="Puncak",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=8),
        leave_until=starts_at,
        published_at=moment,
        created_at=moment,
        updated_at=moment,
    )
    db.session.add_all([role, shift])
    db.session.flush()
    need = ShiftNeed(shift_id=shift.id, role_id=role.id, wanted=min(count, 1_000), used=0)
    db.session.add(need)
    db.session.flush()
    return need


def _add_members(programme: YouthProgramme, count: int) -> list[int]:
    moment = now()
    before = db.session.scalar(select(func.max(Member.id))) or 0  # the demo's
    rows = [
        {
            "code": f"{number:08}",
            "name": f"{PEOPLE[number % len(PEOPLE)]} {make_word(number)}",
            "birth_date": date(2002, 1 + number % 12, 1),
            "city": "Bandar Lampung",
            "province_code": "ID-LA",
            "skills": [],
            "token_hash": hash_secret(f"member {number}"),
            "created_at": moment,
            "updated_at": moment,
        }
        for number in range(count)
    ]
    db.session.execute(insert(Member), rows)
    ids = list(db.session.scalars(select(Member.id).where(Member.id > before).order_by(Member.id)))
    parts = [
        {
            "programme_id": programme.id,
            "member_id": number,
            "how": "alone",
            "wishes": {},
            "joined_at": moment,
        }
        for number in ids
    ]
    db.session.execute(insert(Enrolment), parts)
    return ids


def _add_hours(need: ShiftNeed, ids: list[int]) -> None:
    shift = db.session.get_one(Shift, need.shift_id)
    rows = [
        {
            "shift_id": shift.id,
            "need_id": need.id,
            "member_id": number,
            "how": "member",
            "taken_at": shift.starts_at,
            "attendance": "present",
            "arrived_at": shift.starts_at,
            "left_at": shift.ends_at,
            "minutes": 480,
        }
        for number in ids
    ]
    db.session.execute(insert(Assignment), rows)


if __name__ == "__main__":
    main()
