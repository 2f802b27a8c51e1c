"""Every page in both languages, light and dark: axe finds nothing, and nothing overflows."""

import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import LAPTOP, PHONE, ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
EVENT = "/acara/kick-off-gernas-bbi-lampung-hut-ke-58-provinsi-lampung-2022"
PUBLIC = [
    "/",
    "/kampanye",
    "/kampanye/gernas-bbi-2022",
    "/kampanye/gernas-bbi-2022/lampung",
    "/kampanye/gernas-bbi-2022/papua",
    "/kampanye/gernas-bbi-2021/bali",
    "/kampanye/contoh",
    "/kampanye/contoh/lampung",
    "/acara",
    "/acara?q=lampung&jenis=kickoff",
    "/acara?q=tidak-akan-ada",
    EVENT,
    "/kalender",
    "/tentang",
    "/bantuan",
    "/privasi",
    "/kontak",
    "/masuk",
    "/masuk/lupa",
]
OFFICE = [
    "/kelola",
    "/kelola/kampanye",
    "/kelola/kampanye/baru",
    "/kelola/contoh",
    "/kelola/contoh/ubah",
    "/kelola/contoh/salin",
    "/kelola/contoh/roadshow",
    "/kelola/contoh/acara",
    "/kelola/contoh/indikator",
    "/kelola/contoh/lampung",
    "/kelola/contoh/lampung/ubah",
    "/kelola/contoh/lampung/acara",
    "/kelola/contoh/lampung/acara/baru",
    "/kelola/tempat",
    "/kelola/orang",
    "/kelola/undang",
    "/kelola/catatan",
    "/kelola/surat",
    "/kelola/komponen",
    "/saya",
    "/akun",
]


def look(page: Any, path: str) -> list[str]:
    """What axe complains about on the page, and whether it is wider than its window."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "() => axe.run(document, {resultTypes: ['violations']}).then(r => r.violations"
        ".map(v => `${v.id}: ${v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')}`))"
    )
    problems = [f"{path}: {one}" for one in found]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        problems.append(f"{path}: wider than the window")
    return problems


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_public_pages_are_open_to_everyone(visit: Any, language: str, scheme: str) -> None:
    visitor = visit(viewport=PHONE, color_scheme=scheme, bypass_csp=True)

    problems = []
    for path in PUBLIC:
        address = path if language == "id" else f"/en{path}".removesuffix("/")
        page = visitor.open(address)
        assert page.locator("html").get_attribute("lang") == language
        problems += look(page, address)

    assert problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "laptop"])
def test_the_back_office_is_open_to_everyone(visit: Any, size: str, scheme: str) -> None:
    viewport = PHONE if size == "phone" else LAPTOP
    visitor = visit(viewport=viewport, color_scheme=scheme, bypass_csp=True)
    visitor.sign_in("admin@contoh.id")

    problems = [problem for path in OFFICE for problem in look(visitor.open(path), path)]

    assert problems == []


def test_the_checker_itself_finds_what_is_wrong(visit: Any, tmp_path: Path) -> None:
    """The control: a page with a nameless picture and button is complained about."""
    visitor = visit()
    visitor.page.set_content("<html><body><img src='data:,'><button></button></body></html>")

    problems = look(visitor.page, "control")

    assert {problem.split(": ")[1] for problem in problems} >= {"button-name", "image-alt"}


def test_public_pages_are_readable_at_twice_the_size(visit: Any) -> None:
    """WCAG 1.4.10: 320 px is a laptop's 1280 at 400 %, and the smallest of phones."""
    visitor = visit(viewport={"width": 320, "height": 640})

    wide = []
    for path in PUBLIC:
        page = visitor.open(path)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(path)

    assert wide == []


def come_late(route: Route) -> None:
    """Let a font arrive once its page is being read."""
    time.sleep(0.7)
    route.continue_()


@pytest.mark.parametrize("path", ["/", "/kampanye/contoh", "/kampanye/contoh/lampung", EVENT])
def test_nothing_moves_while_a_page_loads(visit: Any, path: str) -> None:
    visitor = visit(viewport=PHONE)
    visitor.page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())"
        " window.shift += entry.value; }).observe({type: 'layout-shift', buffered: true});"
    )
    visitor.page.route("**/*.woff2", come_late)
    page = visitor.open(path)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)

    assert page.evaluate("window.shift") < 0.01
