"""What members do in shifts: the usual roles, own ones, and who may take those that need a word."""

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.permissions import Permission
from gernas.core.text import slugify
from gernas.youth.errors import NotInProgramme, RoleNeeded
from gernas.youth.members.ready_roles import READY_ROLES
from gernas.youth.members.values import RoleValues
from gernas.youth.models import (
    Member,
    RoleApproval,
    Shift,
    ShiftNeed,
    YouthProgramme,
    YouthRole,
)
from gernas.youth.queries import find_enrolment
from gernas.youth.services.changing import (
    By,
    check_may,
    hold_member,
    hold_programme,
    log_of_member,
    log_of_programme,
    shows,
)

CODE = 30


def add_ready_roles(programme: YouthProgramme, *, by: By) -> list[YouthRole]:
    """Give a programme the usual roles that it lacks, in both languages.

    Raises:
        NotAllowed
    """
    programme = hold_programme(programme, by=by)
    there = {role.code for role in programme.roles}
    position = max((role.position for role in programme.roles), default=0)
    added = []
    for ready in READY_ROLES:
        if ready.code in there:
            continue
        position += 1
        with force_locale("id"):
            name, description = str(ready.name), str(ready.description)
        with force_locale("en"):
            name_en, description_en = str(ready.name), str(ready.description)
        role = YouthRole(
            programme_id=programme.id,
            code=ready.code,
            name=name,
            name_en=name_en,
            description=description,
            description_en=description_en,
            skills=[str(skill) for skill in ready.skills],
            needs_approval=ready.needs_approval,
            minimum_age=ready.minimum_age,
            position=position,
        )
        programme.roles.append(role)
        added.append(role)
    db.session.flush()
    for role in added:
        log_of_programme("role.added", programme, role, {}, {"name": role.name}, by=by)
    if added:
        shows(programme)
    return added


def add_role(programme: YouthProgramme, values: RoleValues, *, by: By) -> YouthRole:
    """Add a role of the programme's own.

    Raises:
        NotAllowed, BadValues
    """
    values = values.checked()
    programme = hold_programme(programme, by=by)
    position = max((role.position for role in programme.roles), default=0) + 1
    role = YouthRole(
        programme_id=programme.id, code=_free_code(programme, values.name), position=position
    )
    _write(role, values)
    programme.roles.append(role)
    db.session.flush()
    log_of_programme("role.added", programme, role, {}, vars(values), by=by)
    shows(programme)
    return role


def edit_role(role: YouthRole, values: RoleValues, *, by: By) -> YouthRole:
    """Change a role; who holds a place in it keeps that.

    Raises:
        NotAllowed, BadValues
    """
    values = values.checked()
    programme = hold_programme(role.programme, by=by)
    role = lock(role)
    before = vars(RoleValues.of(role))
    if before == vars(values):
        return role
    _write(role, values)
    db.session.flush()
    log_of_programme("role.edited", programme, role, before, vars(values), by=by)
    shows(programme)
    return role


def archive_role(role: YouthRole, *, by: By) -> YouthRole:
    """Put a role away; past shifts keep it.

    Raises:
        NotAllowed
        RoleNeeded: a shift to come wants it.
    """
    programme = hold_programme(role.programme, by=by)
    role = lock(role)
    needed = (
        select(ShiftNeed.id)
        .join(ShiftNeed.shift)
        .where(
            ShiftNeed.role_id == role.id,
            ShiftNeed.wanted > 0,
            Shift.cancelled_at.is_(None),
            Shift.ends_at > now(),
        )
    )
    if db.session.scalar(needed.limit(1)) is not None:
        raise RoleNeeded
    return _set_archived(role, programme, True, by=by)


def restore_role(role: YouthRole, *, by: By) -> YouthRole:
    """Take a role that was put away into use again.

    Raises:
        NotAllowed
    """
    programme = hold_programme(role.programme, by=by)
    return _set_archived(lock(role), programme, False, by=by)


def ask_approval(role: YouthRole, member: Member) -> RoleApproval:
    """Note that a member would like a role that needs the coordinator's word; again does nothing.

    Raises:
        NotInProgramme
    """
    member = hold_member(member)
    _check_enrolled(role, member)
    approval = db.session.get(RoleApproval, (role.id, member.id))
    if approval is None:
        approval = RoleApproval(role_id=role.id, member_id=member.id, asked_at=now())
        db.session.add(approval)
        db.session.flush()
    return approval


def answer_approval(role: YouthRole, member: Member, *, good: bool, by: By) -> RoleApproval:
    """Let a member take the role, or not; the answer can be changed later.

    Raises:
        NotAllowed, NotInProgramme
    """
    member = hold_member(member)
    check_may(by, Permission.EDIT_YOUTH, role.programme)
    _check_enrolled(role, member)
    moment = now()
    approval = db.session.get(RoleApproval, (role.id, member.id))
    if approval is None:
        approval = RoleApproval(role_id=role.id, member_id=member.id, asked_at=moment)
        db.session.add(approval)
    approval.approved_at = moment if good else None
    approval.refused_at = None if good else moment
    approval.approved_by_id = by.id if by else None
    db.session.flush()
    action = "member.approved" if good else "member.not_approved"
    log_of_member(action, member, {}, {"role": role.name}, by=by, scopes=role.programme.scopes)
    return approval


def _check_enrolled(role: YouthRole, member: Member) -> None:
    enrolment = find_enrolment(role.programme_id, member.id)
    if enrolment is None or not enrolment.is_live:
        raise NotInProgramme


def _set_archived(role: YouthRole, programme: YouthProgramme, away: bool, *, by: By) -> YouthRole:
    before = {"archived_at": role.archived_at}
    role.archived_at = now() if away else None
    db.session.flush()
    action = "role.archived" if away else "role.restored"
    after = {"archived_at": role.archived_at}
    log_of_programme(action, programme, role, before, after, by=by)
    shows(programme)
    return role


def _write(role: YouthRole, values: RoleValues) -> None:
    for name, value in vars(values).items():
        setattr(role, name, value)


def _free_code(programme: YouthProgramme, name: str) -> str:
    there = {role.code for role in programme.roles} | {ready.code for ready in READY_ROLES}
    stem = slugify(name, max_length=CODE - 4).replace("-", "_") or _("role")
    code, number = stem, 1
    while code in there:
        number += 1
        code = f"{stem}_{number}"
    return code
