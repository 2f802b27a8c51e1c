"""The day of the exhibition: a visitor looks for coffee; signs are printed, times are offered."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import LAPTOP, PHONE
from tests.browser.test_access import look

ORGANIZER = "panitia@contoh.id"
BOOTH = re.compile("Stan [A-D][0-9]{2}$")


def find_plan(page: Page, address: str) -> str:
    """The address of the example's published plan, from the page of its province."""
    page.goto(f"{address}/kampanye/contoh/lampung")
    links = page.locator("a[href^='/acara/harvesting']")
    event = links.first.get_attribute("href")
    assert event is not None
    page.goto(f"{address}{event}")
    page.get_by_role("link", name="Buka denah").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Siapa di stan mana")
    return page.url.removeprefix(address)


@pytest.mark.parametrize("script", [True, False])
def test_a_visitor_finds_a_coffee_seller_on_a_phone(visit: Any, script: bool) -> None:
    visitor = visit(viewport=PHONE, java_script_enabled=script)
    page: Page = visitor.page
    find_plan(page, visitor.address)

    page.get_by_role("searchbox").fill("kopi")
    page.get_by_role("button", name="Cari").click()

    expect(page.get_by_role("heading", name=re.compile("peserta untuk “kopi”$"))).to_be_visible()
    seller = page.locator(".g-exhibitors a", has_text="Kopi").first
    name = seller.inner_text()
    seller.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("heading", name=BOOTH)).to_be_visible()
    steps = page.locator("ol.g-way li")
    expect(steps.first).to_have_text(re.compile("^Masuk lewat Pintu"))
    expect(steps.last).to_have_text(re.compile("^Stan [A-D][0-9]{2} ada di "))
    way = page.locator("svg .way")
    expect(way).to_have_count(1)
    box, mine = way.bounding_box(), page.locator("svg .is-mine rect").bounding_box()
    assert box is not None
    assert mine is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert mine["x"] + mine["width"] <= PHONE["width"]


def test_a_tap_on_the_plan_and_a_name_of_the_list_lead_to_the_same_booth(visit: Any) -> None:
    visitor = visit(viewport=PHONE, has_touch=True)
    page: Page = visitor.page
    path = find_plan(page, visitor.address)

    label = page.locator("svg text", has_text="D08")
    label.scroll_into_view_if_needed()
    box = label.bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"], box["y"] - 4)  # on the booth, beside its label
    page.wait_for_url(re.compile(r"\?stan=D08$"))
    tapped = page.get_by_role("heading", level=1).inner_text()
    page.goto(visitor.address + path)
    page.locator(".g-exhibitors").get_by_role("listitem").filter(has_text="D08").get_by_role(
        "link"
    ).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(tapped)
    assert page.url.endswith("?stan=D08")


def test_what_is_not_there_is_said_in_words(visit: Any) -> None:
    visitor = visit(viewport=PHONE)
    page: Page = visitor.page
    path = find_plan(page, visitor.address)

    page.get_by_role("searchbox").fill("pesawat terbang")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="“pesawat terbang” tidak ditemukan")).to_be_visible()
    page.goto(f"{visitor.address}{path}?stan=Z99")
    expect(page.get_by_text("Tidak ada stan Z99 di denah ini.")).to_be_visible()


def test_an_organizer_prints_signs_and_offers_times(visit: Any, tmp_path: Path) -> None:
    visitor = visit()
    page: Page = visitor.sign_in(ORGANIZER)
    path = find_plan(page, visitor.address)
    page.goto(f"{visitor.address}/kelola{path}")

    page.get_by_role("link", name="Cetak", exact=True).click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("PDF.*Papan nomor stan")).click()
    waiting.value.save_as(tmp_path / "papan.pdf")
    page.get_by_role("link", name="Bongkar muat", exact=True).click()
    page.get_by_text("Tambah waktu").click()
    page.get_by_label("Gerbang", exact=True).fill("Gerbang darat")
    page.get_by_label("Dari jam").fill("18:00")
    page.get_by_label("Sampai jam").fill("20:00")
    page.get_by_role("button", name="Tambahkan waktu ini").click()

    pages = PdfReader(tmp_path / "papan.pdf").pages
    assert len(pages) == 70
    text = " ".join(pages[50].extract_text().split())
    assert "Pindai kode ini" in text
    expect(
        page.get_by_role("row", name=re.compile(r"18\.00\W+19\.00\WWIB Gerbang darat"))
    ).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "laptop"])
def test_pages_of_the_day_are_open_to_everyone(visit: Any, size: str, scheme: str) -> None:
    window = PHONE if size == "phone" else LAPTOP
    visitor = visit(viewport=window, color_scheme=scheme, bypass_csp=True)
    page: Page = visitor.page
    path = find_plan(page, visitor.address)

    problems = look(page, path)
    for query in ("?q=contoh", "?q=kopi", "?stan=D08", "?stan=Z9"):
        visitor.open(path + query)
        problems += look(page, path + query)
    visitor.sign_in(ORGANIZER)
    for office in ("bongkar-muat", "cetak"):
        visitor.open(f"/kelola{path}/{office}")
        problems += look(page, office)

    assert problems == []
