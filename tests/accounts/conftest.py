"""A clock that can be put forward."""

from datetime import datetime, timedelta, tzinfo

import pytest

from gernas.core import clock


class Clock:
    """The time of the whole program, ahead of the real one: ``time.forward(minutes=5)``."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def forward(self, **duration: float) -> None:
        self.ahead += timedelta(**duration)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moving = Clock()

    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + moving.ahead

    monkeypatch.setattr(clock, "datetime", Moved)
    return moving
