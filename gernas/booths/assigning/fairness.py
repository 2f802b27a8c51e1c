"""Who was unlucky with their place at earlier stops of the campaign. Pure functions over rows.

Each earlier plan on which an exhibitor was accepted gives points of bad luck:

- 3 for no booth at all, although the plan was used
- 2 for wishes of which none was fulfilled
- 1 for the third wish only, or without wishes for a booth of the worst third of its plan

and takes one away for the first wish fulfilled or a booth of the best third. They are added up
over the stops, from 0 to MOST_UNLUCK. Who takes part for the first time has none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gernas.booths.assigning.tasks import MOST_UNLUCK

NO_BOOTH, NO_WISH, POOR, LUCKY = 3, 2, 1, -1
WORST, BEST = 1 / 3, 2 / 3
LAST_WISH = 3


@dataclass(frozen=True)
class Past:
    """How one exhibitor fared on one earlier plan."""

    business: int
    province: str  # of the stop, e.g. ID-JA; "" for a national event
    has_booth: bool
    has_wishes: bool = False
    rank: int | None = None  # of the fulfilled wish
    standing: float = 0.5  # of its booth among the plan's by goodness: 0 the worst, 1 the best


@dataclass(frozen=True)
class Luck:
    """Points of bad luck, and the provinces of the stops that gave them, in order of the rows."""

    points: int = 0
    provinces: tuple[str, ...] = ()


def measure_luck(rows: Iterable[Past]) -> Mapping[int, Luck]:
    """The luck of each business, by id. The rows go from the earliest stop to the latest."""
    found: dict[int, Luck] = {}
    for row in rows:
        before = found.get(row.business, Luck())
        points = rate(row)
        unlucky = points > 0 and row.province and row.province not in before.provinces
        found[row.business] = Luck(
            # Good luck is forgotten sooner than bad: it never makes a debt for later stops.
            points=min(max(before.points + points, 0), MOST_UNLUCK),
            provinces=(*before.provinces, row.province) if unlucky else before.provinces,
        )
    return {number: luck if luck.points else Luck() for number, luck in found.items()}


def rate(row: Past) -> int:
    """The points of bad luck of one stop, -1 for a lucky one."""
    if not row.has_booth:
        return NO_BOOTH
    if row.has_wishes:
        if row.rank is None:
            return NO_WISH
        return {1: LUCKY, LAST_WISH: POOR}.get(row.rank, 0)
    if row.standing >= BEST:
        return LUCKY
    return POOR if row.standing < WORST else 0
