"""The rush for booths of `make bench`: who is late taps on, and a killed server loses nothing."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from scripts.bench.booths_rush import groups
from scripts.bench.tapping import Rush, Tapped

BOOTHS = ["A01", "A02", "A03"]
LATE = json.dumps({"ok": False, "sentence": "A01 is taken.", "nearest": [{"label": "A03"}]})


class Server:
    """Gives each booth to the first who taps it; sends what ``spoil`` makes of each answer."""

    def __init__(self, spoil: Callable[[int, bytes], bytes | None]) -> None:
        self.holders: dict[str, str] = {}
        self.taken: list[str] = []
        self.asked = 0
        self.spoil = spoil
        self.lock = threading.Lock()

    def talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while data := connection.recv(1_000):
                with self.lock:
                    self.asked += 1
                    answer = self.spoil(self.asked, self._answer(data.decode()))
                if answer is None:
                    return
                connection.sendall(answer)

    def _answer(self, asked: str) -> bytes:
        who, label = asked.split("/")
        if label.isdigit():
            self.taken.append(who)
            body = '{"ok": true}'
        elif self.holders.setdefault(label, who) == who:
            body = json.dumps({"ok": True, "allocation": BOOTHS.index(label) + 1})
        else:
            body = LATE
        return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


@contextmanager
def serve(spoil: Callable[[int, bytes], bytes | None]) -> Iterator[tuple[int, Server]]:
    server, listening = Server(spoil), socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        with suppress(OSError):
            while True:
                accepted = listening.accept()[0]
                threading.Thread(target=server.talk, args=(accepted,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield listening.getsockname()[1], server
    finally:
        listening.close()


def tap(port: int, *, clients: int = 6, attempts: int = 40, leaving: int = 0) -> Tapped:
    exhibitors = [{"hold": f"{number}/", "take": f"{number}/"} for number in range(20)]
    given = {"exhibitors": exhibitors, "booths": BOOTHS}
    return Rush(port, given, attempts=attempts, leaving=leaving, stops=[]).run(clients)


def test_each_booth_is_taken_once_and_all_taps_are_used() -> None:
    with serve(lambda _number, answer: answer) as (port, server):
        tapped = tap(port)

    assert len(tapped.attempts) == 40
    assert sorted(server.taken) == sorted(server.holders.values())
    assert len(tapped.won) == 6  # three held, three taken
    assert tapped.offered == sum(tapped.refusals.values()) == 37
    assert tapped.refusals == {"A is taken.": 37}


def test_a_connection_that_breaks_is_asked_again() -> None:
    with serve(lambda number, answer: None if number in (1, 4, 20) else answer) as (port, server):
        tapped = tap(port)

    assert tapped.lost == 3
    assert len(tapped.attempts) == 40
    assert set(server.taken) == set(server.holders.values())
    assert tapped.statuses == {}


def test_who_leaves_takes_nothing() -> None:
    with serve(lambda _number, answer: answer) as (port, server):
        tapped = tap(port, leaving=3)

    assert tapped.left == 1
    assert len(server.taken) == 2


def test_errors_are_counted_by_status() -> None:
    error = b"HTTP/1.1 500 INTERNAL SERVER ERROR\r\nContent-Length: 0\r\n\r\n"
    with serve(lambda number, answer: error if number == 2 else answer) as (port, _server):
        assert tap(port).statuses == {"500": 1}


def test_the_figures_are_those_of_both_databases() -> None:
    names = [name for group in groups() for name in group.names]

    assert len(names) == len(set(names)) == 16
    assert [one for one in names if one.startswith("pg.")] == [f"pg.{one}" for one in names[:8]]


@pytest.mark.parametrize("clients", [1, 7])
def test_fewer_clients_tap_as_often(clients: int) -> None:
    with serve(lambda _number, answer: answer) as (port, _server):
        assert len(tap(port, clients=clients).attempts) == 40
