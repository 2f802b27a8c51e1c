"""From data to a PDF, in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gernas import paths
from gernas.booths.errors import PaperFailed
from gernas.booths.papers import typeset_process
from gernas.core.clock import now

SECONDS = 90
FOLDER = paths.TEMPLATES / "papers"
FONTS = paths.STATIC / "vendor" / "print"


def typeset(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of a template that was given the data.

    Raises:
        PaperFailed: it cannot be made, or needs too much memory or time.
    """
    with TemporaryDirectory() as folder:
        target = Path(folder) / "paper.pdf"
        _run(template, data, Path(folder), target)
        return target.read_bytes()


def draw_pages(template: str, data: Mapping[str, Any]) -> list[bytes]:
    """The same as pictures, a PNG each page: for looking at, and for tests."""
    with TemporaryDirectory() as folder:
        _run(template, data, Path(folder), Path(folder) / "page-{0p}.png")
        return [page.read_bytes() for page in sorted(Path(folder).glob("page-*.png"))]


def _run(template: str, data: Mapping[str, Any], folder: Path, target: Path) -> None:
    source = folder / "data.json"
    source.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    command = [sys.executable, "-P", typeset_process.__file__]
    files = [FOLDER / template, FONTS, source, target]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, with paths that we made up
            [*command, *map(str, files), str(int(now().timestamp()))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
            cwd=folder,
        )
    except subprocess.TimeoutExpired as error:
        raise PaperFailed from error
    if done.returncode != 0:
        raise PaperFailed
