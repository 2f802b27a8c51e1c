"""A rush of applicants for too few places, and the list of a call with 100,000 applications."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from statistics import median
from typing import Any

from scripts.bench.client import Load
from scripts.bench.databases import PREFIX, postgresql
from scripts.bench.figures import CannotMeasure, Figure, Group, Target, Wanted
from scripts.bench.rush import Rush
from scripts.bench.servers import ROOT, Installation, install, serve
from scripts.bench.speed import Request, load

# Clients at a time, and within how many seconds 99 of 100 are answered.
SIZES = {16: Target(most=0.5), 64: Target(most=2)}
SPEED = Target(least=0.04)
APPLICANTS, PLACES = 1_000, 300
ROUNDS = 3  # one alone depends on what else the machine does
NO_MORE = Target(least=PLACES, most=PLACES)
NO_ERROR = Target(most=0)
FILTER = Target(most=200)
HELLO_SECONDS = 1.5
PATIENCE = 300
SENT = 303  # the receipt is another page


def groups() -> list[Group]:
    """The figures on SQLite, then those on PostgreSQL."""
    return [
        Group(
            tuple(prefix + name for name in _names()),
            lambda wanted, prefix=prefix, database=database: _measure(  # type: ignore[misc]
                wanted, prefix, database
            ),
        )
        for prefix, database in (("", lambda: nullcontext(None)), (PREFIX, postgresql))
    ]


def _names() -> list[str]:
    rush = [f"rush.{clients}-{what}" for clients in SIZES for what in _RUSH]
    return [*rush, "registrations.filter"]


_RUSH = ("speed", "p99", "accepted", "errors")


def _measure(
    wanted: Wanted, prefix: str, database: Callable[[], AbstractContextManager[str | None]]
) -> Iterator[Figure]:
    with database() as url, install(url) as installation:
        for clients in SIZES:
            names = [f"{prefix}rush.{clients}-{what}" for what in _RUSH]
            if any(map(wanted, names)):
                yield from (
                    figure for figure in _rush(installation, clients, prefix) if wanted(figure.name)
                )
        if wanted(f"{prefix}registrations.filter"):
            yield from _filter(installation, prefix)


def _rush(installation: Installation, clients: int, prefix: str) -> Iterator[Figure]:
    """Three rushes on one server, each for a call of its own: the middle one, and all errors.

    Raises:
        CannotMeasure: an answer was not as expected.
    """
    hello_port, hello = installation.hello
    with (
        serve(hello, installation.environ, hello_port),
        serve(installation.web, installation.environ, installation.port, path="/healthz"),
    ):
        slugs = [f"berebut-{clients}-{number}" for number in range(ROUNDS)]
        rounds = [_rush_once(installation, hello_port, clients, slug) for slug in slugs]
    name = f"{prefix}rush.{clients}"
    yield Figure(f"{name}-speed", median(one.ratio for one in rounds), "x", SPEED)
    yield Figure(f"{name}-p99", median(one.p99 for one in rounds), "s", SIZES[clients])
    accepted = max((one.accepted for one in rounds), key=lambda number: abs(number - PLACES))
    yield Figure(f"{name}-accepted", accepted, "applications", NO_MORE)
    yield Figure(f"{name}-errors", sum(one.lost for one in rounds), "applications", NO_ERROR)


@dataclass(frozen=True)
class _Round:
    ratio: float  # submissions a second to those of hello world
    p99: float  # seconds
    accepted: int
    lost: int  # or out of order


def _rush_once(installation: Installation, hello_port: int, clients: int, slug: str) -> _Round:
    """Let 1,000 applicants press the button, so many of them at a time; hello world before, after.

    Raises:
        CannotMeasure
    """
    requests = run_module(installation, "applicants", ["rush", slug])["requests"]
    before = load_hello(hello_port, clients)
    words = [str(installation.port), str(clients), str(SENT)]
    rush = Rush(**run_module(installation, "rush", words, text=json.dumps(requests)))
    after = load_hello(hello_port, clients)
    result = run_module(installation, "applicants", ["count", slug])
    accepted = result["states"].get("accepted", 0)
    waiting = result["states"].get("waitlisted", 0)
    in_order = result["in_order"] and result["used"] == result["held"] == accepted
    return _Round(
        ratio=rush.rate / ((before.rate + after.rate) / 2),
        p99=rush.percentile(0.99),
        accepted=accepted,
        lost=APPLICANTS - accepted - waiting if in_order else APPLICANTS,
    )


def load_hello(port: int, clients: int) -> Load:
    return load(port, Request("/", {}), seconds=HELLO_SECONDS, connections=clients)


def _filter(installation: Installation, prefix: str) -> Iterator[Figure]:
    """The slowest of several filters of a call with 100,000 applications."""
    run_module(installation, "applicants", ["many"])
    times = run_module(installation, "applicants", ["filter"])
    yield Figure(f"{prefix}registrations.filter", max(times.values()) * 1_000, "ms", FILTER)


def run_module(
    installation: Installation, module: str, words: Sequence[str], *, text: str = ""
) -> dict[str, Any]:
    """Run a module of the bench with the settings of the installation; what it printed.

    Raises:
        CannotMeasure: it failed.
    """
    done = subprocess.run(
        [sys.executable, "-m", f"scripts.bench.{module}", *words],
        cwd=ROOT,
        env=installation.environ,
        input=text.encode(),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise CannotMeasure(f"{module} {words[0]}: {done.stderr.decode(errors='replace')[-2000:]}")
    lines = done.stdout.decode().strip().splitlines()
    result: dict[str, Any] = json.loads(lines[-1])
    return result
