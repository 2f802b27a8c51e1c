"""What stands between a young person and a shift: pure functions, no database.

Pages, services and the solver of suggestions ask the same functions. Moments are aware; days and
nights are those of the zone in which the work is. Works of all stops count together.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

ADULT_AGE = 18

_PLACE_WORDS = re.compile(r"(?:kota adm\.?|kota administrasi|kota|kabupaten|kab\.?)\s+")
_NOT_IN_A_KEY = re.compile(r"[^0-9a-z]+")


class Why(StrEnum):
    """A reason for which somebody may not work a shift."""

    TOO_YOUNG = "too_young"  # for the programme or the role; ``Obstacle.number`` is the age
    TOO_OLD = "too_old"  # ``number`` is the oldest age
    GUARDIAN = "guardian"  # of a minor: none has agreed, or nobody has called yet
    NIGHT = "night"  # a minor's work, any minute of it
    BUILDING = "building"  # a minor at build-up or tear-down
    MINOR_HOURS = "minor_hours"  # more than ``number`` minutes on one day of a minor
    SKILLS = "skills"  # ``Obstacle.skills`` are missing
    APPROVAL = "approval"  # the role needs the coordinator's word
    OVERLAP = "overlap"  # with ``Obstacle.other``
    REST = "rest"  # fewer than ``number`` minutes between days
    TRAVEL = "travel"  # fewer than ``number`` minutes to another city


class Nearness(IntEnum):
    """How near a place is to somebody's home."""

    CITY = 0
    PROVINCE = 1
    ELSEWHERE = 2


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the settings of the site say, see ``config.Settings``."""

    ages: tuple[int, int] = (16, 30)  # in whole years on the day, both inclusive
    night: tuple[time, time] = (time(18), time(6))  # from one to the other, local time
    minor_minutes: int = 240  # a day


@dataclass(frozen=True, kw_only=True)
class Work:
    """A shift in one of its roles; ``id`` is the shift's.

    Of works that somebody has taken already, the role's wishes are not looked at.
    """

    id: int
    starts_at: datetime
    ends_at: datetime
    zone: str  # IANA, of the event
    city: str | None = None  # any spelling
    province_code: str | None = None
    builds: bool = False  # build-up or tear-down
    rest_minutes: int = 0  # of its programme: between shifts on different days
    travel_minutes: int = 0  # between cities; twice that to another province
    role_id: int = 0
    minimum_age: int = 0
    skills: frozenset[str] = frozenset()
    needs_approval: bool = False

    @property
    def day(self) -> date:
        """The local day on which it begins: ages count on it."""
        return self.starts_at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def minutes(self) -> int:
        return _minutes_between(self.starts_at, self.ends_at)


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Somebody who would like to work, as the rules see it."""

    birth_date: date
    has_guardian: bool = False  # whose consent counts; asked for minors only
    skills: frozenset[str] = frozenset()
    approved: frozenset[int] = field(default_factory=frozenset)  # ids of roles
    city: str | None = None
    province_code: str | None = None

    def age_on(self, day: date) -> int:
        return age_on(self.birth_date, day)

    def is_minor_on(self, day: date) -> bool:
        return self.age_on(day) < ADULT_AGE


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """Why not, with what the sentence about it needs."""

    why: Why
    number: int | None = None  # years or minutes
    skills: tuple[str, ...] = ()
    other: Work | None = None


def find_obstacles(
    person: Worker, shift: Work, taken: Sequence[Work], limits: Limits
) -> list[Obstacle]:
    """All that stands against a shift, beside what the person has taken; [] if nothing does.

    The shift itself among ``taken`` is passed over, so a shift that was moved can be checked again.
    """
    others = [one for one in taken if one.id != shift.id]
    found = find_own_obstacles(person, shift, limits)
    crowded = find_crowded_day(person, shift, others, limits)
    clashes = (find_clash(shift, one) for one in others)
    return [*found, *([crowded] if crowded else []), *(one for one in clashes if one)]


def find_own_obstacles(person: Worker, shift: Work, limits: Limits) -> list[Obstacle]:
    """What stands against a shift whatever else the person does."""
    age = person.age_on(shift.day)
    youngest, oldest = limits.ages
    found = []
    if age < max(youngest, shift.minimum_age):
        found.append(Obstacle(why=Why.TOO_YOUNG, number=max(youngest, shift.minimum_age)))
    if age > oldest:
        found.append(Obstacle(why=Why.TOO_OLD, number=oldest))
    if person.is_minor_on(shift.day):
        found += _find_obstacles_of_minor(person, shift, limits)
    missing = shift.skills - person.skills
    if missing:
        found.append(Obstacle(why=Why.SKILLS, skills=tuple(sorted(missing))))
    if shift.needs_approval and shift.role_id not in person.approved:
        found.append(Obstacle(why=Why.APPROVAL))
    return found


def _find_obstacles_of_minor(person: Worker, shift: Work, limits: Limits) -> Iterator[Obstacle]:
    if not person.has_guardian:
        yield Obstacle(why=Why.GUARDIAN)
    if shift.builds:
        yield Obstacle(why=Why.BUILDING)
    if touches_night(shift, limits):
        yield Obstacle(why=Why.NIGHT)


def find_crowded_day(
    person: Worker, shift: Work, others: Sequence[Work], limits: Limits
) -> Obstacle | None:
    """Whether a minor would work too long on a day of the shift, all its works together."""
    for day, minutes in list_minutes_by_day(shift):
        if not person.is_minor_on(day):
            continue
        besides = sum(
            theirs for one in others for on, theirs in list_minutes_by_day(one) if on == day
        )
        if minutes + besides > limits.minor_minutes:
            return Obstacle(why=Why.MINOR_HOURS, number=limits.minor_minutes)
    return None


def find_clash(one: Work, other: Work) -> Obstacle | None:
    """Why one person cannot work both; the same whichever is asked about, ``other`` apart."""
    first, second = sorted((one, other), key=lambda work: (work.starts_at, work.ends_at, work.id))
    if second.starts_at < first.ends_at:
        return Obstacle(why=Why.OVERLAP, other=other)
    gap = second.starts_at - first.ends_at
    travel = minutes_between_places(first, second)
    if gap < timedelta(minutes=travel):
        return Obstacle(why=Why.TRAVEL, number=travel, other=other)
    rest = max(first.rest_minutes, second.rest_minutes) if first.day != second.day else 0
    if gap < timedelta(minutes=rest):
        return Obstacle(why=Why.REST, number=rest, other=other)
    return None


def minutes_between_places(one: Work, other: Work) -> int:
    """How long the way takes: nothing within a city, twice as much to another province.

    What is not known is taken to be the same.
    """
    minutes = max(one.travel_minutes, other.travel_minutes)
    provinces = {one.province_code, other.province_code} - {None}
    if len(provinces) > 1:
        return 2 * minutes
    cities = {city_key(one.city), city_key(other.city)} - {""}
    return minutes if len(cities) > 1 else 0


def touches_night(shift: Work, limits: Limits) -> bool:
    """Whether any minute of a shift lies in the night of its place."""
    zone = ZoneInfo(shift.zone)
    starts, ends = limits.night
    day = shift.day - timedelta(days=1)
    while day <= shift.ends_at.astimezone(zone).date():
        until = day if starts < ends else day + timedelta(days=1)
        dusk = datetime.combine(day, starts, zone).astimezone(UTC)
        dawn = datetime.combine(until, ends, zone).astimezone(UTC)
        if starts != ends and shift.starts_at < dawn and dusk < shift.ends_at:
            return True
        day += timedelta(days=1)
    return False


def list_minutes_by_day(shift: Work) -> list[tuple[date, int]]:
    """The local days of a shift with its minutes on each."""
    zone = ZoneInfo(shift.zone)
    found = []
    begins, day = shift.starts_at, shift.day
    while begins < shift.ends_at:
        midnight = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
        ends = min(midnight, shift.ends_at)
        found.append((day, _minutes_between(begins, ends)))
        begins, day = ends, day + timedelta(days=1)
    return found


def nearness(person: Worker, shift: Work) -> Nearness:
    """How near a shift is to where somebody lives; a place that is not known is elsewhere."""
    same_province = person.province_code == shift.province_code
    home, place = city_key(person.city), city_key(shift.city)
    if home and home == place and (same_province or shift.province_code is None):
        return Nearness.CITY
    if person.province_code is not None and same_province:
        return Nearness.PROVINCE
    return Nearness.ELSEWHERE


def city_key(city: str | None) -> str:
    """A city in small letters without "Kota" or "Kabupaten", to compare spellings; "" if none."""
    words = _PLACE_WORDS.sub("", (city or "").strip().lower(), count=1)
    return _NOT_IN_A_KEY.sub(" ", words).strip()


def age_on(birth_date: date, day: date) -> int:
    """Whole years on a local day; born on 29 February counts from 1 March in other years."""
    had = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (not had)


def _minutes_between(starts_at: datetime, ends_at: datetime) -> int:
    return int((ends_at - starts_at).total_seconds() // 60)
