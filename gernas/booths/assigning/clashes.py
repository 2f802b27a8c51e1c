"""Why there is no proposal: which exhibitors and rules stand against each other.

First those for whom there is no booth at all; then exhibitors who share too few booths, as the
matching that failed shows them (Hall's theorem); then quotas; at last the smallest set of products,
groups and quotas that CP-SAT cannot bring together.

Imports ortools and numpy, so the web never imports this module; the solver's process does.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np
from ortools.sat.python import cp_model

from gernas.booths.assigning.board import Board
from gernas.booths.assigning.matching import NEVER, Shortage, match
from gernas.booths.assigning.model_parts import Choice, Clock, RuledModel, Switch
from gernas.booths.assigning.tasks import Clash, Clashing, Rule, Task

OF_PAIRS = (  # rules that keep one exhibitor from one booth
    Rule.ZONE,
    Rule.SIZE,
    Rule.POWER,
    Rule.WATER,
    Rule.ACCESSIBLE,
    Rule.SPONSOR,
    Rule.APART,
)
OF_MANY = (Rule.APART, Rule.TOGETHER, Rule.SPONSOR)
MOST_SHORTAGES = 5


def explain(board: Board, clock: Clock) -> list[Clash]:
    """What stands against a proposal in which everyone gets a booth."""
    alone = list(_list_without_booth(board))
    clashes = alone + list(_list_shortages(board, _rows_of(board, alone)))
    clashes += _list_quotas(board)
    if clashes:
        return clashes
    return [_find_core(board, clock)]


def _rows_of(board: Board, clashes: Collection[Clash]) -> set[int]:
    ids = {number for clash in clashes for number in clash.exhibitors}
    return {row for row, one in enumerate(board.task.exhibitors) if one.id in ids}


def _list_without_booth(board: Board) -> Iterator[Clash]:
    if not board.spots:
        return
    for row, exhibitor in enumerate(board.task.exhibitors):
        if (board.costs[row] < NEVER).any():
            continue
        broken = [set(board.fitting.list_broken(exhibitor, spot)) for spot in board.spots]
        fewest = min(len(rules) for rules in broken)
        near = set[Rule]().union(*(rules for rules in broken if len(rules) == fewest))
        helps = {next(iter(rules)) for rules in broken if len(rules) == 1}
        yield Clash(
            Clashing.NO_BOOTH,
            exhibitors=(exhibitor.id,),
            rules=_ordered(near),
            helps=_ordered(helps),
        )


def _list_shortages(board: Board, without: Collection[int]) -> Iterator[Clash]:
    """Exhibitors who have fewer booths between them than they are, one set after the other."""
    rows = [row for row in range(len(board.task.exhibitors)) if row not in without]
    columns = list(range(board.width))
    for _ in range(MOST_SHORTAGES):
        if not rows:
            return
        found = match(board.costs[np.ix_(rows, columns)])
        if not isinstance(found, Shortage):
            return
        short = [rows[number] for number in found.rows]
        shared = [columns[number] for number in found.columns]
        yield _tell_shortage(board, short, shared)
        rows = [row for row in rows if row not in short]
        columns = [column for column in columns if column not in shared]


def _tell_shortage(board: Board, rows: list[int], columns: list[int]) -> Clash:
    exhibitors = [board.task.exhibitors[row] for row in rows]
    others = [spot for number, spot in enumerate(board.spots) if number not in set(columns)]
    keeping = {
        rule
        for exhibitor in exhibitors
        for spot in others
        for rule in board.fitting.list_broken(exhibitor, spot)
    }
    return Clash(
        Clashing.TOO_FEW,
        exhibitors=tuple(one.id for one in exhibitors),
        spots=tuple(board.spots[column].id for column in columns),
        rules=_ordered(keeping),
        helps=_ordered(rule for rule in keeping if _fits_without(board.task, rule, rows)),
    )


def _fits_without(task: Task, rule: Rule, rows: list[int]) -> bool:
    """Whether these exhibitors all find a booth once the rule is off, whoever else there is."""
    relaxed = replace(
        task,
        exhibitors=tuple(task.exhibitors[row] for row in rows),
        rules=tuple(one for one in task.rules if one not in (rule, Rule.TOGETHER)),
    )
    costs = Board(relaxed).costs
    return not isinstance(match(costs), Shortage)


def _list_quotas(board: Board) -> list[Clash]:
    if not board.task.has(Rule.EVERYONE):
        return []
    return [
        Clash(
            Clashing.QUOTA,
            exhibitors=tuple(board.task.exhibitors[row].id for row in quota.rows),
            rules=(Rule.SPONSOR,),
            sponsors=(quota.id,),
            helps=(Rule.SPONSOR,),
        )
        for quota in board.quotas
    ]


def _find_core(board: Board, clock: Clock) -> Clash:
    """A set of products, groups and quotas that do not go together, none of them needlessly."""
    model = RuledModel(board, Choice.of_all(board), switched=True)
    core = list(model.switches)
    for one in list(core):
        if one in core and len(core) > 1 and not clock.is_over:
            core = _shrink(model, [other for other in core if other != one], clock) or core
    return _tell_core(board, core, _list_helps(model, clock))


def _shrink(model: RuledModel, on: list[Switch], clock: Clock) -> list[Switch] | None:
    """Those of the rules that do not go together; None if they do, or in doubt."""
    solver = cp_model.CpSolver()
    if _try(model, solver, on, clock) != cp_model.INFEASIBLE:
        return None
    indexes = set(solver.sufficient_assumptions_for_infeasibility())
    return [one for one in on if model.switches[one].index in indexes] or on


def _list_helps(model: RuledModel, clock: Clock) -> Iterator[Rule]:
    """The rules without which all the others go together."""
    kinds = {Rule.APART: "product", Rule.TOGETHER: "group", Rule.SPONSOR: "sponsor"}
    for rule, kind in kinds.items():
        on = [one for one in model.switches if one[0] != kind]
        if len(on) == len(model.switches) or clock.is_over:
            continue
        if _try(model, cp_model.CpSolver(), on, clock) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            yield rule


def _try(
    model: RuledModel, solver: cp_model.CpSolver, on: list[Switch], clock: Clock
) -> cp_model.CpSolverStatus:
    """Whether the rules that are on go together."""
    model.cp.clear_assumptions()
    model.cp.add_assumptions([model.switches[one] for one in on])
    clock.limit(solver)
    status = solver.solve(model.cp)
    clock.note(solver)
    return status


def _tell_core(board: Board, core: list[Switch], helps: Iterator[Rule]) -> Clash:
    products = tuple(str(key) for kind, key in core if kind == "product")
    groups = tuple(key for kind, key in core if kind == "group" and isinstance(key, int))
    sponsors = tuple(key for kind, key in core if kind == "sponsor" and isinstance(key, int))
    rules = [Rule.APART] * bool(products) + [Rule.TOGETHER] * bool(groups)
    rules += [Rule.SPONSOR] * bool(sponsors)
    return Clash(
        Clashing.RULES,
        exhibitors=tuple(
            one.id
            for one in board.task.exhibitors
            if one.product in products or one.group in groups or one.sponsor in sponsors
        ),
        rules=tuple(rules),
        products=products,
        groups=groups,
        sponsors=sponsors,
        helps=_ordered(helps),
    )


def _ordered(rules: "Collection[Rule] | Iterator[Rule]") -> tuple[Rule, ...]:
    found = set(rules)
    return tuple(rule for rule in Rule if rule in found)
