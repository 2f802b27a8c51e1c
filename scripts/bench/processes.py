"""How long a start takes, and how much memory a web worker needs."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from html import unescape
from statistics import median
from typing import Any

import psutil
from sqlalchemy import create_engine, text

from scripts.bench.browser import Browser
from scripts.bench.figures import INFORMS, CannotMeasure, Figure, Group, Target, Wanted
from scripts.bench.servers import ROOT, Installation, install, serve, wait_for
from scripts.bench.speed import CAMPAIGN, ORGANIZER, list_requests, load

START = {"start.healthz": "/healthz", "start.page": CAMPAIGN}
STARTS = 5
SOON = Target(most=1.5)

SHARE, RESIDENT, WALKED = "memory.worker", "memory.worker-rss", "memory.worker-walked"
SIGNED_IN = (ORGANIZER, "lampung@contoh.id", "panitia@contoh.id", "pengamat@contoh.id")
LITTLE = Target(most=110)
MIB = 1 << 20
LOAD_SECONDS = 1.5
MOST_PAGES = 250  # of each walk, so that it ends
LINK = re.compile(r'href="(/[^"#?]*)')
PLACE = re.compile(r"<loc>https?://[^/<]+([^<]*)</loc>")


def groups() -> list[Group]:
    return [
        Group(tuple(START), _measure_start),
        Group((SHARE, RESIDENT, WALKED), _measure_memory),
    ]


def _measure_start(wanted: Wanted) -> Iterator[Figure]:
    """From starting the command to the first answers; the page is rendered, not kept."""
    with install() as installation:
        # The first start writes the byte code of new files.
        times = [_start(installation) for _ in range(STARTS + 1)][1:]
    for index, name in enumerate(START):
        if wanted(name):
            yield Figure(name, median(one[index] for one in times), "s", SOON)


def _start(installation: Installation) -> list[float]:
    """Start web and worker, and return the seconds until each of the addresses was answered."""
    forget_kept_pages(installation)
    started = time.monotonic()
    process = subprocess.Popen(
        installation.everything,
        cwd=ROOT,
        env=installation.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    times = []
    try:
        for path in START.values():
            wait_for(process, installation.port, path)
            times.append(time.monotonic() - started)
    finally:
        process.terminate()
        process.wait(60)
    return times


def forget_kept_pages(installation: Installation) -> None:
    """Have every public page rendered anew."""
    engine = create_engine(installation.settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM kept_page"))
    engine.dispose()


def _measure_memory(wanted: Wanted) -> Iterator[Figure]:
    """The largest worker after the load, and then after every page and export was opened once."""
    with (
        install() as installation,
        serve(installation.web, installation.environ, installation.port, path="/healthz") as master,
    ):
        for email in SIGNED_IN:
            Browser(installation.port).sign_in(email)
        for request in list_requests(installation.port).values():
            load(installation.port, request, seconds=LOAD_SECONDS)
        after_load = _weigh(master.pid)
        browser = Browser(installation.port)
        if wanted(WALKED):
            _open_all(browser, _list_public(browser))
            browser.sign_in(ORGANIZER)
            _open_all(browser, _walk_office(browser))
        after_walk = _weigh(master.pid)
    sizes = {
        SHARE: max(map(_share, after_load)),
        RESIDENT: max(one.rss for one in after_load),
        WALKED: max(map(_share, after_walk)),
    }
    for name, size in sizes.items():
        if wanted(name):
            yield Figure(name, size / MIB, "MiB", LITTLE if name == SHARE else INFORMS)


def _weigh(master: int) -> list[Any]:
    """What each worker holds.

    Raises:
        CannotMeasure: there is none.
    """
    workers = psutil.Process(master).children()
    if not workers:
        raise CannotMeasure("the server has no workers")
    return [worker.memory_full_info() for worker in workers]


def _share(memory: Any) -> int:
    """What is a worker's own, and its share of what it has in common with others (PSS).

    Where the system does not tell the share (not Linux): its own alone (USS).
    """
    return int(getattr(memory, "pss", memory.uss))


def _open_all(browser: Browser, paths: list[str]) -> None:
    for path in paths:
        status, _ = browser.send("GET", path)
        if status >= 500:  # Not what is measured here, but somebody should know.
            print(f"{path}: status {status}", file=sys.stderr)


def _list_public(browser: Browser) -> list[str]:
    """The pages that the sitemap names, and the feeds that they offer."""
    _, sitemap = browser.send("GET", "/sitemap.xml")
    return [unescape(path) for path in PLACE.findall(sitemap.decode())][:MOST_PAGES]


def _walk_office(browser: Browser) -> list[str]:
    """The pages of the back office that one comes to from its start by two steps."""
    found: dict[str, None] = {"/kelola": None}
    for _ in range(2):
        for path in list(found):
            _, page = browser.send("GET", path)
            links = (unescape(link) for link in LINK.findall(page.decode(errors="replace")))
            found |= {link: None for link in links if link.startswith(("/kelola", "/akun"))}
            if len(found) >= MOST_PAGES:
                break
    return list(found)[:MOST_PAGES]
