"""Ask the solver, which runs as a process of its own; what waits for it stays small."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable

from gernas.youth.assigning import solver_process
from gernas.youth.assigning.tasks import Answer, Task

GRACE = 60  # seconds beyond the task's own: to start, and to find out which rules clash


class SolverFailed(Exception):
    """It died, or did not come to an end."""


def ask_solver(task: Task, *, tell: Callable[[float], bool] = lambda _seconds: True) -> Answer:
    """The answer to a task. ``tell`` hears each second how long it took so far; False stops it.

    Raises:
        SolverFailed: it died, took too long, or was stopped.
    """
    command = [sys.executable, "-m", solver_process.__name__]
    with subprocess.Popen(  # noqa: S603 - our own program; the task goes in by its input
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        end = threading.Timer(task.seconds + GRACE, process.kill)
        end.start()
        try:
            return _listen(process, task, tell)
        finally:
            end.cancel()
            process.kill()


def _listen(process: "subprocess.Popen[str]", task: Task, tell: Callable[[float], bool]) -> Answer:
    if process.stdin is None or process.stdout is None:
        raise SolverFailed
    try:
        with process.stdin as into:
            json.dump(task.to_json(), into)
    except BrokenPipeError as error:
        raise SolverFailed from error
    for line in process.stdout:
        said = json.loads(line)
        if "answer" in said:
            return Answer.of(said["answer"])
        if not tell(said["seconds"]):
            raise SolverFailed
    raise SolverFailed
