"""Quiet hours: what nobody waits for does not ring at night."""

from datetime import datetime, time, timedelta

from gernas.core.clock import to_local, to_utc

EVENING, MORNING = time(21), time(7)  # wall time in the zone of the call


def after_quiet_hours(moment: datetime, zone: str) -> datetime:
    """The moment itself by day; between 21.00 and 07.00 in ``zone`` the next 07.00."""
    local = to_local(moment, zone)
    if MORNING <= local.time() < EVENING:
        return moment
    day = local.date() + timedelta(days=1) if local.time() >= EVENING else local.date()
    return to_utc(day, MORNING, zone)
