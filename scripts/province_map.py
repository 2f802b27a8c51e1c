"""Make the light province map from the npm package @svg-maps/indonesia (CC BY 4.0).

The package draws 34 provinces in 112 kB. Islands under a size go (a province keeps its largest),
outlines are thinned and written in whole relative numbers, which leaves 19 kB, 7 kB gzipped.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

Point = tuple[float, float]
Cell = tuple[int, int]

CREDIT = "<!-- @svg-maps/indonesia, CC BY 4.0, simplified -->"
MAP_BOX = "0 87 2379 864"
NUMBER = r"-?[\d.]+(?:e-?\d+)?"


@dataclass(frozen=True)
class Detail:
    """How finely a shape is drawn; lengths in units of the source, which is 793 wide."""

    scale: int  # our units in one source unit, so that whole numbers are fine enough
    tolerance: float  # how far an outline may move
    smallest: float  # islands under this area go


MAP = Detail(scale=3, tolerance=0.38, smallest=0.8)
SHAPE = Detail(scale=20, tolerance=0.06, smallest=0.05)


def draw_provinces(source: Path) -> dict[str, str]:
    """Return the drawings by file name: ``map.svg`` and one ``prov/ID-LA.svg`` a province."""
    script = source.read_text("utf-8").split("export default ", 1)[1]
    provinces = json.loads(script.rstrip(" ;\n"))["locations"]
    files = {}
    paths = []
    for province in provinces:
        code = province["id"].upper()
        path, _ = _draw(province["path"], MAP)
        paths.append(f'\n<path id="{code}" d="{path}"/>')
        path, cells = _draw(province["path"], SHAPE)
        files[f"prov/{code}.svg"] = _svg(_box(cells), f'<path id="p" d="{path}"/>')
    return {"map.svg": _svg(MAP_BOX, "".join(paths) + "\n"), **files}


def _svg(box: str, content: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{CREDIT}{content}</svg>\n'


def _box(cells: Sequence[Cell]) -> str:
    xs, ys = [x for x, _ in cells], [y for _, y in cells]
    return f"{min(xs)} {min(ys)} {max(xs) - min(xs)} {max(ys) - min(ys)}"


def _draw(path: str, detail: Detail) -> tuple[str, list[Cell]]:
    """Return the simplified path, and the cells it passes."""
    text: list[str] = []
    seen: list[Cell] = []
    for number, ring in enumerate(sorted(_rings(path), key=_area, reverse=True)):
        if number and _area(ring) < detail.smallest:
            continue
        cells = _snap(_thin_ring(ring, detail.tolerance), detail.scale)
        if len(cells) < 3:
            continue
        seen += cells
        (x, y), steps = cells[0], pairwise(cells)
        line = " ".join(f"{bx - ax} {by - ay}" for (ax, ay), (bx, by) in steps)
        text.append(f"M{x} {y}l{line}z".replace(" -", "-"))
    return "".join(text), seen


def _rings(path: str) -> Iterator[list[Point]]:
    """Yield the absolute points of each closed ring of a path made of m, l and z."""
    x = y = 0.0
    for part in re.findall(r"[mM]([^zZ]*)", path):
        points: list[Point] = []
        for dx, dy in re.findall(rf"({NUMBER})[ ,]+({NUMBER})", part):
            x, y = x + float(dx), y + float(dy)
            points.append((x, y))
        yield points
        if points:
            x, y = points[0]


def _area(ring: Sequence[Point]) -> float:
    pairs = zip(ring, [*ring[1:], *ring[:1]], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)) / 2


def _thin_ring(ring: list[Point], tolerance: float) -> list[Point]:
    x, y = ring[0]
    far = max(range(len(ring)), key=lambda i: (ring[i][0] - x) ** 2 + (ring[i][1] - y) ** 2)
    there, back = ring[: far + 1], ring[far:] + ring[:1]
    return _thin(there, tolerance)[:-1] + _thin(back, tolerance)[:-1]


def _thin(line: Sequence[Point], tolerance: float) -> list[Point]:
    """Drop points that lie within ``tolerance`` of the line without them (Douglas-Peucker)."""
    keep = {0, len(line) - 1}
    todo = [(0, len(line) - 1)]
    while todo:
        first, last = todo.pop()
        between = range(first + 1, last)
        if not between:
            continue
        offs = [_distance(line[i], line[first], line[last]) for i in between]
        worst = max(offs)
        if worst > tolerance:
            middle = between[offs.index(worst)]
            keep.add(middle)
            todo += [(first, middle), (middle, last)]
    return [line[i] for i in sorted(keep)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """Return how far the point is from the line through start and end."""
    (px, py), (ax, ay), (bx, by) = point, start, end
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    if not length:
        return float(((px - ax) ** 2 + (py - ay) ** 2) ** 0.5)
    return float(abs((bx - ax) * (ay - py) - (ax - px) * (by - ay)) / length)


def _snap(points: Sequence[Point], scale: int) -> list[Cell]:
    cells = [(round(x * scale), round(y * scale)) for x, y in points]
    return [cell for i, cell in enumerate(cells) if not i or cell != cells[i - 1]]
