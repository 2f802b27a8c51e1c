"""Sessions end: by logout, time, number or a change; then their cookie is worth nothing."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from gernas.accounts.jobs import tidy
from gernas.accounts.models import User, UserSession
from gernas.accounts.services.grants import give_grant
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.permissions import ALL, Role
from tests.accounts.conftest import Clock
from tests.accounts.door import (
    csrf_token,
    is_signed_in,
    make_person,
    send,
    type_password,
)
from tests.conftest import count_queries
from tests.factories import make_campaign, make_user, sign_in


def copy_cookies(app: Flask, client: FlaskClient) -> FlaskClient:
    """Another browser with the same cookie."""
    thief = app.test_client()
    with client.session_transaction() as cookie:
        held = dict(cookie)
    with thief.session_transaction() as cookie:
        cookie.update(held)
    return thief


def count_sessions(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(UserSession)) or 0


def test_signing_out_ends_the_session_for_copied_cookies_too(
    app: Flask, client: FlaskClient
) -> None:
    """ASVS 7.4.1, 7.2.1, 14.3.1."""
    with app.app_context():
        make_person(email="sari@contoh.id")
    type_password(client, "sari@contoh.id")
    thief = copy_cookies(app, client)
    assert is_signed_in(thief)

    answer = send(client, "/keluar", form_at="/akun")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert count_sessions(app) == 0
    assert not is_signed_in(client)
    assert not is_signed_in(thief)


def test_signing_in_starts_afresh(app: Flask, client: FlaskClient) -> None:
    """ASVS 7.2.4: nothing from before, neither row nor token, also when signing in once more."""
    with app.app_context():
        make_person(email="sari@contoh.id")
    before = csrf_token(client, "/masuk")
    with client.session_transaction() as cookie:
        cookie["planted"] = "by someone else"

    type_password(client, "sari@contoh.id")
    first = copy_cookies(app, client)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
    stale = client.post("/keluar", data={"csrf_token": before})
    type_password(client, "sari@contoh.id", query="?lagi=1")

    assert stale.status_code == 400
    assert is_signed_in(client)
    assert not is_signed_in(first)
    assert count_sessions(app) == 1


def test_the_secret_in_the_cookie_has_128_bits_and_is_kept_as_a_hash(
    app: Flask, client: FlaskClient
) -> None:
    """ASVS 7.2.3."""
    with app.app_context():
        make_person(email="sari@contoh.id")

    type_password(client, "sari@contoh.id")

    with client.session_transaction() as cookie:
        secret = cookie["session"]
    with app.app_context():
        kept = db.session.scalars(select(UserSession.token_hash)).one()
    assert len(secret) == 22
    assert secret not in kept


def test_a_cookie_without_its_row_opens_nothing(app: Flask, client: FlaskClient) -> None:
    """ASVS 7.2.2: what Flask-Login writes is not enough."""
    with app.app_context():
        user = make_person(email="sari@contoh.id")
        other = make_person(email="lain@contoh.id")

    with client.session_transaction() as cookie:
        cookie.update(_user_id=user.get_id(), _fresh=True)
    assert not is_signed_in(client)

    sign_in(app, client, other)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = user.get_id()
    assert not is_signed_in(client)


@pytest.mark.parametrize("where", ["/akun?auth_token={}", "/akun"])
def test_no_token_in_an_address_or_header_signs_in(
    app: Flask, client: FlaskClient, where: str
) -> None:
    """ASVS 14.2.1: Flask-Security's tokens are off."""
    with app.app_context():
        user = make_person(email="sari@contoh.id")
        serializer = app.extensions["security"].remember_token_serializer
        token = serializer.dumps({"ver": "5", "uid": user.fs_uniquifier, "exp": 0, "fs_paa": 0})

    answer = client.get(where.format(token), headers={"Authentication-Token": token})

    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/login", "/us-signin", "/us-verify-link", "/reset", "/register"])
def test_the_pages_of_flask_security_are_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_organizers_session_ends_after_an_hour_without_use(
    app: Flask, client: FlaskClient, time: Clock
) -> None:
    """ASVS 7.3.1."""
    with app.app_context():
        user = make_user(Role.ADMINISTRATOR)
    sign_in(app, client, user)

    time.forward(minutes=59)
    assert is_signed_in(client)
    time.forward(minutes=59)
    assert is_signed_in(client)
    time.forward(minutes=60)
    assert not is_signed_in(client)


def test_an_organizers_session_ends_after_twelve_hours(
    app: Flask, client: FlaskClient, time: Clock
) -> None:
    """ASVS 7.3.2."""
    with app.app_context():
        user = make_user(Role.ADMINISTRATOR)
    sign_in(app, client, user)

    for _ in range(15):
        time.forward(minutes=45)
        assert is_signed_in(client)
    time.forward(minutes=45)

    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("visits", "stays"),
    [([13], True), ([14], False), ([7] * 4, True), ([5] * 6, False)],
)
def test_other_peoples_sessions_last_14_days_unused_and_30_at_most(
    app: Flask, client: FlaskClient, time: Clock, visits: list[int], stays: bool
) -> None:
    """ASVS 7.3.1, 7.3.2."""
    with app.app_context():
        user = make_person(email="sari@contoh.id")
    sign_in(app, client, user)

    for days in visits[:-1]:
        time.forward(days=days)
        assert is_signed_in(client)
    time.forward(days=visits[-1])

    assert is_signed_in(client) is stays


def test_a_role_shortens_sessions_that_are_open(
    app: Flask, client: FlaskClient, time: Clock
) -> None:
    with app.app_context():
        user = make_person(email="sari@contoh.id")
    sign_in(app, client, user)
    time.forward(hours=13)
    assert is_signed_in(client)

    with app.app_context(), transaction():
        person = db.session.get_one(User, user.id)
        give_grant(person, Role.ADMINISTRATOR, ALL, starts_at=now(), by=None)

    assert not is_signed_in(client)


def test_of_more_than_ten_sessions_the_oldest_ends(app: Flask) -> None:
    """ASVS 7.1.2."""
    with app.app_context():
        user = make_person(email="sari@contoh.id")
    browsers = [app.test_client() for _ in range(11)]

    for browser in browsers:
        sign_in(app, browser, user)

    assert [is_signed_in(browser) for browser in browsers] == [False] + [True] * 10


def test_a_closed_account_is_signed_out(app: Flask, client: FlaskClient) -> None:
    """ASVS 7.4.2, also if the rows were left behind."""
    with app.app_context():
        user = make_person(email="sari@contoh.id")
    sign_in(app, client, user)

    with app.app_context(), transaction():
        db.session.get_one(User, user.id).active = False

    assert not is_signed_in(client)


def test_people_see_and_end_their_own_sessions(app: Flask, client: FlaskClient) -> None:
    """ASVS 7.5.2."""
    with app.app_context():
        user = make_person(email="sari@contoh.id")
        other = make_person(email="lain@contoh.id")
    phone, foreign = app.test_client(), app.test_client()
    sign_in(app, foreign, other)
    phone.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
    )
    type_password(phone, "sari@contoh.id")
    sign_in(app, client, user)

    page = client.get("/akun/perangkat").get_data(as_text=True)
    with app.app_context():
        ids = {
            row.user_id: row.id
            for row in db.session.scalars(select(UserSession).order_by(UserSession.id.desc()))
        }
        phone_id = db.session.scalars(select(UserSession.id).where(UserSession.device != "")).one()

    assert page.count('/keluar"') >= 2
    assert "Chrome, Android" in page
    send(client, f"/akun/perangkat/{ids[other.id]}/keluar", form_at="/akun/perangkat")
    assert is_signed_in(foreign)
    send(client, f"/akun/perangkat/{phone_id}/keluar", form_at="/akun/perangkat")
    assert (is_signed_in(phone), is_signed_in(client)) == (False, True)


def test_all_other_sessions_can_be_ended_at_once(app: Flask, client: FlaskClient) -> None:
    """ASVS 7.4.3."""
    with app.app_context():
        user = make_person(email="sari@contoh.id")
    others = [app.test_client() for _ in range(3)]
    for browser in (*others, client):
        sign_in(app, browser, user)

    send(client, "/akun/perangkat/keluar", form_at="/akun/perangkat")

    assert is_signed_in(client)
    assert [is_signed_in(browser) for browser in others] == [False] * 3


def test_use_is_noted_once_a_minute_apart_from_the_request(
    app: Flask, client: FlaskClient, time: Clock
) -> None:
    """ASVS 3.5.3: what is fetched with GET changes nothing but this mark."""
    with app.app_context():
        user = make_person(email="sari@contoh.id")
    sign_in(app, client, user)

    with count_queries(app) as soon:
        client.get("/akun")
    time.forward(minutes=2)
    with count_queries(app) as later:
        client.get("/akun")

    assert [s for s in soon if not s.startswith("SELECT")] == []
    assert [s.partition(" SET")[0] for s in later if not s.startswith("SELECT")] == [
        "UPDATE user_session"
    ]


def test_a_signed_in_page_asks_one_question_for_the_person_and_what_they_hold(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        user = make_user(Role.ADMINISTRATOR)
    sign_in(app, client, user)

    with count_queries(app) as statements:
        client.get("/akun/perangkat")

    tables = [re.findall(r'FROM "?(\w+)', statement)[0] for statement in statements]
    assert tables == ["user", "user_session"]  # the last one is on the page


def test_public_pages_never_look_who_is_there(app: Flask, client: FlaskClient) -> None:
    """ASVS 14.2.2: the same bytes for everyone, without cookie."""
    with app.app_context():
        make_campaign(slug="gernas")
        user = make_user(Role.ADMINISTRATOR)
    sign_in(app, client, user)

    with count_queries(app) as statements:
        answer = client.get("/kampanye/gernas")

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert not any("user_session" in statement for statement in statements)


def test_signed_in_pages_are_kept_nowhere(app: Flask, client: FlaskClient) -> None:
    """ASVS 14.3.2."""
    with app.app_context():
        user = make_person(email="sari@contoh.id")
    sign_in(app, client, user)

    for path in ("/saya", "/akun", "/akun/perangkat", "/masuk?lagi=1"):
        assert client.get(path).headers["Cache-Control"] == "private, no-store", path


def test_important_changes_ask_once_more_after_a_quarter_of_an_hour(
    app: Flask, client: FlaskClient, time: Clock
) -> None:
    """ASVS 7.5.1."""
    with app.app_context():
        make_person(email="sari@contoh.id")
    type_password(client, "sari@contoh.id")

    soon = client.get("/akun/kata-sandi").status_code
    time.forward(minutes=15)
    pages = [client.get(f"/akun/{page}") for page in ("kata-sandi", "surel", "langkah-kedua")]
    again = type_password(client, "sari@contoh.id", query="?lagi=1&next=/akun/kata-sandi")

    assert soon == 200
    assert [page.headers["Location"] for page in pages] == [
        "/masuk?lagi=1&next=/akun/kata-sandi",
        "/masuk?lagi=1&next=/akun/surel",
        "/masuk?lagi=1&next=/akun/langkah-kedua",
    ]
    assert again.headers["Location"] == "/akun/kata-sandi"
    assert client.get("/akun/kata-sandi").status_code == 200


def test_a_form_that_was_opened_in_time_may_be_sent(
    app: Flask, client: FlaskClient, time: Clock
) -> None:
    with app.app_context():
        user = make_person(email="sari@contoh.id")
    sign_in(app, client, user)
    token = csrf_token(client, "/akun/surel")

    time.forward(minutes=17)
    in_time = client.post("/akun/surel", data={"csrf_token": token, "email": "baru@contoh.id"})
    time.forward(minutes=5)
    too_late = client.post("/akun/surel", data={"csrf_token": token, "email": "baru@contoh.id"})

    assert in_time.headers["Location"] == "/akun"
    assert too_late.headers["Location"] == "/masuk?lagi=1&next=/akun/surel"


def test_old_rows_are_tidied_up(app: Flask, time: Clock) -> None:
    with app.app_context():
        user = make_person(email="sari@contoh.id")
    sign_in(app, app.test_client(), user)

    with app.app_context():
        tidy()
    assert count_sessions(app) == 1
    time.forward(days=31)
    with app.app_context():
        tidy()

    assert count_sessions(app) == 0
