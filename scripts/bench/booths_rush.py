"""200 clients who rush for 70 booths, also while the server is killed, and 16 who win them."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import IO, Any, cast

from scripts.bench.client import HOST
from scripts.bench.databases import PREFIX, postgresql
from scripts.bench.figures import CannotMeasure, Figure, Group, Target, Wanted
from scripts.bench.registrations import load_hello, run_module
from scripts.bench.rush import Rush
from scripts.bench.servers import ROOT, Installation, install, serve, wait_for
from scripts.bench.tapping import Tapped

BOOTHS, CLIENTS, ATTEMPTS = 70, 200, 5_000
FEW_CLIENTS, FEW_ATTEMPTS = 16, 1_000
KILLED_AFTER = (60, 2_500)  # attempts: while booths are taken, and once all are
EVERY_TENTH_LEAVES = 10
HOLD_SECONDS = 60
PATIENCE = 300

SPEED = Target(least=0.1)
P99 = Target(most=2)
WON_P99 = Target(most=0.3)
ALL = Target(least=BOOTHS, most=BOOTHS)
NONE = Target(most=0)

_RUSH = tuple(f"booths.rush-{what}" for what in ("speed", "p99", "taken", "errors"))
_FEW = ("booths.rush-won-p99",)
_KILLED = tuple(f"booths.killed-{what}" for what in ("taken", "held", "errors"))


def groups() -> list[Group]:
    """The figures on SQLite, then those on PostgreSQL."""
    return [
        Group(
            tuple(prefix + name for name in (*_RUSH, *_FEW, *_KILLED)),
            lambda wanted, prefix=prefix, database=database: _measure(  # type: ignore[misc]
                wanted, prefix, database
            ),
        )
        for prefix, database in (("", lambda: nullcontext(None)), (PREFIX, postgresql))
    ]


def _measure(
    wanted: Wanted, prefix: str, database: Callable[[], AbstractContextManager[str | None]]
) -> Iterator[Figure]:
    parts = ((_RUSH, _rush), (_FEW, _few), (_KILLED, _killed))
    with database() as url, install(url) as installation:
        given = run_module(installation, "choosers", ["fill"])
        for names, measure in parts:
            if any(wanted(prefix + name) for name in names):
                run_module(installation, "choosers", ["clear"])
                for name, (value, unit, target) in zip(
                    names, measure(installation, given), strict=True
                ):
                    if wanted(prefix + name):
                        yield Figure(prefix + name, value, unit, target)


Value = tuple[float, str, Target]


def _rush(installation: Installation, given: dict[str, Any]) -> Iterator[Value]:
    """5,000 taps by 200 clients, hello world before and after on the same kind of server."""
    hello_port, hello = installation.hello
    port = installation.port
    with (
        serve(hello, installation.environ, hello_port),
        serve(installation.web, installation.environ, port, path="/healthz"),
    ):
        before = load_hello(hello_port, CLIENTS)
        tapped = _tap(installation, given, CLIENTS, ATTEMPTS)
        after = load_hello(hello_port, CLIENTS)
    hello_rate = (before.rate + after.rate) / 2
    rush = Rush(seconds=tapped.seconds, latencies=tapped.attempts)
    yield rush.rate / hello_rate, "x", SPEED
    yield rush.percentile(0.99), "s", P99
    yield from _count(installation, tapped)


def _few(installation: Installation, given: dict[str, Any]) -> Iterator[Value]:
    """How long 16 clients wait for a booth that they get: to hold it, and to make it their own.

    On a server that has answered such taps before, as one that was not started just now.
    """
    port = installation.port
    with serve(installation.web, installation.environ, port, path="/healthz"):
        _tap(installation, given, FEW_CLIENTS, FEW_ATTEMPTS // 4)
        run_module(installation, "choosers", ["clear"])
        tapped = _tap(installation, given, FEW_CLIENTS, FEW_ATTEMPTS)
    yield Rush(seconds=tapped.seconds, latencies=tapped.won).percentile(0.99), "s", WON_P99


def _killed(installation: Installation, given: dict[str, Any]) -> Iterator[Value]:
    """The same rush, but the server dies twice, and every tenth leaves what it holds.

    Once the time of those is over, others get their booths: no worker runs that could free them.
    """
    server = Killable(installation)
    try:
        tapped = _tap(
            installation,
            given,
            CLIENTS,
            ATTEMPTS,
            leaving=EVERY_TENTH_LEAVES,
            stops=KILLED_AFTER,
            on_reached=server.kill_and_start,
        )
        _check_left(tapped)
        time.sleep(HOLD_SECONDS + 1)
        held = len(_get_state(installation.port, given["state"])["held"])
        others = {**given, "exhibitors": given["exhibitors"][-CLIENTS // 4 :]}
        late = _tap(installation, others, FEW_CLIENTS, FEW_ATTEMPTS)
    finally:
        server.kill()
    for status, number in late.statuses.items():
        tapped.statuses[status] = tapped.statuses.get(status, 0) + number
    taken, errors = _count(installation, tapped)
    yield taken
    yield held, "booths", NONE
    yield errors


def _count(installation: Installation, tapped: Tapped) -> tuple[Value, Value]:
    """How many booths are someone's for good, and what is wrong: bad answers, doubles, holds."""
    found = run_module(installation, "choosers", ["count"])
    taken = found["allocations"] - found["held"]
    doubles = 2 * found["allocations"] - found["booths"] - found["exhibitors"]
    errors = doubles + found["held"] + sum(tapped.statuses.values())
    if tapped.statuses:
        print(f"answers by status: {tapped.statuses}", file=sys.stderr)
    return (taken, "booths", ALL), (errors, "errors", NONE)


def _check_left(tapped: Tapped) -> None:
    if not tapped.left or not tapped.lost:
        raise CannotMeasure("nobody left a booth, or no connection broke")


class Killable:
    """A server in a process group of its own, that dies at once and is started again."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.installation.web,
            cwd=ROOT,
            env=self.installation.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for(self.process, self.installation.port, "/healthz")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_and_start(self) -> None:
        self.kill()
        self.start()


def _tap(
    installation: Installation,
    given: dict[str, Any],
    clients: int,
    attempts: int,
    *,
    leaving: int = 0,
    stops: Sequence[int] = (),
    on_reached: Callable[[], None] = lambda: None,
) -> Tapped:
    """Let clients tap from a process of its own.

    Raises:
        CannotMeasure: it failed.
    """
    words = map(str, (installation.port, clients, attempts, leaving, *stops))
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.bench.tapping", *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    stdin, stdout, stderr = (
        cast(IO[bytes], one) for one in (process.stdin, process.stdout, process.stderr)
    )
    stdin.write(json.dumps(given).encode())
    stdin.close()
    last = b""
    for line in stdout:
        if line.strip() == b"reached":
            on_reached()
        else:
            last = line
    if process.wait(PATIENCE):
        raise CannotMeasure(f"tapping: {stderr.read().decode(errors='replace')[-1000:]}")
    return Tapped(**json.loads(last))


def _get_state(port: int, path: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": f"{HOST}:{port}"})
        state: dict[str, Any] = json.loads(connection.getresponse().read())
        return state
    finally:
        connection.close()
