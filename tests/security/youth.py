"""A youth programme for each side: a row for every address of youth."""

from gernas.events.models import Event
from gernas.youth.models import DeskScan, ScanKind, YouthProgramme
from tests.factories import save
from tests.youth.making import (
    make_assignment,
    make_member,
    make_organisation,
    make_programme,
    make_role,
    make_shift,
)

# What stands in an address for a row that is none; the shape must fit.
ABSENT = {"member": "ZZZZZZZZ", "organisation": "2000000000"}


def make_youth_rows(event: Event, name: str) -> tuple[dict[str, int], dict[str, str]]:
    """Numbers of rows, and the parts of addresses that load a row themselves."""
    assert event.stop is not None
    programme = make_programme(event.stop, slug=f"pemuda-{name}")
    organisation = make_organisation(event.stop, name=f"Kampus {name}")
    member = make_member(programme, name=f"Rina {name}", organisation_id=organisation.id)
    role = make_role(programme, name=f"Peran {name}")
    numbers = {"role_id": role.id, **_make_day(event, programme)}
    return numbers, {"member": member.code, "organisation": str(organisation.id)}


def _make_day(event: Event, programme: YouthProgramme) -> dict[str, int]:
    """A place in a shift of the event, and a scan of a desk about it."""
    shift = make_shift(programme, event_id=event.id)
    place = make_assignment(shift, make_member(programme))
    scan = DeskScan(key=f"key-of-{place.id}", event_id=event.id, assignment_id=place.id)
    scan.kind, scan.outcome = ScanKind.ARRIVED, "arrived"
    scan.at = scan.received_at = shift.starts_at
    return {
        "place_id": place.id,
        "assignment_id": place.id,
        "shift_id": shift.id,
        "scan_id": save(scan).id,
    }
