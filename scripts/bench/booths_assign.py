"""Assigning 400 exhibitors to 400 booths with all rules, beside first come, first served."""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gernas.booths.assigning.first_come import count_wishes, serve_first_come
from gernas.booths.assigning.neighbours import Place, list_beside, rate_places
from gernas.booths.assigning.solver import ask_solver
from gernas.booths.assigning.tasks import Exhibitor, Found, Sponsor, Spot, Task
from scripts.bench.figures import CannotMeasure, Figure, Group, Target, Wanted

ALL = 400
LIMIT = 10  # seconds that the solver is given
NAMES = (
    *("assign.400-seconds", "assign.400-gap", "assign.400-proven", "assign.400-booths"),
    *("assign.400-first-wishes", "assign.400-wishes", "assign.400-again"),
    *("assign.first-come-booths", "assign.first-come-first-wishes", "assign.first-come-wishes"),
)

ROW = 20  # booths in a row; two rows stand back to back
SIDE, AISLE = 300, 300  # cm
SECTORS = ("food", "drink", "fashion", "craft", "beauty")
PRODUCTS = 12  # in each sector
PROVINCES = ("ID-JA", "ID-BA", "ID-SN")
PAST = ((0, 70), (1, 10), (2, 10), (3, 6), (5, 4))  # points of bad luck, and how many have them


def groups() -> list[Group]:
    return [Group(NAMES, _measure)]


def _measure(_wanted: Wanted) -> Iterator[Figure]:
    task = make_task(ALL, ALL, seconds=LIMIT)
    started = time.monotonic()
    answer = ask_solver(task)
    took = time.monotonic() - started
    if not answer.placed:
        raise CannotMeasure(f"no proposal: {answer.found} {answer.clashes}")
    again = ask_solver(task)
    wishes, served = count_wishes(task, answer.placed), serve_first_come(task)
    first_come = count_wishes(task, served)
    values: Sequence[tuple[float, str, Target]] = (
        (took, "s", Target(most=LIMIT)),
        (answer.gap * 100, "%", Target(most=5)),
        (float(answer.found == Found.BEST), "yes=1", Target()),
        (len(answer.placed), "booths", Target(least=ALL)),
        (wishes[0], "wishes", Target(least=first_come[0])),
        (sum(wishes), "wishes", Target(least=sum(first_come))),
        (float(again.placed == answer.placed), "yes=1", Target(least=1)),
        (len(served), "booths", Target()),
        (first_come[0], "wishes", Target()),
        (sum(first_come), "wishes", Target()),
    )
    for name, (value, unit, target) in zip(NAMES, values, strict=True):
        yield Figure(name, value, unit, target)


def make_task(booths: int, exhibitors: int, *, seed: int = 1, seconds: int = LIMIT) -> Task:
    """A hall of five zones with a sponsor's block; exhibitors with wishes, needs and a past.

    Wishes crowd on the good places, as they do; a fifth has none. A tenth stand in groups.
    """
    chance = random.Random(seed)  # noqa: S311 - made-up people, always the same
    spots = _make_spots(booths, chance)
    people = [_make_exhibitor(number, spots, chance) for number in range(exhibitors)]
    people = [
        replace(one, sponsor=1) if number // len(SECTORS) % 9 == 2 else one
        for number, one in enumerate(people)
    ]
    together = _make_groups(people, chance)
    return Task(
        spots=tuple(spots),
        exhibitors=tuple(people),
        sponsors=(Sponsor(1, "Bank Lampung", sum(one.sponsor == 1 for one in people)),),
        groups=tuple((number, f"Kelompok {number}") for number in range(1, together + 1)),
        seconds=seconds,
    )


def _make_spots(booths: int, chance: random.Random) -> list[Spot]:
    places = []
    for number in range(booths):
        row, column = divmod(number, ROW)
        y = row // 2 * (2 * SIDE + AISLE) + row % 2 * SIDE
        corner = column in (0, ROW - 1)
        places.append(Place(number + 1, column * SIDE, y, SIDE, SIDE, corner=corner))
    width = ROW * SIDE
    gates = [Place(1, width // 2, places[-1].y + 600, 400, 50)]
    stages = [Place(2, 0, -600, 800, 400)]
    beside = list_beside(places)
    good = rate_places(places, gates=gates, stages=stages)
    spots = []
    for place in places:
        sector = (place.id - 1) * len(SECTORS) // booths
        column = (place.id - 1) % ROW
        spots.append(
            Spot(
                id=place.id,
                label=f"{'ABCDE'[sector]}{place.id:03}",
                zone="ABCDE"[sector],
                sectors=(SECTORS[sector],),
                sponsor=1 if column in (5, 6) and chance.random() < 0.8 else None,
                amps=chance.choice((2, 4, 6, 10)),
                water=column % 4 == 0,
                accessible=place.corner or column % 3 == 0,
                goodness=good[place.id],
                beside=beside[place.id],
            )
        )
    return spots


def _make_exhibitor(number: int, spots: Sequence[Spot], chance: random.Random) -> Exhibitor:
    """Takes part in the sector of its turn, so that each zone is full and none too full."""
    sector = SECTORS[number % len(SECTORS)]
    needs = chance.random()
    unluck = chance.choices([points for points, _ in PAST], [share for _, share in PAST])[0]
    one = Exhibitor(
        id=1_000 + number,
        name=f"Usaha {number}",
        sector=sector,
        width=300 if needs < 0.5 else 200,
        depth=200,
        amps=6 if needs < 0.1 else 2,
        water=0.1 < needs < 0.15,
        accessible=0.15 < needs < 0.2,
        product=f"{sector}-{chance.randrange(PRODUCTS)}" if chance.random() < 0.8 else None,
        unluck=unluck,
        unlucky_in=(chance.choice(PROVINCES),) if unluck else (),
    )
    return replace(one, wishes=_wish(one, spots, chance))


def _wish(one: Exhibitor, spots: Sequence[Spot], chance: random.Random) -> tuple[int, ...]:
    if chance.random() < 0.2:
        return ()
    allowed = [spot for spot in spots if one.sector in spot.sectors and spot.sponsor is None]
    weights = [(10 + spot.goodness) ** 2 for spot in allowed]
    drawn = chance.choices(allowed, weights, k=6)
    return tuple(dict.fromkeys(spot.id for spot in drawn))[:3]


def _make_groups(people: list[Exhibitor], chance: random.Random) -> int:
    """Groups of two to four of one sector; returns how many."""
    wanted = len(people) // 10
    free = [number for number, one in enumerate(people) if one.sponsor is None]
    groups = 0
    while wanted > 1:
        first = chance.choice(free)
        alike = [number for number in free if people[number].sector == people[first].sector]
        size = min(chance.choice((2, 2, 3, 4)), wanted, len(alike))
        if size < 2:
            break
        groups += 1
        for number in chance.sample(alike, size):
            people[number] = replace(people[number], group=groups, amps=2, water=False)
            free.remove(number)
        wanted -= size
    return groups
