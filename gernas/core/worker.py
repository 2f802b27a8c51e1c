"""The worker: huey's consumer for jobs, and a clock for what happens again and again."""

import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import delete

from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.jobs import WorkerBeat, list_timed, sweep, timed
from gernas.core.limits import drop_old_attempts
from gernas.core.logs import log

BEAT = timedelta(seconds=10)
DEAD_AFTER = timedelta(seconds=40)


@timed("sweep", every=timedelta(seconds=20))
def sweep_jobs() -> None:
    sweep()


@timed("tidy", every=timedelta(hours=1))
def tidy() -> None:
    with transaction():
        drop_old_attempts()
        db.session.execute(delete(WorkerBeat).where(WorkerBeat.at < now() - timedelta(days=1)))


def is_worker_alive() -> bool:
    """Whether any worker gave a sign of life within the last 40 s."""
    newest = db.session.query(db.func.max(WorkerBeat.at)).scalar()
    if newest is None:
        return False
    return bool(now() - newest < DEAD_AFTER)


class Ticker(threading.Thread):
    """Gives the sign of life and starts what is due; a failure of one does not stop the others."""

    def __init__(self, app: Flask) -> None:
        super().__init__(daemon=True, name="ticker")
        self.app = app
        self.over = threading.Event()
        self.last: dict[str, float] = {}

    def run(self) -> None:
        while not self.over.wait(0.5):
            self._tick("beat", BEAT, self._beat)
            for name, every, work in list_timed():
                self._tick(name, every, work)

    def _tick(self, name: str, every: timedelta, work: Callable[[], None]) -> None:
        if time.monotonic() - self.last.get(name, -1e9) < every.total_seconds():
            return
        self.last[name] = time.monotonic()
        try:
            with self.app.app_context():
                work()
        except Exception as error:  # noqa: BLE001 - the clock goes on
            log.error("timed", name=name, kind=type(error).__name__)

    def _beat(self) -> None:
        with transaction():
            db.session.merge(
                WorkerBeat(name=f"{socket.gethostname()}:{os.getpid()}"[:80], at=now())
            )


def run_worker(app: Flask) -> None:
    """Do jobs until the process is told to stop."""
    from gernas.core.queue import get_queue  # Web workers have no use for it.

    ticker = Ticker(app)
    ticker.start()
    consumer = get_queue(app).huey.create_consumer(
        workers=1, periodic=False, initial_delay=0.1, max_delay=1.0, check_worker_health=False
    )
    try:
        consumer.run()
    finally:
        ticker.over.set()
