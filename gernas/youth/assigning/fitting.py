"""Which people may take which places by the rules, and how well they fit. Pure.

The rules are those of ``gernas.youth.shifts.rules``; what many pairs share is asked once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import combinations

from gernas.youth.assigning.tasks import Person, Task
from gernas.youth.shifts.rules import (
    Nearness,
    Work,
    city_key,
    find_clash,
    find_own_obstacles,
    list_minutes_by_day,
)

FILL = 1_000  # points of a place that is filled; more than all others of a place together
ROLE, DAY = 60, 60  # as wished
NEAR: Mapping[Nearness, int] = {Nearness.CITY: 40, Nearness.PROVINCE: 20, Nearness.ELSEWHERE: 0}
TOGETHER = 40  # for each who works a shift beside another of the group
BLOCK_MINUTES = 240  # hours are shared in blocks of a shift's length …
BLOCK_POINTS = 24  # … each block of a person costs so much more than the one before: after some
# 160 hours it costs more than a place is worth, and the place stays open rather.
MOST_BLOCKS = 40
SCALE = 10  # points are counted in tenths, so that a minute's share of a block is whole


class Fitting:
    """A task as numbers: openings and people by their place in it."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.openings = task.openings
        self.people = task.people
        self._own: dict[tuple[int, int, bool, bool, bool], bool] = {}
        self._keys: dict[str | None, str] = {}
        self.days = [one.work.day for one in self.openings]
        self.minutes = [one.work.minutes for one in self.openings]
        self._clash_of: dict[tuple[int, int], bool] = {}
        self._rooms: dict[int, dict[date, int]] = {}

    @cached_property
    def eligible(self) -> list[dict[int, int]]:
        """For each person the openings they may take beside what they have, with points."""
        return [self._list_eligible(person) for person in self.people]

    def _list_eligible(self, person: Person) -> dict[int, int]:
        ages = {day: person.worker.age_on(day) for day in set(self.days)}
        return {
            number: self._points(person, number)
            for number, day in enumerate(self.days)
            if self.may_take(person, number, ages[day])
        }

    @cached_property
    def clashes(self) -> list[set[int]]:
        """For each opening the others that nobody can take as well: overlap, rest, travel."""
        works = list({one.work.id: one.work for one in self.openings}.values())
        beside: dict[int, set[int]] = {one.id: {one.id} for one in works}
        for one, other in combinations(works, 2):
            if self._clash(one, other):
                beside[one.id].add(other.id)
                beside[other.id].add(one.id)
        of_shift: dict[int, list[int]] = defaultdict(list)
        for number, opening in enumerate(self.openings):
            of_shift[opening.work.id].append(number)
        return [
            {n for shift in beside[one.work.id] for n in of_shift[shift]} - {number}
            for number, one in enumerate(self.openings)
        ]

    @cached_property
    def day_minutes(self) -> list[list[tuple[date, int]]]:
        """For each opening its local days with the minutes on each."""
        by_shift: dict[int, list[tuple[date, int]]] = {}
        for one in self.openings:
            if one.work.id not in by_shift:
                by_shift[one.work.id] = list_minutes_by_day(one.work)
        return [by_shift[one.work.id] for one in self.openings]

    def may_take(self, person: Person, number: int, age: int) -> bool:
        """Whether the rules allow it to who is of this age then, beside all that they have."""
        opening = self.openings[number]
        work = opening.work
        if work.id in person.barred or not self._may_at_all(person, number, age):
            return False
        most = person.most_minutes
        if most is not None and person.minutes + self.minutes[number] > most:
            return False
        if any(self._clash(work, one) for one in person.taken):
            return False
        if not person.worker.is_minor_on(self.days[number]):
            return True  # nobody grows younger until the shift ends
        rooms = self.day_rooms(person)
        days = self.day_minutes[number]
        return all(minutes <= rooms[day] for day, minutes in days if day in rooms)

    def day_rooms(self, person: Person) -> dict[date, int]:
        """The minutes a minor may still work, on each day on which anything is open."""
        if person.id not in self._rooms:
            self._rooms[person.id] = {
                day: self.task.limits.minor_minutes - _minutes_on(day, person.taken)
                for day in self._all_days
                if person.worker.is_minor_on(day)
            }
        return self._rooms[person.id]

    @cached_property
    def _all_days(self) -> list[date]:
        return sorted({day for days in self.day_minutes for day, _minutes in days})

    def _may_at_all(self, person: Person, number: int, age: int) -> bool:
        """The same for all of one age, with or without skills, approval and guardian."""
        worker, work = person.worker, self.openings[number].work
        is_able = work.skills <= worker.skills
        key = (number, age, worker.has_guardian, is_able, work.role_id in worker.approved)
        if key not in self._own:
            self._own[key] = not find_own_obstacles(worker, work, self.task.limits)
        return self._own[key]

    def _clash(self, one: Work, other: Work) -> bool:
        key = (one.id, other.id) if one.id < other.id else (other.id, one.id)
        if key not in self._clash_of:
            self._clash_of[key] = one.id == other.id or find_clash(one, other) is not None
        return self._clash_of[key]

    def _points(self, person: Person, number: int) -> int:
        work = self.openings[number].work
        points = NEAR[self.nearness(person, work)]
        if work.role_id in person.roles:
            points += ROLE
        if self.days[number] in person.days:
            points += DAY
        return points

    def nearness(self, person: Person, work: Work) -> Nearness:
        """As ``rules.nearness`` says; names of cities are compared often, so they are kept."""
        worker = person.worker
        same_province = worker.province_code == work.province_code
        home, place = self._key(worker.city), self._key(work.city)
        if home and home == place and (same_province or work.province_code is None):
            return Nearness.CITY
        if worker.province_code is not None and same_province:
            return Nearness.PROVINCE
        return Nearness.ELSEWHERE

    def _key(self, city: str | None) -> str:
        if city not in self._keys:
            self._keys[city] = city_key(city)
        return self._keys[city]


def _minutes_on(day: date, works: Sequence[Work]) -> int:
    pairs = [pair for work in works for pair in list_minutes_by_day(work)]
    return sum(minutes for on, minutes in pairs if on == day)


def cost_of_minutes(minutes: int) -> int:
    """What the hours of one person cost, in tenths of a point: each block more than the last."""
    cost, level = 0, 1
    while minutes > 0:
        part = min(minutes, BLOCK_MINUTES) if level < MOST_BLOCKS else minutes
        cost += level * BLOCK_POINTS * SCALE // BLOCK_MINUTES * part
        minutes -= part
        level += 1
    return cost


def list_cliques(clashes: Sequence[set[int]]) -> list[tuple[int, ...]]:
    """Sets of openings that all clash with each other, so that each clash lies in one of them."""
    left = {(one, other) for one, others in enumerate(clashes) for other in others if one < other}
    cliques = []
    for pair in sorted(left):
        if pair not in left:
            continue
        clique = list(pair)
        common = clashes[pair[0]] & clashes[pair[1]]
        while common:
            one = min(common)
            clique.append(one)
            common = common & clashes[one]
        clique.sort()
        cliques.append(tuple(clique))
        left.difference_update(combinations(clique, 2))
    return cliques


def group_rows(people: Sequence[Person]) -> dict[str, list[int]]:
    """The people of each group that has several, by their place in the task."""
    found: dict[str, list[int]] = defaultdict(list)
    for row, person in enumerate(people):
        if person.group:
            found[person.group].append(row)
    return {name: rows for name, rows in sorted(found.items()) if len(rows) > 1}
