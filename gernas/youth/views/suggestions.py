"""Fill open shifts: ask for a suggestion, see it beside the present state, accept or discard it."""

from collections.abc import Sequence

from flask import Response, abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.campaigns.models import Stop
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.jobs import tell_progress
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.web import is_htmx, say, see_other, signed_in_user
from gernas.events.models import Event
from gernas.youth.models import Shift, ShiftSuggestion, SuggestionState, YouthProgramme
from gernas.youth.services.suggesting import (
    accept_suggestion,
    ask_for_suggestion,
    discard_suggestion,
    is_undoable,
    undo_suggestion,
)
from gernas.youth.shifts.forms_suggesting import SuggestionForm
from gernas.youth.shifts.suggestion_queries import (
    find_open_suggestion,
    find_suggestion,
    list_suggestions,
    list_wanting,
)
from gernas.youth.shifts.suggestion_shown import show_suggestion
from gernas.youth.shifts.suggestion_words import STATE_WORDS
from gernas.youth.views.blueprint import bp, fetch_programme, get_programme, page


@bp.get("/kelola/<stop:stop>/pemuda/usulan")
@requires(Permission.EDIT_YOUTH)
def suggestions(stop: Stop) -> ResponseReturnValue:
    """What is worked out or waits for a decision, else the form that asks for a suggestion."""
    programme = get_programme(stop)
    present = find_open_suggestion(programme)
    if present is not None and present.state == SuggestionState.READY:
        return see_other(url_for(".suggestion", stop=stop, suggestion_id=present.id))
    return _show(stop, programme, SuggestionForm(), present)


@bp.post("/kelola/<stop:stop>/pemuda/usulan")
@requires(Permission.EDIT_YOUTH)
def ask_suggestion(stop: Stop) -> ResponseReturnValue:
    programme = get_programme(stop)
    form = SuggestionForm()
    events = _list_events(list_wanting(programme))
    form.offer(events)

    def show() -> str:
        return _show(stop, programme, form, find_open_suggestion(programme))

    if not form.validate():
        return show(), 422
    chosen = form.find_event(events)

    def save() -> None:
        event = db.session.get_one(Event, chosen.id) if chosen is not None else None
        ask_for_suggestion(
            fetch_programme(programme), event, by=signed_in_user(), seconds=form.seconds.data
        )

    failed = save_form(form, save, show)
    return failed or see_other(url_for(".suggestions", stop=stop))


@bp.get("/kelola/<stop:stop>/pemuda/usulan/<id:suggestion_id>")
@requires(Permission.EDIT_YOUTH)
def suggestion(stop: Stop, suggestion_id: int) -> ResponseReturnValue:
    """One suggestion: beside the present state while it can be accepted, else what became of it."""
    programme = get_programme(stop)
    row = _get(programme, suggestion_id)
    if row.state in (SuggestionState.WAITING, SuggestionState.FAILED):
        return see_other(url_for(".suggestions", stop=stop))
    form = SuggestionForm()
    form.offer(_list_events(list_wanting(programme)))
    return page(
        "suggestion.html",
        stop,
        programme=programme,
        suggestion=row,
        shown=show_suggestion(row),
        state_words=STATE_WORDS,
        undoable=is_undoable(row),
        form=form,
    )


@bp.get("/kelola/<stop:stop>/pemuda/usulan/<id:suggestion_id>/kemajuan")
@requires(Permission.EDIT_YOUTH)
def suggestion_progress(stop: Stop, suggestion_id: int) -> ResponseReturnValue:
    """The progress bar alone; once the work is over, the way to the page."""
    row = _get(get_programme(stop), suggestion_id)
    if row.state != SuggestionState.WAITING:
        address = url_for(".suggestions", stop=stop)
        if is_htmx():
            return Response(status=204, headers={"HX-Redirect": address})
        return see_other(address)
    return page("_suggestion_job.html", stop, suggestion=row, **tell_progress(row.job_id))


@bp.post("/kelola/<stop:stop>/pemuda/usulan/<id:suggestion_id>/terima")
@requires(Permission.EDIT_YOUTH)
def accept_suggested(stop: Stop, suggestion_id: int) -> ResponseReturnValue:
    row = _get(get_programme(stop), suggestion_id)
    address = url_for(".suggestion", stop=stop, suggestion_id=suggestion_id)
    try:
        with transaction():
            accepted = accept_suggestion(
                db.session.get_one(ShiftSuggestion, row.id), by=signed_in_user()
            )
    except GernasError as error:
        say(error.message)
        return see_other(address)
    given = len(accepted.given)
    sentence = ngettext("%(num)s place is given.", "%(num)s places are given.", given)
    if accepted.left_out:
        sentence += " " + ngettext(
            "%(num)s was left out, see below.",
            "%(num)s were left out, see below.",
            len(accepted.left_out),
        )
    undo = url_for(".undo_suggested", stop=stop, suggestion_id=suggestion_id) if given else None
    say(sentence, undo=undo)
    return see_other(address)


@bp.post("/kelola/<stop:stop>/pemuda/usulan/<id:suggestion_id>/buang")
@requires(Permission.EDIT_YOUTH)
def discard_suggested(stop: Stop, suggestion_id: int) -> ResponseReturnValue:
    row = _get(get_programme(stop), suggestion_id)
    try:
        with transaction():
            discard_suggestion(db.session.get_one(ShiftSuggestion, row.id), by=signed_in_user())
    except GernasError as error:
        say(error.message)
    else:
        say(_("The suggestion is discarded. Nothing was changed."))
    return see_other(url_for(".suggestions", stop=stop))


@bp.post("/kelola/<stop:stop>/pemuda/usulan/<id:suggestion_id>/urungkan")
@requires(Permission.EDIT_YOUTH)
def undo_suggested(stop: Stop, suggestion_id: int) -> ResponseReturnValue:
    row = _get(get_programme(stop), suggestion_id)
    try:
        with transaction():
            undone = undo_suggestion(
                db.session.get_one(ShiftSuggestion, row.id), by=signed_in_user()
            )
    except GernasError as error:
        say(error.message)
    else:
        say(ngettext("%(num)s place is free again.", "%(num)s places are free again.", undone))
    return see_other(url_for(".suggestion", stop=stop, suggestion_id=suggestion_id))


def _get(programme: YouthProgramme, suggestion_id: int) -> ShiftSuggestion:
    return find_suggestion(programme, suggestion_id) or abort(404)


def _list_events(shifts: Sequence[Shift]) -> list[Event]:
    return list({shift.event_id: shift.event for shift in shifts}.values())


def _show(
    stop: Stop, programme: YouthProgramme, form: SuggestionForm, present: ShiftSuggestion | None
) -> str:
    shifts = list_wanting(programme)
    form.offer(_list_events(shifts))
    waits = present is not None and present.state == SuggestionState.WAITING
    failed = present is not None and present.state == SuggestionState.FAILED
    return page(
        "suggestions.html",
        stop,
        programme=programme,
        form=form,
        shifts=len(shifts),
        places=sum(need.wanted - need.used for shift in shifts for need in shift.needs),
        suggestion=present,
        shown=show_suggestion(present) if present is not None and failed else None,
        waits=waits,
        failed=failed,
        former=list_suggestions(programme),
        state_words=STATE_WORDS,
        **(tell_progress(present.job_id) if present is not None and waits else {}),
    )
