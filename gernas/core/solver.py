"""Ask a solver, which runs as a process of its own; what waits for it stays small."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

from gernas.core import solver_process

GRACE = 60  # seconds beyond the task's own: to start, and to find out which rules clash


class SolverFailed(Exception):
    """It died, or did not come to an end."""


def ask_solver(
    module: str,
    task: Mapping[str, Any],
    *,
    seconds: int,
    tell: Callable[[float], bool] = lambda _seconds: True,
) -> dict[str, Any]:
    """What ``answer`` of a module makes of a task, both plain values for JSON.

    ``seconds`` is the task's own limit. ``tell`` hears each second how long it took so far; False
    stops it.

    Raises:
        SolverFailed: it died, took too long, or was stopped.
    """
    command = [sys.executable, "-m", solver_process.__name__, module]
    with subprocess.Popen(  # noqa: S603 - our own program; the task goes in by its input
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        end = threading.Timer(seconds + GRACE, process.kill)
        end.start()
        try:
            return _listen(process, task, tell)
        finally:
            end.cancel()
            process.kill()


def _listen(
    process: "subprocess.Popen[str]", task: Mapping[str, Any], tell: Callable[[float], bool]
) -> dict[str, Any]:
    if process.stdin is None or process.stdout is None:
        raise SolverFailed
    try:
        with process.stdin as into:
            json.dump(task, into)
    except BrokenPipeError as error:
        raise SolverFailed from error
    for line in process.stdout:
        said = json.loads(line)
        if "answer" in said:
            answer: dict[str, Any] = said["answer"]
            return answer
        if not tell(said["seconds"]):
            raise SolverFailed
    raise SolverFailed
