"""A load client of little weight: raw sockets that stay open, one request under way on each.

Run as ``python -m scripts.bench.client PORT SECONDS CONNECTIONS STATUS`` with the whole request on
standard input, in a process of its own; prints what it counted as JSON.
"""

import json
import selectors
import socket
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass

HOST = "127.0.0.1"
PATIENCE = 20.0  # seconds without any answer
PIECE = 1 << 18
WARM_UP = 0.15  # seconds that do not count
NO_BODY = frozenset({b"204", b"304"})


class BadAnswer(Exception):
    """The server said something else than was expected; the sentence says what."""


@dataclass(frozen=True)
class Load:
    """What a client counted: answers within ``seconds``, and the processor time it took itself."""

    answers: int
    seconds: float
    client_seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds

    @property
    def client_share(self) -> float:
        """How busy the client was, of one processor: at 1 it would be the bottleneck."""
        return self.client_seconds / self.seconds


class Connection:
    """One open socket that sends the same request again and again."""

    def __init__(self, port: int, request: bytes, status: bytes) -> None:
        self.address = (HOST, port)
        self.request, self.status = request, status
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(self.address, PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.left = 0  # bytes of the body that are still to come
        self.head = b""
        self.closes = False

    def ask(self) -> None:
        """Send the request; a server that has gone meanwhile is found out by the next read."""
        with suppress(ConnectionError):
            self.socket.sendall(self.request)

    def read(self) -> bool:
        """Take what has come; whether that completed an answer.

        Raises:
            BadAnswer: another status, or a form of answer that a load is not measured with.
            ConnectionError: the server closed the connection before it answered.
        """
        data = self.socket.recv(PIECE)
        if not data:
            raise ConnectionError
        if self.left:
            self.left -= len(data)
            return self.left == 0
        self.head += data
        head, found, body = self.head.partition(b"\r\n\r\n")
        if not found:
            return False
        self.head = b""
        self.left = self._length(head) - len(body)
        return self.left == 0

    def _length(self, head: bytes) -> int:
        status = head[9:12]
        if status != self.status:
            raise BadAnswer(f"status {status.decode()} instead of {self.status.decode()}")
        folded = head.lower()
        self.closes = b"\r\nconnection: close" in folded
        if status in NO_BODY:
            return 0
        _, found, rest = folded.partition(b"\r\ncontent-length:")
        if not found:
            raise BadAnswer("an answer without Content-Length")
        return int(rest.partition(b"\r\n")[0])


def run(
    port: int, request: bytes, *, seconds: float, connections: int, status: str = "200"
) -> Load:
    """Keep as many requests under way for so long, and count the answers.

    A server that closes a connection between two answers, as gunicorn does when it starts a worker
    anew, gets a new one.

    Raises:
        BadAnswer, OSError
    """
    with selectors.DefaultSelector() as selector:
        try:
            for _ in range(connections):
                connection = Connection(port, request, status.encode())
                selector.register(connection.socket, selectors.EVENT_READ, connection)
                connection.ask()
            _count(selector, WARM_UP)
            busy, started = time.process_time(), time.perf_counter()
            answers = _count(selector, seconds)
            load = Load(answers, time.perf_counter() - started, time.process_time() - busy)
        finally:
            for key in list(selector.get_map().values()):
                key.data.socket.close()
    if not answers:
        raise BadAnswer(f"no whole answer within {seconds:g} s")
    return load


def _count(selector: selectors.BaseSelector, seconds: float) -> int:
    answers = 0
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        ready = selector.select(PATIENCE)
        if not ready:
            raise BadAnswer(f"no answer within {PATIENCE:.0f} s")
        for key, _ in ready:
            answers += _go_on(selector, key.data)
    return answers


def _go_on(selector: selectors.BaseSelector, connection: Connection) -> bool:
    """Read on, and ask again once the answer is whole; whether it was."""
    is_whole = is_lost = False
    try:
        is_whole = connection.read()
        if is_whole and not connection.closes:
            connection.ask()
    except ConnectionError:
        is_lost = True
    if is_lost or (is_whole and connection.closes):
        selector.unregister(connection.socket)
        connection.socket.close()
        connection.connect()
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.ask()
    return is_whole


def main() -> None:
    """Print the load as JSON, or a sentence and exit with 1."""
    port, seconds, connections, status = sys.argv[1:]
    try:
        load = run(
            int(port),
            sys.stdin.buffer.read(),
            seconds=float(seconds),
            connections=int(connections),
            status=status,
        )
    except (BadAnswer, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    print(json.dumps(asdict(load)))


if __name__ == "__main__":
    main()
