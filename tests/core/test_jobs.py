"""Jobs: written with their cause, done once, done again when a worker died."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from huey.registry import Message

from gernas.core import jobs
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.jobs import Job, JobState, Run, enqueue, run_job, sweep
from gernas.core.queue import SignedJson
from tests.conftest import race


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What jobs of the kinds ``note`` and ``fail`` did."""
    notes: list[str] = []

    def note(run: Run, *, word: str) -> dict[str, str]:
        run.progress(1, of=2)
        notes.append(word)
        return {"word": word}

    def fail(_run: Run) -> None:
        notes.append("failed")
        raise ZeroDivisionError

    monkeypatch.setitem(jobs._work, "note", note)
    monkeypatch.setitem(jobs._work, "fail", fail)
    return notes


def add(kind: str, **arguments: Any) -> int:
    with transaction():
        return enqueue(kind, **arguments).id


def get(job_id: int) -> Job:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Job, job_id)


def test_a_job_is_done_and_shows_its_result(context: Flask, done: list[str]) -> None:
    job_id = add("note", word="once")

    assert run_job(job_id) is True

    row = get(job_id)
    assert (row.state, row.result, row.done_steps, row.all_steps) == (
        "done",
        {"word": "once"},
        1,
        2,
    )
    assert done == ["once"]


def test_a_job_that_is_over_is_not_done_again(context: Flask, done: list[str]) -> None:
    job_id = add("note", word="once")
    run_job(job_id)

    assert run_job(job_id) is False
    assert done == ["once"]


def test_a_job_of_an_undone_transaction_never_was(context: Flask, done: list[str]) -> None:
    def undo() -> None:
        with transaction():
            enqueue("note", word="never")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undo()

    assert (sweep(), done) == (0, [])


def test_of_many_workers_one_takes_the_job(app: Flask, done: list[str]) -> None:
    with app.app_context():
        job_id = add("note", word="once")

    results = race(app, [lambda: run_job(job_id) for _ in range(6)])

    assert results == ["False"] * 5 + ["True"]
    assert done == ["once"]


def test_a_failing_job_waits_longer_each_time_and_is_given_up(
    context: Flask, done: list[str]
) -> None:
    job_id = add("fail")
    waits = []

    for _ in range(jobs.MOST_ATTEMPTS):
        with transaction():
            db.session.get_one(Job, job_id).run_after = now()
        run_job(job_id)
        waits.append(get(job_id).run_after - now())

    row = get(job_id)
    assert (row.state, row.error, row.attempts) == (JobState.FAILED, "ZeroDivisionError", 5)
    assert waits[:4] == sorted(waits[:4])
    assert sweep() == 0


def test_a_job_whose_worker_died_runs_again_when_its_lease_is_over(
    context: Flask, done: list[str]
) -> None:
    job_id = add("note", word="again")
    with transaction():
        row = db.session.get_one(Job, job_id)
        row.state, row.attempts = JobState.RUNNING, 1
        row.leased_until = now() + timedelta(seconds=30)

    while_leased = sweep()
    with transaction():
        db.session.get_one(Job, job_id).leased_until = now() - timedelta(seconds=1)
    afterwards = sweep()

    assert (while_leased, afterwards, done) == (0, 1, ["again"])
    assert get(job_id).state == JobState.DONE


def test_a_killed_worker_leaves_a_job_that_another_one_does(
    app: Flask, environ: dict[str, str], done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real process, killed with SIGKILL in the middle of the job."""
    with app.app_context():
        job_id = add("note", word="survives")
    code = (
        "import sys, time\n"
        "from gernas.app import create_app\n"
        "from gernas.core import jobs\n"
        "jobs._work['note'] = lambda run, word: (print('begun', flush=True), time.sleep(60))\n"
        "app = create_app()\n"
        "with app.app_context():\n"
        f"    jobs.run_job({job_id})\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, **environ, "GERNAS_LOG_LEVEL": "ERROR"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "begun\n"
    child.send_signal(signal.SIGKILL)
    child.wait(10)
    child.stdout.close()

    with app.app_context():
        assert get(job_id).state == JobState.RUNNING
        later = now() + jobs.LEASE + timedelta(seconds=1)
        monkeypatch.setattr(jobs, "now", lambda: later)
        assert sweep() == 1
        assert get(job_id).state == JobState.DONE
    assert done == ["survives"]


def test_long_work_keeps_its_lease(
    context: Flask, monkeypatch: pytest.MonkeyPatch, done: list[str]
) -> None:
    monkeypatch.setattr(jobs, "LEASE", timedelta(seconds=0.3))
    seen = []

    def slow(run: Run) -> None:
        began = get(run.job_id).leased_until
        time.sleep(0.5)
        seen.append((began, get(run.job_id).leased_until))

    monkeypatch.setitem(jobs._work, "slow", slow)
    run_job(add("slow"))

    ((began, later),) = seen
    assert began is not None
    assert later is not None
    assert later > began


def test_messages_in_the_queue_are_signed_json() -> None:
    """ASVS 1.5.2: whoever can write into the queue cannot make us run code."""
    serializer = SignedJson("k" * 40)
    message = Message("id", "run_job", None, 0, 0, 0, (7,), {}, None, None, None, None)

    data = serializer.serialize(message)

    assert b"run_job" in data
    assert serializer.deserialize(data) == message


def test_a_forged_message_is_refused() -> None:
    """ASVS 1.5.2."""
    data = SignedJson("k" * 40).serialize({"a": 1})

    with pytest.raises(ValueError, match="not written by us"):
        SignedJson("another key, as long as the first one ..").deserialize(data)
