"""Find a Chromium for the browser tests, or get one; print where it is.

Run as ``python -m scripts.chromium``. Looks at GERNAS_CHROMIUM, at what is installed, at what
Playwright keeps; then asks Playwright to download its own, then Debian (as root).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts import debian

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
SORRY = (
    "No Chromium found and none could be fetched. Install one (Debian, Ubuntu: "
    "apt-get install chromium; Fedora: dnf install chromium; macOS: brew install --cask chromium), "
    "or name yours: GERNAS_CHROMIUM=/path/to/chromium make test"
)


def find_chromium() -> Path | None:
    """Return the first Chromium on this machine that starts; None if there is none."""
    return next((path for path in _candidates() if _starts(path)), None)


def get_chromium() -> Path | None:
    """Return a Chromium that starts, fetching one if need be; None if that fails as well."""
    found = find_chromium()
    if found is None:
        print("Fetching Playwright's Chromium …", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, stdout=sys.stderr, check=False)
        found = find_chromium()
    if found is None and debian.install("chromium"):
        found = find_chromium()
    return found


def _candidates() -> Iterator[Path]:
    chosen = os.environ.get("GERNAS_CHROMIUM")
    if chosen:
        yield Path(chosen)
        return
    for name in NAMES:
        path = shutil.which(name)
        if path:
            yield Path(path)
    yield from map(Path, MAC)
    yield from _of_playwright()


def _of_playwright() -> Iterator[Path]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return
    with sync_playwright() as playwright:
        yield Path(playwright.chromium.executable_path)


def _starts(path: Path) -> bool:
    """Whether it runs: Ubuntu's chromium-browser may be a stub that asks for a snap."""
    if not path.is_file():
        return False
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> None:
    """Print the path, or a sentence and exit with 1."""
    path = get_chromium()
    if path is None:
        sys.exit(SORRY)
    print(path)


if __name__ == "__main__":
    main()
