"""What people may say about plans, halls, zones, sponsors and booths, checked and put in order."""

import re
from dataclasses import dataclass, field, fields
from datetime import time
from typing import Any, Self

from flask_babel import gettext as _

from gernas.booths.models import (
    CODE_LENGTH,
    HALL_NAME_LENGTH,
    INCLUDED_AMPS,
    LABEL_LENGTH,
    LARGEST_CM,
    NAME_LENGTH,
    NOTE_LENGTH,
    Booth,
    Fixture,
    FixtureKind,
    Hall,
    Plan,
    Sponsor,
    Zone,
    ZoneColour,
)
from gernas.businesses.models import Sector
from gernas.businesses.values import read_phone
from gernas.core.errors import BadValues
from gernas.core.text import clean_text
from gernas.core.wording import number_words

RULES_LENGTH = 2_000
MOST_QUOTA = 10_000
MOST_PRICE = 10**12  # rupiah
MOST_FURNITURE = 50
MOST_AMPS = 100
_LABEL = re.compile(r"[^\W_]+(?:[ ./-][^\W_]+)*")  # letters and digits: A04, B-12, Tenda 3

Problems = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class PlanValues:
    """What holds for the whole plan; hours are wall time at the event on each of its days."""

    grid_cm: int = 50
    aisle_cm: int = 200
    opens_daily: time | None = None
    closes_daily: time | None = None
    rules: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None

    @classmethod
    def of(cls, plan: Plan) -> Self:
        return cls(**{one.name: getattr(plan, one.name) for one in fields(cls)})

    def checked(self) -> Self:
        """The values cleaned and in order.

        Raises:
            BadValues: a sentence for each field that cannot be kept as it is.
        """
        problems: Problems = {}
        values = dict(vars(self))
        values["rules"] = _text(self.rules, RULES_LENGTH, "rules", problems, multiline=True)
        values["contact_name"] = _text(self.contact_name, NAME_LENGTH, "contact_name", problems)
        values["contact_phone"] = _phone(self.contact_phone, problems)
        _within(self.grid_cm, (5, 1_000), "grid_cm", _("The grid"), problems)
        _within(self.aisle_cm, (0, 2_000), "aisle_cm", _("The aisle"), problems)
        if (self.opens_daily is None) != (self.closes_daily is None):
            name = "opens_daily" if self.opens_daily is None else "closes_daily"
            problems[name] = _("Give both hours, or none.")
        elif self.opens_daily and self.closes_daily and self.closes_daily <= self.opens_daily:
            problems["closes_daily"] = _("It closes before it opens.")
        _refuse(problems)
        return type(self)(**values)


@dataclass(frozen=True, kw_only=True)
class HallValues:
    name: str
    width_cm: int
    depth_cm: int
    name_en: str | None = None

    @classmethod
    def of(cls, hall: Hall) -> Self:
        return cls(**{one.name: getattr(hall, one.name) for one in fields(cls)})

    def checked(self) -> Self:
        """The values cleaned and in order.

        Raises:
            BadValues: a sentence for each field that cannot be kept as it is.
        """
        problems: Problems = {}
        values = dict(vars(self))
        values["name"] = _text(self.name, HALL_NAME_LENGTH, "name", problems)
        values["name_en"] = _text(self.name_en, HALL_NAME_LENGTH, "name_en", problems)
        if not values["name"]:
            problems.setdefault("name", _("Give the hall a name, such as Main tent."))
        _within(self.width_cm, (100, LARGEST_CM), "width_cm", _("The width"), problems)
        _within(self.depth_cm, (100, LARGEST_CM), "depth_cm", _("The depth"), problems)
        _refuse(problems)
        return type(self)(**values)


@dataclass(frozen=True, kw_only=True)
class ZoneValues:
    code: str  # as registrations name it
    name: str
    colour: ZoneColour
    name_en: str | None = None
    sectors: tuple[str, ...] = ()  # none: any

    @classmethod
    def of(cls, zone: Zone) -> Self:
        values = {one.name: getattr(zone, one.name) for one in fields(cls)}
        return cls(**{**values, "sectors": tuple(zone.sectors)})

    def checked(self) -> Self:
        """The values cleaned and in order.

        Raises:
            BadValues: a sentence for each field that cannot be kept as it is.
        """
        problems: Problems = {}
        values = dict(vars(self))
        values["code"] = _text(self.code, CODE_LENGTH, "code", problems)
        values["name"] = _text(self.name, NAME_LENGTH, "name", problems)
        values["name_en"] = _text(self.name_en, NAME_LENGTH, "name_en", problems)
        if not values["code"]:
            problems.setdefault("code", _("Give the zone a short code, such as A."))
        elif not _LABEL.fullmatch(values["code"]):
            problems.setdefault("code", _("Use letters and digits only, such as A or FOOD."))
        if not values["name"]:
            problems.setdefault("name", _("Give the zone a name, such as Food and drink."))
        if self.colour not in set(ZoneColour):
            problems["colour"] = _("Choose one of the colours.")
        known = {str(sector) for sector in Sector}
        values["sectors"] = tuple(dict.fromkeys(one for one in self.sectors if one in known))
        if len(set(self.sectors)) != len(values["sectors"]):
            problems["sectors"] = _("Choose among the sectors.")
        _refuse(problems)
        return type(self)(**values)


@dataclass(frozen=True, kw_only=True)
class SponsorValues:
    name: str
    quota: int | None = None  # None: as many as its block has

    @classmethod
    def of(cls, sponsor: Sponsor) -> Self:
        return cls(name=sponsor.name, quota=sponsor.quota)

    def checked(self) -> Self:
        """The values cleaned and in order.

        Raises:
            BadValues: a sentence for each field that cannot be kept as it is.
        """
        problems: Problems = {}
        name = _text(self.name, NAME_LENGTH, "name", problems)
        if not name:
            problems.setdefault("name", _("Give the name of the sponsor."))
        if self.quota is not None:
            _within(self.quota, (0, MOST_QUOTA), "quota", _("The quota"), problems, unit="")
        _refuse(problems)
        return type(self)(name=name or "", quota=self.quota)


@dataclass(frozen=True, kw_only=True)
class BoothValues:
    """All that can be said about one booth. Lengths in centimetres, ``turn`` in degrees."""

    label: str
    x_cm: int
    y_cm: int
    width_cm: int = 300
    depth_cm: int = 300
    turn: int = 0
    zone_id: int | None = None
    sponsor_id: int | None = None
    amps: int = INCLUDED_AMPS
    corner: bool = False
    water: bool = False
    accessible: bool = False
    tables: int = 1
    chairs: int = 2
    price: int | None = None
    note: str | None = None
    locked: bool = False

    @classmethod
    def of(cls, booth: Booth) -> Self:
        return cls(**{one.name: getattr(booth, one.name) for one in fields(cls)})

    def checked(self) -> Self:
        """The values cleaned and in order.

        Raises:
            BadValues: a sentence for each field that cannot be kept as it is.
        """
        problems: Problems = {}
        values = dict(vars(self))
        values["label"] = clean_label(self.label, problems)
        values["note"] = _text(self.note, NOTE_LENGTH, "note", problems, multiline=True)
        values["turn"] = self.turn % 360
        _check_place(self, problems)
        _within(self.width_cm, (50, 10_000), "width_cm", _("The width"), problems)
        _within(self.depth_cm, (50, 10_000), "depth_cm", _("The depth"), problems)
        _within(self.amps, (0, MOST_AMPS), "amps", _("The current"), problems, unit="A")
        _within(self.tables, (0, MOST_FURNITURE), "tables", _("Tables"), problems, unit="")
        _within(self.chairs, (0, MOST_FURNITURE), "chairs", _("Chairs"), problems, unit="")
        if self.price is not None:
            _within(self.price, (0, MOST_PRICE), "price", _("The price"), problems, unit="")
        _refuse(problems)
        return type(self)(**values)


@dataclass(frozen=True, kw_only=True)
class FixtureValues:
    """A stage, gate or toilet. Lengths in centimetres, ``turn`` in degrees."""

    kind: FixtureKind
    x_cm: int
    y_cm: int
    width_cm: int
    depth_cm: int
    turn: int = 0
    label: str | None = None

    @classmethod
    def of(cls, fixture: Fixture) -> Self:
        return cls(**{one.name: getattr(fixture, one.name) for one in fields(cls)})

    def checked(self) -> Self:
        """The values cleaned and in order.

        Raises:
            BadValues: a sentence for each field that cannot be kept as it is.
        """
        problems: Problems = {}
        values = dict(vars(self))
        values["label"] = _text(self.label, HALL_NAME_LENGTH, "label", problems)
        values["turn"] = self.turn % 360
        if self.kind not in set(FixtureKind):
            problems["kind"] = _("Choose what it is.")
        _check_place(self, problems)
        _within(self.width_cm, (10, LARGEST_CM), "width_cm", _("The width"), problems)
        _within(self.depth_cm, (10, LARGEST_CM), "depth_cm", _("The depth"), problems)
        _refuse(problems)
        return type(self)(**values)


@dataclass(frozen=True, kw_only=True)
class HallDrawing:
    """What a saved drawing changes: rows by id (None: a new one), and the ids of removed ones."""

    booths: tuple[tuple[int | None, BoothValues], ...] = ()
    fixtures: tuple[tuple[int | None, FixtureValues], ...] = ()
    removed_booths: frozenset[int] = field(default_factory=frozenset)
    removed_fixtures: frozenset[int] = field(default_factory=frozenset)

    @property
    def is_empty(self) -> bool:
        return not (self.booths or self.fixtures or self.removed_booths or self.removed_fixtures)


def clean_label(label: str, problems: Problems | None = None) -> str:
    """A booth's label as it is kept: one line, letters and digits, at most 12 of them."""
    problems = {} if problems is None else problems
    text = " ".join(clean_text(label).split())
    if not text:
        problems["label"] = _("Give the booth a label, such as A04.")
    elif len(text) > LABEL_LENGTH:
        problems["label"] = _(
            "“%(label)s” is too long: a label has at most %(most)s characters.",
            label=text[:20],
            most=LABEL_LENGTH,
        )
    elif not _LABEL.fullmatch(text):
        problems["label"] = _(
            "“%(label)s” cannot be a label. Use letters and digits, such as A04.", label=text
        )
    return text


def _check_place(one: BoothValues | FixtureValues, problems: Problems) -> None:
    for name, words in (("x_cm", _("From the left")), ("y_cm", _("From the top"))):
        _within(getattr(one, name), (-LARGEST_CM, LARGEST_CM), name, words, problems)


def _within(
    value: Any,
    bounds: tuple[int, int],
    name: str,
    words: str,
    problems: Problems,
    *,
    unit: str = "m",
) -> None:
    """Note that a number is none or not within its bounds; lengths are told in metres."""
    least, most = bounds
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return
    share = 100 if unit == "m" else 1
    problems[name] = _(
        "%(what)s must be between %(least)s and %(most)s%(unit)s.",
        what=words,
        unit=f"\N{NO-BREAK SPACE}{unit}" if unit else "",
        least=number_words(least / share),
        most=number_words(most / share),
    )


def _text(
    value: str | None, length: int, name: str, problems: Problems, *, multiline: bool = False
) -> str | None:
    text = clean_text(value or "", multiline=multiline)
    if len(text) > length:
        problems[name] = _("This is too long: at most %(most)s characters.", most=length)
    return text or None


def _phone(value: str | None, problems: Problems) -> str | None:
    if not value or not value.strip():
        return None
    try:
        return read_phone(value)
    except ValueError as error:
        problems["contact_phone"] = str(error)
        return None


def _refuse(problems: Problems) -> None:
    if problems:
        raise BadValues(problems)
