"""Shifts for all at once with CP-SAT: as many places filled as can be, then fair and as wished.

A small task is solved whole, and proven best. Hundreds of people and shifts make a hundred
thousand pairs, too many at once: then it begins with a placing found by rules of thumb and makes
it better part by part, each part solved with all the rest as it is: the days of one week, or
some people with all that they could do. Time is counted as work, so that the same task gets the
same answer on every machine.

Imports ortools (80 MiB), so only the process of its own imports this module.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from ortools.sat.python import cp_model

from gernas.youth.assigning.fitting import Fitting, list_cliques
from gernas.youth.assigning.part_model import Pair, PartModel
from gernas.youth.assigning.placing import fill_scarce_first, fill_what_is_left, value_of
from gernas.youth.assigning.tasks import Answer, Found, Task

SEED = 20_220_317
WORK_PER_SECOND = 0.2  # of CP-SAT's deterministic time; to build the parts takes as long again
PATIENCE = 1.15  # a busy machine may take so many times as long, then it ends with less
MOST_PAIRS = 6_000  # in one part
OPEN_ONES = 12  # that a part of people looks at
LEAST_WORK = 0.05  # that a part counts for: to build it takes time, too
PART_WORK = 0.8
LINEARIZATION = 2  # the linear relaxation is nearly tight


@dataclass
class Clock:
    """The time that is left, counted by work."""

    seconds: float
    started: float = field(default_factory=time.monotonic)
    worked: float = 0.0

    @property
    def passed(self) -> float:
        return time.monotonic() - self.started

    @property
    def work_left(self) -> float:
        return self.seconds * WORK_PER_SECOND - self.worked

    @property
    def most_seconds(self) -> float:
        return self.seconds * PATIENCE - self.passed

    @property
    def is_over(self) -> bool:
        return self.work_left <= 0 or self.most_seconds <= 0.1


def answer(task: dict[str, Any]) -> dict[str, Any]:
    """What ``solve`` makes of a task, for the process that asks."""
    return solve(Task.of(task)).to_json()


def solve(task: Task) -> Answer:
    """The best suggestion that was found in the time of the task."""
    clock = Clock(task.seconds)
    fitting = Fitting(task)
    everything = [(number, row) for row, mine in enumerate(fitting.eligible) for number in mine]
    if not everything:
        return Answer(Found.NOTHING, seconds=clock.passed, least_open=task.places)
    best = fill_scarce_first(fitting).pairs()
    cliques = list_cliques(fitting.clashes)
    proven = False
    if len(everything) <= MOST_PAIRS:
        best, proven = _improve(fitting, cliques, everything, best, clock, work=clock.work_left)
    else:
        for part in list_parts(fitting):
            if clock.is_over:
                break
            best, _ = _improve(fitting, cliques, part(best), best, clock, work=PART_WORK)
    best = fill_what_is_left(fitting, best)
    placed = tuple(
        sorted((fitting.openings[number].id, fitting.people[row].id) for number, row in best)
    )
    found = Found.BEST if proven else Found.GOOD
    return Answer(found, placed, clock.passed, count_hopeless(fitting))


def count_hopeless(fitting: Fitting) -> int:
    """The places that stay open whatever is done: too few people may take them."""
    able = [0] * len(fitting.openings)
    for mine in fitting.eligible:
        for number in mine:
            able[number] += 1
    return sum(max(one.free - count, 0) for one, count in zip(fitting.openings, able, strict=True))


def _improve(
    fitting: Fitting,
    cliques: Sequence[tuple[int, ...]],
    pairs: Sequence[Pair],
    best: list[Pair],
    clock: Clock,
    *,
    work: float,
) -> tuple[list[Pair], bool]:
    """The best placing with these pairs anew and all others as they are; whether it is proven."""
    chosen = set(pairs)
    fixed = [pair for pair in best if pair not in chosen]
    model = PartModel(fitting, cliques, pairs, fixed)
    model.begin_with(best)
    solver = cp_model.CpSolver()
    solver.parameters.max_deterministic_time = max(min(clock.work_left, work), 0.01)
    solver.parameters.max_time_in_seconds = max(clock.most_seconds, 0.1)
    solver.parameters.random_seed = SEED
    solver.parameters.num_workers = 1  # several find other suggestions each time
    solver.parameters.linearization_level = LINEARIZATION
    status = solver.solve(model.cp)
    clock.worked += max(solver.response_proto.deterministic_time, LEAST_WORK)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return best, False
    taken = [pair for pair, variable in model.taken.items() if solver.value(variable)]
    found = sorted([*fixed, *taken])
    better = value_of(fitting, found) > value_of(fitting, best)
    return (found if better else best), status == cp_model.OPTIMAL


# --- Parts of a large task ------------------------------------------------------------------


@dataclass(frozen=True)
class Days:
    """All pairs whose openings lie between two."""

    fitting: Fitting
    first: int
    last: int  # not included

    def __call__(self, _best: list[Pair]) -> list[Pair]:
        return [
            (number, row)
            for row, mine in enumerate(self.fitting.eligible)
            for number in mine
            if self.first <= number < self.last
        ]


@dataclass(frozen=True)
class People:
    """All pairs of some people: who could fill places that are open, and others in turn."""

    fitting: Fitting
    turn: int

    def __call__(self, best: list[Pair]) -> list[Pair]:
        filled = [0] * len(self.fitting.openings)
        for number, _row in best:
            filled[number] += 1
        open_ones = [
            number
            for number, opening in enumerate(self.fitting.openings)
            if filled[number] < opening.free
        ]
        rows = self._mix(range(len(self.fitting.people)))
        if open_ones:
            wanted = set(self._mix(open_ones)[:OPEN_ONES])
            rows.sort(key=lambda row: not wanted & self.fitting.eligible[row].keys())
        pairs: list[Pair] = []
        for row in rows:
            mine = self.fitting.eligible[row]
            if pairs and len(pairs) + len(mine) > MOST_PAIRS:
                break
            pairs += [(number, row) for number in mine]
        return sorted(pairs)

    def _mix(self, numbers: Iterable[int]) -> list[int]:
        """Another order in each turn, and the same each time."""
        return sorted(
            numbers, key=lambda one: (one * 7_919 + self.turn * 104_729) % 99_991 * 31 % 997
        )


def list_parts(fitting: Fitting) -> Iterator[Days | People]:
    """Parts without end: people, and all days in turn between, then days cut elsewhere."""
    turn = 0
    for shift in count():
        for window in _cut(fitting, shift):
            yield People(fitting, turn)
            yield window
            turn += 1


def _cut(fitting: Fitting, shift: int) -> list[Days]:
    """Windows of openings, which lie in order of time, with at most so many pairs in each."""
    counts = [0] * len(fitting.openings)
    for mine in fitting.eligible:
        for number in mine:
            counts[number] += 1
    windows, first, size = [], 0, (shift % 3) * MOST_PAIRS // 3
    for number, able in enumerate(counts):
        if size + able > MOST_PAIRS and number > first:
            windows.append(Days(fitting, first, number))
            first, size = number, 0
        size += able
    windows.append(Days(fitting, first, len(counts)))
    return windows
