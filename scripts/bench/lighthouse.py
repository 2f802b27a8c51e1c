"""What Lighthouse says of the public pages on a phone, in its four categories."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from scripts.bench.client import HOST
from scripts.bench.figures import CannotMeasure, Figure, Group, Target, Wanted
from scripts.bench.servers import ROOT, install, serve
from scripts.bench.weight import PAGES, page_paths
from scripts.chromium import find_chromium
from scripts.node import FOR_TESTS, find_node

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
SCRIPT = ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"
GOOD = Target(least=95)
TRIES = 3  # what falls short is looked at again; the median counts
PATIENCE = 120


def groups() -> list[Group]:
    names = tuple(f"lighthouse.{page}.{category}" for page in PAGES for category in CATEGORIES)
    return [Group(names, _measure)]


def _measure(wanted: Wanted) -> Iterator[Figure]:
    with (
        install() as installation,
        serve(installation.web, installation.environ, installation.port, path="/healthz"),
    ):
        port = installation.port
        for page, path in page_paths(port).items():
            names = {category: f"lighthouse.{page}.{category}" for category in CATEGORIES}
            asked = [category for category, name in names.items() if wanted(name)]
            if asked:
                scores = _score(f"http://{HOST}:{port}{path}", asked)
                for category in asked:
                    yield Figure(names[category], scores[category], "points", GOOD)


def _score(url: str, categories: list[str]) -> dict[str, float]:
    """The points of a page, of 100 each; of several looks where the first one falls short."""
    looks = [_look(url, categories)]
    while len(looks) < TRIES and not all(map(GOOD.is_met, _middle(looks).values())):
        looks.append(_look(url, categories))
    return _middle(looks)


def _middle(looks: list[dict[str, float]]) -> dict[str, float]:
    return {name: median(look[name] for look in looks) for name in looks[0]}


def _look(url: str, categories: list[str]) -> dict[str, float]:
    """Look at a page once, as on a slow phone, which is what Lighthouse does by itself.

    Raises:
        CannotMeasure: there is no Chromium, no Node.js or no Lighthouse, or it failed.
    """
    chromium, node = find_chromium(), find_node(FOR_TESTS)
    if chromium is None or node is None or not SCRIPT.is_file():
        raise CannotMeasure("Lighthouse needs Chromium and Node.js; `make setup-tests` gets them.")
    with tempfile.TemporaryDirectory(prefix="gernas-lighthouse-") as folder:
        report = Path(folder) / "report.json"
        command = [
            str(node), str(SCRIPT), url, "--quiet", "--output=json", f"--output-path={report}",
            f"--only-categories={','.join(categories)}", f"--chrome-flags={FLAGS}",
            "--max-wait-for-load=30000",
        ]  # fmt: skip
        environ = os.environ | {"CHROME_PATH": str(chromium)}
        done = subprocess.run(
            command, env=environ, capture_output=True, timeout=PATIENCE, check=False
        )
        if done.returncode or not report.is_file():
            raise CannotMeasure(f"Lighthouse: {done.stderr.decode(errors='replace')[-1000:]}")
        found = json.loads(report.read_text("utf-8"))
    if kept := os.environ.get("GERNAS_BENCH_REPORTS"):
        name = url.rpartition("/")[2] or "home"
        Path(kept, f"lighthouse-{name}.json").write_text(json.dumps(found), "utf-8")
    scores = {name: found["categories"][name]["score"] for name in categories}
    if None in scores.values():
        raise CannotMeasure(f"Lighthouse gave no score: {found.get('runtimeError')}")
    return {name: score * 100 for name, score in scores.items()}
