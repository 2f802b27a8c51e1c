"""What the worker does for booths."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from gernas.booths.allocation_queries import is_over_at
from gernas.booths.assigning.solver import ask_solver
from gernas.booths.models import BoothAllocation, Plan, Proposal, ProposalState
from gernas.booths.proposal_queries import make_task
from gernas.booths.services.allocating import release_lapsed
from gernas.booths.services.proposing import PROPOSE, give_up, keep_answer, read_rules
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.jobs import Run, job, timed
from gernas.core.solver import SolverFailed


@timed("release lapsed holds of booths", every=timedelta(seconds=15))
def release_holds_by_the_clock() -> None:
    """Release holds whose time is over; who needs such a booth before does it, too."""
    over = (
        select(BoothAllocation.plan_id)
        .join(BoothAllocation.registration)
        .where(BoothAllocation.released_at.is_(None), is_over_at(now()))
    )
    plans = sorted(set(db.session.scalars(over.distinct())))
    db.session.rollback()
    for plan_id in plans:
        with transaction():
            release_lapsed(db.session.get_one(Plan, plan_id))


@job(PROPOSE)
def propose(run: Run, *, proposal_id: int) -> dict[str, Any] | None:
    """Have the solver look for a proposal, in a process of its own, and keep what it finds."""
    proposal = db.session.get_one(Proposal, proposal_id)
    if proposal.state != ProposalState.WAITING:
        return None
    task = make_task(proposal.plan, read_rules(proposal), seconds=proposal.seconds)
    db.session.rollback()

    def tell(seconds: float) -> bool:
        run.progress(min(int(seconds), task.seconds), task.seconds)
        return _is_wanted(proposal_id)

    try:
        answer = ask_solver(task, tell=tell)
    except SolverFailed:
        with transaction():
            give_up(db.session.get_one(Proposal, proposal_id))
        return {"found": "nothing"}
    with transaction():
        kept = keep_answer(db.session.get_one(Proposal, proposal_id), task, answer)
    return {"found": str(answer.found), "kept": kept}


def _is_wanted(proposal_id: int) -> bool:
    """Whether nobody has discarded it meanwhile."""
    state = db.session.scalar(select(Proposal.state).where(Proposal.id == proposal_id))
    db.session.rollback()
    return state == ProposalState.WAITING
