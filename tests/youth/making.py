"""Programmes, members and shifts with harmless defaults, committed; pass what the test is about."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from gernas.campaigns.models import Stop
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.revisions import raise_revisions
from gernas.youth.codes import GUARDIAN, MEMBER, make_token, new_code
from gernas.youth.models import (
    Assignment,
    Enrolment,
    GuardianConsent,
    Member,
    Shift,
    ShiftNeed,
    YouthConsent,
    YouthOrganisation,
    YouthProgramme,
    YouthRole,
)
from tests.factories import make_event, make_stop, save

_number = count(1)


def make_programme(
    stop: Stop | None = None, *, published: bool = True, **values: Any
) -> YouthProgramme:
    """A published programme of a stop in Lampung, without roles."""
    stop = stop or make_stop()
    moment = now()
    defaults: dict[str, Any] = {
        "stop_id": stop.id,
        "slug": f"pemuda-{next(_number)}",
        "desk_code": new_code(),
        "published_at": moment if published else None,
        "created_at": moment,
        "updated_at": moment,
    }
    programme = save(YouthProgramme(**{**defaults, **values}))
    with transaction():
        raise_revisions(programme.scope)
    return programme


def make_organisation(stop: Stop | None = None, **values: Any) -> YouthOrganisation:
    number = next(_number)
    moment = now()
    defaults: dict[str, Any] = {
        "stop_id": (stop or make_stop()).id,
        "slug": f"kampus-{number}",
        "name": f"Kampus {number}",
        "name_key": f"kampus {number}",
        "kind": "campus",
        "join_code": new_code(),
        "created_at": moment,
        "updated_at": moment,
    }
    return save(YouthOrganisation(**{**defaults, **values}))


def make_member(programme: YouthProgramme | None = None, **values: Any) -> Member:
    """Someone of twenty in Bandar Lampung, enrolled in the programme if one is given.

    They agreed to take part.
    """
    number = next(_number)
    moment = now()
    code = values.pop("code", None) or new_code()
    defaults: dict[str, Any] = {
        "code": code,
        "name": f"Rina {number}",
        "birth_date": date(moment.year - 20, 1, 1),
        "city": "Bandar Lampung",
        "province_code": "ID-LA",
        "phone": f"+62812{number:08d}",
        "skills": [],
        "token_hash": make_token(MEMBER, code, 1)[1],
        "search": f"rina {number}",
        "created_at": moment,
        "updated_at": moment,
    }
    member = save(Member(**{**defaults, **values}))
    make_consent(member)
    if programme is not None:
        make_enrolment(programme, member)
    return member


def make_consent(member: Member, purpose: str = "take_part", **values: Any) -> YouthConsent:
    defaults: dict[str, Any] = {
        "member_id": member.id,
        "purpose": purpose,
        "wording_version": f"{purpose}-1",
        "language": "id",
        "means": "web",
        "given_at": now(),
    }
    return save(YouthConsent(**{**defaults, **values}))


def make_enrolment(programme: YouthProgramme, member: Member, **values: Any) -> Enrolment:
    defaults: dict[str, Any] = {
        "programme_id": programme.id,
        "member_id": member.id,
        "how": "alone",
        "wishes": {},
        "joined_at": now(),
    }
    enrolment = save(Enrolment(**{**defaults, **values}))
    db.session.expire(member, ["enrolments"])
    return enrolment


def make_guardian(member: Member, *, counts: bool = True, **values: Any) -> GuardianConsent:
    """A mother who agreed and was called; with ``counts=False`` she was only asked."""
    moment = now()
    defaults: dict[str, Any] = {
        "member_id": member.id,
        "guardian_name": "Ibu Wati",
        "relation": "mother",
        "phone": "+628123456700",
        "token_hash": make_token(GUARDIAN, f"{member.code}:{moment.isoformat()}")[1],
        "asked_at": moment,
        "answer": "given" if counts else None,
        "answered_at": moment if counts else None,
        "means": "link" if counts else None,
        "checked_at": moment if counts else None,
    }
    guardian = save(GuardianConsent(**{**defaults, **values}))
    db.session.expire(member, ["guardians"])
    return guardian


def make_role(programme: YouthProgramme, **values: Any) -> YouthRole:
    number = next(_number)
    defaults: dict[str, Any] = {
        "programme_id": programme.id,
        "code": f"peran-{number}",
        "name": f"Peran {number}",
        "skills": [],
        "position": number,
    }
    return save(YouthRole(**{**defaults, **values}))


def make_shift(
    programme: YouthProgramme, role: YouthRole | None = None, *, wanted: int = 2, **values: Any
) -> Shift:
    """Four hours in two days' time, published, with one need; pass ``starts_at`` for others."""
    role = role or make_role(programme)
    moment = now()
    starts_at = values.pop("starts_at", None) or (moment + timedelta(days=2)).replace(
        hour=2, minute=0, second=0, microsecond=0
    )
    defaults: dict[str, Any] = {
        "programme_id": programme.id,
        "title": "Jaga meja pendaftaran",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=4),
        "leave_until": starts_at - timedelta(hours=programme.leave_hours),
        "published_at": moment,
        "created_at": moment,
        "updated_at": moment,
    }
    if "event_id" not in values:
        values["event_id"] = make_event(programme.stop).id
    shift = save(Shift(**{**defaults, **values}))
    save(ShiftNeed(shift_id=shift.id, role_id=role.id, wanted=wanted))
    db.session.expire(shift, ["needs"])
    return shift


def make_assignment(shift: Shift, member: Member, **values: Any) -> Assignment:
    """A place in the shift's first need, counted."""
    need = shift.needs[0]
    with transaction():
        kept = db.session.get_one(ShiftNeed, need.id)
        kept.used += 1
        defaults: dict[str, Any] = {
            "shift_id": shift.id,
            "need_id": need.id,
            "member_id": member.id,
            "how": "member",
            "taken_at": now(),
        }
        assignment = Assignment(**{**defaults, **values})
        db.session.add(assignment)
        db.session.flush()
    return assignment
