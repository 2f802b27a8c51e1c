"""The door: password, mailed code, limits, and answers that tell nothing."""

import json
import re
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import utils
from passlib.hash import argon2
from sqlalchemy import select

from gernas.accounts import passwords
from gernas.accounts.jobs import mail_code
from gernas.accounts.models import DoorStep, User
from gernas.accounts.passwords import NOBODY
from gernas.accounts.secrets import hash_code
from gernas.accounts.services.grants import give_grant
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.jobs import Run
from gernas.core.permissions import ALL, Role
from tests.accounts.conftest import Clock
from tests.accounts.door import (
    PASSWORD,
    csrf_token,
    do_jobs,
    is_signed_in,
    last_mail,
    list_mails,
    mailed_code,
    make_person,
    send,
    type_password,
)
from tests.conftest import count_queries


def test_a_right_password_opens_the_door(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_person(email="sari@contoh.id")

    answer = type_password(client, " Sari@Contoh.ID ")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/saya")
    assert is_signed_in(client)


def test_a_mailed_code_opens_the_door(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_person(email="sari@contoh.id", password=None)

    answer = send(client, "/masuk", email="sari@contoh.id", how="code")
    do_jobs(app)

    assert answer.headers["Location"] == "/masuk/kode"
    assert re.fullmatch("[0-9]{6}", mailed_code(app))
    code = mailed_code(app)
    answer = send(client, "/masuk/kode", code=f"{code[:3]} {code[3:]}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/saya")
    assert is_signed_in(client)


def test_the_door_speaks_the_language_of_its_address(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_person(email="sari@contoh.id")

    answer = send(client, "/en/masuk", email="sari@contoh.id", how="code")
    page = client.get("/en/masuk/kode").get_data(as_text=True)

    assert answer.headers["Location"] == "/en/masuk/kode"
    assert '<html lang="en">' in page
    assert "Look at your mail" in page


def test_the_door_leads_to_where_the_person_wanted_to_go(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_person(email="sari@contoh.id")

    to_the_door = client.get("/akun/perangkat").headers["Location"]
    answer = type_password(client, "sari@contoh.id", query=to_the_door.removeprefix("/masuk"))

    assert to_the_door == "/masuk?next=/akun/perangkat"
    assert answer.headers["Location"] == "/akun/perangkat"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "/tidak/ada"]
)
def test_the_door_leads_nowhere_else(app: Flask, client: FlaskClient, elsewhere: str) -> None:
    """ASVS 3.7.2."""
    with app.app_context():
        make_person(email="sari@contoh.id")

    answer = type_password(client, "sari@contoh.id", query=f"?next={elsewhere}")

    assert answer.headers["Location"] == "/saya"


def test_an_organizer_lands_in_the_back_office(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        user = make_person(email="sari@contoh.id")
        with transaction():
            person = db.session.get_one(User, user.id)
            give_grant(person, Role.ADMINISTRATOR, ALL, starts_at=now(), by=None)

    answer = type_password(client, "sari@contoh.id")

    assert answer.headers["Location"] == "/kelola"


def test_known_and_unknown_addresses_get_the_same_answers(app: Flask, client: FlaskClient) -> None:
    """ASVS 6.3.8: no page says who has an account."""
    with app.app_context():
        make_person(email="ada@contoh.id")
        make_person(email="tutup@contoh.id", active=False)

    answers = []
    for email in ("ada@contoh.id", "tiada@contoh.id", "tutup@contoh.id"):
        browser = app.test_client()
        wrong = type_password(browser, email, "bukan sandi saya")
        wish = send(browser, "/masuk", email=email, how="code")
        do_jobs(app)
        page = browser.get("/masuk/kode")
        no_code = send(browser, "/masuk/kode", code="000000")
        reset = send(browser, "/masuk/lupa", email=email)
        texts = [
            re.sub(r"(csrf[^>]*value=\"[^\"]*\"|[a-z]+@contoh.id)", "", a.get_data(as_text=True))
            for a in (wrong, wish, page, no_code, reset)
        ]
        statuses = [a.status_code for a in (wrong, wish, page, no_code, reset)]
        answers.append((statuses, texts))

    assert answers[0][0] == [422, 303, 200, 422, 303]
    assert answers[1] == answers[0]
    assert answers[2] == answers[0]


def test_only_people_with_an_account_get_mail(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_person(email="ada@contoh.id")
        make_person(email="tutup@contoh.id", active=False)

    for email in ("ada@contoh.id", "tiada@contoh.id", "tutup@contoh.id"):
        send(client, "/masuk", email=email, how="code")
        send(client, "/masuk/lupa", email=email)
    do_jobs(app)

    assert [(template, to) for template, to, _ in list_mails(app)] == [
        ("sign_in_code", "ada@contoh.id"),
        ("password_reset", "ada@contoh.id"),
    ]


def test_a_password_is_hashed_as_often_and_as_hard_for_nobody(
    app: Flask, client: FlaskClient
) -> None:
    """ASVS 6.3.8, 11.4.2: the time of an answer tells nothing."""
    with app.app_context():
        make_person(email="ada@contoh.id")
        kept = db.session.scalars(select(User.password)).one()
        make_person(email="tanpa@contoh.id", password=None)

    hashed = []
    for email in ("ada@contoh.id", "tiada@contoh.id", "tanpa@contoh.id"):
        with patch.object(utils, "verify_password", wraps=utils.verify_password) as verify:
            type_password(client, email, "bukan sandi saya")
        hashed.append([argon2.from_string(call.args[1]) for call in verify.call_args_list])

    costs = [[(h.type, h.memory_cost, h.rounds, h.parallelism) for h in one] for one in hashed]
    assert costs == [[("id", 19456, 2, 1)]] * 3
    assert argon2.from_string(kept or "").memory_cost == argon2.from_string(NOBODY).memory_cost


def test_a_wish_costs_as_many_questions_for_nobody(app: Flask, client: FlaskClient) -> None:
    """The lookup, the hash and the mail are the worker's, so the answer is as fast for nobody."""
    with app.app_context():
        make_person(email="ada@contoh.id")

    counts = []
    for email in ("ada@contoh.id", "tiada@contoh.id"):
        token = csrf_token(client, "/masuk")
        with count_queries(app) as statements:
            client.post("/masuk", data={"csrf_token": token, "email": email, "how": "code"})
        counts.append([statement.split(" FROM ")[0] for statement in statements])
        assert not any('FROM "user"' in statement for statement in statements)

    assert counts[0] == counts[1]


def test_a_code_works_once_and_for_ten_minutes(
    app: Flask, client: FlaskClient, time: Clock
) -> None:
    """ASVS 6.5.1, 6.5.5."""
    with app.app_context():
        make_person(email="sari@contoh.id")
    send(client, "/masuk", email="sari@contoh.id", how="code")
    do_jobs(app)
    with client.session_transaction() as cookie:
        before = dict(cookie)
    first = send(client, "/masuk/kode", code=mailed_code(app))
    replay = app.test_client()
    with replay.session_transaction() as cookie:
        cookie.update(before)

    again = replay.get("/masuk/kode")

    assert (first.status_code, first.headers["Location"]) == (303, "/saya")
    assert again.headers["Location"] == "/masuk"

    late = app.test_client()
    send(late, "/masuk", email="sari@contoh.id", how="code")
    do_jobs(app)
    time.forward(minutes=11)
    assert late.get("/masuk/kode").headers["Location"] == "/masuk"


def test_a_code_works_only_in_the_browser_that_asked(app: Flask, client: FlaskClient) -> None:
    """ASVS 6.6.2."""
    with app.app_context():
        make_person(email="sari@contoh.id")
    thief = app.test_client()
    send(thief, "/masuk", email="sari@contoh.id", how="code")
    send(client, "/masuk", email="sari@contoh.id", how="code")
    do_jobs(app)

    answer = send(thief, "/masuk/kode", code=mailed_code(app))

    assert answer.status_code == 422
    assert not is_signed_in(thief)


def test_a_code_dies_after_five_tries(app: Flask, client: FlaskClient) -> None:
    """ASVS 6.6.3."""
    with app.app_context():
        make_person(email="sari@contoh.id")
    send(client, "/masuk", email="sari@contoh.id", how="code")
    do_jobs(app)
    right = mailed_code(app)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"

    answers = [send(client, "/masuk/kode", code=wrong) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [422] * 4 + [303]
    assert client.get("/masuk/kode").headers["Location"] == "/masuk"


def test_codes_are_kept_as_hashes_that_need_our_key(app: Flask, client: FlaskClient) -> None:
    """ASVS 6.5.2, 11.4.2."""
    with app.app_context():
        make_person(email="sari@contoh.id")
    send(client, "/masuk", email="sari@contoh.id", how="code")
    do_jobs(app)

    with app.app_context():
        step = db.session.scalars(select(DoorStep)).one()
        kept = f"{step.code_hash} {step.browser_hash}"
        assert step.code_hash == hash_code(mailed_code(app), step_id=step.id)
        app.config["SECRET_KEY"], before = "another key of the settings", app.config["SECRET_KEY"]
        try:
            assert step.code_hash != hash_code(mailed_code(app), step_id=step.id)
        finally:
            app.config["SECRET_KEY"] = before
    assert mailed_code(app) not in kept


def test_a_job_that_runs_twice_mails_one_code(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_person(email="sari@contoh.id")
    send(client, "/masuk", email="sari@contoh.id", how="code")

    with app.app_context():
        step_id = db.session.scalars(select(DoorStep.id)).one()
        db.session.rollback()
        for _ in range(2):
            mail_code(Run(0), step_id=step_id)

    assert len(list_mails(app)) == 1


@pytest.mark.parametrize("path", ["/masuk", "/masuk/kata-sandi", "/masuk/lupa"])
def test_an_address_that_is_none_is_said_at_its_field(client: FlaskClient, path: str) -> None:
    answer = send(client, path, email="bukan alamat", password="x", how="code")

    assert answer.status_code == 422
    assert "ibu.sari@contoh.id" in answer.get_data(as_text=True)
    assert 'href="#email"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("password", ["\x00" * 20, "x" * 100_000, "🙂" * 40, b"\xed\xa0\x80" * 6])
def test_odd_passwords_are_wrong_and_no_more(
    app: Flask, client: FlaskClient, password: str | bytes
) -> None:
    """ASVS 6.2.9."""
    with app.app_context():
        make_person(email="sari@contoh.id")
    token = csrf_token(client, "/masuk/kata-sandi")

    answer = client.post(
        "/masuk/kata-sandi",
        data={"csrf_token": token, "email": "sari@contoh.id", "password": password},
    )

    assert answer.status_code == 422


def test_a_longer_password_is_not_cut_to_the_right_one(app: Flask, client: FlaskClient) -> None:
    """ASVS 6.2.8."""
    whole = "padi " * 25 + "sri"
    assert len(whole) == 128
    with app.app_context():
        make_person(email="sari@contoh.id", password=passwords.hash_password(whole))

    longer = type_password(client, "sari@contoh.id", whole + "x")
    exact = type_password(client, "sari@contoh.id", whole)

    assert (longer.status_code, exact.status_code) == (422, 303)


def test_a_password_is_not_trimmed(app: Flask, client: FlaskClient) -> None:
    """ASVS 6.2.8."""
    with app.app_context():
        make_person(email="sari@contoh.id", password=passwords.hash_password(f" {PASSWORD} "))

    trimmed = type_password(client, "sari@contoh.id", PASSWORD)
    exact = type_password(client, "sari@contoh.id", f" {PASSWORD} ")

    assert (trimmed.status_code, exact.status_code) == (422, 303)


def test_a_form_without_its_token_is_refused(app: Flask, client: FlaskClient) -> None:
    """ASVS 3.5.1."""
    with app.app_context():
        make_person(email="sari@contoh.id")

    answers = [
        client.post(path, data={"email": "sari@contoh.id", "password": PASSWORD})
        for path in ("/masuk", "/masuk/kata-sandi", "/masuk/lupa", "/keluar")
    ]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert not is_signed_in(client)


def test_who_is_signed_in_is_led_past_the_door(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_person(email="sari@contoh.id")
    type_password(client, "sari@contoh.id")

    answer = client.get("/masuk")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/saya")


def test_another_code_replaces_the_first(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_person(email="sari@contoh.id")
    send(client, "/masuk", email="sari@contoh.id", how="code")
    do_jobs(app)
    first = mailed_code(app)

    answer = send(client, "/masuk/kode/lagi", form_at="/masuk/kode")
    do_jobs(app)

    assert answer.headers["Location"] == "/masuk/kode"
    assert send(client, "/masuk/kode", code=mailed_code(app)).status_code == 303
    assert is_signed_in(client)
    assert first != mailed_code(app) or len(list_mails(app)) == 2


def test_a_code_page_without_a_wish_leads_to_the_door(client: FlaskClient) -> None:
    answers = [
        client.get("/masuk/kode"),
        client.get("/masuk/langkah-kedua"),
        send(client, "/masuk/kode/lagi", form_at="/masuk"),
    ]

    assert [answer.headers["Location"] for answer in answers] == ["/masuk"] * 3


def test_a_fragment_is_sent_to_the_door_as_a_whole_page(client: FlaskClient) -> None:
    answer = client.get("/kelola/orang?q=sari", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.get_data()) == (204, b"")
    assert answer.headers["HX-Redirect"] == "/masuk?next=/kelola/orang?q%3Dsari"


def test_logs_name_nobody_and_no_secret(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """ASVS 16.2.5, 16.3.1: what happened and to which account, nothing personal."""
    with app.app_context():
        person = make_person(email="canary.sari@contoh.id", name="Canary Sari")
    type_password(client, "canary.sari@contoh.id", "canary wrong password")
    send(client, "/masuk", email="canary.sari@contoh.id", how="code")
    do_jobs(app)
    code = mailed_code(app)
    send(client, "/masuk/kode", code="000000")
    send(client, "/masuk/kode", code=code)
    send(client, "/masuk/lupa", email="canary.sari@contoh.id")
    do_jobs(app)
    link = last_mail(app, "password_reset")["link"]
    client.get(link.removeprefix("http://gernas.test"))

    lines = [record.getMessage() for record in caplog.records]
    for canary in ("canary", "Canary", code, link.rpartition("/")[2], PASSWORD):
        assert not any(canary in line for line in lines)
    events = [json.loads(line) for line in lines if line.startswith("{")]
    told = [(event["event"], event.get("means"), event.get("user")) for event in events]
    assert ("sign_in_failed", "password", person.id) in told
    assert ("sign_in_failed", "code", None) in told
    assert ("signed_in", "code", person.id) in told
