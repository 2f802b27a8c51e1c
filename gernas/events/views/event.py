"""One event: everything about it, and what can be done to it."""

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.audit.queries import AuditFilter, list_entries
from gernas.core.database import db, transaction
from gernas.core.permissions import Permission, may, requires
from gernas.core.web import say, see_other, signed_in_user
from gernas.events.forms import AgendaForm
from gernas.events.history import describe_change
from gernas.events.models import Event, EventStatus
from gernas.events.panels import list_event_panels
from gernas.events.queries import list_siblings
from gernas.events.services import (
    archive_event,
    confirm_event,
    restore_event,
    revive_event,
)
from gernas.events.views.blueprint import bp, may_edit, may_see, page
from gernas.events.warnings import EventWarning, list_event_warnings


@bp.get("/kelola/acara/<event:event>")
@requires(Permission.SEE_PLANS)
def show(event: Event) -> ResponseReturnValue:
    return show_event(event, AgendaForm.of(event))


def show_event(event: Event, agenda_form: AgendaForm) -> str:
    person = signed_in_user()
    may_read_log = may(person, Permission.READ_AUDIT, event.scopes)
    return page(
        "show.html",
        event=event,
        agenda_form=agenda_form,
        warnings=find_warnings(event),
        changes=[(change, describe_change(change)) for change in event.changes],
        panels=list_event_panels(event, person),
        last_entries=_last_entries(event),
        may_edit=may_edit(event),
        may_read_log=may_read_log,
        sees_campaign=may(person, Permission.SEE_PLANS, event.campaign.scopes),
        sees_stop=event.stop is not None and may(person, Permission.SEE_PLANS, event.stop.scopes),
    )


def find_warnings(event: Event) -> list[EventWarning]:
    """What to look at about an event, saved or just being typed."""
    siblings = list_siblings(event.stop_id) if event.stop_id is not None else []
    return list_event_warnings(event, may_see=may_see, siblings=siblings)


@bp.post("/kelola/acara/<event:event>/aktifkan")
@requires(Permission.EDIT_EVENTS)
def revive(event: Event) -> ResponseReturnValue:
    waits = event.status == EventStatus.CANCELLED and event.date_unknown
    again = _("The event takes place again as it was planned.")
    open_date = _("It is not cancelled any more, and waits for its new date.")
    return _do(event, revive_event, open_date if waits else again)


@bp.post("/kelola/acara/<event:event>/pastikan")
@requires(Permission.EDIT_EVENTS)
def confirm(event: Event) -> ResponseReturnValue:
    return _do(event, confirm_event, _("The event is confirmed."))


@bp.post("/kelola/acara/<event:event>/arsipkan")
@requires(Permission.EDIT_EVENTS)
def archive(event: Event) -> ResponseReturnValue:
    return _do(event, archive_event, _("The event is in the archive."), undo="restore")


@bp.post("/kelola/acara/<event:event>/pulihkan")
@requires(Permission.EDIT_EVENTS)
def restore(event: Event) -> ResponseReturnValue:
    return _do(event, restore_event, _("The event is back."), undo="archive")


def _do(
    event: Event, verb: Callable[..., Event], sentence: str, undo: str | None = None
) -> ResponseReturnValue:
    with transaction():
        row = verb(db.session.get_one(Event, event.id), by=signed_in_user())
    say(sentence, undo=url_for(f".{undo}", event=row) if undo else None)
    return see_other(url_for(".show", event=row))


def _last_entries(event: Event) -> list[Any]:
    """The newest lines of the log about the event itself."""
    wanted = AuditFilter(subject_kind="event", subject_id=event.id)
    return list(list_entries([event.scope], wanted, limit=5).shown)
