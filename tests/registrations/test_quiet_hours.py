"""Messages that nobody waits for do not ring at night, in the zone of the call."""

from datetime import UTC, datetime

import pytest

from gernas.registrations.quiet_hours import after_quiet_hours


def at(hour: int, minute: int = 0, *, day: int = 5) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "due"),
    [
        (at(5), "Asia/Jakarta", at(5)),  # 12.00
        (at(13, 59), "Asia/Jakarta", at(13, 59)),  # 20.59
        (at(14), "Asia/Jakarta", at(0, day=6)),  # 21.00, then 07.00 of the next day
        (at(20), "Asia/Jakarta", at(0, day=6)),  # 03.00 of the next day already
        (at(23, 59), "Asia/Jakarta", at(0, day=6)),  # 06.59
        (at(0), "Asia/Jakarta", at(0)),  # 07.00
        (at(13), "Asia/Makassar", at(23)),  # 21.00
        (at(12), "Asia/Jayapura", at(22)),  # 21.00
        (at(11, 59), "Asia/Jayapura", at(11, 59)),  # 20.59
    ],
)
def test_at_night_they_wait_for_seven(moment: datetime, zone: str, due: datetime) -> None:
    assert after_quiet_hours(moment, zone) == due
