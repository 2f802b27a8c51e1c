"""Rectangles turned about their middle: overlaps, distances, narrow aisles. Pure; centimetres.

``static/js/booth-shapes.js`` tells overlaps while one draws; what counts is said here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from math import cos, hypot, radians, sin
from typing import Any, Self

Point = tuple[float, float]

TOLERANCE = 2.0  # cm that booths may share before it is called an overlap
JOINED = 20.0  # a smaller gap is no aisle: partitions stand there
MOST_PROBLEMS = 200


@dataclass(frozen=True)
class Box:
    """A rectangle by its upper left corner before it is turned clockwise about its middle."""

    x: float
    y: float
    width: float
    depth: float
    turn: float = 0

    @classmethod
    def of(cls, row: Any) -> Self:
        """The shape of a booth or fixture."""
        return cls(row.x_cm, row.y_cm, row.width_cm, row.depth_cm, row.turn)

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.depth / 2

    @cached_property
    def corners(self) -> tuple[Point, Point, Point, Point]:
        """From the upper left before turning, clockwise."""
        across, down = self.width / 2, self.depth / 2
        return tuple(  # type: ignore[return-value]
            self._turned(dx, dy)
            for dx, dy in ((-across, -down), (across, -down), (across, down), (-across, down))
        )

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of what it covers."""
        xs, ys = zip(*self.corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    @cached_property
    def is_square_on(self) -> bool:
        """Whether its sides run along the walls, so that its bounds say all."""
        return self.turn % 90 == 0

    def _turned(self, dx: float, dy: float) -> Point:
        x, y = self.middle
        if self.turn % 360 == 0:
            return x + dx, y + dy
        angle = radians(self.turn)
        return x + dx * cos(angle) - dy * sin(angle), y + dx * sin(angle) + dy * cos(angle)


def overlap(one: Box, other: Box, *, tolerance: float = TOLERANCE) -> bool:
    """Whether two rectangles share more than a strip of ``tolerance``; touching is no overlap."""
    if one.is_square_on and other.is_square_on:
        left, top, right, bottom = _gap_of_bounds(one, other)
        return max(left, right) < -tolerance and max(top, bottom) < -tolerance
    for first, second in ((one, other), (other, one)):
        for axis in _axes(first):
            (least, most), (from_, to) = _span(first, axis), _span(second, axis)
            if most - tolerance <= from_ or to - tolerance <= least:
                return False
    return True


def distance(one: Box, other: Box) -> float:
    """How far apart two rectangles are at their nearest; 0 if they touch or overlap."""
    if one.is_square_on and other.is_square_on:
        left, top, right, bottom = _gap_of_bounds(one, other)
        return hypot(max(left, right, 0), max(top, bottom, 0))
    if overlap(one, other, tolerance=0):
        return 0.0
    start, end = nearest_points(one, other)
    return hypot(end[0] - start[0], end[1] - start[1])


def nearest_points(one: Box, other: Box) -> tuple[Point, Point]:
    """A point of each rectangle, as near to each other as they get where they do not overlap.

    Of parallel sides the middle of what they share is taken, not a corner.
    """
    if one.is_square_on and other.is_square_on:
        (ax, bx), (ay, by) = (_nearest_on_axis(one, other, axis) for axis in (0, 1))
        return (ax, ay), (bx, by)
    found = min(
        (
            (hypot(corner[0] - foot[0], corner[1] - foot[1]), corner, foot, first is one)
            for first, second in ((one, other), (other, one))
            for corner in first.corners
            for foot in [_foot_on(second, corner)]
        ),
        key=lambda found: found[0],
    )
    length = found[0]
    pairs = [
        (corner, foot) if first is one else (foot, corner)
        for first, second in ((one, other), (other, one))
        for corner in first.corners
        for foot in [_foot_on(second, corner)]
        if hypot(corner[0] - foot[0], corner[1] - foot[1]) <= length + 0.5
    ]
    count = len(pairs)
    start = sum(pair[0][0] for pair in pairs) / count, sum(pair[0][1] for pair in pairs) / count
    end = sum(pair[1][0] for pair in pairs) / count, sum(pair[1][1] for pair in pairs) / count
    return start, end


def _gap_of_bounds(one: Box, other: Box) -> tuple[float, float, float, float]:
    """How far ``other`` lies to the left, above, to the right and below; below 0 where not."""
    a, b = one.bounds, other.bounds
    return a[0] - b[2], a[1] - b[3], b[0] - a[2], b[1] - a[3]


def _nearest_on_axis(one: Box, other: Box, axis: int) -> tuple[float, float]:
    (least, most), (from_, to) = one.bounds[axis::2], other.bounds[axis::2]
    if most <= from_:
        return most, from_
    if to <= least:
        return least, to
    middle = (max(least, from_) + min(most, to)) / 2
    return middle, middle


def is_outside(box: Box, width: float, depth: float) -> bool:
    """Whether part of a rectangle lies beyond the walls of a hall."""
    left, top, right, bottom = box.bounds
    return (
        left < -TOLERANCE
        or top < -TOLERANCE
        or right > width + TOLERANCE
        or bottom > depth + TOLERANCE
    )


class Fault(StrEnum):
    """What can be wrong with a drawing."""

    OUTSIDE = "outside"
    OVERLAP = "overlap"
    AISLE = "aisle"
    GATE = "gate"  # something stands in the way of a gate


@dataclass(frozen=True)
class Thing:
    """A booth or fixture as the check sees it; ``key`` is what the answer names it by."""

    key: str
    box: Box
    is_booth: bool
    is_gate: bool = False
    is_wall: bool = False


@dataclass(frozen=True)
class Problem:
    """What is wrong, with which things, and for aisles how wide it is."""

    fault: Fault
    key: str
    other: str | None = None
    cm: int | None = None


def find_problems(
    things: Sequence[Thing], *, width: float, depth: float, aisle: float
) -> list[Problem]:
    """What is wrong with a drawing, the worst first; at most ``MOST_PROBLEMS``.

    Gaps that people do not walk through (up to 20 cm, or with something standing in between)
    are no aisles.
    """
    found = [
        Problem(Fault.OUTSIDE, thing.key)
        for thing in things
        if not (thing.is_gate or thing.is_wall) and is_outside(thing.box, width, depth)
    ]
    overlaps: list[Problem] = []
    narrow: list[Problem] = []
    for one, other in _pairs_within(things, max(aisle, TOLERANCE)):
        if not (one.is_booth or other.is_booth):
            continue
        if overlap(one.box, other.box):
            overlaps.append(Problem(Fault.OVERLAP, one.key, other.key))
        elif problem := _check_gap(one, other, things, aisle):
            narrow.append(problem)
    return (found + overlaps + sorted(narrow, key=lambda one: one.cm or 0))[:MOST_PROBLEMS]


def way_through(gate: Box, aisle: float) -> Box:
    """What must stay free before and behind a gate: as wide as its longer side."""
    wide, deep = gate.width, gate.depth
    if wide >= deep:
        return Box(gate.x, gate.y - aisle, wide, deep + 2 * aisle, gate.turn)
    return Box(gate.x - aisle, gate.y, wide + 2 * aisle, deep, gate.turn)


def _check_gap(one: Thing, other: Thing, things: Sequence[Thing], aisle: float) -> Problem | None:
    if one.is_wall or other.is_wall:
        return None
    if one.is_gate or other.is_gate:
        booth, gate = (other, one) if one.is_gate else (one, other)
        if not overlap(booth.box, way_through(gate.box, aisle)):
            return None
        return Problem(Fault.GATE, booth.key, gate.key, round(distance(booth.box, gate.box)))
    gap = distance(one.box, other.box)
    if gap >= aisle - TOLERANCE:
        return None
    if gap <= JOINED or _is_blocked(one, other, things):
        return None
    return Problem(Fault.AISLE, one.key, other.key, round(gap))


def _is_blocked(one: Thing, other: Thing, things: Sequence[Thing]) -> bool:
    """Whether something stands between two things, so that nobody walks there."""
    start, end = nearest_points(one.box, other.box)
    inner = [_between(start, end, share / 10) for share in range(1, 10)]
    left, right = sorted((start[0], end[0]))
    top, bottom = sorted((start[1], end[1]))
    for thing in things:
        if thing is one or thing is other:
            continue
        bounds = thing.box.bounds
        if bounds[0] > right or bounds[2] < left or bounds[1] > bottom or bounds[3] < top:
            continue
        if any(_holds(thing.box, point) for point in inner):
            return True
    return False


def _pairs_within(things: Sequence[Thing], reach: float) -> Iterator[tuple[Thing, Thing]]:
    """All pairs whose bounds are nearer to each other than ``reach``, by a sweep to the right."""
    order = sorted(things, key=lambda thing: thing.box.bounds[0])
    open_: list[Thing] = []
    for thing in order:
        left, top, _right, bottom = thing.box.bounds
        open_ = [one for one in open_ if one.box.bounds[2] + reach >= left]
        for one in open_:
            _left, upper, _r, lower = one.box.bounds
            if upper - reach <= bottom and lower + reach >= top:
                yield one, thing
        open_.append(thing)


def _axes(box: Box) -> Iterator[Point]:
    """The directions of two sides, of length 1."""
    angle = radians(box.turn)
    yield cos(angle), sin(angle)
    yield -sin(angle), cos(angle)


def _span(box: Box, axis: Point) -> tuple[float, float]:
    along = [x * axis[0] + y * axis[1] for x, y in box.corners]
    return min(along), max(along)


def _sides(box: Box) -> Iterable[tuple[Point, Point]]:
    corners = box.corners
    return zip(corners, (*corners[1:], corners[0]), strict=True)


def _foot_on(box: Box, point: Point) -> Point:
    """The point on the sides of a rectangle that is nearest to ``point``."""
    return min(
        (_foot(start, end, point) for start, end in _sides(box)),
        key=lambda foot: hypot(foot[0] - point[0], foot[1] - point[1]),
    )


def _foot(start: Point, end: Point, point: Point) -> Point:
    dx, dy = end[0] - start[0], end[1] - start[1]
    square = dx * dx + dy * dy
    share = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / square if square else 0
    return _between(start, end, min(max(share, 0), 1))


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _holds(box: Box, point: Point) -> bool:
    """Whether a point lies in a rectangle or on its sides."""
    for axis in _axes(box):
        least, most = _span(box, axis)
        if not least - 0.5 <= point[0] * axis[0] + point[1] * axis[1] <= most + 0.5:
            return False
    return True
