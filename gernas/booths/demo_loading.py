"""Times for loading in the example: the day before by the hour, and after the doors close."""

from datetime import time, timedelta

from gernas.booths.allocation_queries import list_live
from gernas.booths.models import FixtureKind, Plan, SlotKind
from gernas.booths.queries import list_fixtures, list_halls
from gernas.booths.services.loading import SlotSeries, add_slots, book_slot


def load_times(plan: Plan) -> None:
    """Offer times at the first gate; the first exhibitor has chosen two. Inside a transaction."""
    event = plan.event
    gates = [
        fixture.label
        for hall in list_halls(plan)
        for fixture in list_fixtures(hall)
        if fixture.kind == FixtureKind.GATE and fixture.label
    ]
    if event.starts_on is None or not gates:
        return
    day_before = event.starts_on - timedelta(days=1)
    incoming = SlotSeries(
        kind=SlotKind.LOAD_IN,
        gate=gates[0],
        day=day_before,
        starts=time(8),
        ends=time(16),
        minutes=60,
        capacity=10,
    )
    outgoing = SlotSeries(
        kind=SlotKind.LOAD_OUT,
        gate=gates[0],
        day=event.last_day or event.starts_on,
        starts=time(21, 30),
        ends=time(23, 30),
        minutes=30,
        capacity=20,
    )
    first_of_each = [add_slots(plan, series, by=None)[0] for series in (incoming, outgoing)]
    for one in list_live(plan)[:1]:
        for slot in first_of_each:
            book_slot(slot, one.registration, by=None)
