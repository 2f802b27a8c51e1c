"""A task as numbers: what each pair costs, which booths touch, which groups and quotas bind.

Imports numpy, so the web never imports this module; the solver's process does.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gernas.booths.assigning.fitting import Fitting
from gernas.booths.assigning.matching import NEVER, Numbers
from gernas.booths.assigning.tasks import Rule, Task

MOST_BLOCKS = 20_000  # of one group; a larger hall or group is searched in part

Block = tuple[int, ...]  # columns of the free booths that a group takes


@dataclass(frozen=True)
class Group:
    """Exhibitors (rows) who stand together, and the blocks of booths (columns) they may take."""

    id: int
    rows: tuple[int, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Quota:
    """Rows of which at most ``most`` get a booth."""

    id: int
    rows: tuple[int, ...]
    most: int


class Board:
    """The rows are the exhibitors; the columns the free booths, then one "no booth" for each row.

    Of the latter there are none when everyone must get a booth.
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        self.fitting = Fitting(task)
        self.spots = self.fitting.free
        self.column_of: Mapping[int, int] = {
            spot.id: number for number, spot in enumerate(self.spots)
        }
        self.costs = self._price()
        self.pairs = self._list_pairs()
        self.products = self._list_products()
        self.groups = self._list_groups()
        self.quotas = self._list_quotas()

    @property
    def width(self) -> int:
        """How many columns are booths."""
        return len(self.spots)

    def _price(self) -> Numbers:
        exhibitors, everyone = self.task.exhibitors, self.task.has(Rule.EVERYONE)
        rows, booths = len(exhibitors), len(self.spots)
        costs = np.full((rows, booths + (0 if everyone else rows)), NEVER, np.int64)
        for row, exhibitor in enumerate(exhibitors):
            for column, spot in enumerate(self.spots):
                if self.fitting.may_have(exhibitor, spot):
                    costs[row, column] = -self.fitting.value(row, exhibitor, spot)
            if not everyone:
                costs[row, booths + row] = 0
        return costs

    def _list_pairs(self) -> list[tuple[int, int]]:
        """The columns of free booths that are side by side, each pair once."""
        return sorted(
            (column, self.column_of[other])
            for column, spot in enumerate(self.spots)
            for other in spot.beside
            if column < self.column_of.get(other, -1)
        )

    def _list_products(self) -> dict[str, list[tuple[int, ...]]]:
        """The products that several show; each with its rows, those of one group in one tuple."""
        if not self.task.has(Rule.APART):
            return {}
        together = self.task.has(Rule.TOGETHER)
        found: dict[str, dict[tuple[str, int], list[int]]] = defaultdict(lambda: defaultdict(list))
        for row, exhibitor in enumerate(self.task.exhibitors):
            if exhibitor.product:
                grouped = together and exhibitor.group is not None
                key = ("group", exhibitor.group or 0) if grouped else ("row", row)
                found[exhibitor.product][key].append(row)
        return {
            product: [tuple(rows) for _, rows in sorted(classes.items())]
            for product, classes in sorted(found.items())
            if len(classes) > 1
        }

    def _list_groups(self) -> list[Group]:
        if not self.task.has(Rule.TOGETHER):
            return []
        rows: dict[int, list[int]] = defaultdict(list)
        for row, exhibitor in enumerate(self.task.exhibitors):
            if exhibitor.group is not None:
                rows[exhibitor.group].append(row)
        there = {one.group: [] for one in self.task.settled}  # type: dict[int | None, list[int]]
        for one in self.task.settled:
            there[one.group].append(one.spot)
        return [
            Group(number, tuple(members), self._list_blocks(members, there.get(number, [])))
            for number, members in sorted(rows.items())
            if len(members) + len(there.get(number, [])) > 1
        ]

    def _list_blocks(self, rows: Sequence[int], there: Sequence[int]) -> tuple[Block, ...]:
        """The free booths that make one piece with those the group has, as many as it needs."""
        usable = {
            spot.id: column
            for column, spot in enumerate(self.spots)
            if (self.costs[rows, column] < NEVER).any()
        }
        beside = {
            spot.id: [other for other in spot.beside if other in usable or other in there]
            for spot in self.task.spots
            if spot.id in usable or spot.id in there
        }
        size = len(rows) + len(there)
        blocks = []
        for piece in list_pieces(beside, size, must=there, most=MOST_BLOCKS):
            block = tuple(sorted(usable[number] for number in piece if number not in there))
            if all((self.costs[row, list(block)] < NEVER).any() for row in rows):
                blocks.append(block)
        return tuple(blocks)

    def _list_quotas(self) -> list[Quota]:
        if not self.task.has(Rule.SPONSOR):
            return []
        quotas = []
        for sponsor in self.task.sponsors:
            have = sum(one.sponsor == sponsor.id for one in self.task.settled)
            rows = tuple(
                row
                for row, exhibitor in enumerate(self.task.exhibitors)
                if exhibitor.sponsor == sponsor.id
            )
            most = max(sponsor.quota - have, 0)
            if len(rows) > most:
                quotas.append(Quota(sponsor.id, rows, most))
        return quotas


def list_pieces(
    beside: Mapping[int, Sequence[int]], size: int, *, must: Sequence[int], most: int
) -> list[tuple[int, ...]]:
    """The sets of ``size`` booths that hang together and hold all of ``must``, each once.

    Each first booth gives its share of ``most``, so that no part of a hall is left out.
    """
    roots = sorted(must)[:1] or sorted(beside)
    share = most if must else max(most // max(len(roots), 1), 1)
    found: list[tuple[int, ...]] = []
    for root in roots:
        floor = -1 if must else root  # with no must, the root is the lowest of its set
        got = 0
        stack: list[tuple[tuple[int, ...], tuple[int, ...], frozenset[int]]] = [
            ((root,), _around(beside, root, floor), frozenset((root, *beside[root])))
        ]
        while stack and got < share:
            piece, edge, seen = stack.pop()
            if len(piece) == size:
                if set(must) <= set(piece):
                    found.append(tuple(sorted(piece)))
                    got += 1
                continue
            for number, one in enumerate(edge):
                new = [other for other in _around(beside, one, floor) if other not in seen]
                grown = (*edge[number + 1 :], *new)
                stack.append(((*piece, one), grown, seen | frozenset(beside[one])))
    return found


def _around(beside: Mapping[int, Sequence[int]], one: int, floor: int) -> tuple[int, ...]:
    return tuple(other for other in beside[one] if other > floor)
