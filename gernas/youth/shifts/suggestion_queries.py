"""Questions about suggestions, and the task of the solver as the rows tell it at this moment."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.core.clock import now
from gernas.core.database import db
from gernas.youth.assigning.tasks import Opening, Person, Task
from gernas.youth.guards import list_bars
from gernas.youth.models import (
    Assignment,
    Enrolment,
    Member,
    Shift,
    ShiftSuggestion,
    SuggestionState,
    YouthProgramme,
)
from gernas.youth.shifts.queries import list_open_shifts
from gernas.youth.shifts.rules import Work
from gernas.youth.shifts.working import OF_GUARDIAN, get_limits, load_candidates, make_work

OPEN = (SuggestionState.WAITING, SuggestionState.READY, SuggestionState.FAILED)
MOST_WISHED_MINUTES = 60_000


def find_suggestion(programme: YouthProgramme, suggestion_id: int) -> ShiftSuggestion | None:
    """One of the programme's suggestions; None if it is none of them."""
    rows = select(ShiftSuggestion).where(
        ShiftSuggestion.programme_id == programme.id, ShiftSuggestion.id == suggestion_id
    )
    return db.session.scalar(rows)


def find_open_suggestion(programme: YouthProgramme) -> ShiftSuggestion | None:
    """The suggestion that is computed or waits for a decision; None if there is none."""
    rows = select(ShiftSuggestion).where(
        ShiftSuggestion.programme_id == programme.id, ShiftSuggestion.state.in_(OPEN)
    )
    return db.session.scalar(rows.order_by(ShiftSuggestion.id.desc()).limit(1))


def list_suggestions(programme: YouthProgramme, *, limit: int = 20) -> Sequence[ShiftSuggestion]:
    """The programme's suggestions that are decided, the newest first."""
    rows = select(ShiftSuggestion).where(
        ShiftSuggestion.programme_id == programme.id, ShiftSuggestion.state.not_in(OPEN)
    )
    return db.session.scalars(rows.order_by(ShiftSuggestion.id.desc()).limit(limit)).all()


def list_wanting(programme: YouthProgramme, event_id: int | None = None) -> list[Shift]:
    """The open shifts to come in which places are free, of one event or all."""
    return [
        shift
        for shift in list_open_shifts([programme.id])
        if (event_id is None or shift.event_id == event_id)
        and any(need.used < need.wanted for need in shift.needs)
    ]


# --- The task -------------------------------------------------------------------------------


def make_task(programme: YouthProgramme, event_id: int | None, *, seconds: int) -> Task:
    """Which places are free and who could fill them; the same rows, the same task."""
    openings = [
        Opening(need.id, make_work(shift, need), need.wanted - need.used)
        for shift in list_wanting(programme, event_id)
        for need in shift.needs
        if need.used < need.wanted
    ]
    return Task(tuple(openings), _list_people(programme), get_limits(), seconds)


def _list_people(programme: YouthProgramme) -> tuple[Person, ...]:
    """Everyone in the programme who may work at all, in the order of joining.

    Members without a guardian's consent are among them: they may turn 18 before a shift.
    """
    enrolments = db.session.scalars(
        select(Enrolment)
        .join(Enrolment.member)
        .where(
            Enrolment.programme_id == programme.id,
            Enrolment.ended_at.is_(None),
            Member.erased_at.is_(None),
        )
        .options(joinedload(Enrolment.member))
        .order_by(Enrolment.joined_at, Enrolment.id)
    ).all()
    members = [one.member for one in enrolments]
    today = now().date()
    bars = list_bars(members, programme.id, {member.id: [today] for member in members})
    out = {number for (number, _day), bar in bars.items() if bar not in OF_GUARDIAN}
    candidates = load_candidates(members)
    histories = _list_histories(programme)
    return tuple(
        _make_person(one, candidates[one.member_id].worker, candidates[one.member_id].taken, past)
        for one in enrolments
        if one.member_id not in out
        for past in [histories.get(one.member_id, _History())]
    )


@dataclass
class _History:
    """What a member has done or is to do in the programme."""

    minutes: int = 0
    shifts: set[int] = field(default_factory=set)  # left before, or waits for


def _list_histories(programme: YouthProgramme) -> Mapping[int, _History]:
    moment = now()
    rows = db.session.execute(
        select(Assignment, Shift.ends_at, Shift.starts_at)
        .join(Assignment.shift)
        .where(Shift.programme_id == programme.id)
    )
    found: dict[int, _History] = defaultdict(_History)
    for place, ends_at, starts_at in rows:
        past = found[place.member_id]
        past.minutes += place.counted_minutes
        if place.holds_place and ends_at > moment:
            past.minutes += int((ends_at - starts_at).total_seconds() // 60)
        elif ends_at > moment and _is_given_up(place):
            past.shifts.add(place.shift_id)
    return found


def _is_given_up(place: Assignment) -> bool:
    """Whether it was left, or taken back with a reason, or waits; an undone step is neither."""
    return place.is_live or place.ended_by_id is None or bool(place.end_reason)


def _make_person(
    enrolment: Enrolment, worker: Any, taken: Sequence[Work], past: _History
) -> Person:
    wishes = enrolment.wishes or {}
    return Person(
        id=enrolment.member_id,
        worker=worker,
        taken=tuple(taken),
        minutes=past.minutes,
        most_minutes=_read_minutes(wishes.get("most_minutes")),
        roles=frozenset(one for one in _list_of(wishes, "roles") if isinstance(one, int)),
        days=frozenset(day for day in map(_read_day, _list_of(wishes, "days")) if day),
        group=enrolment.group_name,
        barred=frozenset(past.shifts),
    )


def _list_of(wishes: Mapping[str, Any], name: str) -> list[Any]:
    value = wishes.get(name)
    return value if isinstance(value, list) else []


def _read_minutes(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 < value <= MOST_WISHED_MINUTES else None


def _read_day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
