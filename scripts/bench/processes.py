"""How long a start takes, and how much memory a web worker needs."""

import re
import subprocess
import time
from collections.abc import Iterator
from html import unescape
from statistics import median

import psutil
from sqlalchemy import create_engine, text

from scripts.bench.browser import Browser
from scripts.bench.figures import CannotMeasure, Figure, Group, Target, Wanted
from scripts.bench.servers import ROOT, Installation, install, serve, wait_for
from scripts.bench.speed import CAMPAIGN, ORGANIZER, list_requests, load

START = {"start.healthz": "/healthz", "start.page": CAMPAIGN}
STARTS = 5
SOON = Target(most=1.5)

RESIDENT, OWN = "memory.worker", "memory.worker-own"
LITTLE = Target(most=110)
MIB = 1 << 20
LOAD_SECONDS = 1.5
MOST_PAGES = 250  # of each walk, so that it ends
LINK = re.compile(r'href="(/[^"#?]*)')
PLACE = re.compile(r"<loc>https?://[^/<]+([^<]*)</loc>")


def groups() -> list[Group]:
    return [
        Group(tuple(START), _measure_start),
        Group((RESIDENT, OWN), _measure_memory),
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
    """The largest worker after every page was opened and the measured ones were loaded."""
    with (
        install() as installation,
        serve(installation.web, installation.environ, installation.port, path="/healthz") as master,
    ):
        browser = Browser(installation.port)
        _open_all(browser, _list_public(browser))
        browser.sign_in(ORGANIZER)
        _open_all(browser, _walk_office(browser))
        for request in list_requests(installation.port).values():
            load(installation.port, request, seconds=LOAD_SECONDS)
        workers = psutil.Process(master.pid).children()
        if not workers:
            raise CannotMeasure("the server has no workers")
        memory = [worker.memory_full_info() for worker in workers]
    if wanted(RESIDENT):
        yield Figure(RESIDENT, max(one.rss for one in memory) / MIB, "MiB", LITTLE)
    if wanted(OWN):  # what it does not share with the other processes
        yield Figure(OWN, max(one.uss for one in memory) / MIB, "MiB")


def _open_all(browser: Browser, paths: list[str]) -> None:
    for path in paths:
        status, _ = browser.send("GET", path)
        if status >= 500:
            raise CannotMeasure(f"{path}: status {status}")


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
