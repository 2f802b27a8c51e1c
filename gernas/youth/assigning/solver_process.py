"""Solve a task in a process of its own: it takes memory and time that the worker gets back.

    python -m gernas.youth.assigning.solver_process < task.json

The task comes as JSON on the standard input. Each second a line of JSON tells on the standard
output how long it has worked; the last line is the answer. Nothing else of Gernas is loaded.
"""

import json
import resource
import sys
import threading
import time
from typing import Any

from gernas.youth.assigning.tasks import Task

TELL_EACH = 1.0


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    task = Task.of(json.load(sys.stdin))
    over = threading.Event()
    teller = threading.Thread(target=_tell_time, args=(over,), daemon=True)
    teller.start()
    from gernas.youth.assigning.solving import solve  # It loads the solver: 80 MiB.

    answer = solve(task)
    over.set()
    teller.join()
    _say({"answer": answer.to_json()})
    return 0


def _tell_time(over: threading.Event) -> None:
    started = time.monotonic()
    while not over.wait(TELL_EACH):
        _say({"seconds": round(time.monotonic() - started, 1)})


def _say(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
