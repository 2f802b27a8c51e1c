"""Proposals: asked for, worked out, accepted on the state of then, discarded, taken back."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.audit.models import AuditEntry
from gernas.booths import jobs
from gernas.booths.assigning.checking import Change
from gernas.booths.assigning.tasks import Answer, Clashing, Found, Rule
from gernas.booths.errors import NothingToPropose, ProposalDecided, ProposalUnderWay
from gernas.booths.models import (
    Booth,
    BoothAllocation,
    BoothCall,
    BoothGroup,
    BoothWish,
    How,
    Plan,
    Proposal,
    ProposalState,
)
from gernas.booths.proposal_queries import list_luck, make_task
from gernas.booths.services.groups import add_group, remove_group, rename_group
from gernas.booths.services.proposing import (
    Accepted,
    accept_proposal,
    ask_for_proposal,
    discard_proposal,
    undo_proposal,
)
from gernas.core.database import db, transaction
from gernas.core.errors import NotAllowed
from gernas.core.jobs import run_job
from gernas.core.permissions import Role
from gernas.core.solver import SolverFailed
from gernas.registrations.models import Registration, RegistrationState
from tests.booths.exhibiting import assign, hold, live, make_booth_call, make_exhibitor
from tests.booths.making import make_booth, make_fixture, make_hall, make_plan, make_sponsor
from tests.businesses.conftest import make_business
from tests.factories import make_event, make_stop, make_user, save
from tests.registrations.making import again


def hall_with(plan: Plan, booths: int, **values: Any) -> list[Booth]:
    """Booths A01, A02, … in a row of one hall, a gate at its end."""
    hall = make_hall(plan)
    make_fixture(hall, x_cm=0, y_cm=1_000)
    return [
        make_booth(hall, f"A{number:02}", x_cm=number * 300, y_cm=0, **values)
        for number in range(1, booths + 1)
    ]


def ask(plan: Plan, rules: set[Rule] | None = None, *, by: Any = None) -> Proposal:
    """Ask, and have the worker do it."""
    with transaction():
        plan = db.session.get_one(Plan, plan.id)
        proposal = ask_for_proposal(plan, set(Rule) if rules is None else rules, by=by, seconds=5)
        job_id = proposal.job_id
    assert job_id is not None
    assert run_job(job_id)
    return fresh(proposal)


def fresh(proposal: Proposal) -> Proposal:
    db.session.rollback()
    return db.session.get_one(Proposal, proposal.id, populate_existing=True)


def accept(proposal: Proposal, *, by: Any = None) -> Accepted:
    with transaction():
        return accept_proposal(db.session.get_one(Proposal, proposal.id), by=by)


def wish(registration: Registration, *booths: Booth) -> None:
    for rank, booth in enumerate(booths, 1):
        save(BoothWish(registration_id=registration.id, rank=rank, booth_id=booth.id))


def test_nothing_changes_until_a_proposal_is_accepted(context: Flask) -> None:
    terms = make_booth_call()
    booths = hall_with(terms.plan, 3)
    first, second = make_exhibitor(terms), make_exhibitor(terms)
    wish(second, booths[2])

    proposal = ask(terms.plan)

    assert proposal.state == ProposalState.READY
    assert live(terms.plan_id) == []
    assert proposal.outcome is not None
    answer = Answer.of(proposal.outcome["answer"])
    assert (answer.found, set(answer.placed)) == (Found.BEST, {first.id, second.id})
    assert answer.placed[second.id] == booths[2].id

    accepted = accept(proposal)

    assert len(accepted.given) == 2
    assert ("A03", second.id) in live(terms.plan_id)
    how = db.session.scalars(select(BoothAllocation.how)).all()
    assert set(how) == {How.PROPOSED}
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [one for one in actions if one.startswith(("proposal", "booth"))] == [
        "proposal.asked",
        "booth.assigned",
        "booth.assigned",
        "proposal.accepted",
    ]


def test_the_same_rows_give_the_same_proposal(context: Flask) -> None:
    terms = make_booth_call()
    booths = hall_with(terms.plan, 6)
    for _ in range(5):
        wish(make_exhibitor(terms, need={"product": "Kopi"}), booths[1], booths[4])

    one = ask(terms.plan, set(Rule) - {Rule.APART}).outcome
    other = ask(terms.plan, set(Rule) - {Rule.APART}).outcome

    assert one is not None
    assert other is not None
    assert one["answer"]["placed"] == other["answer"]["placed"]
    assert one["why"] == other["why"]


def test_what_changed_since_is_left_out_and_said(context: Flask) -> None:
    terms = make_booth_call(booths_each=2)
    booths = hall_with(terms.plan, 5)
    given, taken, gone, lost, kept = (make_exhibitor(terms) for _ in range(5))
    for registration, booth in zip((given, taken, gone, lost, kept), booths, strict=True):
        wish(registration, booth)
    proposal = ask(terms.plan)
    other = make_booth(booths[0].hall, "B01", x_cm=0, y_cm=900)
    stranger = make_exhibitor(terms)
    assign(other, given)  # has one by now
    hold(booths[1], stranger)
    with transaction():
        db.session.get_one(Booth, booths[2].id).removed_at = proposal.created_at
        row = db.session.get_one(Registration, lost.id)
        row.state, row.holds_place = RegistrationState.WITHDRAWN, False

    accepted = accept(proposal)

    assert {(one.id, one.change) for one in accepted.left_out} == {
        (given.id, Change.HAS_ONE),
        (taken.id, Change.TAKEN),
        (gone.id, Change.GONE),
        (lost.id, Change.NO_PLACE),
    }
    assert len(accepted.given) == 1
    assert ("A05", kept.id) in live(terms.plan_id)
    kept_outcome = fresh(proposal).outcome
    assert kept_outcome is not None
    assert Accepted.of(kept_outcome["accepted"]) == accepted


def test_a_need_that_changed_since_is_looked_at_again(context: Flask) -> None:
    terms = make_booth_call()
    booths = hall_with(terms.plan, 2)
    one = make_exhibitor(terms, need={"amps": 2})
    wish(one, booths[0])
    proposal = ask(terms.plan)
    with transaction():
        db.session.get_one(Booth, booths[0].id).locked = True

    assert [(out.id, out.change) for out in accept(proposal).left_out] == [(one.id, Change.LOCKED)]
    assert live(terms.plan_id) == []


def test_an_accepted_proposal_can_be_taken_back_for_ten_minutes(context: Flask, later: Any) -> None:
    terms = make_booth_call()
    booths = hall_with(terms.plan, 2)
    one = make_exhibitor(terms)
    make_exhibitor(terms)
    proposal = ask(terms.plan)
    accept(proposal)

    with transaction():
        assert undo_proposal(db.session.get_one(Proposal, proposal.id), by=None) == (2, 0)

    assert live(terms.plan_id) == []
    assert fresh(proposal).state == ProposalState.READY
    assign(booths[0], one)
    accepted = accept(proposal)
    assert len(accepted.given) == 1
    later(minutes=11)
    with pytest.raises(ProposalDecided), transaction():
        undo_proposal(db.session.get_one(Proposal, proposal.id), by=None)


def test_a_proposal_is_decided_once(context: Flask) -> None:
    terms = make_booth_call()
    hall_with(terms.plan, 2)
    make_exhibitor(terms)
    proposal = ask(terms.plan)
    with transaction():
        discard_proposal(db.session.get_one(Proposal, proposal.id), by=None)

    with pytest.raises(ProposalDecided):
        accept(proposal)
    with pytest.raises(ProposalDecided), transaction():
        discard_proposal(db.session.get_one(Proposal, proposal.id), by=None)
    assert live(terms.plan_id) == []


def test_asking_again_puts_the_former_away_but_not_one_under_way(context: Flask) -> None:
    terms = make_booth_call()
    hall_with(terms.plan, 2)
    make_exhibitor(terms)
    former = ask(terms.plan)
    with transaction():
        again_asked = ask_for_proposal(
            db.session.get_one(Plan, terms.plan_id), set(Rule), by=None, seconds=5
        )

    assert fresh(former).state == ProposalState.DISCARDED
    with pytest.raises(ProposalUnderWay), transaction():
        ask_for_proposal(db.session.get_one(Plan, terms.plan_id), set(Rule), by=None)
    with transaction():
        discard_proposal(db.session.get_one(Proposal, again_asked.id), by=None)
    assert again_asked.job_id is not None
    assert run_job(again_asked.job_id)
    assert fresh(again_asked).state == ProposalState.DISCARDED


def test_there_must_be_someone_to_place_and_a_booth(context: Flask) -> None:
    terms = make_booth_call()
    plan_id = terms.plan_id
    with pytest.raises(NothingToPropose), transaction():
        ask_for_proposal(db.session.get_one(Plan, plan_id), set(Rule), by=None)
    make_exhibitor(terms)
    with pytest.raises(NothingToPropose), transaction():
        ask_for_proposal(db.session.get_one(Plan, plan_id), set(Rule), by=None)


def test_only_who_gives_booths_proposes(context: Flask) -> None:
    terms = make_booth_call()
    hall_with(terms.plan, 1)
    make_exhibitor(terms)
    viewer, organizer = make_user(Role.VIEWER), make_user(Role.ADMINISTRATOR)

    with pytest.raises(NotAllowed), transaction():
        ask_for_proposal(db.session.get_one(Plan, terms.plan_id), set(Rule), by=viewer)
    proposal = ask(terms.plan, by=organizer)
    with pytest.raises(NotAllowed):
        accept(proposal, by=viewer)
    with pytest.raises(NotAllowed), transaction():
        discard_proposal(db.session.get_one(Proposal, proposal.id), by=viewer)
    with pytest.raises(NotAllowed), transaction():
        add_group(db.session.get_one(Plan, terms.plan_id), "Penenun", by=viewer)


def test_rules_that_clash_are_kept_with_the_proposal(context: Flask) -> None:
    terms = make_booth_call()
    hall_with(terms.plan, 2, amps=2)
    strong = make_exhibitor(terms, need={"amps": 16})

    proposal = ask(terms.plan)

    assert proposal.state == ProposalState.FAILED
    assert proposal.outcome is not None
    clash = Answer.of(proposal.outcome["answer"]).clashes[0]
    assert (clash.kind, clash.exhibitors, clash.helps) == (
        Clashing.NO_BOOTH,
        (strong.id,),
        (Rule.POWER,),
    )


def test_a_solver_that_dies_leaves_a_proposal_that_says_so(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any, **__: Any) -> Answer:
        raise SolverFailed

    monkeypatch.setattr(jobs, "ask_solver", die)
    terms = make_booth_call()
    hall_with(terms.plan, 1)
    make_exhibitor(terms)

    proposal = ask(terms.plan)

    assert (proposal.state, proposal.outcome) == (ProposalState.FAILED, None)


def test_the_task_knows_who_waits_who_is_there_and_what_they_need(context: Flask) -> None:
    plan = make_plan(published=True)
    bank = make_sponsor(plan, quota=3)
    terms = make_booth_call(plan, sponsor_id=bank.id)
    booths = hall_with(plan, 3, amps=10)
    there = make_exhibitor(terms, need={"product": "  Kopi   Robusta "})
    waiting = make_exhibitor(terms, need={"amps": 6, "product": "kopi robusta", "width_cm": 300})
    assign(booths[0], there)

    task = make_task(plan, Rule, seconds=5)

    assert [one.id for one in task.exhibitors] == [waiting.id]
    one = task.exhibitors[0]
    assert (one.amps, one.width, one.product, one.sponsor) == (6, 300, "kopi robusta", bank.id)
    assert [(each.id, each.spot, each.product) for each in task.settled] == [
        (there.id, booths[0].id, "kopi robusta")
    ]
    assert [spot.free for spot in task.spots] == [False, True, True]
    assert task.spots[1].beside == (booths[0].id, booths[2].id)
    assert task.spots[0].goodness > task.spots[2].goodness  # nearer to the gate
    assert [(each.id, each.quota) for each in task.sponsors] == [(bank.id, 3)]


def test_who_was_unlucky_at_an_earlier_stop_is_known_by_its_business(context: Flask) -> None:
    stop = make_stop(province_code="ID-JA")
    earlier = make_plan(make_event(stop, kind="exhibition", starts_on=date(2022, 2, 1)))
    later_stop = make_stop(stop.campaign, province_code="ID-LA")
    plan = make_plan(make_event(later_stop, kind="exhibition", starts_on=date(2022, 3, 1)))
    past = make_booth_call(earlier)
    booths = hall_with(earlier, 3)
    lucky, unlucky, absent = (make_business().id for _ in range(3))
    for business, booth in ((lucky, booths[0]), (unlucky, None)):
        registration = make_exhibitor(past)
        with transaction():
            db.session.get_one(Registration, registration.id).business_id = business
        if booth is not None:
            wish(registration, booth)
            assign(booth, again(registration))

    luck = list_luck(plan, {lucky, unlucky, absent})

    assert (luck[unlucky].points, luck[unlucky].provinces) == (3, ("ID-JA",))
    assert luck[lucky].points == 0
    assert absent not in luck
    assert list_luck(earlier, {lucky, unlucky}) == {}


def test_groups_are_named_once_and_leave_their_exhibitors(context: Flask) -> None:
    terms: BoothCall = make_booth_call()
    with transaction():
        group = add_group(db.session.get_one(Plan, terms.plan_id), "  Penenun Metro ", by=None)
    make_exhibitor(terms, need={"group_id": group.id})
    with transaction():
        rename_group(db.session.get_one(BoothGroup, group.id), "Penenun Kota Metro", by=None)
    with transaction():
        remove_group(db.session.get_one(BoothGroup, group.id), by=None)

    db.session.rollback()
    assert db.session.scalars(select(BoothGroup)).all() == []
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [one for one in actions if one.startswith("group")] == [
        "group.added",
        "group.edited",
        "group.removed",
    ]
