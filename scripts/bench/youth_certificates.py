"""How long 2,000 certificates take, from the rule to the PDF, and how heavy the check of one is."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext

from scripts.bench.databases import PREFIX, postgresql
from scripts.bench.figures import CannotMeasure, Figure, Group, Target, Wanted
from scripts.bench.servers import ROOT, install

COUNT = 2_000
ISSUED, SET, FILE, PAGE = (
    "youth.certificates-issue-2000",
    "youth.certificates-2000",
    "youth.certificates-file",
    "youth.certificate-check",
)
SOON, LIGHT = Target(most=20), Target(most=15)


def groups() -> list[Group]:
    """The figures on SQLite, then those on PostgreSQL."""
    names = (ISSUED, SET, FILE, PAGE)
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
        command = [sys.executable, "-m", "scripts.bench.many_certificates", str(COUNT)]
        done = subprocess.run(
            command, cwd=ROOT, env=installation.environ, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise CannotMeasure(f"the certificates failed: {done.stderr[-2000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    figures = (
        Figure(prefix + ISSUED, found["issuing"], "s"),
        Figure(prefix + SET, found["seconds"], "s", SOON),
        Figure(prefix + FILE, found["bytes"] / 1_000, "kB"),
        Figure(prefix + PAGE, found["page"] / 1_000, "kB", LIGHT),
    )
    yield from (figure for figure in figures if wanted(figure.name))
