"""Groups of exhibitors who stand together."""

from flask_babel import gettext as _
from sqlalchemy import select

from gernas.audit.services import record
from gernas.booths.errors import GroupThere
from gernas.booths.models import NAME_LENGTH, BoothGroup, Plan
from gernas.core.database import db, lock
from gernas.core.errors import BadValues
from gernas.core.permissions import Permission
from gernas.core.text import clean_text
from gernas.events.services.changing import By, check_may


def add_group(plan: Plan, name: str, *, by: By) -> BoothGroup:
    """Add a group; exhibitors are put into it with what they need.

    Raises:
        NotAllowed, BadValues, GroupThere
    """
    plan = lock(plan)
    check_may(by, Permission.ALLOCATE_BOOTHS, plan)
    group = BoothGroup(plan_id=plan.id, name=_check_name(plan, name))
    db.session.add(group)
    db.session.flush()
    _log("group.added", plan, group, None, group.name, by=by)
    return group


def rename_group(group: BoothGroup, name: str, *, by: By) -> BoothGroup:
    """Give a group another name.

    Raises:
        NotAllowed, BadValues, GroupThere
    """
    plan = lock(group.plan)
    check_may(by, Permission.ALLOCATE_BOOTHS, plan)
    before, group.name = group.name, _check_name(plan, name, but=group.id)
    db.session.flush()
    _log("group.edited", plan, group, before, group.name, by=by)
    return group


def remove_group(group: BoothGroup, *, by: By) -> None:
    """Remove a group; its exhibitors stay, and stand where they like.

    Raises:
        NotAllowed
    """
    plan = lock(group.plan)
    check_may(by, Permission.ALLOCATE_BOOTHS, plan)
    _log("group.removed", plan, group, group.name, None, by=by)
    db.session.delete(group)
    db.session.flush()


def _check_name(plan: Plan, name: str, *, but: int | None = None) -> str:
    name = clean_text(name)
    if not name:
        raise BadValues({"name": _("Give the group a name, such as Weavers of Lampung Barat.")})
    if len(name) > NAME_LENGTH:
        raise BadValues({"name": _("At most %(most)s characters.", most=NAME_LENGTH)})
    rows = select(BoothGroup.id).where(BoothGroup.plan_id == plan.id, BoothGroup.name == name)
    if db.session.scalar(rows) not in (None, but):
        raise GroupThere
    return name


def _log(
    action: str, plan: Plan, group: BoothGroup, before: str | None, after: str | None, *, by: By
) -> None:
    record(
        action,
        group,
        by=by,
        before={"name": before},
        after={"name": after},
        scopes=plan.scopes,
        label=after or before,
    )
