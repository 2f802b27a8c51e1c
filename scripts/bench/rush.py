"""A rush of applicants: each of many requests is sent once, so many of them under way at a time.

Run as ``python -m scripts.bench.rush PORT CLIENTS STATUS`` with the requests on standard input as
JSON, in a process of its own; prints what came of it as JSON.
"""

import json
import selectors
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from scripts.bench.client import PATIENCE, BadAnswer, Connection


class Applicant(Connection):
    """A connection that knows when it asked."""

    asked_at = 0.0

    def ask(self) -> None:
        self.asked_at = time.perf_counter()
        super().ask()


@dataclass
class Rush:
    """How long all answers took together, and the slow ones of them; both in seconds."""

    seconds: float = 0.0
    client_seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The time within which this share of the requests was answered."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run(port: int, requests: list[bytes], *, clients: int, status: str) -> Rush:
    """Send every request once, at most ``clients`` at a time, and time each.

    Raises:
        BadAnswer, OSError: one was not answered as expected.
    """
    rush, waiting = Rush(), iter(requests)
    busy, started = time.process_time(), time.perf_counter()
    with selectors.DefaultSelector() as selector:
        try:
            for request in _first(waiting, clients):
                applicant = Applicant(port, request, status.encode())
                selector.register(applicant.socket, selectors.EVENT_READ, applicant)
                applicant.ask()
            _go_on(selector, waiting, rush)
        finally:
            for key in list(selector.get_map().values()):
                key.data.socket.close()
    rush.seconds = time.perf_counter() - started
    rush.client_seconds = time.process_time() - busy
    return rush


def _go_on(selector: selectors.BaseSelector, waiting: Iterator[bytes], rush: Rush) -> None:
    while selector.get_map():
        ready = selector.select(PATIENCE)
        if not ready:
            raise BadAnswer(f"no answer within {PATIENCE:.0f} s")
        for key, _ in ready:
            applicant: Applicant = key.data
            if applicant.read():
                rush.latencies.append(time.perf_counter() - applicant.asked_at)
                _take_next(selector, applicant, next(waiting, None))


def _take_next(
    selector: selectors.BaseSelector, applicant: Applicant, request: bytes | None
) -> None:
    if request is None or applicant.closes:
        selector.unregister(applicant.socket)
        applicant.socket.close()
    if request is None:
        return
    applicant.request = request
    if applicant.closes:
        applicant.connect()
        selector.register(applicant.socket, selectors.EVENT_READ, applicant)
    applicant.ask()


def _first(waiting: Iterator[bytes], most: int) -> Iterator[bytes]:
    for _number, request in zip(range(most), waiting, strict=False):
        yield request


def main() -> None:
    """Print the rush as JSON, or a sentence and exit with 1."""
    port, clients, status = sys.argv[1:]
    requests = [text.encode() for text in json.load(sys.stdin)]
    try:
        rush = run(int(port), requests, clients=int(clients), status=status)
    except (BadAnswer, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    print(json.dumps(asdict(rush)))


if __name__ == "__main__":
    main()
