"""Suggestions for the open places of shifts: asked for, kept, accepted, discarded, taken back.

A suggestion changes nothing until it is accepted. Then each place is looked at again as things are
at that moment: what still holds is given, what does not is said and left out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import select

from gernas.audit.services import record
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.jobs import enqueue
from gernas.core.permissions import Permission
from gernas.events.models import Event
from gernas.events.services.changing import By, check_may
from gernas.youth.assigning.fitting import Fitting
from gernas.youth.assigning.placing import serve_first_come
from gernas.youth.assigning.reasons import count_wishes, list_gaps, list_reasons
from gernas.youth.assigning.tasks import Answer, Task
from gernas.youth.day.errors import NothingToSuggest, SuggestionDecided, SuggestionUnderWay
from gernas.youth.guards import list_bars
from gernas.youth.models import (
    AssignedBy,
    Assignment,
    Shift,
    ShiftNeed,
    ShiftSuggestion,
    SuggestionState,
    YouthProgramme,
)
from gernas.youth.services.seats import (
    claim_place,
    end_place,
    hold_members,
    is_takable,
    seat,
)
from gernas.youth.shifts.queries import select_shifts
from gernas.youth.shifts.rules import Work, find_obstacles
from gernas.youth.shifts.suggestion_queries import OPEN, find_open_suggestion, make_task
from gernas.youth.shifts.telling import tell_put_in, tell_taken_off
from gernas.youth.shifts.working import OF_GUARDIAN, get_limits, load_candidates, make_work
from gernas.youth.words import programme_title

SUGGEST = "youth_suggest"  # the job
LEAST_SECONDS, USUAL_SECONDS, MOST_SECONDS = 5, 10, 120
UNDO_WITHIN = timedelta(minutes=10)

S = SuggestionState


class Change(StrEnum):
    """What has happened since a suggestion was made; else a word of ``rules.Why``."""

    GONE = "gone"  # the member left, was erased, or may no longer take part
    THERE = "there"  # is on the shift, or waits for it
    FULL = "full"
    CLOSED = "closed"  # the shift was cancelled, hidden or has begun


@dataclass
class Accepted:
    """What became of a suggestion when it was accepted."""

    given: list[int] = field(default_factory=list)  # assignments
    left_out: list[tuple[int, int, str]] = field(default_factory=list)  # need, member, why

    def to_json(self) -> dict[str, Any]:
        return {"given": self.given, "left_out": [list(one) for one in self.left_out]}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """As ``to_json`` gave it."""
        left_out = [(need, member, why) for need, member, why in kept["left_out"]]
        return cls(list(kept["given"]), left_out)


def ask_for_suggestion(
    programme: YouthProgramme, event: Event | None, *, by: By, seconds: int = USUAL_SECONDS
) -> ShiftSuggestion:
    """Have the worker look for a suggestion; one that waited for a decision is discarded.

    Raises:
        NotAllowed, SuggestionUnderWay
        NothingToSuggest: no place is open, or nobody is there to fill one.
    """
    programme = lock(programme)
    check_may(by, Permission.EDIT_YOUTH, programme)
    former = find_open_suggestion(programme)
    if former is not None and former.state == S.WAITING:
        raise SuggestionUnderWay
    within = min(max(seconds, LEAST_SECONDS), MOST_SECONDS)
    task = make_task(programme, event.id if event else None, seconds=within)
    if not task.openings or not task.people:
        raise NothingToSuggest(no_people=bool(task.openings))
    if former is not None:
        _decide(former, S.DISCARDED, by=by)
    suggestion = ShiftSuggestion(
        programme_id=programme.id,
        event_id=event.id if event else None,
        state=S.WAITING,
        seconds=within,
        created_by_id=by.id if by else None,
        created_at=now(),
    )
    db.session.add(suggestion)
    db.session.flush()
    job = enqueue(SUGGEST, by=suggestion.created_by_id, suggestion_id=suggestion.id)
    suggestion.job_id = job.id
    after = {"event": event.title if event else None, "seconds": within}
    _log("suggestion.asked", suggestion, by=by, **after)
    return suggestion


def describe(task: Task, answer: Answer) -> dict[str, Any]:
    """What the page shows of an answer, beside what members would do by themselves."""
    fitting = Fitting(task)
    numbers = {one.id: number for number, one in enumerate(fitting.openings)}
    rows = {one.id: row for row, one in enumerate(fitting.people)}
    pairs = [(numbers[opening], rows[person]) for opening, person in answer.placed]
    first_come = serve_first_come(fitting)
    return {
        "answer": answer.to_json(),
        "why": [one.to_json() for one in list_reasons(fitting, answer.placed)],
        "gaps": [one.to_json() for one in list_gaps(task, answer.placed)],
        "figures": {
            "places": task.places,
            "people": len({person for _opening, person in answer.placed}),
            "filled": len(pairs),
            "wishes": count_wishes(fitting, pairs),
            "first_come": {
                "filled": first_come.filled,
                "people": sum(bool(mine) for mine in first_come.of_person),
                "wishes": count_wishes(fitting, first_come),
            },
        },
    }


def keep_answer(suggestion: ShiftSuggestion, outcome: Mapping[str, Any]) -> bool:
    """Keep what the solver found; False when the suggestion was discarded since."""
    suggestion = lock(suggestion)
    if suggestion.state != S.WAITING:
        return False
    suggestion.state = S.READY if outcome["answer"]["placed"] else S.FAILED
    suggestion.outcome = dict(outcome)
    return True


def give_up(suggestion: ShiftSuggestion) -> None:
    """Note that the solver came to no end."""
    suggestion = lock(suggestion)
    if suggestion.state == S.WAITING:
        suggestion.state, suggestion.outcome = S.FAILED, None


def accept_suggestion(suggestion: ShiftSuggestion, *, by: By) -> Accepted:
    """Give the suggested places, all in this transaction, leaving out what holds no more.

    Members are told as when a coordinator puts them in.

    Raises:
        NotAllowed
        SuggestionDecided: it is not ready, or was decided already.
    """
    suggestion = lock(suggestion)
    check_may(by, Permission.EDIT_YOUTH, suggestion)
    if suggestion.state != S.READY or suggestion.outcome is None:
        raise SuggestionDecided
    placed = Answer.of(suggestion.outcome["answer"]).placed
    accepted = Accepted()
    present = _Present(suggestion.programme, placed)
    for need_id, member_id in placed:
        why = present.find_against(need_id, member_id)
        if why is None and not claim_place(need_id):
            why = Change.FULL
        if why is not None:
            accepted.left_out.append((need_id, member_id, str(why)))
            continue
        place = present.give(need_id, member_id, by=by)
        accepted.given.append(place.id)
    _decide(suggestion, S.ACCEPTED, by=by)
    suggestion.outcome = {**suggestion.outcome, "accepted": accepted.to_json()}
    counts = {"given": len(accepted.given), "left_out": len(accepted.left_out)}
    _log("suggestion.accepted", suggestion, by=by, **counts)
    return accepted


def discard_suggestion(suggestion: ShiftSuggestion, *, by: By) -> None:
    """Put a suggestion away, also one that is still being worked out.

    Raises:
        NotAllowed
        SuggestionDecided: it was accepted or discarded already.
    """
    suggestion = lock(suggestion)
    check_may(by, Permission.EDIT_YOUTH, suggestion)
    if suggestion.state not in OPEN:
        raise SuggestionDecided
    _decide(suggestion, S.DISCARDED, by=by)
    _log("suggestion.discarded", suggestion, by=by)


def undo_suggestion(suggestion: ShiftSuggestion, *, by: By) -> int:
    """Take an accepted suggestion back within ten minutes, before anyone was told of it.

    Returns how many places were taken back; who was checked in or swapped since keeps the place.

    Raises:
        NotAllowed
        SuggestionDecided: it is not accepted, or was too long ago.
    """
    suggestion = lock(suggestion)
    check_may(by, Permission.EDIT_YOUTH, suggestion)
    if not is_undoable(suggestion) or suggestion.outcome is None:
        raise SuggestionDecided
    given = Accepted.of(suggestion.outcome["accepted"]).given
    rows = select(Assignment).where(Assignment.id.in_(given)).order_by(Assignment.id)
    places = list(db.session.scalars(rows))
    hold_members([place.member_id for place in places])
    _hold_needs([place.need_id for place in places])
    undone = 0
    for place in map(lock, places):
        untouched = place.holds_place and place.how == AssignedBy.SUGGESTION
        if untouched and place.attendance is None:
            end_place(place, by_id=by.id if by else None, reason=None)
            tell_taken_off(place)
            undone += 1
    other = find_open_suggestion(suggestion.programme)
    suggestion.state = S.READY if other is None else S.DISCARDED
    suggestion.decided_at, suggestion.decided_by_id = None, None
    suggestion.outcome = {
        name: one for name, one in suggestion.outcome.items() if name != "accepted"
    }
    _log("suggestion.undone", suggestion, by=by, given=undone)
    return undone


def is_undoable(suggestion: ShiftSuggestion) -> bool:
    """Whether an accepted suggestion can still be taken back."""
    decided = suggestion.decided_at
    return suggestion.state == S.ACCEPTED and decided is not None and now() < decided + UNDO_WITHIN


class _Present:
    """The people and shifts of a placing as they are now, all of them locked."""

    def __init__(self, programme: YouthProgramme, placed: Sequence[tuple[int, int]]) -> None:
        self.programme = programme
        self.members = hold_members([member for _need, member in placed])
        self.needs = _hold_needs([need for need, _member in placed])
        shift_ids = {need.shift_id for need in self.needs.values()}
        rows = select_shifts().where(Shift.id.in_(shift_ids))
        rows = rows.execution_options(populate_existing=True)
        self.shifts = {shift.id: shift for shift in db.session.scalars(rows)}
        members = list(self.members.values())
        self.candidates = load_candidates(members)
        self.taken: dict[int, list[Work]] = {
            number: list(candidate.taken) for number, candidate in self.candidates.items()
        }
        self.there = {
            (member, shift)
            for member, shift in db.session.execute(
                select(Assignment.member_id, Assignment.shift_id).where(
                    Assignment.shift_id.in_(shift_ids), Assignment.ended_at.is_(None)
                )
            )
        }
        on = [make_work(shift).day for shift in self.shifts.values()]
        days: dict[int, Collection[date]] = {one.id: on for one in members}
        self.bars = list_bars(members, programme.id, days)
        self.limits = get_limits()

    def find_against(self, need_id: int, member_id: int) -> str | None:
        """What stands against a place now; None if nothing."""
        need, member = self.needs.get(need_id), self.members.get(member_id)
        if need is None:
            return Change.CLOSED
        shift = self.shifts[need.shift_id]
        if not is_takable(shift) or shift.starts_at <= now():
            return Change.CLOSED
        if member is None:
            return Change.GONE
        if (member_id, shift.id) in self.there:
            return Change.THERE
        work = make_work(shift, need)
        bar = self.bars.get((member_id, work.day))
        if bar is not None and bar not in OF_GUARDIAN:
            return Change.GONE
        worker = self.candidates[member_id].worker
        found = find_obstacles(worker, work, self.taken[member_id], self.limits)
        return str(found[0].why) if found else None

    def give(self, need_id: int, member_id: int, *, by: By) -> Assignment:
        """Write down a place that was claimed, and tell the member."""
        need = self.needs[need_id]
        shift = self.shifts[need.shift_id]
        by_id = by.id if by is not None else None
        place = seat(need, self.members[member_id], how=AssignedBy.SUGGESTION, by_id=by_id)
        self.taken[member_id].append(make_work(shift, need))
        self.there.add((member_id, shift.id))
        tell_put_in(place)
        return place


def _hold_needs(ids: Collection[int]) -> dict[int, ShiftNeed]:
    """What shifts want, locked in the order of ids and read anew, after the members."""
    rows = select(ShiftNeed).where(ShiftNeed.id.in_(set(ids))).order_by(ShiftNeed.id)
    locked = rows.with_for_update(key_share=True, of=ShiftNeed)
    found = db.session.scalars(locked.execution_options(populate_existing=True))
    return {one.id: one for one in found}


def _decide(suggestion: ShiftSuggestion, state: SuggestionState, *, by: By) -> None:
    suggestion.state, suggestion.decided_at = state, now()
    suggestion.decided_by_id = by.id if by else None
    db.session.flush()


def _log(action: str, suggestion: ShiftSuggestion, *, by: By, **after: Any) -> None:
    record(
        action,
        suggestion,
        by=by,
        before={},
        after=after,
        scopes=suggestion.programme.scopes,
        label=programme_title(suggestion.programme),
    )
