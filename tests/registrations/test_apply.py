"""Applying without script, as on an old phone: every page is kept when it is left."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.businesses.models import Business
from gernas.businesses.services import add_business
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.registrations.models import Call
from gernas.registrations.questions import Question, QuestionType
from gernas.registrations.services.calls import close_call, edit_call
from gernas.registrations.services.forms import add_question, set_questions
from gernas.registrations.values import CallValues
from tests.factories import make_stop, make_user, sign_in
from tests.registrations.applying import (
    FIRST,
    NIB,
    THIRD,
    apply,
    fields_of,
    fill,
    fill_all,
    list_rows,
    press,
    read,
    send_it,
    the_row,
)
from tests.registrations.making import SHORT_FORM, first_come, mails, make_call


@pytest.fixture
def call(app: Flask) -> Call:
    with app.app_context():
        return make_call(title="Stan UMKM Lampung")


def change(app: Flask, call: Call, **values: Any) -> None:
    with app.app_context(), transaction():
        row = db.session.get_one(Call, call.id)
        edit_call(row, replace(CallValues.of(row), **values), version=None, by=None)


def test_opening_the_form_begins_nothing(app: Flask, client: FlaskClient, call: Call) -> None:
    answer = client.get(f"/daftar/{call.slug}/isi", follow_redirects=True)

    assert (answer.request.path, list_rows(app)) == (f"/daftar/{call.slug}/isi/1", [])


def test_the_first_page_that_is_sent_begins_a_draft(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    answer = fill(client, f"/daftar/{call.slug}/isi/1", **FIRST)

    row = the_row(app)
    assert answer.location == f"/daftar/{call.slug}/isi/2"
    assert (row.state, row.label, row.answers) == (
        "draft",
        "Keripik Bu Siti",
        {"business_name": "Keripik Bu Siti", "sector": "food", "province": "ID-LA"},
    )


def test_the_first_page_sent_twice_at_once_begins_one_draft(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    path = f"/daftar/{call.slug}/isi/1"
    fields = fields_of(client.get(path).get_data(as_text=True))
    impatient = app.test_client()
    cookie = client.get_cookie("gernas", domain="gernas.test")
    assert cookie is not None
    impatient.set_cookie("gernas", cookie.value, domain="gernas.test")

    client.post(path, data={**fields, **FIRST})
    impatient.post(path, data={**fields, **FIRST})

    assert [row.label for row in list_rows(app)] == ["Keripik Bu Siti"]


def test_what_is_wrong_is_kept_and_told_at_its_field(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    fill(client, f"/daftar/{call.slug}/isi/1", **FIRST)

    answer = fill(client, f"/daftar/{call.slug}/isi/2", **{"f-nib": "912000123456"})

    page = read(answer)
    assert answer.status_code == 422
    assert "<title>Kesalahan:" in page
    assert '<a href="#f-nib">NIB harus 13 angka. Yang Anda tulis baru 12.</a>' in page
    assert 'value="912000123456"' in page
    assert the_row(app).answers["nib"] == "912000123456"


def test_a_nik_in_the_field_of_the_nib_is_told_what_it_is(client: FlaskClient, call: Call) -> None:
    fill(client, f"/daftar/{call.slug}/isi/1", **FIRST)

    page = read(fill(client, f"/daftar/{call.slug}/isi/2", **{"f-nib": "1871014507850002"}))

    assert "NIK" in page


def test_one_goes_on_without_a_nib(app: Flask, client: FlaskClient, call: Call) -> None:
    fill(client, f"/daftar/{call.slug}/isi/1", **FIRST)

    typed = {"f-nib": "912", "lewati": "nib"}
    answer = fill(client, f"/daftar/{call.slug}/isi/2", **typed)

    assert answer.location == f"/daftar/{call.slug}/isi/3"
    assert "nib" not in the_row(app).answers


def test_a_page_that_no_answer_shows_is_passed_over(client: FlaskClient, call: Call) -> None:
    fill(client, f"/daftar/{call.slug}/isi/1", **FIRST)
    path = f"/daftar/{call.slug}/isi/3"

    cold = fill(client, path, **{**THIRD, "f-cooks": "no"}).location
    hot = fill(client, path, **{**THIRD, "f-cooks": "yes"}).location

    assert (cold, hot) == (f"/daftar/{call.slug}/isi/5", f"/daftar/{call.slug}/isi/4")


def test_a_page_in_another_tab_takes_nothing_away(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    fill(client, f"/daftar/{call.slug}/isi/1", **FIRST)
    old_tab = fields_of(client.get(f"/daftar/{call.slug}/isi/1").get_data(as_text=True))
    fill(client, f"/daftar/{call.slug}/isi/3", **THIRD)

    client.post(f"/daftar/{call.slug}/isi/1", data={**old_tab, **FIRST, "f-business_name": "Baru"})

    assert the_row(app).answers == {
        "business_name": "Baru",
        "sector": "food",
        "province": "ID-LA",
        "email": "siti@contoh.id",
        "cooks": "no",
    }


def test_coming_back_one_goes_on_where_one_stopped(client: FlaskClient, call: Call) -> None:
    fill(client, f"/daftar/{call.slug}/isi/1", **FIRST)
    fill(client, f"/daftar/{call.slug}/isi/2", **NIB)

    answer = client.get(f"/daftar/{call.slug}/isi")

    assert answer.location == f"/daftar/{call.slug}/isi/3"


def test_a_script_is_told_where_to_go_on_without_the_page(client: FlaskClient, call: Call) -> None:
    path, asks = f"/daftar/{call.slug}/isi/1", {"Accept": "application/json"}

    wrong = fill(client, path, headers=asks, **{**FIRST, "f-sector": ""})
    right = fill(client, path, headers=asks, **FIRST)

    assert wrong.json == {"problems": {"sector": "Pilih salah satu jawaban."}}
    assert right.json == {"next": f"/daftar/{call.slug}/isi/2"}


def test_all_answers_are_shown_before_they_are_sent(client: FlaskClient, call: Call) -> None:
    page = read(client.get(fill_all(client, call)))

    for text in ("Keripik Bu Siti", "Makanan", "Lampung", "9120001234567", "siti@contoh.id"):
        assert text in page
    assert f'href="/daftar/{call.slug}/isi/2?ubah=1#f-nib"' in page


def test_a_changed_answer_leads_back_to_the_check_page(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    check = fill_all(client, call)

    answer = fill(client, f"/daftar/{call.slug}/isi/2?ubah=1", **{"f-nib": ""})

    assert answer.location == check
    assert "nib" not in the_row(app).answers


def test_a_changed_answer_that_asks_for_more_leads_to_that_first(
    client: FlaskClient, call: Call
) -> None:
    fill_all(client, call)

    answer = fill(client, f"/daftar/{call.slug}/isi/3?ubah=1", **{**THIRD, "f-cooks": "yes"})

    assert answer.location == f"/daftar/{call.slug}/isi/4"


def test_what_is_missing_is_named_and_leads_to_its_page(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    fill(client, f"/daftar/{call.slug}/isi/1", **{"f-business_name": "Keripik Bu Siti"})

    answer = send_it(client, call)

    assert answer.status_code == 422
    assert f'href="/daftar/{call.slug}/isi/1?ubah=1#f-sector"' in read(answer)
    assert the_row(app).state == "draft"


def test_sent_ten_times_it_is_there_once(app: Flask, client: FlaskClient, call: Call) -> None:
    page = client.get(fill_all(client, call)).get_data(as_text=True)
    fields = fields_of(page)

    answers = [client.post(f"/daftar/{call.slug}/kirim", data=fields) for _ in range(10)]

    assert {answer.location for answer in answers} == {f"/daftar/{call.slug}/terkirim"}
    row = the_row(app)
    with app.app_context():
        assert (row.state, len(row.history), len(mails(row))) == ("submitted", 1, 1)


def test_the_receipt_says_what_happens_next(app: Flask, client: FlaskClient, call: Call) -> None:
    apply(client, call)

    page = read(client.get(f"/daftar/{call.slug}/terkirim"))

    code = the_row(app).code
    assert "Pendaftaran Anda sudah kami terima" in page
    assert f"{code[:4]}-{code[4:]}" in page
    assert "Panitia memutuskan setelah pendaftaran ditutup" in page
    assert "https://wa.me/?text=" in page


def test_a_draft_that_was_sent_is_not_filled_in_any_more(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    fill(client, f"/daftar/{call.slug}/isi/1", **FIRST)
    late_tab = fields_of(client.get(f"/daftar/{call.slug}/isi/1").get_data(as_text=True))
    fill_all(client, call)
    send_it(client, call)

    path = f"/daftar/{call.slug}/isi/1"
    answer = client.post(path, data={**late_tab, "f-business_name": "Lain"})

    assert answer.location == f"/daftar/{call.slug}/terkirim"
    assert the_row(app).label == "Keripik Bu Siti"


def test_terms_are_agreed_to_in_the_version_that_was_shown(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    change(app, call, terms="Datang tepat waktu.")
    fill_all(client, call)

    refused = send_it(client, call, syarat="")
    seen = client.get(f"/daftar/{call.slug}/periksa").get_data(as_text=True)
    change(app, call, terms="Datang tepat waktu, bawa taplak.")
    old = client.post(f"/daftar/{call.slug}/kirim", data={**fields_of(seen), "syarat": "2"})
    state = the_row(app).state
    send_it(client, call)

    assert (refused.status_code, old.status_code, state) == (422, 422, "draft")
    assert 'href="#f-syarat"' in read(refused)
    assert the_row(app).terms_version == 3


def test_a_call_that_closed_meanwhile_keeps_what_was_typed(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    fill(client, f"/daftar/{call.slug}/isi/1", **FIRST)
    page = client.get(f"/daftar/{call.slug}/isi/2").get_data(as_text=True)
    with app.app_context(), transaction():
        close_call(db.session.get_one(Call, call.id), by=None)

    client.post(f"/daftar/{call.slug}/isi/2", data={**fields_of(page), **NIB})
    sent = client.post(f"/daftar/{call.slug}/kirim", data=fields_of(page), follow_redirects=True)

    text = read(sent)
    assert "Pendaftaran ini ditutup" in text
    assert "9120001234567" in text
    assert "Kirim pendaftaran saya" not in text
    assert (the_row(app).state, the_row(app).answers["nib"]) == ("draft", "9120 0012 3456 7")


def test_a_closed_call_begins_nothing_and_says_what_is_open(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    with app.app_context():
        make_call(title="Pendampingan")
        with transaction():
            close_call(db.session.get_one(Call, call.id), by=None)

    answer = client.get(f"/daftar/{call.slug}/isi/1")

    assert answer.status_code == 409
    assert "Pendampingan" in read(answer)
    assert list_rows(app) == []


def test_a_form_that_changed_meanwhile_asks_only_for_what_is_new(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    fill_all(client, call)
    page = client.get(f"/daftar/{call.slug}/periksa").get_data(as_text=True)
    new = Question(key="power", type=QuestionType.NUMBER, label="Berapa ampere?", required=True)
    with app.app_context(), transaction():
        add_question(db.session.get_one(Call, call.id), new, by=None)

    answer = client.post(f"/daftar/{call.slug}/kirim", data=fields_of(page), follow_redirects=True)

    text = read(answer)
    assert "Formulirnya berubah sejak Anda mulai" in text
    assert "Berapa ampere?" in text
    assert "Keripik Bu Siti" in text
    assert the_row(app).state == "draft"


def test_a_question_that_is_gone_does_not_stop_a_page_from_being_kept(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    fill(client, f"/daftar/{call.slug}/isi/1", **FIRST)
    page = client.get(f"/daftar/{call.slug}/isi/3").get_data(as_text=True)
    kept = tuple(each for each in SHORT_FORM if each.key not in ("cooks", "device"))
    with app.app_context(), transaction():
        set_questions(db.session.get_one(Call, call.id), kept, by=None)

    answer = client.post(f"/daftar/{call.slug}/isi/3", data={**fields_of(page), **THIRD})

    assert answer.status_code == 303
    assert the_row(app).answers["email"] == "siti@contoh.id"


def test_a_full_call_by_first_come_gives_a_number_and_says_why(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        call = first_come(places=1)
    apply(app.test_client(), call, **{"f-email": "lain@contoh.id", "f-nib": ""})

    checked = read(client.get(fill_all(client, call)))
    send_it(client, call)

    receipt = read(client.get(f"/daftar/{call.slug}/terkirim"))
    assert "Semua tempat sudah terisi." in checked
    assert [row.state for row in list_rows(app)] == ["accepted", "waitlisted"]
    assert "Usaha Anda di urutan ke-1 daftar tunggu" in receipt
    assert "Saat ini semua tempat terisi." in receipt


def test_another_browser_does_not_see_the_draft(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    """ASVS 8.2.2."""
    check = fill_all(client, call)
    other = app.test_client()

    answers = [other.get(check), other.get(f"/daftar/{call.slug}/terkirim")]
    page = read(other.get(f"/daftar/{call.slug}/isi/1"))

    assert [answer.location for answer in answers] == [f"/daftar/{call.slug}/isi"] * 2
    assert "Keripik Bu Siti" not in page


def test_a_second_business_gets_an_application_of_its_own(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    apply(client, call)

    second = {**FIRST, "f-business_name": "Kopi Pak Budi"}
    path = f"/daftar/{call.slug}/isi/1"
    first_try = fill(client, f"{path}?baru=1", **{**second, "f-sector": ""})
    fill(client, path, **second)
    again = read(client.get(path))

    assert first_try.status_code == 422
    assert [row.label for row in list_rows(app)] == ["Keripik Bu Siti", "Kopi Pak Budi"]
    assert 'value="Kopi Pak Budi"' in again


def test_answers_are_deleted_after_asking(app: Flask, client: FlaskClient, call: Call) -> None:
    fill(client, f"/daftar/{call.slug}/isi/1", **FIRST)
    path = f"/daftar/{call.slug}/hapus"

    client.get(path)
    before = len(list_rows(app))
    press(client, path, path)

    assert (before, list_rows(app)) == (1, [])


def test_the_record_of_ones_business_fills_in_what_it_knows(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    with app.app_context():
        owner = make_user(email="siti@contoh.id", language="id")
        with transaction():
            business = add_business(
                {"name": "Keripik Bu Siti", "kind": "umkm", "sector": "food"},
                by=owner,
                owner=owner,
            )
    sign_in(app, client, owner)

    nothing = fill(client, f"/daftar/{call.slug}/isi")
    chosen = fill(client, f"/daftar/{call.slug}/isi", usaha=str(business.id))

    page = read(client.get(chosen.location))
    row = the_row(app)
    assert nothing.status_code == 422
    assert 'value="Keripik Bu Siti"' in page
    assert (row.business_id, row.user_id, row.email) == (business.id, owner.id, "siti@contoh.id")


def test_nobody_applies_with_someone_elses_business(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    """ASVS 8.2.2."""
    with app.app_context():
        owner, rival = make_user(), make_user()
        with transaction():
            theirs = add_business({"name": "Keripik", "kind": "umkm"}, by=owner, owner=owner)
            add_business({"name": "Kopi", "kind": "umkm"}, by=rival, owner=rival)
    sign_in(app, client, rival)

    answer = fill(client, f"/daftar/{call.slug}/isi", usaha=str(theirs.id))

    assert (answer.status_code, list_rows(app)) == (422, [])


def test_a_draft_from_before_signing_in_becomes_the_persons_own(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    fill(client, f"/daftar/{call.slug}/isi/1", **FIRST)
    with app.app_context():
        user = make_user(email="budi@contoh.id")
    sign_in(app, client, user)

    fill(client, f"/daftar/{call.slug}/isi/2", **NIB)

    row = the_row(app)
    assert (row.user_id, row.answers["nib"]) == (user.id, "9120 0012 3456 7")
    with app.app_context():
        assert db.session.query(Business).count() == 0


def test_on_another_phone_a_signed_in_person_finds_the_draft(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    with app.app_context():
        user = make_user()
    sign_in(app, client, user)
    fill(client, f"/daftar/{call.slug}/isi/1", **FIRST)
    other_phone = app.test_client()
    sign_in(app, other_phone, user)

    answer = other_phone.get(f"/daftar/{call.slug}/isi")

    assert answer.location == f"/daftar/{call.slug}/isi/2"


def test_signing_out_takes_the_draft_out_of_the_browser(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    fill(client, f"/daftar/{call.slug}/isi/1", **FIRST)

    press(client, f"/daftar/{call.slug}/isi/2", "/keluar")

    page = read(client.get(f"/daftar/{call.slug}/isi/1"))
    assert "Keripik Bu Siti" not in page


def test_pages_speak_english_under_their_own_address(client: FlaskClient, call: Call) -> None:
    page = read(client.get(f"/en/daftar/{call.slug}/isi/1"))

    assert '<html lang="en">' in page
    assert "What is your business called?" in page


def test_without_a_token_nothing_is_kept(app: Flask, client: FlaskClient, call: Call) -> None:
    """ASVS 3.5.1."""
    answer = client.post(f"/daftar/{call.slug}/isi/1", data=FIRST)

    assert (answer.status_code, list_rows(app)) == (400, [])


def test_hostile_text_is_shown_as_typed_and_does_nothing(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    """ASVS 1.2.1, 1.3.2."""
    text = "<img src=x onerror=alert(1)> {{7*7}}\u202e"
    fill(client, f"/daftar/{call.slug}/isi/1", **{**FIRST, "f-business_name": text})

    page = read(client.get(f"/daftar/{call.slug}/periksa"))

    assert "&lt;img src=x onerror=alert(1)&gt; {{7*7}}" in page
    assert "\u202e" not in page


def test_fields_that_no_page_asks_for_change_nothing(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    """ASVS 15.3.3."""
    extra = {"state": "accepted", "holds_place": "1", "user_id": "1", "f-nib": "9120001234567"}

    fill(client, f"/daftar/{call.slug}/isi/1", **FIRST, **extra)

    row = the_row(app)
    assert (row.state, row.holds_place, row.user_id) == ("draft", False, None)
    assert "nib" not in row.answers


def test_a_call_of_the_past_has_a_page_and_one_not_published_has_none(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        hidden = make_call(published=False)
        row = make_call(make_stop())
        with transaction():
            past = db.session.get_one(Call, row.id)
            past.opens_at = now() - timedelta(days=9)
            past.closes_at = now() - timedelta(days=2)

    assert client.get(f"/daftar/{row.slug}").status_code == 200
    assert client.get(f"/daftar/{hidden.slug}").status_code == 404
    assert client.get(f"/daftar/{hidden.slug}/isi/1").status_code == 404


@pytest.mark.parametrize("value", ["\0", "9" * 5_000, "-1", "\u0663", "x" * 100_000])
def test_nothing_that_is_typed_breaks_a_page(
    app: Flask, client: FlaskClient, call: Call, value: str
) -> None:
    """ASVS 1.4.2: never a 500."""
    path = f"/daftar/{call.slug}/isi/1"
    typed = {**FIRST, "f-business_name": value, "f-sector": value}
    answers = [fill(client, path, key=value, hapus=value, lewati=value, **typed)]
    fill_all(client, call)
    check = f"/daftar/{call.slug}/periksa"
    answers.append(
        fill(client, check, to=f"/daftar/{call.slug}/kirim", syarat=value, key=value, wakil=value)
    )

    assert [answer.status_code < 500 for answer in answers] == [True, True]
