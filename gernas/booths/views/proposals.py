"""Assign all fairly: ask for a proposal, see it beside the present state, accept or discard it."""

from flask import Response, abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from gernas.booths.forms_proposing import ProposalForm
from gernas.booths.giving import make_giving
from gernas.booths.models import Plan, Proposal, ProposalState
from gernas.booths.proposal_queries import find_open_proposal, find_proposal, list_proposals
from gernas.booths.proposal_words import RULE_WORDS, STATE_WORDS, rules_words
from gernas.booths.proposing import show_proposal
from gernas.booths.services.proposing import (
    accept_proposal,
    ask_for_proposal,
    discard_proposal,
    is_undoable,
    read_rules,
    undo_proposal,
)
from gernas.booths.views.blueprint import bp, fetch_plan, get_plan, page, register_tab
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.jobs import tell_progress
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.web import is_htmx, say, see_other, signed_in_user
from gernas.events.models import Event

register_tab(55, _l("Assign all fairly"), "booths.proposals", Permission.ALLOCATE_BOOTHS)


@bp.get("/kelola/acara/<event:event>/denah/usulan")
@requires(Permission.ALLOCATE_BOOTHS)
def proposals(event: Event) -> ResponseReturnValue:
    """The proposal that is worked out or waits for a decision, else the form that asks for one."""
    plan = get_plan(event)
    present = find_open_proposal(plan)
    if present is not None and present.state == ProposalState.READY:
        return see_other(url_for(".proposal", event=event, proposal_id=present.id))
    return _show(event, plan, _make_form(present))


@bp.post("/kelola/acara/<event:event>/denah/usulan")
@requires(Permission.ALLOCATE_BOOTHS)
def propose(event: Event) -> ResponseReturnValue:
    plan = get_plan(event)
    form = ProposalForm()

    def show() -> str:
        return _show(event, plan, form)

    if not form.validate():
        return show(), 422

    def save() -> None:
        ask_for_proposal(
            fetch_plan(plan), form.read_rules(), seconds=form.seconds.data, by=signed_in_user()
        )

    failed = save_form(form, save, show)
    return failed or see_other(url_for(".proposals", event=event))


@bp.get("/kelola/acara/<event:event>/denah/usulan/<id:proposal_id>")
@requires(Permission.ALLOCATE_BOOTHS)
def proposal(event: Event, proposal_id: int) -> ResponseReturnValue:
    """One proposal: beside the present state while it can be accepted, else what became of it."""
    plan = get_plan(event)
    row = find_proposal(plan, proposal_id) or abort(404)
    if row.state in (ProposalState.WAITING, ProposalState.FAILED):
        return see_other(url_for(".proposals", event=event))
    return page(
        "proposal.html",
        event,
        plan=plan,
        proposal=row,
        shown=show_proposal(row),
        rules=rules_words(read_rules(row)),
        state_words=STATE_WORDS,
        undoable=is_undoable(row),
        form=_make_form(row),
    )


@bp.get("/kelola/acara/<event:event>/denah/usulan/<id:proposal_id>/kemajuan")
@requires(Permission.ALLOCATE_BOOTHS)
def proposal_progress(event: Event, proposal_id: int) -> ResponseReturnValue:
    """The progress bar alone; once the work is over, the way to the page."""
    row = find_proposal(get_plan(event), proposal_id) or abort(404)
    if row.state != ProposalState.WAITING:
        address = url_for(".proposals", event=event)
        if is_htmx():
            return Response(status=204, headers={"HX-Redirect": address})
        return see_other(address)
    return page("_proposal_job.html", event, proposal=row, **tell_progress(row.job_id))


@bp.post("/kelola/acara/<event:event>/denah/usulan/<id:proposal_id>/terima")
@requires(Permission.ALLOCATE_BOOTHS)
def accept(event: Event, proposal_id: int) -> ResponseReturnValue:
    row = find_proposal(get_plan(event), proposal_id) or abort(404)
    address = url_for(".proposal", event=event, proposal_id=proposal_id)
    try:
        with transaction():
            accepted = accept_proposal(db.session.get_one(Proposal, row.id), by=signed_in_user())
    except GernasError as error:
        say(error.message)
        return see_other(address)
    given = len(accepted.given)
    sentence = ngettext("%(num)s booth is given.", "%(num)s booths are given.", given)
    if accepted.left_out:
        left_out = len(accepted.left_out)
        sentence += " " + ngettext(
            "%(num)s was left out, see below.", "%(num)s were left out, see below.", left_out
        )
    undo = url_for(".undo_accepted", event=event, proposal_id=proposal_id) if given else None
    say(sentence, undo=undo)
    return see_other(address)


@bp.post("/kelola/acara/<event:event>/denah/usulan/<id:proposal_id>/buang")
@requires(Permission.ALLOCATE_BOOTHS)
def discard(event: Event, proposal_id: int) -> ResponseReturnValue:
    row = find_proposal(get_plan(event), proposal_id) or abort(404)
    try:
        with transaction():
            discard_proposal(db.session.get_one(Proposal, row.id), by=signed_in_user())
    except GernasError as error:
        say(error.message)
    else:
        say(_("The proposal is discarded. Nothing was changed."))
    return see_other(url_for(".proposals", event=event))


@bp.post("/kelola/acara/<event:event>/denah/usulan/<id:proposal_id>/urungkan")
@requires(Permission.ALLOCATE_BOOTHS)
def undo_accepted(event: Event, proposal_id: int) -> ResponseReturnValue:
    row = find_proposal(get_plan(event), proposal_id) or abort(404)
    try:
        with transaction():
            undone, late = undo_proposal(db.session.get_one(Proposal, row.id), by=signed_in_user())
    except GernasError as error:
        say(error.message)
        return see_other(url_for(".proposal", event=event, proposal_id=proposal_id))
    sentence = ngettext("%(num)s booth is free again.", "%(num)s booths are free again.", undone)
    if late:
        sentence += " " + ngettext(
            "%(num)s was changed since and stays.", "%(num)s were changed since and stay.", late
        )
    say(sentence)
    return see_other(url_for(".proposal", event=event, proposal_id=proposal_id))


def _show(event: Event, plan: Plan, form: ProposalForm) -> str:
    present = find_open_proposal(plan)
    waits = present is not None and present.state == ProposalState.WAITING
    failed = present is not None and present.state == ProposalState.FAILED
    return page(
        "proposals.html",
        event,
        plan=plan,
        form=form,
        board=make_giving(plan),
        proposal=present,
        shown=show_proposal(present) if present is not None and failed else None,
        waits=waits,
        failed=failed,
        former=list_proposals(plan),
        rule_words=RULE_WORDS,
        state_words=STATE_WORDS,
        **(tell_progress(present.job_id) if present is not None and waits else {}),
    )


def _make_form(present: Proposal | None) -> ProposalForm:
    """The form, with the rules of the last proposal ticked."""
    if present is None:
        return ProposalForm()
    rules = [str(rule) for rule in read_rules(present)]
    return ProposalForm(data={"rules": rules, "seconds": present.seconds})
