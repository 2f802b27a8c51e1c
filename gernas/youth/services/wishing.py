"""What members would like: roles, days, at most so many hours; and whether they help businesses."""

from datetime import date

from gernas.core.database import db, lock
from gernas.youth.errors import NotInProgramme
from gernas.youth.models import Enrolment
from gernas.youth.services.changing import hold_member


def set_wishes(
    enrolment: Enrolment,
    *,
    roles: list[int],
    days: list[date],
    most_minutes: int | None,
    helps_businesses: bool,
) -> Enrolment:
    """Keep a member's wishes; those for roles that are none of the programme's are left out.

    Raises:
        MemberGone, NotInProgramme
    """
    hold_member(enrolment.member)
    enrolment = lock(enrolment)
    if not enrolment.is_live:
        raise NotInProgramme
    known = {role.id for role in enrolment.programme.roles if role.archived_at is None}
    enrolment.wishes = {
        "roles": sorted(known & set(roles)),
        "days": sorted(day.isoformat() for day in days),
        "most_minutes": most_minutes,
    }
    enrolment.helps_businesses = helps_businesses
    db.session.flush()
    return enrolment
