"""One's own applications under /saya: an account by a mailed code, the list, the data."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.accounts.models import User
from gernas.calendars.services import add_personal_feed
from gernas.core.database import db, transaction
from gernas.events.follows import ask_to_follow
from gernas.registrations.jobs import take_in_all
from gernas.registrations.models import Call
from tests.accounts.door import do_jobs, list_mails, mailed_code
from tests.conftest import count_queries
from tests.factories import make_stop, make_user, sign_in
from tests.registrations.applying import apply, fill, press, read, the_row
from tests.registrations.making import draft, make_call, send


@pytest.fixture
def call(app: Flask) -> Call:
    with app.app_context():
        return make_call(title="Stan UMKM Lampung")


def join(app: Flask, client: FlaskClient, call: Call, **more: str) -> str:
    """Press the button of the receipt and show the code from the mail; returns where one lands."""
    base = f"/daftar/{call.slug}"
    asked = press(client, f"{base}/terkirim", f"{base}/akun", **more)
    assert asked.status_code == 303, read(asked)
    do_jobs(app)
    return fill(client, asked.location, code=mailed_code(app)).location or ""


def test_an_applicant_gets_an_account_by_a_mailed_code(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    apply(client, call)

    landed = join(app, client, call)

    row = the_row(app)
    page = read(client.get(landed))
    with app.app_context():
        (user,) = db.session.query(User).all()
    assert landed == f"/saya/pendaftaran/{row.code}"
    assert (user.email, user.password, row.user_id) == ("siti@contoh.id", None, user.id)
    assert "Pendaftaran Anda sudah kami terima" in page


def test_an_account_that_is_there_is_used(app: Flask, client: FlaskClient, call: Call) -> None:
    with app.app_context():
        user = make_user(email="siti@contoh.id")
    apply(client, call)

    join(app, client, call)

    assert the_row(app).user_id == user.id


def test_a_person_who_was_shut_out_gets_no_code(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    with app.app_context():
        make_user(email="siti@contoh.id", active=False)
    apply(client, call)

    press(client, f"/daftar/{call.slug}/terkirim", f"/daftar/{call.slug}/akun")
    do_jobs(app)

    assert "sign_in_code" not in [template for template, _to, _values in list_mails(app)]


def test_without_an_address_one_is_asked_for_and_kept(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    apply(client, call, **{"f-email": ""})

    base = f"/daftar/{call.slug}"
    wrong = press(client, f"{base}/terkirim", f"{base}/akun", email="siti")
    landed = join(app, client, call, email="siti@contoh.id")

    row = the_row(app)
    assert wrong.status_code == 422
    assert 'href="#f-email"' in read(wrong)
    assert (landed, row.email) == (f"/saya/pendaftaran/{row.code}", "siti@contoh.id")


def test_the_business_of_an_application_becomes_the_persons(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    apply(client, call)
    with app.app_context():
        take_in_all()
    join(app, client, call)

    page = read(client.get("/saya"))

    assert "Keripik Bu Siti" in page
    assert "Stan UMKM Lampung: Terkirim" in page


def test_the_sign_in_page_alone_makes_no_account(app: Flask, client: FlaskClient) -> None:
    """ASVS 6.3.2."""
    asked = fill(client, "/masuk", email="baru@contoh.id")
    do_jobs(app)

    assert asked.status_code == 303
    assert list_mails(app) == []
    with app.app_context():
        assert db.session.query(User).count() == 0


def test_the_list_takes_as_many_queries_for_one_as_for_three(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    with app.app_context():
        one, three = make_user(), make_user()
        for user, number in ((one, 1), (three, 3)):
            for _ in range(number):
                draft(call, user=user)
    counts = []
    for user in (one, three):
        sign_in(app, client, user)
        with count_queries(app) as statements:
            assert client.get("/saya/pendaftaran").status_code == 200
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_someone_elses_application_is_not_there(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    """ASVS 8.2.2."""
    with app.app_context():
        row, stranger = send(call), make_user()
    sign_in(app, client, stranger)

    answers = [client.get(f"/saya/pendaftaran/{row.code}{end}") for end in ("", "/tarik")]
    nothing = client.get("/saya/pendaftaran/7K2M9QXA")

    assert [answer.status_code for answer in (*answers, nothing)] == [404] * 3


def test_one_withdraws_and_takes_ones_data_along(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    with app.app_context():
        owner = make_user(email="siti@contoh.id", language="id")
    sign_in(app, client, owner)
    apply(client, call)
    path = f"/saya/pendaftaran/{the_row(app).code}"

    press(client, f"{path}/tarik", f"{path}/tarik")
    told = client.get("/saya/data/unduh")

    assert the_row(app).state == "withdrawn"
    assert told.headers["Content-Disposition"].startswith("attachment")
    assert told.json is not None
    (one,) = told.json["registrations"]
    assert (told.json["account"]["email"], one["state"]) == ("siti@contoh.id", "withdrawn")
    assert one["answers"]["Apa nama usaha Anda?"] == "Keripik Bu Siti"


def test_the_data_of_a_person_name_nobody_else(app: Flask, client: FlaskClient, call: Call) -> None:
    with app.app_context():
        send(call, business_name="Usaha Rahasia", email="lain@contoh.id")
        person = make_user()
    sign_in(app, client, person)

    text = read(client.get("/saya/data/unduh")) + read(client.get("/saya/data"))

    assert "Rahasia" not in text
    assert "lain@contoh.id" not in text


@pytest.mark.parametrize("path", ["/saya/pendaftaran", "/saya/data", "/saya/data/unduh"])
def test_strangers_are_asked_who_they_are(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.location is not None
    assert answer.location.startswith("/masuk?next=")


def test_ones_data_hold_what_one_follows_and_where_the_calendar_goes(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        person, stop = make_user(email="siti@contoh.id"), make_stop()
        with transaction():
            ask_to_follow("siti@contoh.id", stop.scope, language="id")
            ask_to_follow("lain@contoh.id", stop.scope, language="id")
            add_personal_feed(person.id, "HP saya")
    sign_in(app, client, person)

    told = client.get("/saya/data/unduh").json

    assert told is not None
    assert [one["kind"] for one in told["follows"]] == ["stop"]
    assert [one["label"] for one in told["private_calendars"]] == ["HP saya"]
