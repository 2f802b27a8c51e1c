"""Suggestions: asked for, worked out, accepted on the state of the moment, discarded, undone."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.jobs import run_job
from gernas.core.permissions import Role
from gernas.messages.models import Message, MessageState
from gernas.youth.day.errors import NothingToSuggest, SuggestionDecided, SuggestionUnderWay
from gernas.youth.models import (
    Assignment,
    Member,
    Shift,
    ShiftNeed,
    ShiftSuggestion,
    SuggestionState,
    YouthConsent,
    YouthProgramme,
)
from gernas.youth.services.seats import claim_place
from gernas.youth.services.suggesting import (
    Accepted,
    accept_suggestion,
    ask_for_suggestion,
    discard_suggestion,
    undo_suggestion,
)
from gernas.youth.services.taking import take_shift
from gernas.youth.shifts.suggestion_queries import make_task
from tests.conftest import race
from tests.factories import make_user
from tests.youth.making import (
    make_assignment,
    make_enrolment,
    make_guardian,
    make_member,
    make_programme,
    make_role,
    make_shift,
)

pytestmark = pytest.mark.usefixtures("english")


def fresh(row: Any) -> Any:
    return db.session.get_one(type(row), inspect(row).identity, populate_existing=True)


def make_scene(people: int = 2, wanted: int = 2) -> tuple[YouthProgramme, Shift, list[Member]]:
    """A programme with one open shift in two days, and people without one."""
    programme = make_programme()
    shift = make_shift(programme, wanted=wanted)
    return programme, shift, [make_member(programme, email="a@b.id") for _ in range(people)]


def ask(programme: YouthProgramme, *, by: Any = None) -> ShiftSuggestion:
    with transaction():
        return ask_for_suggestion(fresh(programme), None, by=by, seconds=5)


def work_out(programme: YouthProgramme) -> ShiftSuggestion:
    """Ask, and have the worker do it."""
    suggestion = ask(programme)
    assert suggestion.job_id is not None
    assert run_job(suggestion.job_id)
    db.session.refresh(suggestion)
    return suggestion


def accept(suggestion: ShiftSuggestion) -> Accepted:
    with transaction():
        return accept_suggestion(fresh(suggestion), by=None)


def people_on(shift: Shift) -> list[int]:
    db.session.rollback()
    rows = select(Assignment.member_id).where(
        Assignment.shift_id == shift.id, Assignment.ended_at.is_(None)
    )
    return sorted(db.session.scalars(rows))


def test_a_suggestion_changes_nothing_until_it_is_accepted() -> None:
    programme, shift, members = make_scene()
    ids = [member.id for member in members]

    suggestion = work_out(programme)

    assert suggestion.state == SuggestionState.READY
    assert people_on(shift) == []
    accepted = accept(suggestion)
    assert (len(accepted.given), accepted.left_out) == (2, [])
    assert people_on(shift) == ids
    assert fresh(shift.needs[0]).used == 2


def test_what_is_shown_compares_with_first_come() -> None:
    programme, _shift, _members = make_scene(people=1, wanted=3)

    outcome = work_out(programme).outcome

    assert outcome is not None
    assert outcome["figures"] == {
        "places": 3,
        "people": 1,
        "filled": 1,
        "wishes": 0,
        "first_come": {"filled": 1, "people": 1, "wishes": 0},
    }
    assert [gap["open"] for gap in outcome["gaps"]] == [2]


def test_those_who_are_put_in_are_told_later_and_not_at_all_when_it_is_undone() -> None:
    programme, shift, _members = make_scene()
    suggestion = work_out(programme)
    accept(suggestion)

    with transaction():
        undone = undo_suggestion(fresh(suggestion), by=None)

    assert undone == 2
    assert people_on(shift) == []
    assert fresh(suggestion).state == SuggestionState.READY
    assert fresh(shift.needs[0]).used == 0
    states = set(db.session.scalars(select(Message.state)))
    assert states <= {MessageState.CANCELLED}
    assert len(accept(suggestion).given) == 2


def test_after_ten_minutes_nothing_is_undone(later: Any) -> None:
    programme, _shift, _members = make_scene()
    suggestion = work_out(programme)
    accept(suggestion)
    later(minutes=10)

    with pytest.raises(SuggestionDecided), transaction():
        undo_suggestion(fresh(suggestion), by=None)


def test_what_no_longer_holds_is_left_out_and_said() -> None:
    programme, shift, members = make_scene(people=5, wanted=5)
    left, there, overlapping, grown, fine = members
    ids = {member.id: name for member, name in zip(members, "ltogf", strict=True)}
    suggestion = work_out(programme)
    other = make_shift(make_programme(), starts_at=shift.starts_at + timedelta(hours=1))
    make_assignment(other, overlapping)
    make_assignment(shift, there)
    with transaction():
        for enrolment in fresh(left).enrolments:
            enrolment.ended_at = now()
        fresh(grown).birth_date = date(1990, 1, 1)

    accepted = accept(suggestion)

    why = {ids[member]: reason for _need, member, reason in accepted.left_out}
    assert why == {"l": "gone", "t": "there", "o": "overlap", "g": "too_old"}
    assert len(accepted.given) == 1
    assert fine.id in people_on(shift)


def test_places_taken_meanwhile_are_never_given_twice() -> None:
    programme, shift, _members = make_scene(people=2, wanted=2)
    suggestion = work_out(programme)
    with transaction():
        claim_place(fresh(shift).needs[0].id)

    accepted = accept(suggestion)

    assert len(accepted.given) == 1
    assert [why for _need, _member, why in accepted.left_out] == ["full"]


def test_a_cancelled_shift_is_left_out() -> None:
    programme, shift, _members = make_scene(people=1)
    suggestion = work_out(programme)
    with transaction():
        row = fresh(shift)
        row.cancelled_at, row.cancel_reason = now(), "Hujan"

    assert [why for *_rest, why in accept(suggestion).left_out] == ["closed"]


def test_one_suggestion_at_a_time_and_each_decided_once() -> None:
    programme, _shift, _members = make_scene()
    first = ask(programme)
    with pytest.raises(SuggestionUnderWay):
        ask(programme)
    assert first.job_id is not None
    run_job(first.job_id)

    second = ask(programme)

    db.session.refresh(first)
    assert first.state == SuggestionState.DISCARDED
    with transaction():
        discard_suggestion(fresh(second), by=None)
    with pytest.raises(SuggestionDecided):
        accept(second)


def test_a_suggestion_that_is_discarded_while_it_is_worked_out_stays_so() -> None:
    programme, _shift, _members = make_scene()
    suggestion = ask(programme)
    with transaction():
        discard_suggestion(fresh(suggestion), by=None)

    assert suggestion.job_id is not None
    run_job(suggestion.job_id)

    db.session.refresh(suggestion)
    assert suggestion.state == SuggestionState.DISCARDED


@pytest.mark.parametrize(
    ("people", "wanted", "sentence"),
    [(1, 0, "No open shift has a free place."), (0, 1, "nobody in the programme could work")],
)
def test_without_places_or_people_there_is_nothing_to_suggest(
    people: int, wanted: int, sentence: str
) -> None:
    programme, _shift, _members = make_scene(people, wanted)

    with pytest.raises(NothingToSuggest, match=sentence):
        ask(programme)


def test_only_coordinators_ask() -> None:
    programme, shift, _members = make_scene()
    crew = make_user(Role.GATE_CREW, shift.event.scope)

    with pytest.raises(GernasError, match="role does not allow"):
        ask(programme, by=fresh(crew))


def test_the_task_knows_wishes_groups_hours_and_what_was_given_up() -> None:
    programme = make_programme()
    role = make_role(programme, skills=["video"], minimum_age=18)
    shift = make_shift(programme, role, wanted=3)
    past = make_shift(programme, role, starts_at=now() - timedelta(days=2))
    member = make_member(skills=["video"])
    make_enrolment(
        programme,
        member,
        group_name="Unila",
        wishes={"roles": [role.id, "x"], "days": ["2022-07-22", 5], "most_minutes": 600},
    )
    make_assignment(past, member, arrived_at=past.starts_at, left_at=past.ends_at, minutes=240)
    make_assignment(shift, member, ended_at=now())
    barred = make_member(programme)
    with transaction():
        for consent in list(db.session.scalars(consents_of(barred))):
            consent.withdrawn_at = now()
    young = make_member(programme, birth_date=now().date() - timedelta(days=17 * 365))
    make_guardian(young, counts=False)
    role_id = role.id

    task = make_task(fresh(programme), None, seconds=5)

    [opening] = task.openings
    assert (opening.free, opening.work.minimum_age) == (2, 18)
    first, second = task.people
    assert first.worker.skills == {"video"}
    assert (first.minutes, first.most_minutes, first.group) == (240, 600, "Unila")
    assert first.roles == {role_id}
    assert first.days == {date(2022, 7, 22)}
    assert first.barred == {shift.id}
    assert second.worker.has_guardian is False


def consents_of(member: Member) -> Any:
    return select(YouthConsent).where(YouthConsent.member_id == member.id)


def test_accepting_and_taking_at_once_fill_no_place_twice(app: Flask) -> None:
    programme, shift, members = make_scene(people=6, wanted=3)
    suggestion = work_out(programme)
    need_id = shift.needs[0].id
    ids = [member.id for member in members]
    suggestion_id = suggestion.id
    db.session.rollback()

    def take(member_id: int) -> str:
        with transaction():
            need = db.session.get_one(ShiftNeed, need_id)
            take_shift(need, db.session.get_one(Member, member_id))
        return "taken"

    def accept_it() -> str:
        with transaction():
            accept_suggestion(db.session.get_one(ShiftSuggestion, suggestion_id), by=None)
        return "accepted"

    results = race(
        app,
        [accept_it, accept_it, *[lambda number=number: take(number) for number in ids]],
    )

    assert results == ["SuggestionDecided", "accepted", *["taken"] * 6]
    db.session.rollback()
    held = select(Assignment).where(
        Assignment.need_id == need_id,
        Assignment.ended_at.is_(None),
        Assignment.waiting_number.is_(None),
    )
    assert len(db.session.scalars(held).all()) == 3
    assert fresh(shift.needs[0]).used == 3
