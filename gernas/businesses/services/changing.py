"""What every change of a business shares: who may, versions, the log, public pages, twins."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from gernas.audit.models import AuditEntry
from gernas.audit.services import record
from gernas.audit.words import people_names
from gernas.businesses.access import By
from gernas.businesses.errors import BusinessArchived, BusinessChanged, BusinessMerged
from gernas.businesses.likeness import find_twins
from gernas.businesses.models import Business, CaseState, MergeCase
from gernas.core.clock import now
from gernas.core.database import Model, db
from gernas.core.permissions import ALL, Scope
from gernas.core.revisions import raise_revisions

CATALOGUE = Scope("catalogue")  # the revision of all that the catalogue shows
# Values that name a person or lead to one; the log forgets them when they are erased.
PERSONAL = frozenset(
    {
        "label",
        "name",
        "owner_name",
        "npwp",
        "nib",
        "address",
        "phone",
        "whatsapp",
        "email",
        "social",
        "website",
        "about",
        "about_en",
        "person",
        "file_label",
        "number",
    }
)


def check_open(business: Business) -> None:
    """Refuse to change what was merged, erased or archived.

    Raises:
        BusinessMerged, BusinessArchived
    """
    if business.is_merged or business.erased_at is not None:
        raise BusinessMerged
    if business.archived_at is not None:
        raise BusinessArchived


def check_version(business: Business, version: int | None, values: Mapping[str, Any]) -> None:
    """Refuse an edit that began before someone else saved something that it would undo.

    Raises:
        BusinessChanged
    """
    if version is None or business.version == version:
        return
    if any(getattr(business, name) != value for name, value in values.items()):
        name, at = find_last_editor(business)
        raise BusinessChanged(business, changed_by=name, changed_at=at)


def find_last_editor(business: Business) -> tuple[str | None, datetime]:
    """Who saved the business last, by the log, and when; no name for the program itself."""
    newest = (
        select(AuditEntry.actor_id, AuditEntry.at)
        .where(AuditEntry.subject_kind == "business", AuditEntry.subject_id == business.id)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    found = db.session.execute(newest).first()
    if found is None:
        return None, business.updated_at
    names = people_names([found.actor_id]) if found.actor_id is not None else {}
    return names.get(found.actor_id), found.at


def write_values(business: Business, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set the columns that differ and raise the version; returns what they were before."""
    before = {
        name: getattr(business, name)
        for name, value in values.items()
        if getattr(business, name) != value
    }
    for name in before:
        setattr(business, name, values[name])
    if before:
        touch(business)
    return before


def touch(business: Business) -> None:
    """Raise the version of a business that changed, or of which a part did."""
    business.updated_at = now()
    business.version += 1
    db.session.flush()


def log(
    action: str,
    business: Business,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    *,
    by: By,
    subject: Model | None = None,
) -> None:
    """Write the audit entry of a change of a business, or of a part of it."""
    record(
        action,
        subject or business,
        by=by,
        before=before or {},
        after=after or {},
        scopes=(ALL,),
        personal=PERSONAL,
        label=business.name,
    )


def finish(business: Business) -> None:
    """Make the catalogue's pages stale where they show the business; the last step of a service."""
    if business.shown_in_catalogue:
        raise_revisions(CATALOGUE)


def note_twins(business: Business) -> None:
    """Open a case for each record that may be the same business; nobody is told here."""
    open_cases(
        {
            (min(business.id, other), max(business.id, other)): reasons
            for other, reasons in find_twins(business).items()
        }
    )


def open_cases(pairs: Mapping[tuple[int, int], list[str]]) -> int:
    """Open the cases that are not there yet; one that was dismissed stays so. Returns how many."""
    known = {(case.first_id, case.second_id): case for case in _list_cases(pairs)}
    moment, opened = now(), 0
    for (first, second), reasons in sorted(pairs.items()):
        case = known.get((first, second))
        if case is None:
            db.session.add(
                MergeCase(first_id=first, second_id=second, reasons=reasons, opened_at=moment)
            )
            opened += 1
        elif case.state == CaseState.OPEN:
            case.reasons = sorted({*case.reasons, *reasons})
    db.session.flush()
    return opened


def _list_cases(pairs: Mapping[tuple[int, int], list[str]]) -> Iterable[MergeCase]:
    firsts = sorted({first for first, _second in pairs})
    for part in _parts(firsts, 500):
        yield from db.session.scalars(select(MergeCase).where(MergeCase.first_id.in_(part)))


def _parts(ids: list[int], size: int) -> Iterable[Collection[int]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))
