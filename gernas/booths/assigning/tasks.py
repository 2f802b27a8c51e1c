"""What the solver is asked and what it answers: plain values that pass between processes.

Lengths are centimetres, ids those of the rows: a spot is a booth, an exhibitor a registration.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any, Self, TypeVar

MOST_UNLUCK = 8

Row = TypeVar("Row")


class Rule(StrEnum):
    """A rule that a proposal keeps while it is switched on."""

    EVERYONE = "everyone"  # all get a booth, or there is no proposal
    ZONE = "zone"
    SIZE = "size"
    POWER = "power"
    WATER = "water"
    ACCESSIBLE = "accessible"
    SPONSOR = "sponsor"  # its block, and its quota
    APART = "apart"  # the same product is not side by side
    TOGETHER = "together"  # a group stands in one piece
    FAIR = "fair"  # who was unlucky before comes first where two wish for the same


@dataclass(frozen=True)
class Spot:
    """A booth as the solver sees it."""

    id: int
    label: str
    free: bool = True  # nobody holds it, and it is not locked
    zone: str | None = None  # its code
    sectors: tuple[str, ...] = ()  # that its zone takes; () = any
    sponsor: int | None = None
    width: int = 300
    depth: int = 300
    amps: int = 2
    water: bool = False
    accessible: bool = False
    goodness: int = 0  # 0 … 100, see fairness.py
    beside: tuple[int, ...] = ()  # the booths next to it


@dataclass(frozen=True)
class Exhibitor:
    """Who wants a booth; in a task they stand in the order in which they applied."""

    id: int
    name: str
    sector: str | None = None
    zone: str | None = None  # code of the zone in which it has its place; None: any
    width: int = 0  # at least
    depth: int = 0
    amps: int = 0
    water: bool = False
    accessible: bool = False
    product: str | None = None
    sponsor: int | None = None
    group: int | None = None
    wishes: tuple[int, ...] = ()  # spots, the first wish first
    unluck: int = 0  # 0 … MOST_UNLUCK
    unlucky_in: tuple[str, ...] = ()  # provinces of the stops where, e.g. ID-JA


@dataclass(frozen=True)
class Settled:
    """Who has a booth already and keeps it."""

    id: int
    name: str
    spot: int
    product: str | None = None
    sponsor: int | None = None
    group: int | None = None


@dataclass(frozen=True)
class Sponsor:
    """Whose exhibitors get at most ``quota`` booths, those who have one counted."""

    id: int
    name: str
    quota: int


@dataclass(frozen=True)
class Task:
    """All that a proposal depends on: the same task gets the same answer."""

    spots: tuple[Spot, ...]
    exhibitors: tuple[Exhibitor, ...]
    settled: tuple[Settled, ...] = ()
    sponsors: tuple[Sponsor, ...] = ()
    groups: tuple[tuple[int, str], ...] = ()  # id and name
    rules: tuple[Rule, ...] = tuple(Rule)
    seconds: int = 20

    def has(self, rule: Rule) -> bool:
        return rule in self.rules

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """A task as ``to_json`` gave it."""
        return cls(
            spots=_read(Spot, kept["spots"]),
            exhibitors=_read(Exhibitor, kept["exhibitors"]),
            settled=_read(Settled, kept["settled"]),
            sponsors=_read(Sponsor, kept["sponsors"]),
            groups=tuple((number, name) for number, name in kept["groups"]),
            rules=tuple(Rule(name) for name in kept["rules"]),
            seconds=kept["seconds"],
        )


class Clashing(StrEnum):
    """Why there can be no proposal."""

    NO_BOOTH = "no_booth"  # nothing fits this exhibitor
    TOO_FEW = "too_few"  # these exhibitors fit into fewer booths than they are
    QUOTA = "quota"  # a sponsor has more exhibitors than booths
    RULES = "rules"  # products apart, groups together and quotas do not go together


@dataclass(frozen=True)
class Clash:
    """Rules that cannot all be kept, and for whom."""

    kind: Clashing
    exhibitors: tuple[int, ...] = ()
    spots: tuple[int, ...] = ()
    rules: tuple[Rule, ...] = ()  # those that leave no way
    products: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    sponsors: tuple[int, ...] = ()
    helps: tuple[Rule, ...] = ()  # without any one of these there is a way


class Found(StrEnum):
    BEST = "best"  # proven: no proposal is better
    GOOD = "good"  # the time ended before the proof
    CLASH = "clash"
    NOTHING = "nothing"  # the time ended before there was any proposal


@dataclass(frozen=True)
class Answer:
    """The booth of each exhibitor who gets one, or why there is no proposal.

    ``value`` is what the placing is worth, ``bound`` what no placing can exceed.
    """

    found: Found
    placed: Mapping[int, int] = field(default_factory=dict)  # exhibitor to spot
    value: int = 0
    bound: int = 0
    clashes: tuple[Clash, ...] = ()
    seconds: float = 0.0

    @property
    def gap(self) -> float:
        """How much better a proposal could be at most, 0 … 1 of the bound."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0

    def to_json(self) -> dict[str, Any]:
        kept = asdict(self)
        kept["placed"] = [list(pair) for pair in sorted(self.placed.items())]
        return kept

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """An answer as ``to_json`` gave it."""
        return cls(
            found=Found(kept["found"]),
            placed=dict(kept["placed"]),
            value=kept["value"],
            bound=kept["bound"],
            clashes=tuple(read_clash(clash) for clash in kept["clashes"]),
            seconds=kept["seconds"],
        )


def read_clash(kept: Mapping[str, Any]) -> Clash:
    values = {name: tuple(value) for name, value in kept.items() if name != "kind"}
    for name in ("rules", "helps"):
        values[name] = tuple(Rule(rule) for rule in values[name])
    return Clash(kind=Clashing(kept["kind"]), **values)


def _read(kind: type[Row], rows: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(kind(**_to_tuples(kind, row)) for row in rows)


def _to_tuples(kind: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    """JSON knows lists only; the values of a task are hashable and stay as they are."""
    names = {one.name for one in fields(kind)}
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in row.items()
        if name in names
    }
