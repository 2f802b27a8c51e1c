"""A hall drawn in few bytes: one path for all booths that look alike, and a label each.

The public page of 400 booths is read on phones; drawn one by one they would fill it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import cos, radians, sin

from gernas.booths.models import Booth, Hall
from gernas.booths.path import Way
from gernas.booths.words import dm, letter_size, zone_class

AROUND_DM = 40  # beside a way, so that one sees where it leads through
LEAST_DM = 240  # so that one sees where a booth lies that is beside its gate
WALL_DM = 10


@dataclass(frozen=True)
class Label:
    x: str
    y: str
    text: str
    size: str  # of the letters; "" for the usual one


@dataclass(frozen=True)
class Outline:
    """Booths that look alike."""

    classes: str
    path: str
    labels: tuple[Label, ...]


def draw_booths(booths: Sequence[Booth], taken: Collection[int]) -> list[Outline]:
    """The booths in groups by zone, those with an exhibitor apart from the empty ones."""
    groups: dict[str, list[Booth]] = {}
    for booth in booths:
        state = "is-free" if booth.id in taken else "is-other"
        colour = zone_class(booth.zone) if booth.id in taken else ""
        groups.setdefault(f"{state}{colour}", []).append(booth)
    return [
        Outline(classes, "".join(map(_trace, group)), tuple(map(_label, group)))
        for classes, group in sorted(groups.items())
    ]


def draw_way(way: Way) -> str:
    """The points of a way, in decimetres."""
    return " ".join(f"{dm(x)},{dm(y)}" for x, y in way.points)


def whole_view(hall: Hall) -> str:
    """The part of the drawing that shows a whole hall."""
    return f"-10 -10 {dm(hall.width_cm + 200)} {dm(hall.depth_cm + 200)}"


def view_around(hall: Hall, booth: Booth, way: Way | None) -> str:
    """The part that shows a booth and the way to it, so that it can be read on a phone."""
    points = list(way.points) if way is not None else []
    points += [
        (booth.x_cm, booth.y_cm),
        (booth.x_cm + booth.width_cm, booth.y_cm + booth.depth_cm),
    ]
    left, right = _span([x for x, _y in points], hall.width_cm)
    top, bottom = _span([y for _x, y in points], hall.depth_cm)
    return f"{left} {top} {right - left} {bottom - top}"


def _span(values: Sequence[float], limit_cm: int) -> tuple[int, int]:
    first, last = min(values) / 10 - AROUND_DM, max(values) / 10 + AROUND_DM
    more = max(0.0, LEAST_DM - (last - first)) / 2
    first, last = first - more, last + more
    end = limit_cm / 10 + WALL_DM
    if first < -WALL_DM:
        first, last = -WALL_DM, max(last, last - WALL_DM - first)
    if last > end:
        first, last = max(-WALL_DM, first - (last - end)), end
    return round(first), round(last)


def _trace(booth: Booth) -> str:
    middle_x, middle_y = booth.x_cm + booth.width_cm / 2, booth.y_cm + booth.depth_cm / 2
    wide_half, deep_half = booth.width_cm / 2, booth.depth_cm / 2
    if booth.turn % 90 == 0:
        if booth.turn % 180:
            wide_half, deep_half = deep_half, wide_half
        wide, deep = dm(2 * wide_half), dm(2 * deep_half)
        return f"M{dm(middle_x - wide_half)} {dm(middle_y - deep_half)}h{wide}v{deep}h-{wide}z"
    angle = radians(booth.turn)
    corners = [
        f"{dm(middle_x + x * cos(angle) - y * sin(angle))}"
        f" {dm(middle_y + x * sin(angle) + y * cos(angle))}"
        for x, y in (
            (-wide_half, -deep_half),
            (wide_half, -deep_half),
            (wide_half, deep_half),
            (-wide_half, deep_half),
        )
    ]
    return f"M{'L'.join(corners)}z"


def _label(booth: Booth) -> Label:
    return Label(
        dm(booth.x_cm + booth.width_cm / 2),
        dm(booth.y_cm + booth.depth_cm / 2 + 35),
        booth.label,
        letter_size(booth, booth.label),
    )
