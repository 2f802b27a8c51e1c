"""What papers are made of: plain values, without rows of the database behind them."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class PaperZone:
    code: str
    name: str
    colour: str  # a ZoneColour


@dataclass(frozen=True)
class Shape:
    """A rectangle in a hall, in centimetres, turned clockwise about its middle."""

    x: int
    y: int
    width: int
    depth: int
    turn: int = 0


@dataclass(frozen=True)
class PaperFixture:
    kind: str
    name: str
    shape: Shape


@dataclass(frozen=True, kw_only=True)
class PaperBooth:
    """A booth and who exhibits there; lists for the staff say more than signs do."""

    label: str
    shape: Shape
    address: str  # where its code leads
    size: str = ""  # in words
    zone: PaperZone | None = None
    exhibitor: str | None = None  # None: nobody yet
    contact: str = ""
    equipment: str = ""
    note: str | None = None
    load_in: str = ""
    load_out: str = ""


@dataclass(frozen=True, kw_only=True)
class PaperHall:
    name: str
    width: int  # cm
    depth: int
    size: str = ""  # in words
    fixtures: tuple[PaperFixture, ...] = ()
    booths: tuple[PaperBooth, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Facts:
    """An exhibition as its papers tell it."""

    event: str
    when: str
    made: str  # when, in words
    language: str  # id or en
    halls: tuple[PaperHall, ...] = ()
    zones: tuple[PaperZone, ...] = field(default=())

    def iter_booths(self) -> Iterator[PaperBooth]:
        for hall in self.halls:
            yield from hall.booths

    @property
    def given(self) -> list[PaperBooth]:
        """The booths that have an exhibitor."""
        return [booth for booth in self.iter_booths() if booth.exhibitor]
