"""What the solver is asked and what it answers: plain values that pass between processes.

Ids are those of the rows: a work is a shift, an opening what a shift wants of one role, a person a
member.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Self

from gernas.youth.shifts.rules import Limits, Work, Worker


@dataclass(frozen=True)
class Opening:
    """Places of one role in one shift that nobody has."""

    id: int
    work: Work  # in the role
    free: int


@dataclass(frozen=True)
class Person:
    """Who could work; in a task they stand in the order in which they joined."""

    id: int
    worker: Worker
    taken: tuple[Work, ...] = ()  # places at all stops
    minutes: int = 0  # worked and taken in this programme so far
    most_minutes: int | None = None  # in all, as wished
    roles: frozenset[int] = frozenset()  # wished; empty: any
    days: frozenset[date] = frozenset()  # wished; empty: any
    group: str | None = None  # who want shifts together
    barred: frozenset[int] = frozenset()  # ids of shifts that are none of theirs, e.g. left before


@dataclass(frozen=True)
class Task:
    """All that a suggestion depends on: the same task gets the same answer."""

    openings: tuple[Opening, ...]
    people: tuple[Person, ...]
    limits: Limits = field(default_factory=Limits)
    seconds: int = 12

    @property
    def places(self) -> int:
        return sum(opening.free for opening in self.openings)

    def to_json(self) -> dict[str, Any]:
        works = {_work_key(one): one for one in self._works()}
        numbers = {key: number for number, key in enumerate(works)}
        return {
            "works": [_write_work(one) for one in works.values()],
            "openings": [[one.id, numbers[_work_key(one.work)], one.free] for one in self.openings],
            "people": [_write_person(one, numbers) for one in self.people],
            "limits": {
                "ages": list(self.limits.ages),
                "night": [one.isoformat() for one in self.limits.night],
                "minor_minutes": self.limits.minor_minutes,
            },
            "seconds": self.seconds,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """A task as ``to_json`` gave it."""
        works = [_read_work(one) for one in kept["works"]]
        limits = kept["limits"]
        starts, ends = (time.fromisoformat(one) for one in limits["night"])
        youngest, oldest = limits["ages"]
        return cls(
            tuple(Opening(number, works[work], free) for number, work, free in kept["openings"]),
            tuple(_read_person(one, works) for one in kept["people"]),
            Limits(
                ages=(youngest, oldest), night=(starts, ends), minor_minutes=limits["minor_minutes"]
            ),
            kept["seconds"],
        )

    def _works(self) -> list[Work]:
        return [
            *(one.work for one in self.openings),
            *(work for person in self.people for work in person.taken),
        ]


class Found(StrEnum):
    BEST = "best"  # proven: no suggestion is better
    GOOD = "good"  # the time ended before the proof
    NOTHING = "nothing"  # nobody may take any of the places


@dataclass(frozen=True)
class Answer:
    """Who could take which opening, sorted by opening and person."""

    found: Found
    placed: tuple[tuple[int, int], ...] = ()  # (opening, person)
    seconds: float = 0.0
    least_open: int = 0  # so many places stay open whatever is done; 0 if that is not known

    def to_json(self) -> dict[str, Any]:
        return {
            "found": str(self.found),
            "placed": [list(pair) for pair in self.placed],
            "seconds": self.seconds,
            "least_open": self.least_open,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """An answer as ``to_json`` gave it."""
        placed = tuple((opening, person) for opening, person in kept["placed"])
        return cls(Found(kept["found"]), placed, kept["seconds"], kept["least_open"])


_WORK_FIELDS = (
    *("id", "zone", "city", "province_code", "builds", "rest_minutes", "travel_minutes"),
    *("role_id", "minimum_age", "needs_approval"),
)


def _work_key(work: Work) -> tuple[int, int]:
    return work.id, work.role_id


def _write_work(work: Work) -> dict[str, Any]:
    return {
        **{name: getattr(work, name) for name in _WORK_FIELDS},
        "starts_at": work.starts_at.isoformat(),
        "ends_at": work.ends_at.isoformat(),
        "skills": sorted(work.skills),
    }


def _read_work(kept: Mapping[str, Any]) -> Work:
    moments = {name: datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at")}
    return Work(**{**kept, **moments, "skills": frozenset(kept["skills"])})


def _write_person(one: Person, numbers: Mapping[tuple[int, int], int]) -> dict[str, Any]:
    worker = one.worker
    return {
        "id": one.id,
        "worker": {
            "birth_date": worker.birth_date.isoformat(),
            "has_guardian": worker.has_guardian,
            "skills": sorted(worker.skills),
            "approved": sorted(worker.approved),
            "city": worker.city,
            "province_code": worker.province_code,
        },
        "taken": [numbers[_work_key(work)] for work in one.taken],
        "minutes": one.minutes,
        "most_minutes": one.most_minutes,
        "roles": sorted(one.roles),
        "days": sorted(day.isoformat() for day in one.days),
        "group": one.group,
        "barred": sorted(one.barred),
    }


def _read_person(kept: Mapping[str, Any], works: Sequence[Work]) -> Person:
    worker = kept["worker"]
    return Person(
        id=kept["id"],
        worker=Worker(
            **{
                **worker,
                "birth_date": date.fromisoformat(worker["birth_date"]),
                "skills": frozenset(worker["skills"]),
                "approved": frozenset(worker["approved"]),
            }
        ),
        taken=tuple(works[number] for number in kept["taken"]),
        minutes=kept["minutes"],
        most_minutes=kept["most_minutes"],
        roles=frozenset(kept["roles"]),
        days=frozenset(date.fromisoformat(day) for day in kept["days"]),
        group=kept["group"],
        barred=frozenset(kept["barred"]),
    )


def with_seconds(task: Task, seconds: int) -> Task:
    return replace(task, seconds=seconds)
