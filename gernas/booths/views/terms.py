"""How calls get booths on a plan: organizers give them, applicants choose, or wish."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.booths.allocation_queries import find_possible_call, list_possible_calls, list_terms
from gernas.booths.forms_terms import TermsForm
from gernas.booths.models import BoothCall, Plan
from gernas.booths.queries import list_sponsors
from gernas.booths.services.calls import remove_terms, set_terms
from gernas.booths.views.blueprint import bp, get_plan, page, register_tab
from gernas.booths.words import MODE_WORDS
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.permissions import Permission, require, requires
from gernas.core.saving import save_form
from gernas.core.web import say, see_other, signed_in_user
from gernas.events.models import Event
from gernas.registrations.models import Call

register_tab(40, _l("Calls"), "booths.terms")


@bp.get("/kelola/acara/<event:event>/denah/pendaftaran")
@requires(Permission.SEE_PLANS)
def terms(event: Event) -> ResponseReturnValue:
    """The calls that get booths here, and those that could."""
    plan = get_plan(event)
    rows = list_terms(plan)
    taken = {one.call_id for one in rows}
    others = [call for call in list_possible_calls(plan) if call.id not in taken]
    return page("terms.html", event, plan=plan, rows=rows, others=others, mode_words=MODE_WORDS)


@bp.route("/kelola/acara/<event:event>/denah/pendaftaran/<id:call_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_BOOTHS)
def edit_terms(event: Event, call_id: int) -> ResponseReturnValue:
    plan = get_plan(event)
    call = find_possible_call(plan, call_id) or abort(404)
    require(signed_in_user(), Permission.EDIT_BOOTHS, call)
    present = db.session.get(BoothCall, call.id)
    present = present if present is not None and present.plan_id == plan.id else None
    form = TermsForm.of(present, list_sponsors(plan), event.zone)

    def show() -> str:
        return page("terms_form.html", event, plan=plan, call=call, form=form, present=present)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422

    def save() -> None:
        fresh = db.session.get_one(Call, call_id), db.session.get_one(Plan, plan_id)
        set_terms(*fresh, form.read(event.zone), by=signed_in_user())

    plan_id, title = plan.id, call.title
    refused = save_form(form, save, show)
    if refused is not None:
        return refused
    say(_("Saved how “%(title)s” gets booths.", title=title))
    return see_other(url_for("booths.terms", event=event))


@bp.post("/kelola/acara/<event:event>/denah/pendaftaran/<id:call_id>/hapus")
@requires(Permission.EDIT_BOOTHS)
def remove_call(event: Event, call_id: int) -> ResponseReturnValue:
    plan = get_plan(event)
    present = db.session.get(BoothCall, call_id)
    if present is None or present.plan_id != plan.id:
        abort(404)
    title = present.call.title
    try:
        with transaction():
            remove_terms(db.session.get_one(BoothCall, call_id), by=signed_in_user())
    except GernasError as error:
        say(error.message)
    else:
        say(_("“%(title)s” gets no booths here any more.", title=title))
    return see_other(url_for("booths.terms", event=event))
