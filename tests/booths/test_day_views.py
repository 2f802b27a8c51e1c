"""Pages of the day: the exhibitor's sheet, times for loading, papers; and who may open them."""

import io
import zipfile
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from gernas.booths.calendar import keep_plan_calendar
from gernas.booths.loading_queries import list_slots
from gernas.booths.models import Booth, BoothCall, FixtureKind, Hall, LoadingSlot, Plan
from gernas.booths.papers.sheets import Paper
from gernas.booths.services.plans import withdraw_plan
from gernas.calendars.check import check_feed
from gernas.core.database import db, transaction
from gernas.core.permissions import Role, Scope
from gernas.registrations.codes import get_token
from gernas.registrations.models import Registration
from tests.booths.exhibiting import assign, hold, make_booth_call, make_exhibitor
from tests.booths.making import make_booth, make_fixture, make_hall, make_plan, make_zone
from tests.booths.test_loading import book, offer
from tests.conftest import count_queries
from tests.factories import make_event, make_user, sign_in
from tests.registrations.applying import press, read


@dataclass
class World:
    app: Flask
    plan: Plan
    hall: Hall
    terms: BoothCall
    stop: Scope
    office: str  # the address of the plan there

    def exhibit(self, label: str, **answers: Any) -> Registration:
        with self.app.app_context():
            registration = make_exhibitor(self.terms, **answers)
            assign(self.booth(label), registration)
            return registration

    def booth(self, label: str) -> Booth:
        return make_booth(self.hall, label, x_cm=int(label[1:]) * 300, y_cm=600)

    def sheet(self, registration: Registration, more: str = "") -> str:
        with self.app.app_context():
            return f"/en/pendaftaran/{get_token(registration)}/stan/lembar{more}"

    def times(self, registration: Registration) -> str:
        return self.sheet(registration).replace("lembar", "bongkar-muat/masuk")

    def offer(self, plan: Plan | None = None, **more: Any) -> list[LoadingSlot]:
        with self.app.app_context():
            return offer(plan or self.plan, **more)

    def book(self, slot: LoadingSlot, registration: Registration) -> None:
        with self.app.app_context():
            book(slot, registration)

    def slots(self) -> list[LoadingSlot]:
        with self.app.app_context():
            return list(list_slots(self.plan))

    def used(self) -> list[int]:
        return [slot.used for slot in self.slots()]

    def elsewhere(self) -> Plan:
        with self.app.app_context():
            return make_plan(published=True)


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        event = make_event(
            kind="exhibition",
            title="Lagawi Fest",
            starts_on=date(2099, 6, 22),
            ends_on=date(2099, 6, 23),
        )
        plan = make_plan(
            event,
            published=True,
            opens_daily=time(9),
            closes_daily=time(21),
            contact_name="Pak Made",
            contact_phone="+6281234567890",
        )
        hall = make_hall(plan, name="Tenda utama")
        make_zone(plan, code="A", name="Makanan")
        make_fixture(hall, FixtureKind.GATE, label="Gerbang sungai")
        stop = Scope("stop", event.stop_id or 0)
        office = f"/kelola/acara/{event.slug}/denah"
        return World(app, plan, hall, make_booth_call(plan), stop, office)


def organizer(client: FlaskClient, world: World, role: Role = Role.ORGANIZER) -> None:
    with world.app.app_context():
        user = make_user(role, world.stop)
        sign_in(world.app, client, user)


# --- The sheet ------------------------------------------------------------------------------


def test_the_sheet_tells_an_exhibitor_all_about_its_booth(
    client: FlaskClient, world: World
) -> None:
    mine = world.exhibit("A03", business_name="Kopi Way Kanan")
    [slot] = world.offer(ends=time(9))
    world.book(slot, mine)

    page = read(client.get(world.sheet(mine)))

    for words in (
        "Your booth A03",
        "Kopi Way Kanan",
        "Tenda utama",
        "1 table and 2 chairs",
        "Come in through Gerbang sungai.",
        "Pak Made",
        "each day 09:00 – 21:00",
        "Gerbang sungai",
        "under 18 stays out of the hall",
    ):
        assert words in page, words


def test_own_rules_take_the_place_of_the_usual_ones_and_are_no_markup(
    client: FlaskClient, world: World
) -> None:
    with world.app.app_context(), transaction():
        db.session.get_one(Plan, world.plan.id).rules = "- Tanpa *gas*\n- <script>x</script>"
    mine = world.exhibit("A03")

    page = read(client.get(world.sheet(mine)))

    assert "<em>gas</em>" in page
    assert "under 18 stays out" not in page
    assert "<script>x" not in page


def test_without_a_booth_for_good_the_sheet_leads_back(client: FlaskClient, world: World) -> None:
    with world.app.app_context():
        waiting = make_exhibitor(world.terms)
        hold(world.booth("A01"), waiting)

    answer = client.get(world.sheet(waiting))
    no_file = client.get(world.sheet(waiting, ".ics"))

    assert answer.status_code == 303
    assert answer.location.endswith("/stan")
    assert no_file.status_code == 404


def test_a_withdrawn_plan_has_no_sheets(client: FlaskClient, world: World) -> None:
    mine = world.exhibit("A01")
    with world.app.app_context(), transaction():
        withdraw_plan(db.session.get_one(Plan, world.plan.id), by=None)

    assert client.get(world.sheet(mine)).status_code == 303


def test_a_time_is_chosen_moved_and_given_back_without_scripts(
    client: FlaskClient, world: World
) -> None:
    mine = world.exhibit("A01")
    first, second = world.offer()
    sheet, address = world.sheet(mine), world.times(mine)

    press(client, sheet, address, waktu=str(first.id))
    assert world.used() == [1, 0]
    press(client, sheet, address, waktu=str(second.id))
    assert world.used() == [0, 1]
    answer = press(client, sheet, address, waktu="")

    assert world.used() == [0, 0]
    assert (answer.status_code, answer.location.endswith("lembar#waktu")) == (303, True)


def test_a_full_time_is_told_in_words_and_shown_as_full(client: FlaskClient, world: World) -> None:
    mine, other = world.exhibit("A01"), world.exhibit("A02")
    [slot] = world.offer(ends=time(9), capacity=1)
    world.book(slot, other)

    press(client, world.sheet(mine), world.times(mine), waktu=str(slot.id))
    page = read(client.get(world.sheet(mine)))

    assert "is full. Choose another." in page
    assert f'value="{slot.id}" disabled' in page


@pytest.mark.parametrize("typed", ["0", "99999999999", "x", "-1", "2147483648", "foreign"])
def test_a_time_that_is_not_there_is_a_404(client: FlaskClient, world: World, typed: str) -> None:
    mine = world.exhibit("A01")
    world.offer()
    foreign = world.offer(world.elsewhere())[0]
    wanted = str(foreign.id) if typed == "foreign" else typed

    answer = press(client, world.sheet(mine), world.times(mine), waktu=wanted)

    assert answer.status_code == 404


def test_the_calendar_file_holds_days_and_times_and_no_secret(
    client: FlaskClient, world: World
) -> None:
    mine = world.exhibit("A01")
    with world.app.app_context(), transaction():
        keep_plan_calendar(db.session.get_one(Plan, world.plan.id))
    [slot] = world.offer(ends=time(9))
    world.book(slot, mine)

    answer = client.get(world.sheet(mine, ".ics"))

    assert answer.mimetype == "text/calendar"
    assert answer.data.count(b"BEGIN:VEVENT") == 3
    assert world.sheet(mine).split("/")[3].encode() not in answer.data
    assert [one for one in check_feed(answer.data) if not one.is_warning] == []
    assert "no-store" in answer.headers["Cache-Control"]


def test_signed_in_the_owner_sees_the_same_sheet(
    app: Flask, client: FlaskClient, world: World
) -> None:
    mine = world.exhibit("A01", email="siti@contoh.id")
    with app.app_context():
        siti = make_user(email="siti@contoh.id")
        with transaction():
            db.session.get_one(Registration, mine.id).user_id = siti.id
        sign_in(app, client, siti)

    own = client.get(f"/saya/pendaftaran/{mine.code}/stan/lembar")
    foreign = client.get(f"/saya/pendaftaran/{world.exhibit('A02').code}/stan/lembar")

    assert own.status_code == 200
    assert "A01" in own.text
    assert foreign.status_code == 404


# --- The office -----------------------------------------------------------------------------


SERIES = {
    "kind": "load_in",
    "gate": "Gerbang sungai",
    "day": "2099-06-21",
    "starts": "08.00",
    "ends": "10.00",
    "minutes": "60",
    "capacity": "2",
}


def test_an_organizer_offers_times_and_gives_them(client: FlaskClient, world: World) -> None:
    organizer(client, world)
    mine = world.exhibit("A01", business_name="Kopi Way Kanan")
    page = f"{world.office}/bongkar-muat"

    added = press(client, page, page, **SERIES)
    twice = press(client, page, page, **SERIES)
    slots = world.slots()
    given = press(client, page, f"{page}/{slots[0].id}/peserta", peserta=str(mine.id))
    shown = read(client.get(page))
    taken = press(client, page, f"{page}/{slots[0].id}/lepas", peserta=str(mine.id))

    assert [one.status_code for one in (added, twice, given, taken)] == [303, 422, 303, 303]
    assert len(slots) == 2
    assert "Kopi Way Kanan (A01)" in shown
    assert "1/2" in shown
    assert 'value="Gerbang sungai"' in twice.text  # nothing typed is lost
    assert world.used() == [0, 0]


@pytest.mark.parametrize(
    "bad",
    [
        {"minutes": "0"},
        {"capacity": "banyak"},
        {"day": "kemarin"},
        {"starts": "25.00"},
        {"ends": "07.00"},
        {"gate": ""},
        {"kind": "sideways"},
    ],
)
def test_bad_times_are_told_at_their_field(
    client: FlaskClient, world: World, bad: dict[str, str]
) -> None:
    organizer(client, world)
    page = f"{world.office}/bongkar-muat"

    answer = press(client, page, page, **{**SERIES, **bad})

    assert answer.status_code == 422
    assert world.slots() == []


def test_capacity_and_removal_from_the_page(client: FlaskClient, world: World) -> None:
    organizer(client, world)
    first, second = world.offer()
    page = f"{world.office}/bongkar-muat"

    press(client, page, f"{page}/{first.id}/tempat", capacity="7")
    press(client, page, f"{page}/{first.id}/tempat", capacity="tujuh")
    press(client, page, f"{page}/{second.id}/hapus")

    assert [(slot.id, slot.capacity) for slot in world.slots()] == [(first.id, 7)]


@pytest.mark.parametrize("paper", list(Paper))
def test_each_paper_comes_as_a_pdf_in_indonesian(
    client: FlaskClient, world: World, paper: Paper
) -> None:
    organizer(client, world)
    world.exhibit("A01", business_name="Kopi Way Kanan")

    answer = client.get(f"{world.office}/cetak/{paper}.pdf")

    assert answer.mimetype == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert "Kopi" in text
    assert "A01" in text


def test_the_spreadsheet_has_booths_exhibitors_and_loading(
    app: Flask, client: FlaskClient, world: World
) -> None:
    organizer(client, world)
    mine = world.exhibit("A01", business_name="=1+1", email="siti@contoh.id")
    [slot] = world.offer(ends=time(9))
    world.book(slot, mine)

    answer = client.get(f"{world.office}/cetak/semua.xlsx")

    book_of = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    sheets = [book_of.get_sheet_by_index(number).to_python() for number in range(4)]
    assert [len(rows) for rows in sheets[:3]] == [2, 2, 2]
    assert "=1+1" in sheets[1][1]
    assert "siti@contoh.id" in sheets[1][1]
    assert "=1+1 (A01)" in sheets[2][1]
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(answer.data)).read("xl/worksheets/sheet2.xml")


def test_who_sees_no_people_gets_no_contacts(app: Flask, client: FlaskClient, world: World) -> None:
    organizer(client, world, Role.VIEWER)
    world.exhibit("A01", email="siti@contoh.id")

    table = client.get(f"{world.office}/cetak/semua.xlsx")
    manager = client.get(f"{world.office}/cetak/{Paper.MANAGER}.pdf")
    page = client.get(f"{world.office}/cetak")

    assert manager.status_code == 403
    assert Paper.MANAGER not in page.text
    book_of = CalamineWorkbook.from_filelike(io.BytesIO(table.data))
    cells = [
        cell
        for name in book_of.sheet_names
        for row in book_of.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert "siti@contoh.id" not in cells


def test_a_time_of_another_event_is_a_404(client: FlaskClient, world: World) -> None:
    organizer(client, world)
    page = f"{world.office}/bongkar-muat"
    foreign = world.offer(world.elsewhere())[0]

    answer = press(client, page, f"{page}/{foreign.id}/tempat", capacity="3")

    assert answer.status_code == 404


def test_pages_need_as_many_queries_for_three_exhibitors_as_for_one(
    app: Flask, client: FlaskClient, world: World
) -> None:
    organizer(client, world)
    slots = world.offer(capacity=9)
    world.book(slots[0], world.exhibit("A01"))
    pages = [f"{world.office}/bongkar-muat", f"{world.office}/cetak/semua.xlsx"]
    for address in pages:
        client.get(address)

    counts = []
    for _round in range(2):
        row = []
        for address in pages:
            with count_queries(app) as queries:
                client.get(address)
            row.append(len(queries))
        counts.append(row)
        for number in range(2):
            world.book(slots[1], world.exhibit(f"A{len(counts) * 2 + number + 2:02}"))

    assert counts[0] == counts[1]
