"""What reviewers keep for themselves: notes on a registration, views of the list."""

from flask_babel import gettext as _
from sqlalchemy import func, select

from gernas.audit.services import record
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.errors import BadValues, NotThere
from gernas.core.permissions import Holder, Permission
from gernas.core.text import clean_text
from gernas.events.services.changing import check_may
from gernas.registrations.models import Call, Registration, RegistrationNote, SavedView

NOTE_LENGTH, NAME_LENGTH, QUERY_LENGTH = 2_000, 60, 500
MOST_VIEWS = 20


def add_note(registration: Registration, text: str, *, by: Holder) -> RegistrationNote:
    """Write down something for the team; the applicant never reads it.

    Raises:
        NotAllowed
        BadValues: there is no text, or too much.
    """
    check_may(by, Permission.SEE_REGISTRATIONS, registration)
    text = clean_text(text, multiline=True)
    if not text or len(text) > NOTE_LENGTH:
        raise BadValues({"text": _("Write 1 to %(most)s characters.", most=NOTE_LENGTH)})
    note = RegistrationNote(registration_id=registration.id, text=text, by_id=by.id, at=now())
    db.session.add(note)
    db.session.flush()
    _log("registration.noted", registration, before={}, after={"note": text}, by=by)
    return note


def remove_note(registration: Registration, note_id: int, *, by: Holder) -> str:
    """Delete a note that this person wrote; returns its text.

    Raises:
        NotAllowed
        NotThere: this person wrote no such note here.
    """
    check_may(by, Permission.SEE_REGISTRATIONS, registration)
    note = db.session.scalar(
        select(RegistrationNote).where(
            RegistrationNote.id == note_id,
            RegistrationNote.registration_id == registration.id,
            RegistrationNote.by_id == by.id,
        )
    )
    if note is None:
        raise NotThere(_("This note is no longer here."))
    text = note.text
    db.session.delete(note)
    db.session.flush()
    _log("registration.note_removed", registration, before={"note": text}, after={}, by=by)
    return text


def save_view(call: Call, name: str, query: str, *, by: Holder) -> SavedView:
    """Keep filters and order of a call's list under a name; the same name is written over.

    Raises:
        NotAllowed
        BadValues: no name, or more than twenty views.
    """
    check_may(by, Permission.SEE_REGISTRATIONS, call)
    name = clean_text(name)
    if not name or len(name) > NAME_LENGTH or len(query) > QUERY_LENGTH:
        raise BadValues({"name": _("Write 1 to %(most)s characters.", most=NAME_LENGTH)})
    mine = (SavedView.user_id == by.id, SavedView.call_id == call.id)
    view = db.session.scalar(select(SavedView).where(*mine, SavedView.name == name))
    if view is None:
        count = select(func.count()).select_from(SavedView).where(*mine)
        if (db.session.scalar(count) or 0) >= MOST_VIEWS:
            raise BadValues({"name": _("At most %(most)s views, please.", most=MOST_VIEWS)})
        view = SavedView(user_id=by.id, call_id=call.id, name=name, created_at=now())
        db.session.add(view)
    view.query = query
    db.session.flush()
    return view


def remove_view(view: SavedView) -> None:
    """Delete a saved view of the person who asks (``find_saved_view``)."""
    db.session.delete(view)
    db.session.flush()


def _log(
    action: str,
    registration: Registration,
    *,
    before: dict[str, str],
    after: dict[str, str],
    by: Holder,
) -> None:
    record(
        action,
        registration,
        by=by,
        before=before,
        after=after,
        scopes=registration.scopes,
        personal=frozenset({"note"}),
        label=registration.code,
    )
