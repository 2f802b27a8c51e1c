"""Clients that tap booths until each exhibitor has one or all taps are used up.

Run as ``python -m scripts.bench.tapping PORT CLIENTS ATTEMPTS LEAVING [NUMBER…]`` with exhibitors
and booths on standard input as JSON, in a process of its own; prints what came of it as JSON. Of
those who hold a booth, each ``LEAVING``-th goes without taking it (0: nobody). After each NUMBER of
attempts it prints ``reached``, so that someone may kill the server, and asks on until that answers.

Who is too late taps the nearest that was offered, or another booth; who has one makes room for the
next exhibitor.
"""

import json
import random
import selectors
import socket
import sys
import time
from collections import Counter, deque
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from scripts.bench.client import HOST, PATIENCE, PIECE, BadAnswer

AGAIN_SECONDS = 0.05  # after which a client asks again whose server is gone
GONE_SECONDS = 30.0  # after which it gives up


@dataclass
class Tapped:
    """What came of a rush; times in seconds, of each answer from its request."""

    seconds: float = 0.0
    client_seconds: float = 0.0
    attempts: list[float] = field(default_factory=list)  # all taps
    won: list[float] = field(default_factory=list)  # those that held a booth, and made it one's own
    offered: int = 0  # refusals that named others that are free
    lost: int = 0  # connections that a killed server closed
    left: int = 0  # exhibitors who went without taking what they held
    statuses: dict[str, int] = field(default_factory=dict)  # other than 200
    refusals: dict[str, int] = field(default_factory=dict)  # by their sentence without labels


class Client:
    """One connection that stays open, and the exhibitor behind it."""

    def __init__(self, rush: "Rush") -> None:
        self.rush = rush
        self.exhibitor: dict[str, str] | None = None
        self.taking: int | None = None
        self.nearest: list[str] = []
        self.request = b""
        self.asked_at = 0.0
        self.socket: socket.socket | None = None
        self.got = b""

    def begin(self) -> None:
        """Ask what comes next; without anything to ask, end."""
        if self.taking is not None and self.exhibitor is not None:
            self.request = f"{self.exhibitor['take']}{self.taking:010}".encode()
        elif self.rush.left_attempts > 0 and (self.exhibitor or self.rush.exhibitors):
            self.exhibitor = self.exhibitor or self.rush.exhibitors.popleft()
            self.rush.left_attempts -= 1
            label = self.nearest[0] if self.nearest else self.rush.chance.choice(self.rush.booths)
            self.request = f"{self.exhibitor['hold']}{label}".encode()
        else:
            self.rush.end(self)
            return
        self.asked_at = time.perf_counter()
        self.ask()

    def ask(self) -> None:
        """Send the request, on a new connection if there is none."""
        self.got = b""
        try:
            if self.socket is None:
                self.socket = socket.create_connection((HOST, self.rush.port), PATIENCE)
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.rush.selector.register(self.socket, selectors.EVENT_READ, self)
            self.socket.sendall(self.request)
        except OSError:
            self.lose()

    def lose(self) -> None:
        """Ask the same again in a moment: nobody knows whether the server heard it."""
        self.drop()
        self.rush.result.lost += 1
        self.rush.again.append((time.perf_counter() + AGAIN_SECONDS, self))

    def drop(self) -> None:
        if self.socket is not None:
            with suppress(KeyError, ValueError):
                self.rush.selector.unregister(self.socket)
            self.socket.close()
            self.socket = None

    def read(self) -> None:
        data = b""
        if self.socket is not None:
            with suppress(OSError):
                data = self.socket.recv(PIECE)
        if not data:
            self.lose()
            return
        self.got += data
        head, found, body = self.got.partition(b"\r\n\r\n")
        if not found:
            return
        folded = head.lower()
        _, _, rest = folded.partition(b"\r\ncontent-length:")
        if len(body) < int(rest.partition(b"\r\n")[0] or 0):
            return
        if b"\r\nconnection: close" in folded:
            self.drop()
        self._hear(head[9:12].decode(), body, time.perf_counter() - self.asked_at)
        self.begin()

    def _hear(self, status: str, body: bytes, took: float) -> None:
        result, tapped = self.rush.result, self.taking is None
        if tapped:
            result.attempts.append(took)
            self.rush.tell_reached()
        if status != "200":
            self.rush.statuses[status] += 1
            self.taking, self.nearest = None, []
            return
        answer: dict[str, Any] = json.loads(body)
        if not answer["ok"]:
            self.rush.refusals["".join(c for c in answer["sentence"] if not c.isdigit())] += 1
            self.taking, self.nearest = None, [one["label"] for one in answer["nearest"]]
            result.offered += bool(self.nearest)
            return
        result.won.append(took)
        if tapped and not self.rush.leaves():
            self.taking = answer["allocation"]
        else:
            self.exhibitor, self.taking, self.nearest = None, None, []


class Rush:
    """All clients of one rush."""

    def __init__(
        self, port: int, given: dict[str, Any], *, attempts: int, leaving: int, stops: list[int]
    ) -> None:
        self.port, self.left_attempts, self.leaving = port, attempts, leaving
        self.exhibitors, self.booths = deque(given["exhibitors"]), given["booths"]
        self.stops = deque(stops)
        self.chance = random.Random(4)  # noqa: S311 - which booths are tapped, no secrets
        self.selector = selectors.DefaultSelector()
        self.again: list[tuple[float, Client]] = []
        self.result = Tapped()
        self.statuses: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.busy = 0
        self.holds = 0

    def run(self, clients: int) -> Tapped:
        """Let so many clients tap at a time.

        Raises:
            BadAnswer: the server was silent or gone for too long.
        """
        busy, started = time.process_time(), time.perf_counter()
        self.busy = clients
        for client in [Client(self) for _ in range(clients)]:
            client.begin()
        heard_at = time.perf_counter()
        while self.busy:
            ready = self.selector.select(AGAIN_SECONDS if self.again else PATIENCE)
            for key, _ in ready:
                key.data.read()
            self._ask_again()
            if ready:
                heard_at = time.perf_counter()
            elif time.perf_counter() - heard_at > GONE_SECONDS:
                raise BadAnswer(f"no answer within {GONE_SECONDS:.0f} s")
        self.result.seconds = time.perf_counter() - started
        self.result.client_seconds = time.process_time() - busy
        self.result.statuses, self.result.refusals = dict(self.statuses), dict(self.refusals)
        return self.result

    def _ask_again(self) -> None:
        moment = time.perf_counter()
        due = [client for at, client in self.again if at <= moment]
        self.again = [(at, client) for at, client in self.again if at > moment]
        for client in due:
            client.ask()

    def end(self, client: Client) -> None:
        client.drop()
        self.busy -= 1

    def leaves(self) -> bool:
        """Whether the one who holds a booth now goes away without taking it."""
        self.holds += 1
        goes = self.leaving > 0 and self.holds % self.leaving == 0
        self.result.left += goes
        return goes

    def tell_reached(self) -> None:
        if self.stops and len(self.result.attempts) >= self.stops[0]:
            self.stops.popleft()
            print("reached", flush=True)


def main() -> None:
    """Print the rush as JSON, or a sentence and exit with 1."""
    port, clients, attempts, leaving, *stops = map(int, sys.argv[1:])
    rush = Rush(port, json.load(sys.stdin), attempts=attempts, leaving=leaving, stops=stops)
    try:
        result = rush.run(clients)
    except (BadAnswer, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    print(json.dumps(asdict(result)))


if __name__ == "__main__":
    main()
