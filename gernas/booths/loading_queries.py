"""Questions about times for loading, and who comes when."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.booths.models import LoadingBooking, LoadingSlot, Plan, SlotKind
from gernas.core.clock import now
from gernas.core.database import db
from gernas.registrations.models import Registration


def list_slots(plan: Plan) -> Sequence[LoadingSlot]:
    """The times of a plan in their order, load-in before load-out."""
    slots = select(LoadingSlot).where(LoadingSlot.plan_id == plan.id)
    order = (LoadingSlot.kind, LoadingSlot.starts_at, LoadingSlot.gate, LoadingSlot.id)
    return db.session.scalars(slots.order_by(*order)).all()


def find_slot(plan: Plan, slot_id: int) -> LoadingSlot | None:
    return db.session.scalar(
        select(LoadingSlot).where(LoadingSlot.plan_id == plan.id, LoadingSlot.id == slot_id)
    )


def list_offered(plan: Plan, kind: SlotKind) -> list[LoadingSlot]:
    """The times of a kind that have not begun, full ones included."""
    return [slot for slot in list_slots(plan) if slot.kind == kind and slot.starts_at > now()]


def list_booked(plan: Plan) -> dict[int, list[Registration]]:
    """Who comes in each slot, by its id and by name."""
    rows = db.session.execute(
        select(LoadingBooking.slot_id, Registration)
        .join(Registration, Registration.id == LoadingBooking.registration_id)
        .where(LoadingBooking.plan_id == plan.id)
        .order_by(Registration.label, Registration.id)
    )
    booked: dict[int, list[Registration]] = defaultdict(list)
    for slot_id, registration in rows:
        booked[slot_id].append(registration)
    return booked


def list_bookings(
    plan_id: int, registration_ids: Collection[int] | None = None
) -> Mapping[tuple[int, SlotKind], LoadingSlot]:
    """The slots of exhibitors, by registration and kind; of all of a plan without ids."""
    rows = select(LoadingBooking).where(LoadingBooking.plan_id == plan_id)
    if registration_ids is not None:
        rows = rows.where(LoadingBooking.registration_id.in_(registration_ids))
    found = db.session.scalars(rows.options(joinedload(LoadingBooking.slot, innerjoin=True)))
    return {(one.registration_id, SlotKind(one.kind)): one.slot for one in found}
