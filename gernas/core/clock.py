"""The only clock, and the way between wall time at a venue and UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")  # WIB, WITA, WIT


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today_in(zone: str, *, at: datetime | None = None) -> date:
    """The calendar day at ``at`` (default: now) in an IANA zone."""
    return (at or now()).astimezone(ZoneInfo(zone)).date()


def to_utc(day: date, wall_time: time, zone: str) -> datetime:
    """The moment of a wall time at a venue, aware, in UTC."""
    return datetime.combine(day, wall_time, ZoneInfo(zone)).astimezone(UTC)


def to_local(moment: datetime, zone: str) -> datetime:
    """A stored moment as wall time in an IANA zone, aware."""
    return moment.astimezone(ZoneInfo(zone))


def next_midnight(zone: str, *, after: datetime) -> datetime:
    """The first local midnight in ``zone`` later than ``after``, in UTC."""
    local = after.astimezone(ZoneInfo(zone))
    return to_utc(local.date() + timedelta(days=1), time(), zone)
