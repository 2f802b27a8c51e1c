"""Changing one's own account, and the links that go out by mail for it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gernas.accounts.models import MailLink, User
from gernas.accounts.services.own_account import reset_password
from gernas.core.database import db, transaction
from tests.accounts.conftest import Clock
from tests.accounts.door import (
    PASSWORD,
    app_code,
    csrf_token,
    do_jobs,
    is_signed_in,
    last_mail,
    list_mails,
    mailed_path,
    make_person,
    send,
    set_up_app,
    type_password,
)
from tests.conftest import race
from tests.factories import sign_in

NEW_PASSWORD = "sambal terasi buatan ibu"


@pytest.fixture
def person(app: Flask) -> User:
    with app.app_context():
        return make_person(email="sari@contoh.id")


def ask_for_reset(app: Flask, client: FlaskClient, email: str = "sari@contoh.id") -> str:
    """The path of the link that was mailed."""
    send(client, "/masuk/lupa", email=email)
    do_jobs(app)
    return mailed_path(app, "password_reset")


def test_a_reset_link_sets_a_password_and_opens_no_session(
    app: Flask, client: FlaskClient, person: User
) -> None:
    """ASVS 6.4.1, 6.4.3, 7.4.3."""
    signed_in = app.test_client()
    sign_in(app, signed_in, person)
    path = ask_for_reset(app, client)

    answer = send(client, path, password=NEW_PASSWORD)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/masuk/kata-sandi")
    assert not is_signed_in(client)
    assert not is_signed_in(signed_in)
    assert type_password(client, "sari@contoh.id").status_code == 422
    assert type_password(client, "sari@contoh.id", NEW_PASSWORD).status_code == 303
    assert list_mails(app)[-1][:2] == ("password_changed", "sari@contoh.id")


def test_after_a_reset_the_second_step_is_still_asked(
    app: Flask, client: FlaskClient, person: User
) -> None:
    """ASVS 6.4.3."""
    with app.app_context():
        set_up_app(app, person)

    send(client, ask_for_reset(app, client), password=NEW_PASSWORD)
    answer = type_password(client, "sari@contoh.id", NEW_PASSWORD)

    assert answer.headers["Location"] == "/masuk/langkah-kedua"
    assert not is_signed_in(client)
    send(client, "/masuk/langkah-kedua", code=app_code(app, person))
    assert is_signed_in(client)


def test_a_reset_link_works_once(app: Flask, client: FlaskClient, person: User) -> None:
    """ASVS 6.4.1."""
    path = ask_for_reset(app, client)
    token = csrf_token(client, path)
    client.post(path, data={"csrf_token": token, "password": NEW_PASSWORD})

    again = client.post(path, data={"csrf_token": token, "password": "kata yang lain sekali"})

    assert (again.status_code, client.get(path).status_code) == (410, 410)
    assert type_password(client, "sari@contoh.id", NEW_PASSWORD).status_code == 303


def test_a_reset_link_works_once_also_at_the_same_moment(
    app: Flask, client: FlaskClient, person: User
) -> None:
    """ASVS 15.4.2."""
    token = ask_for_reset(app, client).rpartition("/")[2]

    def attempt() -> str:
        with transaction():
            reset_password(token, "hash")
        return "set"

    assert race(app, [attempt] * 6) == ["LinkIsOver"] * 5 + ["set"]


def test_a_reset_link_lasts_an_hour(
    app: Flask, client: FlaskClient, person: User, time: Clock
) -> None:
    """ASVS 6.4.1."""
    path = ask_for_reset(app, client)

    time.forward(minutes=59)
    in_time = client.get(path).status_code
    time.forward(minutes=1)

    assert (in_time, client.get(path).status_code) == (200, 410)


def test_opening_a_reset_link_changes_nothing(
    app: Flask, client: FlaskClient, person: User
) -> None:
    """Mail programs open links to look for harm."""
    path = ask_for_reset(app, client)

    for _ in range(3):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200

    assert send(client, path, password=NEW_PASSWORD).status_code == 303


@pytest.mark.parametrize("path", ["/masuk/sandi-baru/x", "/masuk/surel/x", "/undangan/x"])
def test_an_unknown_link_is_over(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 410


def test_a_link_of_one_kind_opens_no_other_door(
    app: Flask, client: FlaskClient, person: User
) -> None:
    """ASVS 9.2.2."""
    token = ask_for_reset(app, client).rpartition("/")[2]

    paths = [f"/masuk/surel/{token}", f"/undangan/{token}"]

    assert [client.get(path).status_code for path in paths] == [410, 410]


def test_links_are_kept_as_hashes(app: Flask, client: FlaskClient, person: User) -> None:
    """ASVS 11.4.2, 11.5.1."""
    token = ask_for_reset(app, client).rpartition("/")[2]

    with app.app_context():
        kept = db.session.scalars(select(MailLink.token_hash)).one()
    assert len(token) == 22
    assert token not in (kept or "")


def test_links_come_from_the_settings_and_not_from_the_request(
    app: Flask, client: FlaskClient, person: User
) -> None:
    token = csrf_token(client, "/masuk/lupa")
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    data = {"csrf_token": token, "email": "sari@contoh.id"}
    client.post("/masuk/lupa", data=data, headers=forged)
    do_jobs(app)

    assert last_mail(app, "password_reset")["link"].startswith(
        "http://gernas.test/masuk/sandi-baru/"
    )


def test_changing_the_password_asks_the_present_one_and_signs_out_the_others(
    app: Flask, client: FlaskClient, person: User
) -> None:
    """ASVS 6.2.2, 6.2.3, 7.4.3."""
    other = app.test_client()
    sign_in(app, other, person)
    sign_in(app, client, person)

    wrong = send(client, "/akun/kata-sandi", present="bukan ini", password=NEW_PASSWORD)
    missing = send(client, "/akun/kata-sandi", present="", password=NEW_PASSWORD)
    right = send(client, "/akun/kata-sandi", present=PASSWORD, password=NEW_PASSWORD)

    assert [answer.status_code for answer in (wrong, missing, right)] == [422, 422, 303]
    assert "(optional)" not in missing.get_data(as_text=True)
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)
    assert type_password(app.test_client(), "sari@contoh.id", NEW_PASSWORD).status_code == 303


def test_an_open_browser_is_no_place_to_guess_the_password(
    app: Flask, client: FlaskClient, person: User
) -> None:
    """ASVS 6.3.1."""
    sign_in(app, client, person)

    statuses = [
        send(client, "/akun/kata-sandi", present=f"tebakan {n}", password=NEW_PASSWORD).status_code
        for n in range(6)
    ]

    assert statuses == [422] * 5 + [429]


def test_who_signs_in_by_code_can_set_a_password(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        user = make_person(email="kode@contoh.id", password=None)
    sign_in(app, client, user)

    answer = send(client, "/akun/kata-sandi", password=NEW_PASSWORD)

    assert answer.status_code == 303
    assert type_password(app.test_client(), "kode@contoh.id", NEW_PASSWORD).status_code == 303


def test_an_address_changes_when_the_new_one_is_confirmed(
    app: Flask, client: FlaskClient, person: User
) -> None:
    """ASVS 6.3.7, 7.4.3: the link goes to the new address, the news to both."""
    sign_in(app, client, person)
    reset = ask_for_reset(app, app.test_client())

    send(client, "/akun/surel", email="Baru@contoh.id")
    do_jobs(app)
    path = mailed_path(app, "email_change")
    with app.app_context():
        assert db.session.get_one(User, person.id).email == "sari@contoh.id"
    elsewhere = app.test_client()
    answer = send(elsewhere, path)

    assert answer.headers["Location"] == "/en/masuk"
    assert not is_signed_in(elsewhere)
    assert not is_signed_in(client)
    assert [(template, to) for template, to, _ in list_mails(app)][-3:] == [
        ("email_change", "baru@contoh.id"),
        ("email_changed", "sari@contoh.id"),
        ("email_changed", "baru@contoh.id"),
    ]
    assert last_mail(app, "email_changed") == {"email": "b…@contoh.id"}
    assert type_password(client, "baru@contoh.id").status_code == 303
    assert app.test_client().get(path).status_code == 410
    assert app.test_client().get(reset).status_code == 410


def test_nobody_learns_that_an_address_is_taken(
    app: Flask, client: FlaskClient, person: User
) -> None:
    """ASVS 6.3.8: the owner hears of it, the asker sees the same as ever."""
    with app.app_context():
        make_person(email="lain@contoh.id")
    sign_in(app, client, person)

    taken = send(client, "/akun/surel", email="lain@contoh.id")
    free = send(client, "/akun/surel", email="bebas@contoh.id")
    do_jobs(app)

    assert (taken.status_code, taken.headers["Location"]) == (303, "/akun")
    assert (free.status_code, free.headers["Location"]) == (303, "/akun")
    assert [(template, to) for template, to, _ in list_mails(app)] == [
        ("email_in_use", "lain@contoh.id"),
        ("email_change", "bebas@contoh.id"),
    ]


def test_an_address_that_was_taken_in_the_meantime_is_not_given_twice(
    app: Flask, client: FlaskClient, person: User
) -> None:
    sign_in(app, client, person)
    send(client, "/akun/surel", email="baru@contoh.id")
    do_jobs(app)
    path = mailed_path(app, "email_change")
    with app.app_context():
        make_person(email="baru@contoh.id")

    answer = send(app.test_client(), path)

    assert answer.status_code == 410
    with app.app_context():
        assert db.session.get_one(User, person.id).email == "sari@contoh.id"


def test_name_and_language_can_be_changed(app: Flask, client: FlaskClient, person: User) -> None:
    sign_in(app, client, person)

    answer = send(client, "/akun", name="  Ibu   Sari ", language="id")

    assert answer.status_code == 303
    with app.app_context():
        user = db.session.get_one(User, person.id)
        assert (user.name, user.language) == ("Ibu Sari", "id")
    assert '<html lang="id">' in client.get("/akun").get_data(as_text=True)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "", "language": "id"},
        {"name": "x" * 121, "language": "id"},
        {"name": "Kunjungi https://evil.example", "language": "id"},
        {"name": "Sari", "language": "xx"},
    ],
)
def test_a_bad_profile_is_refused(
    app: Flask, client: FlaskClient, person: User, fields: dict[str, str]
) -> None:
    """ASVS 2.2.1."""
    sign_in(app, client, person)

    assert send(client, "/akun", **fields).status_code == 422


def test_only_named_fields_are_taken(app: Flask, client: FlaskClient, person: User) -> None:
    """ASVS 15.3.3."""
    sign_in(app, client, person)

    send(
        client,
        "/akun",
        name="Sari",
        language="en",
        email="lain@contoh.id",
        active="",
        role="administrator",
        id="7",
        password="x",
    )

    with app.app_context():
        user = db.session.get_one(User, person.id)
        assert (user.email, user.active, user.held) == ("sari@contoh.id", True, ())
        assert user.password == person.password
