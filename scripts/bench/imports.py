"""How long a spreadsheet of businesses takes, from the upload to the last record."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from scripts.bench.databases import PREFIX, postgresql
from scripts.bench.figures import CannotMeasure, Figure, Group, Target, Wanted
from scripts.bench.servers import ROOT, Installation, install

ROWS, FEW = 10_000, 1_000
TAKEN, LOOKED, GROWN = "import.rows-10000", "import.look-10000", "import.memory"
SOON = Target(most=20)
FLAT = Target(most=32)  # MiB that 9,000 rows more may cost


def groups() -> list[Group]:
    """The figures on SQLite, then those on PostgreSQL."""
    names = (TAKEN, LOOKED, GROWN)
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
    few = {}
    if wanted(prefix + GROWN):
        with database() as url, install(url) as installation:
            few = _run(installation, FEW)
    with database() as url, install(url) as installation:
        many = _run(installation, ROWS)
    if wanted(prefix + TAKEN):
        yield Figure(prefix + TAKEN, many["seconds"], "s", SOON)
    if wanted(prefix + LOOKED):  # reading and looking at each row, before anything is taken in
        yield Figure(prefix + LOOKED, many["looking"], "s")
    if wanted(prefix + GROWN):
        yield Figure(prefix + GROWN, many["grown"] - few["grown"], "MiB", FLAT)


def _run(installation: Installation, rows: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "scripts.bench.many_businesses", str(rows)]
    done = subprocess.run(
        command, cwd=ROOT, env=installation.environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotMeasure(f"the import failed: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
