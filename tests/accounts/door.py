"""What the tests of this folder do at the door: fill in forms, read mails, set the clock."""

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import select
from werkzeug.test import TestResponse

from gernas.accounts.models import User
from gernas.accounts.passwords import hash_password
from gernas.accounts.services import own_account
from gernas.accounts.totp import get_totp
from gernas.core import clock, jobs
from gernas.core.database import db, transaction
from gernas.messages.models import Message
from tests.factories import make_user

PASSWORD = "kopi hitam tanpa gula"
_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


def csrf_token(client: FlaskClient, path: str) -> str:
    """The token of the first form on a page."""
    found = _TOKEN.search(client.get(path).get_data(as_text=True))
    assert found is not None, f"no form on {path}"
    return found[1]


def send(
    client: FlaskClient, path: str, *, form_at: str | None = None, **fields: str
) -> TestResponse:
    """Open the page with the form, then send it as a browser does."""
    token = csrf_token(client, form_at or path)
    return client.post(path, data={"csrf_token": token, **fields})


def make_person(**values: object) -> User:
    """A user with the password of the tests."""
    return make_user(**{"password": hash_password(PASSWORD), **values})  # type: ignore[arg-type]


def type_password(
    client: FlaskClient, email: str, password: str = PASSWORD, *, query: str = ""
) -> TestResponse:
    return send(client, f"/masuk/kata-sandi{query}", email=email, password=password)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/akun").status_code == 200


def do_jobs(app: Flask) -> None:
    """What the worker would do now."""
    with app.app_context():
        jobs.sweep()


def list_mails(app: Flask) -> list[tuple[str, str, dict[str, str]]]:
    """Template, address and values of all queued mails, oldest first."""
    with app.app_context():
        rows = db.session.scalars(select(Message).order_by(Message.id)).all()
        return [(row.template, row.recipient, row.placeholders) for row in rows]


def last_mail(app: Flask, template: str) -> dict[str, str]:
    """The values of the newest mail of a template."""
    return [values for name, _to, values in list_mails(app) if name == template][-1]


def mailed_code(app: Flask) -> str:
    return last_mail(app, "sign_in_code")["code"].replace(" ", "")


def mailed_path(app: Flask, template: str) -> str:
    return last_mail(app, template)["link"].removeprefix(app.config["GERNAS"].url)


def set_up_app(app: Flask, user: User) -> list[str]:
    """Give a person an authenticator app; returns the recovery codes."""
    codes, hashes = own_account.new_recovery_codes()
    with transaction():
        person = db.session.get_one(User, user.id)
        person.totp_secret = get_totp().generate_totp_secret()
        person.totp_since_at = clock.now()
        own_account.replace_recovery_codes(person, hashes)
    return codes


def app_code(app: Flask, user: User, *, steps: int = 0) -> str:
    """What the person's app shows now, or some steps of 30 s away."""
    with app.app_context():
        secret = db.session.get_one(User, user.id).totp_secret
        key = get_totp().get_totp_b32_key(secret or "")
    moment = clock.now() + timedelta(seconds=30 * steps)
    return str(TOTP(key).generate(moment.timestamp()).token)
