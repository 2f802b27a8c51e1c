"""An UMKM owner in Lampung applies on a cheap phone, with and without script and signal."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import CDPSession, Page

from tests.browser.conftest import PHONE
from tests.browser.test_access import look

CALL = "/daftar/penjaringan-ikm-contoh"
SLOW_3G = {"latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
FAST = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
NO_SIGNAL = re.compile("ERR_INTERNET_DISCONNECTED|Failed to fetch")

TEXTS = {
    "business_name": "Keripik Bu Siti",
    "owner_name": "Siti Aminah",
    "city": "Bandar Lampung",
    "address": "Jl. Pagar Alam 12",
    "whatsapp": "0812 3456 7890",
    "email": "siti.keripik@contoh.id",
    "product": "Keripik pisang kepok",
    "price": "25.000",
    "per_month": "400",
    "sales_last_month": "3,5 juta",
    "goal": "Terjual di tiga kota, dengan kemasan yang tahan lama.",
}
CHOICES = {
    "kind": "umkm",
    "size_class": "micro",
    "in_production": "over_three",
    "certificates": "halal",
    "sells_online": "chat",
    "needs": "packaging",
    "reports_sales": "yes",
    "agree_application": "yes",
}
LISTS = {"sector": "food", "province": "ID-LA"}


def photos(folder: Path, count: int = 3, size: tuple[int, int] = (2400, 1800)) -> list[str]:
    """Photos as a phone takes them: large, and hard to pack."""
    paths = []
    for number in range(count):
        small = Image.effect_noise((size[0] // 9, size[1] // 9), 70)
        path = folder / f"produk{number + 1}.jpg"
        small.resize(size).convert("RGB").save(path, "JPEG", quality=90)
        paths.append(str(path))
    return paths


def answer(page: Page) -> None:
    """Fill in whatever the page asks for."""
    for asked in page.locator("input[name=asked]").all():
        key = asked.get_attribute("value") or ""
        field = f"[name=f-{key}]"
        if key in TEXTS:
            page.locator(field).fill(TEXTS[key])
        elif key in CHOICES:
            page.locator(f'{field}[value="{CHOICES[key]}"]').check()
        elif key in LISTS:
            page.locator(field).select_option(LISTS[key])


def go_on(page: Page) -> None:
    """Press the button and wait for the next page."""
    before = page.url
    page.locator("[data-main]").click()
    page.wait_for_url(lambda url: url != before, timeout=60_000)


def walk(page: Page, at_photos: Callable[[], None]) -> None:
    """Answer page after page until all answers are shown together."""
    for _ in range(30):
        if page.url.endswith("/periksa"):
            return
        answer(page)
        if page.locator("#f-photos").count():
            at_photos()
        go_on(page)
    raise AssertionError(f"still on {page.url}")


def kept_on_the_phone(page: Page) -> list[Any]:
    """What lies in the browser's own store of unsent answers."""
    found: list[Any] = page.evaluate(
        """async () => {
            const known = await indexedDB.databases();
            if (!known.some((one) => one.name === "gernas-apply")) return [];
            const database = await new Promise((resolve) => {
                const asked = indexedDB.open("gernas-apply");
                asked.onsuccess = () => resolve(asked.result);
            });
            const rows = [];
            for (const store of ["texts", "files"]) {
                rows.push(...await new Promise((resolve) => {
                    const asked = database.transaction(store).objectStore(store).getAll();
                    const tell = (one) => one.value ?? one.name;
                    asked.onsuccess = () => resolve(asked.result.map(tell));
                }));
            }
            database.close();
            return rows;
        }"""
    )
    return found


class Network:
    """The phone's network, slow, and gone when told so."""

    def __init__(self, visitor: Any) -> None:
        self.page = visitor.page
        self.cdp: CDPSession = visitor.context.new_cdp_session(visitor.page)
        self.cdp.send("Network.enable")
        self.speed = SLOW_3G
        self.online()

    def online(self) -> None:
        self.cdp.send("Network.emulateNetworkConditions", {"offline": False, **self.speed})

    def offline(self) -> None:
        self.cdp.send("Network.emulateNetworkConditions", {"offline": True, **self.speed})


def forgive_missing_signal(visitor: Any) -> None:
    """The browser itself notes each request without signal; all else stays a complaint."""
    visitor.complaints = [one for one in visitor.complaints if not NO_SIGNAL.search(one)]


def test_an_owner_applies_on_a_slow_phone_with_three_photos_and_a_lost_signal(
    visit: Any, tmp_path: Path
) -> None:
    visitor = visit(viewport=PHONE)
    page: Page = visitor.open(CALL)
    network = Network(visitor)
    pictures = photos(tmp_path)

    def send_photos() -> None:
        page.locator("#f-photos").set_input_files(pictures)
        page.locator("[data-files] progress").first.wait_for()
        page.wait_for_timeout(1_500)  # some pieces are on their way
        network.offline()
        page.get_by_text("Sinyal hilang. Kami lanjutkan sendiri").wait_for(timeout=90_000)
        network.online()
        page.locator("[data-files] img").nth(2).wait_for(timeout=120_000)

    page.get_by_role("link", name="Daftar sekarang").click()
    page.locator("[data-main]").wait_for()
    answer(page)
    network.offline()
    page.locator("[data-main]").click()
    page.get_by_text("terkirim sendiri begitu sinyal kembali").wait_for()
    network.online()
    page.wait_for_url("**/isi/2", timeout=60_000)
    walk(page, send_photos)
    summary = page.locator("main").inner_text()
    if page.locator("[name=syarat]").count():
        page.locator("[name=syarat]").check()
    page.get_by_role("button", name="Kirim pendaftaran saya").click()
    page.wait_for_url("**/terkirim", timeout=60_000)

    receipt = page.locator("main").inner_text()
    forgive_missing_signal(visitor)
    assert "produk1.jpg, produk2.jpg, produk3.jpg" in summary
    assert "Rp 25.000" in summary.replace("\u00a0", " ")
    assert "Pendaftaran Anda sudah kami terima" in receipt
    assert re.search(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", receipt)
    page.wait_for_timeout(500)
    assert kept_on_the_phone(page) == []


def test_an_owner_applies_without_script(visit: Any, tmp_path: Path) -> None:
    page: Page = visit(viewport=PHONE, java_script_enabled=False).open(CALL)
    pictures = photos(tmp_path, size=(1200, 900))

    page.get_by_role("link", name="Daftar sekarang").click()
    walk(page, lambda: page.locator("#f-photos").set_input_files(pictures))
    if page.locator("[name=syarat]").count():
        page.locator("[name=syarat]").check()
    summary = page.locator("main").inner_text()
    page.get_by_role("button", name="Kirim pendaftaran saya").click()
    page.wait_for_url("**/terkirim")

    assert "produk1.jpg, produk2.jpg, produk3.jpg" in summary
    assert "Pendaftaran Anda sudah kami terima" in page.locator("main").inner_text()


def test_what_was_typed_without_signal_comes_back_and_a_nik_is_never_kept(visit: Any) -> None:
    visitor = visit(viewport=PHONE)
    page: Page = visitor.open(f"{CALL}/isi/1")

    page.locator("[name=f-business_name]").fill("1871 0145 0785 0002")
    page.wait_for_timeout(400)
    with_nik = kept_on_the_phone(page)
    page.locator("[name=f-business_name]").fill("Kopi Pak Budi")
    page.locator("[name=f-kind][value=ikm]").check()
    page.wait_for_timeout(400)
    page.goto(visitor.address + "/daftar")
    page.goto(visitor.address + f"{CALL}/isi/1")
    page.get_by_text("Yang Anda tulis saat sinyal hilang").wait_for()

    assert with_nik == []
    assert page.locator("[name=f-business_name]").input_value() == "Kopi Pak Budi"
    assert page.locator("[name=f-kind][value=ikm]").is_checked()


def test_an_upload_goes_on_after_the_page_was_closed(visit: Any, tmp_path: Path) -> None:
    visitor = visit(viewport=PHONE)
    page: Page = visitor.open(f"{CALL}/isi/1")
    answer(page)
    go_on(page)
    network = Network(visitor)
    page.goto(visitor.address + f"{CALL}/isi/7")

    page.locator("#f-photos").set_input_files(photos(tmp_path, count=1))
    page.get_by_text("Mengirim …").last.wait_for()
    page.wait_for_timeout(1_500)
    page.goto(visitor.address + "/bantuan")
    network.speed = FAST
    network.online()
    page.goto(visitor.address + f"{CALL}/isi/7")
    page.locator("[data-files] img").wait_for(timeout=60_000)

    assert page.locator("[data-files] li").count() == 1
    page.reload()
    assert page.locator("[data-files] li").inner_text().startswith("produk1.jpg")


def test_signing_out_takes_what_was_typed_along(visit: Any) -> None:
    """ASVS 14.3.1."""
    visitor = visit(viewport=PHONE)
    visitor.sign_in("ibu.sari@contoh.id")
    page: Page = visitor.open(f"{CALL}/isi/1")
    page.locator("[name=f-business_name]").fill("Kopi Pak Budi")
    page.wait_for_timeout(400)
    before = kept_on_the_phone(page)

    page.goto(visitor.address + "/saya")
    page.locator("details.g-user summary").click()
    page.get_by_role("button", name="Keluar").first.click()
    page.wait_for_load_state()

    assert before == ["Kopi Pak Budi"]
    assert kept_on_the_phone(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_applying_are_open_to_everyone(
    visit: Any, scheme: str, tmp_path: Path
) -> None:
    visitor = visit(viewport=PHONE, color_scheme=scheme, bypass_csp=True)
    problems = [
        problem
        for path in ("/daftar", "/en/daftar", CALL, f"/en{CALL}")
        for problem in look(visitor.open(path), path)
    ]
    page: Page = visitor.open(f"{CALL}/isi/1")

    def check() -> None:
        problems.extend(look(page, page.url))

    for _ in range(30):
        check()
        if page.url.endswith("/periksa"):
            break
        answer(page)
        if page.locator("#f-photos").count():
            page.locator("#f-photos").set_input_files(photos(tmp_path, count=1, size=(600, 400)))
            page.locator("[data-files] img").wait_for()
            check()
        go_on(page)
    for end in ("nanti", "hapus", "kembali"):
        page.goto(f"{visitor.address}{CALL}/{end}")
        check()
    page.goto(f"{visitor.address}{CALL}/periksa")
    if page.locator("[name=syarat]").count():
        page.locator("[name=syarat]").check()
    page.get_by_role("button", name="Kirim pendaftaran saya").click()
    page.wait_for_url("**/terkirim")
    check()
    link = page.locator("[data-copy]").first.get_attribute("data-copy") or ""
    for path in (link, f"{link}/tarik", f"{visitor.address}{CALL}/perbaiki"):
        page.goto(path)
        check()

    assert problems == []


def test_photos_are_small_when_they_leave_the_phone(visit: Any, tmp_path: Path) -> None:
    visitor = visit(viewport=PHONE)
    page: Page = visitor.open(f"{CALL}/isi/1")
    answer(page)
    go_on(page)
    page.goto(visitor.address + f"{CALL}/isi/7")
    sizes: list[int] = []
    page.on("request", lambda asked: sizes.append(_announced(asked)))
    large = tmp_path / "besar.jpg"
    Image.effect_noise((1500, 1000), 90).resize((6000, 4000)).convert("RGB").save(
        large, "JPEG", quality=97
    )

    page.locator("#f-photos").set_input_files(str(large))
    page.locator("[data-files] img").wait_for(timeout=60_000)

    assert large.stat().st_size > 8_000_000  # more than the server takes
    assert 0 < max(sizes) < 1_500_000


def _announced(asked: Any) -> int:
    """The size that an upload announces, 0 for other requests."""
    found = re.search(r"size=([0-9]+)", asked.post_data or "") if asked.method == "POST" else None
    return int(found[1]) if found else 0
