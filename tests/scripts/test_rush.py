"""The rush of `make bench`: each request goes out once, and every answer counts."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from scripts.bench.applicants import STATES
from scripts.bench.client import BadAnswer
from scripts.bench.registrations import groups
from scripts.bench.rush import Rush, run

SENT = b"HTTP/1.1 303 SEE OTHER\r\nContent-Length: 0\r\n\r\n"
LAST = b"HTTP/1.1 303 SEE OTHER\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
REFUSED = b"HTTP/1.1 429 TOO MANY REQUESTS\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def serve(answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A server that gives every request the same answer; its port, and what it was asked."""
    asked: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def talk(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while data := connection.recv(1_000):
                asked.append(data)
                connection.sendall(answer)
                if b"close" in answer:
                    return

    def listen() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=talk, args=(listening.accept()[0],), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield listening.getsockname()[1], asked
    finally:
        listening.close()


REQUESTS = [f"POST /{number} HTTP/1.1\r\n\r\n".encode() for number in range(50)]


@pytest.mark.parametrize("answer", [SENT, LAST])
@pytest.mark.parametrize("clients", [1, 7, 80])
def test_each_request_is_sent_once(answer: bytes, clients: int) -> None:
    with serve(answer) as (port, asked):
        rush = run(port, REQUESTS, clients=clients, status="303")

    assert sorted(asked) == sorted(REQUESTS)
    assert len(rush.latencies) == 50
    assert rush.rate > 0


def test_another_answer_stops_the_rush() -> None:
    with serve(REFUSED) as (port, _asked), pytest.raises(BadAnswer, match="429 instead of 303"):
        run(port, REQUESTS, clients=4, status="303")


def test_the_slowest_hundredth_is_left_out() -> None:
    rush = Rush(seconds=2, latencies=[n / 1_000 for n in range(1_000)])

    assert rush.percentile(0.99) == 0.99
    assert rush.rate == 500


def test_the_figures_are_those_of_both_databases() -> None:
    names = [name for group in groups() for name in group.names]

    assert len(names) == len(set(names)) == 18
    assert [name for name in names if name.startswith("pg.")] == [
        f"pg.{name}" for name in names if not name.startswith("pg.")
    ]


def test_a_large_call_has_applications_in_every_state_but_drafts() -> None:
    assert "draft" not in STATES
    assert len(STATES) == 10
