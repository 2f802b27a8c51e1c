"""What every change of a programme or member shares: rights, versions, the log, public pages."""

from typing import Any

from gernas.audit.services import record
from gernas.core.clock import now
from gernas.core.database import Model, db, lock
from gernas.core.permissions import Permission, Scope
from gernas.core.revisions import raise_revisions
from gernas.events.services.changing import By, check_may
from gernas.youth.codes import code_words
from gernas.youth.errors import MemberGone, ProgrammeChanged
from gernas.youth.models import Member, YouthProgramme
from gernas.youth.services.seats import hold_member as lock_member
from gernas.youth.words import programme_title

__all__ = [
    "PERSONAL",
    "By",
    "Values",
    "check_may",
    "finish_member",
    "finish_programme",
    "hold_member",
    "hold_programme",
    "log_of_member",
    "log_of_programme",
    "shows",
]

Values = dict[str, Any]

# What the log can be made to forget of a member.
PERSONAL = frozenset(
    {
        "name",
        "birth_date",
        "sex",
        "city",
        "province_code",
        "phone",
        "email",
        "student_number",
        "languages",
        "shirt_size",
        "emergency_name",
        "emergency_phone",
        "guardian_name",
        "check_note",
        "note",
        "group_name",
    }
)


def hold_programme(
    programme: YouthProgramme, *, by: By, version: int | None = None
) -> YouthProgramme:
    """The programme locked, if this person, who saw it in ``version``, may edit it.

    Raises:
        NotAllowed
        ProgrammeChanged: someone else saved it since.
    """
    programme = lock(programme)
    check_may(by, Permission.EDIT_YOUTH, programme)
    if version is not None and programme.version != version:
        raise ProgrammeChanged
    return programme


def finish_programme(
    action: str, programme: YouthProgramme, before: Values, after: Values, *, by: By
) -> YouthProgramme:
    """Raise the version, log what differs, make public pages stale; the last step."""
    programme.version += 1
    programme.updated_at = now()
    db.session.flush()
    log_of_programme(action, programme, programme, before, after, by=by)
    shows(programme)
    return programme


def log_of_programme(
    action: str, programme: YouthProgramme, row: Model, before: Values, after: Values, *, by: By
) -> None:
    label = programme_title(programme) if row is programme else None
    record(action, row, by=by, before=before, after=after, scopes=programme.scopes, label=label)


def shows(programme: YouthProgramme) -> None:
    """Make the public pages of the programme, of its stop and the list stale."""
    raise_revisions(programme.scope, programme.stop.scope)


def hold_member(member: Member) -> Member:
    """The member locked and read anew, before anything that hangs on them.

    Raises:
        MemberGone: the data were erased.
    """
    member = lock_member(member.id)
    if member.erased_at is not None:
        raise MemberGone
    return member


def finish_member(
    action: str, member: Member, before: Values, after: Values, *, by: By, scopes: tuple[Scope, ...]
) -> None:
    """Raise the member's version and log what differs."""
    member.version += 1
    member.updated_at = now()
    db.session.flush()
    log_of_member(action, member, before, after, by=by, scopes=scopes)


def log_of_member(
    action: str,
    member: Member,
    before: Values,
    after: Values,
    *,
    by: By,
    scopes: tuple[Scope, ...] | None = None,
) -> None:
    """Log a change of a member; the label is the code, which is no secret and no name."""
    record(
        action,
        member,
        by=by,
        before=before,
        after=after,
        scopes=scopes if scopes is not None else member.scopes,
        personal=PERSONAL,
        label=code_words(member.code),
    )
