"""A coordinator fills a shift from the office; a young person waits, moves up and takes others."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gernas.core.clock import now
from tests.browser.conftest import LAPTOP, PHONE
from tests.browser.test_access import look

COORDINATOR, YOUNG = "koordinator@contoh.id", "alya@contoh.id"
OFFICE = "/kelola/contoh/lampung/pemuda/jaga"
DAY = (now() + timedelta(days=45)).date()


def add_shift(page: Page, title: str, *, places: int, starts: str = "09:00") -> None:
    """Add a shift to the last event in the list, in the first role that asks for nothing."""
    page.get_by_role("link", name="Tambah tugas").first.click()
    page.get_by_label("Acara").select_option(index=1)
    page.get_by_label("Nama tugas").fill(title)
    page.get_by_label("Hari", exact=True).fill(DAY.isoformat())
    page.get_by_label("Dari jam").fill(starts)
    page.get_by_label("Sampai jam").fill("12:00")
    page.get_by_label("Tempat berkumpul").fill("Gerbang timur")
    page.get_by_label("Meja pendaftaran").first.fill(str(places))
    page.get_by_role("button", name="Tambah dan buka bagi anggota").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def find_shift(page: Page, title: str) -> Any:
    return page.get_by_role("listitem").filter(
        has=page.get_by_role("heading", name=title, exact=True)
    )


@pytest.mark.parametrize("script", [True, False])
def test_a_young_person_waits_and_moves_up_when_the_coordinator_takes_somebody_off(
    visit: Any, script: bool
) -> None:
    office = visit(viewport=LAPTOP)
    phone = visit(viewport=PHONE, java_script_enabled=script)
    desk: Page = office.sign_in(COORDINATOR)
    title = f"Meja uji {'dengan' if script else 'tanpa'} skrip"
    office.open(OFFICE)
    add_shift(desk, title, places=1, starts="09:00" if script else "10:00")

    desk.get_by_label("Anggota", exact=True).select_option(index=1)  # the first is Alya
    desk.get_by_role("button", name="Masukkan").click()
    expect(desk.get_by_role("status").first).to_contain_text("sekarang punya tempat")
    page: Page = phone.sign_in(YOUNG)
    phone.open("/saya/pemuda/jaga")
    find_shift(page, title).get_by_role("button", name="Masuk daftar tunggu").click()
    expect(page.get_by_role("status").first).to_contain_text("Anda masuk daftar tunggu")
    phone.open("/saya/pemuda")
    expect(find_shift(page, title)).to_contain_text("giliran Anda berikutnya")

    desk.get_by_label(re.compile("^Alasan")).first.fill("Pindah ke meja lain")
    desk.get_by_role("button", name="Keluarkan").first.click()
    expect(desk.get_by_role("row").filter(has_text="Alya")).to_contain_text("naik dari daftar")

    phone.open("/saya/pemuda")
    expect(find_shift(page, title)).to_contain_text("Anda punya tempat")
    find_shift(page, title).get_by_role("link", name=title).click()
    page.get_by_role("button", name="Minta").click()
    expect(page.locator("code")).to_contain_text("/pemuda/tukar/")
    page.get_by_role("button", name="Tarik permintaan").click()
    page.get_by_role("button", name="Lepas").click()
    expect(page.get_by_role("status").first).to_contain_text("sudah Anda lepas")


def test_a_tap_takes_a_place_and_another_one_undoes_it(visit: Any) -> None:
    office, phone = visit(viewport=LAPTOP), visit(viewport=PHONE, has_touch=True)
    desk = office.sign_in(COORDINATOR)
    office.open(OFFICE)
    add_shift(desk, "Meja ketuk", places=3, starts="11:00")
    page: Page = phone.sign_in(YOUNG)
    phone.open("/saya/pemuda/jaga")

    find_shift(page, "Meja ketuk").get_by_role("button", name="Ambil").tap()

    toast = page.get_by_role("status").first
    expect(toast).to_contain_text("“Meja ketuk” menjadi tugas Anda.")
    expect(find_shift(page, "Meja ketuk")).to_have_count(0)
    toast.get_by_role("button", name="Urungkan").tap()
    expect(page.get_by_role("status").first).to_contain_text("sudah Anda lepas")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_shifts_can_be_read_by_everyone(visit: Any, scheme: str) -> None:
    office = visit(viewport=LAPTOP, color_scheme=scheme, bypass_csp=True)
    phone = visit(viewport=PHONE, color_scheme=scheme, bypass_csp=True)
    desk, page = office.sign_in(COORDINATOR), phone.sign_in(YOUNG)
    office.open(OFFICE)
    first = desk.locator("tbody th a").first.get_attribute("href")
    assert first is not None
    problems = []

    for path in (OFFICE, first, f"{first}/ubah", f"{first}/batal", f"{first}/salin"):
        office.open(path)
        problems += look(desk, path)
    for path in ("/saya/pemuda", "/saya/pemuda/jaga"):
        phone.open(path)
        problems += look(page, path)

    assert problems == []


def test_the_part_that_is_open_is_in_sight_on_a_phone(visit: Any) -> None:
    phone = visit(viewport=PHONE)
    page: Page = phone.sign_in(COORDINATOR)
    phone.open(OFFICE.replace("jaga", "laporan"))

    expect(page.locator(".g-tabs [aria-current]")).to_be_in_viewport(ratio=0.95)
