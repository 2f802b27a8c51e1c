"""What people come for, done as they do it."""

import re
from typing import Any
from urllib.request import urlopen

from icalendar import Calendar

from tests.browser.conftest import PHONE


def read_feed(address: str) -> dict[str, tuple[int, str, str]]:
    """UID to SEQUENCE, state and title of every entry of a feed."""
    with urlopen(address, timeout=10) as answer:  # noqa: S310 - our own address
        calendar = Calendar.from_ical(answer.read())
    return {
        str(event["UID"]): (
            int(str(event["SEQUENCE"])),
            str(event["STATUS"]),
            str(event["SUMMARY"]),
        )
        for event in calendar.events
    }


def test_someone_finds_lampungs_kick_off_on_a_phone_without_javascript(visit: Any) -> None:
    page = visit(viewport=PHONE, java_script_enabled=False).open("/")

    page.get_by_role("link", name="Gernas BBI 2022").first.click()
    page.get_by_role("link", name="Lampung", exact=True).last.click()
    page.get_by_role("link", name=re.compile("Kick Off Gernas BBI Lampung")).first.click()

    assert page.locator("h1").inner_text().startswith("Kick Off Gernas BBI Lampung")
    assert page.locator("time").first.get_attribute("datetime") == "2022-03-17"
    assert "Mahan Agung" in page.locator("main").inner_text() + page.locator("header").inner_text()


def test_someone_searches_and_filters_without_javascript(visit: Any) -> None:
    page = visit(viewport=PHONE, java_script_enabled=False).open("/acara?waktu=semua")

    page.get_by_role("searchbox").fill("kopi papua")
    page.get_by_role("searchbox").press("Enter")

    assert "Festival Kopi Papua" in page.locator("main").inner_text()
    assert "Lagawi" not in page.locator("main ol").first.inner_text()


def test_an_organizer_postpones_and_calendars_follow(visit: Any, address: str) -> None:
    feed = f"{address}/kalender/contoh/lampung.ics"
    before = read_feed(feed)
    office = visit()
    page = office.sign_in("lampung@contoh.id")

    page.goto(f"{address}/kelola/contoh/lampung/acara")
    page.get_by_role("link", name=re.compile("Harvesting BBI Lagawi Fest")).first.click()
    page.get_by_text("Lainnya", exact=True).first.click()
    page.get_by_role("link", name=re.compile("^Tunda")).first.click()
    page.get_by_text(re.compile("Belum. Tanggal lama")).click()
    page.get_by_label(re.compile("alasan", re.IGNORECASE)).first.fill("Menunggu kapal ke pulau")
    page.get_by_role("button", name=re.compile("^tunda", re.IGNORECASE)).last.click()
    page.wait_for_load_state()
    after = read_feed(feed)

    changed = {uid: after[uid] for uid in before if after.get(uid) != before[uid]}
    assert len(changed) == 5  # the event and the four parts of its agenda
    for uid, (sequence, status, title) in changed.items():
        assert "Harvesting BBI Lagawi Fest" in title
        assert (status, title.startswith("[DITUNDA] ")) == ("TENTATIVE", True)
        assert sequence == before[uid][0] + 1


def test_the_kept_page_changes_with_the_event(visit: Any, address: str) -> None:
    public = visit()
    office = visit()
    page = office.sign_in("lampung@contoh.id")
    page.goto(f"{address}/kelola/contoh/lampung/ubah")
    theme = page.get_by_label(re.compile("^Tema", re.IGNORECASE)).first
    theme.fill("Lagawi Fest yang baru")
    before = public.open("/kampanye/contoh/lampung").locator("body").inner_text()

    page.get_by_role("button", name="Simpan").first.click()
    page.wait_for_load_state()

    after = public.open("/kampanye/contoh/lampung").locator("body").inner_text()
    assert "Lagawi Fest yang baru" not in before
    assert "Lagawi Fest yang baru" in after


def test_signing_out_ends_the_session(visit: Any, address: str) -> None:
    """ASVS 7.4.1, 7.4.4."""
    visitor = visit()
    page = visitor.sign_in("panitia@contoh.id")
    cookies = visitor.context.cookies()
    page.goto(f"{address}/saya")

    page.locator("details.g-user summary").click()
    page.get_by_role("button", name="Keluar").first.click()
    page.wait_for_load_state()
    visitor.context.add_cookies(cookies)
    answer = page.goto(f"{address}/kelola")

    assert "/masuk" in page.url
    assert answer is not None


def test_the_way_through_a_page_by_keyboard(visit: Any) -> None:
    page = visit().open("/")

    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = page.evaluate("document.querySelector('main').contains(document.activeElement)")

    assert (skip, inside) == ("#isi", True)


def test_a_public_page_keeps_no_cookie(visit: Any) -> None:
    """ASVS 14.3.3."""
    visitor = visit()
    for path in ("/", "/acara", "/kampanye/contoh/lampung", "/kalender"):
        visitor.open(path)

    assert visitor.context.cookies() == []
    assert visitor.page.evaluate("Object.keys(localStorage).length") == 0
