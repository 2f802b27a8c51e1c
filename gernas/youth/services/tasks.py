"""What members did for a business: reported with evidence, confirmed by its owner.

Only what is confirmed counts anywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from gernas.businesses.access import is_one_of_its_people
from gernas.businesses.documents import (
    Document,
    drop_document,
    get_folder,
    store_document,
)
from gernas.core.clock import now, today_in
from gernas.core.database import after_commit, db, lock
from gernas.core.errors import NotAllowed
from gernas.core.images import Picture
from gernas.core.permissions import Holder
from gernas.core.text import safe_url
from gernas.core.wording import date_words
from gernas.events.services.changing import By
from gernas.youth.helping.errors import (
    AlreadyAnswered,
    AssistanceOver,
    BadReport,
    IsWithdrawn,
    NotCompanion,
    NoteNeeded,
    TooManyReports,
)
from gernas.youth.helping.queries import is_companion, list_hours_of, list_tasks_of
from gernas.youth.helping.telling import tell_owner
from gernas.youth.models import (
    NOTE_LENGTH,
    Assistance,
    AssistanceTask,
    Member,
    OutsideHours,
    ReportState,
    TaskKind,
)
from gernas.youth.services.assisting import check_owner_or_coordinator, is_coordinator
from gernas.youth.services.helping_log import log_assistance, log_hours

R = ReportState

WEBP = "image/webp"
BACK = timedelta(days=120)  # how long after it a result may be reported
MOST_A_DAY = 30  # reports of one assistance
MOST_OF_ONE = 1_000  # photos, descriptions


@dataclass(frozen=True)
class TaskReport:
    """What a member says was done."""

    kind: str  # a TaskKind
    done_on: date
    count: int = 1
    evidence_url: str | None = None
    note: str | None = None


def report_task(
    assistance: Assistance, member: Member, report: TaskReport, *, photo: Picture | None = None
) -> AssistanceTask:
    """Keep a result with its evidence; the same once more (a button pressed twice) is one.

    Raises:
        AssistanceOver, NotCompanion, TooManyReports
        BadReport: a sentence for each field that cannot be kept.
        NoRoom: the disk is full.
    """
    assistance = lock(assistance)
    db.session.expire(assistance, ["companions"])
    if assistance.ended_at is not None:
        raise AssistanceOver
    if not is_companion(assistance, member):
        raise NotCompanion
    url = _check(assistance, report, has_photo=photo is not None)
    twin = _find_twin(assistance, member, report, url, photo)
    if twin is not None:
        return twin
    _check_number(assistance)
    moment = now()
    task = AssistanceTask(
        assistance_id=assistance.id,
        kind=TaskKind(report.kind),
        done_on=report.done_on,
        count=report.count,
        evidence_url=url,
        evidence_file=_store(photo) if photo is not None else None,
        note=(report.note or "").strip() or None,
        reported_by_id=member.id,
        reported_at=moment,
    )
    db.session.add(task)
    db.session.flush()
    log_assistance(
        "assistance.reported", assistance, {}, {"task": task.kind, "count": task.count}, by=None
    )
    tell_owner(assistance)
    return task


def withdraw_task(task: AssistanceTask, member: Member) -> None:
    """Take one's own report back while it is not confirmed; its photo goes with it.

    Raises:
        NotAllowed, AlreadyAnswered
    """
    task = lock(task)
    if task.reported_by_id != member.id:
        raise NotAllowed(_("Your role does not allow this."))
    if task.state == R.CONFIRMED:
        raise AlreadyAnswered
    if task.state == R.WITHDRAWN:
        return
    task.state = R.WITHDRAWN
    file, task.evidence_file = task.evidence_file, None
    db.session.flush()
    log_assistance("assistance.withdrawn", task.assistance, {"task": task.kind}, {}, by=None)
    after_commit(lambda: drop_document(file))


def answer_report(
    report: AssistanceTask | OutsideHours,
    *,
    confirmed: bool,
    by: By,
    note: str | None = None,
) -> None:
    """Confirm a result or hours, or say that it was not so; the last word counts.

    Without ``by`` it is the owner with the link. A coordinator who is not of the business says
    why, since the owner did not; so does who disputes.

    Raises:
        NotAllowed, NoteNeeded, IsWithdrawn
    """
    report = lock(report)
    check_may_answer(report, by)
    if report.state == R.WITHDRAWN:
        raise IsWithdrawn
    note = (note or "").strip() or None
    if note is not None and len(note) > NOTE_LENGTH:
        raise BadReport({"note": _("Write at most 500 signs.")})
    if note is None and _needs_note(report, by=by, confirmed=confirmed):
        raise NoteNeeded
    state = R.CONFIRMED if confirmed else R.DISPUTED
    if report.state == state and report.answer_note == note:
        return
    before = {"answer": report.state}
    report.state, report.answer_note = state, note
    report.answered_at, report.answered_by_id = now(), by.id if by else None
    db.session.flush()
    _log_answer(report, before, {"answer": state, "note": note}, by=by)


def take_answer_back(report: AssistanceTask | OutsideHours, *, by: By) -> None:
    """Undo an answer: the report waits to be confirmed again.

    Raises:
        NotAllowed
    """
    report = lock(report)
    check_may_answer(report, by)
    if report.state not in (R.CONFIRMED, R.DISPUTED):
        return
    before = {"answer": report.state}
    report.state, report.answer_note = R.REPORTED, None
    report.answered_at, report.answered_by_id = None, None
    db.session.flush()
    _log_answer(report, before, {"answer": R.REPORTED}, by=by)


def confirm_all(assistance: Assistance, *, by: By) -> int:
    """Confirm all that waits in an assistance, results and hours; returns how much that was.

    Raises:
        NotAllowed: not the owner; coordinators answer one by one, and say why.
    """
    assistance = lock(assistance)
    reports: list[AssistanceTask | OutsideHours] = [*list_tasks_of(assistance)]
    reports += list_hours_of(assistance)
    waiting = [one for one in reports if one.state == R.REPORTED]
    for one in waiting:
        answer_report(one, confirmed=True, by=by)
    return len(waiting)


def check_may_answer(report: AssistanceTask | OutsideHours, by: Holder | None) -> None:
    """Check that someone is of the business, or coordinates the programme.

    Raises:
        NotAllowed: neither, or it is their own report.
    """
    assistance = report.assistance
    member = report.reported_by if isinstance(report, AssistanceTask) else report.member
    if by is not None and member.user_id == by.id:
        raise NotAllowed(_("Somebody else has to confirm what you reported yourself."))
    if assistance is not None:
        check_owner_or_coordinator(by, assistance.programme, assistance.business)
        return
    assert isinstance(report, OutsideHours)  # noqa: S101 - a task always has an assistance
    if not is_coordinator(by, report.programme):
        raise NotAllowed(_("Your role does not allow this."))


def _log_answer(
    report: AssistanceTask | OutsideHours,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    by: By,
) -> None:
    if report.assistance is None:
        assert isinstance(report, OutsideHours)  # noqa: S101 - a task always has an assistance
        log_hours("outside_hours.answered", report, before, after, by=by)
        return
    what = str(report.kind) if isinstance(report, AssistanceTask) else "hours"
    after = {**after, "task": what}
    log_assistance("assistance.answered", report.assistance, before, after, by=by)


def _needs_note(report: AssistanceTask | OutsideHours, *, by: By, confirmed: bool) -> bool:
    if by is None:
        return False  # One tap is all that an owner is asked for.
    if report.assistance is None:
        return not confirmed
    return not is_one_of_its_people(by, report.assistance.business)


def _check(assistance: Assistance, report: TaskReport, *, has_photo: bool) -> str | None:
    """The address of the evidence, fit for a link.

    Raises:
        BadReport
    """
    problems: dict[str, str] = {}
    if report.kind not in set(TaskKind):
        problems["kind"] = _("Choose one from the list.")
    problems |= check_day(assistance.programme.zone, report.done_on, name="done_on")
    if not 1 <= report.count <= MOST_OF_ONE:
        problems["count"] = _("Write a number from 1 to 1,000.")
    url = safe_url(report.evidence_url) if report.evidence_url else None
    if report.evidence_url and (url is None or not url.startswith("https")):
        problems["evidence_url"] = _("Write a whole web address that begins with https://")
    elif url is None and not has_photo:
        problems["evidence_url"] = _("Give a link, or add a photo: the owner has to see it.")
    if len(report.note or "") > NOTE_LENGTH:
        problems["note"] = _("This is too long. Use at most 500 characters.")
    if problems:
        raise BadReport(problems)
    return url


def check_day(zone: str, day: date, *, name: str) -> dict[str, str]:
    """What is wrong with the day of a report, as a sentence for its field."""
    today = today_in(zone)
    if day > today:
        return {name: _("This day has not come yet.")}
    if day < today - BACK:
        first = date_words(today - BACK)
        return {name: _("That is too long ago. Report what was done since %(day)s.", day=first)}
    return {}


def _find_twin(
    assistance: Assistance,
    member: Member,
    report: TaskReport,
    url: str | None,
    photo: Picture | None,
) -> AssistanceTask | None:
    """The very same report, sent a moment before: same words, same link, same photo."""
    note = (report.note or "").strip() or None
    rows = select(AssistanceTask).where(
        AssistanceTask.assistance_id == assistance.id,
        AssistanceTask.reported_by_id == member.id,
        AssistanceTask.kind == report.kind,
        AssistanceTask.done_on == report.done_on,
        AssistanceTask.count == report.count,
        AssistanceTask.evidence_url == url if url else AssistanceTask.evidence_url.is_(None),
        AssistanceTask.note == note if note else AssistanceTask.note.is_(None),
        AssistanceTask.state.in_((R.REPORTED, R.CONFIRMED)),
    )
    found = db.session.scalars(rows.order_by(AssistanceTask.id))
    return next((one for one in found if _shows(one, photo)), None)


def _shows(task: AssistanceTask, photo: Picture | None) -> bool:
    """Whether a report came with this very photo, or with none if there is none."""
    if photo is None or task.evidence_file is None:
        return photo is None and task.evidence_file is None
    path = get_folder() / task.evidence_file
    return path.is_file() and path.read_bytes() == photo.content


def _check_number(assistance: Assistance) -> None:
    today = now() - timedelta(days=1)
    found: Sequence[int] = db.session.scalars(
        select(AssistanceTask.id).where(
            AssistanceTask.assistance_id == assistance.id, AssistanceTask.reported_at > today
        )
    ).all()
    if len(found) >= MOST_A_DAY:
        raise TooManyReports


def _store(photo: Picture) -> str:
    return store_document(Document(photo.content, WEBP, "bukti.webp"))
