"""An organizer decides on the 478 made-up applications, as one does who has to."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.browser.conftest import LAPTOP, PHONE
from tests.browser.test_access import look

CALL = "/kelola/daftar/penjaringan-ikm-contoh"
ORGANIZER = "panitia@contoh.id"
LONG = 60_000  # ms; the worker decides on hundreds, beside other tests


def count_in_tab(page: Page, name: str) -> int:
    """The number on a tab of the list."""
    text = (
        page.get_by_role("navigation", name="Keadaan").get_by_role("link", name=name).inner_text()
    )
    return int(re.sub(r"\D", "", text))


def take_export(page: Page, folder: Path) -> list[dict[str, str]]:
    """Fetch the list as it is filtered, and read it."""
    page.get_by_text("Unduh atau cetak").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("XLSX")).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    head, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, head), map(str, row), strict=True)) for row in rows]


def test_an_organizer_decides_on_478_and_takes_them_along(visit: Any, tmp_path: Path) -> None:
    visitor = visit()
    page: Page = visitor.sign_in(ORGANIZER)
    page.goto(f"{visitor.address}{CALL}/pendaftar")
    new = count_in_tab(page, "Baru")

    page.locator("#applicants tbody input[type=checkbox]").first.check()
    page.locator("#semua").check()
    page.get_by_role("button", name="Terima", exact=True).click()
    expect(page.locator(".g-tally")).to_contain_text("30 diterima.")
    page.get_by_label(re.compile("Yang tidak mendapat tempat")).check()
    page.get_by_label(re.compile("Pesan untuk pendaftar")).fill("Selamat bergabung.")
    page.get_by_role("button", name="Lihat dengan tulisan saya").click()
    expect(page.locator("pre").first).to_contain_text("Selamat bergabung.")
    page.get_by_role("button", name="Terima", exact=True).click()
    expect(page.locator(".g-tally")).to_contain_text("30 diterima.", timeout=LONG)
    page.get_by_role("link", name="Kembali ke daftar").click()
    accepted = count_in_tab(page, "Diterima")
    table = take_export(page, tmp_path)
    page.get_by_role("button", name="Urungkan").first.click()
    page.wait_for_load_state()

    assert new > 300
    assert accepted == 30
    assert len(table) >= 478
    states = Counter(row["Keadaan"] for row in table)
    assert states["Diterima"] == 30
    assert states["Di daftar tunggu"] > 300
    sectors = Counter(row["Bidang"] for row in table if row["Keadaan"] == "Diterima")
    assert sectors["Makanan"] <= 12
    assert all(row["Karangan"] == "ya" for row in table if "Contoh" in row["Nama usaha"])
    expect(page.get_by_role("navigation", name="Keadaan")).to_contain_text("Diterima 0")
    assert count_in_tab(page, "Baru") == new


def test_a_reviewer_goes_through_the_list_by_keyboard_and_asks_for_a_correction(
    visit: Any,
) -> None:
    visitor = visit()
    page: Page = visitor.sign_in(ORGANIZER)
    page.goto(f"{visitor.address}{CALL}/pendaftar?status=submitted&nib=belum&urut=usaha")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    ticked = page.locator("#applicants tbody input:checked").count()
    bar = page.locator(".g-bulk").inner_text()
    page.keyboard.press("k")
    name = page.locator("tr.is-here a").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/kelola/pendaftar/"))
    opened = page.locator("h1").inner_text()
    page.get_by_role("link", name="Minta perbaikan").click()
    page.get_by_label("Berapa NIB Anda?").check()
    page.get_by_label(re.compile("Pesan untuk pendaftar")).fill("Tolong kirim NIB Anda.")
    page.get_by_role("button", name="Minta perbaikan").click()
    page.wait_for_load_state()

    assert (ticked, "1 dicentang" in bar) == (1, True)
    assert opened.startswith(name)
    expect(page.locator("h1")).to_contain_text("Perlu diperbaiki")
    expect(page.locator(".is-asked")).to_contain_text("Berapa NIB Anda?")
    expect(page.locator("main")).to_contain_text("Pesannya dikirim pukul")
    page.keyboard.press("j")  # to the next of the same list
    page.wait_for_url(re.compile("daftar=status%3Dsubmitted|daftar=status=submitted"))


def test_the_list_works_on_a_phone_without_javascript(visit: Any) -> None:
    visitor = visit(viewport=PHONE, java_script_enabled=False)
    page: Page = visitor.sign_in(ORGANIZER)
    page.goto(f"{visitor.address}{CALL}/pendaftar?status=submitted&urut=usaha")

    page.get_by_label("Bidang").first.select_option("home")
    page.get_by_role("button", name="Terapkan").click()
    first = page.locator("#applicants tbody tr").first
    name = first.locator("th a").inner_text()
    first.locator("input[type=checkbox]").check()
    page.get_by_role("button", name="Masukkan ke daftar tunggu").click()
    page.get_by_role("button", name="Masukkan ke daftar tunggu").click()
    said = page.locator(".g-toast").inner_text()
    page.get_by_role("button", name="Urungkan").first.click()

    assert "1 masuk daftar tunggu." in said
    assert name
    expect(page.locator(".g-toast")).to_contain_text("1 keputusan diurungkan")


PAGES = [
    "/kelola/pendaftaran",
    "/kelola/contoh/lampung/pendaftaran",
    "/kelola/contoh/lampung/pendaftaran/baru",
    "/kelola/contoh/lampung/pendaftaran/baru?jenis=umkm_booth",
    CALL,
    f"{CALL}/pendaftar",
    f"{CALL}/pendaftar?q=tidak-akan-ada",
    f"{CALL}/ubah",
    f"{CALL}/kuota",
    f"{CALL}/salin",
    f"{CALL}/pesan",
    f"{CALL}/atas-nama",
    f"{CALL}/formulir",
    f"{CALL}/formulir/siap",
    f"{CALL}/formulir/pratinjau",
    f"{CALL}/formulir/tambah?jenis=choice",
    f"{CALL}/formulir/pertanyaan/nib",
    "/kelola/daftar/stan-mitra-contoh/tunggu",
]


@pytest.mark.parametrize(("viewport", "scheme"), [(LAPTOP, "light"), (PHONE, "dark")])
def test_the_pages_of_calls_are_open_to_everyone(
    visit: Any, viewport: dict[str, int], scheme: str
) -> None:
    visitor = visit(viewport=viewport, color_scheme=scheme, bypass_csp=True)
    page = visitor.sign_in(ORGANIZER)

    problems = [one for path in PAGES for one in look(visitor.open(path), path)]
    visitor.open(f"{CALL}/pendaftar?status=changes_requested")
    page.locator("#applicants tbody a").first.click()
    page.wait_for_url(re.compile("/kelola/pendaftar/"))
    problems += look(page, "an application")
    page.get_by_role("link", name="Nyatakan belum lolos").click()
    page.wait_for_load_state()
    problems += look(page, "a decision")

    assert problems == []
