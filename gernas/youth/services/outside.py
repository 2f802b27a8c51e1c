"""Hours outside shifts: reported with a note, confirmed by the owner or the coordinator."""

from dataclasses import dataclass
from datetime import date

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.errors import NotAllowed
from gernas.core.wording import number_words
from gernas.youth.guards import bar_words, may_work
from gernas.youth.helping.errors import (
    AlreadyAnswered,
    AssistanceOver,
    BadReport,
    MayNotHelp,
    NotCompanion,
)
from gernas.youth.helping.queries import is_companion, sum_minutes_on
from gernas.youth.helping.telling import tell_owner
from gernas.youth.models import (
    NOTE_LENGTH,
    Assistance,
    Member,
    OutsideHours,
    ReportState,
    YouthProgramme,
)
from gernas.youth.services.helping_log import log_hours
from gernas.youth.services.tasks import check_day

R = ReportState

MOST_MINUTES = 720  # of an adult on a day


@dataclass(frozen=True)
class HoursReport:
    on: date
    minutes: int
    note: str


def report_hours(
    programme: YouthProgramme,
    member: Member,
    report: HoursReport,
    *,
    assistance: Assistance | None = None,
    key: str | None = None,
) -> OutsideHours:
    """Keep hours outside shifts; the same key, or the same once more, is kept once.

    Raises:
        MayNotHelp, NotCompanion, AssistanceOver
        BadReport: a sentence for each field that cannot be kept.
    """
    member = lock(member)  # the minutes of a day count over all of the member's reports
    known = _find_same(programme, member, report, assistance, key)
    if known is not None:
        return known
    if assistance is not None:
        assistance = lock(assistance)
        db.session.expire(assistance, ["companions"])
        if assistance.ended_at is not None:
            raise AssistanceOver
        if assistance.programme_id != programme.id or not is_companion(assistance, member):
            raise NotCompanion
    bar = may_work(member, programme.id, report.on)
    if bar is not None:
        raise MayNotHelp(member.name, bar_words(bar))
    _check(programme, member, report)
    hours = OutsideHours(
        programme_id=programme.id,
        member_id=member.id,
        assistance_id=assistance.id if assistance else None,
        on=report.on,
        minutes=report.minutes,
        note=report.note.strip(),
        idempotency_key=key,
        reported_at=now(),
    )
    db.session.add(hours)
    db.session.flush()
    log_hours("outside_hours.reported", hours, {}, {"minutes": hours.minutes}, by=None)
    if assistance is not None:
        tell_owner(assistance)
    return hours


def withdraw_hours(hours: OutsideHours, member: Member) -> None:
    """Take one's own report back while it is not confirmed.

    Raises:
        NotAllowed, AlreadyAnswered
    """
    hours = lock(hours)
    if hours.member_id != member.id:
        raise NotAllowed(_("Your role does not allow this."))
    if hours.state == R.CONFIRMED:
        raise AlreadyAnswered
    if hours.state == R.WITHDRAWN:
        return
    hours.state = R.WITHDRAWN
    db.session.flush()
    log_hours("outside_hours.withdrawn", hours, {"minutes": hours.minutes}, {}, by=None)


def _find_same(
    programme: YouthProgramme,
    member: Member,
    report: HoursReport,
    assistance: Assistance | None,
    key: str | None,
) -> OutsideHours | None:
    mine = select(OutsideHours).where(
        OutsideHours.programme_id == programme.id, OutsideHours.member_id == member.id
    )
    if key is not None:
        found = db.session.scalar(mine.where(OutsideHours.idempotency_key == key))
        if found is not None:
            return found
    return db.session.scalar(
        mine.where(
            OutsideHours.on == report.on,
            OutsideHours.minutes == report.minutes,
            OutsideHours.note == report.note.strip(),
            OutsideHours.assistance_id == assistance.id
            if assistance
            else OutsideHours.assistance_id.is_(None),
            OutsideHours.state.in_((R.REPORTED, R.CONFIRMED)),
        ).limit(1)
    )


def _check(programme: YouthProgramme, member: Member, report: HoursReport) -> None:
    problems = check_day(programme.zone, report.on, name="on")
    note = report.note.strip()
    if not note:
        problems["note"] = _("Say in a few words what you did.")
    elif len(note) > NOTE_LENGTH:
        problems["note"] = _("This is too long. Use at most 500 characters.")
    most = MOST_MINUTES
    if member.is_minor_on(report.on):
        most = int(current_app.config["GERNAS"].minor_hours) * 60
    if report.minutes < 1:
        problems["hours"] = _("Write how long it took.")
    elif sum_minutes_on(member, report.on) + report.minutes > most:
        problems["hours"] = _(
            "That would be more than %(hours)s hours outside shifts on this day.",
            hours=number_words(most // 60),
        )
    if problems:
        raise BadReport(problems)
