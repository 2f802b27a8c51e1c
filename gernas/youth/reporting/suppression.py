"""Hides small groups in public figures, so that nobody is found behind a number."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def hide_small_groups(
    counts: Mapping[Key, int], *, smallest: int, total_is_shown: bool = True
) -> dict[Key, int | None]:
    """The counts of people, with None for groups of fewer than ``smallest`` (but not none at all).

    Where the total is shown too, one hidden group could be reckoned from the others, and several
    that hold few together could be guessed: the smallest shown ones are hidden as well, until the
    hidden ones hold at least ``smallest`` together and are at least two.
    """
    hidden = {key for key, count in counts.items() if 0 < count < smallest}
    if hidden and total_is_shown:
        rest = sorted(
            (key for key, count in counts.items() if count >= smallest),
            key=lambda key: (counts[key], str(key)),
        )
        while rest and (len(hidden) < 2 or sum(counts[key] for key in hidden) < smallest):
            hidden.add(rest.pop(0))
    return {key: None if key in hidden else count for key, count in counts.items()}


def hide_small_share(part: int, whole: int, *, smallest: int) -> int | None:
    """The part in percent; None where it, or what is left of the whole, is a small group."""
    if whole < smallest or 0 < part < smallest or 0 < whole - part < smallest:
        return None
    return round(100 * part / whole) if whole else None
