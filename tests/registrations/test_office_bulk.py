"""Organizers decide on many at once: seen before it is done, never beyond a quota, and undone."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.accounts.models import User
from gernas.core.database import db, transaction
from gernas.core.errors import NotAllowed
from gernas.core.jobs import Job, JobState, run_job
from gernas.core.permissions import Role
from gernas.messages.models import Message, MessageState
from gernas.registrations.deciding_jobs import decide_by_portions
from gernas.registrations.errors import NeedsReason, NothingRequested
from gernas.registrations.models import Call, Registration, RegistrationEvent, RegistrationState
from gernas.registrations.office_queries import list_batch, list_batches
from gernas.registrations.services.answering import confirm_place
from gernas.registrations.services.bulk import (
    Tally,
    decide_later,
    decide_many,
    plan_many,
    undo_many,
)
from gernas.registrations.transitions import Move
from tests.conftest import race
from tests.factories import make_stop, make_user
from tests.registrations.making import (
    again,
    draft,
    held,
    make_call,
    quota_used,
    send,
    states,
    templates,
    used,
)

S = RegistrationState


def decide(call: Call, rows: list[Registration], what: Move, **more: Any) -> Tally:
    with transaction():
        return decide_many(
            db.session.get_one(Call, call.id),
            [row.id for row in rows],
            what,
            **{"by": None, **more},
        )


def plan(call: Call, rows: list[Registration], what: Move, **more: Any) -> Tally:
    db.session.rollback()
    again_rows = [db.session.get_one(Registration, row.id) for row in rows]
    return plan_many(db.session.get_one(Call, call.id), again_rows, what, **more)


def undo(call: Call, batch: str | None) -> tuple[int, int]:
    with transaction():
        call = db.session.get_one(Call, call.id)
        return undo_many(call, list_batch(call, batch or ""), by=None)


def facts(tally: Tally) -> dict[str, Any]:
    return {name: value for name, value in vars(tally).items() if name != "batch"}


def test_what_is_planned_is_what_is_done(english: Flask) -> None:
    call = make_call(places=4, quotas={"food": 2})
    rows = [send(call, sector=sector) for sector in ("food", "food", "food", "craft", "craft")]
    last = send(call, sector="fashion")
    decide(call, [last], Move.REJECT, reason="Bukan buatan sendiri.")

    planned = plan(call, [*rows, last], Move.ACCEPT)
    done = decide(call, [*rows, last], Move.ACCEPT)

    assert facts(planned) == facts(done)
    assert done.done == [rows[0].id, rows[1].id, rows[3].id, rows[4].id]
    assert dict(done.full) == {"Sector: Food": 1}
    assert dict(done.not_possible) == {S.REJECTED: 1}
    assert done.refused == 2
    assert used(call) == held(call) == 4
    assert quota_used(call) == {"food": 2}


def test_a_full_quota_is_named_and_the_rest_waits_in_order(english: Flask) -> None:
    call = make_call(places=4, quotas={"food": 1})
    rows = [send(call, sector=sector) for sector in ("food", "food", "craft", "food")]

    planned = plan(call, rows, Move.ACCEPT, rest_waits=True)
    done = decide(call, list(reversed(rows)), Move.ACCEPT, rest_waits=True)

    assert facts(planned) == facts(done)
    assert dict(done.full) == {"Sector: Food": 2}
    assert done.waits == [rows[1].id, rows[3].id]
    assert states(call) == ["accepted", "waitlisted", "accepted", "waitlisted"]
    assert [again(row).waiting_number for row in rows] == [None, 1, None, 2]
    assert done.refused == 0


def test_who_waits_longer_comes_first_when_many_are_accepted(english: Flask) -> None:
    call = make_call(places=2)
    first, second, third = (send(call) for _ in range(3))
    decide(call, [first, second, third], Move.WAITLIST)

    planned = plan(call, [third, second], Move.ACCEPT)
    refused = decide(call, [third, second], Move.ACCEPT)
    accepted = decide(call, [third, second, first], Move.ACCEPT)

    assert (refused.not_their_turn, refused.done) == (2, [])
    assert planned.not_their_turn == 2
    assert accepted.done == [first.id, second.id]
    assert dict(accepted.full) == {"": 1}


def test_a_decision_on_many_is_taken_back_and_no_message_leaves(english: Flask) -> None:
    call = make_call(places=2, quotas={"food": 2})
    rows = [send(call) for _ in range(3)]
    done = decide(call, rows, Move.ACCEPT, rest_waits=True)
    counts = [batch.counts for batch in list_batches(db.session.get_one(Call, call.id))]

    undone = undo(call, done.batch)

    assert counts == [{"accept": 2, "waitlist": 1}]
    assert undone == (3, 0)
    assert states(call) == ["submitted"] * 3
    assert (used(call), held(call), quota_used(call)) == (0, 0, {"food": 0})
    waiting = db.session.scalars(
        select(Message.state).where(Message.template.in_(("registration_accepted",)))
    )
    assert set(waiting) == {MessageState.CANCELLED}
    assert list_batches(db.session.get_one(Call, call.id)) == []


def test_after_ten_minutes_a_decision_on_many_stands(english: Flask, later: Any) -> None:
    call = make_call(places=2)
    rows = [send(call) for _ in range(2)]
    done = decide(call, rows, Move.ACCEPT)

    later(minutes=11)

    assert undo(call, done.batch) == (0, 0)
    assert list_batches(db.session.get_one(Call, call.id)) == []
    assert states(call) == ["accepted", "accepted"]


def test_what_happened_since_is_not_taken_back_with_the_rest(english: Flask) -> None:
    call = make_call(places=2)
    rows = [send(call) for _ in range(2)]
    done = decide(call, rows, Move.ACCEPT)
    with transaction():
        confirm_place(db.session.get_one(Registration, rows[0].id), by=None)

    undone = undo(call, done.batch)

    assert undone == (1, 1)
    assert states(call) == ["confirmed", "submitted"]


def test_of_another_call_nothing_is_decided(english: Flask) -> None:
    call, other = make_call(), make_call()
    mine, theirs = send(call), send(other)

    done = decide(call, [mine, theirs], Move.ACCEPT)

    assert done.done == [mine.id]
    assert states(other) == ["submitted"]


def test_drafts_are_not_decided_on(english: Flask) -> None:
    call = make_call()
    unsent = draft(call)

    done = decide(call, [unsent], Move.ACCEPT)

    assert (done.done, states(call)) == ([], ["draft"])


def test_what_all_need_is_checked_before_anything_is_done(english: Flask) -> None:
    call = make_call()
    rows = [send(call)]

    with pytest.raises(NeedsReason):
        decide(call, rows, Move.REJECT)
    with pytest.raises(NothingRequested):
        decide(call, rows, Move.REQUEST_CHANGES, reason="NIB-nya, ya.")

    assert states(call) == ["submitted"]


def test_many_are_asked_for_the_same_correction(english: Flask) -> None:
    call = make_call()
    rows = [send(call) for _ in range(2)]

    done = decide(call, rows, Move.REQUEST_CHANGES, reason="NIB-nya, ya.", fields=["nib"])

    assert len(done.done) == 2
    assert [again(row).requested_fields for row in rows] == [["nib"], ["nib"]]
    assert templates(rows[0]) == ["registration_received", "registration_changes"]


def test_an_organizer_of_another_stop_decides_nothing(english: Flask) -> None:
    call = make_call()
    rows = [send(call)]
    stranger = make_user(Role.ORGANIZER, make_stop().scope)

    with pytest.raises(NotAllowed):
        decide(call, rows, Move.ACCEPT, by=db.session.get_one(User, stranger.id))

    assert states(call) == ["submitted"]


# --- More than one transaction should hold --------------------------------------------------


def leave_to_worker(call: Call, rows: list[Registration], by: User, **more: Any) -> int:
    with transaction():
        call = db.session.get_one(Call, call.id)
        again_rows = [db.session.get_one(Registration, row.id) for row in rows]
        by = db.session.get_one(User, by.id)
        return decide_later(call, again_rows, Move.ACCEPT, by=by, **more).id


def test_the_worker_decides_portion_by_portion(
    english: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gernas.registrations.deciding_jobs.PORTION", 2)
    stop = make_stop()
    call = make_call(stop, places=3)
    rows = [send(call) for _ in range(5)]
    organizer = make_user(Role.ORGANIZER, stop.scope)

    job_id = leave_to_worker(call, rows, organizer, rest_waits=True)
    run_job(job_id)

    db.session.rollback()
    job = db.session.get_one(Job, job_id)
    assert job.state == JobState.DONE
    assert (job.done_steps, job.all_steps) == (5, 5)
    tally = Tally.of(job.result or {})
    assert tally.done == [row.id for row in rows[:3]]
    assert tally.waits == [row.id for row in rows[3:]]
    assert states(call) == ["accepted"] * 3 + ["waitlisted"] * 2
    assert undo(call, tally.batch) == (5, 0)


def test_a_decision_that_was_interrupted_goes_on_where_it_stopped(
    english: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gernas.registrations.deciding_jobs.PORTION", 2)
    stop = make_stop()
    call = make_call(stop, places=10)
    rows = [send(call) for _ in range(4)]
    organizer = make_user(Role.ORGANIZER, stop.scope)
    job_id = leave_to_worker(call, rows, organizer)
    arguments = db.session.get_one(Job, job_id).arguments
    by = organizer.id
    with transaction():  # The first portion, before the worker was killed.
        decide_many(
            db.session.get_one(Call, call.id),
            arguments["ids"][:2],
            Move.ACCEPT,
            by=db.session.get_one(User, by),
            batch=arguments["batch"],
        )

    run_job(job_id)

    db.session.rollback()
    tally = Tally.of(db.session.get_one(Job, job_id).result or {})
    assert sorted(tally.done) == [row.id for row in rows]
    assert tally.refused == 0
    decided = db.session.scalars(
        select(RegistrationEvent.id).where(RegistrationEvent.what == "accept")
    ).all()
    assert len(decided) == 4


def test_who_loses_the_role_meanwhile_decides_no_further(english: Flask) -> None:
    stop = make_stop()
    call = make_call(stop)
    rows = [send(call)]
    nobody = make_user()
    arguments: dict[str, Any] = {
        "call_id": call.id,
        "ids": [row.id for row in rows],
        "what": "accept",
        "by_id": nobody.id,
        "reason": None,
        "fields": [],
        "rest_waits": False,
        "batch": "b",
    }
    db.session.rollback()

    class NoProgress:
        def progress(self, done: int, of: int) -> None:
            raise AssertionError((done, of))

    result = decide_by_portions(NoProgress(), **arguments)

    assert result is not None
    assert result["stopped"] == "Your role does not allow this."
    assert states(call) == ["submitted"]


# --- At once ---------------------------------------------------------------------------------


def test_two_organizers_who_accept_the_same_many_fill_the_places_once(app: Flask) -> None:
    with app.app_context():
        call = make_call(places=3, quotas={"food": 2})
        rows = [send(call, sector=("food", "craft")[n % 2]) for n in range(6)]
        ids = [row.id for row in rows]

    def accept() -> str:
        with transaction():
            tally = decide_many(
                db.session.get_one(Call, call.id), ids, Move.ACCEPT, by=None, rest_waits=True
            )
        return str(len(tally.done))

    results = race(app, [accept] * 4)

    with app.app_context():
        assert results == ["0", "0", "0", "3"]
        assert used(call) == held(call) == 3
        assert quota_used(call)["food"] <= 2
        assert sorted(states(call)) == ["accepted"] * 3 + ["waitlisted"] * 3
