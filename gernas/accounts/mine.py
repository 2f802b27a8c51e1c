"""What ``/saya`` shows. The domains above add their sections when the app starts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gernas.accounts.models import User


@dataclass(frozen=True)
class Section:
    """A few lines and links about one thing of the person's own."""

    word: str  # its id on the page
    title: str
    text: str = ""
    links: Sequence[tuple[str, str]] = field(default_factory=tuple)  # text and address


_sections: list[Callable[[User], Section | None]] = []


def register_section(make: Callable[[User], Section | None]) -> None:
    """Add a section to ``/saya``; None where there is nothing to show."""
    if make not in _sections:
        _sections.append(make)


def list_sections(user: User) -> list[Section]:
    """The sections of a person, in the order of registration."""
    return [section for make in _sections if (section := make(user)) is not None]
