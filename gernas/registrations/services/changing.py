"""What every change of a call shares: rights, versions, the log, public pages."""

from typing import Any

from gernas.audit.services import record
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.permissions import Permission
from gernas.core.revisions import raise_revisions
from gernas.events.services.changing import By, check_may, find_last_editor
from gernas.registrations.errors import CallArchived, CallChanged
from gernas.registrations.models import Call
from gernas.registrations.values import CallValues

Values = dict[str, Any]

_STATE = ("slug", "published_at", "closed_at", "archived_at", "terms_version")


def hold_call(call: Call, *, by: By, version: int | None = None) -> Call:
    """The call locked, if this person, who saw it in ``version``, may change it.

    Raises:
        NotAllowed, CallArchived
        CallChanged: someone else saved it since.
    """
    call = lock(call)
    check_may(by, Permission.EDIT_CALLS, call)
    if call.archived_at is not None:
        raise CallArchived
    if version is not None and call.version != version:
        name, at = find_last_editor(call)
        raise CallChanged(call, changed_by=name, changed_at=at)
    return call


def read_call(call: Call) -> Values:
    """What the log keeps of a call."""
    values = vars(CallValues.of(call))
    return {**values, **{name: getattr(call, name) for name in _STATE}}


def finish_call(action: str, call: Call, before: Values, *, by: By) -> Call:
    """Raise the version, log what differs and make the call's pages stale; the last step."""
    call.version += 1
    call.updated_at = now()
    db.session.flush()
    record(action, call, by=by, before=before, after=read_call(call), scopes=call.scopes)
    raise_revisions(*call.shown_on)
    return call
