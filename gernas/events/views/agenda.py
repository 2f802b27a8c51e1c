"""The agenda of an event: add, edit, move and remove its parts."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.core.database import db, transaction
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.web import is_htmx, say, see_other, signed_in_user
from gernas.events.forms import AgendaForm
from gernas.events.models import AgendaItem, Event
from gernas.events.queries import find_agenda_item
from gernas.events.services import (
    add_agenda_item,
    edit_agenda_item,
    move_agenda_item,
    remove_agenda_item,
    restore_agenda_item,
)
from gernas.events.views.blueprint import bp, page
from gernas.events.views.event import show_event


@bp.post("/kelola/acara/<event:event>/susunan")
@requires(Permission.EDIT_EVENTS)
def add_to_agenda(event: Event) -> ResponseReturnValue:
    form = AgendaForm.of(event)
    if not form.validate():
        return show_event(event, form), 422

    def save() -> None:
        row = db.session.get_one(Event, event.id)
        add_agenda_item(row, form.read_values(row.zone), by=signed_in_user())

    failed = save_form(form, save, lambda: show_event(event, form))
    return failed if failed is not None else _to_agenda(event)


@bp.route("/kelola/acara/<event:event>/susunan/<id:item_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENTS)
def edit_agenda(event: Event, item_id: int) -> ResponseReturnValue:
    form = AgendaForm.of(event, _get(event, item_id))

    def show() -> str:
        return page("agenda_form.html", form=form, event=event, item=_get(event, item_id))

    if request.method == "GET" or not form.validate():
        return show(), 422 if form.is_submitted() else 200

    def save() -> None:
        item = _get(event, item_id)
        edit_agenda_item(item, form.read_values(item.event.zone), by=signed_in_user())

    failed = save_form(form, save, show)
    return failed if failed is not None else _to_agenda(event)


@bp.post("/kelola/acara/<event:event>/susunan/<id:item_id>/naik")
@requires(Permission.EDIT_EVENTS)
def move_up(event: Event, item_id: int) -> ResponseReturnValue:
    return _move(event, item_id, up=True)


@bp.post("/kelola/acara/<event:event>/susunan/<id:item_id>/turun")
@requires(Permission.EDIT_EVENTS)
def move_down(event: Event, item_id: int) -> ResponseReturnValue:
    return _move(event, item_id, up=False)


@bp.post("/kelola/acara/<event:event>/susunan/<id:item_id>/hapus")
@requires(Permission.EDIT_EVENTS)
def remove_from_agenda(event: Event, item_id: int) -> ResponseReturnValue:
    with transaction():
        remove_agenda_item(_get(event, item_id), by=signed_in_user())
    undo = url_for(".restore_to_agenda", event=event, item_id=item_id)
    say(_("Removed from the agenda."), undo=undo)
    return _to_agenda(event)


@bp.post("/kelola/acara/<event:event>/susunan/<id:item_id>/pulihkan")
@requires(Permission.EDIT_EVENTS)
def restore_to_agenda(event: Event, item_id: int) -> ResponseReturnValue:
    with transaction():
        row = db.session.get_one(Event, event.id)
        restore_agenda_item(row, item_id, by=signed_in_user())
    say(_("It is in the agenda again."))
    return _to_agenda(event)


def _move(event: Event, item_id: int, *, up: bool) -> ResponseReturnValue:
    with transaction():
        move_agenda_item(_get(event, item_id), up=up, by=signed_in_user())
    if is_htmx():
        return page("_agenda.html", event=event, may_edit=True)
    return _to_agenda(event)


def _get(event: Event, item_id: int) -> AgendaItem:
    return find_agenda_item(event, item_id) or abort(404)


def _to_agenda(event: Event) -> ResponseReturnValue:
    return see_other(url_for(".show", event=event, _anchor="agenda"))
