"""The second step: codes of an app, used once; recovery codes; who needs it; who helps."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import select

from gernas.accounts.errors import AskedByTheSame, MayNotGive, NobodyAsked
from gernas.accounts.models import RecoveryCode, User, UserSession
from gernas.accounts.secrets import new_recovery_code, read_recovery_code
from gernas.accounts.services.people import agree_to_release, ask_for_release
from gernas.accounts.totp import get_totp
from gernas.core.database import db, lock, transaction
from gernas.core.permissions import Role
from tests.accounts.conftest import Clock
from tests.accounts.door import (
    app_code,
    csrf_token,
    is_signed_in,
    last_mail,
    list_mails,
    make_person,
    send,
    set_up_app,
    type_password,
)
from tests.conftest import race
from tests.factories import make_stop, make_user, sign_in


@pytest.fixture
def strict(app: Flask) -> Iterator[None]:
    """The settings outside the demo: organizers need the second factor."""
    before = app.config["GERNAS"]
    app.config["GERNAS"] = replace(before, second_factor=True)
    yield
    app.config["GERNAS"] = before


@pytest.fixture
def person(app: Flask) -> User:
    with app.app_context():
        return make_person(email="sari@contoh.id")


def first_factor(app: Flask, email: str = "sari@contoh.id") -> FlaskClient:
    """A browser in which the first factor was shown."""
    browser = app.test_client()
    assert type_password(browser, email).headers["Location"] == "/masuk/langkah-kedua"
    return browser


def test_with_an_app_the_password_alone_opens_nothing(app: Flask, person: User) -> None:
    """ASVS 6.3.3."""
    with app.app_context():
        set_up_app(app, person)

    browser = first_factor(app)

    assert not is_signed_in(browser)
    answer = send(browser, "/masuk/langkah-kedua", code=app_code(app, person))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/saya")
    assert is_signed_in(browser)


def test_a_code_of_the_app_works_once(app: Flask, person: User) -> None:
    """ASVS 6.5.1."""
    with app.app_context():
        set_up_app(app, person)
    code = app_code(app, person)
    first, second = first_factor(app), first_factor(app)

    right = send(first, "/masuk/langkah-kedua", code=code)
    again = send(second, "/masuk/langkah-kedua", code=code)

    assert (right.status_code, again.status_code) == (303, 422)
    assert not is_signed_in(second)


def test_a_code_of_the_app_works_once_also_at_the_same_moment(app: Flask, person: User) -> None:
    """ASVS 6.5.1, 15.4.2: the counter stands in the person's row, which is locked."""
    with app.app_context():
        set_up_app(app, person)
    code = app_code(app, person)

    def attempt() -> bool:
        with transaction():
            return get_totp().check(lock(db.session.get_one(User, person.id)), code)

    assert race(app, [attempt] * 6) == ["False"] * 5 + ["True"]


def test_a_former_code_is_not_right_after_a_later_one(app: Flask, person: User) -> None:
    with app.app_context():
        set_up_app(app, person)
    former, present = app_code(app, person, steps=-1), app_code(app, person)

    send(first_factor(app), "/masuk/langkah-kedua", code=present)
    answer = send(first_factor(app), "/masuk/langkah-kedua", code=former)

    assert answer.status_code == 422


def test_at_most_three_codes_are_right_at_once(context: Flask) -> None:
    """ASVS 6.5.5: nine were, with the defaults of Flask-Security."""
    person = make_person()
    set_up_app(context, person)
    right = []
    for steps in range(-10, 11):
        user = db.session.get_one(User, person.id)
        user.totp_counter = None
        with db.session.no_autoflush:
            if get_totp().check(user, app_code(context, person, steps=steps)):
                right.append(steps)
            db.session.expire(user)

    assert right == [-1, 0, 1]


def test_five_wrong_codes_kill_the_step_and_pause_the_account(
    app: Flask, person: User, time: Clock
) -> None:
    """ASVS 6.6.3."""
    with app.app_context():
        set_up_app(app, person)
    browser = first_factor(app)

    wrong = [send(browser, "/masuk/langkah-kedua", code="000000") for _ in range(5)]
    paused = send(first_factor(app), "/masuk/langkah-kedua", code=app_code(app, person))
    time.forward(minutes=16)
    later = send(first_factor(app), "/masuk/langkah-kedua", code=app_code(app, person))

    assert [answer.status_code for answer in wrong] == [422] * 4 + [303]
    assert browser.get("/masuk/langkah-kedua").headers["Location"] == "/masuk"
    assert (paused.status_code, later.status_code) == (429, 303)


def test_the_second_step_waits_ten_minutes(app: Flask, person: User, time: Clock) -> None:
    with app.app_context():
        set_up_app(app, person)
    browser = first_factor(app)

    time.forward(minutes=11)

    assert browser.get("/masuk/langkah-kedua").headers["Location"] == "/masuk"


def test_the_secret_of_the_app_is_encrypted_and_survives_a_new_key(
    app: Flask, person: User
) -> None:
    """ASVS 11.2.2, 13.3.1: values carry their key's number, and move to the new key when used."""
    with app.app_context():
        set_up_app(app, person)
        kept = db.session.get_one(User, person.id).totp_secret or ""
        plain = get_totp().get_totp_b32_key(kept)
    code = app_code(app, person)
    config = app.config
    before = config["SECRET_KEY"], config["SECRET_KEY_FALLBACKS"]
    config["SECRET_KEY"], config["SECRET_KEY_FALLBACKS"] = "new" * 20, [before[0]]
    try:
        with app.app_context():
            with transaction():
                assert get_totp().check(db.session.get_one(User, person.id), code)
            moved = db.session.get_one(User, person.id).totp_secret or ""
            config["SECRET_KEY_FALLBACKS"] = []
            assert get_totp().get_totp_b32_key(moved) == plain
    finally:
        config["SECRET_KEY"], config["SECRET_KEY_FALLBACKS"] = before

    assert plain not in kept
    assert moved != kept


def test_setting_up_the_app_gives_recovery_codes_and_signs_out_the_others(
    app: Flask, client: FlaskClient, person: User
) -> None:
    """ASVS 7.4.3, 6.5.2."""
    other = app.test_client()
    sign_in(app, other, person)
    type_password(client, "sari@contoh.id")

    page = client.get("/akun/langkah-kedua").get_data(as_text=True)
    found = re.search(r"<code>([A-Z2-7 -]+)</code>", page)
    assert found is not None
    code = TOTP(found[1].replace("-", "").replace(" ", "")).generate().token
    answer = send(client, "/akun/langkah-kedua", code=str(code))
    codes = re.findall(r"<code>([0-9]-[0-9a-z-]{14})</code>", answer.get_data(as_text=True))

    assert answer.status_code == 200
    assert [shown[0] for shown in codes] == list("0123456789")
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)
    assert [template for template, *_ in list_mails(app)] == ["second_factor_added"]
    with app.app_context():
        kept = db.session.scalars(select(RecoveryCode.code_hash)).all()
        assert all(one.startswith("$argon2id$") for one in kept)
    assert "data:image/svg+xml" in page
    again = send(client, "/akun/langkah-kedua", form_at="/akun", code=str(code))
    assert again.status_code == 200
    assert codes[0] not in again.get_data(as_text=True)


def test_the_page_with_the_codes_has_a_working_way_out(
    app: Flask, client: FlaskClient, person: User
) -> None:
    """The token is that of the new session."""
    with app.app_context():
        set_up_app(app, person)
    sign_in(app, client, person)

    page = send(client, "/akun/langkah-kedua/kode-cadangan", form_at="/akun/langkah-kedua")
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))

    assert found is not None
    assert client.post("/keluar", data={"csrf_token": found[1]}).status_code == 303


def test_setting_up_needs_a_code_that_fits(app: Flask, client: FlaskClient, person: User) -> None:
    type_password(client, "sari@contoh.id")

    answer = send(client, "/akun/langkah-kedua", code="000000")

    assert answer.status_code == 422
    with app.app_context():
        assert db.session.get_one(User, person.id).totp_secret is None


def test_a_recovery_code_stands_in_for_the_app_once(app: Flask, person: User) -> None:
    """ASVS 6.4.4."""
    with app.app_context():
        codes = set_up_app(app, person)
    first, second = first_factor(app), first_factor(app)

    right = send(first, "/masuk/langkah-kedua", recovery=codes[3].upper().replace("-", " "))
    again = send(second, "/masuk/langkah-kedua", recovery=codes[3])

    assert (right.status_code, again.status_code) == (303, 422)
    assert (is_signed_in(first), is_signed_in(second)) == (True, False)
    assert last_mail(app, "recovery_code_used") == {"left": "9"}


def test_another_persons_recovery_code_is_wrong(app: Flask, person: User) -> None:
    with app.app_context():
        set_up_app(app, person)
        codes = set_up_app(app, make_person(email="lain@contoh.id"))

    answer = send(first_factor(app), "/masuk/langkah-kedua", recovery=codes[0])

    assert answer.status_code == 422


def test_new_recovery_codes_replace_the_former(app: Flask, person: User) -> None:
    with app.app_context():
        former = set_up_app(app, person)
    browser = app.test_client()
    sign_in(app, browser, person)

    page = send(browser, "/akun/langkah-kedua/kode-cadangan", form_at="/akun/langkah-kedua")
    codes = re.findall(r"<code>([0-9]-[0-9a-z-]{14})</code>", page.get_data(as_text=True))

    answers = [
        send(first_factor(app), "/masuk/langkah-kedua", recovery=code).status_code
        for code in (former[0], codes[0])
    ]
    assert answers == [422, 303]


def test_a_recovery_code_is_read_however_it_is_typed() -> None:
    code = new_recovery_code(4)

    read = read_recovery_code(code)
    assert read is not None
    assert read == (4, code[2:].replace("-", ""))
    assert read_recovery_code(code.upper().replace("-", " ")) == read
    assert read_recovery_code("1-o0o0-iiii-llll") == (1, "000011111111")
    assert [
        read_recovery_code(bad) for bad in ("", "4", code + "x", "a" + code[1:], "٤" + code[1:])
    ] == [None] * 5


def test_switching_off_asks_afresh_and_signs_out_the_others(
    app: Flask, client: FlaskClient, person: User, time: Clock
) -> None:
    """ASVS 7.5.1, 7.4.3."""
    with app.app_context():
        set_up_app(app, person)
    other = app.test_client()
    sign_in(app, other, person)
    sign_in(app, client, person)
    token = csrf_token(client, "/akun/langkah-kedua")

    time.forward(minutes=21)
    stale = client.post("/akun/langkah-kedua/lepas", data={"csrf_token": token})
    sign_in(app, client, person)
    send(client, "/akun/langkah-kedua/lepas", form_at="/akun/langkah-kedua")

    assert stale.headers["Location"].startswith("/masuk?lagi=1")
    with app.app_context():
        assert db.session.get_one(User, person.id).totp_secret is None
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)
    assert [template for template, *_ in list_mails(app)] == ["second_factor_removed"]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.VIEWER])
@pytest.mark.usefixtures("strict")
def test_organizers_set_up_the_second_step_before_the_back_office(
    app: Flask, client: FlaskClient, role: Role
) -> None:
    """ASVS 6.3.3, each role."""
    with app.app_context():
        stop = make_stop()
        scope = {"campaign_manager": stop.campaign.scope}.get(role, stop.scope)
        user = make_user(role) if role == Role.ADMINISTRATOR else make_user(role, scope)
    sign_in(app, client, user)

    answer = client.get("/kelola/kampanye")

    assert answer.headers["Location"] == "/akun/langkah-kedua?next=/kelola/kampanye"


@pytest.mark.usefixtures("strict")
def test_a_viewer_needs_no_second_step(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        user = make_user(Role.VIEWER, make_stop().scope)
    sign_in(app, client, user)

    assert client.get("/kelola/kampanye").status_code == 200


@pytest.mark.usefixtures("strict")
def test_a_session_without_the_second_step_is_asked_for_it(app: Flask, client: FlaskClient) -> None:
    """ASVS 6.3.3: the first factor of long ago is not enough once there is an app."""
    with app.app_context():
        user = make_user(Role.ADMINISTRATOR)
        set_up_app(app, user)
    sign_in(app, client, user)
    assert client.get("/kelola/orang").status_code == 200

    with app.app_context(), transaction():
        db.session.scalars(select(UserSession)).one().second_factor = False

    answer = client.get("/kelola/orang")
    assert answer.headers["Location"] == "/masuk?lagi=1&next=/kelola/orang"


def test_two_organizers_take_a_lost_factor_away(context: Flask) -> None:
    """ASVS 6.4.4: never one alone, never oneself, never someone above, and not after a day."""
    stop = make_stop()
    lost = make_user(Role.ORGANIZER, stop.scope)
    set_up_app(context, lost)
    one, two = (make_user(Role.STOP_MANAGER, stop.scope) for _ in range(2))
    outside = make_user(Role.STOP_MANAGER, make_stop().scope)

    def act(action: object, by: User) -> None:
        with transaction():
            action(db.session.get_one(User, lost.id), by=db.session.get_one(User, by.id))  # type: ignore[operator]

    with pytest.raises(NobodyAsked):
        act(agree_to_release, two)
    for stranger in (outside, lost):
        with pytest.raises(MayNotGive):
            act(ask_for_release, stranger)
    act(ask_for_release, one)
    with pytest.raises(AskedByTheSame):
        act(agree_to_release, one)
    with pytest.raises(MayNotGive):
        act(agree_to_release, outside)
    assert db.session.get_one(User, lost.id).has_second_factor

    act(agree_to_release, two)

    assert not db.session.get_one(User, lost.id).has_second_factor
    assert list_mails(context)[-1][:2] == ("second_factor_removed", lost.email)


def test_stop_managers_cannot_take_the_factor_of_someone_above(context: Flask) -> None:
    stop = make_stop()
    above = make_user(Role.CAMPAIGN_MANAGER, stop.campaign.scope)
    set_up_app(context, above)
    manager = make_user(Role.STOP_MANAGER, stop.scope)

    with pytest.raises(MayNotGive), transaction():
        ask_for_release(db.session.get_one(User, above.id), by=db.session.get_one(User, manager.id))


def test_a_wish_to_release_is_over_after_a_day(context: Flask, time: Clock) -> None:
    lost = make_user(Role.VIEWER, make_stop().scope)
    set_up_app(context, lost)
    one, two = make_user(Role.ADMINISTRATOR), make_user(Role.ADMINISTRATOR)
    with transaction():
        ask_for_release(db.session.get_one(User, lost.id), by=db.session.get_one(User, one.id))

    time.forward(hours=25)

    with pytest.raises(NobodyAsked), transaction():
        agree_to_release(db.session.get_one(User, lost.id), by=db.session.get_one(User, two.id))
