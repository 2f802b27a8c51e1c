"""What scans at a desk say about a place in a shift: when someone came and left, for how long.

Pure: scans and the shift's times in, presence out. The order in which scans were sent does not
matter, nor that two desks saw the same person, so a queue that is sent late changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gernas.youth.models import Attendance, ScanKind

GRACE = timedelta(minutes=10)  # late, or left early, beyond that
LONGEST_AFTER = timedelta(minutes=60)  # hours end so long after the shift at the latest
MOST_MINUTES = 1_440
TRUSTED_DRIFT = timedelta(seconds=5)  # the network takes that long, too


@dataclass(frozen=True)
class Seen:
    """Someone came or left at a moment, as a desk saw it."""

    kind: ScanKind
    at: datetime


@dataclass(frozen=True)
class Presence:
    """What follows from all scans of one place; ``minutes`` is None until the person has left."""

    arrived_at: datetime | None = None
    left_at: datetime | None = None
    minutes: int | None = None
    was_capped: bool = False  # left so late after the shift that not all of it counts

    @property
    def is_there(self) -> bool:
        return self.arrived_at is not None and self.left_at is None


def follow(seen: Iterable[Seen], *, ends_at: datetime) -> Presence:
    """The presence that scans tell, whatever their order.

    Who was seen leaving and coming again was away between; who was seen leaving twice without
    coming between left the second time. A leaving before any coming counts for nothing.
    """
    spells = _list_spells(seen)
    if not spells:
        return Presence()
    latest = ends_at + LONGEST_AFTER
    ended = [(came, left) for came, left in spells if left is not None]
    whole = sum(((left - came) for came, left in ended), timedelta())
    counted = sum((max(min(left, latest) - came, timedelta()) for came, left in ended), timedelta())
    last_left = spells[-1][1]
    minutes = min(int(counted.total_seconds() // 60), MOST_MINUTES)
    return Presence(
        arrived_at=spells[0][0],
        left_at=last_left,
        minutes=minutes if last_left is not None else None,
        was_capped=last_left is not None and whole > counted,
    )


def _list_spells(seen: Iterable[Seen]) -> list[tuple[datetime, datetime | None]]:
    """From when until when the person was there, in order; the last may have no end yet."""
    spells: list[tuple[datetime, datetime | None]] = []
    for one in sorted(seen, key=lambda each: (each.at, each.kind == ScanKind.LEFT)):
        is_open = bool(spells) and spells[-1][1] is None
        if one.kind == ScanKind.LEFT:
            if spells:
                spells[-1] = (spells[-1][0], one.at)
        elif not is_open:
            spells.append((one.at, None))
    return spells


def judge(presence: Presence, *, starts_at: datetime, ends_at: datetime) -> Attendance | None:
    """What the presence is called; None if the person never came."""
    if presence.arrived_at is None:
        return None
    if presence.left_at is not None and presence.left_at < ends_at - GRACE:
        return Attendance.LEFT_EARLY
    if is_late(presence.arrived_at, starts_at):
        return Attendance.LATE
    return Attendance.PRESENT


def is_late(arrived_at: datetime, starts_at: datetime) -> bool:
    return arrived_at > starts_at + GRACE


def set_clock_right(
    at: datetime, *, sent_at: datetime, received_at: datetime
) -> tuple[datetime, timedelta]:
    """When a desk's scan happened by the server's clock, and what the desk's clock was ahead.

    The desk says what its clock showed at the scan and at the moment of sending; the difference
    holds however wrong the clock is. A scan later than its sending happened when it was sent.
    """
    drift = sent_at - received_at
    if abs(drift) <= TRUSTED_DRIFT:
        drift = timedelta()
    return min(at - drift, received_at), drift
