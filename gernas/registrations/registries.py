"""What the domains above do when a place is lost or comes back, and add to an applicant's page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gernas.core.permissions import Holder
from gernas.registrations.models import Registration

Lost = Callable[[Registration, Holder | None], None]
Back = Callable[[Registration, datetime, Holder | None], None]

_lost: list[Lost] = []
_back: list[Back] = []


@dataclass(frozen=True)
class Further:
    """Something that goes on from an application, such as its booth, for the applicant's page."""

    title: str
    text: str
    link: str  # the words of the link
    path: str  # behind the address of the application, such as /stan
    is_asked: bool = False  # whether the applicant has something to do


_further: list[Callable[[Registration], Further | None]] = []


def register_further(make: Callable[[Registration], Further | None]) -> None:
    """Add a part to the page of an application; None shows nothing."""
    if make not in _further:
        _further.append(make)


def list_further(registration: Registration) -> list[Further]:
    return [found for make in _further if (found := make(registration)) is not None]


def when_place_is_lost(act: Lost) -> None:
    """Let go of what hangs on a place, such as a booth, in the transaction that takes the place.

    The registration is locked, and so is its call; ``updated_at`` is when it happened. A decision
    may still be undone. ``act`` gets the person who caused it, if any.
    """
    if act not in _lost:
        _lost.append(act)


def when_place_is_back(act: Back) -> None:
    """Bring back, as far as it is still free, what went with a place at a moment: an undo."""
    if act not in _back:
        _back.append(act)


def tell_place_is_lost(registration: Registration, *, by: Holder | None) -> None:
    for act in _lost:
        act(registration, by)


def tell_place_is_back(registration: Registration, *, lost_at: datetime, by: Holder | None) -> None:
    for act in _back:
        act(registration, lost_at, by)
