"""The rules as linear rows, over all pairs of exhibitor and booth or a part; as a model for CP-SAT.

Imports ortools and numpy, so the web never imports this module; the solver's process does.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from gernas.booths.assigning.board import Block, Board
from gernas.booths.assigning.matching import NEVER, Matching
from gernas.booths.assigning.tasks import Rule

Key = TypeVar("Key")

SEED = 20_220_317
LINEARIZATION = 2  # all rules in the linear relaxation, which is nearly tight: 20 times faster
WORK_PER_SECOND = 0.45  # of CP-SAT's deterministic time, on a machine of 2025
PATIENCE = 2  # a busy machine may take so many times as long, rather than find something else


@dataclass
class Clock:
    """The time that is left, counted by work, so that the same task gets the same answer."""

    seconds: float
    started: float = field(default_factory=time.monotonic)
    worked: float = 0.0

    @property
    def passed(self) -> float:
        return time.monotonic() - self.started

    @property
    def most_seconds(self) -> float:
        return max(self.seconds * PATIENCE - self.passed, 0.05)

    @property
    def work_left(self) -> float:
        return self.seconds * WORK_PER_SECOND - self.worked

    @property
    def is_over(self) -> bool:
        return self.work_left <= 0 or self.passed >= self.seconds * PATIENCE

    def limit(self, solver: cp_model.CpSolver) -> None:
        solver.parameters.max_deterministic_time = max(self.work_left, 0.01)
        solver.parameters.max_time_in_seconds = self.most_seconds
        solver.parameters.random_seed = SEED
        solver.parameters.num_workers = 1  # several find other proposals each time
        solver.parameters.linearization_level = LINEARIZATION

    def note(self, solver: cp_model.CpSolver) -> None:
        self.worked += solver.response_proto.deterministic_time


@dataclass(frozen=True)
class Choice:
    """Part of the pairs and blocks, and the least that any other costs."""

    edges: NDArray[np.bool_]
    blocks: tuple[tuple[Block, ...], ...]
    others_cost: int

    @classmethod
    def of_all(cls, board: Board) -> Self:
        """All that is allowed."""
        return cls(board.costs < NEVER, tuple(group.blocks for group in board.groups), NEVER)

    @property
    def is_all(self) -> bool:
        return self.others_cost >= NEVER


Switch = tuple[str, object]  # a rule's subject: ("product", "kopi"), ("group", 3), ("sponsor", 2)
Pair = tuple[int, int]  # row and column


@dataclass(frozen=True)
class Line:
    """``low`` <= pairs taken + ``weight`` times blocks taken <= ``high``.

    Blocks are pairs of the group's number and the block's, both from 0.
    """

    pairs: Sequence[Pair]
    low: int
    high: int
    switch: Switch | None = None
    blocks: Sequence[Pair] = ()
    weight: int = 0


def list_lines(board: Board, choice: Choice) -> Iterator[Line]:
    """All that a placing must keep: one column for each row, one row for each column, the rules."""
    of_column: dict[int, list[Pair]] = {}
    for row, columns in enumerate(choice.edges):
        mine = [(row, int(column)) for column in np.flatnonzero(columns)]
        yield Line(mine, 1, 1)
        for pair in mine:
            of_column.setdefault(pair[1], []).append(pair)
    for column in sorted(of_column):
        yield Line(of_column[column], 0, 1)
    for product, classes in board.products.items():
        yield from _keep_apart(board, choice, classes, ("product", product))
    for number in range(len(board.groups)):
        yield from _keep_together(board, choice, number)
    for quota in board.quotas:
        booths = [pair for row in quota.rows for pair in _list_pairs(board, choice, row)]
        yield Line(booths, 0, quota.most, ("sponsor", quota.id))


def _list_pairs(board: Board, choice: Choice, row: int) -> list[Pair]:
    return [(row, column) for column in range(board.width) if choice.edges[row, column]]


def _at(choice: Choice, column: int, rows: Sequence[int]) -> list[Pair]:
    return [(row, column) for row in rows if choice.edges[row, column]]


def _keep_apart(
    board: Board, choice: Choice, classes: Sequence[tuple[int, ...]], switch: Switch
) -> Iterator[Line]:
    """No two of the rows are side by side, unless they are of one class."""
    singles = [rows[0] for rows in classes if len(rows) == 1]
    several = [rows for rows in classes if len(rows) > 1]
    every = [row for rows in classes for row in rows]
    for left, right in board.pairs:
        sides = [(_at(choice, left, singles), _at(choice, right, every))]
        if several:
            sides.append((_at(choice, right, singles), _at(choice, left, every)))
        for rows in several:
            others = [row for row in every if row not in rows]
            sides.append((_at(choice, left, rows), _at(choice, right, others)))
        for one, other in sides:
            if one and other:
                yield Line([*one, *other], 0, 1, switch)


def _keep_together(board: Board, choice: Choice, number: int) -> Iterator[Line]:
    """The rows of a group fill one of its blocks; all or, where not everyone must, none."""
    group, switch = board.groups[number], ("group", board.groups[number].id)
    of_column: dict[int, list[Pair]] = {}
    takes = [(number, place) for place in range(len(choice.blocks[number]))]
    for take, block in zip(takes, choice.blocks[number], strict=True):
        for column in block:
            of_column.setdefault(column, []).append(take)
    yield Line([], int(board.task.has(Rule.EVERYONE)), 1, switch, takes, 1)
    for column in range(board.width):
        mine, blocks = _at(choice, column, group.rows), of_column.get(column, [])
        if mine or blocks:
            yield Line(mine, 0, 0, switch, blocks, -1)


class RuledModel:
    """A task for CP-SAT: a variable for each pair and block of a choice, and the rules.

    With ``switched`` each rule about many pairs holds only while its variable in ``switches`` does.
    """

    def __init__(self, board: Board, choice: Choice, *, switched: bool = False) -> None:
        self.cp = cp_model.CpModel()
        self.switches: dict[Switch, cp_model.IntVar] = {}
        self.taken: dict[Pair, cp_model.IntVar] = {}
        self.blocks: dict[Pair, cp_model.IntVar] = {}
        for line in list_lines(board, choice):
            self._add(line, switched=switched)

    def add_cost(self, first: Matching) -> None:
        """By how much a choice is worse than the matching without these rules: never below 0."""
        costs = {pair: cost_of(first, pair) for pair in self.taken}
        weighed = [(self.taken[pair], cost) for pair, cost in costs.items() if cost]
        cost = cp_model.LinearExpr.weighted_sum(
            [variable for variable, _ in weighed], [weight for _, weight in weighed]
        )
        self.cp.minimize(cost + untaken_cost(first))

    def _add(self, line: Line, *, switched: bool) -> None:
        pairs = [self._variable(self.taken, pair) for pair in line.pairs]
        blocks = [self._variable(self.blocks, block) for block in line.blocks]
        switch = line.switch if switched else None
        if switch is None and not blocks and line.high == 1:
            (self.cp.add_exactly_one if line.low else self.cp.add_at_most_one)(pairs)
            return
        total = sum(pairs) + line.weight * sum(blocks)
        kept = self.cp.add_linear_constraint(total, line.low, line.high)
        if switch is not None:
            kept.only_enforce_if(self._variable(self.switches, switch))

    def _variable(self, known: dict[Key, cp_model.IntVar], key: Key) -> cp_model.IntVar:
        if key not in known:
            known[key] = self.cp.new_bool_var("")
        return known[key]


def cost_of(first: Matching, pair: Pair) -> int:
    """What a pair adds to the cost above the matching; beside it stands ``untaken_cost``."""
    return int(first.reduced[pair]) - int(first.slack[pair[1]])


def untaken_cost(first: Matching) -> int:
    """What all columns cost while nobody takes them."""
    return int(first.slack.sum())
