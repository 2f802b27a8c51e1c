"""How much a phone transfers on the first visit of a public page, cover pictures left out."""

import http.client
import re
from collections.abc import Iterator
from dataclasses import dataclass
from gzip import decompress
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from scripts.bench.client import HOST
from scripts.bench.figures import CannotMeasure, Figure, Group, Target, Wanted
from scripts.bench.servers import install, serve
from scripts.bench.speed import CAMPAIGN, STOP, find_event

PAGES = ("home", "campaign", "stop", "event", "form")
NAMES = {f"weight.{page}": page for page in PAGES}
LIGHT = Target(most=60)
# The icon for home screens is fetched when someone puts the page there.
FETCHED_LINKS = frozenset({"stylesheet", "preload", "modulepreload", "icon", "manifest"})
SOURCES = {"script": "src", "img": "src", "iframe": "src", "embed": "src", "object": "data"}
STATIC = "/static/"  # what people uploaded, the cover pictures, lies elsewhere
IN_CSS = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s;]+)""")
IN_JS = re.compile(r"""^\s*(?:import|export)\b[^"'\n]*["']([^"'\n]+)["']""", re.MULTILINE)
CALL = re.compile(r'href="/daftar/([a-z0-9-]+)"')
MOST_FILES = 100


def groups() -> list[Group]:
    return [Group(tuple(NAMES), _measure)]


def _measure(wanted: Wanted) -> Iterator[Figure]:
    with (
        install() as installation,
        serve(installation.web, installation.environ, installation.port, path="/healthz"),
    ):
        paths = page_paths(installation.port)
        for name, page in NAMES.items():
            if wanted(name):
                weight = sum(transfer(installation.port, paths[page]).values())
                yield Figure(name, weight / 1000, "kB", LIGHT)


def page_paths(port: int) -> dict[str, str]:
    """The addresses of the pages that are looked at; the form's is its first step."""
    form = f"/daftar/{_find_call(port)}/isi/1"
    event = find_event(port)
    return {"home": "/", "campaign": CAMPAIGN, "stop": STOP, "event": event, "form": form}


def _find_call(port: int) -> str:
    """The call that the list of open calls names first."""
    found = CALL.search(_fetch(port, "/daftar").text)
    if found is None:
        raise CannotMeasure("no call is open")
    return found[1]


def transfer(port: int, page: str) -> dict[str, int]:
    """The bytes, with heads and packed as sent, of a page and of all that it makes a browser fetch.

    Counts each file that the page, its styles and its scripts name, used or not.

    Raises:
        CannotMeasure: one of them is not there.
    """
    sizes: dict[str, int] = {}
    waiting = [page]
    while waiting and len(sizes) < MOST_FILES:
        path = waiting.pop()
        if path not in sizes:
            answer = _fetch(port, path)
            sizes[path] = answer.size
            waiting += [link for link in answer.links(path) if link.startswith(STATIC)]
    return sizes


@dataclass(frozen=True)
class Answer:
    """A file as it came: its size with the head, its type and its text."""

    size: int
    kind: str
    text: str

    def links(self, path: str) -> list[str]:
        """The paths on the same server that a browser fetches because of this file."""
        found: list[str] = []
        if self.kind == "text/html":
            found = find_in_html(self.text)
        elif self.kind == "text/css":
            found = IN_CSS.findall(self.text)
        elif "javascript" in self.kind:
            found = IN_JS.findall(self.text)
        parts = (urlsplit(urljoin(path, link)) for link in found if not link.startswith("data:"))
        return [part.path for part in parts if part.netloc in ("", HOST)]


class _Page(HTMLParser):
    """Collects the addresses of what a page embeds."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "link" and FETCHED_LINKS & {*values.get("rel", "").lower().split()}:
            self._add(values.get("href"))
        elif tag in ("use", "image"):  # parts of SVG files
            self._add(values.get("href") or values.get("xlink:href"))
        elif tag in SOURCES:
            self._add(values.get(SOURCES[tag]))

    def _add(self, address: str | None) -> None:
        if address and not address.startswith("#"):
            self.found.append(address)


def find_in_html(text: str) -> list[str]:
    """The addresses of styles, scripts, fonts, pictures and icons that a page embeds."""
    page = _Page()
    page.feed(text)
    return page.found


def _fetch(port: int, path: str) -> Answer:
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise CannotMeasure(f"{path}: {error!r}") from error
    finally:
        connection.close()
    if answer.status != 200:
        raise CannotMeasure(f"{path}: status {answer.status}")
    head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + 17
    raw = decompress(body) if answer.getheader("Content-Encoding") == "gzip" else body
    kind = (answer.getheader("Content-Type") or "").partition(";")[0]
    return Answer(head + len(body), kind, raw.decode("utf-8", "replace"))
