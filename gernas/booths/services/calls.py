"""Say how the registrations of a call get booths on a plan."""

from flask_babel import gettext as _

from gernas.audit.services import record
from gernas.booths.errors import CallHasBooths
from gernas.booths.models import BoothCall, Plan, Sponsor
from gernas.booths.services.turns import has_live_of_call
from gernas.booths.terms import TermsValues
from gernas.core.database import db, lock
from gernas.core.errors import BadValues
from gernas.core.permissions import Permission
from gernas.core.revisions import raise_revisions
from gernas.events.services.changing import By, check_may
from gernas.registrations.models import Call


def set_terms(call: Call, plan: Plan, values: TermsValues, *, by: By) -> BoothCall:
    """Let the registrations of a call get booths on a plan, or change how.

    Raises:
        NotAllowed
        BadValues: a sentence for each field; also where the call is of another stop or campaign.
        CallHasBooths: it has booths on another plan.
    """
    check_may(by, Permission.EDIT_BOOTHS, plan)
    check_may(by, Permission.EDIT_BOOTHS, call)
    values = values.checked()
    lock(plan)
    _check_place(call, plan, values)
    terms = db.session.get(BoothCall, call.id, with_for_update=True)
    if terms is not None and terms.plan_id != plan.id and has_live_of_call(call.id):
        raise CallHasBooths
    before = vars(TermsValues.of(terms)) if terms is not None else {}
    if terms is None:
        terms = BoothCall(call=call, plan=plan)
        db.session.add(terms)
    terms.plan = plan
    for name, value in vars(values).items():
        setattr(terms, name, value)
    db.session.flush()
    _log("plan.call_set", plan, call, before, vars(values), by=by)
    raise_revisions(plan.scope, site=False)
    return terms


def remove_terms(terms: BoothCall, *, by: By) -> None:
    """Let the registrations of a call get no booths any more.

    Raises:
        NotAllowed
        CallHasBooths: some have one; release those first.
    """
    plan, call = terms.plan, terms.call
    check_may(by, Permission.EDIT_BOOTHS, plan)
    lock(plan)
    if has_live_of_call(call.id):
        raise CallHasBooths
    before = vars(TermsValues.of(terms))
    db.session.delete(terms)
    db.session.flush()
    _log("plan.call_removed", plan, call, before, {}, by=by)
    raise_revisions(plan.scope, site=False)


def _check_place(call: Call, plan: Plan, values: TermsValues) -> None:
    event = plan.event
    same_stop = call.stop_id is None or call.stop_id == event.stop_id
    if call.campaign_id != event.campaign_id or not same_stop:
        raise BadValues({"call": _("This call belongs to another stop or campaign.")})
    if values.sponsor_id is not None:
        sponsor = db.session.get(Sponsor, values.sponsor_id)
        if sponsor is None or sponsor.plan_id != plan.id:
            raise BadValues({"sponsor_id": _("Choose one of these.")})


def _log(
    action: str,
    plan: Plan,
    call: Call,
    before: dict[str, object],
    after: dict[str, object],
    *,
    by: By,
) -> None:
    def read(values: dict[str, object]) -> dict[str, object]:
        if not values:
            return {}
        number = values["sponsor_id"]
        sponsor = db.session.get(Sponsor, number) if number is not None else None
        named = {"call": call.title, "sponsor": sponsor.name if sponsor else None}
        return {**named, **{name: value for name, value in values.items() if name != "sponsor_id"}}

    record(
        action,
        plan,
        by=by,
        before=read(before),
        after=read(after),
        scopes=plan.scopes,
        label=plan.event.title,
    )
