"""The page of an application by the link from a mail, and coming back to it."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.businesses.models import ConsentMeans
from gernas.core import jobs
from gernas.core.database import db, transaction
from gernas.core.permissions import Role
from gernas.messages.models import Message
from gernas.registrations.codes import get_token
from gernas.registrations.models import Call, Registration
from gernas.registrations.services.deciding import (
    accept_registration,
    reject_registration,
    request_changes,
)
from gernas.registrations.services.drafts import start_draft
from tests.factories import make_user
from tests.registrations.applying import (
    FIRST,
    NIB,
    apply,
    fields_of,
    fill,
    fill_all,
    press,
    read,
    send_it,
    the_row,
)
from tests.registrations.making import first_come, make_call


@pytest.fixture
def call(app: Flask) -> Call:
    with app.app_context():
        return make_call(title="Stan UMKM Lampung", bring="Taplak meja", places=2)


def link(app: Flask, row: Registration | None = None) -> str:
    """The path in the mails about an application."""
    number = (row or the_row(app)).id
    with app.app_context():
        return f"/pendaftaran/{get_token(db.session.get_one(Registration, number))}"


def decide(app: Flask, service: Any, **values: Any) -> None:
    """Let an organizer decide on the only application."""
    number = the_row(app).id
    with app.app_context():
        organizer = make_user(Role.ADMINISTRATOR)
        with transaction():
            service(db.session.get_one(Registration, number), by=organizer, **values)


def newest_mail(app: Flask, template: str) -> dict[str, str]:
    with app.app_context():
        jobs.sweep()
        rows = db.session.query(Message).filter_by(template=template).order_by(Message.id)
        return dict(rows.all()[-1].placeholders)


def test_opening_the_link_changes_nothing(app: Flask, client: FlaskClient, call: Call) -> None:
    apply(client, call)
    before = the_row(app)
    scanner = app.test_client()

    opened = [scanner.get(link(app) + end) for end in ("", "/konfirmasi", "/lepas", "/tarik")]
    pressed = [scanner.get(link(app) + end).status_code for end in ("/lanjut", "/perbaiki")]

    after = the_row(app)
    assert [answer.status_code for answer in opened] == [200] * 4
    assert pressed == [303, 303]
    assert (after.state, after.version, len(after.history)) == ("submitted", before.version, 1)
    assert scanner.get(f"/daftar/{call.slug}/terkirim").location == f"/daftar/{call.slug}/isi"


def test_a_place_is_confirmed_in_two_taps(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        call = first_come(bring="Taplak meja")
    apply(client, call)
    phone = app.test_client()

    page = read(phone.get(link(app)))
    answer = press(phone, link(app), f"{link(app)}/konfirmasi")

    assert "Ada tempat untuk Anda" in page
    assert "Taplak meja" in page
    assert the_row(app).state == "confirmed"
    assert "Tempat Anda sudah dikonfirmasi" in read(phone.get(answer.location))


def test_giving_a_place_back_asks_first_and_passes_it_on(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        call = first_come(places=1)
    apply(client, call)
    mine = link(app)
    other = app.test_client()
    apply(other, call, **{"f-email": "lain@contoh.id", "f-nib": ""})

    asked = read(client.get(f"{mine}/lepas"))
    press(client, f"{mine}/lepas", f"{mine}/lepas")

    with app.app_context():
        rows = db.session.query(Registration.state).order_by(Registration.id).all()
    assert "Lepas tempat Anda?" in asked
    assert [row.state for row in rows] == ["declined", "accepted"]


def test_confirmed_twice_and_declined_at_last_the_page_says_how_things_stand(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        call = first_come()
    apply(client, call)
    mine = link(app)
    press(client, mine, f"{mine}/konfirmasi")

    again = press(client, mine, f"{mine}/konfirmasi")
    declined = press(client, f"{mine}/tarik", f"{mine}/lepas")

    assert (again.status_code, declined.status_code) == (303, 303)
    assert the_row(app).state == "confirmed"


def test_a_decision_is_told_once_it_can_no_longer_be_undone(
    app: Flask, client: FlaskClient, call: Call, later: Any
) -> None:
    apply(client, call)
    decide(app, reject_registration, reason="Kemasan belum ada tanggal.")

    soon = read(client.get(link(app)))
    later(minutes=11)
    told = read(client.get(link(app)))

    assert "Pendaftaran Anda sudah kami terima" in soon
    assert "Kemasan belum ada tanggal." not in soon
    assert "Usaha Anda belum lolos kali ini" in told
    assert "Kemasan belum ada tanggal." in told


def test_a_correction_asks_for_what_was_requested_only(
    app: Flask, client: FlaskClient, call: Call, later: Any
) -> None:
    apply(client, call)
    decide(app, request_changes, fields=["nib"], reason="NIB tidak ditemukan.")
    later(minutes=11)
    phone = app.test_client()

    page = read(phone.get(link(app)))
    answer = press(phone, link(app), f"{link(app)}/perbaiki")
    form = read(phone.get(answer.location))
    typed: dict[str, Any] = {"f-nib": "8120001234567", "f-business_name": "Nama lain"}
    fill(phone, answer.location, **typed, asked=["nib", "business_name"])

    row = the_row(app)
    assert "NIB tidak ditemukan." in page
    assert ('name="f-nib"' in form, 'name="f-business_name"' in form) == (True, False)
    assert (row.state, row.answers["nib"], row.label) == (
        "in_review",
        "8120001234567",
        "Keripik Bu Siti",
    )


def test_a_bad_correction_is_told_at_its_field_and_stays(
    app: Flask, client: FlaskClient, call: Call, later: Any
) -> None:
    apply(client, call)
    decide(app, request_changes, fields=["nib"], reason="Mohon periksa.")
    later(minutes=11)
    press(client, link(app), f"{link(app)}/perbaiki")

    answer = fill(client, f"/daftar/{call.slug}/perbaiki", **{"f-nib": "912"})

    page = read(answer)
    assert answer.status_code == 422
    assert '<a href="#f-nib">' in page
    assert 'value="912"' in page
    assert the_row(app).state == "changes_requested"


def test_changing_an_accepted_answer_sends_it_back_to_review_and_keeps_the_place(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        call = first_come()
    apply(client, call)

    overview = read(client.get(f"/daftar/{call.slug}/perbaiki"))
    fill(client, f"/daftar/{call.slug}/perbaiki/2", **{"f-nib": "8120001234567"})

    row = the_row(app)
    assert "Tempat Anda tetap milik Anda" in overview
    assert (row.state, row.holds_place, row.answers["nib"]) == ("in_review", True, "8120001234567")


def test_the_waiting_list_tells_position_and_reason(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        call = first_come(places=5, quotas={"food": 1})
    apply(app.test_client(), call)
    apply(app.test_client(), call, **{"f-email": "b@contoh.id", "f-nib": ""})
    apply(client, call, **{"f-email": "c@contoh.id", "f-nib": ""})
    with app.app_context():
        last = db.session.query(Registration).order_by(Registration.id.desc()).first()
        assert last is not None
        path = f"/pendaftaran/{get_token(last)}"

    page = read(app.test_client().get(path))

    assert "Usaha Anda di urutan ke-2 daftar tunggu" in page
    assert "Makanan" in page
    assert "Ada 2 usaha yang menunggu." in page


def test_an_application_is_withdrawn(app: Flask, client: FlaskClient, call: Call) -> None:
    apply(client, call)

    press(client, f"{link(app)}/tarik", f"{link(app)}/tarik")

    assert the_row(app).state == "withdrawn"
    assert "Pendaftaran ini sudah ditarik" in read(client.get(link(app)))


def test_a_link_that_is_none_is_over(client: FlaskClient) -> None:
    """ASVS 9.2.1."""
    assert client.get("/pendaftaran/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").status_code == 410
    assert client.get("/pendaftaran/a/konfirmasi").status_code == 410


def test_the_link_goes_to_a_mailbox_and_opens_the_draft_elsewhere(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    fill(client, f"/daftar/{call.slug}/isi/1", **FIRST)
    answer = fill(client, f"/daftar/{call.slug}/isi/2", nanti="1", **NIB)
    fill(client, answer.location, email="siti@contoh.id")
    mailed = newest_mail(app, "registration_link")["url"]
    path = mailed.removeprefix("http://gernas.test")
    other = app.test_client()

    page = read(other.get(path))
    onward = press(other, path, f"{path}/lanjut")

    assert answer.location == f"/daftar/{call.slug}/nanti"
    assert "Belum dikirim" in page
    assert onward.location == f"/daftar/{call.slug}/isi/2"
    assert 'value="9120 0012 3456 7"' in read(other.get(onward.location))


def test_a_code_from_a_mail_opens_the_draft_on_another_phone(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    fill_all(client, call)
    other = app.test_client()
    path = f"/daftar/{call.slug}/kembali"

    asked = fill(other, path, email="Siti@contoh.id")
    code = newest_mail(app, "registration_code")["code"]
    wrong = fill(other, asked.location, code="000000" if code != "000000" else "111111")
    right = fill(other, asked.location, code=code)

    assert wrong.status_code == 422
    assert right.location == f"/daftar/{call.slug}/periksa"
    assert "Keripik Bu Siti" in read(other.get(right.location))


def test_asking_for_a_code_tells_nobody_who_applied(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    """ASVS 6.3.8."""
    fill_all(client, call)
    path = f"/daftar/{call.slug}/kembali"

    pages = []
    for email in ("siti@contoh.id", "siapa@contoh.id"):
        stranger = app.test_client()
        answer = fill(stranger, path, email=email)
        text = read(stranger.get(answer.location))
        pages.append((answer.status_code, answer.location, re.sub(r'value="[^"]+"', "", text)))

    assert pages[0] == pages[1]


def test_a_facilitator_says_how_the_owner_agreed(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    with app.app_context():
        facilitator = make_user(Role.FACILITATOR, call.scope)
        with transaction():
            row, token = start_draft(
                db.session.get_one(Call, call.id), language="id", facilitator=facilitator
            )
    press(client, f"/pendaftaran/{token}", f"/pendaftaran/{token}/lanjut")
    fill_all(client, call)

    silent = send_it(client, call)
    told = send_it(client, call, wakil="paper", catatan="Map di balai desa")

    row = the_row(app)
    receipt = read(client.get(told.location))
    assert "Anda mengisi ini untuk orang lain" in read(silent)
    assert f'href="/kelola/daftar/{call.slug}/atas-nama"' in receipt
    assert "Kirim ke WhatsApp pemilik" in receipt
    assert (silent.status_code, told.status_code) == (422, 303)
    assert 'href="#f-wakil"' in read(silent)
    assert (row.behalf_means, row.behalf_note) == (ConsentMeans.PAPER, "Map di balai desa")


def test_the_page_of_an_accepted_one_shows_what_happened_in_order(
    app: Flask, client: FlaskClient, call: Call, later: Any
) -> None:
    apply(client, call)
    decide(app, accept_registration, reason=None)
    later(minutes=11)

    page = read(client.get(link(app)))

    lines = re.findall(r"<h3>([^<]+)", page)
    assert lines[:3] == [
        "Mengirim pendaftaran",
        "Panitia: Diterima",
        "Batas waktu konfirmasi tempat Anda",
    ]
    assert fields_of(page)


def test_the_whole_way_from_the_first_page_to_a_confirmed_place(
    app: Flask, client: FlaskClient, call: Call, later: Any
) -> None:
    apply(client, call, **{"f-nib": ""})
    decide(app, request_changes, fields=["nib"], reason="Mohon kirim NIB Anda.")
    later(minutes=11)
    press(client, link(app), f"{link(app)}/perbaiki")
    fill(client, f"/daftar/{call.slug}/perbaiki", **NIB)
    decide(app, accept_registration, reason=None)
    later(minutes=11)

    press(client, link(app), f"{link(app)}/konfirmasi")

    row = the_row(app)
    page = read(client.get(link(app)))
    assert [event.what for event in row.history] == [
        "submit",
        "request_changes",
        "resubmit",
        "accept",
        "confirm",
    ]
    assert (row.state, row.holds_place, row.answers["nib"]) == ("confirmed", True, "9120001234567")
    assert "Tempat Anda sudah dikonfirmasi" in page
    assert "Mohon kirim NIB Anda." in page
