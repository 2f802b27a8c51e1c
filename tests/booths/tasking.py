"""Small tasks for the solver, and an own look at whether an answer keeps the rules."""

from collections.abc import Mapping
from itertools import permutations

from hypothesis import strategies as st

from gernas.booths.assigning.fitting import Fitting
from gernas.booths.assigning.tasks import Exhibitor, Rule, Settled, Sponsor, Spot, Task

SECTORS = ("food", "craft")
PRODUCTS = (None, "kopi", "keripik")


def row_of(count: int, **values: object) -> tuple[Spot, ...]:
    """Booths 1, 2, … in a row, each beside the next."""
    return tuple(
        Spot(
            id=number,
            label=f"A{number:02}",
            beside=tuple(one for one in (number - 1, number + 1) if 0 < one <= count),
            **values,  # type: ignore[arg-type]
        )
        for number in range(1, count + 1)
    )


def people(*names: str, **values: object) -> tuple[Exhibitor, ...]:
    """Exhibitors 101, 102, … in the order in which they applied."""
    return tuple(
        Exhibitor(id=101 + number, name=name, **values)  # type: ignore[arg-type]
        for number, name in enumerate(names)
    )


@st.composite
def tasks(draw: st.DrawFn, *, most: int = 5) -> Task:
    """A row of booths and as many exhibitors or fewer, with everything that rules look at."""
    booths = draw(st.integers(1, most))
    count = draw(st.integers(1, booths))
    yes = st.booleans()
    spots = tuple(
        Spot(
            id=spot.id,
            label=spot.label,
            zone=draw(st.sampled_from(("A", "B"))),
            sectors=draw(st.sampled_from(((), (), ("food",)))),
            sponsor=draw(st.sampled_from((None, None, None, 1))),
            width=draw(st.sampled_from((200, 300))),
            amps=draw(st.sampled_from((2, 10))),
            water=draw(yes),
            accessible=draw(yes),
            goodness=draw(st.integers(0, 100)),
            beside=spot.beside,
        )
        for spot in row_of(booths)
    )
    exhibitors = tuple(
        Exhibitor(
            id=100 + number,
            name=f"Usaha {number}",
            sector=draw(st.sampled_from(SECTORS)),
            zone=draw(st.sampled_from((None, None, "A"))),
            width=draw(st.sampled_from((0, 0, 300))),
            amps=draw(st.sampled_from((0, 2, 2, 10))),
            water=draw(st.sampled_from((False, False, True))),
            accessible=draw(st.sampled_from((False, False, True))),
            product=draw(st.sampled_from(PRODUCTS)),
            sponsor=draw(st.sampled_from((None, 1))),
            group=draw(st.sampled_from((None, None, 7))),
            wishes=tuple(draw(st.lists(st.integers(1, booths), unique=True, max_size=3))),
            unluck=draw(st.integers(0, 8)),
        )
        for number in range(1, count + 1)
    )
    rules = draw(st.sets(st.sampled_from(list(Rule))))
    return Task(
        spots=spots,
        exhibitors=exhibitors,
        sponsors=(Sponsor(1, "Bank", draw(st.integers(0, 3))),),
        groups=((7, "Sentra Kopi"),),
        rules=tuple(rule for rule in Rule if rule in rules),
        seconds=5,
    )


def list_broken(task: Task, placed: Mapping[int, int]) -> list[str]:
    """What an answer breaks, looked at without the solver's own parts; [] when all is kept."""
    spots = {spot.id: spot for spot in task.spots}
    by_id = {one.id: one for one in task.exhibitors}
    has = task.rules.__contains__
    wrong = []
    if len(set(placed.values())) < len(placed):
        wrong.append("two in one booth")
    if has(Rule.EVERYONE) and set(placed) != set(by_id):
        wrong.append("someone has none")
    for number, spot_id in placed.items():
        one, spot = by_id[number], spots[spot_id]
        zone = spot.zone == one.zone if one.zone else not spot.sectors or one.sector in spot.sectors
        checks = {
            Rule.ZONE: zone,
            Rule.SIZE: one.width <= max(spot.width, spot.depth),
            Rule.POWER: one.amps <= spot.amps,
            Rule.WATER: spot.water or not one.water,
            Rule.ACCESSIBLE: spot.accessible or not one.accessible,
            Rule.SPONSOR: spot.sponsor in (None, one.sponsor),
        }
        wrong += [f"{rule} {number}" for rule, kept in checks.items() if has(rule) and not kept]
        if not spot.free:
            wrong.append(f"taken {spot_id}")
    return wrong + _list_broken_by_many(task, placed)


def _list_broken_by_many(task: Task, placed: Mapping[int, int]) -> list[str]:
    spots = {spot.id: spot for spot in task.spots}
    there: dict[int, Exhibitor | Settled] = {one.spot: one for one in task.settled}
    there |= {placed[one.id]: one for one in task.exhibitors if one.id in placed}
    wrong = []
    for number, one in there.items():
        for other in (there[beside] for beside in spots[number].beside if beside in there):
            together = Rule.TOGETHER in task.rules and one.group and one.group == other.group
            new = one.id in placed or other.id in placed
            if Rule.APART in task.rules and new and not together:
                wrong += (
                    [f"beside {one.id}"] if one.product and one.product == other.product else []
                )
    for group, _ in task.groups:
        booths = {number for number, one in there.items() if one.group == group}
        members = [one for one in task.exhibitors if one.group == group]
        some = [one for one in members if one.id in placed]
        if Rule.TOGETHER in task.rules and some:
            if len(some) < len(members):
                wrong.append(f"group {group} in part")
            if not _hang_together(spots, booths):
                wrong.append(f"group {group} apart")
    for sponsor in task.sponsors:
        have = sum(one.sponsor == sponsor.id for one in there.values())
        new = any(one.sponsor == sponsor.id for one in task.exhibitors if one.id in placed)
        if Rule.SPONSOR in task.rules and new and have > sponsor.quota:
            wrong.append(f"quota {sponsor.id}")
    return wrong


def _hang_together(spots: Mapping[int, Spot], booths: set[int]) -> bool:
    reached, edge = set(), [min(booths)]
    while edge:
        one = edge.pop()
        if one not in reached:
            reached.add(one)
            edge += [other for other in spots[one].beside if other in booths]
    return reached == booths


def find_best(task: Task) -> int | None:
    """The value of the best placing that keeps the rules, by trying all; None without any."""
    fitting = Fitting(task)
    count = len(task.exhibitors)
    free: list[Spot | None] = [spot for spot in task.spots if spot.free]
    if Rule.EVERYONE not in task.rules:
        free += [None] * count
    best: int | None = None
    for chosen in set(permutations(free, count)):
        pairs = list(zip(task.exhibitors, chosen, strict=True))
        placed = {one.id: spot.id for one, spot in pairs if spot is not None}
        if list_broken(task, placed):
            continue
        values = [
            fitting.value(row, one, spot)
            for row, (one, spot) in enumerate(pairs)
            if spot is not None
        ]
        best = max(sum(values), best if best is not None else 0)
    return best
