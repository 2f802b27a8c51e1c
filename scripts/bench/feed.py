"""The calendar feed of a campaign with 5,000 events: built, sent again, changed, rendered anew."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from statistics import median

from scripts.bench.client import HOST
from scripts.bench.databases import PREFIX, postgresql
from scripts.bench.figures import CannotMeasure, Figure, Group, Target, Wanted
from scripts.bench.many_events import EVENTS, SLUG
from scripts.bench.processes import forget_kept_pages
from scripts.bench.servers import ROOT, Installation, install, serve

FEED = f"/kalender/{SLUG}.ics"
TARGETS = {
    "feed.cold": Target(most=0.5),
    "feed.warm": Target(most=5),
    "feed.warm-plain": Target(most=5),
    "feed.change": Target(),
    "feed.change-entries": Target(most=1),
    "feed.changed": Target(most=0.5),
    "feed.rerender": Target(most=10),
}
UNITS = {"feed.warm": "ms", "feed.warm-plain": "ms", "feed.change": "ms"}
COLD_STARTS = 3
WARM_FETCHES = 25
PATIENCE = 120


def groups() -> list[Group]:
    """The figures on SQLite, then those on PostgreSQL."""
    names = tuple(TARGETS)
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
    with database() as url, install(url) as installation:
        _do(installation, "plan")
        values = _fetch_all(installation)
        if wanted(f"{prefix}feed.rerender"):
            rendered = _do(installation, "rerender")
            if rendered["entries"] < EVENTS:
                raise CannotMeasure(f"the job rendered {rendered['entries']:.0f} entries only")
            values["feed.rerender"] = rendered["seconds"]
    for name, target in TARGETS.items():
        if wanted(prefix + name):
            unit = "entries" if name == "feed.change-entries" else UNITS.get(name, "s")
            yield Figure(prefix + name, values[name], unit, target)


def _fetch_all(installation: Installation) -> dict[str, float]:
    """Fetch the feed from servers that have just begun, again, and after a change."""
    cold, warm, plain = [], [], []
    for _ in range(COLD_STARTS):
        forget_kept_pages(installation)
        with _serve(installation):
            cold.append(_fetch(installation.port, is_packed=True))
            # The second reader has it put into memory, the others find it there.
            _fetch(installation.port, is_packed=True)
            for _ in range(WARM_FETCHES):
                warm.append(_fetch(installation.port, is_packed=True))
                plain.append(_fetch(installation.port, is_packed=False))
    with _serve(installation):
        _fetch(installation.port, is_packed=True)
        moved = _do(installation, "change")
        changed = _fetch(installation.port, is_packed=True)
    return {
        "feed.cold": median(cold),
        "feed.warm": median(warm) * 1000,
        "feed.warm-plain": median(plain) * 1000,
        "feed.change": moved["seconds"] * 1000,
        "feed.change-entries": moved["entries"],
        "feed.changed": changed,
    }


def _serve(installation: Installation) -> AbstractContextManager[object]:
    """One worker, so that what it has in its memory is known."""
    environ = installation.environ | {"GERNAS_WEB_WORKERS": "1"}
    alone = Installation(installation.folder, installation.port, environ)
    return serve(alone.web, environ, alone.port, path="/healthz")


def _fetch(port: int, *, is_packed: bool) -> float:
    """The seconds until the whole feed is there.

    Raises:
        CannotMeasure: it is not whole.
    """
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        connection.connect()
        start = time.perf_counter()
        headers = {"Accept-Encoding": "gzip" if is_packed else "identity"}
        connection.request("GET", FEED, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - start
    except (OSError, http.client.HTTPException) as error:
        raise CannotMeasure(f"{FEED}: {error!r}") from error
    finally:
        connection.close()
    whole = answer.status == 200 and (is_packed or body.count(b"BEGIN:VEVENT") == EVENTS)
    if not whole or (answer.getheader("Content-Encoding") == "gzip") is not is_packed:
        raise CannotMeasure(f"{FEED}: status {answer.status}, {len(body)} bytes")
    return seconds


def _do(installation: Installation, step: str) -> dict[str, float]:
    """Do something to the campaign in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.bench.many_events", step],
        cwd=ROOT,
        env=installation.environ,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        words = done.stderr.decode(errors="replace")[-2000:]
        raise CannotMeasure(f"many_events {step}: {words}")
    values: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return values
