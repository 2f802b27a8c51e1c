"""Many who look at a plan, each asking for its state every three seconds; or a few at other pages.

Run as ``python -m scripts.bench.viewers PORT SECONDS CONNECTIONS EVERY PATH…`` in a process of its
own; prints how long each answer took as JSON. A path that sends a tag is asked for with it from
then on, as browsers do.
"""

import http.client
import json
import selectors
import sys
import time
from dataclasses import asdict, dataclass, field
from itertools import cycle

from scripts.bench.client import HOST, PATIENCE, BadAnswer, Connection


@dataclass
class Seen:
    """How long answers took, in seconds, and how many were 304."""

    seconds: float = 0.0
    unchanged: int = 0
    latencies: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Viewer(Connection):
    """A connection that asks at its own times."""

    def __init__(self, port: int, paths: list[str]) -> None:
        self.port, self.paths = port, cycle(paths)
        self.tags: dict[str, str] = {}
        self.path = ""
        self.asked_at: float | None = None
        self.due = 0.0
        super().__init__(port, b"", b"200")

    def ask_next(self) -> None:
        self.path = next(self.paths)
        tag = self.tags.get(self.path)
        condition = f"If-None-Match: {tag}\r\n" if tag else ""
        self.request = (
            f"GET {self.path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\n"
            f"Accept-Encoding: gzip\r\n{condition}\r\n"
        ).encode()
        self.asked_at = time.perf_counter()
        self.ask()

    def _length(self, head: bytes) -> int:
        status = head[9:12]
        self.status = status if status == b"304" else b"200"
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"etag":
                self.tags[self.path] = value.strip().decode()
        return super()._length(head)


def watch(port: int, *, seconds: float, count: int, every: float, paths: list[str]) -> Seen:
    """Let so many look for so long, each asking every so many seconds.

    Raises:
        BadAnswer, OSError
    """
    seen = Seen()
    with selectors.DefaultSelector() as selector:
        viewers = []
        begun = time.perf_counter()
        for number in range(count):
            viewer = Viewer(port, paths)
            viewer.due = begun + every * number / count
            selector.register(viewer.socket, selectors.EVENT_READ, viewer)
            viewers.append(viewer)
        try:
            while time.perf_counter() < begun + seconds:
                _ask_due(viewers, every)
                for key, _ in selector.select(0.005):
                    _read(selector, key.data, seen)
        finally:
            for key in list(selector.get_map().values()):
                key.data.socket.close()
    seen.seconds = seconds
    if not seen.latencies:
        raise BadAnswer("no whole answer")
    return seen


def _ask_due(viewers: list[Viewer], every: float) -> None:
    moment = time.perf_counter()
    for viewer in viewers:
        if viewer.asked_at is None and viewer.due <= moment:
            viewer.due += every
            viewer.ask_next()
        elif viewer.asked_at is not None and moment - viewer.asked_at > PATIENCE:
            raise BadAnswer(f"no answer within {PATIENCE:.0f} s")


def _read(selector: selectors.BaseSelector, viewer: Viewer, seen: Seen) -> None:
    lost = False
    try:
        if viewer.read() and viewer.asked_at is not None:
            seen.latencies.append(time.perf_counter() - viewer.asked_at)
            seen.unchanged += viewer.status == b"304"
            viewer.asked_at = None
            lost = viewer.closes
    except ConnectionError:  # Idle for long, or the worker was renewed: a browser opens another.
        lost = True
    if lost:
        selector.unregister(viewer.socket)
        viewer.socket.close()
        viewer.connect()
        selector.register(viewer.socket, selectors.EVENT_READ, viewer)
        if viewer.asked_at is not None:
            viewer.ask()


def main() -> None:
    """Print what was seen as JSON, or a sentence and exit with 1."""
    port, seconds, count, every, *paths = sys.argv[1:]
    try:
        seen = watch(
            int(port),
            seconds=float(seconds),
            count=int(count),
            every=float(every),
            paths=paths,
        )
    except (BadAnswer, OSError, http.client.HTTPException) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    print(json.dumps(asdict(seen)))


if __name__ == "__main__":
    main()
