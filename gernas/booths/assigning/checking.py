"""Whether a placing still holds on the state as it is now: what has changed since is left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gernas.booths.assigning.fitting import Fitting
from gernas.booths.assigning.tasks import Exhibitor, Rule, Settled, Task


class Change(StrEnum):
    """What has happened since a proposal was made."""

    HAS_ONE = "has_one"  # the exhibitor has a booth by now, or is choosing one
    NO_PLACE = "no_place"  # it holds no place any more
    GONE = "gone"  # the booth was taken off the plan
    TAKEN = "taken"  # someone else has it
    LOCKED = "locked"
    RULES = "rules"  # needs, zones or neighbours changed


@dataclass(frozen=True)
class LeftOut:
    """A placing that holds no more."""

    id: int
    spot: int
    change: Change
    rules: tuple[Rule, ...] = ()


def check_placing(task: Task, placed: Mapping[int, int]) -> tuple[dict[int, int], list[LeftOut]]:
    """Divide a placing into what can be given now and what cannot.

    ``task`` is the state of now. Rules about many are looked at one exhibitor after the other, in
    the order of the task, so that of two whose products became the same the first one stays.
    """
    present = Fitting(task)
    holders = dict(present.holders)
    by_id = {one.id: one for one in task.exhibitors}
    settled = {one.id for one in task.settled}
    given: dict[int, int] = {}
    out: list[LeftOut] = []
    order = {one.id: number for number, one in enumerate(task.exhibitors)}
    for number, spot_id in sorted(placed.items(), key=lambda pair: order.get(pair[0], -1)):
        one = by_id.get(number)
        if one is None:
            change = Change.HAS_ONE if number in settled else Change.NO_PLACE
            out.append(LeftOut(number, spot_id, change))
            continue
        present.holders = holders
        found = _check(task, present, one, spot_id)
        if found is not None:
            out.append(found)
            continue
        given[number] = spot_id
        holders[spot_id] = _settle(one, spot_id)
    return given, out


def _check(task: Task, present: Fitting, one: Exhibitor, spot_id: int) -> LeftOut | None:
    spot = present.spots.get(spot_id)
    if spot is None:
        return LeftOut(one.id, spot_id, Change.GONE)
    if spot_id in present.holders:
        return LeftOut(one.id, spot_id, Change.TAKEN)
    if not spot.free:
        return LeftOut(one.id, spot_id, Change.LOCKED)
    rules = present.list_broken(one, spot)
    if not rules and _is_quota_full(task, present, one):
        rules = (Rule.SPONSOR,)
    return LeftOut(one.id, spot_id, Change.RULES, rules) if rules else None


def _is_quota_full(task: Task, present: Fitting, one: Exhibitor) -> bool:
    if not task.has(Rule.SPONSOR):
        return False
    quota = next((each.quota for each in task.sponsors if each.id == one.sponsor), None)
    have = sum(holder.sponsor == one.sponsor for holder in present.holders.values())
    return quota is not None and have >= quota


def _settle(one: Exhibitor, spot_id: int) -> Settled:
    return Settled(
        one.id, one.name, spot_id, product=one.product, sponsor=one.sponsor, group=one.group
    )
