"""Places that are filled one after the other, always within the rules: by plain rules of thumb.

``serve_first_come`` is what members would do by themselves: it is what a suggestion is measured
against. ``fill_scarce_first`` is where the solver starts.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from gernas.youth.assigning.fitting import FILL, SCALE, TOGETHER, Fitting, cost_of_minutes


class Placing:
    """Who has which openings so far; adds only what the rules allow."""

    def __init__(self, fitting: Fitting) -> None:
        self.fitting = fitting
        self.of_person: list[set[int]] = [set() for _ in fitting.people]
        self.of_opening: list[list[int]] = [[] for _ in fitting.openings]
        self.minutes = [person.minutes for person in fitting.people]
        self._used: list[dict[date, int]] = [defaultdict(int) for _ in fitting.people]
        self._rooms: dict[int, dict[date, int]] = {}

    @property
    def filled(self) -> int:
        return sum(len(rows) for rows in self.of_opening)

    def has_room(self, number: int) -> bool:
        return len(self.of_opening[number]) < self.fitting.openings[number].free

    def may_add(self, row: int, number: int) -> bool:
        """Whether the person, who is eligible, may take the opening beside those given so far."""
        mine = self.of_person[row]
        if number in mine or not self.has_room(number):
            return False
        if mine & self.fitting.clashes[number]:
            return False
        most = self.fitting.people[row].most_minutes
        if most is not None and self.minutes[row] + self.fitting.minutes[number] > most:
            return False
        return self._fits_days(row, number)

    def is_worth_adding(self, row: int, number: int) -> bool:
        """Whether it is allowed, and the hours cost less than the place is worth."""
        return self.may_add(row, number) and self.gain(row, number) > -SCALE * FILL

    def add(self, row: int, number: int) -> None:
        self.of_person[row].add(number)
        self.of_opening[number].append(row)
        self.minutes[row] += self.fitting.minutes[number]
        for day, minutes in self.fitting.day_minutes[number]:
            self._used[row][day] += minutes

    def gain(self, row: int, number: int) -> int:
        """What one more place is worth in tenths: points, less what the hours cost more."""
        before, more = self.minutes[row], self.fitting.minutes[number]
        hours = cost_of_minutes(before + more) - cost_of_minutes(before)
        return SCALE * self.fitting.eligible[row][number] - hours

    def pairs(self) -> list[tuple[int, int]]:
        """Opening and row, sorted."""
        return sorted((number, row) for number, rows in enumerate(self.of_opening) for row in rows)

    def _fits_days(self, row: int, number: int) -> bool:
        rooms = self.rooms(row)
        used = self._used[row]
        return all(
            used[day] + minutes <= rooms[day]
            for day, minutes in self.fitting.day_minutes[number]
            if day in rooms
        )

    def rooms(self, row: int) -> dict[date, int]:
        """The minutes that a minor may still work by day; {} for adults."""
        if row not in self._rooms:
            self._rooms[row] = self.fitting.day_rooms(self.fitting.people[row])
        return self._rooms[row]


def value_of(fitting: Fitting, pairs: Iterable[tuple[int, int]]) -> int:
    """What a placing of (opening, row) is worth, in tenths of a point: the same as the solver's."""
    pairs = list(pairs)
    minutes = [person.minutes for person in fitting.people]
    value = 0
    beside: dict[tuple[str, int], int] = defaultdict(int)
    for number, row in pairs:
        value += SCALE * (FILL + fitting.eligible[row][number])
        minutes[row] += fitting.minutes[number]
        group = fitting.people[row].group
        if group:
            beside[group, fitting.openings[number].work.id] += 1
    value += sum(SCALE * TOGETHER * (count - 1) for count in beside.values())
    hours = (
        cost_of_minutes(now) - cost_of_minutes(person.minutes)
        for now, person in zip(minutes, fitting.people, strict=True)
    )
    return value - sum(hours)


def serve_first_come(fitting: Fitting) -> Placing:
    """In turns, each in the order of joining takes the first place on the list that they see."""
    placing = Placing(fitting)
    lists = [_list_as_shown(fitting, row) for row in range(len(fitting.people))]
    busy = list(range(len(fitting.people)))
    while busy:
        still = []
        for row in busy:
            number = next((one for one in lists[row] if placing.may_add(row, one)), None)
            if number is not None:
                placing.add(row, number)
                still.append(row)
        busy = still
    return placing


def _list_as_shown(fitting: Fitting, row: int) -> list[int]:
    person = fitting.people[row]
    return sorted(
        fitting.eligible[row],
        key=lambda number: (
            fitting.days[number],
            fitting.nearness(person, fitting.openings[number].work),
            fitting.openings[number].work.starts_at,
            number,
        ),
    )


def fill_scarce_first(fitting: Fitting) -> Placing:
    """The opening with the fewest people for its places first; of them who gains most."""
    placing = Placing(fitting)
    _fill(placing)
    return placing


def fill_what_is_left(fitting: Fitting, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs, with whoever may still take a place that is open beside them."""
    placing = Placing(fitting)
    for number, row in pairs:
        placing.add(row, number)
    _fill(placing)
    return placing.pairs()


def _fill(placing: Placing) -> None:
    fitting = placing.fitting
    able: list[list[int]] = [[] for _ in fitting.openings]
    for row, openings in enumerate(fitting.eligible):
        for number in openings:
            able[number].append(row)
    choices = [len(openings) for openings in fitting.eligible]
    order = sorted(
        range(len(fitting.openings)),
        key=lambda number: (len(able[number]) / max(fitting.openings[number].free, 1), number),
    )
    for number in order:
        while placing.has_room(number):
            rows = [row for row in able[number] if placing.is_worth_adding(row, number)]
            if not rows:
                break
            # Who could do little else is kept for what only few can do.
            placing.add(max(rows, key=lambda row: _rank(placing, row, number, choices)), number)


def _rank(placing: Placing, row: int, number: int, choices: list[int]) -> tuple[int, int, int]:
    return placing.gain(row, number), -choices[row], -row
