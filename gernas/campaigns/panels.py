"""What the domains above show on a stop's page in the back office."""

from collections.abc import Callable
from dataclasses import dataclass

from gernas.campaigns.models import Stop
from gernas.core.permissions import Holder


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


_panels: list[Callable[[Stop, Holder], Panel | None]] = []


def register_stop_panel(make: Callable[[Stop, Holder], Panel | None]) -> None:
    """Add a panel to the page of a stop, such as its calls in numbers; None shows nothing."""
    if make not in _panels:
        _panels.append(make)


def list_stop_panels(stop: Stop, holder: Holder) -> list[Panel]:
    return [panel for make in _panels if (panel := make(stop, holder)) is not None]
