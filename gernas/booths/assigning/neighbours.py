"""Which booths are next to each other, and which places are good ones. Pure geometry, in cm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians, sin

TOUCHING = 15  # a gap that a partition fills
NEAR = 100  # further away is across an aisle
OVERLAP = 0.5  # of the shorter side, for two booths to be on one row (or in one column)

CORNER, GATE, STAGE = 30, 40, 30  # points of a good place


@dataclass(frozen=True)
class Place:
    """A rectangle turned about its middle by ``turn`` degrees clockwise."""

    id: int
    x: int  # of the upper left corner before turning
    y: int
    width: int
    depth: int
    turn: int = 0
    corner: bool = False

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.depth / 2

    @property
    def reach(self) -> float:
        """How far from the middle its corners are."""
        return hypot(self.width, self.depth) / 2


def list_beside(places: Sequence[Place]) -> dict[int, tuple[int, ...]]:
    """For each booth of one hall those next to it, by id.

    Two are side by side when their edges touch along some length, or when they lie within a
    metre of each other on the same row.
    """
    beside: dict[int, list[int]] = {place.id: [] for place in places}
    ordered = sorted(places, key=lambda place: (place.middle[0] - place.reach, place.id))
    for number, one in enumerate(ordered):
        right = one.middle[0] + one.reach + NEAR
        for other in ordered[number + 1 :]:
            if other.middle[0] - other.reach > right:
                break
            if is_beside(one, other):
                beside[one.id].append(other.id)
                beside[other.id].append(one.id)
    return {number: tuple(sorted(found)) for number, found in beside.items()}


def is_beside(one: Place, other: Place) -> bool:
    """Whether two booths are side by side, seen along the sides of either."""
    return _is_beside(one, other) or _is_beside(other, one)


def _is_beside(one: Place, other: Place) -> bool:
    """The same, seen along the sides of the first."""
    left, top, right, bottom = _seen_from(one, other)
    half_width, half_depth = one.width / 2, one.depth / 2
    across = max(left - half_width, -half_width - right)  # the gap in the direction of its width
    along = max(top - half_depth, -half_depth - bottom)
    if across < 0 and along < 0:
        return True  # they overlap, which the editor warns of
    gap = max(across, along)
    if gap > NEAR or min(across, along) >= 0:
        return False
    shared = -min(across, along)
    if gap <= TOUCHING:
        return shared > TOUCHING
    shorter = min(one.depth, bottom - top) if across > along else min(one.width, right - left)
    return shared >= OVERLAP * shorter


def _seen_from(one: Place, other: Place) -> tuple[float, float, float, float]:
    """The box around the other in the frame whose origin is the first's middle, its turn undone."""
    dx, dy = other.middle[0] - one.middle[0], other.middle[1] - one.middle[1]
    angle = radians(-one.turn)
    x, y = dx * cos(angle) - dy * sin(angle), dx * sin(angle) + dy * cos(angle)
    turn = radians(other.turn - one.turn)
    half_width = (abs(other.width * cos(turn)) + abs(other.depth * sin(turn))) / 2
    half_depth = (abs(other.width * sin(turn)) + abs(other.depth * cos(turn))) / 2
    return x - half_width, y - half_depth, x + half_width, y + half_depth


def rate_places(
    places: Sequence[Place], *, gates: Sequence[Place], stages: Sequence[Place]
) -> Mapping[int, int]:
    """How good each booth of one hall is, 0 … 100: a corner, near a gate, near a stage.

    The nearest booth gets all points of a gate (a stage), the farthest none. A hall without
    gates or stages gives those points to nobody.
    """
    to_gate, to_stage = _nearness(places, gates), _nearness(places, stages)
    return {
        place.id: CORNER * place.corner
        + round(GATE * to_gate[place.id])
        + round(STAGE * to_stage[place.id])
        for place in places
    }


def _nearness(places: Sequence[Place], goals: Sequence[Place]) -> dict[int, float]:
    """1 for the booth nearest to any of the goals, 0 for the farthest."""
    if not goals:
        return dict.fromkeys((place.id for place in places), 0.0)
    far = {place.id: min(_distance(place, goal) for goal in goals) for place in places}
    least, most = min(far.values(), default=0.0), max(far.values(), default=0.0)
    span = most - least
    return {number: (most - length) / span if span else 1.0 for number, length in far.items()}


def _distance(one: Place, other: Place) -> float:
    return hypot(one.middle[0] - other.middle[0], one.middle[1] - other.middle[1])
