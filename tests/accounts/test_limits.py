"""Limits at the door: guessing stops, and nobody is locked out by somebody else."""

import threading

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from gernas.accounts.models import DoorStep
from gernas.accounts.services.attempts import (
    DOOR,
    PASSWORDS,
    WRONG_CODES,
    by_account,
    claim_tries,
)
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.limits import Attempt, check_limit, note_attempt
from tests.accounts.conftest import Clock
from tests.accounts.door import (
    do_jobs,
    is_signed_in,
    mailed_code,
    make_person,
    send,
    type_password,
)
from tests.conftest import race


def test_after_five_wrong_passwords_a_code_is_mailed_instead(
    app: Flask, client: FlaskClient
) -> None:
    """ASVS 6.1.1, 6.3.1: guessing stops, and nobody is locked out."""
    with app.app_context():
        make_person(email="sari@contoh.id")

    statuses = [
        type_password(client, "sari@contoh.id", "bukan sandi saya").status_code for _ in range(5)
    ]
    paused = type_password(client, "sari@contoh.id")
    do_jobs(app)
    answer = send(client, "/masuk/kode", code=mailed_code(app))

    assert statuses == [422] * 5
    assert paused.headers["Location"] == "/masuk/kode"
    assert answer.status_code == 303
    assert is_signed_in(client)


def test_unknown_addresses_are_paused_like_known_ones(app: Flask, client: FlaskClient) -> None:
    for _ in range(5):
        type_password(client, "tiada@contoh.id", "bukan sandi saya")

    paused = type_password(client, "tiada@contoh.id", "bukan sandi saya")

    assert paused.headers["Location"] == "/masuk/kode"


def test_a_pause_ends_after_a_quarter_of_an_hour(
    app: Flask, client: FlaskClient, time: Clock
) -> None:
    with app.app_context():
        make_person(email="sari@contoh.id")
    for _ in range(5):
        type_password(client, "sari@contoh.id", "bukan sandi saya")

    time.forward(minutes=16)
    type_password(client, "sari@contoh.id")

    assert is_signed_in(client)


def test_tries_are_counted_before_they_are_made(app: Flask, client: FlaskClient) -> None:
    """Many at once cannot all find room: the limit is claimed, then the password is hashed."""
    with app.app_context():
        claim = by_account(PASSWORDS, "sari@contoh.id")

    def attempt() -> str:
        claim_tries(claim)
        return "counted"

    assert race(app, [attempt] * 8) == ["TooMany"] * 3 + ["counted"] * 5


def test_tries_that_look_first_and_count_later_escape_the_limit(app: Flask) -> None:
    """The control: what happens without the claim."""
    with app.app_context():
        limit, key = by_account(PASSWORDS, "sari@contoh.id")
    everyone = threading.Barrier(8)

    def attempt() -> str:
        check_limit(key, most=limit.most, within=limit.within)
        everyone.wait()
        with transaction():
            note_attempt(key)
        return "counted"

    assert race(app, [attempt] * 8) == ["counted"] * 8


def test_three_code_mails_in_a_quarter_of_an_hour(app: Flask, client: FlaskClient) -> None:
    """ASVS 6.6.3, 2.4.1."""
    with app.app_context():
        make_person(email="sari@contoh.id")

    statuses = [
        send(client, "/masuk", email="sari@contoh.id", how="code").status_code for _ in range(4)
    ]

    assert statuses == [303, 303, 303, 429]


def test_another_network_can_still_ask_for_a_code(app: Flask, client: FlaskClient) -> None:
    """ASVS 6.1.1: who spends a person's mails does not lock the person out."""
    with app.app_context():
        make_person(email="sari@contoh.id")
    for _ in range(4):
        send(client, "/masuk", email="sari@contoh.id", how="code")

    elsewhere = app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    answer = send(elsewhere, "/masuk", email="sari@contoh.id", how="code")

    assert answer.status_code == 303


def test_a_network_address_has_a_hundred_tries(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction():
        rows = [Attempt(key="door:127.0.0.1", at=now()) for _ in range(DOOR.most)]
        db.session.add_all(rows)

    answer = type_password(client, "siapa@contoh.id", "bukan sandi saya")

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_right_sign_ins_do_not_use_up_the_network_address(app: Flask, client: FlaskClient) -> None:
    """Thousands of phones share one address of a carrier."""
    with app.app_context():
        make_person(email="sari@contoh.id")

    type_password(client, "sari@contoh.id")

    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_after_many_wrong_codes_each_new_one_may_be_tried_once(
    app: Flask, client: FlaskClient
) -> None:
    """Guessing gets hopeless, and the person who reads the mail still gets in."""
    with app.app_context():
        make_person(email="sari@contoh.id")
        key = by_account(WRONG_CODES, "sari@contoh.id")[1]
        with transaction():
            db.session.add_all(Attempt(key=key, at=now()) for _ in range(WRONG_CODES.most))
    send(client, "/masuk", email="sari@contoh.id", how="code")
    do_jobs(app)

    with app.app_context():
        assert db.session.scalars(select(DoorStep.most_tries)).one() == 1
    send(client, "/masuk/kode", code=mailed_code(app))
    assert is_signed_in(client)
