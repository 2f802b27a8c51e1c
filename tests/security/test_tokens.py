"""Each secret opens one door, and a key that was exchanged is a key no more."""

import hashlib
import secrets
from collections.abc import Callable

from flask import Flask, json
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner, URLSafeSerializer, URLSafeTimedSerializer
from sqlalchemy import select, text

from gernas.accounts.models import DoorStep, StepKind, User
from gernas.accounts.services.steps import ask_for_code
from gernas.app import create_app
from gernas.core.database import Model, close_connections, db, transaction
from gernas.core.security import SignedCookieSession
from tests.accounts.door import csrf_token, is_signed_in, make_person
from tests.factories import sign_in
from tests.security.world import World

DOORS = {
    "accounts.new_password": "/masuk/sandi-baru/{}",
    "accounts.new_email": "/masuk/surel/{}",
    "accounts.invitation": "/undangan/{}",
    "calendars.personal": "/kalender/pribadi/{}.ics",
    "follow.confirm": "/ikuti/konfirmasi/{}",
    "follow.leave": "/ikuti/berhenti/{}",
}
# One secret of a row, in all its mails: it confirms, and it leaves.
SAME = {"follow.confirm", "follow.leave", "follow.leave_now"}


def list_secrets(world: World) -> dict[str, str]:
    """Every secret there is, by what it is for: of links, sessions, steps at the door, forms."""
    client = world.client("administrator")
    form = csrf_token(client, "/akun")
    with client.session_transaction() as cookie:
        session, uniquifier = cookie["session"], cookie["_user_id"]
        raw_form = cookie["csrf_token"]
    cookie_value = client.get_cookie("gernas", domain="gernas.test")
    with world.app.app_context(), transaction():
        step = ask_for_code("a@contoh.id", language="id")
    with world.app.app_context():
        hashes = {
            f"hash:{name}": hashlib.sha256(token.encode()).hexdigest()
            for name, token in world.one.tokens.items()
        }
    return {
        **world.one.tokens,
        **hashes,
        "session": session,
        "uniquifier": uniquifier,
        "form": form,
        "raw form": raw_form,
        "cookie": cookie_value.value if cookie_value else "",
        "step": step,
        "metrics": "token-of-the-tests",
    }


def test_every_secret_is_refused_at_every_other_door(own_world: World) -> None:
    """ASVS 9.2.1, 9.2.2, 9.2.3, 6.4.1: by GET and by POST; its own door takes it (the control)."""
    opened, shut = [], []
    for purpose, token in list_secrets(own_world).items():
        for door, path in DOORS.items():
            own = purpose == door or {purpose, door} <= SAME
            client = own_world.client(None)
            answers = [client.get(path.format(token))]
            if not own:
                form = csrf_token(client, "/masuk/lupa")
                answers.append(client.post(path.format(token), data={"csrf_token": form}))
            statuses = {answer.status_code for answer in answers} - {405, 429}
            if not own and not statuses <= {404, 410}:
                opened.append((purpose, door, statuses))
            if own and statuses != {200}:
                shut.append((purpose, door, statuses))

    assert (opened, shut) == ([], [])


def test_no_secret_signs_anyone_in(own_world: World) -> None:
    """ASVS 7.2.1, 14.2.1: not in an address, a header, or a cookie of another name or make."""
    signed_in = []
    for purpose, token in list_secrets(own_world).items():
        if purpose == "cookie":
            continue
        tries: list[Callable[[FlaskClient, str], object]] = [
            lambda c, t: c.get("/akun", query_string={"auth_token": t}),
            lambda c, t: c.get("/akun", query_string={"token": t, "session": t}),
            lambda c, t: c.get("/akun", headers={"Authentication-Token": t}),
            lambda c, t: c.get("/akun", headers={"Authorization": f"Bearer {t}"}),
            lambda c, t: c.get("/akun", headers={"Authorization": f"Basic {t}"}),
            lambda c, t: c.set_cookie("gernas", t, domain="gernas.test"),
            lambda c, t: c.set_cookie("session", t, domain="gernas.test"),
            lambda c, t: c.set_cookie("remember_token", t, domain="gernas.test"),
            lambda c, t: c.get("/masuk", query_string={"include_auth_token": t}),
        ]
        for number, attempt in enumerate(tries):
            client = own_world.app.test_client()
            attempt(client, token)
            if is_signed_in(client):
                signed_in.append((purpose, number))

    assert signed_in == []


def sign_like(app: Flask, values: dict[str, object]) -> dict[str, str]:
    """The same values under our key, signed as other parts of the program would sign them."""
    key = app.config["SECRET_KEY"]
    flask_own = SecureCookieSessionInterface().get_signing_serializer(app)
    assert flask_own is not None
    text_ = json.dumps(values)
    return {
        "Flask's own salt and SHA-1": flask_own.dumps(values),
        "no salt": URLSafeTimedSerializer(key).dumps(values),
        "of forms": URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(values),
        "without time": URLSafeSerializer(key, salt="gernas-session").dumps(values),
        "by hand": TimestampSigner(key, salt="gernas-session").sign(text_).decode(),
        "another key": URLSafeTimedSerializer("x" * 48, salt="gernas-session").dumps(values),
    }


def test_only_a_cookie_signed_as_one_is_one(app: Flask, client: FlaskClient) -> None:
    """ASVS 9.1.1, 9.1.2, 9.1.3, 11.4.1: each purpose has its salt, and SHA-256."""
    with app.app_context():
        person = make_person()
    sign_in(app, client, person)
    with client.session_transaction() as cookie:
        values = dict(cookie)
    signer = SignedCookieSession().get_signing_serializer(app)
    assert signer is not None

    for value in sign_like(app, values).values():
        other = app.test_client()
        other.set_cookie("gernas", value, domain="gernas.test")
        assert not is_signed_in(other)
    right = app.test_client()
    right.set_cookie("gernas", str(signer.dumps(values)), domain="gernas.test")
    assert is_signed_in(right)


def test_the_cookie_of_a_former_key_is_good_until_the_key_is_dropped(
    app: Flask, environ: dict[str, str]
) -> None:
    """ASVS 11.2.2, 13.3.4: keys are exchanged without signing anyone out at once."""
    with app.app_context():
        person = make_person()
    client = app.test_client()
    sign_in(app, client, person)
    cookie = client.get_cookie("gernas", domain="gernas.test")
    assert cookie is not None
    new = {**environ, "GERNAS_SECRET_KEY": secrets.token_urlsafe(48)}
    for fallbacks, expected in ((environ["GERNAS_SECRET_KEY"], True), ("", False)):
        later = create_app({**new, "GERNAS_SECRET_KEY_FALLBACKS": fallbacks})
        browser = later.test_client()
        browser.set_cookie("gernas", cookie.value, domain="gernas.test")

        assert is_signed_in(browser) is expected
        later.extensions["kept"].store.close()
        with later.app_context():
            close_connections()


def test_no_secret_is_kept_as_it_is(own_world: World) -> None:
    """ASVS 11.4.2, 14.2.1: whoever reads the database can open no door with it."""
    with own_world.app.app_context(), transaction():
        ask_for_code("a@contoh.id", language="id")
    known = {**own_world.one.tokens, **list_secrets(own_world)}
    known = {name: token for name, token in known.items() if not name.startswith("hash:")}
    known.pop("uniquifier")  # stands in the cookie beside the secret, and opens nothing alone
    with own_world.app.app_context():
        kept = "\n".join(
            repr(tuple(row))
            for table in Model.metadata.sorted_tables
            if table.name != "message"
            for row in db.session.execute(select(table))
        )

    assert [name for name, token in known.items() if token in kept] == []


def test_what_opens_a_door_leaves_the_outbox_with_the_mail(own_world: World) -> None:
    """ASVS 14.2.4, 6.5.2: the one place where links wait until they are sent."""
    from gernas.messages.templates import get_template

    with own_world.app.app_context():
        secret = {
            name
            for name in ("sign_in_code", "password_reset", "email_change", "invitation")
            if get_template(name).is_secret
        }

    assert secret == {"sign_in_code", "password_reset", "email_change", "invitation"}


def test_a_step_at_the_door_is_for_its_kind_and_browser(app: Flask, client: FlaskClient) -> None:
    """ASVS 6.5.1, 6.6.2: the secret of a code's page is none of the second factor's."""
    with app.app_context(), transaction():
        secret = ask_for_code("a@contoh.id", language="id")
    with client.session_transaction() as cookie:
        cookie["step"] = secret

    assert client.get("/masuk/kode").status_code == 200
    assert client.get("/masuk/langkah-kedua").location == "/masuk"
    with app.app_context():
        assert db.session.scalars(select(DoorStep.kind)).all() == [StepKind.CODE]


def test_a_session_row_of_another_person_is_no_session(app: Flask, client: FlaskClient) -> None:
    """ASVS 7.2.1: the cookie names person and session, and both have to belong together."""
    with app.app_context():
        one, two = make_person(), make_person()
    sign_in(app, client, one)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = two.fs_uniquifier

    assert not is_signed_in(client)
    with app.app_context():
        assert db.session.scalar(text('SELECT count(*) FROM "user"')) == 2
        assert db.session.get_one(User, two.id).signed_in_at is None
