"""What first come, first served would give on the same task: what a proposal is compared with."""

from collections.abc import Mapping

from gernas.booths.assigning.fitting import Fitting, in_one_group
from gernas.booths.assigning.tasks import Exhibitor, Rule, Settled, Spot, Task


def serve_first_come(task: Task) -> Mapping[int, int]:
    """The booth of each exhibitor who gets one, in the order in which they applied.

    Each takes the first of its wishes that is still free, else the best place left of those that
    it may have, and keeps the rules about neighbours and quotas while doing so. Nobody waits for
    a group, so its members stand where there is room.
    """
    fitting = Fitting(task)
    settled: dict[int, Settled] = dict(fitting.holders)
    left = {sponsor.id: sponsor.quota for sponsor in task.sponsors}
    for one in task.settled:
        if one.sponsor in left:
            left[one.sponsor] -= 1
    placed: dict[int, int] = {}
    for exhibitor in task.exhibitors:
        if task.has(Rule.SPONSOR) and left.get(exhibitor.sponsor or 0, 1) <= 0:
            continue
        spot = _choose(task, fitting, settled, exhibitor)
        if spot is None:
            continue
        placed[exhibitor.id] = spot.id
        settled[spot.id] = Settled(
            exhibitor.id,
            exhibitor.name,
            spot.id,
            product=exhibitor.product,
            sponsor=exhibitor.sponsor,
            group=exhibitor.group,
        )
        if exhibitor.sponsor in left:
            left[exhibitor.sponsor] -= 1
    return placed


def count_wishes(task: Task, placed: Mapping[int, int]) -> list[int]:
    """How many got their first, second and third wish."""
    counts = [0, 0, 0]
    for exhibitor in task.exhibitors:
        spot = placed.get(exhibitor.id)
        if spot in exhibitor.wishes:
            counts[exhibitor.wishes.index(spot)] += 1
    return counts


def _choose(
    task: Task, fitting: Fitting, settled: Mapping[int, Settled], exhibitor: Exhibitor
) -> Spot | None:
    possible = [
        spot
        for spot in fitting.free
        if spot.id not in settled
        and fitting.may_have(exhibitor, spot)
        and not _is_beside_same(task, settled, exhibitor, spot)
    ]
    wishes = {number: rank for rank, number in enumerate(exhibitor.wishes)}
    return min(
        possible,
        key=lambda spot: (wishes.get(spot.id, len(wishes)), -spot.goodness, spot.label),
        default=None,
    )


def _is_beside_same(
    task: Task, settled: Mapping[int, Settled], exhibitor: Exhibitor, spot: Spot
) -> bool:
    if not task.has(Rule.APART) or not exhibitor.product:
        return False
    beside = (settled.get(number) for number in spot.beside)
    return any(
        one.product == exhibitor.product and not in_one_group(task, exhibitor, one)
        for one in beside
        if one is not None
    )
