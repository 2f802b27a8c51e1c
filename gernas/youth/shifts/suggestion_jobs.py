"""What the worker does for suggestions."""

from typing import Any

from sqlalchemy import select

from gernas.core.database import db, transaction
from gernas.core.jobs import Run, job
from gernas.core.solver import SolverFailed
from gernas.youth.assigning.solver import ask_solver
from gernas.youth.models import ShiftSuggestion, SuggestionState
from gernas.youth.services.suggesting import SUGGEST, describe, give_up, keep_answer
from gernas.youth.shifts.suggestion_queries import make_task


@job(SUGGEST)
def suggest(run: Run, *, suggestion_id: int) -> dict[str, Any] | None:
    """Have the solver look for a suggestion, in a process of its own, and keep what it finds."""
    suggestion = db.session.get_one(ShiftSuggestion, suggestion_id)
    if suggestion.state != SuggestionState.WAITING:
        return None
    task = make_task(suggestion.programme, suggestion.event_id, seconds=suggestion.seconds)
    db.session.rollback()

    def tell(seconds: float) -> bool:
        run.progress(min(int(seconds), task.seconds), task.seconds)
        return _is_wanted(suggestion_id)

    try:
        answer = ask_solver(task, tell=tell)
    except SolverFailed:
        with transaction():
            give_up(db.session.get_one(ShiftSuggestion, suggestion_id))
        return {"found": "failed"}
    outcome = describe(task, answer)
    with transaction():
        kept = keep_answer(db.session.get_one(ShiftSuggestion, suggestion_id), outcome)
    return {"found": str(answer.found), "kept": kept}


def _is_wanted(suggestion_id: int) -> bool:
    """Whether nobody has discarded it meanwhile."""
    state = db.session.scalar(
        select(ShiftSuggestion.state).where(ShiftSuggestion.id == suggestion_id)
    )
    db.session.rollback()
    return state == SuggestionState.WAITING
