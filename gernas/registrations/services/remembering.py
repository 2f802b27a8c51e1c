"""Forget what is no longer needed: old drafts, files nobody names, answers after their time."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, or_, select

from gernas.audit.services import erase_personal_values
from gernas.core.clock import now
from gernas.core.database import db
from gernas.registrations.files import NAME, get_folder
from gernas.registrations.models import (
    Call,
    DraftReturn,
    Registration,
    RegistrationNote,
    RegistrationState,
    Upload,
)
from gernas.registrations.services.drafts import discard_draft
from gernas.registrations.services.uploads import drop_upload

DRAFTS_KEPT = timedelta(days=30)  # after the call closed
EMPTY_DRAFTS_KEPT = timedelta(days=7)  # nothing typed, no way back to them
BEGUN_KEPT = timedelta(days=3)  # uploads that never arrived completely
RETURNS_KEPT = timedelta(days=1)
MONTH = timedelta(days=30.44)
BATCH = 100


def drop_old_drafts() -> int:
    """Delete drafts that nobody can send any more; at most 100, returns how many."""
    moment = now()
    is_over = Call.closes_at < moment - DRAFTS_KEPT
    is_empty = (Registration.label == "") & (Registration.email.is_(None))
    old = (
        select(Registration)
        .join(Registration.call)
        .where(
            Registration.state == RegistrationState.DRAFT,
            or_(is_over, is_empty & (Registration.updated_at < moment - EMPTY_DRAFTS_KEPT)),
        )
        .limit(BATCH)
    )
    drafts = db.session.scalars(old).all()
    for draft in drafts:
        discard_draft(draft)
    return len(drafts)


def drop_begun_uploads() -> int:
    """Delete uploads that never arrived, and old wishes to return; returns how many uploads."""
    begun = select(Upload).where(
        Upload.finished_at.is_(None), Upload.created_at < now() - BEGUN_KEPT
    )
    uploads = db.session.scalars(begun.limit(BATCH)).all()
    for upload in uploads:
        drop_upload(upload)
    db.session.execute(delete(DraftReturn).where(DraftReturn.created_at < now() - RETURNS_KEPT))
    db.session.flush()
    return len(uploads)


def list_stray_files() -> list[Path]:
    """Files older than a day that no upload names; what a crash left behind."""
    folder = get_folder()
    if not folder.is_dir():
        return []
    oldest = (now() - timedelta(days=1)).timestamp()
    old = [
        path
        for path in folder.iterdir()
        if NAME.fullmatch(path.name) and path.stat().st_mtime < oldest
    ]
    stems = {path.name.partition(".")[0].removesuffix("-small") for path in old}
    named = {
        name.partition(".")[0] for name in db.session.scalars(select(Upload.stored_name)) if stems
    }
    return [path for path in old if path.name.partition(".")[0].removesuffix("-small") not in named]


def list_past_their_time() -> list[int]:
    """Ids of registrations whose call has been over longer than it keeps them; at most 100."""
    calls = select(Call.id, Call.closes_at, Call.keep_months)
    over = [
        call_id
        for call_id, closes_at, months in db.session.execute(calls)
        if closes_at + months * MONTH < now()
    ]
    kept = select(Registration.id).where(
        Registration.call_id.in_(over),
        Registration.search != "",
        Registration.state != RegistrationState.DRAFT,
    )
    return list(db.session.scalars(kept.limit(BATCH)))


def erase_registration(registration: Registration) -> None:
    """Forget whom a registration was about; what is counted (state, sector, province) stays.

    Its business keeps its own record, which has its own erasure; the outbox empties itself.
    """
    for upload in registration.uploads:
        drop_upload(upload)
    db.session.execute(
        delete(RegistrationNote).where(RegistrationNote.registration_id == registration.id)
    )
    for event in registration.history:
        event.reason = None
        event.before = {}
    erase_personal_values("registration", [registration.id])
    registration.answers = {}
    registration.label = registration.applicant_name = registration.search = ""
    registration.email = registration.phone = registration.nib = registration.city = None
    registration.user_id = None
    registration.request_note = registration.decision_reason = registration.behalf_note = None
    registration.token_number += 1
    registration.token_hash = f"erased:{registration.id}"
    registration.updated_at = now()
    db.session.flush()
    db.session.expire(registration, ["uploads", "notes"])
