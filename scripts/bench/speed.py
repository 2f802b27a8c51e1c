"""Requests a second, each beside hello world on the same server: the ratio of the two."""

import http.client
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from statistics import median

from scripts.bench.browser import Browser
from scripts.bench.client import HOST, Load
from scripts.bench.databases import PREFIX, postgresql
from scripts.bench.figures import CannotMeasure, Figure, Group, Target, Wanted, middle_ratio
from scripts.bench.servers import ROOT, Installation, install, serve

ROUNDS = 5
SECONDS = 0.6
CONNECTIONS = 32  # enough to keep both workers busy, however the kernel spreads them
CLIENT_PATIENCE = 60
ORGANIZER = "kampanye@contoh.id"
CAMPAIGN = "/kampanye/gernas-bbi-2022"
STOP = f"{CAMPAIGN}/lampung"
FEED = "/kalender/gernas-bbi-2022.ics"
EVENT = re.compile(r'href="(/acara/[a-z0-9-]+)"')

PUBLIC, UNCHANGED, OFFICE = Target(least=0.8), Target(least=0.9), Target(least=0.1)
TARGETS = {
    "speed.feed": PUBLIC,
    "speed.feed-304": UNCHANGED,
    "speed.home": PUBLIC,
    "speed.campaign": PUBLIC,
    "speed.event": PUBLIC,
    "speed.office": OFFICE,
    "speed.account": OFFICE,
}
HELLO, CLIENT = "speed.hello", "speed.client"
BUSY_CLIENT = Target(most=0.5)  # of a processor; near 1 it would measure itself


@dataclass(frozen=True)
class Request:
    """What a client sends again and again, and the status it expects."""

    path: str
    headers: Mapping[str, str]
    status: int = 200

    def to_bytes(self, port: int) -> bytes:
        lines = [f"GET {self.path} HTTP/1.1", f"Host: {HOST}:{port}", "Accept-Encoding: gzip"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


def groups() -> list[Group]:
    """The figures on SQLite, then those on PostgreSQL."""
    names = (*TARGETS, HELLO, CLIENT)
    return [
        Group(names, lambda wanted: _measure(wanted, "", lambda: nullcontext(None))),
        Group(
            tuple(PREFIX + name for name in names),
            lambda wanted: _measure(wanted, PREFIX, postgresql),
        ),
    ]


def _measure(
    wanted: Wanted, prefix: str, database: Callable[[], AbstractContextManager[str | None]]
) -> Iterator[Figure]:
    with database() as url, install(url) as installation, _serve_both(installation) as hello:
        every = wanted(prefix + HELLO) or wanted(prefix + CLIENT)
        names = [name for name in TARGETS if every or wanted(prefix + name)]
        requests = list_requests(installation.port, names)
        ours, theirs = _run_rounds(installation.port, hello, requests)
    for name in requests:
        if wanted(prefix + name):
            rates, others = ([load.rate for load in loads[name]] for loads in (ours, theirs))
            yield Figure(prefix + name, middle_ratio(rates, others), "x", TARGETS[name])
    loads = [load for name in requests for load in theirs[name]]
    if wanted(prefix + HELLO):
        yield Figure(prefix + HELLO, median(load.rate for load in loads), "requests/s")
    if wanted(prefix + CLIENT):
        share = median(load.client_share for load in loads)
        yield Figure(prefix + CLIENT, share, "processors", BUSY_CLIENT)


@contextmanager
def _serve_both(installation: Installation) -> Iterator[int]:
    """Serve the installation, and hello world on the port that is returned."""
    port, command = installation.hello
    environ = installation.environ
    with (
        serve(command, environ, port),
        serve(installation.web, environ, installation.port, path="/healthz"),
    ):
        yield port


def _run_rounds(
    ours: int, hello: int, requests: Mapping[str, Request]
) -> tuple[dict[str, list[Load]], dict[str, list[Load]]]:
    """Load both servers in turn, so that whatever else the machine does meets both alike."""
    loads: tuple[dict[str, list[Load]], ...] = (defaultdict(list), defaultdict(list))
    for turn in range(ROUNDS):
        for name, request in requests.items():
            pair = [(loads[0], ours, request), (loads[1], hello, Request("/", {}))]
            for into, port, sent in pair if turn % 2 else reversed(pair):
                into[name].append(load(port, sent))
    return loads[0], loads[1]


def load(
    port: int, request: Request, *, seconds: float = SECONDS, connections: int = CONNECTIONS
) -> Load:
    """Load a server with one request, from a process of its own.

    Raises:
        CannotMeasure: an answer was not as expected.
    """
    arguments = map(str, (port, seconds, connections, request.status))
    done = subprocess.run(
        [sys.executable, "-m", "scripts.bench.client", *arguments],
        cwd=ROOT,
        input=request.to_bytes(port),
        capture_output=True,
        timeout=CLIENT_PATIENCE,
        check=False,
    )
    if done.returncode:
        raise CannotMeasure(f"{request.path}: {done.stderr.decode(errors='replace').strip()}")
    return Load(**json.loads(done.stdout))


def list_requests(port: int, names: Collection[str] = tuple(TARGETS)) -> dict[str, Request]:
    """What is asked of ours, by figure."""
    makers: dict[str, Callable[[], Request]] = {
        "speed.feed": lambda: Request(FEED, {}),
        "speed.feed-304": lambda: Request(FEED, {"If-None-Match": _get_tag(port, FEED)}, 304),
        "speed.home": lambda: Request("/", {}),
        "speed.campaign": lambda: Request(CAMPAIGN, {}),
        "speed.event": lambda: Request(find_event(port), {}),
        "speed.office": lambda: Request("/kelola/gernas-bbi-2022", _sign_in(port)),
        "speed.account": lambda: Request("/akun", _sign_in(port)),
    }
    return {name: makers[name]() for name in names}


def _sign_in(port: int) -> dict[str, str]:
    organizer = Browser(port)
    organizer.sign_in(ORGANIZER)
    organizer.send("GET", "/akun")  # Its form brings the rest of the cookie, as in a browser.
    return {"Cookie": organizer.cookie}


def find_event(port: int) -> str:
    """The address of an event of Lampung.

    Raises:
        CannotMeasure: its page names none.
    """
    _, page = Browser(port).send("GET", STOP)
    found = EVENT.search(page.decode())
    if found is None:
        raise CannotMeasure(f"no event on {STOP}")
    return found[1]


def _get_tag(port: int, path: str) -> str:
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request("HEAD", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        return answer.getheader("ETag") or ""
    finally:
        connection.close()
