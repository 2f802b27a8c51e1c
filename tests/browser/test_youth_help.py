"""A member helps a business, its owner confirms by a tap, and a certificate is checked."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import LAPTOP, PHONE
from tests.browser.test_access import look

OFFICE = "/kelola/contoh/lampung/pemuda"
MEMBER, COORDINATOR = "alya@contoh.id", "koordinator@contoh.id"
OFFICE_PAGES = ("pendampingan", "pendampingan/mulai", "konten", "sertifikat", "sertifikat/aturan")


def take_photo(folder: Path) -> Path:
    """What a phone's camera would hand over."""
    path = folder / "qris.jpg"
    out = io.BytesIO()
    Image.new("RGB", (1200, 900), "teal").save(out, "JPEG")
    path.write_bytes(out.getvalue())
    return path


def find_owners_link(visit: Any, business: str) -> str:
    """The link that the coordinator gives to the owner of a business."""
    office = visit(viewport=LAPTOP)
    page: Page = office.sign_in(COORDINATOR)
    office.open(f"{OFFICE}/pendampingan")
    page.get_by_role("link", name=business, exact=True).click()
    page.get_by_text("Tampilkan sebagai QR").click()
    return page.get_by_text(re.compile(r"^http.*/pendampingan/")).inner_text()


@pytest.mark.parametrize("script", [True, False])
def test_help_is_reported_by_a_member_and_confirmed_by_the_owner(
    visit: Any, tmp_path: Path, script: bool
) -> None:
    member = visit(viewport=PHONE, java_script_enabled=script)
    page: Page = member.sign_in(MEMBER)
    member.open("/saya/pemuda")
    business = page.locator("#usaha ul a").first
    name = business.inner_text()
    business.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.get_by_role("link", name="Laporkan hasil").click()
    page.get_by_role("button", name="Laporkan").click()
    expect(page.get_by_role("alert")).to_contain_text("Pilih apa yang Anda kerjakan.")
    member.complaints.clear()  # of the form that was not taken at first
    word = f"QRIS di depan toko {'satu' if script else 'dua'}"
    page.get_by_label("Apa yang Anda kerjakan?").select_option("qris")
    page.get_by_label("Atau foto").set_input_files(take_photo(tmp_path))
    page.get_by_label("Pesan untuk pemilik").fill(word)
    page.get_by_role("button", name="Laporkan").click()
    expect(page.get_by_text("Dihitung setelah pemilik mengonfirmasi.")).to_be_visible()
    mine = page.locator("li.g-panel", has_text=word)
    expect(mine).to_contain_text("Menunggu konfirmasi")

    owner = visit(viewport=PHONE, java_script_enabled=script)
    other: Page = owner.page
    other.goto(find_owners_link(visit, name))
    waiting = other.locator("li.g-panel", has_text=word)
    picture = waiting.locator("img")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    waiting.get_by_role("button", name=re.compile("^Ya, benar")).click()
    expect(other.get_by_text("Dikonfirmasi, terima kasih.")).to_be_visible()

    page.reload()
    expect(page.locator("li.g-panel", has_text=word)).to_contain_text("Dikonfirmasi")


def test_a_certificate_is_taken_along_and_checked_on_another_phone(
    visit: Any, tmp_path: Path
) -> None:
    member = visit(viewport=PHONE)
    page: Page = member.sign_in(MEMBER)
    member.open("/saya/pemuda")
    code = page.locator("#sertifikat a.g-id").first.inner_text()
    with page.expect_download() as got:
        page.get_by_role("link", name="PDF bahasa Indonesia").click()
    got.value.save_as(tmp_path / "sertifikat.pdf")
    pages = PdfReader(tmp_path / "sertifikat.pdf").pages
    assert len(pages) == 1
    assert code in pages[0].extract_text()

    checker = visit(viewport=PHONE, bypass_csp=True)
    other = checker.open("/sertifikat")
    other.get_by_label("Kode sertifikat").fill(code.lower())
    other.get_by_role("button", name="Cek").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Sertifikat ini sah")
    assert not look(other, "sertifikat")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_help_are_open_to_everyone(visit: Any, scheme: str) -> None:
    member = visit(viewport=PHONE, color_scheme=scheme, bypass_csp=True)
    member.sign_in(MEMBER)
    office = visit(viewport=LAPTOP, color_scheme=scheme, bypass_csp=True)
    office.sign_in(COORDINATOR)
    faults = {}

    for path in ("pendampingan", "jam-luar", "konten"):
        faults[path] = look(member.open(f"/saya/pemuda/{path}"), path)
    for path in OFFICE_PAGES:
        faults[path] = look(office.open(f"{OFFICE}/{path}"), path)
    page = office.open(f"{OFFICE}/pendampingan")
    page.locator("tbody th a").first.click()
    faults["one"] = look(page, "one")

    assert {path: found for path, found in faults.items() if found} == {}
