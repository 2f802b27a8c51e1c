"""A running Gernas with the demo, and a real Chromium that looks at it."""

import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "lumbung-padi-cerah-7"
PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1366, "height": 768}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `gernas run` on a fresh demo; web and worker run as they do for people."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    instance = tmp_path_factory.mktemp("instance")
    environ = {
        **os.environ,
        "GERNAS_DEMO": "1",
        "GERNAS_URL": f"http://127.0.0.1:{port}",
        "GERNAS_INSTANCE": str(instance),
        "GERNAS_SECRET_KEY": secrets.token_urlsafe(48),
        "GERNAS_LOG_LEVEL": "WARNING",
    }
    gernas = [sys.executable, "-m", "gernas"]
    for command in (["db", "upgrade"], ["demo"]):
        subprocess.run([*gernas, *command], env=environ, check=True, cwd=ROOT, capture_output=True)
    log = (instance / "run.log").open("w")
    server = subprocess.Popen(
        [*gernas, "run", "--port", str(port)], env=environ, cwd=ROOT, stdout=log, stderr=log
    )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/readyz", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def _wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        assert server.poll() is None, "the server ended"
        try:
            with urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server was not ready within two minutes")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("GERNAS_CHROMIUM")
    assert path, "GERNAS_CHROMIUM names no Chromium; run the tests with `make test`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """Someone with a browser of their own; errors that the browser reports fail the test."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        self.address = address
        self.context: BrowserContext = browser.new_context(locale="id-ID", **options)
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def open(self, path: str) -> Page:
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"
        return self.page

    def sign_in(self, email: str) -> Page:
        page = self.open("/masuk")
        page.get_by_label(re.compile("email", re.IGNORECASE)).fill(email)
        page.get_by_role("button", name=re.compile("kata sandi", re.IGNORECASE)).click()
        page.get_by_label(re.compile("kata sandi", re.IGNORECASE)).first.fill(PASSWORD)
        page.get_by_role("button", name=re.compile("^masuk", re.IGNORECASE)).click()
        page.wait_for_url(lambda url: "/masuk" not in url)
        return page


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Any]:
    """Make visitors: ``visit(viewport=PHONE, color_scheme="dark", java_script_enabled=False)``."""
    visitors: list[Visitor] = []

    def make(**options: Any) -> Visitor:
        visitors.append(Visitor(chromium, address, **{"viewport": LAPTOP, **options}))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.context.close()
        assert visitor.complaints == []
