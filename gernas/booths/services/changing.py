"""What every change of a plan shares: rights, versions, the log, pages that show it."""

from typing import Any

from gernas.audit.services import record
from gernas.booths.calendar import keep_plan_calendar
from gernas.booths.errors import PlanChanged
from gernas.booths.models import Plan
from gernas.core.clock import now
from gernas.core.database import Model, db, lock
from gernas.core.permissions import Permission
from gernas.core.revisions import raise_revisions
from gernas.events.services.changing import By, check_may, find_last_editor

__all__ = ["By", "Values", "check_may", "finish_plan", "hold_plan", "log_row", "shows"]

Values = dict[str, Any]


def hold_plan(plan: Plan, *, by: By, version: int | None = None) -> Plan:
    """The plan locked, if this person, who saw it in ``version``, may draw it.

    Raises:
        NotAllowed
        PlanChanged: someone else saved it since.
    """
    plan = lock(plan)
    check_may(by, Permission.EDIT_BOOTHS, plan)
    if version is not None and plan.version != version:
        name, at = find_last_editor(plan)
        raise PlanChanged(plan, changed_by=name, changed_at=at)
    return plan


def finish_plan(action: str, plan: Plan, before: Values, after: Values, *, by: By) -> Plan:
    """Raise the version, log what differs and make what shows the plan stale; the last step."""
    plan.version += 1
    plan.updated_at = now()
    db.session.flush()
    log_row(action, plan, plan, before, after, by=by)
    keep_plan_calendar(plan)
    shows(plan)
    return plan


def log_row(action: str, plan: Plan, row: Model, before: Values, after: Values, *, by: By) -> None:
    """Log a change of a plan or of something on it; a plan is called as its event."""
    label = plan.event.title if row is plan else None
    record(action, row, by=by, before=before, after=after, scopes=plan.event.scopes, label=label)


def shows(plan: Plan) -> None:
    """Make what shows the plan or its state stale; the last thing in a transaction."""
    raise_revisions(plan.scope, site=False)
