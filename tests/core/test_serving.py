"""What has to be so that web workers can be forked from a loaded application."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from gernas.config import read_settings
from gernas.core.serving import web_command

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[2]
CODE = """
import gc
import threading
from sqlalchemy import event
from sqlalchemy.pool import Pool
from gernas.app import create_web

opened = []
event.listen(Pool, "connect", lambda *_: opened.append(1))
create_web()
print(len(opened), threading.active_count(), gc.isenabled(), gc.get_freeze_count() > 100_000)
"""


def test_an_application_is_built_without_a_connection_or_a_thread(environ: dict[str, str]) -> None:
    """Forked workers would share them: two sessions on one connection, locks held by no one."""
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=environ, capture_output=True, text=True, check=True
    )

    assert done.stdout.split()[:2] == ["0", "1"]


def test_what_is_loaded_before_the_fork_is_left_alone_by_garbage_collection(
    environ: dict[str, str],
) -> None:
    """Looking through it writes into its memory, and each worker would get a copy of its own."""
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=environ, capture_output=True, text=True, check=True
    )

    assert done.stdout.split()[2:] == ["True", "True"]


@pytest.mark.parametrize(("name", "value"), [("WEB_WORKERS", "3"), ("WEB_THREADS", "7")])
def test_the_settings_say_how_many_workers_and_threads_there_are(
    environ: dict[str, str], name: str, value: str
) -> None:
    settings = read_settings({**environ, f"GERNAS_{name}": value})

    command = web_command(settings, host="127.0.0.1", port=8000)

    option = "--" + name.removeprefix("WEB_").lower()
    assert command[command.index(option) + 1] == value


RUN = """
import sys
from gernas.core import serving
from gernas.cli import main

serving.run_all = lambda *_, **__: print("sqlalchemy" in sys.modules, "gernas.app" in sys.modules)
main(["run"])
"""


def test_the_process_that_keeps_the_others_running_does_not_load_what_they_do(
    environ: dict[str, str],
) -> None:
    """It would hold up every start, and keep the memory of a worker."""
    done = subprocess.run(
        [sys.executable, "-c", RUN], env=environ, capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines()[-1] == "False False"


@contextmanager
def serve(environ: dict[str, str], *, worker: str | None = None) -> Iterator[int]:
    """A server of a small application as the program starts it; its port."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
    application = "scripts.bench.hello:app"
    command = web_command(read_settings(environ), host=HOST, port=port, application=application)
    if worker is not None:
        command[command.index("--worker-class") + 1] = worker
    server = subprocess.Popen(command, env={**os.environ, **environ}, cwd=ROOT)
    try:
        for _ in range(200):
            if ask(port, seconds=5) is not None:
                break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def ask(port: int, *, seconds: float) -> int | None:
    """The status of a small page; None if it does not come in time."""
    connection = http.client.HTTPConnection(HOST, port, timeout=seconds)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


# The control: gunicorn's own, where such connections hold each thread for five seconds, one after
# the other. Of several workers one could have taken none of them, so there is one.
@pytest.mark.parametrize(("worker", "seconds", "status"), [(None, 30, 200), ("gthread", 4, None)])
def test_connections_on_which_nobody_asks_hold_no_thread(
    environ: dict[str, str], worker: str | None, seconds: float, status: int | None
) -> None:
    environ = {**environ, "GERNAS_WEB_WORKERS": "1"}
    with serve(environ, worker=worker) as port, ExitStack() as spare:
        for _ in range(50):
            spare.enter_context(socket.create_connection((HOST, port)))
        time.sleep(0.3)

        assert ask(port, seconds=seconds) == status
