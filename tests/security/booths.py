"""A floor plan for each side: a row for every address of booths."""

from datetime import timedelta

from gernas.booths.models import (
    BoothGroup,
    LoadingSlot,
    Plan,
    Proposal,
    ProposalState,
    SlotKind,
)
from gernas.core.clock import now
from gernas.events.models import Event
from tests.booths.exhibiting import assign, make_booth_call, make_exhibitor
from tests.booths.making import (
    make_booth,
    make_fixture,
    make_hall,
    make_plan,
    make_sponsor,
    make_zone,
)
from tests.factories import save
from tests.registrations.making import first_come


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
        **_make_exhibitors(plan, event, name),
    }


def _make_exhibitors(plan: Plan, event: Event, name: str) -> dict[str, int]:
    """An exhibitor of the plan, one with a booth, a group, and a proposal that is decided."""
    call = first_come(stop=event.stop, places=3, confirm_days=0)
    terms = make_booth_call(plan, call=call)
    exhibitor = make_exhibitor(terms, business_name=f"Kopi {name}")
    given = assign(make_booth(make_hall(plan, name=f"Aula {name}"), "G01"), make_exhibitor(terms))
    group = save(BoothGroup(plan_id=plan.id, name=f"Kelompok {name}"))
    proposal = Proposal(plan_id=plan.id, state=ProposalState.DISCARDED, rules={"on": []})
    proposal.created_at = proposal.decided_at = now()
    return {
        "call_id": call.id,
        "allocation_id": given.id,
        "registration_id": exhibitor.id,
        "group_id": group.id,
        "proposal_id": save(proposal).id,
        "slot_id": save(_make_slot(plan)).id,
    }


def _make_slot(plan: Plan) -> LoadingSlot:
    begins = now() + timedelta(days=3)
    return LoadingSlot(
        plan_id=plan.id,
        kind=SlotKind.LOAD_IN,
        gate="Timur",
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
        capacity=3,
    )
