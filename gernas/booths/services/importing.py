"""Take booths in from a spreadsheet: all rows, or none where one is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from gernas.booths.booth_sheets import BadCell, read_cells, read_rows
from gernas.booths.models import Booth, Hall, Plan
from gernas.booths.queries import list_booths, list_halls, list_sponsors, list_zones
from gernas.booths.services.changing import By, hold_plan
from gernas.booths.services.drawing import MOST_BOOTHS, BadDrawing, save_drawing
from gernas.booths.values import BoothValues, HallDrawing
from gernas.core.errors import BadValues

MOST_TOLD = 50  # rows that are told of
_LENGTHS = {"x": "x_cm", "y": "y_cm", "width": "width_cm", "depth": "depth_cm"}


class BadRows(BadValues):
    """Rows that cannot be kept; ``rows`` are pairs of their number in the sheet and a sentence."""

    def __init__(self, rows: list[tuple[int, str]]) -> None:
        super().__init__({"file": _("Nothing was taken in. Mend these rows and try again.")})
        self.rows = rows


@dataclass
class Taken:
    """How many booths a sheet added and changed."""

    added: int = 0
    changed: int = 0


@dataclass
class _Wanted:
    """What the rows of one hall come to, with the numbers of their rows."""

    rows: list[tuple[int | None, BoothValues]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)


def take_booths(plan: Plan, path: Path, *, default_hall: Hall, by: By) -> Taken:
    """Take the rows of a read sheet (``read_sheet``) in; known labels are changed, others added.

    What a row leaves empty stays as it is. New booths without a place stand in rows in the free
    part of their hall.

    Raises:
        NotAllowed
        BadRows: a sentence for each row that cannot be kept.
        BoothsInUse, TooManyBooths
    """
    fields, rows = read_rows(path)
    if not fields:
        raise BadValues({"file": _("No column of this file says which booth a row is about.")})
    plan = hold_plan(plan, by=by)
    reader = _Reader(plan, default_hall)
    for number, cells in rows:
        reader.take(number, cells)
    reader.refuse_problems()
    if not reader.wanted:
        raise BadValues({"file": _("There is no booth in this file.")})
    return reader.save(by=by)


class _Reader:
    """The rows of a sheet on their way into the halls of a plan."""

    def __init__(self, plan: Plan, default_hall: Hall) -> None:
        self.halls = {hall.name.casefold(): hall for hall in list_halls(plan)}
        self.zones = {zone.code.casefold(): zone.id for zone in list_zones(plan)}
        self.sponsors = {one.name.casefold(): one.id for one in list_sponsors(plan)}
        self.known = {booth.label.casefold(): booth for booth in list_booths(plan)}
        self.default_hall = default_hall
        self.wanted: dict[int, _Wanted] = {}
        self.problems: list[tuple[int, str]] = []
        self.seen: set[str] = set()
        self.places: dict[int, _Places] = {}

    def take(self, number: int, cells: Mapping[str, str]) -> None:
        try:
            self._take(number, read_cells(cells))
        except (BadCell, BadValues) as error:
            self.problems.append((number, str(error)))

    def _take(self, number: int, found: dict[str, Any]) -> None:
        label = found.get("label", "")
        if label.casefold() in self.seen:
            raise BadValues({"label": _("Booth %(label)s stands here twice.", label=label)})
        self.seen.add(label.casefold())
        if len(self.seen) > MOST_BOOTHS:
            raise BadValues({"file": _("That is more than a plan can hold.")})
        booth = self.known.get(label.casefold())
        hall = self._hall_of(found, booth)
        values = self._values(found, booth, hall).checked()
        wanted = self.wanted.setdefault(hall.id, _Wanted())
        wanted.rows.append((booth.id if booth else None, values))
        wanted.numbers.append(number)

    def _hall_of(self, found: dict[str, Any], booth: Booth | None) -> Hall:
        name = found.pop("hall", None)
        present = booth.hall if booth and booth.hall else None
        if name is None:
            return present or self.default_hall
        hall = self.halls.get(name.casefold())
        if hall is None:
            raise BadValues({"hall": _("There is no hall “%(name)s”.", name=name[:40])})
        if present is not None and present.id != hall.id:
            raise BadValues(
                {
                    "hall": _(
                        "Booth %(label)s stands in %(hall)s. Carry it over in the table.",
                        label=booth.label if booth else "",
                        hall=present.name,
                    )
                }
            )
        return hall

    def _values(self, found: dict[str, Any], booth: Booth | None, hall: Hall) -> BoothValues:
        changes: dict[str, Any] = {_LENGTHS.get(name, name): value for name, value in found.items()}
        changes["zone_id"] = self._number_of("zone", changes, self.zones)
        changes["sponsor_id"] = self._number_of("sponsor", changes, self.sponsors)
        changes = {name: value for name, value in changes.items() if value is not None}
        if booth is not None:
            return replace(BoothValues.of(booth), **changes)
        if "x_cm" not in changes or "y_cm" not in changes:
            size = changes.get("width_cm", 300), changes.get("depth_cm", 300)
            places = self.places.setdefault(hall.id, _Places(hall, self.known.values()))
            changes["x_cm"], changes["y_cm"] = places.next(*size)
        return BoothValues(**{"label": "", **changes})

    def _number_of(
        self, name: str, changes: dict[str, Any], known: Mapping[str, int]
    ) -> int | None:
        typed = changes.pop(name, None)
        if typed is None:
            return None
        number = known.get(typed.casefold())
        if number is None:
            sentences = {
                "zone": _("There is no zone with the code “%(typed)s”.", typed=typed[:40]),
                "sponsor": _("There is no sponsor “%(typed)s”.", typed=typed[:40]),
            }
            raise BadValues({name: sentences[name]})
        return number

    def refuse_problems(self) -> None:
        if self.problems:
            raise BadRows(sorted(self.problems)[:MOST_TOLD])

    def save(self, *, by: By) -> Taken:
        taken = Taken()
        halls = {hall.id: hall for hall in self.halls.values()}
        for hall_id, wanted in self.wanted.items():
            drawing = HallDrawing(booths=tuple(wanted.rows))
            try:
                save_drawing(halls[hall_id], drawing, version=None, by=by)
            except BadDrawing as error:
                self.problems += [
                    (wanted.numbers[place], " ".join(texts.values()))
                    for place, texts in error.of_booths.items()
                ]
                self.refuse_problems()
                raise
            taken.added += sum(1 for number, _values in wanted.rows if number is None)
            taken.changed += sum(1 for number, _values in wanted.rows if number is not None)
        return taken


class _Places:
    """Where booths without a place go: in rows from the left, below what stands there."""

    def __init__(self, hall: Hall, booths: Iterable[Booth]) -> None:
        self.width = hall.width_cm
        own = [booth for booth in booths if booth.hall_id == hall.id]
        lowest = max((booth.y_cm + booth.depth_cm for booth in own), default=-250)
        self.x, self.y, self.tallest = 50, lowest + 300, 0

    def next(self, width: int, depth: int) -> tuple[int, int]:
        if self.x + width > self.width - 50 and self.x > 50:
            self.x, self.y, self.tallest = 50, self.y + self.tallest + 300, 0
        place = self.x, self.y
        self.x += width
        self.tallest = max(self.tallest, depth)
        return place
