"""Which booths a registration may have, and what stands against the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gernas.booths.models import INCLUDED_AMPS, Booth, BoothCall, BoothNeed, Zone
from gernas.registrations.models import Registration


class Hindrance(StrEnum):
    """What stands against a booth for a registration; ``words`` says it in a sentence."""

    SPONSOR = "sponsor"  # the block of another one's exhibitors
    LOCKED = "locked"  # given by organizers only, by hand
    ZONE = "zone"  # the registration has its place in another one
    SECTOR = "sector"  # the zone is for others
    SIZE = "size"
    POWER = "power"
    WATER = "water"
    ACCESSIBLE = "accessible"


# What organizers must not pass over either: it would break what was agreed with a sponsor.
HARD = frozenset({Hindrance.SPONSOR})


@dataclass(frozen=True, kw_only=True)
class Exhibitor:
    """What decides which booths a registration may have."""

    registration_id: int
    sector: str | None = None
    zone_id: int | None = None  # in which the registration has its place; None: any
    sponsor_id: int | None = None
    width_cm: int | None = None  # at least
    depth_cm: int | None = None
    amps: int = INCLUDED_AMPS
    water: bool = False
    accessible: bool = False


def make_exhibitor(
    registration: Registration,
    terms: BoothCall,
    need: BoothNeed | None,
    zones: Sequence[Zone],
) -> Exhibitor:
    """What decides about a registration on the plan of ``terms``, whose zones these are."""
    zone = next((one.id for one in zones if one.code == registration.zone), None)
    if need is None:
        return Exhibitor(
            registration_id=registration.id,
            sector=registration.sector,
            zone_id=zone,
            sponsor_id=terms.sponsor_id,
        )
    return Exhibitor(
        registration_id=registration.id,
        sector=registration.sector,
        zone_id=zone,
        sponsor_id=need.sponsor_id or terms.sponsor_id,
        width_cm=need.width_cm,
        depth_cm=need.depth_cm,
        amps=need.amps,
        water=need.water,
        accessible=need.accessible,
    )


def list_hindrances(booth: Booth, exhibitor: Exhibitor) -> list[Hindrance]:
    """What stands against the booth for this exhibitor, whoever has it now; [] if nothing.

    ``booth.zone`` is read where the booth has one.
    """
    against = {
        Hindrance.SPONSOR: booth.sponsor_id not in (None, exhibitor.sponsor_id),
        Hindrance.LOCKED: booth.locked,
        Hindrance.ZONE: exhibitor.zone_id not in (None, booth.zone_id),
        Hindrance.SECTOR: exhibitor.zone_id is None and not _takes(booth.zone, exhibitor.sector),
        Hindrance.SIZE: not is_large_enough(booth, exhibitor),
        Hindrance.POWER: booth.amps < exhibitor.amps,
        Hindrance.WATER: exhibitor.water and not booth.water,
        Hindrance.ACCESSIBLE: exhibitor.accessible and not booth.accessible,
    }
    return [hindrance for hindrance, stands in against.items() if stands]


def is_large_enough(booth: Booth, exhibitor: Exhibitor) -> bool:
    """Whether what the exhibitor needs fits into the booth, lengthwise or across."""
    long_side, short_side = sorted((booth.width_cm, booth.depth_cm), reverse=True)
    needed = sorted((exhibitor.width_cm or 0, exhibitor.depth_cm or 0), reverse=True)
    return long_side >= needed[0] and short_side >= needed[1]


def _takes(zone: Zone | None, sector: str | None) -> bool:
    return zone is None or not zone.sectors or sector in zone.sectors
