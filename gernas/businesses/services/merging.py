"""Two records of one business become one, with everything that hangs on them, and back."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select, update

from gernas.businesses.access import By, check_may
from gernas.businesses.checking import BUSINESS
from gernas.businesses.errors import BusinessMerged, SameBusiness, TooLateToUndo
from gernas.businesses.models import (
    UNDO_MERGE_WITHIN,
    Business,
    BusinessPerson,
    CaseState,
    Certificate,
    Consent,
    Merge,
    MergeCase,
    Product,
    SalesChannel,
)
from gernas.businesses.registries import list_movers
from gernas.businesses.sealing import open_nik
from gernas.businesses.services.businesses import keep_nik
from gernas.businesses.services.changing import CATALOGUE, check_open, log, touch
from gernas.businesses.values import name_key
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.permissions import Permission
from gernas.core.revisions import raise_revisions

PARTS: Mapping[str, Any] = {
    "business_person": BusinessPerson,
    "product": Product,
    "certificate": Certificate,
    "sales_channel": SalesChannel,
    "consent": Consent,
}
MERGED = tuple(name for name in BUSINESS if name != "nib")
_STATE = ("nib", "nib_verified_at", "nib_verified_by_id", "shown_in_catalogue", "name_key")


def merge_businesses(
    kept: Business, gone: Business, *, from_gone: frozenset[str] = frozenset(), by: By
) -> Merge:
    """Take a record into another one; the first stays, the other leads there from now on.

    Where only one has a value it is kept; of two, the kept record's counts, unless the field is
    in ``from_gone``. The NIB that is verified stays verified. The kept record is in the catalogue
    only if it agreed itself, or the other had and it had not said no.

    Raises:
        NotAllowed: the person may not merge both.
        SameBusiness, BusinessMerged, BusinessArchived
    """
    if kept.id == gone.id:
        raise SameBusiness
    for one in sorted((kept, gone), key=lambda row: row.id):  # always in this order, so no deadlock
        lock(one)
    for one in (kept, gone):
        check_may(by, Permission.MERGE_BUSINESSES, one)
        check_open(one)
    values = _choose_values(kept, gone, from_gone)
    before = {name: _plain(getattr(kept, name)) for name in values}
    nik = _nik_to_move(kept, gone)
    gone_before = {name: _plain(getattr(gone, name)) for name in ("shown_in_catalogue",)}
    moved = _move_parts(kept, gone)
    gone.merged_into_id = kept.id
    gone.shown_in_catalogue = False
    touch(gone)  # its verified NIB is free before the kept record takes it
    for name, value in values.items():
        setattr(kept, name, value)
    if nik:
        keep_nik(kept, nik)
    touch(kept)
    merge = Merge(
        kept_id=kept.id,
        gone_id=gone.id,
        moved=moved,
        before={"kept": before, "gone": gone_before, "nik": bool(nik)},
        merged_at=now(),
        merged_by_id=by.id if by else None,
    )
    db.session.add(merge)
    _close_cases(kept, gone, by=by)
    after = {name: getattr(kept, name) for name in before if name != "name_key"}
    before.pop("name_key", None)
    log(
        "business.merged",
        kept,
        {**before, "merged": None},
        {**after, "merged": gone.name},
        by=by,
    )
    raise_revisions(CATALOGUE)
    return merge


def undo_merge(merge: Merge, *, by: By) -> Merge:
    """Take a merge back within 7 days: the record is there again with what was its own.

    Values of the kept record that were edited since stay as they are.

    Raises:
        NotAllowed, BusinessMerged: the kept record was merged itself since.
        TooLateToUndo: over 7 days ago, or taken back already.
    """
    for number in sorted((merge.kept_id, merge.gone_id)):
        lock(db.session.get_one(Business, number))
    merge = lock(merge)
    kept = db.session.get_one(Business, merge.kept_id)
    gone = db.session.get_one(Business, merge.gone_id)
    check_may(by, Permission.MERGE_BUSINESSES, kept)
    if merge.undone_at is not None or now() - merge.merged_at > UNDO_MERGE_WITHIN:
        raise TooLateToUndo
    if kept.is_merged or kept.erased_at is not None or gone.merged_into_id != kept.id:
        raise BusinessMerged
    _restore_values(merge, kept, gone)
    gone.merged_into_id = None
    gone.shown_in_catalogue = bool(merge.before["gone"].get("shown_in_catalogue"))
    touch(gone)
    _move_back(merge.moved, kept, gone)
    merge.undone_at, merge.undone_by_id = now(), by.id if by else None
    _reopen_case(kept, gone)
    log("business.unmerged", kept, {"merged": gone.name}, {"merged": None}, by=by)
    raise_revisions(CATALOGUE)
    return merge


def dismiss_case(case: MergeCase, *, by: By) -> MergeCase:
    """Note that two records are two businesses; they are not brought up again."""
    return _set_case(case, CaseState.DISMISSED, by=by)


def reopen_case(case: MergeCase, *, by: By) -> MergeCase:
    """Take back that they are two."""
    return _set_case(case, CaseState.OPEN, by=by)


def _set_case(case: MergeCase, state: CaseState, *, by: By) -> MergeCase:
    case = lock(case)
    for one in (case.first, case.second):
        check_may(by, Permission.MERGE_BUSINESSES, one)
    if case.state == state:
        return case
    before = {"state": case.state}
    case.state = state
    case.closed_at = None if state == CaseState.OPEN else now()
    case.closed_by_id = by.id if by and state != CaseState.OPEN else None
    db.session.flush()
    action = "merge_case.reopened" if state == CaseState.OPEN else "merge_case.dismissed"
    log(action, case.first, before, {"state": state}, by=by, subject=case)
    return case


def _choose_values(kept: Business, gone: Business, from_gone: frozenset[str]) -> dict[str, Any]:
    """What the kept record will have that it has not now."""
    values: dict[str, Any] = {}
    for name in MERGED:
        mine, other = getattr(kept, name), getattr(gone, name)
        if name == "social":
            chosen = {**other, **mine} if name not in from_gone else {**mine, **other}
        elif name in from_gone and other:
            chosen = other
        else:
            chosen = mine or other
        if chosen != mine:
            values[name] = chosen
    if "name" in values:
        values["name_key"] = name_key(values["name"])
    if _takes_nib(kept, gone, from_gone):
        values |= {name: getattr(gone, name) for name in _STATE[:3]}
    if gone.shown_in_catalogue and not kept.shown_in_catalogue and not _said_no(kept):
        values["shown_in_catalogue"] = True
    return values


def _takes_nib(kept: Business, gone: Business, from_gone: frozenset[str]) -> bool:
    """A verified NIB is never lost to one that is only claimed."""
    if gone.nib is None or (kept.nib_verified_at and not gone.nib_verified_at):
        return False
    is_better = kept.nib is None or bool(gone.nib_verified_at and not kept.nib_verified_at)
    return is_better or "nib" in from_gone


def _said_no(business: Business) -> bool:
    """Whether the business once withdrew its consent to the catalogue."""
    rows = select(Consent.id).where(
        Consent.business_id == business.id,
        Consent.purpose == "catalogue",
        Consent.withdrawn_at.is_not(None),
    )
    return db.session.scalar(rows.limit(1)) is not None


def _nik_to_move(kept: Business, gone: Business) -> str | None:
    """The NIK is sealed for its row, so it is opened for one and sealed for the other."""
    if kept.nik_sealed is not None or gone.nik_sealed is None:
        return None
    return open_nik(gone.nik_sealed, business_id=gone.id)


def _move_parts(kept: Business, gone: Business) -> dict[str, list[int]]:
    """Give the rows of one record to the other; people and links that are there twice stay."""
    moved: dict[str, list[int]] = {}
    users = set(
        db.session.scalars(
            select(BusinessPerson.user_id).where(BusinessPerson.business_id == kept.id)
        )
    ) - {None}
    for name, table in PARTS.items():
        rows = db.session.scalars(select(table).where(table.business_id == gone.id)).all()
        ids = [
            row.id
            for row in rows
            if getattr(row, "user_id", None) not in users or name != "business_person"
        ]
        if ids:
            db.session.execute(update(table).where(table.id.in_(ids)).values(business_id=kept.id))
        moved[name] = ids
    for name, mover in list_movers().items():
        moved[name] = mover.move(gone, kept)
    db.session.flush()
    for one in (kept, gone):
        db.session.expire(one, ["people", "products", "certificates", "channels"])
    return moved


def _move_back(moved: Mapping[str, list[int]], kept: Business, gone: Business) -> None:
    for name, ids in moved.items():
        mover = list_movers().get(name)
        if mover is not None:
            mover.move_back(ids, gone)
        elif name in PARTS and ids:
            table = PARTS[name]
            still = (table.id.in_(ids), table.business_id == kept.id)
            db.session.execute(update(table).where(*still).values(business_id=gone.id))
    db.session.flush()
    for one in (kept, gone):
        db.session.expire(one, ["people", "products", "certificates", "channels"])


def _restore_values(merge: Merge, kept: Business, gone: Business) -> None:
    """Give the kept record what it had, where it still has what the merge gave it."""
    for name, value in merge.before["kept"].items():
        if name in ("nib", "nib_verified_at", "nib_verified_by_id"):
            continue
        if name == "social" or getattr(kept, name) == getattr(gone, name):
            setattr(kept, name, value)
    if "nib" in merge.before["kept"] and kept.nib == gone.nib:
        kept.nib = merge.before["kept"]["nib"]
        kept.nib_verified_at = None  # it was not verified, else the merge had not changed it
        kept.nib_verified_by_id = None
    if "shown_in_catalogue" in merge.before["kept"]:
        kept.shown_in_catalogue = bool(merge.before["kept"]["shown_in_catalogue"])
    if merge.before.get("nik"):
        keep_nik(kept, None)
    kept.name_key = name_key(kept.name)
    touch(kept)


def _close_cases(kept: Business, gone: Business, *, by: By) -> None:
    """Close the case of the two; others of the record that is gone have no meaning any more."""
    rows = select(MergeCase).where(
        or_(MergeCase.first_id == gone.id, MergeCase.second_id == gone.id),
        MergeCase.state == CaseState.OPEN,
    )
    for case in db.session.scalars(rows).all():
        is_theirs = kept.id in (case.first_id, case.second_id)
        case.state = CaseState.MERGED if is_theirs else CaseState.DISMISSED
        case.closed_at, case.closed_by_id = now(), by.id if by else None
    db.session.flush()


def _reopen_case(kept: Business, gone: Business) -> None:
    low, high = sorted((kept.id, gone.id))
    case = db.session.scalar(
        select(MergeCase).where(MergeCase.first_id == low, MergeCase.second_id == high)
    )
    if case is not None:
        case.state, case.closed_at, case.closed_by_id = CaseState.OPEN, None, None
        db.session.flush()


def _plain(value: Any) -> Any:
    """A value for a JSON column."""
    return value.isoformat() if hasattr(value, "isoformat") else value
