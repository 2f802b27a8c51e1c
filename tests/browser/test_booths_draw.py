"""An organizer draws halls: with the mouse, by keyboard alone, with a finger, in the table.

The harvesting of the example has its plan from the demo; its kick-off gets one here.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Visitor
from tests.browser.test_access import look

ORGANIZER = "panitia@contoh.id"  # of the example in Lampung
MANAGER = "kampanye@contoh.id"
HALL = {"width": "30", "depth": "20"}


def find_event(page: Page, address: str) -> str:
    """The office address of the example's harvesting in Lampung."""
    page.goto(f"{address}/kelola/contoh/lampung/acara")
    return list_events(page, re.compile("harvesting", re.IGNORECASE))[0]


def list_events(page: Page, words: re.Pattern[str]) -> list[str]:
    links = page.locator("a[href^='/kelola/acara/']", has_text=words)
    found: list[str] = links.evaluate_all("links => links.map((one) => one.getAttribute('href'))")
    return found


def begin_hall(visitor: Visitor, number: int, name: str) -> Page:
    """The first hall of an event of the example, each test its own; open in the editor."""
    page = visitor.sign_in(MANAGER)
    page.goto(f"{visitor.address}/kelola/contoh/acara")
    events = [one for one in list_events(page, re.compile(".")) if "lampung" not in one]
    page.goto(f"{visitor.address}{sorted(set(events))[number]}/denah")
    page.get_by_role("button", name="Mulai denah").click()
    page.get_by_label("Nama", exact=True).fill(name)
    page.get_by_label(re.compile("^Lebar dalam meter")).fill(HALL["width"])
    page.get_by_label(re.compile("^Kedalaman dalam meter")).fill(HALL["depth"])
    page.get_by_role("button", name="Tambah", exact=True).click()
    expect(page.get_by_role("heading", name=f"Gambar {name}")).to_be_visible()
    return page


class Sheet:
    """The canvas of the editor, by metres of the hall."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.canvas = page.locator("svg[data-canvas]")
        self.line = page.locator("[data-line]")
        expect(self.line).not_to_be_empty()

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where on the screen a place of the hall is."""
        found: list[float] = self.canvas.evaluate(
            """(svg, [x, y]) => {
                 const point = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
                 return [point.x, point.y];
               }""",
            [x * 10, y * 10],
        )
        return found[0], found[1]

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*self.at(*start))
        mouse.down()
        mouse.move(*self.at((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), steps=3)
        mouse.move(*self.at(*end), steps=3)
        mouse.up()

    def click(self, x: float, y: float, **more: Any) -> None:
        self.canvas.click(position=self._within(*self.at(x, y)), **more)

    def _within(self, x: float, y: float) -> Any:
        box = self.canvas.bounding_box()
        assert box is not None
        return {"x": x - box["x"], "y": y - box["y"]}

    def tool(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def key(self, *keys: str) -> None:
        for one in keys:
            self.page.keyboard.press(one)

    def labels(self) -> list[str]:
        return sorted(self.canvas.locator("[data-key]:not(.fixture) text").all_text_contents())

    def save(self) -> None:
        self.page.get_by_role("button", name="Simpan", exact=True).click()
        expect(self.page.locator("[data-state]")).to_have_text("semua tersimpan")

    def field(self, label: str) -> Any:
        return self.page.get_by_label(label, exact=True)


def test_a_hall_is_drawn_with_the_mouse_saved_and_seen_again(visit: Any) -> None:
    visitor = visit(viewport=LAPTOP)
    page = begin_hall(visitor, 0, "Tenda tetikus")
    sheet = Sheet(page)

    sheet.tool("Deret stan")
    sheet.drag((1, 1), (16, 4))  # five booths of 3 by 3
    expect(sheet.line).to_have_text("5 stan digambar.")
    sheet.tool("Stan")
    sheet.drag((20, 10), (24, 12.5))
    sheet.tool("Pilih")
    sheet.drag((22, 11), (22, 14.05))  # it snaps to the grid
    expect(sheet.field("Dari atas (m)")).to_have_value("13")
    sheet.page.locator("[data-handle='1,1'] .dot").hover()
    page.mouse.down()
    page.mouse.move(*sheet.at(25, 16), steps=4)
    page.mouse.up()
    expect(sheet.field("Lebar (m)")).to_have_value("5")
    expect(sheet.field("Kedalaman (m)")).to_have_value("3")
    page.get_by_role("button", name="Putar 90°").click()
    expect(sheet.field("Diputar (°)")).to_have_value("90")
    sheet.field("Label").fill("VIP 1")
    sheet.field("Label").press("Enter")
    page.locator("#kinds").select_option("stage")
    sheet.drag((10, 15), (16, 19))
    sheet.drag((0.5, 0.5), (17, 4.5))  # choose the row
    expect(page.locator("#chosen-title")).to_have_text("5 dipilih")
    page.get_by_text("Nomori dan salin").click()
    page.locator("#copy-gap").fill("3")
    page.get_by_role("button", name="Salin deret").click()
    first = sheet.labels()
    page.get_by_role("button", name="Urungkan").click()
    undone = sheet.labels()
    page.get_by_role("button", name="Ulangi").click()
    sheet.save()
    page.reload()
    again = Sheet(page)

    row = [f"A0{n}" for n in range(1, 6)]
    assert undone == sorted([*row, "VIP 1"])
    assert first == sorted([*row, *(f"B0{n}" for n in range(1, 6)), "VIP 1"])
    assert again.labels() == first
    again.click(22, 14)
    expect(again.line).to_contain_text("VIP 1, 5 × 3 m")


def test_overlaps_are_shown_and_what_is_unsaved_is_not_lost(visit: Any) -> None:
    visitor = visit(viewport=LAPTOP)
    page = begin_hall(visitor, 1, "Tenda tumpuk")
    sheet = Sheet(page)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)

    sheet.tool("Stan")
    sheet.click(5, 5)
    sheet.click(6, 6)
    expect(page.locator("[data-key].is-wrong")).to_have_count(2)
    expect(page.locator("[data-problems]")).to_contain_text("bertumpuk")
    page.locator("[data-problems] button").first.click()
    expect(page.locator("#chosen-title")).to_have_text("2 dipilih")
    page.get_by_role("link", name="Tabel").click()  # the browser asks; one stays
    page.wait_for_timeout(300)

    assert asked == ["beforeunload"]
    expect(page.locator("[data-state]")).to_have_text("belum disimpan")


def test_a_hall_is_drawn_with_the_keyboard_alone(visit: Any) -> None:
    visitor = visit(viewport=LAPTOP)
    page = begin_hall(visitor, 2, "Tenda papan ketik")
    sheet = Sheet(page)

    for _ in range(40):
        if page.evaluate("document.activeElement.hasAttribute('data-canvas')"):
            break
        page.keyboard.press("Tab")
    sheet.key("b", "b", "b")  # three in a row
    expect(sheet.line).to_contain_text("A03")
    sheet.key("ArrowDown", "ArrowDown", "Shift+ArrowRight", "Control+ArrowRight", "r")
    expect(sheet.line).to_contain_text("3,5 × 3 m")
    sheet.key("p")
    expect(sheet.line).to_contain_text("A02")
    sheet.key("Enter")  # to its details
    page.keyboard.press("Control+a")
    page.keyboard.type("C07")
    sheet.key("Enter")  # and back
    expect(sheet.line).to_contain_text("C07")
    sheet.key("Control+a", "d")
    expect(sheet.line).to_contain_text("disalin")
    sheet.key("Delete")
    sheet.key("Control+z", "Control+y", "Control+z")
    drawn = sheet.labels()
    sheet.key("Control+s")
    expect(page.locator("[data-state]")).to_have_text("semua tersimpan")
    sheet.key("Tab")
    outside = page.evaluate("!document.activeElement.hasAttribute('data-canvas')")
    page.reload()

    assert len(drawn) == 6
    assert {"A01", "A03", "C07"} <= set(drawn)
    assert outside, "the canvas keeps the focus"
    assert Sheet(page).labels() == drawn


def test_two_who_draw_in_one_hall_lose_nothing(visit: Any) -> None:
    one, other = visit(viewport=LAPTOP), visit(viewport=LAPTOP)
    page = begin_hall(one, 3, "Tenda berdua")
    address = page.url
    beside = other.sign_in("admin@contoh.id")
    beside.goto(address)
    first, second = Sheet(page), Sheet(beside)

    first.tool("Stan")
    first.click(3, 3)
    first.save()
    second.tool("Stan")
    second.click(12, 12)
    second.page.get_by_role("button", name="Simpan", exact=True).click()
    expect(second.line).to_contain_text("1 perubahan Anda kami taruh di atasnya")
    seen = second.labels()  # both drew an A01; the new one goes on counting
    second.save()
    page.reload()

    assert seen == ["A01", "A02"]
    assert Sheet(page).labels() == ["A01", "A02"]
    other.complaints = [text for text in other.complaints if "409" not in text]


def test_a_drawing_outlives_a_lost_connection(visit: Any) -> None:
    visitor = visit(viewport=LAPTOP)
    page = begin_hall(visitor, 4, "Tenda putus")
    sheet = Sheet(page)

    sheet.tool("Stan")
    sheet.click(3, 3)
    visitor.context.set_offline(True)
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(sheet.line).to_contain_text("Gambar Anda masih ada di sini")
    visitor.context.set_offline(False)
    visitor.complaints.clear()  # the browser says that it has no connection
    sheet.save()
    page.reload()

    assert Sheet(page).labels() == ["A01"]


def test_a_hall_is_drawn_with_a_finger_on_a_tablet(visit: Any) -> None:
    visitor = visit(viewport={"width": 1024, "height": 768}, has_touch=True)
    page = begin_hall(visitor, 5, "Tenda jari")
    sheet = Sheet(page)

    page.get_by_role("button", name="Stan", exact=True).tap()
    page.touchscreen.tap(*sheet.at(5, 5))
    page.touchscreen.tap(*sheet.at(10, 5))
    page.get_by_role("button", name="Pilih", exact=True).tap()
    page.touchscreen.tap(*sheet.at(6, 6))
    expect(page.locator("#chosen-title")).to_have_text("A01")
    page.get_by_role("button", name="Beberapa", exact=True).tap()
    page.touchscreen.tap(*sheet.at(11, 6))
    expect(page.locator("#chosen-title")).to_have_text("2 dipilih")
    page.get_by_role("button", name="Simpan", exact=True).tap()
    expect(page.locator("[data-state]")).to_have_text("semua tersimpan")

    assert sheet.labels() == ["A01", "A02"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_the_pages_of_a_plan_are_accessible(visit: Any, viewport: Any, scheme: Any) -> None:
    visitor = visit(viewport=viewport, color_scheme=scheme, bypass_csp=True)
    page = visitor.sign_in(ORGANIZER)
    event = find_event(page, visitor.address)
    page.goto(f"{visitor.address}{event}/denah")
    table = page.get_by_role("link", name=re.compile("^Tabel")).first.get_attribute("href")
    name = f"{'phone' if viewport == PHONE else 'laptop'}-{scheme}"

    problems = look(page, f"plan-{name}")
    for what in ("tabel", "gambar", "susunan", "latar", "deret", "benda", "stan"):
        page.goto(f"{visitor.address}{str(table).removesuffix('tabel')}{what}")
        problems += look(page, f"{what}-{name}")
    for what in ("zona", "pengaturan", "impor", "aula"):
        page.goto(f"{visitor.address}{event}/denah/{what}")
        problems += look(page, f"{what}-{name}")

    assert problems == []


def test_without_javascript_the_table_does_it_all(visit: Any) -> None:
    visitor = visit(viewport=PHONE, java_script_enabled=False)
    page = begin_hall(visitor, 6, "Tenda tanpa skrip")
    page.get_by_role("link", name="Buka tabel").click()

    page.get_by_role("link", name="Satu deret stan").first.click()
    page.get_by_label(re.compile("^Label stan pertama")).fill("K01")
    page.get_by_label(re.compile("^Berapa stan")).fill("4")
    page.get_by_label(re.compile("^Dari kiri")).fill("1,5")
    page.get_by_label(re.compile("^Dari atas")).fill("0")
    page.get_by_role("button", name="Gambar deret").click()
    page.get_by_label("Pilih K02").check()
    page.get_by_label("Pilih K03").check()
    page.locator("#action").select_option("remove")
    page.get_by_role("button", name="Lakukan pada stan yang dicentang").click()
    gone = page.locator("#booths tbody th").all_inner_texts()
    page.get_by_role("button", name="Urungkan").click()

    assert gone == ["K01", "K04"]
    expect(page.locator("#booths tbody th")).to_have_text(["K01", "K02", "K03", "K04"])
