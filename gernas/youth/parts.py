"""The parts of a member's own page. Each subject adds its own when the app starts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gernas.youth.models import Member, YouthProgramme

if TYPE_CHECKING:
    from gernas.youth.views.ways import Way


@dataclass(frozen=True)
class Part:
    """A section of the page; its template sees ``way``, ``member``, ``programme``, ``values``."""

    word: str  # its id on the page, e.g. jaga
    title: str
    template: str  # below the heading, e.g. youth/mine/_shifts.html
    values: Mapping[str, Any] = field(default_factory=dict)


Make = Callable[["Way", Member, YouthProgramme], Part | None]

_parts: dict[Make, int] = {}


def register_member_part(make: Make, *, number: int) -> None:
    """Add a part to the page of each member; ``number`` orders them: 10 first, 90 last.

    What asks something of the member stands at 10 to 19, shifts 20, the QR 30, hours 40, businesses
    50, content 60, certificates 70, own data 90.
    """
    _parts[make] = number


def list_member_parts(way: "Way", member: Member, programme: YouthProgramme) -> list[Part]:
    """The parts that have something to show, in their order."""
    ordered = sorted(_parts, key=lambda make: _parts[make])
    return [part for make in ordered if (part := make(way, member, programme)) is not None]
