"""The desk of an event on a phone, with and without network; hours and a suggestion after it."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from gernas.core.clock import now, to_local
from tests.browser.conftest import FLAGS, LAPTOP, PHONE, Visitor
from tests.browser.test_access import look

COORDINATOR = "koordinator@contoh.id"
OFFICE = "/kelola/contoh/lampung/pemuda"
KEPT = """new Promise((resolve) => {
  const asked = indexedDB.open('gernas-desk', 1);
  asked.onsuccess = () => {
    const all = asked.result.transaction('scans').objectStore('scans').getAll();
    all.onsuccess = () => resolve(JSON.stringify(all.result));
  };
})"""


def add_shift_today(page: Page, office: Any, title: str, *names: str) -> str:
    """A shift that begins in an hour, with these members; the address of its event's desk."""
    begins = to_local(now() + timedelta(hours=1), "Asia/Jakarta")
    office.open(f"{OFFICE}/jaga")
    page.get_by_role("link", name="Tambah tugas").first.click()
    page.get_by_label("Acara").select_option(index=1)
    page.get_by_label("Nama tugas").fill(title)
    page.get_by_label("Hari", exact=True).fill(begins.date().isoformat())
    page.get_by_label("Dari jam").fill(f"{begins:%H:%M}")
    page.get_by_label("Sampai jam").fill(f"{begins + timedelta(minutes=30):%H:%M}")
    page.get_by_label("Meja pendaftaran").first.fill("3")
    page.get_by_role("button", name="Tambah dan buka bagi anggota").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    for name in names:
        members = page.get_by_label("Anggota", exact=True)
        members.select_option(members.locator("option", has_text=name).get_attribute("value"))
        page.get_by_role("button", name="Masukkan").click()
        expect(page.get_by_role("status").first).to_contain_text("sekarang punya tempat")
    return str(page.locator("a[href$='/pemuda/meja']").first.get_attribute("href"))


def section_of(page: Page, title: str) -> Any:
    return page.locator("section").filter(has=page.get_by_role("heading", name=re.compile(title)))


def test_what_is_noted_without_network_is_kept_and_sent_once(visit: Any) -> None:
    office, phone = visit(viewport=LAPTOP), visit(viewport=PHONE, has_touch=True)
    desk_address = add_shift_today(
        office.sign_in(COORDINATOR), office, "Meja luring", "Alya", "Bima"
    )
    page: Page = phone.sign_in(COORDINATOR)
    phone.open(desk_address)
    rows = section_of(page, "Meja luring").locator("[data-place]")
    expect(rows).to_have_count(2)
    assert look(page, page.url) == []

    rows.nth(0).get_by_role("button", name="datang").tap()
    expect(rows.nth(0).locator("[data-state]")).to_contain_text("Datang ")
    phone.context.set_offline(True)
    rows.nth(1).get_by_role("button", name="datang").tap()
    expect(rows.nth(1)).to_contain_text("menunggu sinyal")
    expect(page.locator("[data-net]")).to_contain_text("1 catatan menunggu sinyal")
    kept = page.evaluate(KEPT)
    phone.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(rows.nth(1).locator("[data-state]")).to_contain_text("Datang ")
    expect(page.locator("[data-net]")).to_be_hidden()

    assert "Contoh" not in kept  # no names lie on the phone
    assert page.evaluate(KEPT) == "[]"
    expect(section_of(page, "Meja luring").locator("[data-came]")).to_have_text("2")
    phone.complaints.clear()  # the browser complains of the missing network


@pytest.mark.parametrize("script", [True, False])
def test_a_person_comes_by_code_leaves_by_name_and_it_is_undone(visit: Any, script: bool) -> None:
    office = visit(viewport=LAPTOP)
    phone = visit(viewport=PHONE, java_script_enabled=script)
    title = f"Meja kode {'dengan' if script else 'tanpa'} skrip"
    names = ("Citra", "Damar") if script else ("Eka", "Fajar")
    desk_address = add_shift_today(office.sign_in(COORDINATOR), office, title, *names)
    page: Page = phone.sign_in(COORDINATOR)
    phone.open(desk_address)
    row = section_of(page, title).locator("[data-place]").filter(has_text=names[0])

    page.get_by_label("Kode anggota").fill(str(row.get_attribute("data-code")))
    page.get_by_role("button", name="Catat", exact=True).first.click()
    expect(row.locator("[data-state]")).to_contain_text("Datang ")
    row.get_by_role("button", name="pulang").first.click()
    expect(row.locator("[data-state]")).to_contain_text("pulang ")
    row.locator("summary").click()
    row.get_by_role("button", name="Urungkan").click()

    expect(row.locator("[data-state]")).not_to_contain_text("pulang")


def film(code: str, folder: Path) -> Path:
    """A film of one frame that shows a member's QR, for a browser to take as its camera's."""
    address = f"https://gernas.example/pemuda/anggota/{code}"
    segno.make_qr(address, error="m").save(str(folder / "qr.png"), scale=6, border=4)
    frame = Image.new("RGB", (640, 480), "white")
    frame.paste(Image.open(folder / "qr.png").convert("RGB"), (120, 60))
    path = folder / "camera.mjpeg"
    frame.save(path, "JPEG", quality=95)
    return path


def test_a_camera_reads_the_code_of_who_comes(
    visit: Any, chromium: Browser, address: str, tmp_path: Path
) -> None:
    office = visit(viewport=LAPTOP)
    desk_address = add_shift_today(office.sign_in(COORDINATOR), office, "Meja kamera", "Qori")
    office.open(desk_address)
    row = section_of(office.page, "Meja kamera").locator("[data-place]")
    camera = film(str(row.get_attribute("data-code")), tmp_path)
    flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    browser = chromium.browser_type.launch(
        executable_path=os.environ["GERNAS_CHROMIUM"],
        args=[*FLAGS, *flags, f"--use-file-for-fake-video-capture={camera}"],
    )
    phone = Visitor(browser, address, viewport=PHONE)
    page: Page = phone.sign_in(COORDINATOR)
    phone.open(desk_address)
    row = section_of(page, "Meja kamera").locator("[data-place]")

    page.get_by_role("button", name="Pindai dengan kamera").click()

    expect(row.locator("[data-state]")).to_contain_text("Datang ")
    expect(page.locator("[data-video]")).to_be_visible()
    assert look(page, page.url) == []
    page.get_by_role("button", name="Pindai dengan kamera").click()
    expect(page.locator("[data-video]")).to_be_hidden()
    assert phone.complaints == []
    browser.close()


def test_a_suggestion_is_worked_out_shown_accepted_and_undone(visit: Any) -> None:
    office = visit(viewport=LAPTOP)
    page: Page = office.sign_in(COORDINATOR)
    office.open(f"{OFFICE}/usulan")
    assert look(page, page.url) == []
    page.get_by_label("Lama pencarian").fill("5")

    page.get_by_role("button", name="Susun usulan").click()

    page.wait_for_url(re.compile(r"/usulan/\d+$"), timeout=90_000)
    expect(page.get_by_role("button", name="Terima usulan")).to_be_visible()
    assert look(page, page.url) == []
    page.get_by_role("button", name="Terima usulan").click()
    toast = page.get_by_role("status").first
    expect(toast).to_contain_text("tempat sudah diberikan")
    toast.get_by_role("button", name="Urungkan").click()
    expect(page.get_by_role("status").first).to_contain_text("tempat kosong lagi")
    page.get_by_role("button", name="Buang usulan").click()
    expect(page.get_by_role("status").first).to_contain_text("Usulan dibuang.")
