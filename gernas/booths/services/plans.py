"""Begin, edit, publish and withdraw the plan of an event."""

from flask_babel import gettext as _
from sqlalchemy import func, select

from gernas.booths.errors import AlreadyPublished, NotPublished, NotReady, PlanThere
from gernas.booths.models import Booth, Hall, Plan
from gernas.booths.queries import find_plan
from gernas.booths.services.changing import By, check_may, finish_plan, hold_plan, log_row, shows
from gernas.booths.values import PlanValues
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.permissions import Permission
from gernas.core.revisions import raise_revisions
from gernas.events.errors import EventArchived
from gernas.events.models import Event


def add_plan(
    event: Event, values: PlanValues | None = None, *, by: By, is_demo: bool = False
) -> Plan:
    """Begin the floor plan of an event, as a draft.

    Raises:
        NotAllowed, EventArchived, PlanThere
        BadValues: a sentence for each field that cannot be kept.
    """
    values = (values or PlanValues()).checked()
    event = lock(event)
    check_may(by, Permission.EDIT_BOOTHS, event)
    if event.archived_at is not None:
        raise EventArchived
    if find_plan(event) is not None:
        raise PlanThere
    moment = now()
    plan = Plan(event=event, is_demo=is_demo, created_at=moment, updated_at=moment, **vars(values))
    db.session.add(plan)
    db.session.flush()
    log_row("plan.added", plan, plan, {}, vars(values), by=by)
    shows(plan)
    return plan


def edit_plan(plan: Plan, values: PlanValues, *, version: int | None, by: By) -> Plan:
    """Change what holds for the whole plan, that this person saw in ``version``.

    Raises:
        NotAllowed, PlanChanged
        BadValues: a sentence for each field that cannot be kept.
    """
    values = values.checked()
    plan = hold_plan(plan, by=by, version=version)
    before = vars(PlanValues.of(plan))
    if before == vars(values):
        return plan
    for name, value in vars(values).items():
        setattr(plan, name, value)
    return finish_plan("plan.edited", plan, before, vars(values), by=by)


def publish_plan(plan: Plan, *, by: By) -> Plan:
    """Show the plan to everyone on the event's page.

    Raises:
        NotAllowed, AlreadyPublished
        NotReady: there is no hall, or no booth in it.
    """
    plan = hold_plan(plan, by=by)
    if plan.published_at is not None:
        raise AlreadyPublished
    if missing := find_missing(plan):
        raise NotReady(missing)
    plan.published_at = now()
    finish_plan(
        "plan.published", plan, {"published_at": None}, {"published_at": plan.published_at}, by=by
    )
    _event_shows(plan)
    return plan


def withdraw_plan(plan: Plan, *, by: By) -> Plan:
    """Take the plan off the event's page; booths that were given stay given.

    Raises:
        NotAllowed, NotPublished
    """
    plan = hold_plan(plan, by=by)
    if plan.published_at is None:
        raise NotPublished
    before = {"published_at": plan.published_at}
    plan.published_at = None
    finish_plan("plan.withdrawn", plan, before, {"published_at": None}, by=by)
    _event_shows(plan)
    return plan


def find_missing(plan: Plan) -> list[str]:
    """What a plan lacks before it can be published, in sentences; [] if nothing."""
    count = select(func.count()).select_from(Hall).where(Hall.plan_id == plan.id)
    if not db.session.scalar(count):
        return [str(_("Add a hall or tent first."))]
    booths = select(func.count()).select_from(Booth)
    drawn = booths.where(
        Booth.plan_id == plan.id, Booth.removed_at.is_(None), Booth.hall_id.is_not(None)
    )
    return [] if db.session.scalar(drawn) else [str(_("Draw at least one booth first."))]


def _event_shows(plan: Plan) -> None:
    """The event's public page gains or loses the way to the plan."""
    raise_revisions(*(scope for scope in plan.event.scopes if scope.kind != "all"))
