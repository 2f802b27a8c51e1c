"""A floor plan for each side: a row for every address of booths."""

from gernas.events.models import Event
from tests.booths.making import (
    make_booth,
    make_fixture,
    make_hall,
    make_plan,
    make_sponsor,
    make_zone,
)


def make_booth_rows(event: Event, name: str) -> dict[str, int]:
    """The numbers of a hall and of what stands in it, of a zone and a sponsor without booths."""
    plan = make_plan(event, published=True)
    hall = make_hall(plan, name=f"Tenda {name}")
    return {
        "hall_id": hall.id,
        "booth_id": make_booth(hall, "A01").id,
        "fixture_id": make_fixture(hall).id,
        "zone_id": make_zone(plan, name=f"Zona {name}").id,
        "sponsor_id": make_sponsor(plan, name=f"Sponsor {name}").id,
    }
