"""What the domains above add: who sees a business, what goes along in a merge or an erasure."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import Select

from gernas.businesses.models import Business
from gernas.core.permissions import Holder, Permission

# Ids of the businesses on which the person holds the permission through the domain's rows.
Visible = Callable[[Holder, Permission], Select[int]]
Move = Callable[[Business, Business], list[int]]
MoveBack = Callable[[list[int], Business], None]
InUse = Callable[[Collection[int]], Collection[int]]
Tell = Callable[[Business], list[dict[str, object]]]
Erase = Callable[[Business], None]


@dataclass(frozen=True)
class Mover:
    """How rows of one table follow a business into another, and go back."""

    move: Move  # from the first to the second; the ids of the rows that moved
    move_back: MoveBack  # these rows to that business


_visible: list[Visible] = []
_movers: dict[str, Mover] = {}
_in_use: list[InUse] = []
_told: dict[str, Tell] = {}
_erasers: list[Erase] = []


def register_visible_businesses(select_ids: Visible) -> None:
    """Let people see businesses by other rows, such as their registrations in a stop."""
    if select_ids not in _visible:
        _visible.append(select_ids)


def list_visible() -> list[Visible]:
    return list(_visible)


def register_merge(table: str, *, move: Move, move_back: MoveBack) -> None:
    """Take rows of a table along when two records of one business become one."""
    _movers[table] = Mover(move, move_back)


def list_movers() -> dict[str, Mover]:
    return dict(_movers)


def register_use(find: InUse) -> None:
    """Say which of some businesses have rows that would be lost with them."""
    if find not in _in_use:
        _in_use.append(find)


def find_in_use(ids: Collection[int]) -> set[int]:
    """Those of the businesses that other domains hold rows of."""
    return {number for find in _in_use for number in find(ids)}


@dataclass(frozen=True)
class Panel:
    """What another domain shows on a business's page in the back office."""

    title: str
    lines: list[tuple[str, str, str]]  # text, address, note


_panels: list[Callable[[Business, Holder], Panel | None]] = []


def register_panel(make: Callable[[Business, Holder], Panel | None]) -> None:
    """Add a panel to a business's page, such as its registrations; None shows nothing."""
    if make not in _panels:
        _panels.append(make)


def list_panels(business: Business, holder: Holder) -> list[Panel]:
    return [panel for make in _panels if (panel := make(business, holder)) is not None]


@dataclass(frozen=True)
class OwnPart:
    """What another domain shows on a business's own page, with one link."""

    title: str
    text: str
    link: str  # its words
    endpoint: str  # takes business_id
    is_asked: bool = False  # whether its people have something to do


_own_parts: list[Callable[[Business], OwnPart | None]] = []


def register_own_part(make: Callable[[Business], OwnPart | None]) -> None:
    """Add a part to the page on which people see their own business; None shows nothing."""
    if make not in _own_parts:
        _own_parts.append(make)


def list_own_parts(business: Business) -> list[OwnPart]:
    return [part for make in _own_parts if (part := make(business)) is not None]


def register_eraser(erase: Erase) -> None:
    """Forget what a domain holds of a business, whenever that is forgotten for good."""
    if erase not in _erasers:
        _erasers.append(erase)


def erase_elsewhere(business: Business) -> None:
    """Let the domains above forget a business."""
    for erase in _erasers:
        erase(business)


def register_personal_data(name: str, tell: Tell) -> None:
    """Add a part to the data that a business can take along, such as its registrations."""
    _told[name] = tell


def list_personal_data() -> dict[str, Tell]:
    return dict(_told)
