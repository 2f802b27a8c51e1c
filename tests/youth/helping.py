"""Businesses that members help, with harmless defaults, committed."""

import io
from datetime import date
from typing import Any

from PIL import Image

from gernas.accounts.models import User
from gernas.businesses.models import Business
from gernas.core.clock import now, today_in
from gernas.core.database import db, transaction
from gernas.core.images import Picture, read_picture
from gernas.youth.models import (
    Assistance,
    AssistanceTask,
    Member,
    OutsideHours,
    ReportState,
    TaskKind,
    YouthCertificate,
    YouthProgramme,
)
from gernas.youth.services.assisting import Wish, start_assistance, wish_for_help
from gernas.youth.services.certifying import issue_certificate
from gernas.youth.services.outside import HoursReport, report_hours
from gernas.youth.services.tasks import TaskReport, answer_report, report_task
from tests.businesses.conftest import make_business
from tests.youth.making import make_assignment, make_role, make_shift

LINK = "https://www.tokopedia.com/keripik-bu-siti"


def make_wish(
    programme: YouthProgramme, business: Business | None = None, **values: Any
) -> Assistance:
    """A business in Metro that wants help, its owner unknown to Gernas."""
    business = business or make_business()
    with transaction():
        programme = db.session.get_one(YouthProgramme, programme.id)
        business = db.session.get_one(Business, business.id)
        return wish_for_help(programme, business, Wish(**values), by=None)


def make_assistance(
    programme: YouthProgramme, *members: Member, business: Business | None = None
) -> Assistance:
    """Help that is under way."""
    business = business or make_business()
    with transaction():
        programme = db.session.get_one(YouthProgramme, programme.id)
        business = db.session.get_one(Business, business.id)
        people = [db.session.get_one(Member, member.id) for member in members]
        return start_assistance(programme, business, people, by=None)


def make_task(
    assistance: Assistance, member: Member, *, confirmed: bool = False, **values: Any
) -> AssistanceTask:
    """A shop that was opened today, with a link."""
    day: date = today_in("Asia/Jakarta")
    given = {
        "kind": TaskKind.MARKETPLACE_SHOP,
        "done_on": day,
        "evidence_url": f"{LINK}-{now().timestamp()}",
    }
    with transaction():
        row = db.session.get_one(Assistance, assistance.id)
        member = db.session.get_one(Member, member.id)
        task = report_task(row, member, TaskReport(**{**given, **values}))
        if confirmed:
            answer_report(task, confirmed=True, by=None)
    return task


def make_hours(
    programme: YouthProgramme,
    member: Member,
    assistance: Assistance | None = None,
    *,
    confirmed: bool = False,
    **values: Any,
) -> OutsideHours:
    """Ninety minutes of today."""
    given = {"on": today_in("Asia/Jakarta"), "minutes": 90, "note": f"Memotret {now()}"}
    with transaction():
        programme = db.session.get_one(YouthProgramme, programme.id)
        member = db.session.get_one(Member, member.id)
        row = db.session.get_one(Assistance, assistance.id) if assistance else None
        hours = report_hours(programme, member, HoursReport(**{**given, **values}), assistance=row)
        if confirmed:
            hours.state = ReportState.CONFIRMED
    return hours


def make_worked(programme: YouthProgramme, member: Member, *, minutes: int = 480) -> None:
    """A shift that the member worked so long."""
    role = make_role(programme, name="Pendamping digital", name_en="Digital companion")
    shift = make_shift(programme, role)
    make_assignment(
        shift,
        member,
        arrived_at=shift.starts_at,
        left_at=shift.ends_at,
        minutes=minutes,
        attendance="present",
    )


def make_certificate(
    programme: YouthProgramme, member: Member, *, by: User | None = None
) -> YouthCertificate:
    """A certificate by hand, of a day's work if there is nothing else."""
    make_worked(programme, member)
    with transaction():
        programme = db.session.get_one(YouthProgramme, programme.id)
        return issue_certificate(programme, db.session.get_one(Member, member.id), by=by)


def make_photo(colour: str = "red") -> io.BytesIO:
    """A JPEG as a phone would send it."""
    out = io.BytesIO()
    Image.new("RGB", (800, 600), colour).save(out, "JPEG")
    out.seek(0)
    return out


def make_picture(colour: str = "red") -> Picture:
    return read_picture(make_photo(colour))
