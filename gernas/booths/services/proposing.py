"""Proposals of booths for all who have none: asked for, kept, accepted, discarded, taken back.

A proposal changes nothing until it is accepted. Then it is looked at again on the state of that
moment: what still holds is given through ``assign_booth``, what does not is said and left out.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from sqlalchemy import select

from gernas.audit.services import record
from gernas.booths.assigning.checking import Change, LeftOut, check_placing
from gernas.booths.assigning.first_come import count_wishes, serve_first_come
from gernas.booths.assigning.reasons import list_reasons
from gernas.booths.assigning.tasks import Answer, Rule, Task
from gernas.booths.errors import NothingToPropose, ProposalDecided, ProposalUnderWay
from gernas.booths.models import (
    Booth,
    BoothAllocation,
    How,
    Plan,
    Proposal,
    ProposalState,
)
from gernas.booths.proposal_queries import OPEN, find_open_proposal, make_task
from gernas.booths.services.allocating import assign_booth
from gernas.booths.services.turns import take_turns
from gernas.booths.services.undoing import undo_step
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.errors import GernasError
from gernas.core.jobs import enqueue
from gernas.core.permissions import Permission
from gernas.core.revisions import raise_revisions
from gernas.events.services.changing import By, check_may
from gernas.registrations.models import Registration
from gernas.registrations.telling import UNDO_WITHIN

PROPOSE = "booths_propose"  # the job
LEAST_SECONDS, USUAL_SECONDS, MOST_SECONDS = 5, 20, 300

S = ProposalState


@dataclass
class Accepted:
    """What became of a proposal when it was accepted."""

    given: list[int] = field(default_factory=list)  # allocations
    left_out: list[LeftOut] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {"given": self.given, "left_out": [asdict(one) for one in self.left_out]}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """As ``to_json`` gave it."""
        left_out = [
            LeftOut(
                id=one["id"],
                spot=one["spot"],
                change=Change(one["change"]),
                rules=tuple(Rule(rule) for rule in one["rules"]),
            )
            for one in kept["left_out"]
        ]
        return cls(list(kept["given"]), left_out)


def ask_for_proposal(
    plan: Plan, rules: Collection[Rule], *, by: By, seconds: int = USUAL_SECONDS
) -> Proposal:
    """Have the worker look for a proposal; one that waited for a decision is discarded.

    Raises:
        NotAllowed, ProposalUnderWay
        NothingToPropose: everyone has a booth, or there is none to give.
    """
    plan = lock(plan)
    check_may(by, Permission.ALLOCATE_BOOTHS, plan)
    former = find_open_proposal(plan)
    if former is not None and former.state == S.WAITING:
        raise ProposalUnderWay
    task = make_task(plan, rules, seconds=_within(seconds))
    if not task.exhibitors or not any(spot.free for spot in task.spots):
        raise NothingToPropose(no_booth=bool(task.exhibitors))
    if former is not None:
        _decide(former, S.DISCARDED, by=by)
    proposal = Proposal(
        plan_id=plan.id,
        state=S.WAITING,
        seconds=task.seconds,
        rules={"on": [str(rule) for rule in task.rules]},
        created_by_id=by.id if by else None,
        created_at=now(),
    )
    db.session.add(proposal)
    db.session.flush()
    proposal.job_id = enqueue(PROPOSE, by=proposal.created_by_id, proposal_id=proposal.id).id
    _log("proposal.asked", proposal, by=by, rules=proposal.rules["on"], seconds=proposal.seconds)
    return proposal


def read_rules(proposal: Proposal) -> list[Rule]:
    """The rules that were on."""
    return [rule for rule in Rule if str(rule) in proposal.rules["on"]]


def keep_answer(proposal: Proposal, task: Task, answer: Answer) -> bool:
    """Keep what the solver found, with the reasons; False when the proposal was discarded since."""
    proposal = lock(proposal)
    if proposal.state != S.WAITING:
        return False
    proposal.state = S.READY if answer.placed else S.FAILED
    served = serve_first_come(task)
    proposal.outcome = {
        "answer": answer.to_json(),
        "why": [why.to_json() for why in list_reasons(task, answer.placed)],
        "there": [[one.id, one.spot] for one in task.settled],
        "figures": {
            "exhibitors": len(task.exhibitors),
            "with_wishes": sum(bool(one.wishes) for one in task.exhibitors),
            "wishes": count_wishes(task, answer.placed),
            "first_come": {"placed": len(served), "wishes": count_wishes(task, served)},
        },
    }
    return True


def give_up(proposal: Proposal) -> None:
    """Note that the solver came to no end."""
    proposal = lock(proposal)
    if proposal.state == S.WAITING:
        proposal.state, proposal.outcome = S.FAILED, None


def accept_proposal(proposal: Proposal, *, by: By) -> Accepted:
    """Give the proposed booths, all in this transaction, leaving out what holds no more.

    Raises:
        NotAllowed
        ProposalDecided: it is not ready, or was decided already.
    """
    proposal = lock(proposal)
    check_may(by, Permission.ALLOCATE_BOOTHS, proposal)
    if proposal.state != S.READY or proposal.outcome is None:
        raise ProposalDecided
    placed = dict(Answer.of(proposal.outcome["answer"]).placed)
    take_turns(placed.keys(), placed.values())
    task = make_task(proposal.plan, read_rules(proposal), seconds=proposal.seconds)
    given, left_out = check_placing(task, placed)
    accepted = Accepted(left_out=left_out)
    for number, booth_id in given.items():
        _give(accepted, number, booth_id, by=by)
    _decide(proposal, S.ACCEPTED, by=by)
    proposal.outcome = {**proposal.outcome, "accepted": accepted.to_json()}
    counts = {"given": len(accepted.given), "left_out": len(accepted.left_out)}
    _log("proposal.accepted", proposal, by=by, **counts)
    raise_revisions(proposal.plan.scope, site=False)
    return accepted


def discard_proposal(proposal: Proposal, *, by: By) -> None:
    """Put a proposal away, also one that is still being worked out.

    Raises:
        NotAllowed
        ProposalDecided: it was accepted or discarded already.
    """
    proposal = lock(proposal)
    check_may(by, Permission.ALLOCATE_BOOTHS, proposal)
    if proposal.state not in OPEN:
        raise ProposalDecided
    _decide(proposal, S.DISCARDED, by=by)
    _log("proposal.discarded", proposal, by=by)


def undo_proposal(proposal: Proposal, *, by: By) -> tuple[int, int]:
    """Take an accepted proposal back within ten minutes; it is ready to be decided again.

    Returns how many booths were taken back, and for how many it is too late.

    Raises:
        NotAllowed
        ProposalDecided: it is not accepted, or was too long ago.
    """
    proposal = lock(proposal)
    check_may(by, Permission.ALLOCATE_BOOTHS, proposal)
    if not is_undoable(proposal) or proposal.outcome is None:
        raise ProposalDecided
    accepted = Accepted.of(proposal.outcome["accepted"])
    rows = select(BoothAllocation).where(BoothAllocation.id.in_(accepted.given))
    allocations = list(db.session.scalars(rows.order_by(BoothAllocation.id)))
    take_turns([one.registration_id for one in allocations], [one.booth_id for one in allocations])
    late = 0
    for one in allocations:
        if one.how != How.PROPOSED or one.released_at is not None:
            late += 1
            continue
        try:
            undo_step(one, by=by)
        except GernasError:
            late += 1
    other = find_open_proposal(proposal.plan)
    proposal.state = S.READY if other is None else S.DISCARDED
    proposal.decided_at, proposal.decided_by_id = None, None
    proposal.outcome = {name: one for name, one in proposal.outcome.items() if name != "accepted"}
    _log("proposal.undone", proposal, by=by, given=len(allocations) - late)
    raise_revisions(proposal.plan.scope, site=False)
    return len(allocations) - late, late


def is_undoable(proposal: Proposal) -> bool:
    """Whether an accepted proposal can still be taken back."""
    decided = proposal.decided_at
    return proposal.state == S.ACCEPTED and decided is not None and now() < decided + UNDO_WITHIN


def _give(accepted: Accepted, number: int, booth_id: int, *, by: By) -> None:
    booth = db.session.get_one(Booth, booth_id)
    registration = db.session.get_one(Registration, number)
    try:
        allocation = assign_booth(booth, registration, by=by, how=How.PROPOSED)
    except GernasError:  # a rule of giving that the proposal's own rules do not know
        accepted.left_out.append(LeftOut(number, booth_id, Change.RULES))
    else:
        accepted.given.append(allocation.id)


def _decide(proposal: Proposal, state: ProposalState, *, by: By) -> None:
    proposal.state, proposal.decided_at = state, now()
    proposal.decided_by_id = by.id if by else None
    db.session.flush()


def _log(action: str, proposal: Proposal, *, by: By, **after: Any) -> None:
    record(
        action,
        proposal,
        by=by,
        before={},
        after=after,
        scopes=proposal.plan.scopes,
        label=proposal.plan.event.title,
    )


def _within(seconds: int) -> int:
    return min(max(seconds, LEAST_SECONDS), MOST_SECONDS)
