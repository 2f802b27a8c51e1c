"""An owner keeps the business's record on a phone, and buyers find it in the catalogue."""

import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE
from tests.browser.test_access import look
from tests.browser.test_apply import photos

OWNER = "ibu.sari@contoh.id"
PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <<>>\n%%EOF\n"


def add_business(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/saya/usaha/baru")
    page.get_by_label("Nama usaha").fill(name)
    page.get_by_label("Bidang").select_option("food")
    page.get_by_label(re.compile("^Kota atau kabupaten")).fill("Kota Metro")
    page.get_by_label(re.compile("^Provinsi")).select_option("ID-LA")
    page.get_by_role("button", name="Simpan").click()
    page.wait_for_url(re.compile("/saya/usaha/[0-9]+$"))


def add_product(page: Page, picture: str) -> None:
    page.get_by_role("link", name="Tambah produk").click()
    page.get_by_label("Produk", exact=True).fill("Keripik pisang kepok")
    page.locator("[name=price_rupiah]").fill("25.000")
    page.locator("[name=photo]").set_input_files(picture)
    page.get_by_role("button", name="Simpan").click()
    page.wait_for_url(re.compile("/saya/usaha/[0-9]+(#|$)"))


def add_certificate(page: Page, document: Path) -> None:
    page.get_by_role("link", name="Tambah sertifikat").click()
    page.locator("[name=kind]").select_option("halal")
    page.locator("[name=number]").fill("ID18110000123450521")
    page.locator("[name=expires_on]").fill("2030-12-31")
    page.locator("[name=document]").set_input_files(str(document))
    page.get_by_role("button", name="Simpan").click()
    page.wait_for_url(re.compile("/saya/usaha/[0-9]+(#|$)"))


@pytest.mark.parametrize("script", [True, False])
def test_an_owner_shows_a_product_and_buyers_find_it(
    visit: Any, tmp_path: Path, script: bool
) -> None:
    name = f"Keripik Bu Sari {'Makmur' if script else 'Berkah'}"
    (tmp_path / "halal.pdf").write_bytes(PDF)
    picture = photos(tmp_path, count=1, size=(1200, 900))[0]
    owner = visit(viewport=PHONE, java_script_enabled=script)
    page: Page = owner.sign_in(OWNER)
    add_business(page, owner.address, name)
    add_product(page, picture)
    add_certificate(page, tmp_path / "halal.pdf")
    buyer = visit(viewport=PHONE, java_script_enabled=script)
    before = buyer.open(f"/umkm?q={name}").locator("main").inner_text()

    page.locator("#persetujuan").get_by_role("button", name="Saya setuju").first.click()
    page.get_by_role("link", name="Halaman umum").click()
    page.wait_for_url("**/umkm/*")
    found = buyer.open("/umkm?sertifikat=halal&provinsi=lampung&sektor=food")
    found.get_by_role("searchbox").first.fill(name)
    found.get_by_role("searchbox").first.press("Enter")
    found.get_by_role("link", name=name).first.click()
    found.wait_for_url("**/umkm/*")

    assert name not in before.replace(f"“{name}”", "")
    expect(found.locator("h1")).to_have_text(name)
    expect(found.locator("main")).to_contain_text("Keripik pisang kepok")
    expect(found.locator("main")).to_contain_text(re.compile("Rp.25\\.000"))
    expect(found.locator("main")).to_contain_text(re.compile("halal", re.IGNORECASE))
    assert found.locator("main img").first.evaluate("(one) => one.naturalWidth") > 0
    assert "ibu.sari@contoh.id" not in found.content()


def test_the_catalogue_opens_fast_on_a_phone(visit: Any) -> None:
    """What a buyer's phone fetches for a product's page, photos included."""
    visitor = visit(viewport=PHONE)
    fetched: list[int] = []
    visitor.page.on("requestfinished", lambda one: fetched.append(_size(one)))
    page: Page = visitor.open("/umkm")
    page.locator("main a[href^='/umkm/']").first.click()
    page.wait_for_url("**/umkm/*")
    fetched.clear()
    page.reload()
    page.wait_for_load_state("networkidle")

    assert 0 < sum(fetched) < 300_000


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (LAPTOP, "light")])
def test_pages_of_businesses_are_open_to_everyone(
    visit: Any, viewport: dict[str, int], scheme: str, tmp_path: Path
) -> None:
    visitor = visit(viewport=viewport, color_scheme=scheme, bypass_csp=True)
    page: Page = visitor.sign_in(OWNER)
    add_business(page, visitor.address, f"Tenun Bu Sari {scheme}")
    here = page.url.removeprefix(visitor.address)
    add_product(page, photos(tmp_path, count=1, size=(600, 400))[0])
    paths = [
        *("/umkm", "/en/umkm", "/umkm?q=tidak-akan-ada", "/umkm?sektor=food&sertifikat=halal"),
        *(
            "/saya",
            "/saya/usaha",
            "/saya/usaha/baru",
            "/saya/pendaftaran",
            "/saya/data",
            "/akun/hapus",
        ),
        *(here, f"{here}/ubah", f"{here}/hapus", f"{here}/nik", f"{here}/persetujuan"),
        *(f"{here}/produk/baru", f"{here}/sertifikat/baru", f"{here}/toko/baru"),
        f"{here}/orang/baru",
    ]

    problems = [one for path in paths for one in look(visitor.open(path), path)]
    page.goto(f"{visitor.address}/umkm")
    page.locator("main a[href^='/umkm/']").first.click()
    page.wait_for_url("**/umkm/*")
    problems += look(page, page.url)

    assert problems == []


def test_an_account_is_erased_after_three_days_unless_one_rues_it(visit: Any) -> None:
    visitor = visit(viewport=PHONE)
    page: Page = visitor.sign_in(OWNER)
    add_business(page, visitor.address, "Sambal Bu Sari")
    visitor.open("/saya/data")

    page.get_by_role("link", name="Hapus akun saya").click()
    told = page.locator("main").inner_text()
    page.get_by_role("button", name="Hapus akun saya tiga hari lagi").click()
    expect(page.locator("main")).to_contain_text("Akun Anda akan dihapus pada")
    page.get_by_role("button", name="Jangan hapus akun saya").click()

    assert "Usaha “Sambal Bu Sari”: keluar dari katalog" in told
    expect(page.locator(".g-toast")).to_contain_text("Akun Anda tetap ada.")


def test_a_form_sent_after_signing_out_elsewhere_is_not_lost(visit: Any) -> None:
    visitor = visit(viewport=PHONE, bypass_csp=True)
    page: Page = visitor.sign_in(OWNER)
    page.goto(f"{visitor.address}/saya/usaha/baru")
    page.get_by_label("Nama usaha").fill("Kopi Bu Sari Lestari")
    visitor.context.clear_cookies()

    page.get_by_role("button", name="Simpan").click()
    page.get_by_role("heading", name="Yang Anda tulis").wait_for()
    kept = page.get_by_label("Tulisan 1").input_value()
    problems = look(page, "a form that is given back")
    with visitor.context.expect_page() as waiting:
        page.get_by_role("link", name="Masuk di tab lain").click()
    visitor.page, first = waiting.value, page
    visitor.sign_in(OWNER)
    visitor.page = first
    page.get_by_role("button", name="Kirim lagi").click()
    page.get_by_role("button", name="Kirim lagi").click()
    page.wait_for_url(re.compile("/saya/usaha/[0-9]+$"))

    visitor.complaints = [one for one in visitor.complaints if "40" not in one]  # 400 and 401
    assert problems == []
    assert kept == "Kopi Bu Sari Lestari"
    expect(page.locator("h1")).to_have_text("Kopi Bu Sari Lestari")


def _size(request: Any) -> int:
    sizes = request.sizes()
    return int(sizes["responseBodySize"]) + int(sizes["responseHeadersSize"])


def test_a_photo_too_large_to_send_is_made_small_on_the_phone(visit: Any, tmp_path: Path) -> None:
    picture = tmp_path / "besar.png"
    noise = Image.frombytes("RGB", (2400, 1800), os.urandom(2400 * 1800 * 3))
    noise.save(picture)  # noise does not shrink: 13 MB, more than the server takes
    owner = visit(viewport=PHONE)
    page: Page = owner.sign_in(OWNER)
    add_business(page, owner.address, "Keripik Foto Besar")

    page.get_by_role("link", name="Tambah produk").click()
    page.locator("[name=photo]").set_input_files(str(picture))
    chosen, patience = page.locator("[name=photo]"), time.monotonic() + 20
    while chosen.evaluate("(one) => one.files[0].size") > 4e6 and time.monotonic() < patience:
        page.wait_for_timeout(100)
    page.get_by_label("Produk", exact=True).fill("Keripik pisang kepok")
    page.get_by_role("button", name="Simpan").click()
    page.wait_for_url(re.compile("/saya/usaha/[0-9]+(#|$)"))

    assert picture.stat().st_size > 8 * 1024 * 1024
    photo = page.locator("main img").first
    photo.scroll_into_view_if_needed()
    expect(photo).to_have_js_property("complete", value=True)
    assert photo.evaluate("(one) => one.naturalWidth") > 0
