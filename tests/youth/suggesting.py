"""An independent reading of the rules: checks a placing with plain dates.

It knows nothing of ``gernas.youth.shifts.rules`` or ``assigning.fitting``; what it needs it works
out anew from the birth dates, times, cities and limits of a task.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from gernas.youth.assigning.tasks import Person, Task
from gernas.youth.shifts.rules import Work


def list_broken(task: Task, placed: Iterable[tuple[int, int]]) -> list[str]:
    """Every rule that the placing breaks, in words; [] if it keeps all."""
    placed = list(placed)
    openings = {one.id: one for one in task.openings}
    people = {one.id: one for one in task.people}
    broken = []
    for opening, count in Counter(opening for opening, _person in placed).items():
        if count > openings[opening].free:
            broken.append(f"opening {opening} has {count} for {openings[opening].free} places")
    works: dict[int, list[Work]] = defaultdict(list)
    for opening, number in placed:
        works[number].append(openings[opening].work)
    for number, given in works.items():
        person = people[number]
        broken += [f"person {number}: {why}" for why in _check_person(task, person, given)]
    return broken


def _check_person(task: Task, person: Person, given: list[Work]) -> Iterable[str]:
    for work in given:
        yield from _check_alone(task, person, work)
        if work.id in person.barred:
            yield f"shift {work.id} was given up"
    everything = [*person.taken, *given]
    for one, other in combinations(everything, 2):
        if one in person.taken and other in person.taken:
            continue
        why = _check_together(one, other)
        if why:
            yield f"shifts {one.id} and {other.id}: {why}"
    minutes = sum(_minutes(work) for work in given)
    if person.most_minutes is not None and person.minutes + minutes > person.most_minutes:
        yield "more hours than wished"
    yield from _check_days(task, person, given)


def _check_days(task: Task, person: Person, given: list[Work]) -> Iterable[str]:
    by_day: dict[date, int] = Counter()
    for work in (*person.taken, *given):
        moment = work.starts_at
        while moment < work.ends_at:  # minute by minute: slow and plain
            by_day[_local(moment, work).date()] += 1
            moment += timedelta(minutes=1)
    touched = {_local(work.starts_at, work).date() for work in given}
    touched |= {_local(work.ends_at - timedelta(minutes=1), work).date() for work in given}
    for day in touched:
        if _age(person, day) < 18 and by_day[day] > task.limits.minor_minutes:
            yield f"{by_day[day]} minutes on {day} at the age of {_age(person, day)}"


def _check_alone(task: Task, person: Person, work: Work) -> Iterable[str]:
    day = _local(work.starts_at, work).date()
    age = _age(person, day)
    youngest, oldest = task.limits.ages
    if not max(youngest, work.minimum_age) <= age <= oldest:
        yield f"shift {work.id} at the age of {age}"
    if age < 18:
        if not person.worker.has_guardian:
            yield f"shift {work.id} without a guardian"
        if work.builds:
            yield f"builds at {age}"
        starts, ends = task.limits.night
        moment = work.starts_at
        while moment < work.ends_at:
            clock = _local(moment, work).time()
            if clock >= starts or clock < ends:  # the night of these tests goes over midnight
                yield f"shift {work.id} at night at the age of {age}"
                break
            moment += timedelta(minutes=1)
    for skill in work.skills:
        if skill not in person.worker.skills:
            yield f"shift {work.id} without {skill}"
    if work.needs_approval and work.role_id not in person.worker.approved:
        yield f"shift {work.id} without approval"


def _check_together(one: Work, other: Work) -> str | None:
    first, second = (one, other) if one.starts_at <= other.starts_at else (other, one)
    gap = (second.starts_at - first.ends_at) / timedelta(minutes=1)
    if gap < 0:
        return "overlap"
    if one.province_code != other.province_code:
        needed = 2 * max(one.travel_minutes, other.travel_minutes)
    elif one.city != other.city:
        needed = max(one.travel_minutes, other.travel_minutes)
    else:
        needed = 0
    if _local(first.starts_at, first).date() != _local(second.starts_at, second).date():
        needed = max(needed, one.rest_minutes, other.rest_minutes)
    return f"{gap:.0f} minutes between, {needed} needed" if gap < needed else None


def _minutes(work: Work) -> int:
    return int((work.ends_at - work.starts_at) / timedelta(minutes=1))


def _local(moment: datetime, work: Work) -> datetime:
    return moment.astimezone(ZoneInfo(work.zone))


def _age(person: Person, day: date) -> int:
    born = person.worker.birth_date
    return day.year - born.year - (1 if (day.month, day.day) < (born.month, born.day) else 0)
