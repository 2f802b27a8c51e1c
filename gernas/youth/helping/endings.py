"""Help ends when a member leaves or a guardian says no; erasing takes notes, links and photos."""

from sqlalchemy import select, update

from gernas.audit.services import erase_personal_values
from gernas.businesses.documents import drop_document
from gernas.core.clock import now, today_in
from gernas.core.database import after_commit, db
from gernas.youth.helping.queries import list_live_companions
from gernas.youth.members.endings import Ending, Reason
from gernas.youth.models import (
    Assistance,
    AssistanceMember,
    AssistanceState,
    AssistanceTask,
    ContentPiece,
    Member,
    OutsideHours,
    YouthCertificate,
)
from gernas.youth.services.helping_log import log_assistance

GONE = "–"  # where a text has to stand


def end_help(ending: Ending) -> None:
    """Let the member help no business any more; what was done stays, and can be confirmed."""
    member = ending.member
    rows = (
        select(AssistanceMember)
        .join(AssistanceMember.assistance)
        .where(AssistanceMember.member_id == member.id, AssistanceMember.ended_at.is_(None))
        .order_by(AssistanceMember.id)
    )
    if ending.programme_id is not None:
        rows = rows.where(Assistance.programme_id == ending.programme_id)
    for companion in db.session.scalars(rows):
        assistance = companion.assistance
        if assistance.ended_at is not None:
            continue
        zone = assistance.programme.zone
        if ending.reason == Reason.GUARDIAN and not member.is_minor_on(today_in(zone)):
            continue
        companion.ended_at = now()
        db.session.flush()
        db.session.expire(assistance, ["companions"])
        if not list_live_companions(assistance):
            assistance.state = AssistanceState.WISHED
        before = {"companion": member.name}
        log_assistance("assistance.left", assistance, before, {}, by=ending.by)


def forget_help(member: Member) -> None:
    """Erase what is personal in a member's reports; counts, days and confirmations stay."""
    tasks = list(
        db.session.scalars(select(AssistanceTask).where(AssistanceTask.reported_by_id == member.id))
    )
    files = [task.evidence_file for task in tasks if task.evidence_file]
    for task in tasks:
        task.note = task.evidence_url = task.evidence_file = task.answer_note = None
    db.session.execute(
        update(OutsideHours)
        .where(OutsideHours.member_id == member.id)
        .values(note=GONE, answer_note=None)
    )
    pieces = select(ContentPiece).where(ContentPiece.member_id == member.id)
    for piece in db.session.scalars(pieces):
        piece.url, piece.title = GONE, None
        piece.removed_at = piece.removed_at or now()
    db.session.flush()
    _forget_in_log(member)

    def drop_files() -> None:
        for file in files:
            drop_document(file)

    after_commit(drop_files)


def _forget_in_log(member: Member) -> None:
    mine = select(AssistanceMember.assistance_id).where(AssistanceMember.member_id == member.id)
    erase_personal_values("assistance", list(db.session.scalars(mine)), saying=member.name)
    for table in (OutsideHours, ContentPiece, YouthCertificate):
        ids = list(db.session.scalars(select(table.id).where(table.member_id == member.id)))
        erase_personal_values(table.__tablename__, ids)
