"""What people may say about how calls get booths and what exhibitors need, checked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from flask_babel import gettext as _

from gernas.booths.models import (
    INCLUDED_AMPS,
    NAME_LENGTH,
    NOTE_LENGTH,
    BoothCall,
    BoothMode,
    BoothNeed,
)
from gernas.core.errors import BadValues
from gernas.core.text import clean_text

MOST_MINUTES, MOST_EACH, MOST_AMPS, LARGEST_SIDE = 1_440, 10, 100, 10_000


@dataclass(frozen=True, kw_only=True)
class TermsValues:
    """How the registrations of a call get booths; moments are UTC."""

    mode: BoothMode = BoothMode.ASSIGN
    sponsor_id: int | None = None
    hold_minutes: int = 10
    booths_each: int = 1
    opens_at: datetime | None = None
    closes_at: datetime | None = None

    @classmethod
    def of(cls, terms: BoothCall) -> Self:
        return cls(**{name: getattr(terms, name) for name in cls.__dataclass_fields__})

    def checked(self) -> Self:
        """The values in order.

        Raises:
            BadValues: a sentence for each field that cannot be kept as it is.
        """
        problems: dict[str, str] = {}
        if self.mode not in set(BoothMode):
            problems["mode"] = _("Choose one of these.")
        if not 1 <= self.hold_minutes <= MOST_MINUTES:
            problems["hold_minutes"] = _("A booth can be held for 1 to 1,440 minutes.")
        if not 1 <= self.booths_each <= MOST_EACH:
            problems["booths_each"] = _("One exhibitor can have 1 to 10 booths.")
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            problems["closes_at"] = _("It closes before it opens.")
        if problems:
            raise BadValues(problems)
        return self


@dataclass(frozen=True, kw_only=True)
class NeedValues:
    """What a registration needs of its booth."""

    width_cm: int | None = None  # at least
    depth_cm: int | None = None
    amps: int = INCLUDED_AMPS
    water: bool = False
    accessible: bool = False
    product: str | None = None
    sponsor_id: int | None = None
    group_id: int | None = None
    note: str | None = None

    @classmethod
    def of(cls, need: BoothNeed | None) -> Self:
        if need is None:
            return cls()
        return cls(**{name: getattr(need, name) for name in cls.__dataclass_fields__})

    def checked(self) -> Self:
        """The values cleaned and in order.

        Raises:
            BadValues: a sentence for each field that cannot be kept as it is.
        """
        problems: dict[str, str] = {}
        values: dict[str, Any] = dict(vars(self))
        for name in ("width_cm", "depth_cm"):
            if values[name] is not None and not 50 <= values[name] <= LARGEST_SIDE:
                problems[name] = _("Write a length from 0.5 to 100 metres.")
        if not 0 <= self.amps <= MOST_AMPS:
            problems["amps"] = _("Write a current from 0 to 100 ampere.")
        for name, most in (("product", NAME_LENGTH), ("note", NOTE_LENGTH)):
            values[name] = clean_text(values[name] or "") or None
            if values[name] and len(values[name]) > most:
                problems[name] = _("Write at most %(most)s characters.", most=most)
        if problems:
            raise BadValues(problems)
        return type(self)(**values)
