"""Save what was drawn in a hall: many booths and fixtures in one transaction.

A booth that an exhibitor holds may be moved within its hall, resized and renamed, but is never
removed, nor carried into another hall without saying so.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from flask_babel import gettext as _
from sqlalchemy import func, select

from gernas.booths.errors import HallChanged, TooManyBooths
from gernas.booths.geometry import Box, Problem, Thing, find_problems
from gernas.booths.models import Booth, Fixture, Hall
from gernas.booths.queries import list_booths, list_fixtures, list_sponsors, list_zones
from gernas.booths.services.changing import By, Values, log_row, shows
from gernas.booths.services.halls import hold_hall, lock_booths, refuse_if_held
from gernas.booths.values import BoothValues, FixtureValues, HallDrawing
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.errors import BadValues, NotThere
from gernas.events.services.changing import find_last_editor

MOST_BOOTHS = 2_000  # of a plan
MOST_FIXTURES = 300  # of a hall
MOST_LOGGED = 40  # labels named in a line of the log; the rest is counted


Kind = TypeVar("Kind", BoothValues, FixtureValues)


class BadDrawing(BadValues):
    """Some of what was drawn cannot be kept; ``of_booths`` and so on say which and why.

    The keys are places in the drawing, from 0.
    """

    def __init__(
        self,
        of_booths: Mapping[int, Mapping[str, str]],
        of_fixtures: Mapping[int, Mapping[str, str]],
    ) -> None:
        sentences = [
            text for one in (*of_booths.values(), *of_fixtures.values()) for text in one.values()
        ]
        unique = list(dict.fromkeys(sentences))
        super().__init__({f"drawing-{n}": text for n, text in enumerate(unique[:5])})
        self.of_booths, self.of_fixtures = of_booths, of_fixtures


@dataclass(frozen=True)
class Saved:
    """The hall as it is now, with the rows in the order in which the drawing named them."""

    hall: Hall
    booths: list[Booth]
    fixtures: list[Fixture]


def save_drawing(hall: Hall, drawing: HallDrawing, *, version: int | None, by: By) -> Saved:
    """Save all that was drawn in a hall that this person saw in ``version``, or nothing of it.

    Raises:
        NotAllowed, NotThere
        HallChanged: someone else drew in it since ``version``.
        BadDrawing: a sentence for each booth or fixture that cannot be kept.
        BoothsInUse: a removed booth belongs to someone.
        TooManyBooths
    """
    drawing = _checked(drawing)
    hall = hold_hall(hall, by=by)
    if version is not None and hall.version != version:
        name, at = find_last_editor(hall)
        raise HallChanged(hall, changed_by=name, changed_at=at)
    if drawing.is_empty:
        return Saved(hall, [], [])
    changes = _Changes(hall, drawing)
    changes.check()
    changes.remove()
    booths, fixtures = changes.keep_booths(), changes.keep_fixtures()
    hall.version += 1
    hall.updated_at = now()
    db.session.flush()
    log_row("hall.drawn", hall.plan, hall, *changes.logged(booths), by=by)
    shows(hall.plan)
    return Saved(hall, booths, fixtures)


def carry_booths(booths: Collection[Booth], to_hall: Hall, *, by: By) -> None:
    """Carry booths into another hall of the plan, at the same place; nobody may hold them.

    Raises:
        NotAllowed, NotThere
        BoothsInUse: one of them belongs to someone.
    """
    hall = hold_hall(to_hall, by=by)
    rows = lock_booths({booth.id for booth in booths if booth.plan_id == hall.plan_id})
    refuse_if_held({row.id for row in rows if row.hall_id is not None})
    before = {row.label: row.hall.name if row.hall else None for row in rows}
    for row in rows:
        _touch(row)
        row.hall_id = hall.id
    hall.version += 1
    db.session.flush()
    log_row("hall.drawn", hall.plan, hall, {"carried": ""}, {"carried": _names(before)}, by=by)
    shows(hall.plan)


def restore_booths(hall: Hall, ids: Collection[int], *, by: By) -> list[Booth]:
    """Take the removal of booths back; whose label was given away meanwhile stays away.

    Raises:
        NotAllowed, NotThere: none of them can come back.
    """
    hall = hold_hall(hall, by=by)
    rows = [row for row in lock_booths(set(ids)) if row.plan_id == hall.plan_id]
    taken = {booth.label for booth in list_booths(hall.plan)}
    back = [row for row in rows if row.removed_at is not None and row.label not in taken]
    if not back:
        raise NotThere(_("There is nothing to bring back."))
    for row in back:
        _touch(row)
        row.removed_at, row.hall_id = None, hall.id
    hall.version += 1
    db.session.flush()
    labels = _names(row.label for row in back)
    log_row("hall.drawn", hall.plan, hall, {"added": ""}, {"added": labels}, by=by)
    shows(hall.plan)
    return back


def check_hall(hall: Hall, aisle_cm: int) -> list[Problem]:
    """What is wrong with a hall as it was saved; things are named ``b12`` and ``f7`` by id."""
    booths = [(f"b{one.id}", one) for one in list_booths(hall.plan, hall)]
    fixtures = [(f"f{one.id}", one) for one in list_fixtures(hall)]
    return check_things(hall, aisle_cm, booths, fixtures)


def check_things(
    hall: Hall,
    aisle_cm: int,
    booths: Iterable[tuple[str, Booth | BoothValues]],
    fixtures: Iterable[tuple[str, Fixture | FixtureValues]],
) -> list[Problem]:
    """What is wrong with a drawing that may not be saved yet."""
    things = [Thing(key, Box.of(one), is_booth=True) for key, one in booths]
    things += [
        Thing(
            key,
            Box.of(one),
            is_booth=False,
            is_gate=one.kind == "gate",
            is_wall=one.kind == "wall",
        )
        for key, one in fixtures
    ]
    return find_problems(things, width=hall.width_cm, depth=hall.depth_cm, aisle=aisle_cm)


class _Changes:
    """One drawing on its way into the database."""

    def __init__(self, hall: Hall, drawing: HallDrawing) -> None:
        self.hall, self.drawing = hall, drawing
        known = {number for number, _values in drawing.booths if number is not None}
        # By their ids, as whoever gives them does, so that neither waits for the other for ever.
        locked = {row.id: row for row in lock_booths(known | drawing.removed_booths)}
        self.rows = {
            number: row
            for number, row in locked.items()
            if row.removed_at is None and row.hall_id == hall.id
        }
        self.fixtures = {row.id: row for row in list_fixtures(hall)}

    def check(self) -> None:
        wanted = {number for number, _values in self.drawing.booths if number is not None}
        wanted_fixtures = {
            number for number, _values in self.drawing.fixtures if number is not None
        }
        if not wanted <= set(self.rows) or not wanted_fixtures <= set(self.fixtures):
            name, at = find_last_editor(self.hall)
            raise HallChanged(self.hall, changed_by=name, changed_at=at)
        refuse_if_held(self.drawing.removed_booths & set(self.rows))
        self._check_counts()
        self._check_labels()

    def _check_counts(self) -> None:
        counted = select(func.count()).select_from(Booth)
        there = db.session.scalar(
            counted.where(Booth.plan_id == self.hall.plan_id, Booth.removed_at.is_(None))
        )
        new = sum(1 for number, _values in self.drawing.booths if number is None)
        gone = len(self.drawing.removed_booths & set(self.rows))
        if new and (there or 0) + new - gone > MOST_BOOTHS:
            raise TooManyBooths(MOST_BOOTHS)
        added = sum(1 for number, _values in self.drawing.fixtures if number is None)
        if added and len(self.fixtures) + added > MOST_FIXTURES:
            raise BadValues(
                {"fixtures": _("A hall has at most %(most)s other things.", most=MOST_FIXTURES)}
            )

    def _check_labels(self) -> None:
        """Refuse a label that another booth of the plan bears, and zones of other plans."""
        drawn = {number for number, _values in self.drawing.booths if number is not None}
        away = drawn | self.drawing.removed_booths
        taken = {
            booth.label.casefold() for booth in list_booths(self.hall.plan) if booth.id not in away
        }
        zones = {zone.id for zone in list_zones(self.hall.plan)}
        sponsors = {sponsor.id for sponsor in list_sponsors(self.hall.plan)}
        problems: dict[int, dict[str, str]] = {}
        for place, (_number, values) in enumerate(self.drawing.booths):
            if values.label.casefold() in taken:
                problems.setdefault(place, {})["label"] = _(
                    "There is a booth %(label)s already.", label=values.label
                )
            taken.add(values.label.casefold())
            if values.zone_id is not None and values.zone_id not in zones:
                problems.setdefault(place, {})["zone_id"] = _("This zone is no longer there.")
            if values.sponsor_id is not None and values.sponsor_id not in sponsors:
                problems.setdefault(place, {})["sponsor_id"] = _("This sponsor is no longer there.")
        if problems:
            raise BadDrawing(problems, {})

    def remove(self) -> None:
        moment = now()
        for number in self.drawing.removed_booths & set(self.rows):
            _touch(self.rows[number])
            self.rows[number].removed_at = moment
        for number in self.drawing.removed_fixtures & set(self.fixtures):
            db.session.delete(self.fixtures[number])
        db.session.flush()

    def keep_booths(self) -> list[Booth]:
        self._free_labels()
        kept: list[Booth] = []
        for number, values in self.drawing.booths:
            row = self.rows[number] if number is not None else self._new_booth()
            for name, value in vars(values).items():
                setattr(row, name, value)
            if number is not None:
                _touch(row)
            else:
                db.session.add(row)
            kept.append(row)
        db.session.flush()
        return kept

    def _free_labels(self) -> None:
        """Let labels that change places pass each other: one at a time they would clash."""
        for number, values in self.drawing.booths:
            if number is not None and self.rows[number].label != values.label:
                self.rows[number].label = f"~{number}"
        db.session.flush()

    def _new_booth(self) -> Booth:
        moment = now()
        return Booth(
            plan_id=self.hall.plan_id, hall_id=self.hall.id, created_at=moment, updated_at=moment
        )

    def keep_fixtures(self) -> list[Fixture]:
        kept: list[Fixture] = []
        for number, values in self.drawing.fixtures:
            row = self.fixtures[number] if number is not None else Fixture(hall_id=self.hall.id)
            for name, value in vars(values).items():
                setattr(row, name, value)
            db.session.add(row)
            kept.append(row)
        db.session.flush()
        return kept

    def logged(self, booths: list[Booth]) -> tuple[Values, Values]:
        """What the log keeps: the labels that came, changed and went, and how many fixtures."""
        numbers = [number for number, _values in self.drawing.booths]
        pairs = list(zip(numbers, booths, strict=True))
        after: Values = {
            "added": _names(row.label for number, row in pairs if number is None),
            "changed": _names(row.label for number, row in pairs if number is not None),
            "removed": _names(
                self.rows[number].label
                for number in sorted(self.drawing.removed_booths & set(self.rows))
            ),
            "fixtures": len(self.drawing.fixtures) + len(self.drawing.removed_fixtures),
        }
        return {"added": "", "changed": "", "removed": "", "fixtures": 0}, after


def _checked(drawing: HallDrawing) -> HallDrawing:
    """The drawing with clean values.

    Raises:
        BadDrawing: a sentence for each booth or fixture that cannot be kept.
    """
    booths, of_booths = _check_each(drawing.booths)
    fixtures, of_fixtures = _check_each(drawing.fixtures)
    if of_booths or of_fixtures:
        raise BadDrawing(of_booths, of_fixtures)
    return replace(drawing, booths=tuple(booths), fixtures=tuple(fixtures))


def _check_each(
    pairs: Iterable[tuple[int | None, Kind]],
) -> tuple[list[tuple[int | None, Kind]], dict[int, dict[str, str]]]:
    checked: list[tuple[int | None, Kind]] = []
    problems: dict[int, dict[str, str]] = {}
    for place, (number, values) in enumerate(pairs):
        try:
            checked.append((number, values.checked()))
        except BadValues as error:
            problems[place] = error.problems
    return checked, problems


def _names(labels: Iterable[str]) -> str:
    found = list(labels)
    named = ", ".join(found[:MOST_LOGGED])
    return f"{named} (+{len(found) - MOST_LOGGED})" if len(found) > MOST_LOGGED else named


def _touch(row: Booth) -> None:
    row.version += 1
    row.updated_at = now()
