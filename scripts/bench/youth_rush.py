"""300 young people who rush for 200 places in a shift: all at once, and within 30 seconds."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from statistics import median
from typing import Any

from scripts.bench.databases import PREFIX, postgresql
from scripts.bench.figures import Figure, Group, Target, Wanted
from scripts.bench.registrations import ROUNDS, load_hello, run_module
from scripts.bench.rush import Rush
from scripts.bench.servers import Installation, install, serve
from scripts.bench.takers import PEOPLE, PLACES

CLIENTS = 64  # taps under way at a time, where speed is measured
FEW, FEW_CLIENTS = 40, 16  # people who come before
SECONDS = 30  # within which all come, where each wants an answer soon

SPEED = Target(least=0.03)
P99 = Target(most=1)
ALL = Target(least=PLACES, most=PLACES)
NONE = Target(most=0)

_AT_ONCE = tuple(f"youth.rush-{what}" for what in ("speed", "filled", "over"))
_IN_TIME = tuple(f"youth.rush-30s-{what}" for what in ("p99", "filled", "over"))

Value = tuple[float, str, Target]


def groups() -> list[Group]:
    """The figures on SQLite, then those on PostgreSQL."""
    return [
        Group(
            tuple(prefix + name for name in (*_AT_ONCE, *_IN_TIME)),
            lambda wanted, prefix=prefix, database=database: _measure(  # type: ignore[misc]
                wanted, prefix, database
            ),
        )
        for prefix, database in (("", lambda: nullcontext(None)), (PREFIX, postgresql))
    ]


def _measure(
    wanted: Wanted, prefix: str, database: Callable[[], AbstractContextManager[str | None]]
) -> Iterator[Figure]:
    with database() as url, install(url) as installation:
        people = run_module(installation, "takers", ["fill"])["people"]
        for names, measure in ((_AT_ONCE, _rush), (_IN_TIME, _come)):
            if any(wanted(prefix + name) for name in names):
                run_module(installation, "takers", ["clear"])
                values = measure(installation, people)
                for name, (value, unit, target) in zip(names, values, strict=True):
                    if wanted(prefix + name):
                        yield Figure(prefix + name, value, unit, target)


def _rush(installation: Installation, people: list[dict[str, str]]) -> Iterator[Value]:
    """All tap as fast as the server answers, hello world before and after on the same kind.

    The server has answered such taps before, as one that was not started just now. Of several
    rushes the one in the middle counts, and the errors of all.
    """
    hello_port, hello = installation.hello
    taps = json.dumps([one["take"] for one in people])
    words = [str(installation.port), str(CLIENTS), "303"]
    ratios, filled, over = [], [], 0.0
    with (
        serve(hello, installation.environ, hello_port),
        serve(installation.web, installation.environ, installation.port, path="/healthz"),
    ):
        _warm(installation, people)
        for _ in range(ROUNDS):
            before = load_hello(hello_port, CLIENTS)
            rush = Rush(**run_module(installation, "rush", words, text=taps))
            after = load_hello(hello_port, CLIENTS)
            ratios.append(rush.rate / ((before.rate + after.rate) / 2))
            places, wrong = _count(installation)
            filled.append(places[0])
            over += wrong[0]
            run_module(installation, "takers", ["clear"])
    yield median(ratios), "x", SPEED
    yield max(filled, key=lambda number: abs(number - PLACES)), "places", ALL
    yield over, "errors", NONE


def _come(installation: Installation, people: list[dict[str, str]]) -> Iterator[Value]:
    """Each opens the list, taps, and sees the list again, at some moment of the 30 seconds."""
    steps = [[(one["see"], "200"), (one["take"], "303"), (one["see"], "200")] for one in people]
    words = [str(installation.port), str(SECONDS)]
    with serve(installation.web, installation.environ, installation.port, path="/healthz"):
        _warm(installation, people)
        done: dict[str, Any] = run_module(installation, "arriving", words, text=json.dumps(steps))
    yield Rush(seconds=SECONDS, latencies=done["latencies"]).percentile(0.99), "s", P99
    yield from _count(installation)


def _warm(installation: Installation, people: list[dict[str, str]]) -> None:
    """Let every process of the server answer each kind of request, then forget what came of it."""
    words = [str(installation.port), str(FEW_CLIENTS)]
    for kind, status in (("see", "200"), ("take", "303")):
        requests = json.dumps([one[kind] for one in people[:FEW]])
        run_module(installation, "rush", [*words, status], text=requests)
    run_module(installation, "takers", ["clear"])


def _count(installation: Installation) -> tuple[Value, Value]:
    """How many have a place, and how many are too many, doubled, uncounted or lost."""
    found = run_module(installation, "takers", ["count"])
    places, waiting = found["places"], found["waiting"]
    over = max(places - PLACES, 0) + abs(found["counted"] - places)
    lost = PEOPLE - found["members"] + abs(places + waiting - PEOPLE)
    return (places, "places", ALL), (over + lost, "errors", NONE)
