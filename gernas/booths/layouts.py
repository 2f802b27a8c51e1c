"""Ordinary layouts of halls, made to measure: where booths and what else would stand. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, product
from string import ascii_uppercase

from gernas.booths.models import FixtureKind, ZoneColour
from gernas.booths.values import BoothValues, FixtureValues, ZoneValues

MOST_DRAWN = 500  # booths that a layout adds at once
_WALL_CM = 50  # between the back of a row and the wall, for cables and curtains


class Layout(StrEnum):
    BACK_TO_BACK = "back_to_back"  # islands of two rows
    ROUND_WALLS = "round_walls"  # along the walls, and free in the middle
    BAZAAR = "bazaar"  # rows of tents, each with a way before it
    LAGAWI = "lagawi"  # the hall of Lagawi Fest: 70 booths in four rows


@dataclass(frozen=True)
class Measure:
    """How large a hall is, and what its booths and ways measure, in centimetres."""

    width: int
    depth: int
    booth_width: int = 300
    booth_depth: int = 300
    aisle: int = 300


@dataclass(frozen=True)
class Made:
    """What a layout puts into a hall; the letter of a row is the code of its zone."""

    booths: list[BoothValues] = field(default_factory=list)
    fixtures: list[FixtureValues] = field(default_factory=list)
    zones: list[ZoneValues] = field(default_factory=list)
    size: tuple[int, int] | None = None  # the hall that it needs, where it is made for one


def make_layout(layout: Layout, measure: Measure, *, taken: Collection[str] = ()) -> Made:
    """What a layout would draw in a hall; labels begin with letters that no taken one has.

    Nothing is drawn where not even one booth fits.
    """
    letters = _free_letters(taken)
    if layout is Layout.LAGAWI:
        return _lagawi(letters)
    makers = {
        Layout.BACK_TO_BACK: _back_to_back,
        Layout.ROUND_WALLS: _round_walls,
        Layout.BAZAAR: _bazaar,
    }
    rows = makers[layout](measure)
    booths = _labelled(rows, letters, measure)[:MOST_DRAWN]
    return Made(booths, [_gate(measure)] if booths else [])


def label_row(start: str, count: int) -> list[str]:
    """``A04`` and what follows it: A05, A06; the digits at the end count on and keep their width.

    Without digits they begin at 01.
    """
    head = start.rstrip("0123456789")
    digits = start[len(head) :]
    first = int(digits) if digits else 1
    width = len(digits) if digits else 2
    return [f"{head}{number:0{width}}" for number in range(first, first + count)]


Spot = tuple[int, int, int]  # left, top, turn
Rows = list[list[Spot]]


def _back_to_back(measure: Measure) -> Rows:
    deep, rows = measure.booth_depth, []
    top = measure.aisle
    while top + 2 * deep + measure.aisle <= measure.depth:
        rows.append([(x, top, 180) for x in _steps(measure)])
        rows.append([(x, top + deep, 0) for x in _steps(measure)])
        top += 2 * deep + measure.aisle
    return rows


def _bazaar(measure: Measure) -> Rows:
    rows, top = [], _WALL_CM
    while top + measure.booth_depth + measure.aisle <= measure.depth:
        rows.append([(x, top, 0) for x in _steps(measure)])
        top += measure.booth_depth + measure.aisle
    return rows


def _round_walls(measure: Measure) -> Rows:
    """Along the upper wall, the right, the lower and the left one; the lower one leaves a gate."""
    wide, deep, aisle = measure.booth_width, measure.booth_depth, measure.aisle
    inner = deep + _WALL_CM
    if min(measure.width, measure.depth) < 2 * inner + aisle:
        return []
    first, last = inner + aisle, measure.width - inner - aisle  # the corners belong to the sides
    middle, low = measure.width // 2, measure.depth - inner
    upper = [(x, _WALL_CM, 0) for x in _fit(first, last, wide)]
    lower = [
        (x, low, 180)
        for x in chain(
            _fit(first, middle - aisle // 2, wide), _fit(middle + aisle // 2, last, wide)
        )
    ]
    shift = (wide - deep) // 2  # a quarter turn about the middle
    sides = list(_fit(_WALL_CM, measure.depth - _WALL_CM, wide))
    right = [(measure.width - inner - shift, y + shift, 90) for y in sides]
    left = [(_WALL_CM - shift, y + shift, 270) for y in sides]
    return [upper, right, lower, left]


def _steps(measure: Measure) -> Iterator[int]:
    """The left edges of a row with a way at both ends, and one in the middle of a long row."""
    room = measure.width - 2 * measure.aisle
    wide = measure.booth_width
    if room < 12 * wide + measure.aisle:
        yield from _fit(measure.aisle, measure.width - measure.aisle, wide)
        return
    half = (room - measure.aisle) // 2
    yield from _fit(measure.aisle, measure.aisle + half, wide)
    yield from _fit(2 * measure.aisle + half, measure.width - measure.aisle, wide)


def _fit(start: int, end: int, wide: int) -> Iterator[int]:
    """As many as fit between two edges, in the middle of them."""
    count = max((end - start) // wide, 0)
    first = start + (end - start - count * wide) // 2
    return (first + number * wide for number in range(count)) if count else iter(())


def _labelled(rows: Rows, letters: Iterator[str], measure: Measure) -> list[BoothValues]:
    booths: list[BoothValues] = []
    for row in rows:
        if not row:
            continue
        labels = label_row(f"{next(letters)}01", len(row))
        booths += [
            BoothValues(
                label=label,
                x_cm=x,
                y_cm=y,
                turn=turn,
                width_cm=measure.booth_width,
                depth_cm=measure.booth_depth,
                corner=x in (row[0][0], row[-1][0]) and turn % 180 == 0,
            )
            for label, (x, y, turn) in zip(labels, row, strict=True)
        ]
    return booths


def _gate(measure: Measure) -> FixtureValues:
    wide = min(400, measure.aisle, measure.width)
    return FixtureValues(
        kind=FixtureKind.GATE,
        x_cm=(measure.width - wide) // 2,
        y_cm=measure.depth - 60,
        width_cm=wide,
        depth_cm=60,
    )


def _free_letters(taken: Collection[str]) -> Iterator[str]:
    used = {label.rstrip("0123456789").upper() for label in taken}
    singles = iter(ascii_uppercase)
    doubles = ("".join(pair) for pair in product(ascii_uppercase, repeat=2))
    return (letter for letter in chain(singles, doubles) if letter not in used)


# --- Lagawi Fest ----------------------------------------------------------------------------

_LAGAWI_ROWS = (
    # count left of the middle way, right of it, top of the row, turn
    (9, 9, 50, 0),
    (8, 9, 750, 180),
    (8, 9, 1_050, 0),
    (9, 9, 1_750, 180),
)
_LAGAWI_ZONES = (
    ("Makanan dan minuman", "Food and drink", ZoneColour.RED, ("food", "drink", "agro")),
    ("Fesyen dan tapis", "Fashion and tapis", ZoneColour.VIOLET, ("fashion", "beauty")),
    ("Kriya dan rumah", "Craft and home", ZoneColour.GREEN, ("craft", "home")),
    (
        *("Sponsor dan lokapasar", "Sponsors and marketplaces", ZoneColour.BLUE),
        ("service", "digital", "finance", "government", "other"),
    ),
)
_LAGAWI_THINGS = (
    (FixtureKind.GATE, "Pintu sungai", 2_850, 0, 400, 50),
    (FixtureKind.GATE, "Pintu masuk", 2_850, 2_050, 400, 50),
    (FixtureKind.STAGE, "Panggung", 6_300, 600, 700, 900),
    (FixtureKind.INFO, "Info", 6_300, 1_750, 300, 250),
    (FixtureKind.FIRST_AID, None, 6_650, 1_750, 300, 250),
    (FixtureKind.PRAYER_ROOM, None, 6_300, 100, 300, 300),
    (FixtureKind.TOILET, None, 6_650, 100, 300, 300),
)
_LAGAWI_AMPS = (4, 2, 2, 6)


def _lagawi(letters: Iterator[str]) -> Made:
    """Four rows of 3 × 3 m between the gate to the river and the entrance, a stage at the end."""
    made = Made(size=(7_200, 2_100))
    for (left, right, top, turn), zone, amps in zip(
        _LAGAWI_ROWS, _LAGAWI_ZONES, _LAGAWI_AMPS, strict=True
    ):
        letter = next(letters)
        name, name_en, colour, sectors = zone
        made.zones.append(
            ZoneValues(code=letter, name=name, name_en=name_en, colour=colour, sectors=sectors)
        )
        start = 2_850 - left * 300
        spots = [start + n * 300 for n in range(left)] + [3_250 + n * 300 for n in range(right)]
        ends = {0, left - 1, left, left + right - 1}
        made.booths.extend(
            BoothValues(
                label=label,
                x_cm=x,
                y_cm=top,
                turn=turn,
                amps=amps,
                corner=place in ends,
                accessible=place in (left - 1, left),
                water=letter == made.zones[0].code and place in ends,
            )
            for place, (label, x) in enumerate(
                zip(label_row(f"{letter}01", left + right), spots, strict=True)
            )
        )
    made.fixtures.extend(_things())
    return made


def _things() -> Iterator[FixtureValues]:
    for kind, label, x, y, width, depth in _LAGAWI_THINGS:
        yield FixtureValues(kind=kind, label=label, x_cm=x, y_cm=y, width_cm=width, depth_cm=depth)
