"""What the domains above show on an event's page in the back office."""

from collections.abc import Callable
from dataclasses import dataclass

from gernas.core.permissions import Holder
from gernas.events.models import Event


@dataclass(frozen=True)
class Line:
    """One line of a panel: a text that leads somewhere, and a note beside it."""

    text: str
    href: str
    note: str


@dataclass(frozen=True)
class Panel:
    title: str
    lines: list[Line]


_panels: list[Callable[[Event, Holder], Panel | None]] = []


def register_event_panel(make: Callable[[Event, Holder], Panel | None]) -> None:
    """Add a panel to the page of an event, such as its floor plan; None shows nothing."""
    if make not in _panels:
        _panels.append(make)


def list_event_panels(event: Event, holder: Holder) -> list[Panel]:
    return [panel for make in _panels if (panel := make(event, holder)) is not None]
