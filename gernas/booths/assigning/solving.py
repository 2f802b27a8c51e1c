"""Booths for all at once: the best assignment, found and proven with CP-SAT.

The exhibitors and booths alone are an assignment problem, solved exactly in a moment; most tasks
end there. The rules about neighbours, groups and quotas go to CP-SAT, first over the cheap pairs
only, by the prices of the linear relaxation. What it finds tells which other pairs could be part
of something better; over those it is solved again, and then proven best.

Imports ortools and numpy (80 MiB), so only the process of its own imports this module.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from gernas.booths.assigning.board import Block, Board
from gernas.booths.assigning.clashes import explain
from gernas.booths.assigning.fitting import PLACE_POINTS
from gernas.booths.assigning.matching import Matching, Shortage, match
from gernas.booths.assigning.model_parts import Choice, Clock, RuledModel
from gernas.booths.assigning.pricing import TOLERANCE, Excess, Prices, price
from gernas.booths.assigning.tasks import Answer, Found, Rule, Task

PAIRS_EACH = 10  # pairs that an exhibitor has in the first round, on average
MOST_PAIRS_EACH = 40  # to prove the best with; while more could help, a better one is sought
GROWTH = 2  # from round to round
CLASH_SECONDS = 10  # to find out which rules clash


@dataclass(frozen=True)
class Round:
    """What CP-SAT found over a choice: columns by row, its cost above the matching, a bound."""

    status: cp_model.CpSolverStatus
    columns: tuple[int, ...] = ()
    cost: int = 0
    bound: int = 0


def answer(task: dict[str, Any]) -> dict[str, Any]:
    """What ``solve`` makes of a task, for the process that asks."""
    return solve(Task.of(task)).to_json()


def solve(task: Task) -> Answer:
    """The best proposal for the task, or what stands against any."""
    clock = Clock(task.seconds)
    board = Board(task)
    if not task.exhibitors:
        return Answer(Found.BEST)
    first = match(board.costs)
    if isinstance(first, Shortage) or _exceeds_quota(board):
        return _say_clash(board, clock)
    if _keeps_all(board, first):
        return _answer(board, first, tuple(int(one) for one in first.columns), 0, clock)
    return _search(board, first, clock)


def _search(board: Board, first: Matching, clock: Clock) -> Answer:
    """Solve over the cheapest pairs, then over all that could be part of something better."""
    prices = price(board, first, seconds=clock.most_seconds)
    if prices is None:
        return _say_clash(board, clock)
    limit = PAIRS_EACH * len(first.columns)
    choice = choose_cheapest(board, prices, limit=limit)
    best, bound = None, prices.least
    while not clock.is_over:
        found = _solve_over(board, first, choice, clock, hint=best)
        if found.columns and (best is None or found.cost < best.cost):
            best = found
        proven = found.status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
        if best is None and proven and choice.is_all:
            return _say_clash(board, clock)
        # Whatever uses a pair that was left out costs at least what the cheapest of those does.
        known = best.cost if proven and best else found.bound
        bound = max(bound, min(known, choice.others_cost))
        if best is not None and best.cost <= bound:
            break
        limit *= GROWTH
        useful = choose_below(board, prices, best.cost) if best else None
        if useful and useful.edges.sum() <= MOST_PAIRS_EACH * len(first.columns):
            choice = useful
        else:
            choice = choose_cheapest(board, prices, limit=limit)
    if best is None:
        return Answer(Found.NOTHING, seconds=clock.passed)
    return _answer(board, first, best.columns, min(bound, best.cost), clock)


def choose_below(board: Board, prices: Prices, cost: int) -> Choice:
    """All pairs and blocks with which a placing can cost less than ``cost``."""
    room = cost - 1 - prices.bound + TOLERANCE
    edges = prices.pairs <= room
    blocks = tuple(
        tuple(block for block, excess in zip(group.blocks, priced, strict=True) if excess <= room)
        for group, priced in zip(board.groups, prices.blocks, strict=True)
    )
    everything = Choice.of_all(board)
    if (edges == everything.edges).all() and blocks == everything.blocks:
        return everything
    return Choice(edges, blocks, cost)


def choose_cheapest(board: Board, prices: Prices, *, limit: int) -> Choice:
    """About ``limit`` of the cheapest pairs, the blocks that are as cheap, and their pairs."""
    edges, dearest, rest = _list_cheapest(prices.pairs, limit)
    chosen: list[tuple[Block, ...]] = []
    for group, priced in zip(board.groups, prices.blocks, strict=True):
        chosen.append(tuple(group.blocks[place] for place in np.flatnonzero(priced <= dearest)))
        rest = min(rest, float(priced[priced > dearest].min(initial=np.inf)))
        columns = sorted({column for block in chosen[-1] for column in block})
        if columns:
            edges[np.ix_(group.rows, columns)] = True
    edges &= np.isfinite(prices.pairs)
    if np.isinf(rest):
        return Choice.of_all(board)
    return Choice(edges, tuple(chosen), int(np.ceil(prices.bound + rest - TOLERANCE)))


def _list_cheapest(pairs: Excess, limit: int) -> tuple[NDArray[np.bool_], float, float]:
    """The cheapest pairs, what the dearest of them costs, and what the cheapest of the others.

    Of very many that cost the same each row has some, spread over the hall.
    """
    rows, columns = pairs.shape
    flat = np.sort(pairs[np.isfinite(pairs)])
    if len(flat) <= limit:
        return np.isfinite(pairs), np.inf, np.inf
    most = float(flat[limit])
    edges = pairs <= most
    if edges.sum() <= limit * 2:
        return edges, most, float(flat[flat > most].min(initial=np.inf))
    spread = (np.arange(rows)[:, None] * 7_919 + np.arange(columns)[None, :] * 104_729) % 99_991
    order = np.where(pairs == most, spread, 99_991)
    place = order.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    return (pairs < most) | ((pairs == most) & (place < limit // rows)), most, most


def _solve_over(
    board: Board, first: Matching, choice: Choice, clock: Clock, *, hint: Round | None
) -> Round:
    model = RuledModel(board, choice)
    model.add_cost(first)
    if hint is not None:
        for (row, column), variable in model.taken.items():
            model.cp.add_hint(variable, int(hint.columns[row] == column))
    solver = cp_model.CpSolver()
    clock.limit(solver)
    status = solver.solve(model.cp)
    clock.note(solver)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Round(status)
    columns = {row: column for (row, column), one in model.taken.items() if solver.value(one)}
    return Round(
        status,
        tuple(columns[row] for row in range(len(first.columns))),
        round(solver.objective_value),
        round(solver.best_objective_bound),
    )


def _keeps_all(board: Board, first: Matching) -> bool:
    """Whether the matching keeps the other rules too, by luck."""
    columns = first.columns
    at = {int(column): row for row, column in enumerate(columns)}
    for classes in board.products.values():
        class_of = {row: number for number, rows in enumerate(classes) for row in rows}
        for left, right in board.pairs:
            one, other = class_of.get(at.get(left, -1)), class_of.get(at.get(right, -1))
            if one is not None and other is not None and one != other:
                return False
    for group in board.groups:
        block = tuple(sorted(int(columns[row]) for row in group.rows))
        absent = all(column >= board.width for column in block)
        if not absent and block not in set(group.blocks):
            return False
    return all(
        sum(int(columns[row]) < board.width for row in quota.rows) <= quota.most
        for quota in board.quotas
    )


def _exceeds_quota(board: Board) -> bool:
    return bool(board.quotas) and board.task.has(Rule.EVERYONE)


def _say_clash(board: Board, clock: Clock) -> Answer:
    clashes = explain(board, Clock(CLASH_SECONDS))
    return Answer(Found.CLASH, clashes=tuple(clashes), seconds=clock.passed)


def _answer(
    board: Board, first: Matching, columns: Sequence[int], bound: int, clock: Clock
) -> Answer:
    """What the columns are worth; ``bound`` is the least that any choice costs above ``first``."""
    exhibitors = board.task.exhibitors
    placed = {
        exhibitors[row].id: board.spots[column].id
        for row, column in enumerate(columns)
        if column < board.width
    }
    value = -int(board.costs[np.arange(len(columns)), list(columns)].sum())
    best = -(first.total + bound)
    base = 0 if board.task.has(Rule.EVERYONE) else PLACE_POINTS * len(placed)
    return Answer(
        Found.BEST if value == best else Found.GOOD,
        placed=placed,
        value=value - base,
        bound=best - base,
        seconds=clock.passed,
    )
