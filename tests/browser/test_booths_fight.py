"""Two exhibitors fight for a booth; an organizer lets the others have theirs by a proposal."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE
from tests.browser.test_access import look
from tests.browser.test_apply import CHOICES, LISTS, TEXTS, go_on
from tests.browser.test_booths_day import ORGANIZER, find_plan

HALF_MINUTE = 30
CALL = "/daftar/stan-umkm-contoh"
MORE = {"power": "2", "cooks_on_site": "no", "joins_training": "yes"}


def answer(page: Page, name: str) -> None:
    """Fill in whatever the page asks for, as the business of this name."""
    typed = {**TEXTS, "business_name": name, "email": "", "nib": "", "helpers": "2"}
    chosen = {**CHOICES, **MORE}
    for asked in page.locator("input[name=asked]").all():
        key = asked.get_attribute("value") or ""
        field = f"[name=f-{key}]"
        if key in typed:
            page.locator(field).fill(typed[key])
        elif key in chosen:
            page.locator(f'{field}[value="{chosen[key]}"]').check()
        elif key in LISTS:
            page.locator(field).select_option(LISTS[key])


def apply(visitor: Any, name: str) -> str:
    """Send an application, which has its place at once; the page on which to choose a booth."""
    page = visitor.open(CALL)
    page.get_by_role("link", name="Daftar sekarang").click()
    page.locator("[data-main]").wait_for()
    for _ in range(20):
        if page.url.endswith("/periksa"):
            break
        answer(page, name)
        go_on(page)
    page.get_by_role("button", name="Kirim pendaftaran saya").click()
    page.wait_for_url("**/terkirim", timeout=60_000)
    link = page.locator("[data-copy]").get_attribute("data-copy")
    assert link is not None
    return re.sub(r"^https?://[^/]+", "", link) + "/stan"


def booth(page: Page, label: str | None) -> Any:
    return page.locator("svg [data-booth]", has_text=label)


def count_seconds(page: Page, address: str) -> int:
    """How long the held booth is kept, asked without a page that says that it came back."""
    found = re.search(r'data-left="([0-9]+)"', page.request.get(address).text())
    assert found
    return int(found[1])


def leave_and_come_back(page: Page) -> None:
    """Who leaves the plan has half a minute, and the whole time again after coming back."""
    clock, address = page.locator("[data-clock]"), page.url
    runs = re.compile("^1[34]:[0-9]{2}$")
    expect(clock).to_have_text(runs)
    page.goto(re.sub("/pendaftaran/.*", "/", address))
    for _ in range(50):  # The browser sends it by the way, for nobody to wait for.
        if count_seconds(page, address) <= HALF_MINUTE:
            break
        page.wait_for_timeout(200)
    left = count_seconds(page, address)
    page.goto(address)

    assert 0 < left <= HALF_MINUTE
    expect(clock).to_have_text(runs)


def test_two_fight_for_a_booth_and_the_later_is_offered_the_nearest(visit: Any) -> None:
    windows = [visit(viewport=PHONE, has_touch=True), visit(viewport=LAPTOP)]
    pages = [
        window.open(apply(window, f"Keripik Berebut {number}"))
        for number, window in enumerate(windows)
    ]
    first, second = pages
    wanted = first.locator("a.is-free[data-booth] text").nth(2).text_content()
    expect(booth(second, wanted)).to_have_class(re.compile("is-free"))

    booth(first, wanted).scroll_into_view_if_needed()
    booth(first, wanted).tap()
    expect(first.get_by_text(f"Stan {wanted} untuk Anda")).to_be_visible()
    booth(second, wanted).focus()  # by keyboard, before its plan has heard of it
    second.keyboard.press("Enter")

    told = second.locator("[data-told]")
    expect(told).to_contain_text(f"Stan {wanted} sudah diambil orang lain.")
    nearest = told.get_by_role("button").first
    other = nearest.inner_text().split()[-1]
    expect(booth(second, wanted)).to_have_class(re.compile("is-held"))  # as its plan learns
    nearest.click()
    expect(second.get_by_text(f"Stan {other} untuk Anda")).to_be_visible()
    expect(second.locator("[data-clock]")).to_have_text(re.compile("^1[45]:[0-9]{2}$"))
    assert look(second, "the clock of a hold") == []
    leave_and_come_back(second)
    for page, label in zip(pages, (wanted, other), strict=True):
        page.get_by_role("button", name=f"Ambil stan {label}").click()
        expect(page.get_by_text(f"Stan {label} milik Anda.").first).to_be_visible()

    second.get_by_role("link", name="Semua tentang stan saya").click()
    expect(second.get_by_role("heading", level=1)).to_have_text(f"Stan Anda: {other}")
    assert look(second, "the sheet") == []
    windows[1].open(second.url.removeprefix(windows[1].address).removesuffix("/lembar"))
    second.get_by_role("button", name=f"Kembalikan stan {other}").click()
    expect(second.get_by_text(f"Anda mengembalikan stan {other}.")).to_be_visible()
    expect(booth(first, other)).to_have_class(re.compile("is-other|is-free"), timeout=15_000)


def drag(page: Page, what: Any, to: Any) -> None:
    """Carry something with the mouse from its middle to the middle of something else."""
    start, end = what.bounding_box(), to.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=8)
    page.mouse.up()


def test_an_organizer_drags_a_name_onto_a_booth_and_swaps_two(visit: Any) -> None:
    organizer = visit()
    page: Page = organizer.sign_in(ORGANIZER)
    path = find_plan(page, organizer.address)
    organizer.open(f"/kelola{path}/stan")
    one = page.locator("[data-waiting] a").first
    free = page.locator("svg .is-free[data-booth]").first
    name, label = one.inner_text(), free.locator("text").first.text_content()

    drag(page, one, free)
    given = booth(page, label)
    expect(given).to_have_class(re.compile("is-taken"))
    expect(given.locator(".mark")).to_have_text(re.compile(f"^{name[:6]}"))
    expect(page.locator("[data-waiting]")).not_to_contain_text(name)
    page.get_by_role("button", name=re.compile("langkah terakhir")).click()
    expect(page.locator("[data-waiting]")).to_contain_text(name)  # the booth is free for others
    marks = [booth(page, each).locator(".mark").text_content() for each in ("D07", "D08")]
    drag(page, booth(page, "D07"), booth(page, "D08"))
    expect(booth(page, "D07").locator(".mark")).to_have_text(marks[1])
    expect(booth(page, "D08").locator(".mark")).to_have_text(marks[0])
    page.get_by_role("button", name=re.compile("langkah terakhir")).click()
    expect(booth(page, "D07").locator(".mark")).to_have_text(marks[0])


def test_an_organizer_lets_all_others_have_booths_by_a_proposal(visit: Any) -> None:
    organizer = visit()
    page: Page = organizer.sign_in(ORGANIZER)
    path = find_plan(page, organizer.address)
    organizer.open(f"/kelola{path}/usulan")
    page.get_by_role("button", name="Susun usulan").click()

    accept = page.get_by_role("button", name=re.compile("^(Terima|Pakai)"))
    expect(accept.first).to_be_visible(timeout=90_000)  # the worker's, which the page waits for
    proposed = page.get_by_role("row", name=re.compile("^Lada Angin Jaya Contoh"))
    given = re.search(r"\b[A-D][0-9]{2}\b", proposed.inner_text())
    assert given
    assert look(page, "the proposal") == []
    exhibitors = organizer.open(f"{path}").locator(".g-exhibitors")
    expect(exhibitors.get_by_text("Lada Angin Jaya Contoh")).to_have_count(0)  # nothing changed
    page.go_back()
    accept.first.click()

    exhibitors = organizer.open(f"{path}").locator(".g-exhibitors")
    row = exhibitors.get_by_role("listitem").filter(has_text="Lada Angin Jaya Contoh")
    expect(row).to_contain_text(given[0])
