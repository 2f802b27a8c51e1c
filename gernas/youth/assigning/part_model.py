"""The rules and what a placing is worth, as a model for CP-SAT over some of the pairs.

Imports ortools, so the web never imports this module; the solver's process does.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from ortools.sat.python import cp_model

from gernas.youth.assigning.fitting import (
    BLOCK_MINUTES,
    BLOCK_POINTS,
    FILL,
    MOST_BLOCKS,
    SCALE,
    TOGETHER,
    Fitting,
    group_rows,
)

Pair = tuple[int, int]  # opening, row
Variables = dict[int, cp_model.IntVar]  # by opening


class PartModel:
    """Decides about ``pairs``; ``fixed`` are given, and what clashes with them is left out."""

    def __init__(
        self,
        fitting: Fitting,
        cliques: Sequence[tuple[int, ...]],
        pairs: Sequence[Pair],
        fixed: Sequence[Pair],
    ) -> None:
        self.fitting = fitting
        self.cp = cp_model.CpModel()
        self.fixed_of: dict[int, list[int]] = defaultdict(list)  # openings by row
        used = [0] * len(fitting.openings)
        for number, row in fixed:
            self.fixed_of[row].append(number)
            used[number] += 1
        self.taken: dict[Pair, cp_model.IntVar] = {
            (number, row): self.cp.new_bool_var("")
            for number, row in pairs
            if used[number] < fitting.openings[number].free
            and not fitting.clashes[number].intersection(self.fixed_of.get(row, ()))
        }
        self.of_row: dict[int, Variables] = defaultdict(dict)
        of_opening: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for (number, row), variable in self.taken.items():
            self.of_row[row][number] = variable
            of_opening[number].append(variable)
        for number, variables in of_opening.items():
            free = fitting.openings[number].free - used[number]
            if len(variables) > free:
                self.cp.add(sum(variables) <= free)
        self.worth: list[cp_model.LinearExprT] = [
            SCALE * (FILL + fitting.eligible[row][number]) * one
            for (number, row), one in self.taken.items()
        ]
        for row, mine in self.of_row.items():
            self._keep_apart(mine, cliques)
            self._limit_minutes(row, mine)
            self._share_hours(row, mine)
        self._bring_together()
        self.cp.maximize(sum(self.worth))

    def begin_with(self, best: Sequence[Pair]) -> None:
        """Tell a placing from which to go on."""
        given = set(best)
        for pair, variable in self.taken.items():
            self.cp.add_hint(variable, pair in given)

    def _keep_apart(self, mine: Variables, cliques: Sequence[tuple[int, ...]]) -> None:
        """Nobody works two that clash."""
        seen = set()
        for clique in cliques:
            members = tuple(number for number in clique if number in mine)
            if len(members) > 1 and members not in seen:
                seen.add(members)
                self.cp.add_at_most_one(mine[number] for number in members)

    def _limit_minutes(self, row: int, mine: Variables) -> None:
        """No more than wished in all, no more than a minor may on a day."""
        person, minutes = self.fitting.people[row], self.fitting.minutes
        if person.most_minutes is not None:
            left = person.most_minutes - self._minutes_before(row)
            self.cp.add(sum(minutes[number] * one for number, one in mine.items()) <= left)
        rooms = dict(self.fitting.day_rooms(person))
        if not rooms:
            return
        for number in self.fixed_of.get(row, ()):
            for day, more in self.fitting.day_minutes[number]:
                if day in rooms:
                    rooms[day] -= more
        by_day: dict[date, list[cp_model.LinearExprT]] = defaultdict(list)
        for number, one in mine.items():
            for day, more in self.fitting.day_minutes[number]:
                if day in rooms:
                    by_day[day].append(more * one)
        for day, terms in by_day.items():
            self.cp.add(sum(terms) <= rooms[day])

    def _minutes_before(self, row: int) -> int:
        fixed = self.fixed_of.get(row, ())
        return self.fitting.people[row].minutes + sum(self.fitting.minutes[n] for n in fixed)

    def _share_hours(self, row: int, mine: Variables) -> None:
        """The hours of a person in blocks, each dearer than the one before."""
        before = self._minutes_before(row)
        most = before + sum(self.fitting.minutes[number] for number in mine)
        first = min(before // BLOCK_MINUTES, MOST_BLOCKS - 1)
        last = min(max(most - 1, 0) // BLOCK_MINUTES, MOST_BLOCKS - 1)
        blocks = []
        for level in range(first, last + 1):
            start = max(level * BLOCK_MINUTES, before)
            end = most if level == MOST_BLOCKS - 1 else (level + 1) * BLOCK_MINUTES
            block = self.cp.new_int_var(0, max(end - start, 0), "")
            blocks.append(block)
            self.worth.append(-(level + 1) * (BLOCK_POINTS * SCALE // BLOCK_MINUTES) * block)
        work = sum(self.fitting.minutes[number] * one for number, one in mine.items())
        self.cp.add(work == sum(blocks))

    def _bring_together(self) -> None:
        """Whoever of a group works a shift beside another of it is worth more."""
        for rows in group_rows(self.fitting.people).values():
            of_shift: dict[int, list[cp_model.IntVar]] = defaultdict(list)
            there: set[int] = set()
            for row in rows:
                for number in self.fixed_of.get(row, ()):
                    there.add(self.fitting.openings[number].work.id)
                for number, one in self.of_row.get(row, {}).items():
                    of_shift[self.fitting.openings[number].work.id].append(one)
            for shift, variables in of_shift.items():
                beside = cp_model.LinearExpr.sum(variables)
                if shift not in there:
                    if len(variables) < 2:
                        continue
                    anyone = self.cp.new_bool_var("")
                    self.cp.add_max_equality(anyone, variables)
                    beside = beside - anyone
                self.worth.append(SCALE * TOGETHER * beside)
