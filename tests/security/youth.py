"""A youth programme for each side: a row for every address of youth."""

from gernas.events.models import Event
from tests.youth.making import make_member, make_organisation, make_programme, make_role

# What stands in an address for a row that is none; the shape must fit.
ABSENT = {"member": "ZZZZZZZZ", "organisation": "2000000000"}


def make_youth_rows(event: Event, name: str) -> tuple[dict[str, int], dict[str, str]]:
    """Numbers of rows, and the parts of addresses that load a row themselves."""
    assert event.stop is not None
    programme = make_programme(event.stop, slug=f"pemuda-{name}")
    organisation = make_organisation(event.stop, name=f"Kampus {name}")
    member = make_member(programme, name=f"Rina {name}", organisation_id=organisation.id)
    role = make_role(programme, name=f"Peran {name}")
    numbers = {"role_id": role.id}
    return numbers, {"member": member.code, "organisation": str(organisation.id)}
