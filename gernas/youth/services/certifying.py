"""Certificates: by rule to all who did enough, by hand to one, and revoked with a reason.

A certificate keeps what was done as of its day, without the name; that is read from the member
whenever it is shown, so erasing a member leaves code and facts and nothing personal.
"""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, select

from gernas.audit.services import record
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.permissions import Permission
from gernas.events.services.changing import By, check_may
from gernas.youth.helping.errors import (
    HasCertificate,
    IsRevoked,
    NoteNeeded,
    NothingToCertify,
    NotRevoked,
)
from gernas.youth.models import (
    REASON_LENGTH,
    Member,
    YouthCertificate,
    YouthProgramme,
)
from gernas.youth.recognition.codes import new_certificate_code
from gernas.youth.recognition.done import Done, collect_done

MOST_AT_ONCE = 5_000


def issue_certificate(programme: YouthProgramme, member: Member, *, by: By) -> YouthCertificate:
    """Give one member a certificate by hand, whatever the rule says.

    Raises:
        NotAllowed, HasCertificate
        NothingToCertify: nothing of the member is confirmed yet.
    """
    programme = lock(programme)
    check_may(by, Permission.EDIT_YOUTH, programme)
    if find_valid(programme, member) is not None:
        raise HasCertificate(member.name)
    done = collect_done(programme, [member.id]).get(member.id)
    if done is None or member.erased_at is not None:
        raise NothingToCertify(member.name)
    certificate = YouthCertificate(**_values(programme, member.id, done, by_rule=False, by=by))
    db.session.add(certificate)
    db.session.flush()
    _log("certificate.issued", certificate, {}, {"minutes": done.minutes}, by=by)
    return certificate


def issue_by_rule(programme: YouthProgramme, *, by: By) -> int:
    """Give all a certificate who arrived, have enough hours and never had one; returns how many.

    One that was revoked is not given again by rule. Two who do this at once give each one once.

    Raises:
        NotAllowed
    """
    programme = lock(programme)
    check_may(by, Permission.EDIT_YOUTH, programme)
    due = list_due(programme)
    if due:
        rows = [_values(programme, number, done, by_rule=True, by=by) for number, done in due]
        db.session.execute(insert(YouthCertificate), rows)
        db.session.flush()
        record(
            "programme.certificates_issued",
            programme,
            by=by,
            before={},
            after={"certificates": len(due)},
            scopes=programme.scopes,
            label=programme.slug,
        )
    return len(due)


def list_due(programme: YouthProgramme) -> list[tuple[int, Done]]:
    """Ids of members who get one by rule, with what they did, by id.

    Who arrived at least once and has the programme's hours, all confirmed, and never had one.
    """
    had = set(
        db.session.scalars(
            select(YouthCertificate.member_id).where(YouthCertificate.programme_id == programme.id)
        )
    )
    enough = {
        number: done
        for number, done in collect_done(programme).items()
        if done.shifts and done.minutes >= programme.certificate_minutes and number not in had
    }
    there = _list_not_erased(enough)
    return [(number, enough[number]) for number in sorted(there)][:MOST_AT_ONCE]


def renew_certificate(certificate: YouthCertificate, *, by: By) -> YouthCertificate:
    """Put one with what is confirmed today in the place of an older one, which ends.

    Raises:
        NotAllowed, IsRevoked, NothingToCertify
    """
    programme = lock(certificate.programme)
    check_may(by, Permission.EDIT_YOUTH, programme)
    revoke_certificate(certificate, _("Replaced by a newer certificate."), by=by)
    return issue_certificate(programme, certificate.member, by=by)


def revoke_certificate(certificate: YouthCertificate, reason: str, *, by: By) -> None:
    """Revoke a certificate; whoever checks its code is told that, not the reason.

    Raises:
        NotAllowed, NoteNeeded, IsRevoked
    """
    certificate = lock(certificate)
    check_may(by, Permission.EDIT_YOUTH, certificate)
    if not reason.strip():
        raise NoteNeeded
    if certificate.revoked_at is not None:
        raise IsRevoked
    certificate.revoked_at = now()
    certificate.revoke_reason = reason.strip()[:REASON_LENGTH]
    certificate.revoked_by_id = by.id if by else None
    db.session.flush()
    after = {"reason": certificate.revoke_reason}
    _log("certificate.revoked", certificate, {}, after, by=by)


def restore_certificate(certificate: YouthCertificate, *, by: By) -> None:
    """Undo a revocation.

    Raises:
        NotAllowed, NotRevoked
        HasCertificate: the member got another one since.
    """
    programme = lock(certificate.programme)
    certificate = lock(certificate)
    check_may(by, Permission.EDIT_YOUTH, certificate)
    if certificate.revoked_at is None:
        raise NotRevoked
    if find_valid(programme, certificate.member) is not None:
        raise HasCertificate(certificate.member.name)
    certificate.revoked_at = certificate.revoke_reason = certificate.revoked_by_id = None
    db.session.flush()
    _log("certificate.restored", certificate, {}, {}, by=by)


def set_rule(programme: YouthProgramme, *, minutes: int, automatic: bool, by: By) -> None:
    """Say how many minutes are enough, and whether the rule gives certificates by itself.

    Raises:
        NotAllowed
    """
    programme = lock(programme)
    check_may(by, Permission.EDIT_YOUTH, programme)
    before = {
        "certificate_minutes": programme.certificate_minutes,
        "issues_certificates": programme.issues_certificates,
    }
    programme.certificate_minutes, programme.issues_certificates = minutes, automatic
    programme.updated_at = now()
    db.session.flush()
    after = {"certificate_minutes": minutes, "issues_certificates": automatic}
    record(
        "programme.certificate_rule",
        programme,
        by=by,
        before=before,
        after=after,
        scopes=programme.scopes,
        label=programme.slug,
    )


def find_valid(programme: YouthProgramme, member: Member) -> YouthCertificate | None:
    """The member's certificate of the programme that has not been revoked."""
    return db.session.scalar(
        select(YouthCertificate).where(
            YouthCertificate.programme_id == programme.id,
            YouthCertificate.member_id == member.id,
            YouthCertificate.revoked_at.is_(None),
        )
    )


def _list_not_erased(ids: Collection[int]) -> set[int]:
    numbers, there = sorted(ids), set[int]()
    for start in range(0, len(numbers), 500):  # SQLite takes so many values in a statement.
        some = numbers[start : start + 500]
        rows = select(Member.id).where(Member.id.in_(some), Member.erased_at.is_(None))
        there |= set(db.session.scalars(rows))
    return there


def _values(
    programme: YouthProgramme, member_id: int, done: Done, *, by_rule: bool, by: By
) -> dict[str, Any]:
    return {
        "code": new_certificate_code(),
        "programme_id": programme.id,
        "member_id": member_id,
        "minutes": done.minutes,
        "facts": done.to_facts(),
        "by_rule": by_rule,
        "issued_at": now(),
        "issued_by_id": by.id if by else None,
    }


def _log(
    action: str,
    certificate: YouthCertificate,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    by: By,
) -> None:
    record(
        action,
        certificate,
        by=by,
        before=before,
        after=after,
        scopes=certificate.programme.scopes,
        personal=frozenset({"label", "reason"}),
        label=certificate.member.name,
    )
