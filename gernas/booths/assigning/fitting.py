"""Which booths an exhibitor may get, and what each of them is worth to the whole."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from gernas.booths.assigning.tasks import Exhibitor, Rule, Settled, Spot, Task

# A wish more is worth more than any better rank or earlier bad luck: two third wishes (13,000)
# exceed one first wish of the unluckiest (12,500 + 99).
WISH_POINTS = (10_000, 8_000, 6_500)
LUCK_SHARE = 32  # an unlucky exhibitor's wish counts up to 8/32 more
ORDER_POINTS = 99  # who applied earlier, where all else is equal
ZONE_POINTS = 1_000  # its own zone, while the rule that it must be there is off
GOOD_POINTS = 1  # for each point of a good place and of bad luck: 0 … 800
# A booth at all, where there are too few: more than 10,000 wishes together.
PLACE_POINTS = 200_000_000
PRIORITY_POINTS = 300  # for each point of bad luck, in who gets none


class Fitting:
    """The rules of one exhibitor and one booth, over a whole task."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.spots: Mapping[int, Spot] = {spot.id: spot for spot in task.spots}
        self.holders: Mapping[int, Settled] = {one.spot: one for one in task.settled}
        self._rules = frozenset(task.rules)
        self._count = max(len(task.exhibitors) - 1, 1)

    @cached_property
    def free(self) -> tuple[Spot, ...]:
        return tuple(spot for spot in self.task.spots if spot.free)

    def list_broken(self, exhibitor: Exhibitor, spot: Spot) -> tuple[Rule, ...]:
        """The rules that keep the exhibitor from the booth; () when it may stand there."""
        return tuple(rule for rule in self._broken(exhibitor, spot) if rule in self._rules)

    def may_have(self, exhibitor: Exhibitor, spot: Spot) -> bool:
        """Whether no rule keeps the exhibitor from the booth."""
        return not any(rule in self._rules for rule in self._broken(exhibitor, spot))

    def _broken(self, exhibitor: Exhibitor, spot: Spot) -> Iterator[Rule]:
        if not is_in_zone(exhibitor, spot):
            yield Rule.ZONE
        if not is_large_enough(exhibitor, spot):
            yield Rule.SIZE
        if exhibitor.amps > spot.amps:
            yield Rule.POWER
        if exhibitor.water and not spot.water:
            yield Rule.WATER
        if exhibitor.accessible and not spot.accessible:
            yield Rule.ACCESSIBLE
        if spot.sponsor is not None and spot.sponsor != exhibitor.sponsor:
            yield Rule.SPONSOR
        if self._find_same_beside(exhibitor, spot) is not None:
            yield Rule.APART

    def _find_same_beside(self, exhibitor: Exhibitor, spot: Spot) -> Settled | None:
        """Who shows the same product in a booth beside it already; None if nobody does."""
        if not exhibitor.product:
            return None
        beside = (self.holders.get(number) for number in spot.beside)
        same = (one for one in beside if one and one.product == exhibitor.product)
        return next((one for one in same if not in_one_group(self.task, exhibitor, one)), None)

    def value(self, index: int, exhibitor: Exhibitor, spot: Spot) -> int:
        """What it is worth that the exhibitor, the ``index``-th to apply, gets the booth."""
        luck = exhibitor.unluck if self.task.has(Rule.FAIR) else 0
        early = ORDER_POINTS - ORDER_POINTS * index // self._count
        points = GOOD_POINTS * spot.goodness * luck
        if exhibitor.zone is not None and exhibitor.zone == spot.zone:
            points += ZONE_POINTS
        if spot.id in exhibitor.wishes:
            rank = exhibitor.wishes.index(spot.id)
            points += WISH_POINTS[rank] * (LUCK_SHARE + luck) // LUCK_SHARE + early
        if not self.task.has(Rule.EVERYONE):
            points += PLACE_POINTS + PRIORITY_POINTS * luck + early
        return points


def is_in_zone(exhibitor: Exhibitor, spot: Spot) -> bool:
    """Whether the booth is in the zone of the exhibitor's place, or in one for its sector."""
    if exhibitor.zone is not None:
        return spot.zone == exhibitor.zone
    return not spot.sectors or exhibitor.sector in spot.sectors


def is_large_enough(exhibitor: Exhibitor, spot: Spot) -> bool:
    """Whether what is needed fits in, along either side."""
    needed = sorted((exhibitor.width, exhibitor.depth))
    given = sorted((spot.width, spot.depth))
    return needed[0] <= given[0] and needed[1] <= given[1]


def in_one_group(task: Task, one: Exhibitor | Settled, other: Exhibitor | Settled) -> bool:
    """Whether two stand together by their own wish, be their products the same or not."""
    return task.has(Rule.TOGETHER) and one.group is not None and one.group == other.group
