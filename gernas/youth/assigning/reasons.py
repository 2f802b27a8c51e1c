"""Why somebody is suggested for a place, and why places stay open: facts, no words yet. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from gernas.youth.assigning.fitting import Fitting
from gernas.youth.assigning.placing import Placing
from gernas.youth.assigning.tasks import Person, Task
from gernas.youth.shifts.rules import Nearness, Work, find_obstacles

MOST_REASONS = 3


class Because(StrEnum):
    """What speaks for a person at a place."""

    SKILLS = "skills"  # has those that are needed
    ROLE = "role"  # wished
    DAY = "day"  # wished
    CITY = "city"  # lives there
    PROVINCE = "province"
    GROUP = "group"  # others of the group work there, too
    FEW_HOURS = "few_hours"  # had no hours before
    ONLY = "only"  # nobody else may


class Blocked(StrEnum):
    """Why somebody cannot fill a place that stays open, beside the rules of ``rules.Why``."""

    ENOUGH = "enough"  # as many hours as wished
    SUGGESTED = "suggested"  # is suggested for something at that time, or has enough by it
    LEFT = "left"  # gave the place up, or was taken off


@dataclass(frozen=True)
class Reason:
    opening: int
    person: int
    because: tuple[Because, ...]

    def to_json(self) -> list[Any]:
        return [self.opening, self.person, [str(one) for one in self.because]]

    @classmethod
    def of(cls, kept: Sequence[Any]) -> Self:
        opening, person, because = kept
        return cls(opening, person, tuple(Because(one) for one in because))


@dataclass(frozen=True)
class Gap:
    """An opening with places that nobody fills; ``counts`` say how many people each thing stops."""

    opening: int
    open: int
    counts: Mapping[str, int]  # of ``rules.Why`` and ``Blocked``; each person once

    def to_json(self) -> dict[str, Any]:
        return {"opening": self.opening, "open": self.open, "counts": dict(self.counts)}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        return cls(kept["opening"], kept["open"], kept["counts"])


def list_reasons(fitting: Fitting, placed: Iterable[tuple[int, int]]) -> list[Reason]:
    """Why each person stands where, the strongest reasons first; ``placed`` are ids."""
    placed = list(placed)
    numbers = {one.id: number for number, one in enumerate(fitting.openings)}
    people = {one.id: one for one in fitting.people}
    able = Counter(number for mine in fitting.eligible for number in mine)
    groups = Counter(
        (people[person].group, fitting.openings[numbers[opening]].work.id)
        for opening, person in placed
    )
    found = []
    for opening, person_id in placed:
        number, person = numbers[opening], people[person_id]
        work = fitting.openings[number].work
        near = fitting.nearness(person, work)
        holds = {
            Because.ONLY: able[number] <= fitting.openings[number].free,
            Because.ROLE: work.role_id in person.roles,
            Because.DAY: fitting.days[number] in person.days,
            Because.GROUP: bool(person.group) and groups[person.group, work.id] > 1,
            Because.SKILLS: bool(work.skills),
            Because.CITY: near == Nearness.CITY,
            Because.FEW_HOURS: person.minutes == 0,
            Because.PROVINCE: near == Nearness.PROVINCE,
        }
        because = tuple(one for one, true in holds.items() if true)
        found.append(Reason(opening, person_id, because[:MOST_REASONS]))
    return found


def list_gaps(task: Task, placed: Iterable[tuple[int, int]]) -> list[Gap]:
    """The openings with places that stay open, and what stops the people, each counted once."""
    of_opening: Counter[int] = Counter()
    given: dict[int, list[Work]] = defaultdict(list)
    works = {one.id: one.work for one in task.openings}
    for opening, person in placed:
        of_opening[opening] += 1
        given[person].append(works[opening])
    gaps = []
    for one in task.openings:
        left = one.free - of_opening[one.id]
        if left > 0:
            stops = (
                _what_stops(task, person, one.work, given[person.id]) for person in task.people
            )
            counts = Counter(stop for stop in stops if stop is not None)
            gaps.append(Gap(one.id, left, dict(counts.most_common())))
    return gaps


def _what_stops(task: Task, person: Person, work: Work, given: Sequence[Work]) -> str | None:
    """The first thing that stops a person; None for who is on the shift already."""
    if any(one.id == work.id for one in (*person.taken, *given)):
        return None
    if work.id in person.barred:
        return str(Blocked.LEFT)
    own = find_obstacles(person.worker, work, person.taken, task.limits)
    if own:
        return str(own[0].why)
    minutes = person.minutes + work.minutes
    if person.most_minutes is not None and minutes > person.most_minutes:
        return str(Blocked.ENOUGH)
    return str(Blocked.SUGGESTED)


def count_wishes(fitting: Fitting, placing: Placing | Iterable[tuple[int, int]]) -> int:
    """How many places are in a role or on a day that the person wished for."""
    pairs = placing.pairs() if isinstance(placing, Placing) else placing
    count = 0
    for number, row in pairs:
        person = fitting.people[row]
        work = fitting.openings[number].work
        count += work.role_id in person.roles or fitting.days[number] in person.days
    return count
