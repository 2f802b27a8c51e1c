"""The way from a gate to a booth, along the aisles of a hall: pure, and the same for the same plan.

The hall is laid out in squares; one that a booth, stage or wall covers is closed. The search runs
from the booth to whichever gate is nearest, and counts a turn like some metres of way, so that
people get a way that can be told in few words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from heapq import heappop, heappush
from math import ceil, cos, dist, hypot, inf, radians, sin

FINEST_CM = 50
MOST_SQUARES = 12_000  # of a hall; in a larger one they are wider
REACH_CM = 150  # from the middle of an aisle to the booths on both sides
_TURN_COST = 5  # squares
_NARROW_COST = 0.6  # of a square beside something closed: people walk in the middle
_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))  # right, down, left, up: clockwise

_ARRIVED = 4  # at a gate; beside the four headings

Point = tuple[float, float]
Square = tuple[int, int]
State = tuple[Square, int]  # with the heading


class Turn(StrEnum):
    """Which way to go on, as seen by who walks."""

    STRAIGHT = "straight"
    LEFT = "left"
    RIGHT = "right"
    BACK = "back"


_TURNS = (Turn.STRAIGHT, Turn.RIGHT, Turn.BACK, Turn.LEFT)


@dataclass(frozen=True)
class Box:
    """A rectangle in a hall, in centimetres, turned clockwise about its middle."""

    name: str
    x_cm: int
    y_cm: int
    width_cm: int
    depth_cm: int
    turn: int = 0

    @property
    def middle(self) -> Point:
        return self.x_cm + self.width_cm / 2, self.y_cm + self.depth_cm / 2

    def distance_to(self, point: Point) -> float:
        """How far a point lies from it; 0 inside."""
        middle_x, middle_y = self.middle
        angle = radians(self.turn)
        along, across = point[0] - middle_x, point[1] - middle_y
        x = abs(along * cos(angle) + across * sin(angle)) - self.width_cm / 2
        y = abs(across * cos(angle) - along * sin(angle)) - self.depth_cm / 2
        return hypot(max(x, 0), max(y, 0))

    def facing(self, point: Point) -> Point | None:
        """The point of its edge straight across from ``point``; None past its corners."""
        middle_x, middle_y = self.middle
        angle = radians(self.turn)
        dx, dy = point[0] - middle_x, point[1] - middle_y
        x, y = dx * cos(angle) + dy * sin(angle), dy * cos(angle) - dx * sin(angle)
        wide, deep = self.width_cm / 2, self.depth_cm / 2
        if abs(x) > wide and abs(y) > deep:
            return None
        x, y = max(-wide, min(wide, x)), max(-deep, min(deep, y))
        return middle_x + x * cos(angle) - y * sin(angle), middle_y + x * sin(angle) + y * cos(
            angle
        )

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the upright rectangle around it."""
        angle = radians(self.turn)
        wide = abs(self.width_cm * cos(angle)) + abs(self.depth_cm * sin(angle))
        deep = abs(self.width_cm * sin(angle)) + abs(self.depth_cm * cos(angle))
        x, y = self.middle
        return x - wide / 2, y - deep / 2, x + wide / 2, y + deep / 2


@dataclass(frozen=True)
class Floor:
    """A hall as one walks through it."""

    width_cm: int
    depth_cm: int
    booths: tuple[Box, ...]  # closed, and named at the turns of a way
    closed: tuple[Box, ...] = ()  # stages, walls and the like
    gates: tuple[Box, ...] = ()

    @property
    def square_cm(self) -> int:
        size = FINEST_CM
        while self.width_cm * self.depth_cm > MOST_SQUARES * size * size:
            size *= 2
        return size


@dataclass(frozen=True)
class Leg:
    """A straight piece of a way: how to turn into it, and how far it goes."""

    turn: Turn
    metres: int
    at: str | None = None  # the booth beside which one turns into it


@dataclass(frozen=True)
class Way:
    """A way from a gate to a booth."""

    gate: str
    booth: str
    legs: tuple[Leg, ...]
    side: Turn  # where the booth is when one arrives
    points: tuple[Point, ...]  # centimetres: the gate, each turn, and the booth's side

    @property
    def metres(self) -> int:
        return sum(leg.metres for leg in self.legs)


@lru_cache(maxsize=400)
def find_way(floor: Floor, booth: Box) -> Way | None:
    """The easiest way to ``booth``, one of the floor's; None without a gate or a way."""
    if not floor.gates:
        return None
    grid = _Grid(floor)
    squares = grid.search(booth)
    if squares is None:
        return None
    gate = min(floor.gates, key=lambda one: one.distance_to(grid.middle_of(squares[0])))
    return _describe(floor, grid, gate, booth, squares)


class _Grid:
    """Squares of a floor: which are closed, and what it costs to step on one."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.size = floor.square_cm
        self.columns = max(1, ceil(floor.width_cm / self.size))
        self.rows = max(1, ceil(floor.depth_cm / self.size))
        self.closed = self._close([*floor.booths, *floor.closed])
        # A gate stands in the wall, perhaps with the middle of its squares outside of the hall.
        self.entered_at = {
            square: (_enter(floor, gate), dist(gate.middle, self.middle_of(square)))
            for gate in floor.gates
            for square in self._cover(gate, within=self.size) - self.closed
        }
        self.narrow = {
            (column + dx, row + dy) for column, row in self.closed for dx, dy in _STEPS
        } - self.closed

    def middle_of(self, square: Square) -> Point:
        return (square[0] + 0.5) * self.size, (square[1] + 0.5) * self.size

    def search(self, booth: Box) -> list[Square] | None:
        """The squares of the easiest way, from a gate's to one beside the booth."""
        heap: list[tuple[float, int, State]] = []
        best: dict[State, float] = {}
        came: dict[State, State | None] = {}

        def reach(state: State, cost: float, before: State | None) -> None:
            if cost < best.get(state, inf):
                best[state], came[state] = cost, before
                heappush(heap, (cost, len(came), state))

        for square, far in self._beside(booth):
            for heading in range(4):
                reach((square, heading), far, None)
        while heap:
            cost, _, state = heappop(heap)
            if state[1] == _ARRIVED:
                return _follow(came, came[state])
            if cost == best[state]:
                for following, more in self._go_on(state):
                    reach(following, cost + more, state)
        return None

    def _go_on(self, state: State) -> Iterator[tuple[State, float]]:
        """Where one gets from a state, and what that costs."""
        square, heading = state
        if square in self.entered_at:
            # To turn right behind the gate is a turn like any other; best is the gate's middle.
            entering, aside = self.entered_at[square]
            turns = (entering + 2) % 4 != heading
            yield (square, _ARRIVED), _TURN_COST * turns + _NARROW_COST * aside / self.size
        for towards, (dx, dy) in enumerate(_STEPS):
            there = square[0] + dx, square[1] + dy
            if self._is_open(there) and (towards - heading) % 4 != 2:
                narrow = _NARROW_COST * (there in self.narrow)
                yield (there, towards), 1 + _TURN_COST * (towards != heading) + narrow

    def _is_open(self, square: Square) -> bool:
        inside = 0 <= square[0] < self.columns and 0 <= square[1] < self.rows
        return inside and square not in self.closed

    def _beside(self, booth: Box) -> list[tuple[Square, float]]:
        """The squares from which one can step up to a booth, and how many squares that takes."""
        reach = max(REACH_CM, 2 * self.size)
        rest = [box for box in (*self.floor.booths, *self.floor.closed) if box != booth]
        between = self._close(rest)
        found = []
        for square in sorted(self._cover(booth, within=reach) - self.closed):
            middle = self.middle_of(square)
            edge = booth.facing(middle)
            if edge is not None and self._is_clear(middle, edge, between):
                found.append((square, booth.distance_to(middle) / self.size))
        return found

    def _is_clear(self, one: Point, other: Point, closed: set[Square]) -> bool:
        """Whether nothing stands between a point and the edge of a booth."""
        steps = max(1, int(hypot(other[0] - one[0], other[1] - one[1]) / FINEST_CM * 2))
        crossed = {
            (
                int((one[0] + (other[0] - one[0]) * step / steps) // self.size),
                int((one[1] + (other[1] - one[1]) * step / steps) // self.size),
            )
            for step in range(steps)
        }
        return not closed & crossed

    def _close(self, boxes: Sequence[Box]) -> set[Square]:
        """The squares where nobody can walk: neither through thin walls nor narrow gaps."""
        closed: set[Square] = set()
        for box in boxes:
            thin = min(box.width_cm, box.depth_cm) < self.size
            closed |= self._cover(box, within=self.size / 2 if thin else FINEST_CM / 2)
        return closed

    def _cover(self, box: Box, *, within: float) -> set[Square]:
        """The squares whose middle lies in a box, or nearer to it than ``within``."""
        return {
            square
            for square in self._around(box, within)
            if box.distance_to(self.middle_of(square)) < within
        }

    def _around(self, box: Box, margin: float) -> Iterator[Square]:
        left, top, right, bottom = box.bounds
        first_column = max(0, int((left - margin) // self.size))
        first_row = max(0, int((top - margin) // self.size))
        last_column = min(self.columns - 1, int((right + margin) // self.size))
        last_row = min(self.rows - 1, int((bottom + margin) // self.size))
        for column in range(first_column, last_column + 1):
            for row in range(first_row, last_row + 1):
                yield column, row


def _follow(came: dict[State, State | None], state: State | None) -> list[Square]:
    squares: list[Square] = []
    while state is not None:
        squares.append(state[0])
        state = came[state]
    return squares


def _describe(floor: Floor, grid: _Grid, gate: Box, booth: Box, squares: list[Square]) -> Way:
    heading = _enter(floor, gate)
    legs: list[Leg] = []
    corners = [squares[0]]
    for towards, first, last in _runs(squares):
        at = _name_beside(floor, grid.middle_of(first), booth) if legs else None
        length = (abs(last[0] - first[0]) + abs(last[1] - first[1])) * grid.size
        legs.append(Leg(_TURNS[(towards - heading) % 4], max(1, round(length / 100)), at))
        heading = towards
        corners.append(last)
    end = grid.middle_of(squares[-1])
    edge = booth.facing(end) or booth.middle
    points = [_start(gate, grid.middle_of(squares[0])), *map(grid.middle_of, corners), edge]
    return Way(
        gate=gate.name,
        booth=booth.name,
        legs=tuple(legs),
        side=_TURNS[(_towards(end, edge) - heading) % 4],
        points=tuple(dict.fromkeys(points)),
    )


def _runs(squares: list[Square]) -> Iterator[tuple[int, Square, Square]]:
    """The straight pieces: heading, first and last square, each beginning where one ends."""
    first = 0
    for number in range(1, len(squares)):
        step = _step(squares[number - 1], squares[number])
        is_last = number + 1 == len(squares)
        if is_last or _step(squares[number], squares[number + 1]) != step:
            yield _STEPS.index(step), squares[first], squares[number]
            first = number


def _step(one: Square, other: Square) -> Square:
    return other[0] - one[0], other[1] - one[1]


def _enter(floor: Floor, gate: Box) -> int:
    """The heading of who comes in: away from the wall that the gate stands in."""
    x, y = gate.middle
    walls = (x, y, floor.width_cm - x, floor.depth_cm - y)
    return min(range(4), key=lambda number: abs(walls[number]))


def _towards(one: Point, other: Point) -> int:
    x, y = other[0] - one[0], other[1] - one[1]
    if abs(x) > abs(y):
        return 0 if x > 0 else 2
    return 1 if y > 0 else 3


def _start(gate: Box, inside: Point) -> Point:
    """Where the drawn way begins: in the middle of the gate, as far as it leads straight in."""
    x, y = gate.middle
    return (
        (inside[0], y)
        if gate.bounds[2] - gate.bounds[0] > gate.bounds[3] - gate.bounds[1]
        else (
            x,
            inside[1],
        )
    )


def _name_beside(floor: Floor, point: Point, goal: Box) -> str | None:
    """The booth that stands at a turn, as a mark to look for; never the one that is sought."""
    near = [(box.distance_to(point), box.name) for box in floor.booths if box != goal]
    distance, name = min(near, default=(inf, ""))
    return name if distance <= 300 else None
