"""What the worker does for certificates: many on paper, by the rule, and the news to members."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from gernas.campaigns.models import Stop
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.jobs import Job, Run, enqueue, job, timed
from gernas.youth.helping.telling import tell_certificate
from gernas.youth.models import Member, Shift, YouthCertificate, YouthProgramme
from gernas.youth.papers.certificates import make_pages, typeset_pages
from gernas.youth.services.certifying import issue_by_rule

PRINT, TELL = "print_certificates", "tell_certificates"
KEPT = timedelta(hours=24)  # names stand in it
STEP = 100  # pages between two signs of progress
SETTLED = timedelta(days=1)  # after the last shift
NAME = "sertifikat-{number}-{secret}.pdf"


def ask_for_print(programme: YouthProgramme, *, by: int | None) -> Job:
    """Have all valid certificates of a programme set as one PDF; in the open transaction."""
    return enqueue(PRINT, by=by, programme_id=programme.id)


def ask_to_tell(programme: YouthProgramme, *, by: int | None) -> Job:
    """Have members told that their certificates are there; each is told once."""
    return enqueue(TELL, by=by, programme_id=programme.id)


@job(PRINT)
def print_certificates(run: Run, *, programme_id: int) -> dict[str, Any] | None:
    """Set them by name from A to Z, and keep the file for a day."""
    ids = list_to_print(programme_id)
    steps = len(ids) * 2  # To set the pages takes about as long as to prepare them.
    pages: list[dict[str, Any]] = []
    for start in range(0, len(ids), STEP):
        pages += make_pages(_fetch(ids[start : start + STEP]))
        db.session.rollback()
        run.progress(len(pages), steps)
    name = NAME.format(number=run.job_id, secret=secrets.token_urlsafe(12))
    folder = get_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(typeset_pages(pages))
    return {"file": name, "count": len(pages)}


def list_to_print(programme_id: int) -> list[int]:
    """Ids of the valid certificates of members who are still named, by name."""
    rows = (
        select(YouthCertificate.id, Member.name)
        .join(YouthCertificate.member)
        .where(
            YouthCertificate.programme_id == programme_id,
            YouthCertificate.revoked_at.is_(None),
            Member.erased_at.is_(None),
        )
    )
    found = sorted((name.casefold(), number) for number, name in db.session.execute(rows))
    return [number for _name, number in found]


def _fetch(ids: Sequence[int]) -> list[YouthCertificate]:
    rows = (
        select(YouthCertificate)
        .where(YouthCertificate.id.in_(ids))
        .options(
            joinedload(YouthCertificate.member),
            joinedload(YouthCertificate.programme)
            .joinedload(YouthProgramme.stop)
            .joinedload(Stop.campaign),
        )
    )
    found = {one.id: one for one in db.session.scalars(rows)}
    return [found[number] for number in ids if number in found]


@job(TELL)
def tell_certificates(run: Run, *, programme_id: int) -> dict[str, Any] | None:
    """Queue a mail to each holder of a valid certificate who has an address and was not told."""
    ids = list_to_print(programme_id)
    db.session.rollback()
    for start in range(0, len(ids), STEP):
        with transaction():
            for number in ids[start : start + STEP]:
                tell_certificate(db.session.get_one(YouthCertificate, number))
        run.progress(min(start + STEP, len(ids)), len(ids))
    return {"count": len(ids)}


@timed("issue certificates by the rule", every=timedelta(hours=1))
def issue_by_the_clock() -> None:
    """Issue them where that is wished, once the last shift of a programme is a day ago."""
    late = exists().where(
        Shift.programme_id == YouthProgramme.id,
        Shift.cancelled_at.is_(None),
        Shift.ends_at > now() - SETTLED,
    )
    some = exists().where(Shift.programme_id == YouthProgramme.id, Shift.cancelled_at.is_(None))
    due = select(YouthProgramme.id).where(YouthProgramme.issues_certificates.is_(True), some, ~late)
    ids = list(db.session.scalars(due.order_by(YouthProgramme.id)))
    db.session.rollback()
    for number in ids:
        with transaction():
            programme = db.session.get_one(YouthProgramme, number)
            if issue_by_rule(programme, by=None):
                ask_to_tell(programme, by=None)


@timed("delete printed certificates", every=timedelta(hours=1))
def drop_old_prints() -> None:
    """Files with names of people do not lie about longer than a day."""
    oldest = (now() - KEPT).timestamp()
    for path in get_folder().glob("sertifikat-*.pdf"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def get_folder() -> Path:
    files: Path = current_app.config["GERNAS"].files
    return files / "certificates"
