"""A plan of 400 booths: its page, its papers, and 500 who look at it while others use the site."""

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from scripts.bench.client import HOST
from scripts.bench.figures import CannotMeasure, Figure, Group, Target, Wanted
from scripts.bench.servers import ROOT, Installation, install, serve
from scripts.bench.viewers import Seen

PAGE = Target(most=80)
PAPERS = Target(most=3)
SLOWER = Target(most=2)
VIEWERS, EVERY = 500, 3.0
OTHERS, OTHERS_EVERY = 10, 0.5
SECONDS = 12.0
ROUNDS = 3
PATIENCE = 300
NAMES = ("plan.page", "plan.papers", "plan.others", "plan.viewers-p99")


def groups() -> list[Group]:
    return [Group(NAMES, _measure)]


def _measure(wanted: Wanted) -> Iterator[Figure]:
    with install() as installation:
        plan = _run(installation, "many_booths", ["fill"])
        if wanted("plan.papers"):
            yield Figure(
                "plan.papers", _run(installation, "many_booths", ["papers"])["seconds"], "s", PAPERS
            )
        if not any(map(wanted, ("plan.page", "plan.others", "plan.viewers-p99"))):
            return
        port = installation.port
        with serve(installation.web, installation.environ, port, path="/healthz"):
            if wanted("plan.page"):
                yield Figure("plan.page", _weigh(port, plan["path"]) / 1_000, "kB", PAGE)
            if any(map(wanted, ("plan.others", "plan.viewers-p99"))):
                yield from _watch(installation, plan)


def _watch(installation: Installation, plan: dict[str, Any]) -> Iterator[Figure]:
    """Time other pages with and without viewers, in turn; the middle of three rounds."""
    port = installation.port
    # Some of them kept, some rendered for each request; none that is limited in how often.
    others = ["/acara?jenis=harvesting", f"/acara/{plan['slug']}", "/umkm?sektor=food", "/masuk"]
    state = f"{plan['path']}/keadaan.json"
    alone, beside, theirs = [], [], []
    for _ in range(ROUNDS):
        alone.append(_see(port, OTHERS, OTHERS_EVERY, others).percentile(0.99))
        changing = _start(installation, "many_booths", ["change", str(SECONDS)])
        viewing = _start_viewers(port, VIEWERS, EVERY, [state])
        beside.append(_see(port, OTHERS, OTHERS_EVERY, others).percentile(0.99))
        theirs.append(_seen(viewing).percentile(0.99))
        changing.wait(PATIENCE)
    yield Figure("plan.others", median(beside) / median(alone), "x", SLOWER)
    yield Figure("plan.viewers-p99", median(theirs) * 1_000, "ms")


def _weigh(port: int, path: str) -> int:
    """The bytes of a page as they are, without gzip."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": f"{HOST}:{port}"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise CannotMeasure(f"{path}: {answer.status}")
        return len(answer.read())
    finally:
        connection.close()


def _see(port: int, count: int, every: float, paths: Sequence[str]) -> Seen:
    return _seen(_start_viewers(port, count, every, paths))


def _start_viewers(
    port: int, count: int, every: float, paths: Sequence[str]
) -> "subprocess.Popen[bytes]":
    words = [str(port), str(SECONDS), str(count), str(every), *paths]
    command = [sys.executable, "-m", "scripts.bench.viewers", *words]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _seen(process: "subprocess.Popen[bytes]") -> Seen:
    out, errors = process.communicate(timeout=PATIENCE)
    if process.returncode:
        raise CannotMeasure(f"viewers: {errors.decode(errors='replace')[-1000:]}")
    return Seen(**json.loads(out))


def _start(
    installation: Installation, module: str, words: Sequence[str]
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", f"scripts.bench.{module}", *words],
        cwd=ROOT,
        env=installation.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _run(installation: Installation, module: str, words: Sequence[str]) -> dict[str, Any]:
    """Run a module of the bench with the settings of the installation; what it printed.

    Raises:
        CannotMeasure: it failed.
    """
    done = subprocess.run(
        [sys.executable, "-m", f"scripts.bench.{module}", *words],
        cwd=ROOT,
        env=installation.environ,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise CannotMeasure(f"{module} {words[0]}: {done.stderr.decode(errors='replace')[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout.decode().strip().splitlines()[-1])
    return result
