"""Web and worker as two processes that are kept running. Imports little: both wait for it."""

import os
import signal
import subprocess
import sys
import threading
import time

from gernas.config import Settings

APPLICATION = "gernas.app:create_web()"
KEEP_ALIVE_SECONDS = 5  # longer than the time between two looks at a plan
WEB_FIRST_SECONDS = 1.5  # Both load the program; on two processors each would slow the other.


def web_command(
    settings: Settings, *, host: str, port: int, application: str = APPLICATION
) -> list[str]:
    """The command line that serves the web.

    The application is loaded once, before its workers are forked: half the start, and memory that
    they share. So ``create_app`` opens no connection and starts no thread, and a new version of
    the program takes a restart.
    """
    return [
        sys.executable, "-m", "gunicorn", application,
        "--bind", f"{host}:{port}", "--preload",
        "--worker-class", "gernas.core.server_worker.Worker",
        "--keep-alive", str(KEEP_ALIVE_SECONDS),
        "--workers", str(settings.web_workers), "--threads", str(settings.web_threads),
        "--max-requests", "20000", "--max-requests-jitter", "2000",
        "--graceful-timeout", "20", "--log-level", "warning", "--no-control-socket",
        "--logger-class", "gernas.core.server_log.ServerLog",
    ]  # fmt: skip


def web_environ() -> dict[str, str]:
    """The environment of the processes that serve.

    The C library of Linux keeps what its threads gave back, for each of them: after some passwords
    (19 MiB each, for a moment) a worker would be 30 MiB larger. Large blocks go back at once.
    """
    return {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "1048576", **os.environ}


def run_all(settings: Settings, *, host: str, port: int) -> int:
    """Serve web and worker, and start either again when it dies, until told to stop."""
    web = web_command(settings, host=host, port=port)
    worker = [sys.executable, "-m", "gernas", "worker"]
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    children = [Child("web", web)]
    stopping.wait(WEB_FIRST_SECONDS)
    if not stopping.is_set():
        children.append(Child("worker", worker))
    while not stopping.is_set():
        for child in children:
            child.keep_running(stopping)
        stopping.wait(0.5)
    for child in children:
        child.process.terminate()
    for child in children:
        child.end()
    return 0


def _say_died(name: str, code: int) -> None:
    from gernas.core.logs import init_logs, log  # Not before it is needed.

    init_logs("INFO")
    log.error("died", name=name, code=code)


class Child:
    """A process that is started again when it dies, slowly when it dies at once."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name, self.command = name, command
        self._start()

    def _start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            self.command, env=web_environ()
        )
        self.started = time.monotonic()

    def keep_running(self, stopping: threading.Event) -> None:
        if self.process.poll() is None:
            return
        _say_died(self.name, self.process.returncode)
        if time.monotonic() - self.started < 5:
            stopping.wait(2)
        if not stopping.is_set():
            self._start()

    def end(self) -> None:
        try:
            self.process.wait(25)
        except subprocess.TimeoutExpired:
            self.process.kill()
