"""Suggesting shifts for 500 young people and 300 shifts, beside first come, first served."""

import random
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from gernas.youth.assigning.fitting import Fitting
from gernas.youth.assigning.placing import serve_first_come, value_of
from gernas.youth.assigning.solver import ask_solver
from gernas.youth.assigning.tasks import Opening, Person, Task
from gernas.youth.shifts.rules import Work, Worker
from scripts.bench.figures import CannotMeasure, Figure, Group, Target, Wanted

PEOPLE, SHIFTS = 500, 300
LIMIT = 15  # seconds from asking to the answer
NAMES = (
    *(
        "youth.suggest-500-seconds",
        "youth.suggest-500-filled",
        "youth.suggest-500-share",
        "youth.suggest-500-again",
    ),
    *(
        "youth.suggest-500-busiest-hours",
        "youth.suggest-500-value",
        "youth.suggest-first-come-filled",
    ),
    *(
        "youth.suggest-first-come-share",
        "youth.suggest-first-come-busiest-hours",
        "youth.suggest-first-come-value",
    ),
)

CITIES = (
    ("Bandar Lampung", "ID-LA"),
    ("Metro", "ID-LA"),
    ("Pringsewu", "ID-LA"),
    ("Palembang", "ID-SS"),
)
SKILLS = ("photo", "video", "marketplace", "ads", "design", "language", "driving")
ROLES: tuple[tuple[int, frozenset[str], bool, int], ...] = (  # id, skills, approval, least age
    (1, frozenset(), False, 16),
    (2, frozenset({"marketplace"}), False, 16),
    (3, frozenset({"photo"}), False, 16),
    (4, frozenset({"video"}), False, 16),
    (5, frozenset({"language"}), True, 18),
    (6, frozenset({"driving"}), False, 18),
)
STARTS = (7, 8, 9, 12, 13, 16, 18)  # o'clock, WIB
FIRST_DAY = date(2022, 7, 1)
DAYS = 30


def groups() -> list[Group]:
    return [Group(NAMES, _measure)]


def _measure(_wanted: Wanted) -> Iterator[Figure]:
    task = make_task(PEOPLE, SHIFTS)
    started = time.monotonic()
    answer = ask_solver(task)
    took = time.monotonic() - started
    if not answer.placed:
        raise CannotMeasure(f"no suggestion: {answer.found}")
    again = ask_solver(task)
    fitting = Fitting(task)
    numbers = {one.id: number for number, one in enumerate(fitting.openings)}
    rows = {one.id: row for row, one in enumerate(fitting.people)}
    pairs = [(numbers[opening], rows[person]) for opening, person in answer.placed]
    first_come = serve_first_come(fitting).pairs()
    values: Sequence[tuple[float, str, Target]] = (
        (took, "s", Target(most=LIMIT)),
        (len(pairs), "places", Target(least=len(first_come))),
        (100 * len(pairs) / task.places, "%", Target()),
        (float(again.placed == answer.placed), "yes=1", Target(least=1)),
        (_busiest(fitting, pairs), "h", Target()),
        (value_of(fitting, pairs), "points", Target(least=value_of(fitting, first_come))),
        (len(first_come), "places", Target()),
        (100 * len(first_come) / task.places, "%", Target()),
        (_busiest(fitting, first_come), "h", Target()),
        (value_of(fitting, first_come), "points", Target()),
    )
    for name, (value, unit, target) in zip(NAMES, values, strict=True):
        yield Figure(name, value, unit, target)


def _busiest(fitting: Fitting, pairs: Sequence[tuple[int, int]]) -> float:
    """The most hours that anyone gets by these pairs, beside those before."""
    minutes = [0] * len(fitting.people)
    for number, row in pairs:
        minutes[row] += fitting.minutes[number]
    return max(minutes) / 60


def make_task(people: int, shifts: int, *, seed: int = 1, seconds: int = 10) -> Task:
    """A month of shifts in four cities, and people of whom a few are minors; always the same."""
    chance = random.Random(seed)  # noqa: S311 - an example
    openings: list[Opening] = []
    for number in range(1, shifts + 1):
        openings += _make_shift(chance, number, len(openings))
    openings.sort(key=lambda one: (one.work.starts_at, one.id))
    members = [_make_person(chance, number) for number in range(1, people + 1)]
    return Task(tuple(openings), tuple(members), seconds=seconds)


def _make_shift(chance: random.Random, number: int, before: int) -> list[Opening]:
    city, province = chance.choices(CITIES, (60, 20, 15, 5))[0]
    day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(
        hours=chance.choice(STARTS) - 7
    )
    ends = begins + timedelta(hours=chance.choice((3, 4, 4, 5)))
    builds = chance.random() < 0.08
    found: list[Opening] = []
    for role, skills, approval, least in chance.sample(ROLES, chance.choice((1, 2, 3, 4))):
        work = Work(
            id=number,
            starts_at=begins,
            ends_at=ends,
            zone="Asia/Jakarta",
            city=city,
            province_code=province,
            builds=builds,
            rest_minutes=480,
            travel_minutes=180,
            role_id=role,
            minimum_age=least,
            skills=skills,
            needs_approval=approval,
        )
        found.append(Opening(before + len(found) + 1, work, chance.randint(1, 5)))
    return found


def _make_person(chance: random.Random, number: int) -> Person:
    city, province = chance.choices(CITIES, (55, 25, 15, 5))[0]
    is_minor = chance.random() < 0.12
    age = chance.choice((16, 17)) if is_minor else chance.randint(18, 29)
    days = [FIRST_DAY + timedelta(days=chance.randrange(DAYS)) for _ in range(6)]
    return Person(
        id=number,
        worker=Worker(
            birth_date=date(2022 - age, 1, 15),
            has_guardian=is_minor and chance.random() < 0.8,
            skills=frozenset(chance.sample(SKILLS, chance.choice((0, 0, 1, 1, 2)))),
            approved=frozenset({5}) if chance.random() < 0.1 else frozenset(),
            city=city,
            province_code=province,
        ),
        minutes=chance.choice((0, 0, 0, 240, 480)),
        most_minutes=chance.choice((None, 480, 720, 960)),
        roles=frozenset(chance.sample(range(1, 7), chance.choice((0, 1, 2)))),
        days=frozenset(days) if chance.random() < 0.4 else frozenset(),
        group=f"kelompok {chance.randrange(40)}" if chance.random() < 0.25 else None,
    )
