"""Three students join on their phones, work, help a business, and prove it with a certificate."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from gernas.core.clock import now, to_local
from tests.browser.conftest import LAPTOP, PHONE
from tests.browser.test_youth_shifts import add_shift, find_shift

COORDINATOR = "koordinator@contoh.id"
OFFICE = "/kelola/contoh/lampung/pemuda"
LINK = re.compile(r"/(wali|pemuda/tukar|pendampingan)/[\w-]+")
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def sign_up(visitor: Any, name: str, *, born: str, phone: str) -> Page:
    """Sign up as a stranger on a phone; one lands on one's own page."""
    page: Page = visitor.open("/pemuda")
    page.get_by_role("link", name=re.compile("Lampung")).first.click()
    page.get_by_role("link", name="Daftar", exact=True).click()
    page.get_by_label("Nama lengkap").fill(name)
    page.get_by_label("Tanggal lahir").fill(born)
    page.get_by_label("Kota atau kabupaten").fill("Kota Metro")
    page.get_by_label("Telepon atau WhatsApp").fill(phone)
    page.locator("[name=show_name]").check()
    page.get_by_role("button", name="Daftar").click()
    expect(page.locator(".g-errors")).to_contain_text("Tanpa persetujuan Anda")
    expect(page.get_by_label("Nama lengkap")).to_have_value(name)  # nothing is lost
    visitor.complaints.clear()  # the browser tells of the 422
    page.locator("[name=helps_businesses]").check()
    page.locator("[name=take_part]").check()
    page.get_by_role("button", name="Daftar").click()
    page.wait_for_url("**/pemuda/saya/*")
    return page


def find_link(page: Page) -> str:
    expect(page.locator("main")).to_contain_text(LINK)
    found = LINK.search(page.locator("main").inner_text())
    assert found is not None
    return found[0]


def find_code(page: Page) -> str:
    found = CODE.search(page.locator("main").inner_text())
    assert found is not None
    return found[0]


def test_a_student_of_seventeen_takes_a_shift_once_the_mother_agreed_and_was_called(
    visit: Any,
) -> None:
    office, phone, mothers = visit(viewport=LAPTOP), visit(viewport=PHONE), visit(viewport=PHONE)
    born = f"01/02/{to_local(now(), 'Asia/Jakarta').year - 17}"
    desk: Page = office.sign_in(COORDINATOR)
    office.open(f"{OFFICE}/jaga")
    add_shift(desk, "Jaga meja siswa", places=2, starts="09:30")
    page = sign_up(phone, "Sekar Siswa", born=born, phone="0812 7000 1701")
    home = page.url.removeprefix(phone.address)
    phone.open(f"{home}/jaga")
    expect(page.get_by_role("button", name="Ambil")).to_have_count(0)

    phone.open(home)
    page.get_by_role("link", name="Cantumkan orang tua").click()
    page.get_by_label(re.compile("^Nama orang tua")).fill("Ibu Wati")
    page.locator("[name=relation][value=mother]").check()
    page.get_by_label(re.compile("^Telepon")).fill("0813 7000 1701")
    page.get_by_role("button", name="Buat tautan").click()
    mother: Page = mothers.open(find_link(page))
    expect(mother.locator("main")).to_contain_text("Paling lama 4 jam sehari")
    mother.get_by_role("button", name="Ya, saya setuju").click()
    expect(mother.locator("main")).to_contain_text("Anda setuju pada")
    office.open(f"{OFFICE}/anggota?q=Sekar+Siswa")
    desk.locator("tbody th a").first.click()
    desk.get_by_role("button", name="Sudah ditelepon: setuju").click()
    phone.open(f"{home}/jaga")
    find_shift(page, "Jaga meja siswa").get_by_role("button", name="Ambil").click()

    expect(page.get_by_role("status").first).to_contain_text("menjadi tugas Anda")
    mother.reload()
    mother.get_by_role("button", name="Tarik persetujuan saya").click()
    phone.open(home)
    expect(find_shift(page, "Jaga meja siswa")).to_have_count(0)  # no consent, no shift


def test_a_place_is_handed_to_a_friend_by_a_link(visit: Any) -> None:
    office, one, other = visit(viewport=LAPTOP), visit(viewport=PHONE), visit(viewport=PHONE)
    desk: Page = office.sign_in(COORDINATOR)
    office.open(f"{OFFICE}/jaga")
    add_shift(desk, "Jaga meja titipan", places=1, starts="08:30")
    giver = sign_up(one, "Rani Pemberi", born="01/02/2005", phone="0812 7000 1702")
    taker = sign_up(other, "Dian Penerima", born="01/02/2004", phone="0812 7000 1703")
    homes = [page.url.removeprefix(one.address) for page in (giver, taker)]

    one.open(f"{homes[0]}/jaga")
    find_shift(giver, "Jaga meja titipan").get_by_role("button", name="Ambil").click()
    one.open(homes[0])
    find_shift(giver, "Jaga meja titipan").get_by_role("link").first.click()
    giver.get_by_role("button", name="Minta").click()
    other.open(find_link(giver))
    taker.get_by_role("button", name=re.compile("^Ambil")).first.click()

    other.open(homes[1])
    expect(find_shift(taker, "Jaga meja titipan")).to_contain_text("Anda punya tempat")
    one.open(homes[0])
    expect(find_shift(giver, "Jaga meja titipan")).to_have_count(0)


def test_hours_help_and_certificate_from_the_desk_to_a_strangers_phone(
    visit: Any, tmp_path: Path
) -> None:
    office, phone = visit(viewport=LAPTOP, accept_downloads=True), visit(viewport=PHONE)
    owners, strangers = visit(viewport=PHONE), visit(viewport=PHONE)
    desk: Page = office.sign_in(COORDINATOR)
    name = "Tia Tangguh"
    page = sign_up(phone, name, born="01/02/2003", phone="0812 7000 1704")
    home = page.url.removeprefix(phone.address)

    _put_in_today(office, desk, name)
    desk.get_by_role("link", name="Catat datang dan pulang").click()
    desk.get_by_label("Kode anggota").fill(find_code(page))
    desk.get_by_role("button", name="Catat", exact=True).click()
    expect(desk.locator("main")).to_contain_text("1 dari 1 sudah datang")
    _start_help(office, desk, name)
    phone.open(home)
    _report_qris(page)
    owner: Page = owners.open(_find_owner_link(desk))
    owner.get_by_role("button", name=re.compile("^Ya")).first.click()
    office.open(f"{OFFICE}/sertifikat")
    desk.get_by_text("Terbitkan satu secara manual").click()
    desk.locator("[name=kode]").fill(find_code(phone.open(home)))
    desk.get_by_role("button", name=re.compile("^Terbitkan")).last.click()
    row = desk.get_by_role("row").filter(has_text=name)
    code = row.get_by_role("link").first.inner_text()
    with desk.expect_download() as paper:
        row.get_by_role("link", name="PDF").click()
    with desk.expect_download() as hours:
        office.open(f"{OFFICE}/jam")
        desk.get_by_role("link", name="Lembar kerja").click()

    stranger: Page = strangers.open("/sertifikat")
    stranger.get_by_role("textbox").first.fill(code.lower().replace("-", " "))
    stranger.locator("main").get_by_role("button").first.click()
    expect(stranger.locator("main")).to_contain_text(name)
    expect(stranger.locator("main")).to_contain_text("QRIS")
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF")
    file = tmp_path / "jam.xlsx"
    hours.value.save_as(file)
    rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    assert any(name in map(str, row) for row in rows)


def _put_in_today(office: Any, desk: Page, name: str) -> None:
    """A shift that began two hours ago, with the member in it."""
    begins = to_local(now(), "Asia/Jakarta") - timedelta(hours=2)
    office.open(f"{OFFICE}/jaga")
    desk.get_by_role("link", name="Tambah tugas").first.click()
    choices = desk.get_by_label("Acara").locator("option").all_inner_texts()
    mentoring = next(one for one in choices if one.startswith("Pendampingan"))
    desk.get_by_label("Acara").select_option(label=mentoring)
    desk.get_by_label("Nama tugas").fill("Meja hari ini")
    desk.get_by_label("Hari", exact=True).fill(begins.date().isoformat())
    desk.get_by_label("Dari jam").fill(f"{begins:%H:%M}")
    desk.get_by_label("Sampai jam").fill(f"{begins + timedelta(hours=3):%H:%M}")
    desk.get_by_label("Meja pendaftaran").first.fill("2")
    desk.get_by_role("button", name="Tambah dan buka bagi anggota").click()
    people = desk.get_by_label("Anggota", exact=True)
    label = next(one for one in people.locator("option").all_inner_texts() if name in one)
    people.select_option(label=label)
    desk.get_by_role("button", name="Masukkan").click()
    expect(desk.get_by_role("row").filter(has_text=name)).to_be_visible()


def _start_help(office: Any, desk: Page, name: str) -> None:
    """Let the member help the first business of the list."""
    office.open(f"{OFFICE}/pendampingan/mulai")
    desk.locator("[name=business_id]").select_option(index=1)
    first = desk.locator("[name=first_id]")
    label = next(one for one in first.locator("option").all_inner_texts() if name in one)
    first.select_option(label=label)
    desk.get_by_role("button", name="Mulai").click()
    expect(desk.locator("main")).to_contain_text(name)


def _report_qris(page: Page) -> None:
    """Report with a link as evidence; it waits for the owner."""
    page.locator("a[href*='/pendampingan/']").first.click()
    page.get_by_role("link", name="Laporkan hasil").click()
    page.locator("[name=kind]").select_option("qris")
    page.locator("[name=evidence_url]").fill("https://contoh.id/bukti/qris")
    page.get_by_role("button", name=re.compile("^(Kirim|Laporkan)")).click()
    expect(page.locator("main")).to_contain_text("Menunggu konfirmasi")


def _find_owner_link(desk: Page) -> str:
    found = re.search(r"/pendampingan/[\w-]{20,}", desk.content())
    assert found is not None
    return found[0]
