"""What tests of events share: planned events, and a look into the kept calendar."""

import sys
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gernas.calendars.models import KeptEntry
from gernas.campaigns.models import Campaign, Stop
from gernas.core import clock
from gernas.core.database import db, transaction
from gernas.events.models import Event, EventChange
from gernas.events.services import add_event
from gernas.events.values import EventValues
from tests.factories import make_stop


def values(**more: Any) -> EventValues:
    """A confirmed all-day kick-off on 17 March 2027, WIB."""
    defaults: dict[str, Any] = {
        "title": "Kick-off Gernas BBI",
        "kind": "kickoff",
        "zone": "Asia/Jakarta",
        "city": "Bandar Lampung",
        "province_code": "ID-LA",
        "starts_on": date(2027, 3, 17),
    }
    return EventValues(**{**defaults, **more})


def plan(stop: Stop | None = None, **more: Any) -> Event:
    """An event added by the service, so that its calendar entry is kept."""
    stop = stop or make_stop()
    with transaction():
        return add_event(
            db.session.get_one(Campaign, stop.campaign_id),
            values(**more),
            stop=db.session.get_one(Stop, stop.id),
            by=None,
        )


def kept(event: Event, kind: str = "event") -> list[KeptEntry]:
    """The kept entries of an event (or of its agenda), by age, also dropped ones."""
    db.session.rollback()
    rows = select(KeptEntry).where(KeptEntry.kind == kind).order_by(KeptEntry.id)
    if kind == "event":
        rows = rows.where(KeptEntry.object_id == event.id)
    return list(db.session.scalars(rows))


def sequence(event: Event) -> int:
    return kept(event)[0].sequence


def lines(entry: KeptEntry) -> dict[str, str]:
    """The properties of a rendered entry, unfolded."""
    text = entry.vevent.decode().replace("\r\n ", "")
    return dict(line.split(":", 1) for line in text.splitlines() if ":" in line)


def history(event: Event) -> list[str]:
    """What happened to an event, as the public reads it, oldest first."""
    db.session.rollback()
    rows = select(EventChange).where(EventChange.event_id == event.id).order_by(EventChange.id)
    return [change.what for change in db.session.scalars(rows)]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call it to let time pass: ``later(minutes=5)``."""
    real, passed = clock.now, [timedelta()]

    def shifted() -> Any:
        return real() + passed[0]

    def let_pass(**amount: int) -> None:
        passed[0] += timedelta(**amount)

    for module in _modules_that_read_the_clock():
        monkeypatch.setattr(module, "now", shifted)
    return let_pass


def _modules_that_read_the_clock() -> list[Any]:
    return [
        module
        for name, module in list(sys.modules.items())
        if name.startswith("gernas.") and getattr(module, "now", None) is clock.now
    ]
