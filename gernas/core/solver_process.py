"""Solve a task in a process of its own: it takes memory and time that the worker gets back.

    python -m gernas.core.solver_process gernas.booths.assigning.solving < task.json

The task comes as JSON on the standard input. Each second a line of JSON tells on the standard
output how long it has worked; the last line is what ``answer`` of the module made of it. Nothing
else of Gernas is loaded.
"""

import json
import resource
import sys
import threading
import time
from importlib import import_module
from typing import Any

TELL_EACH = 1.0


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    task = json.load(sys.stdin)
    over = threading.Event()
    teller = threading.Thread(target=_tell_time, args=(over,), daemon=True)
    teller.start()
    solving = import_module(sys.argv[1])  # It loads the solver: 80 MiB.
    answer = solving.answer(task)
    over.set()
    teller.join()
    _say({"answer": answer})
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
