"""Take the pictures of the README from a running demo, into docs/pictures/.

Run as ``make pictures``. The demo lies in a folder of its own and is gone afterwards.
"""

import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from scripts.chromium import get_chromium

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
PASSWORD = "lumbung-padi-cerah-7"  # noqa: S105 - the demo's, known to everyone
PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1366, "height": 768}
EVENT = "/acara/kick-off-gernas-bbi-lampung-hut-ke-58-provinsi-lampung-2022"
SIGNED_OUT = {
    "home": ("/", LAPTOP, "light"),
    "home-dark": ("/", LAPTOP, "dark"),
    "home-phone": ("/", PHONE, "light"),
    "stop": ("/kampanye/gernas-bbi-2022/lampung", LAPTOP, "light"),
    "stop-phone": ("/kampanye/gernas-bbi-2022/lampung", PHONE, "light"),
    "event": (EVENT, LAPTOP, "light"),
    "event-phone": (EVENT, PHONE, "dark"),
    "calendars-phone": ("/kalender", PHONE, "light"),
}
# Of the example's floor plan, whose address holds a year: what follows it.
OF_PLAN = {
    "plan": ("", LAPTOP, "light"),
    "plan-phone": ("?q=kopi", PHONE, "light"),
}
SIGNED_IN = {
    "roadshow": ("/kelola/gernas-bbi-2022/roadshow", LAPTOP, "light"),
    "roadshow-dark": ("/kelola/gernas-bbi-2022/roadshow", LAPTOP, "dark"),
    "events": ("/kelola/contoh/acara", LAPTOP, "light"),
}


@contextmanager
def serve_demo() -> Iterator[str]:
    """The address of a fresh demo."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as instance:
        environ = {
            **os.environ,
            "GERNAS_DEMO": "1",
            "GERNAS_URL": f"http://127.0.0.1:{port}",
            "GERNAS_INSTANCE": instance,
            "GERNAS_SECRET_KEY": secrets.token_urlsafe(48),
            "GERNAS_LOG_LEVEL": "ERROR",
        }
        gernas = [sys.executable, "-m", "gernas"]
        for command in (["db", "upgrade"], ["demo"]):
            subprocess.run(
                [*gernas, *command], env=environ, cwd=ROOT, check=True, capture_output=True
            )
        server = subprocess.Popen([*gernas, "run", "--port", str(port)], env=environ, cwd=ROOT)
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


def _wait(url: str) -> None:
    for _ in range(200):
        try:
            with urlopen(url, timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the demo did not start")


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/masuk")
    page.get_by_label(re.compile("email", re.IGNORECASE)).fill("kampanye@contoh.id")
    page.get_by_role("button", name=re.compile("kata sandi", re.IGNORECASE)).click()
    page.get_by_label(re.compile("kata sandi", re.IGNORECASE)).first.fill(PASSWORD)
    page.get_by_role("button", name=re.compile("^masuk", re.IGNORECASE)).click()
    page.wait_for_url(lambda url: "/masuk" not in url)


def find_plan(page: Page, address: str) -> str:
    """The path of the example's public floor plan."""
    page.goto(f"{address}/kampanye/contoh/lampung")
    event = page.locator("a[href^='/acara/harvesting']").first.get_attribute("href")
    return f"{event}/denah"


def save(page: Page, name: str) -> None:
    """Keep a picture small: few colours are enough for flat pages."""
    picture = Image.open(BytesIO(page.screenshot()))
    small = picture.convert("RGB").quantize(128, method=Image.Quantize.MEDIANCUT)
    small.save(PICTURES / f"{name}.png", optimize=True)


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with serve_demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(get_chromium()),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for pictures in (SIGNED_OUT, OF_PLAN, SIGNED_IN):
            for name, (path, size, scheme) in pictures.items():
                context = browser.new_context(
                    viewport=size,  # type: ignore[arg-type]
                    color_scheme=scheme,  # type: ignore[arg-type]
                    locale="id-ID",
                )
                page = context.new_page()
                if pictures is SIGNED_IN:
                    sign_in(page, address)
                base = find_plan(page, address) if pictures is OF_PLAN else ""
                page.goto(address + base + path)
                page.wait_for_load_state("networkidle")
                if pictures is OF_PLAN:  # past the head of the page, which others show
                    page.evaluate("document.querySelector('main form').scrollIntoView()")
                save(page, name)
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
