"""What each pair and block costs the whole at least: a bound, from the linear relaxation.

The relaxation with all rules (GLOP, a second for 400 exhibitors) is nearly as good as the best
placing. Its reduced costs tell which pairs no placing better than a known one can use, so CP-SAT
is left with few of them and can prove its result. For the very large, the prices of the matching
alone must do.

Imports ortools and numpy, so the web never imports this module; the solver's process does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

from gernas.booths.assigning.board import Board
from gernas.booths.assigning.matching import NEVER, Matching
from gernas.booths.assigning.model_parts import (
    Choice,
    Line,
    Pair,
    cost_of,
    list_lines,
    untaken_cost,
)

MOST_PAIRS = 60_000
TOLERANCE = 0.5  # points that rounding may hide; a wish is worth thousands

Excess = NDArray[np.float64]


@dataclass(frozen=True)
class Prices:
    """The least cost above the matching, and what a pair or block adds to that, at least."""

    bound: float
    pairs: Excess  # by row and column; infinite where not allowed
    blocks: tuple[Excess, ...]  # by group

    @property
    def least(self) -> int:
        """What no placing can cost less than."""
        return int(np.ceil(self.bound - TOLERANCE)) if self.bound else 0


def price(board: Board, first: Matching, *, seconds: float) -> Prices | None:
    """The prices; None when even parts of exhibitors and booths cannot keep all rules."""
    everything = Choice.of_all(board)
    if int(everything.edges.sum()) > MOST_PAIRS:
        return price_by_matching(board, first)
    relaxation = _Relaxation(board, first, everything)
    relaxation.solver.SetTimeLimit(int(seconds * 1000))
    status = relaxation.solver.Solve()
    if status == pywraplp.Solver.INFEASIBLE:
        return None
    if status != pywraplp.Solver.OPTIMAL:
        return price_by_matching(board, first)
    return relaxation.read()


def price_by_matching(board: Board, first: Matching) -> Prices:
    """The prices without the rules about many: lower, but at hand."""
    pairs = np.where(first.reduced >= NEVER, np.inf, first.reduced.astype(np.float64))
    blocks = tuple(
        np.array(
            [pairs[np.ix_(group.rows, block)].min(axis=1).sum() for block in group.blocks],
            np.float64,
        )
        for group in board.groups
    )
    return Prices(0.0, pairs, blocks)


class _Relaxation:
    """The task as a linear program: an exhibitor may stand half here and half there."""

    def __init__(self, board: Board, first: Matching, choice: Choice) -> None:
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.choice = choice
        self.taken: dict[Pair, pywraplp.Variable] = {}
        self.blocks: dict[Pair, pywraplp.Variable] = {}
        for line in list_lines(board, choice):
            self._add(line)
        objective = self.solver.Objective()
        for pair, variable in self.taken.items():
            objective.SetCoefficient(variable, cost_of(first, pair))
        objective.SetOffset(untaken_cost(first))
        objective.SetMinimization()

    def read(self) -> Prices:
        pairs = np.full(self.choice.edges.shape, np.inf)
        for pair, variable in self.taken.items():
            pairs[pair] = max(variable.reduced_cost(), 0.0)
        blocks = tuple(np.zeros(len(group)) for group in self.choice.blocks)
        for (number, place), variable in self.blocks.items():
            blocks[number][place] = max(variable.reduced_cost(), 0.0)
        return Prices(max(self.solver.Objective().Value(), 0.0), pairs, blocks)

    def _add(self, line: Line) -> None:
        row = self.solver.Constraint(line.low, line.high)
        for pair in line.pairs:
            row.SetCoefficient(self._variable(self.taken, pair), 1)
        for block in line.blocks:
            row.SetCoefficient(self._variable(self.blocks, block), line.weight)

    def _variable(self, known: dict[Pair, pywraplp.Variable], key: Pair) -> pywraplp.Variable:
        if key not in known:
            known[key] = self.solver.NumVar(0, self.solver.infinity(), "")
        return known[key]
