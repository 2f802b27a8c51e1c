"""How long a spreadsheet of businesses takes, from the upload to the last record."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from scripts.bench.databases import PREFIX, postgresql
from scripts.bench.figures import CannotMeasure, Figure, Group, Target, Wanted
from scripts.bench.servers import ROOT, Installation, install

ROWS, FEW = 10_000, 1_000
TAKEN, LOOKED, GROWN = "import.rows-10000", "import.look-10000", "import.memory"
SOON = Target(most=20)
FLAT = Target(most=32)  # MiB that 9,000 rows more may cost


def groups() -> list[Group]:
    return [
        Group((TAKEN, LOOKED, GROWN), _measure),
        Group((f"{PREFIX}{TAKEN}",), _measure_postgresql),
    ]


def _measure(wanted: Wanted) -> Iterator[Figure]:
    with install() as installation:
        few = _run(installation, FEW) if wanted(GROWN) else {}
    with install() as installation:
        many = _run(installation, ROWS)
    if wanted(TAKEN):
        yield Figure(TAKEN, many["seconds"], "s", SOON)
    if wanted(LOOKED):  # reading and looking at each row, before anything is taken in
        yield Figure(LOOKED, many["looking"], "s")
    if wanted(GROWN):
        yield Figure(GROWN, many["grown"] - few["grown"], "MiB", FLAT)


def _measure_postgresql(_wanted: Wanted) -> Iterator[Figure]:
    with postgresql() as url, install(url) as installation:
        yield Figure(f"{PREFIX}{TAKEN}", _run(installation, ROWS)["seconds"], "s", SOON)


def _run(installation: Installation, rows: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "scripts.bench.many_businesses", str(rows)]
    done = subprocess.run(
        command, cwd=ROOT, env=installation.environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotMeasure(f"the import failed: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
