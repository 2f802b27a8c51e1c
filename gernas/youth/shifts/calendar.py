"""Shifts in the own calendars of those who are on them, never in public ones.

A shift is one entry for all its people, since its time and place are theirs alike and change
together; whoever leaves the shift loses the entry at once.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.calendars.entries import CalendarEntry, EntryStatus
from gernas.calendars.models import KeptEntry
from gernas.calendars.services import Filed, Filing, drop_entries, get_or_new_uids, keep_entries
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.i18n import DEFAULT_LANGUAGE
from gernas.events.calendar import event_url
from gernas.events.models import Event, EventStatus
from gernas.youth.models import Assignment, Member, Shift
from gernas.youth.shifts.words import shift_address

KIND = "youth_shift"
TOLD_CANCELLED = timedelta(days=30)  # that long a cancelled shift stays, marked as such
MOST_NOTE = 400


def keep_shift_calendar(shifts: Collection[Shift]) -> None:
    """Keep the entries of shifts, and drop those of shifts that nobody may see.

    Callers hold a lock on the shifts or their events.
    """
    filed = list(_file(shifts))
    keep_entries(filed)
    kept = {one.filing.object_id for one in filed}
    gone = [shift.id for shift in shifts if shift.id not in kept]
    if gone:
        drop_entries(set(_list_uids(gone)))


def drop_shift_entry(shift: Shift) -> None:
    """Forget the entry of a shift that is about to be deleted."""
    drop_entries(set(_list_uids([shift.id])), for_good=True)


def keep_calendars_of(events: Collection[Event]) -> None:
    """Bring the entries of shifts in line with events that changed, which are locked."""
    ids = [event.id for event in events]
    locked = select(Shift.id).where(Shift.event_id.in_(ids)).order_by(Shift.id)
    db.session.execute(locked.with_for_update(key_share=True))
    shifts = _load(Shift.event_id.in_(ids))
    if shifts:
        keep_shift_calendar(shifts)


def list_shift_ids() -> Sequence[int]:
    """The shifts that may have entries, for rendering all of them again."""
    rows = select(Shift.id).where(Shift.published_at.is_not(None)).order_by(Shift.id)
    return db.session.scalars(rows).all()


def build_shift_entries(shift_ids: Sequence[int]) -> Iterator[Filed]:
    """The entries of shifts; locks them."""
    locked = select(Shift.id).where(Shift.id.in_(shift_ids)).order_by(Shift.id)
    db.session.execute(locked.with_for_update(key_share=True))
    yield from _file(_load(Shift.id.in_(shift_ids)))


# --- Whose they are -------------------------------------------------------------------------


def list_personal_uids(user_id: int) -> set[str]:
    """The UIDs of the shifts of the person who has an account as a member."""
    member_id = db.session.scalar(select(Member.id).where(Member.user_id == user_id))
    return list_uids_of(member_id) if member_id is not None else set()


def list_uids_of(member_id: int) -> set[str]:
    """The UIDs of shifts in which a member has a place, and of those cancelled of late.

    Who left, or was taken off, sees the entry go at once; a cancelled shift is told as such.
    """
    cancelled = (
        Shift.cancelled_at.is_not(None)
        & (Assignment.ended_at == Shift.cancelled_at)
        & (Shift.cancelled_at > now() - TOLD_CANCELLED)
    )
    live = Assignment.ended_at.is_(None) & Assignment.waiting_number.is_(None)
    mine = (
        select(Shift.id)
        .join(Assignment, Assignment.shift_id == Shift.id)
        .where(Assignment.member_id == member_id, live | cancelled)
    )
    rows = select(KeptEntry.uid).where(
        KeptEntry.kind == KIND, KeptEntry.object_id.in_(mine), KeptEntry.dropped_at.is_(None)
    )
    return set(db.session.scalars(rows))


def find_entry(shift_id: int) -> KeptEntry | None:
    """The kept entry of one shift."""
    return db.session.scalar(
        select(KeptEntry).where(
            KeptEntry.kind == KIND, KeptEntry.object_id == shift_id, KeptEntry.dropped_at.is_(None)
        )
    )


# --- The entries ----------------------------------------------------------------------------


def _file(shifts: Iterable[Shift]) -> Iterator[Filed]:
    shown = [
        one for one in shifts if one.published_at is not None and one.event.archived_at is None
    ]
    uids = get_or_new_uids(KIND, [shift.id for shift in shown])
    with force_locale(DEFAULT_LANGUAGE):  # The bytes are kept once, for every reader.
        for shift in shown:
            yield Filed(_entry(shift, uids[shift.id]), Filing(object_id=shift.id))


def _entry(shift: Shift, uid: str) -> CalendarEntry:
    event = shift.event
    return CalendarEntry(
        uid=uid,
        kind=KIND,
        title=_("Shift: %(title)s", title=shift.title),
        starts=shift.starts_at,
        ends=shift.ends_at,
        zone=event.zone,
        url=event_url(event),
        created_at=shift.created_at,
        status=_status(shift),
        postponed=event.date_unknown,
        cancelled_at=shift.cancelled_at or event.cancelled_at,
        description="\n".join(part for part in (event.title, shift.note) if part)[:MOST_NOTE],
        location=shift_address(shift),
    )


def _status(shift: Shift) -> EntryStatus:
    if shift.cancelled_at is not None or shift.event.status == EventStatus.CANCELLED:
        return EntryStatus.CANCELLED
    if shift.event.status == EventStatus.TENTATIVE:
        return EntryStatus.TENTATIVE
    return EntryStatus.CONFIRMED


def _list_uids(shift_ids: Collection[int]) -> Sequence[str]:
    rows = select(KeptEntry.uid).where(KeptEntry.kind == KIND, KeptEntry.object_id.in_(shift_ids))
    return db.session.scalars(rows).all()


def _load(which: object) -> Sequence[Shift]:
    rows = select(Shift).where(which).order_by(Shift.id)  # type: ignore[arg-type]
    rows = rows.options(joinedload(Shift.event).joinedload(Event.venue))
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()
