"""A youth programme for each side: a row for every address of youth."""

from gernas.core.clock import now, today_in
from gernas.core.database import db, transaction
from gernas.events.models import Event
from gernas.youth.models import (
    Assistance,
    DeskScan,
    Member,
    ScanKind,
    ShiftSuggestion,
    SuggestionState,
    YouthProgramme,
)
from gernas.youth.recognition.jobs import ask_for_print
from gernas.youth.services.contents import ContentReport, add_content
from tests.factories import save
from tests.youth.helping import make_assistance, make_certificate, make_hours, make_task
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
    numbers = {"role_id": role.id, **_make_day(event, programme, member), **_make_help(programme)}
    return numbers, {"member": member.code, "organisation": str(organisation.id)}


def _make_day(event: Event, programme: YouthProgramme, member: Member) -> dict[str, int]:
    """A place in a shift of the event, and a scan of a desk about it."""
    shift = make_shift(programme, event_id=event.id)
    place = make_assignment(shift, member)
    scan = DeskScan(key=f"key-of-{place.id}", event_id=event.id, assignment_id=place.id)
    scan.kind, scan.outcome = ScanKind.ARRIVED, "arrived"
    scan.at = scan.received_at = shift.starts_at
    return {
        "place_id": place.id,
        "assignment_id": place.id,
        "shift_id": shift.id,
        "scan_id": save(scan).id,
        "suggestion_id": save(_make_suggestion(programme)).id,
    }


def _make_suggestion(programme: YouthProgramme) -> ShiftSuggestion:
    """One that is decided."""
    row = ShiftSuggestion(programme_id=programme.id, state=SuggestionState.DISCARDED)
    row.created_at = row.decided_at = now()
    return row


def _make_help(programme: YouthProgramme) -> dict[str, int]:
    """A business that is helped, with reports of all kinds; a certificate, and a print of it."""
    member = make_member(programme)
    assistance = make_assistance(programme, member)
    task = make_task(assistance, member)
    with transaction():
        row = db.session.get_one(YouthProgramme, programme.id)
        day = today_in(programme.zone)
        person = db.session.get_one(Member, member.id)
        link = ContentReport(f"https://instagram.com/p/{programme.slug}", day)
        piece = add_content(row, person, link)
        job = ask_for_print(row, by=None)
        companion = db.session.get_one(Assistance, assistance.id).companions[0]
    return {
        "assistance_id": assistance.id,
        "companion_id": companion.id,
        "task_id": task.id,
        "hours_id": make_hours(programme, member).id,
        "content_id": piece.id,
        "certificate_id": make_certificate(programme, member).id,
        "job_id": job.id,
    }
