"""Work that takes long: a row in the database, woken through huey, run again when it died.

huey takes a task off its queue before it runs, so a killed worker loses it. Therefore the row is
the truth: written with its cause, leased while it runs, and swept up when the lease ran out.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import JSON, CheckConstraint, Index, String, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from gernas.core.clock import now
from gernas.core.database import Model, UtcDateTime, after_commit, db, transaction
from gernas.core.logs import log

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Model):
    """One piece of work, its progress and its result."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
        Index("ix_job_state_run_after", "state", "run_after"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))  # e.g. rerender_calendar
    arguments: Mapped[dict[str, Any]] = mapped_column(
        JSON
    )  # ids and plain values, nothing personal
    state: Mapped[str] = mapped_column(String(10), default=JobState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    done_steps: Mapped[int] = mapped_column(default=0)
    all_steps: Mapped[int] = mapped_column(default=0)  # 0 while unknown
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error: Mapped[str | None] = mapped_column(String(200))
    created_by: Mapped[int | None]  # user id
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    run_after: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_over(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED)

    @property
    def percent(self) -> int | None:
        """How far it is, and 100 only once it is over; None while that is unknown."""
        if not self.all_steps:
            return None
        share = 100 * self.done_steps // self.all_steps
        return share if self.is_over else min(99, share)


class WorkerBeat(Model):
    """When a worker was last alive; readers decide what is too long ago."""

    __tablename__ = "worker_beat"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass
class Run:
    """A job under way, as its function sees it."""

    job_id: int

    def progress(self, done: int, of: int) -> None:
        """Show how far the work is; also renews the lease. Not inside a transaction."""
        with transaction():
            db.session.execute(
                update(Job)
                .where(Job.id == self.job_id)
                .values(done_steps=done, all_steps=of, leased_until=now() + LEASE)
            )


Work = Callable[..., dict[str, Any] | None]
_work: dict[str, Work] = {}
_timed: list[tuple[str, timedelta, Callable[[], None]]] = []


def job(kind: str) -> Callable[[Work], Work]:
    """Register the function that does jobs of a kind: ``work(run, **arguments) -> result``.

    It may run twice, so what it does must be the same when done again.
    """

    def register(work: Work) -> Work:
        _work[kind] = work
        return work

    return register


def timed(name: str, *, every: timedelta) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register something the worker does again and again, at most once per ``every``."""

    def register(work: Callable[[], None]) -> Callable[[], None]:
        _timed.append((name, every, work))
        return work

    return register


def list_timed() -> list[tuple[str, timedelta, Callable[[], None]]]:
    """What the worker does by the clock: name, interval, function."""
    return list(_timed)


def enqueue(
    kind: str, *, by: int | None = None, run_after: datetime | None = None, **arguments: Any
) -> Job:
    """Write a job in the open transaction; the worker hears of it after the commit."""
    if kind not in _work:
        raise KeyError(f"nobody does jobs of kind {kind}")
    moment = now()
    row = Job(
        kind=kind,
        arguments=arguments,
        created_by=by,
        created_at=moment,
        run_after=run_after or moment,
    )
    db.session.add(row)
    db.session.flush()
    job_id = row.id
    if run_after is None:
        after_commit(lambda: wake(job_id))
    return row


def tell_progress(job_id: int | None) -> dict[str, Any]:
    """What ``components/job.html`` shows of a job; one that is not there yet waits."""
    found = db.session.get(Job, job_id) if job_id else None
    return {
        "percent": found.percent if found is not None else None,
        "job_state": found.state if found is not None else JobState.QUEUED,
    }


def wake(job_id: int) -> None:
    """Tell the worker at once; when the queue is away, the sweep finds the row within a minute."""
    from gernas.core.queue import get_queue

    try:
        get_queue(current_app).run_job(job_id)
    except Exception as error:  # noqa: BLE001 - whatever ails the queue, the row stands
        log.warning("queue", kind=type(error).__name__)


def run_job(job_id: int) -> bool:
    """Take a job's lease and do its work; False when another worker has it or it is over."""
    moment = now()
    with transaction():
        row = db.session.get(Job, job_id, with_for_update=True)
        if row is None or row.is_over or row.run_after > moment:
            return False
        if row.state == JobState.RUNNING and row.leased_until and row.leased_until > moment:
            return False
        if row.attempts >= MOST_ATTEMPTS:
            row.state, row.error, row.finished_at = JobState.FAILED, "gave up", moment
            return False
        row.state, row.leased_until, row.attempts = (
            JobState.RUNNING,
            moment + LEASE,
            row.attempts + 1,
        )
        kind, arguments, attempts = row.kind, dict(row.arguments), row.attempts
    try:
        with RenewedLease(job_id):
            result = _work[kind](Run(job_id), **arguments)
    except Exception as error:  # noqa: BLE001 - any failure of the work is one of the job
        log.error("job", job=job_id, kind=kind, error=type(error).__name__)
        _finish_badly(job_id, attempts, type(error).__name__)
        return True
    with transaction():
        row = db.session.get_one(Job, job_id)
        row.state, row.result, row.finished_at = JobState.DONE, result, now()
        row.leased_until = None
    return True


def sweep() -> int:
    """Wake jobs that are due, waited too long, or lost their worker; returns how many ran."""
    moment = now()
    lost = select(Job.id).where(
        Job.run_after <= moment,
        or_(
            Job.state == JobState.QUEUED,
            (Job.state == JobState.RUNNING) & (Job.leased_until < moment),
        ),
    )
    due = list(db.session.scalars(lost.order_by(Job.id).limit(100)))
    db.session.rollback()
    return sum(run_job(job_id) for job_id in due)


def _finish_badly(job_id: int, attempts: int, error: str) -> None:
    with transaction():
        row = db.session.get_one(Job, job_id)
        row.error, row.leased_until = error, None
        if attempts >= MOST_ATTEMPTS:
            row.state, row.finished_at = JobState.FAILED, now()
        else:
            row.state = JobState.QUEUED
            row.run_after = now() + timedelta(seconds=10 * 2**attempts)


class RenewedLease:
    """Renews the lease of long work from a thread of its own, until the block ends."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id
        self.app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._renew, daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def _renew(self) -> None:
        while not self.over.wait(LEASE.total_seconds() / 3):
            with self.app.app_context(), transaction():
                db.session.execute(
                    update(Job).where(Job.id == self.job_id).values(leased_until=now() + LEASE)
                )
