"""Why each exhibitor gets what a proposal gives: which wish, and what became of the dearer ones."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from gernas.booths.assigning.fitting import Fitting, in_one_group
from gernas.booths.assigning.tasks import Exhibitor, Rule, Spot, Task


class Cause(StrEnum):
    """Why a wish was not fulfilled, or why there is no booth at all."""

    UNFIT = "unfit"  # a rule stands against it
    TAKEN = "taken"  # someone had it already
    LOCKED = "locked"  # given by hand only
    UNLUCKY = "unlucky"  # who gets it was unlucky before
    HIGHER = "higher"  # who gets it wished for it more
    EARLIER = "earlier"  # who gets it applied earlier
    APART = "apart"  # the same product stands beside it
    TOGETHER = "together"  # its group stands elsewhere
    WHOLE = "whole"  # so more wishes are fulfilled together
    NOTHING_FITS = "nothing_fits"
    FULL = "full"  # no booth was left


@dataclass(frozen=True)
class Missed:
    """A wish that was not fulfilled; with rank 0 the booth that nobody could give."""

    rank: int
    spot: int
    cause: Cause
    other: int | None = None  # who has or gets it, or stands beside it
    rules: tuple[Rule, ...] = ()
    provinces: tuple[str, ...] = ()  # where the other was unlucky


@dataclass(frozen=True)
class Why:
    """What an exhibitor gets: ``rank`` is that of the fulfilled wish."""

    id: int
    spot: int | None
    rank: int | None = None
    unlucky_in: tuple[str, ...] = ()  # which spoke for this exhibitor
    missed: tuple[Missed, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """A reason as ``to_json`` gave it."""
        missed = tuple(
            Missed(
                rank=one["rank"],
                spot=one["spot"],
                cause=Cause(one["cause"]),
                other=one["other"],
                rules=tuple(Rule(rule) for rule in one["rules"]),
                provinces=tuple(one["provinces"]),
            )
            for one in kept["missed"]
        )
        unlucky_in = tuple(kept["unlucky_in"])
        return cls(kept["id"], kept["spot"], kept["rank"], unlucky_in, missed)


class Reasons:
    """The reasons of a whole placing."""

    def __init__(self, task: Task, placed: Mapping[int, int]) -> None:
        self.task = task
        self.placed = placed
        self.fitting = Fitting(task)
        self.order = {one.id: number for number, one in enumerate(task.exhibitors)}
        by_id = {one.id: one for one in task.exhibitors}
        self.getting = {spot: by_id[number] for number, spot in placed.items()}

    def list_all(self) -> list[Why]:
        """A reason for each exhibitor, in the order of the task."""
        return [self._explain(one) for one in self.task.exhibitors]

    def _explain(self, one: Exhibitor) -> Why:
        spot = self.placed.get(one.id)
        rank = one.wishes.index(spot) + 1 if spot in one.wishes else None
        dearer = one.wishes[: rank - 1] if rank else one.wishes
        missed = [
            self._miss(one, self.fitting.spots[wish], number)
            for number, wish in enumerate(dearer, 1)
            if wish in self.fitting.spots
        ]
        if spot is None and not missed:
            missed = list(self._miss_all(one))
        lucky = self.task.has(Rule.FAIR) and one.unluck and (rank or self._is_good(spot))
        return Why(one.id, spot, rank, one.unlucky_in if lucky else (), tuple(missed))

    def _is_good(self, spot: int | None) -> bool:
        return spot is not None and self.fitting.spots[spot].goodness >= 50

    def _miss(self, one: Exhibitor, spot: Spot, rank: int) -> Missed:
        holder = self.fitting.holders.get(spot.id)
        if holder is not None:
            return Missed(rank, spot.id, Cause.TAKEN, other=holder.id)
        if not spot.free:
            return Missed(rank, spot.id, Cause.LOCKED)
        if rules := self.fitting.list_broken(one, spot):
            return Missed(rank, spot.id, Cause.UNFIT, rules=rules)
        rival = self.getting.get(spot.id)
        if rival is None:
            return self._miss_free(one, spot, rank)
        cause = self._compare(one, rival, spot, rank)
        provinces = rival.unlucky_in if cause == Cause.UNLUCKY else ()
        return Missed(rank, spot.id, cause, other=rival.id, provinces=provinces)

    def _compare(self, one: Exhibitor, rival: Exhibitor, spot: Spot, rank: int) -> Cause:
        """Why the rival gets the booth and not the one; the first reason that holds."""
        wished = spot.id in rival.wishes
        rank_of_rival = rival.wishes.index(spot.id) + 1 if wished else len(rival.wishes) + 1
        if not wished:
            return Cause.WHOLE
        if self.task.has(Rule.FAIR) and rival.unluck > one.unluck:
            return Cause.UNLUCKY
        if rank_of_rival < rank:
            return Cause.HIGHER
        same = rank_of_rival == rank and rival.unluck == one.unluck
        if same and self.order[rival.id] < self.order[one.id]:
            return Cause.EARLIER
        return Cause.WHOLE

    def _miss_free(self, one: Exhibitor, spot: Spot, rank: int) -> Missed:
        """Why a booth stays empty that this exhibitor wished for."""
        beside = (self.getting.get(number) for number in spot.beside)
        for other in beside:
            if (
                self.task.has(Rule.APART)
                and other is not None
                and one.product
                and other.product == one.product
                and not in_one_group(self.task, one, other)
            ):
                return Missed(rank, spot.id, Cause.APART, other=other.id)
        grouped = self.task.has(Rule.TOGETHER) and one.group is not None
        return Missed(rank, spot.id, Cause.TOGETHER if grouped else Cause.WHOLE)

    def _miss_all(self, one: Exhibitor) -> Iterator[Missed]:
        """Why there is no booth for who wished for none in particular."""
        broken = [self.fitting.list_broken(one, spot) for spot in self.fitting.free]
        if broken and all(broken):
            fewest = min(len(rules) for rules in broken)
            near = {rule for rules in broken if len(rules) == fewest for rule in rules}
            rules = tuple(rule for rule in Rule if rule in near)
            yield Missed(0, 0, Cause.NOTHING_FITS, rules=rules)
        else:
            yield Missed(0, 0, Cause.FULL)


def list_reasons(task: Task, placed: Mapping[int, int]) -> list[Why]:
    """A reason for each exhibitor of the task."""
    return Reasons(task, placed).list_all()
