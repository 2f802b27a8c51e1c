"""Times for bringing goods in and out: so many exhibitors at a gate, never more.

Locks are taken in one order: the registration, then slots by their ids. Places are counted by
conditional updates, so whoever is too late learns it from the row itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from gernas.audit.services import record
from gernas.booths.allocation_queries import list_own
from gernas.booths.calendar import drop_loading_entries, keep_loading_calendar
from gernas.booths.errors import SlotFull, SlotGone, SlotInUse, SlotNeedsBooth, SlotOver, SlotThere
from gernas.booths.loading_queries import list_slots
from gernas.booths.models import GATE_LENGTH, LoadingBooking, LoadingSlot, Plan, SlotKind
from gernas.booths.services.changing import By, check_may
from gernas.booths.services.turns import check_place, hold_registration
from gernas.core.clock import now, to_utc
from gernas.core.database import db, lock
from gernas.core.errors import BadValues
from gernas.core.permissions import Permission
from gernas.core.text import clean_text
from gernas.core.wording import moment_words, number_words
from gernas.registrations.codes import code_words
from gernas.registrations.models import Registration

MOST_SLOTS = 400  # of a plan
MOST_PLACES = 500
LEAST_MINUTES, MOST_MINUTES = 5, 24 * 60


@dataclass(frozen=True, kw_only=True)
class SlotSeries:
    """Times at a gate on one day, one after the other; wall time at the event."""

    kind: SlotKind
    gate: str
    day: date
    starts: time
    ends: time
    minutes: int  # of each
    capacity: int  # exhibitors in each

    def checked(self) -> "SlotSeries":
        """The values cleaned and in order.

        Raises:
            BadValues: a sentence for each field that cannot be kept as it is.
        """
        problems: dict[str, str] = {}
        gate = clean_text(self.gate)
        if not gate:
            problems["gate"] = _("Name the gate, for example River gate.")
        elif len(gate) > GATE_LENGTH:
            problems["gate"] = _("This is too long: at most %(most)s characters.", most=GATE_LENGTH)
        if self.ends <= self.starts:
            problems["ends"] = _("The last time must be later than the first.")
        elif not LEAST_MINUTES <= self.minutes <= MOST_MINUTES:
            problems["minutes"] = _("Give between 5 minutes and a day.")
        elif self.minutes > self.all_minutes:
            problems["minutes"] = _("That is longer than from the first to the last time.")
        _check_capacity(self.capacity, problems)
        if problems:
            raise BadValues(problems)
        return SlotSeries(**{**vars(self), "gate": gate})

    @property
    def all_minutes(self) -> int:
        return (self.ends.hour - self.starts.hour) * 60 + self.ends.minute - self.starts.minute

    def list_times(self, zone: str) -> list[tuple[datetime, datetime]]:
        """Begin and end of each; what is left over at the end is too short for one more."""
        first = to_utc(self.day, self.starts, zone)
        step = timedelta(minutes=self.minutes)
        count = self.all_minutes // self.minutes
        return [(first + number * step, first + (number + 1) * step) for number in range(count)]


# --- By organizers --------------------------------------------------------------------------


def add_slots(plan: Plan, series: SlotSeries, *, by: By) -> list[LoadingSlot]:
    """Offer times for loading.

    Raises:
        NotAllowed
        BadValues: a sentence for each field; SlotThere: one begins when another of the gate does.
    """
    series = series.checked()
    plan = lock(plan)
    check_may(by, Permission.ALLOCATE_BOOTHS, plan)
    times = series.list_times(plan.event.zone)
    present = list_slots(plan)
    if len(present) + len(times) > MOST_SLOTS:
        most = number_words(MOST_SLOTS)
        raise BadValues({"minutes": _("A plan has at most %(most)s times for loading.", most=most)})
    begun = {one.starts_at for one in present if (one.kind, one.gate) == (series.kind, series.gate)}
    if begun & {starts for starts, _ends in times}:
        raise SlotThere
    slots = [
        LoadingSlot(
            plan_id=plan.id,
            kind=series.kind,
            gate=series.gate,
            starts_at=starts,
            ends_at=ends,
            capacity=series.capacity,
            used=0,
        )
        for starts, ends in times
    ]
    db.session.add_all(slots)
    db.session.flush()
    _log("loading.added", plan, {}, _tell_series(plan, slots), by=by)
    return slots


def set_capacity(slot: LoadingSlot, capacity: int, *, by: By) -> LoadingSlot:
    """Let more or fewer exhibitors come at a time; never fewer than have chosen it.

    Raises:
        NotAllowed, BadValues
    """
    plan = slot.plan
    check_may(by, Permission.ALLOCATE_BOOTHS, plan)
    problems: dict[str, str] = {}
    _check_capacity(capacity, problems)
    slot = lock(slot)
    if not problems and capacity < slot.used:
        count = number_words(slot.used)
        problems["capacity"] = _("%(count)s exhibitors have chosen this time.", count=count)
    if problems:
        raise BadValues(problems)
    before = {"capacity": slot.capacity}
    slot.capacity = capacity
    db.session.flush()
    _log("loading.changed", plan, before, {"capacity": capacity}, by=by, slot=slot)
    return slot


def remove_slot(slot: LoadingSlot, *, by: By) -> None:
    """Offer a time no longer.

    Raises:
        NotAllowed
        SlotInUse: someone has chosen it.
    """
    plan = slot.plan
    check_may(by, Permission.ALLOCATE_BOOTHS, plan)
    slot = lock(slot)
    if slot.used:
        raise SlotInUse(slot.used)
    _log("loading.removed", plan, _tell_series(plan, [slot]), {}, by=by)
    db.session.delete(slot)
    db.session.flush()


# --- By exhibitors, or by organizers for them -----------------------------------------------


def book_slot(slot: LoadingSlot, registration: Registration, *, by: By) -> LoadingBooking:
    """Let an exhibitor come at a time; a former one of the same kind is given back.

    Whoever calls this has fetched the registration for its applicant (``by`` None or that person),
    or is an organizer, which is checked and logged. Done already, nothing happens.

    Raises:
        NotAllowed, NoPlaceForBooth
        SlotNeedsBooth: it has no booth for good on this plan.
        SlotOver, SlotGone
        SlotFull: others were faster.
    """
    plan = slot.plan
    _check_booker(plan, registration, by)
    registration = hold_registration(registration)
    check_place(registration)
    if not any(not one.is_hold for one in list_own(registration, plan.id)):
        raise SlotNeedsBooth
    if slot.starts_at <= now():
        raise SlotOver
    kind = SlotKind(slot.kind)
    former = _find_booking(registration, plan, kind)
    if former is not None and former.slot_id == slot.id:
        return former
    # By ids, so that two who change places do not wait for each other.
    for slot_id in sorted({slot.id, *([former.slot_id] if former else [])}):
        if slot_id == slot.id:
            _take(slot)
        else:
            _give_back(slot_id)
    if former is None:
        former = LoadingBooking(registration_id=registration.id, plan_id=plan.id, kind=kind)
        db.session.add(former)
    former.slot_id, former.booked_at = slot.id, now()
    db.session.flush()
    keep_loading_calendar(plan, [registration.id])
    _log_booking("loading.booked", plan, registration, slot, by=by)
    return former


def cancel_slot(registration: Registration, plan: Plan, kind: SlotKind, *, by: By) -> None:
    """Give an exhibitor's time back. Done already, nothing happens.

    Raises:
        NotAllowed
    """
    _check_booker(plan, registration, by)
    registration = hold_registration(registration)
    booking = _find_booking(registration, plan, kind)
    if booking is None:
        return
    slot = booking.slot
    _end([booking])
    _log_booking("loading.cancelled", plan, registration, slot, by=by)


def release_slots(registration: Registration, _by: By = None) -> None:
    """Give back all times of a locked registration that has just lost its place."""
    rows = select(LoadingBooking).where(LoadingBooking.registration_id == registration.id)
    _end(db.session.scalars(rows.order_by(LoadingBooking.slot_id)).all())


def _end(bookings: Sequence[LoadingBooking]) -> None:
    for booking in bookings:
        _give_back(booking.slot_id)
        drop_loading_entries(booking.registration_id, SlotKind(booking.kind))
        db.session.execute(
            delete(LoadingBooking).where(
                LoadingBooking.registration_id == booking.registration_id,
                LoadingBooking.plan_id == booking.plan_id,
                LoadingBooking.kind == booking.kind,
            )
        )


def _take(slot: LoadingSlot) -> None:
    """Count one more in a slot, unless it is full."""
    taking = update(LoadingSlot).where(
        LoadingSlot.id == slot.id, LoadingSlot.used < LoadingSlot.capacity
    )
    counted = taking.values(used=LoadingSlot.used + 1).returning(LoadingSlot.id)
    counted = counted.execution_options(synchronize_session=False)
    if db.session.execute(counted).first() is None:
        there = select(LoadingSlot.id).where(LoadingSlot.id == slot.id)
        if db.session.scalar(there) is None:
            raise SlotGone
        raise SlotFull(slot, slot.plan.event.zone)


def _give_back(slot_id: int) -> None:
    giving = update(LoadingSlot).where(LoadingSlot.id == slot_id, LoadingSlot.used > 0)
    less = giving.values(used=LoadingSlot.used - 1)
    db.session.execute(less.execution_options(synchronize_session=False))


def _find_booking(registration: Registration, plan: Plan, kind: SlotKind) -> LoadingBooking | None:
    key = (registration.id, plan.id, kind)
    return db.session.get(LoadingBooking, key, populate_existing=True)


def _check_booker(plan: Plan, registration: Registration, by: By) -> None:
    if by is not None and by.id != registration.user_id:
        check_may(by, Permission.ALLOCATE_BOOTHS, plan)


def _check_capacity(capacity: int, problems: dict[str, str]) -> None:
    if not 1 <= capacity <= MOST_PLACES:
        problems["capacity"] = _(
            "Give between 1 and %(most)s exhibitors.", most=number_words(MOST_PLACES)
        )


# --- The log --------------------------------------------------------------------------------


def _tell_series(plan: Plan, slots: Sequence[LoadingSlot]) -> dict[str, Any]:
    if not slots:
        return {}
    first, last = slots[0], slots[-1]
    return {
        "gate": first.gate,
        "loading": first.kind,
        "first": moment_words(first.starts_at, plan.event.zone),
        "last": moment_words(last.starts_at, plan.event.zone),
        "capacity": first.capacity,
    }


def _log_booking(
    action: str, plan: Plan, registration: Registration, slot: LoadingSlot, *, by: By
) -> None:
    """Log what an organizer did for an exhibitor; what exhibitors do is their own affair."""
    if by is not None and by.id != registration.user_id:
        after = {"exhibitor": code_words(registration.code)}
        _log(action, plan, {}, after, by=by, slot=slot)


def _log(
    action: str,
    plan: Plan,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    by: By,
    slot: LoadingSlot | None = None,
) -> None:
    if slot is not None:
        told = {"gate": slot.gate, "first": moment_words(slot.starts_at, plan.event.zone)}
        before, after = ({**told, **before} if before else {}), {**told, **after}
    record(
        action,
        plan,
        by=by,
        before=before,
        after=after,
        scopes=plan.scopes,
        label=plan.event.title,
    )
