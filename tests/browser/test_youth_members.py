"""A girl of 17 signs up on a phone, her mother agrees by the link, the coordinator calls."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gernas.core.clock import now
from tests.browser.conftest import PHONE
from tests.browser.test_access import look

PROGRAMME = "/pemuda/lampung"
OFFICE = "/kelola/contoh/lampung/pemuda"
BORN = f"01/01/{now().year - 17}"
LOOKED_AT = (PROGRAMME, f"{PROGRAMME}/daftar", "/pemuda")


def sign_up(page: Page, name: str, number: str) -> None:
    page.get_by_role("link", name="Daftar", exact=True).click()
    page.get_by_label("Nama lengkap").fill(name)
    page.get_by_label("Tanggal lahir").fill(BORN)
    page.get_by_label("Kota atau kabupaten").fill("Kota Metro")
    page.get_by_label("Telepon atau WhatsApp").fill(number)
    page.get_by_label("Fotografi").check()
    page.get_by_role("button", name="Daftar").click()
    expect(page.get_by_role("alert")).to_contain_text("Tanpa persetujuan Anda")
    expect(page.get_by_label("Nama lengkap")).to_have_value(name)
    page.get_by_label("Saya mau ikut").check()
    page.get_by_role("button", name="Daftar").click()
    expect(page.get_by_text("Anda terdaftar.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_from_signing_up_to_the_guardians_word(visit: Any, script: bool) -> None:
    name, tail = f"Dewi Uji {'Satu' if script else 'Dua'}", "11" if script else "22"
    young = visit(viewport=PHONE, java_script_enabled=script)
    page: Page = young.open(PROGRAMME)
    sign_up(page, name, f"0813 7777 00{tail}")
    young.complaints.clear()  # of the form that was not taken at first
    page.get_by_role("link", name="Cantumkan orang tua atau wali Anda").click()
    page.get_by_label("Nama orang tua atau wali Anda").fill("Ibu Ratna")
    page.get_by_label("Ibu", exact=True).check()
    page.get_by_label(re.compile("^Telepon atau WhatsApp beliau")).fill(f"0813 8888 00{tail}")
    page.get_by_role("button", name="Buat tautan").click()
    expect(page.get_by_alt_text("Kode QR tautan untuk orang tua atau wali Anda")).to_be_visible()
    link = page.get_by_text(re.compile("/wali/")).inner_text()

    mother = visit(viewport=PHONE, java_script_enabled=script)
    answer: Page = mother.page
    answer.goto(link)
    expect(answer.get_by_text(f"{name} berumur 17 tahun")).to_be_visible()
    answer.get_by_role("button", name="Ya, saya setuju").click()
    expect(answer.get_by_text("Anda setuju pada")).to_be_visible()
    page.reload()
    expect(page.get_by_text("koordinator masih harus menelepon beliau")).to_be_visible()

    office = visit(java_script_enabled=script)
    desk: Page = office.sign_in("koordinator@contoh.id")
    office.open(f"{OFFICE}/anggota?wali=telepon")
    desk.get_by_role("link", name=name).click()
    desk.get_by_label(re.compile("^Catatan")).first.fill("Ibunya sendiri yang menjawab")
    desk.get_by_role("button", name="Sudah ditelepon: setuju").click()
    expect(desk.get_by_text("Telepon dicatat.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("koordinator sudah memastikannya lewat telepon")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_members_are_open_to_everyone(visit: Any, scheme: str) -> None:
    visitor = visit(viewport=PHONE, color_scheme=scheme, bypass_csp=True)
    problems = [one for path in LOOKED_AT for one in look(visitor.open(path), path)]
    visitor.sign_in("alya@contoh.id")
    own = [f"/saya/pemuda{tail}" for tail in ("", "/data", "/persetujuan", "/keinginan", "/hapus")]
    problems += [one for path in own for one in look(visitor.open(path), path)]

    assert problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_office_pages_of_members_are_open_to_everyone(visit: Any, scheme: str) -> None:
    visitor = visit(color_scheme=scheme, bypass_csp=True)
    visitor.sign_in("koordinator@contoh.id")
    page: Page = visitor.open(f"{OFFICE}/anggota?wali=ditanya")
    page.get_by_role("link", name="Contoh").first.click()
    problems = look(page, "a member")
    tails = ("", "/ubah", "/peran", "/peran/tambah", "/anggota", "/anggota/tambah", "/organisasi")
    problems += [one for tail in tails for one in look(visitor.open(OFFICE + tail), tail)]
    problems += look(visitor.open("/kelola/pemuda"), "/kelola/pemuda")
    visitor.page.set_viewport_size(PHONE)
    problems += [one for tail in tails for one in look(visitor.open(OFFICE + tail), f"{tail} 360")]

    assert problems == []
