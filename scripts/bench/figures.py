"""A figure, its target, and the line that tells both."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from statistics import median


class CannotMeasure(Exception):
    """Something a figure needs is not there or failed; the sentence says what."""


@dataclass(frozen=True)
class Target:
    """A bound that a value keeps: ``least`` or ``most``, or neither for what only informs."""

    least: float | None = None
    most: float | None = None

    def __str__(self) -> str:
        if self.least is not None:
            return f">= {self.least:g}"
        return "-" if self.most is None else f"<= {self.most:g}"

    def is_met(self, value: float) -> bool:
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )


INFORMS = Target()


@dataclass(frozen=True)
class Figure:
    """One measured value. Units: ``x`` is a ratio to hello world, ``kB`` 1,000 bytes."""

    name: str
    value: float
    unit: str
    target: Target = INFORMS

    @property
    def line(self) -> str:
        """Name, value, unit, target, ``ok`` or ``short``, separated by tabs.

        The verdict is on the value as measured, so one that is rounded to the target may be short.
        """
        verdict = "ok" if self.target.is_met(self.value) else "short"
        return "\t".join((self.name, round_value(self.value), self.unit, str(self.target), verdict))


# Which figures of a group are asked for, by name; a group measures no others.
Wanted = Callable[[str], bool]


@dataclass(frozen=True)
class Group:
    """Figures that share their preparation; ``names`` are all that ``measure`` can give."""

    names: tuple[str, ...]
    measure: Callable[[Wanted], Iterable[Figure]]


def pick(groups: Iterable[Group], prefix: str) -> Iterator[tuple[Group, Wanted]]:
    """Return the groups that have figures whose names begin so, and which those are."""

    def wanted(name: str) -> bool:
        return name.startswith(prefix)

    for group in groups:
        if any(map(wanted, group.names)):
            yield group, wanted


def round_value(value: float) -> str:
    """Three digits that count, and whole numbers from 100 on: ``0.0123``, ``1.35``, ``3120``."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.3g}"


def middle_ratio(ours: Iterable[float], theirs: Iterable[float]) -> float:
    """The median of the ratios of rounds that ran one after the other."""
    return median(one / other for one, other in zip(ours, theirs, strict=True))
