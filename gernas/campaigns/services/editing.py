"""What every edit here shares: comparing versions, writing columns, raising revisions, audit."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from gernas.audit.services import record
from gernas.campaigns.errors import ChangedMeanwhile
from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import now
from gernas.core.database import Model, db
from gernas.core.permissions import Permission, Scope, require
from gernas.core.revisions import raise_revisions

if TYPE_CHECKING:
    from gernas.core.permissions import Holder

VisibilityHook = Callable[[Campaign | Stop], object]

_visibility_hooks: list[VisibilityHook] = []

UNTOLD = frozenset({"id", "version", "created_at", "updated_at"})


def when_visibility_changes(hook: VisibilityHook) -> None:
    """Let a higher domain follow when a campaign or stop is shown or hidden, in the transaction."""
    if hook not in _visibility_hooks:
        _visibility_hooks.append(hook)


def tell_visibility(row: Campaign | Stop) -> None:
    """Run the hooks; before the revisions are raised."""
    for hook in _visibility_hooks:
        hook(row)


def check_may(by: "Holder | None", permission: Permission, row: Any) -> None:
    """Check again what the view checked; None is the program itself (demo, import).

    Raises:
        NotAllowed: no grant of the person on the row carries the permission.
    """
    if by is not None:
        require(by, permission, row)


def check_version(row: Any, version: int | None, values: dict[str, Any]) -> None:
    """Refuse an edit that began before someone else's was saved.

    Raises:
        ChangedMeanwhile: with the fields that now differ from what this person wants to save.
    """
    if version is None or row.version == version:
        return
    theirs = {
        name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value
    }
    if theirs:
        raise ChangedMeanwhile(row, theirs)


def read_values(row: Model) -> dict[str, Any]:
    """What the log tells of a whole row: its columns that hold something, save numbers of rows."""
    names = [column.key for column in inspect(type(row)).column_attrs]
    told = [name for name in names if name not in UNTOLD and not name.endswith("_id")]
    return {name: value for name in told if (value := getattr(row, name)) not in (None, "", [])}


def write_values(row: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Set the columns that differ, raise the version; returns what they were before."""
    before = {
        name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value
    }
    for name in before:
        setattr(row, name, values[name])
    if before:
        row.updated_at = now()
        row.version += 1
    db.session.flush()
    return before


def note_change(
    action: str,
    row: Any,
    before: dict[str, Any],
    *,
    by: "Holder | None",
    raising: tuple[Scope, ...],
    label: str | None = None,
) -> None:
    """Write the audit entry of a change and make the public pages that show it stale.

    ``label`` is what the row is called, where it has no name of its own.
    """
    after = {name: getattr(row, name) for name in before} if before else read_values(row)
    record(action, row, by=by, before=before, after=after, scopes=row.scopes, label=label)
    raise_revisions(*raising)
