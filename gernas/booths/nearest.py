"""The free booths that come closest to one that somebody else got."""

from collections.abc import Iterable
from math import hypot

from gernas.booths.models import Booth

# What a difference is worth in steps across the hall, in centimetres.
OTHER_HALL = 20_000
OTHER_ZONE = 5_000
OTHER_SIZE = 1_000  # for each metre of a side
NO_CORNER = 600
EACH_AMPERE = 50


def list_nearest(booth: Booth, free: Iterable[Booth], *, most: int = 3) -> list[Booth]:
    """The most similar of the free booths, the best first: near, of the same size and zone."""
    others = (one for one in free if one.id != booth.id)
    return sorted(others, key=lambda one: (_difference(booth, one), one.label))[:most]


def _difference(booth: Booth, other: Booth) -> float:
    if booth.hall_id == other.hall_id:
        far = hypot(_middle(booth)[0] - _middle(other)[0], _middle(booth)[1] - _middle(other)[1])
    else:
        far = OTHER_HALL
    sides = zip(_sides(booth), _sides(other), strict=True)
    size = sum(abs(one - another) for one, another in sides) / 100
    return (
        far
        + (OTHER_ZONE if booth.zone_id != other.zone_id else 0)
        + OTHER_SIZE * size
        + (NO_CORNER if booth.corner and not other.corner else 0)
        + EACH_AMPERE * max(0, booth.amps - other.amps)
    )


def _middle(booth: Booth) -> tuple[float, float]:
    return booth.x_cm + booth.width_cm / 2, booth.y_cm + booth.depth_cm / 2


def _sides(booth: Booth) -> list[int]:
    return sorted((booth.width_cm, booth.depth_cm))
