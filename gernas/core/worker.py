"""The worker: huey's consumer for jobs, and a clock for what happens again and again."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import delete

from gernas.config import Settings
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.jobs import WorkerBeat, list_timed, sweep, timed
from gernas.core.limits import drop_old_attempts
from gernas.core.logs import log

BEAT = timedelta(seconds=10)
DEAD_AFTER = timedelta(seconds=40)
APPLICATION = "gernas.app:create_app()"


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
    ticker = Ticker(app)
    ticker.start()
    consumer = app.extensions["huey"].create_consumer(
        workers=1, periodic=False, initial_delay=0.1, max_delay=1.0, check_worker_health=False
    )
    try:
        consumer.run()
    finally:
        ticker.over.set()


def web_command(
    settings: Settings, *, host: str, port: int, application: str = APPLICATION
) -> list[str]:
    """The command line that serves the web."""
    return [
        sys.executable, "-m", "gunicorn", application,
        "--bind", f"{host}:{port}", "--worker-class", "gthread",
        "--workers", str(settings.web_workers), "--threads", str(settings.web_threads),
        "--max-requests", "20000", "--max-requests-jitter", "2000",
        "--graceful-timeout", "20", "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip


def run_all(settings: Settings, *, host: str, port: int) -> int:
    """Serve web and worker, and start either again when it dies, until told to stop."""
    web = web_command(settings, host=host, port=port)
    worker = [sys.executable, "-m", "gernas", "worker"]
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    children = [Child("web", web), Child("worker", worker)]
    while not stopping.is_set():
        for child in children:
            child.keep_running(stopping)
        stopping.wait(0.5)
    for child in children:
        child.process.terminate()
    for child in children:
        child.end()
    return 0


class Child:
    """A process that is started again when it dies, slowly when it dies at once."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name, self.command = name, command
        self._start()

    def _start(self) -> None:
        self.process = subprocess.Popen(self.command)  # noqa: S603 - our own command
        self.started = time.monotonic()

    def keep_running(self, stopping: threading.Event) -> None:
        if self.process.poll() is None:
            return
        log.error("died", name=self.name, code=self.process.returncode)
        if time.monotonic() - self.started < 5:
            stopping.wait(2)
        if not stopping.is_set():
            self._start()

    def end(self) -> None:
        try:
            self.process.wait(25)
        except subprocess.TimeoutExpired:
            self.process.kill()
