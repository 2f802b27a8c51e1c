"""People who come one after the other within a time, each with requests that follow each other.

Run as ``python -m scripts.bench.arriving PORT SECONDS`` with a list of people on standard input as
JSON, each a list of pairs (request, status), in a process of its own; prints the times of all
answers in seconds as JSON. Who comes when is drawn by lot, and the same in every run.
"""

import json
import random
import sys
import threading
import time

from scripts.bench.client import BadAnswer, Connection


class Person(threading.Thread):
    """Comes at a moment, and asks one thing after the other on a connection of their own."""

    def __init__(self, port: int, steps: list[tuple[str, str]], comes_at: float) -> None:
        super().__init__(daemon=True)
        self.port, self.steps, self.comes_at = port, steps, comes_at
        self.latencies: list[float] = []
        self.failed = ""

    def run(self) -> None:
        time.sleep(max(0.0, self.comes_at - time.perf_counter()))
        try:
            for request, status in self.steps:
                self.latencies.append(self._ask(request, status))
        except (BadAnswer, OSError) as error:
            self.failed = f"{type(error).__name__}: {error}"

    def _ask(self, request: str, status: str) -> float:
        started = time.perf_counter()
        connection = Connection(self.port, request.encode(), status.encode())
        try:
            connection.ask()
            while not connection.read():
                pass
        finally:
            connection.socket.close()
        return time.perf_counter() - started


def main() -> None:
    """Print the times as JSON, or a sentence and exit with 1."""
    port, seconds = int(sys.argv[1]), float(sys.argv[2])
    chance = random.Random(5)  # noqa: S311 - who comes when, no secrets
    given = json.load(sys.stdin)
    starts = time.perf_counter() + 0.5
    people = [Person(port, steps, starts + chance.uniform(0, seconds)) for steps in given]
    for person in people:
        person.start()
    for person in people:
        person.join()
    failed = [person.failed for person in people if person.failed]
    if failed:
        sys.exit(f"{len(failed)} failed, for example {failed[0]}")
    print(json.dumps({"latencies": [took for one in people for took in one.latencies]}))


if __name__ == "__main__":
    main()
