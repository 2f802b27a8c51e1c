"""All that youth programmes keep of a person, as plain values to take along."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.accounts.models import User
from gernas.core.database import db
from gernas.youth.models import (
    Assignment,
    AssistanceMember,
    AssistanceTask,
    ContentPiece,
    GuardianConsent,
    Member,
    OutsideHours,
    Shift,
    YouthCertificate,
    YouthConsent,
)
from gernas.youth.queries import find_own_member
from gernas.youth.services.consents import list_consents

_FIELDS = (
    "code",
    "name",
    "birth_date",
    "sex",
    "city",
    "province_code",
    "phone",
    "email",
    "language",
    "skills",
    "languages",
    "student_number",
    "shirt_size",
    "emergency_name",
    "emergency_phone",
    "created_at",
)
_CERTIFICATE = ("code", "minutes", "issued_at", "revoked_at", "revoke_reason")


def tell_own_youth(user: User) -> dict[str, Any] | None:
    """One's own membership, for all that is kept of a person; None for who is no member."""
    member = find_own_member(user)
    return tell_member(member) if member is not None else None


def tell_member(member: Member) -> dict[str, Any]:
    """A member with all that hangs on them."""
    return {
        **_pick(member, _FIELDS),
        "organisation": member.organisation.name if member.organisation else None,
        "programmes": [
            {
                "programme": one.programme.slug,
                **_pick(
                    one,
                    (
                        "how",
                        "group_name",
                        "wishes",
                        "helps_businesses",
                        "joined_at",
                        "ended_at",
                        "end_reason",
                        "note",
                    ),
                ),
            }
            for one in member.enrolments
        ],
        "consents": [_tell_consent(one) for one in list_consents(member)],
        "guardians": [_tell_guardian(one) for one in member.guardians],
        "shifts": [_tell_place(one) for one in _list_places(member)],
        "hours_outside_shifts": _tell_all(
            member, OutsideHours, ("on", "minutes", "note", "state", "reported_at", "answer_note")
        ),
        "businesses": [
            {"business": one.assistance.business.name, **_pick(one, ("joined_at", "ended_at"))}
            for one in db.session.scalars(
                select(AssistanceMember)
                .where(AssistanceMember.member_id == member.id)
                .order_by(AssistanceMember.id)
            )
        ],
        "tasks": [
            _pick(one, ("kind", "done_on", "count", "evidence_url", "note", "state", "answer_note"))
            for one in db.session.scalars(
                select(AssistanceTask)
                .where(AssistanceTask.reported_by_id == member.id)
                .order_by(AssistanceTask.id)
            )
        ],
        "content": _tell_all(
            member, ContentPiece, ("url", "platform", "title", "published_on", "reach")
        ),
        "certificates": _tell_all(
            member,
            YouthCertificate,
            _CERTIFICATE,
        ),
    }


def _list_places(member: Member) -> Iterable[Assignment]:
    return db.session.scalars(
        select(Assignment)
        .join(Assignment.shift)
        .where(Assignment.member_id == member.id)
        .order_by(Shift.starts_at, Assignment.id)
        .options(joinedload(Assignment.shift))
    )


def _tell_place(place: Assignment) -> dict[str, Any]:
    shift = place.shift
    own = _pick(
        place,
        (
            "taken_at",
            "ended_at",
            "end_reason",
            "attendance",
            "arrived_at",
            "left_at",
            "minutes",
            "corrected_minutes",
            "correct_reason",
        ),
    )
    return {"shift": shift.title, **_pick(shift, ("starts_at", "ends_at")), **own}


def _tell_consent(one: YouthConsent) -> dict[str, Any]:
    return _pick(one, ("purpose", "wording_version", "means", "given_at", "withdrawn_at"))


def _tell_guardian(one: GuardianConsent) -> dict[str, Any]:
    return _pick(
        one,
        (
            "guardian_name",
            "relation",
            "phone",
            "email",
            "asked_at",
            "answer",
            "answered_at",
            "means",
            "checked_at",
            "check_note",
            "ended_at",
        ),
    )


def _tell_all(member: Member, kind: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    rows = db.session.scalars(select(kind).where(kind.member_id == member.id).order_by(kind.id))
    return [_pick(row, names) for row in rows]


def _pick(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Columns as JSON takes them: days and moments as text."""
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | list | dict):
        return value if not isinstance(value, str) else str(value)
    return value.isoformat()
