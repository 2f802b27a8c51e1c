"""A drawing between the server and the editor in the browser, as JSON.

``static/js/booth-editor.js`` writes and reads the same names. Whatever arrives is looked at field
by field: nothing is guessed, nothing unknown gets through, and no number is too large to look at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from gernas.booths.geometry import Fault, Problem
from gernas.booths.models import Booth, Fixture, FixtureKind, Hall, Sponsor, Zone
from gernas.booths.values import BoothValues, FixtureValues, HallDrawing
from gernas.booths.words import fixture_word, metres, zone_title
from gernas.core.errors import BadValues

MOST_ROWS = 2_500  # booths or fixtures in one drawing
_LARGEST = 2**31 - 1
_INTEGERS = frozenset({"x_cm", "y_cm", "width_cm", "depth_cm", "turn", "amps", "tables", "chairs"})
_MAYBE_INTEGERS = frozenset({"zone_id", "sponsor_id", "price"})
_FLAGS = frozenset({"corner", "water", "accessible", "locked"})
_TEXTS = frozenset({"label", "note", "kind"})
_BOOTH_FIELDS = tuple(BoothValues.__dataclass_fields__)
_FIXTURE_FIELDS = tuple(FixtureValues.__dataclass_fields__)
_LONGEST = 2_000  # characters of a text, before its service looks at it


class NotADrawing(BadValues):
    """What arrived is none of what the editor sends."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            {"drawing": _("The drawing could not be read. Reload the page and draw it again.")}
        )


@dataclass(frozen=True)
class Sent:
    """A drawing as it was sent: what it was drawn on, and how the editor names its rows."""

    version: int
    drawing: HallDrawing
    booth_keys: tuple[str, ...]
    fixture_keys: tuple[str, ...]


def read_drawing(payload: Any) -> Sent:
    """Read what the editor sent; rows are named by ``key``, new ones have no ``id``.

    Raises:
        NotADrawing: a name, a type or a number is not what the editor would send.
    """
    if not isinstance(payload, dict):
        raise NotADrawing
    known = {"version", "booths", "fixtures", "removed_booths", "removed_fixtures"}
    if not set(payload) <= known:
        raise NotADrawing
    booths = [_read_row(one, _BOOTH_FIELDS) for one in _read_list(payload, "booths")]
    fixtures = [_read_row(one, _FIXTURE_FIELDS) for one in _read_list(payload, "fixtures")]
    ids = [number for number, _key, _row in booths if number is not None]
    fixture_ids = [number for number, _key, _row in fixtures if number is not None]
    if len(set(ids)) != len(ids) or len(set(fixture_ids)) != len(fixture_ids):
        raise NotADrawing
    drawing = HallDrawing(
        booths=tuple((number, BoothValues(**row)) for number, _key, row in booths),
        fixtures=tuple((number, _fixture(row)) for number, _key, row in fixtures),
        removed_booths=_read_ids(payload, "removed_booths"),
        removed_fixtures=_read_ids(payload, "removed_fixtures"),
    )
    return Sent(
        version=_integer(payload.get("version")),
        drawing=drawing,
        booth_keys=tuple(key for _number, key, _row in booths),
        fixture_keys=tuple(key for _number, key, _row in fixtures),
    )


def write_hall(
    hall: Hall,
    *,
    booths: Sequence[Booth],
    fixtures: Sequence[Fixture],
    zones: Sequence[Zone],
    sponsors: Sequence[Sponsor],
    held: Mapping[int, str],
    elsewhere: Sequence[str],
    grid_cm: int,
    aisle_cm: int,
) -> dict[str, Any]:
    """A hall for the editor; ``held`` says whose a booth is, ``elsewhere`` the labels outside."""
    return {
        "version": hall.version,
        "width_cm": hall.width_cm,
        "depth_cm": hall.depth_cm,
        "grid_cm": grid_cm,
        "aisle_cm": aisle_cm,
        "booths": [
            {"id": one.id, **{name: getattr(one, name) for name in _BOOTH_FIELDS}}
            | ({"held": held[one.id]} if one.id in held else {})
            for one in booths
        ],
        "fixtures": [
            {"id": one.id, **{name: getattr(one, name) for name in _FIXTURE_FIELDS}}
            for one in fixtures
        ],
        "zones": [
            {"id": one.id, "code": one.code, "name": zone_title(one), "colour": one.colour}
            for one in zones
        ],
        "sponsors": [{"id": one.id, "name": one.name} for one in sponsors],
        "elsewhere": list(elsewhere),
    }


def write_problems(problems: Sequence[Problem], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is wrong, in words and with the keys of what is concerned."""
    return [
        {
            "fault": str(one.fault),
            "keys": [key for key in (one.key, one.other) if key is not None],
            "text": problem_words(one, names),
        }
        for one in problems
    ]


def problem_words(problem: Problem, names: Mapping[str, str]) -> str:
    """``A04 and A05 overlap.``; ``names`` are the words for the keys."""
    first = names.get(problem.key, problem.key)
    other = names.get(problem.other or "", problem.other or "")
    width = metres(problem.cm or 0)
    sentences: dict[Fault, str] = {
        Fault.OUTSIDE: _("%(first)s stands outside the hall.", first=first),
        Fault.OVERLAP: _("%(first)s and %(other)s overlap.", first=first, other=other),
        Fault.AISLE: _(
            "Between %(first)s and %(other)s there is only %(width)s m.",
            first=first,
            other=other,
            width=width,
        ),
        Fault.GATE: _("%(first)s stands in the way of %(other)s.", first=first, other=other),
    }
    return str(sentences[problem.fault])


def name_fixture(one: Fixture | FixtureValues) -> str:
    return one.label or fixture_word(one.kind)


def _read_list(payload: Mapping[str, Any], name: str) -> list[Any]:
    rows = payload.get(name, [])
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise NotADrawing
    return rows


def _read_row(row: Any, fields: Sequence[str]) -> tuple[int | None, str, dict[str, Any]]:
    if not isinstance(row, dict) or not set(row) <= {"id", "key", *fields}:
        raise NotADrawing
    missing = {"x_cm", "y_cm", "width_cm", "depth_cm"} - set(row)
    key = row.get("key")
    if missing or not isinstance(key, str) or not 0 < len(key) <= 20:
        raise NotADrawing
    number = None if row.get("id") is None else _integer(row["id"])
    return number, key, {name: _read_value(name, row[name]) for name in fields if name in row}


def _read_value(name: str, value: Any) -> Any:
    if name in _FLAGS:
        if not isinstance(value, bool):
            raise NotADrawing
        return value
    if name in _TEXTS or (name == "label" and value is None):
        return _text(name, value)
    if name in _MAYBE_INTEGERS and value is None:
        return None
    if name == "price":
        return _integer(value, most=10**15)
    if name in _INTEGERS or name in _MAYBE_INTEGERS:
        return _integer(value)
    raise NotADrawing


def _text(name: str, value: Any) -> str | None:
    if value is None and name != "kind":
        return None if name == "note" else ""
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise NotADrawing
    return value


def _integer(value: Any, *, most: int = _LARGEST) -> int:
    """A whole number; JavaScript sends no other kind, but 3.0 may arrive for 3."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotADrawing
    if value != value or abs(value) > most or value != int(value):  # noqa: PLR0124 - NaN
        raise NotADrawing
    return int(value)


def _read_ids(payload: Mapping[str, Any], name: str) -> frozenset[int]:
    return frozenset(_integer(one) for one in _read_list(payload, name))


def _fixture(row: dict[str, Any]) -> FixtureValues:
    if row.get("kind") not in set(FixtureKind):
        raise NotADrawing
    return FixtureValues(**{**row, "kind": FixtureKind(row["kind"]), "label": row.get("label")})
