"""Add, edit, copy, publish and cancel shifts; what that does to the people on them.

Locks are taken as ``seats`` tells: what a shift wants first, then the shift, then places.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from gernas.audit.services import record
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.errors import BadValues
from gernas.core.permissions import Permission
from gernas.core.text import clean_text
from gernas.core.wording import number_words
from gernas.events.models import Event
from gernas.events.services.changing import By, check_may, find_last_editor
from gernas.youth.models import (
    REASON_LENGTH,
    Assignment,
    Shift,
    ShiftNeed,
    ShiftSwap,
    SwapState,
    YouthProgramme,
    YouthRole,
)
from gernas.youth.services.seats import fill_places, hold_needs
from gernas.youth.shifts.calendar import drop_shift_entry, keep_shift_calendar
from gernas.youth.shifts.errors import (
    NeedsReason,
    ShiftCancelled,
    ShiftChanged,
    ShiftHasPeople,
)
from gernas.youth.shifts.queries import has_history
from gernas.youth.shifts.telling import tell_cancelled, tell_changed
from gernas.youth.shifts.values import ShiftValues
from gernas.youth.shifts.words import role_title, shift_moment, shift_place

A = Assignment
MOST_SHIFTS = 2_000  # of a programme
MOST_COPIES = 31
MOST_DAYS = 366  # by which shifts are moved
# What members must hear of, since they planned with it.
_TOLD = ("starts_at", "ends_at", "event_id", "place", "zone")


def add_shift(
    programme: YouthProgramme, values: ShiftValues, *, by: By, publish: bool = False
) -> Shift:
    """Add a shift to an event of the programme's stop; members see it once it is published.

    Raises:
        NotAllowed
        BadValues: a sentence for each field.
    """
    values = values.checked()
    check_may(by, Permission.EDIT_YOUTH, programme)
    event = _get_event(programme, values.event_id)
    roles = _get_roles(programme, values)
    _check_count(programme, 1)
    moment = now()
    shift = Shift(
        programme_id=programme.id,
        published_at=moment if publish else None,
        created_at=moment,
        updated_at=moment,
        is_demo=programme.is_demo,
        **_columns(values, event),
    )
    db.session.add(shift)
    db.session.flush()
    for role_id, number in values.wanted.items():
        if number:
            db.session.add(ShiftNeed(shift_id=shift.id, role_id=role_id, wanted=number))
    db.session.flush()
    db.session.expire(shift, ["needs", "event", "programme"])
    _log("shift.added", shift, {}, _read(shift, roles), by=by)
    keep_shift_calendar([shift])
    return shift


def copy_shift(shift: Shift, days: Collection[date], *, by: By) -> list[Shift]:
    """Make the same shift on other days, published if it is; people stay where they are.

    Raises:
        NotAllowed
        BadValues: no day, too many, or a day that is no good.
    """
    if not 1 <= len(set(days)) <= MOST_COPIES:
        most = number_words(MOST_COPIES)
        raise BadValues({"days": _("Choose between 1 and %(most)s days.", most=most)})
    values = ShiftValues.of(shift)
    open_roles = {need.role_id for need in shift.needs if need.role.archived_at is None}
    values = ShiftValues(
        **{**vars(values), "wanted": {k: v for k, v in values.wanted.items() if k in open_roles}}
    )
    programme, publish = shift.programme, shift.published_at is not None
    return [
        add_shift(programme, values.on(day), by=by, publish=publish) for day in sorted(set(days))
    ]


def edit_shift(shift: Shift, values: ShiftValues, *, by: By, version: int | None = None) -> Shift:
    """Change a shift. If its time or place changed, the people on it are told.

    Whether they may still work it, their coordinator sees on the page of the shift; nobody is taken
    off. More places go to who waits.

    Raises:
        NotAllowed, ShiftCancelled
        ShiftChanged: someone else saved it since ``version``.
        BadValues: also for fewer people than have a place.
    """
    values = values.checked()
    check_may(by, Permission.EDIT_YOUTH, shift)
    needs = hold_needs(shift)
    if shift.cancelled_at is not None:
        raise ShiftCancelled
    if version is not None and shift.version != version:
        raise ShiftChanged(find_last_editor(shift)[0])
    event = _get_event(shift.programme, values.event_id)
    roles = _get_roles(shift.programme, values, present={need.role_id for need in needs})
    before = _read(shift, roles)
    columns = _columns(values, event)
    is_told = shift.published_at is not None and any(
        getattr(shift, name) != columns[name] for name in _TOLD
    )
    for name, value in columns.items():
        setattr(shift, name, value)
    _set_needs(shift, needs, values)
    if is_told:
        shift.reminded_day_at = shift.reminded_soon_at = None
    _finish("shift.edited", shift, before, _read(shift, roles), by=by)
    if is_told and shift.ends_at > now():
        tell_changed(shift, _list_live(shift))
    for need in shift.needs:
        fill_places(need.id)
    return shift


def move_shifts(programme: YouthProgramme, event: Event, days: int, *, by: By) -> list[Shift]:
    """Move all shifts of an event that have not begun by whole days, as when the event moved.

    Times on the clock stay; the people are told, and reminded anew.

    Raises:
        NotAllowed
        BadValues: too far, or none to move.
    """
    check_may(by, Permission.EDIT_YOUTH, programme)
    if days == 0 or abs(days) > MOST_DAYS:
        most = number_words(MOST_DAYS)
        raise BadValues({"days": _("Give between 1 and %(most)s days.", most=most)})
    rows = (
        select(Shift)
        .where(
            Shift.programme_id == programme.id,
            Shift.event_id == event.id,
            Shift.cancelled_at.is_(None),
            Shift.starts_at > now(),
        )
        .order_by(Shift.id)
    )
    shifts = list(db.session.scalars(rows))
    if not shifts:
        raise BadValues({"event_id": _("This event has no shifts to move.")})
    for shift in shifts:
        values = ShiftValues.of(shift)
        edit_shift(shift, values.on(values.day + timedelta(days=days)), by=by)
    return shifts


def publish_shift(shift: Shift, *, by: By) -> Shift:
    """Let members see and take a shift. Done already, nothing happens.

    Raises:
        NotAllowed, ShiftCancelled
    """
    check_may(by, Permission.EDIT_YOUTH, shift)
    hold_needs(shift)
    if shift.cancelled_at is not None:
        raise ShiftCancelled
    if shift.published_at is None:
        shift.published_at = now()
        _finish("shift.published", shift, {}, {}, by=by)
    return shift


def withdraw_shift(shift: Shift, *, by: By) -> Shift:
    """Hide a shift again that nobody has or had. Done already, nothing happens.

    Raises:
        NotAllowed, ShiftCancelled, ShiftHasPeople
    """
    check_may(by, Permission.EDIT_YOUTH, shift)
    hold_needs(shift)
    if shift.cancelled_at is not None:
        raise ShiftCancelled
    if has_history(shift.id):
        raise ShiftHasPeople
    if shift.published_at is not None:
        shift.published_at = None
        _finish("shift.withdrawn", shift, {}, {}, by=by)
    return shift


def cancel_shift(shift: Shift, *, reason: str, by: By) -> int:
    """Cancel a shift; its people are told and free again. Returns how many had a place or waited.

    Who was checked in keeps the place with its hours. Done already, nothing happens.

    Raises:
        NotAllowed, NeedsReason
    """
    check_may(by, Permission.EDIT_YOUTH, shift)
    reason = clean_text(reason)[:REASON_LENGTH]
    if not reason:
        raise NeedsReason
    needs = hold_needs(shift)
    if shift.cancelled_at is not None:
        return 0
    moment = now()
    shift.cancelled_at, shift.cancel_reason = moment, reason
    freed = [one for one in _list_live(shift) if one.arrived_at is None]
    by_id = by.id if by is not None else None
    for one in freed:
        if one.waiting_number is None:
            next(need for need in needs if need.id == one.need_id).used -= 1
        one.ended_at, one.ended_by_id = moment, by_id
        one.end_reason, one.waiting_number = reason, None
    _end_swaps([one.id for one in freed], moment)
    after = {"cancel_reason": reason, "people": len(freed)}
    _finish("shift.cancelled", shift, {}, after, by=by)
    if shift.published_at is not None and shift.ends_at > moment:
        tell_cancelled(shift, freed)
    return len(freed)


def remove_shift(shift: Shift, *, by: By) -> None:
    """Delete a shift that nobody has or ever had.

    Raises:
        NotAllowed
        ShiftHasPeople: cancel it instead.
    """
    check_may(by, Permission.EDIT_YOUTH, shift)
    hold_needs(shift)
    if has_history(shift.id):
        raise ShiftHasPeople
    _log("shift.removed", shift, _read(shift, {}), {}, by=by)
    drop_shift_entry(shift)
    db.session.delete(shift)
    db.session.flush()


# --- The steps ------------------------------------------------------------------------------


def _get_event(programme: YouthProgramme, event_id: int) -> Event:
    """An event of the programme's stop.

    Raises:
        BadValues
    """
    event = db.session.scalar(
        select(Event).where(
            Event.id == event_id, Event.stop_id == programme.stop_id, Event.archived_at.is_(None)
        )
    )
    if event is None:
        raise BadValues({"event_id": _("Choose an event of this province.")})
    return event


def _get_roles(
    programme: YouthProgramme, values: ShiftValues, present: Collection[int] = ()
) -> dict[int, YouthRole]:
    """The roles of the programme, by id; new ones must be in use.

    Raises:
        BadValues
    """
    roles = {
        role.id: role
        for role in db.session.scalars(
            select(YouthRole).where(YouthRole.programme_id == programme.id)
        )
    }
    for role_id, number in values.wanted.items():
        role = roles.get(role_id)
        gone = role is None or (role.archived_at is not None and role_id not in present)
        if number and gone:
            raise BadValues({"wanted": _("Choose roles of this programme.")})
    return roles


def _check_count(programme: YouthProgramme, more: int) -> None:
    ids = select(Shift.id).where(Shift.programme_id == programme.id).limit(MOST_SHIFTS + 1)
    if len(db.session.scalars(ids).all()) + more > MOST_SHIFTS:
        most = number_words(MOST_SHIFTS)
        raise BadValues({"title": _("A programme has at most %(most)s shifts.", most=most)})


def _columns(values: ShiftValues, event: Event) -> dict[str, Any]:
    names = ("title", "title_en", "kind", "place", "zone", "note")
    return {
        **{name: getattr(values, name) for name in names},
        "event_id": event.id,
        "starts_at": values.starts_at(event.zone),
        "ends_at": values.ends_at(event.zone),
        "leave_until": values.leave_until(event.zone),
    }


def _set_needs(shift: Shift, needs: Sequence[ShiftNeed], values: ShiftValues) -> None:
    """Want so many people of each role.

    Raises:
        BadValues: more than that have a place.
    """
    present = {need.role_id: need for need in needs}
    for role_id, need in present.items():
        number = values.wanted.get(role_id, 0)
        if number < need.used:
            raise BadValues(
                {
                    "wanted": _(
                        "%(count)s people have a place as %(role)s. Take some off first.",
                        count=number_words(need.used),
                        role=role_title(need.role),
                    )
                }
            )
        need.wanted = number
    for role_id, number in values.wanted.items():
        if number and role_id not in present:
            db.session.add(ShiftNeed(shift_id=shift.id, role_id=role_id, wanted=number))
    db.session.flush()
    db.session.expire(shift, ["needs", "event"])


def _list_live(shift: Shift) -> list[Assignment]:
    rows = select(A).where(A.shift_id == shift.id, A.ended_at.is_(None)).order_by(A.id)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def _end_swaps(assignment_ids: Collection[int], moment: datetime) -> None:
    rows = select(ShiftSwap).where(
        ShiftSwap.state == SwapState.ASKED,
        ShiftSwap.assignment_id.in_(assignment_ids)
        | ShiftSwap.for_assignment_id.in_(assignment_ids),
    )
    for swap in db.session.scalars(rows):
        swap.state, swap.answered_at = SwapState.CANCELLED, moment


def _finish(
    action: str, shift: Shift, before: dict[str, Any], after: dict[str, Any], *, by: By
) -> None:
    shift.version += 1
    shift.updated_at = now()
    db.session.flush()
    _log(action, shift, before, after, by=by)
    keep_shift_calendar([shift])


def _read(shift: Shift, roles: dict[int, YouthRole]) -> dict[str, Any]:
    """What the log keeps of a shift, in words where ids say nothing."""
    wanted = [
        f"{role_title(roles.get(need.role_id, need.role))}: {need.wanted}" for need in shift.needs
    ]
    return {
        "title": shift.title,
        "title_en": shift.title_en,
        "kind": str(shift.kind),
        "event": shift.event.title,
        "when": shift_moment(shift),
        "place": shift_place(shift),
        "leave_until": shift.leave_until,
        "note": shift.note,
        "wanted": wanted,
    }


def _log(
    action: str, shift: Shift, before: dict[str, Any], after: dict[str, Any], *, by: By
) -> None:
    record(action, shift, by=by, before=before, after=after, scopes=shift.scopes, label=shift.title)
