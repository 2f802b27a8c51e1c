"""The outbox on screen: what leaves, what fails, and nothing personal (ASVS 14.2.4)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.core.database import db, transaction
from gernas.core.permissions import Role
from gernas.messages.delivery import send_due_messages
from gernas.messages.models import Message, MessageState
from gernas.messages.services import cancel_message
from tests.conftest import count_queries
from tests.factories import make_user, sign_in
from tests.messages.conftest import Queue
from tests.messages.smtp import Mailbox

URL = "/kelola/surat"
Put = Callable[..., Message]


@pytest.fixture
def administrator(app: Flask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        user = make_user(Role.ADMINISTRATOR)
    sign_in(app, client, user)
    return client


@pytest.fixture
def put(app: Flask, queue: Queue) -> Put:
    """Queue from outside of a context."""

    def put_message(**values: Any) -> Message:
        with app.app_context():
            return queue(**values)

    return put_message


def send(app: Flask) -> int:
    with app.app_context():
        return send_due_messages()


def read_state(app: Flask, message: Message) -> MessageState:
    with app.app_context():
        return MessageState(db.session.get_one(Message, message.id).state)


def post(client: FlaskClient, address: str) -> int:
    """Press a button of the page it stands on."""
    page = client.get(URL).get_data(as_text=True)
    [token] = set(re.findall(r'name="csrf_token" value="([^"]+)"', page))
    return client.post(address, data={"csrf_token": token}).status_code


def test_the_page_shows_states_and_veils_addresses(
    app: Flask, administrator: FlaskClient, put: Put, mailbox: Mailbox
) -> None:
    mailbox.answers = {"salah@contoh.id": "550 5.1.1 nobody"}
    put(to="siti@contoh.id", values={"name": "Kenari", "url": "http://gernas.test/"})
    put(to="salah@contoh.id")
    put(key="taken:1")
    with app.app_context(), transaction():
        cancel_message("taken:1")
    send(app)
    put(to="made@contoh.id")

    page = administrator.get(URL).get_data(as_text=True)

    for text in ("Sent", "Given up", "Taken back", "Waiting", "s…@contoh.id"):
        assert text in page
    assert "SMTPRecipientsRefused 550" in page
    for hidden in ("siti@", "salah@", "Kenari"):
        assert hidden not in page


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("gagal", ["a…"]),
        ("terkirim", ["b…"]),
        ("menunggu", ["c…"]),
        ("batal", []),
        ("apa", ["c…", "b…", "a…"]),
    ],
)
def test_the_page_can_be_narrowed_to_a_state(
    app: Flask,
    administrator: FlaskClient,
    put: Put,
    mailbox: Mailbox,
    word: str,
    *,
    shown: list[str],
) -> None:
    mailbox.answers = {"a@contoh.id": "550 5.1.1 nobody"}
    put(to="a@contoh.id")
    put(to="b@contoh.id")
    send(app)
    put(to="c@contoh.id")

    page = administrator.get(f"{URL}?keadaan={word}").get_data(as_text=True)

    assert re.findall(r"(\w…)@", page) == shown


def test_what_was_given_up_can_be_sent_again(
    app: Flask, administrator: FlaskClient, put: Put, mailbox: Mailbox
) -> None:
    mailbox.answers = {"siti@contoh.id": "550 5.1.1 nobody"}
    message = put(to="siti@contoh.id")
    send(app)
    mailbox.answers.clear()

    assert post(administrator, f"{URL}/{message.id}/pengiriman") == 303

    assert read_state(app, message) == MessageState.WAITING
    assert send(app) == 1


def test_what_was_sent_is_not_sent_again(
    app: Flask, administrator: FlaskClient, put: Put, mailbox: Mailbox
) -> None:
    message = put()
    send(app)

    assert post(administrator, f"{URL}/{message.id}/pengiriman") == 409
    assert post(administrator, f"{URL}/99999/pengiriman") == 404
    assert read_state(app, message) == MessageState.SENT


def test_a_demo_without_a_server_shows_what_a_mail_says(
    app: Flask, administrator: FlaskClient, put: Put
) -> None:
    message = put(values={"name": "<b>Siti</b>", "url": "http://gernas.test/acara"})
    assert administrator.get(f"{URL}/{message.id}").status_code == 404
    send(app)

    assert f"{URL}/{message.id}" in administrator.get(URL).get_data(as_text=True)
    page = administrator.get(f"{URL}/{message.id}").get_data(as_text=True)

    assert "Good day &lt;b&gt;Siti&lt;/b&gt;." in page


def test_with_a_server_nobody_reads_the_mails_of_others(
    app: Flask, administrator: FlaskClient, put: Put, mailbox: Mailbox
) -> None:
    message = put()
    send(app)

    assert f"{URL}/{message.id}" not in administrator.get(URL).get_data(as_text=True)
    assert administrator.get(f"{URL}/{message.id}").status_code == 404


def test_others_do_not_see_the_outbox(app: Flask, client: FlaskClient, put: Put) -> None:
    message = put()
    with app.app_context():
        user = make_user(Role.STOP_MANAGER)
    sign_in(app, client, user)

    assert client.get(URL).status_code == 403
    assert client.get(f"{URL}/{message.id}").status_code == 403


def test_a_long_outbox_comes_in_pages_at_the_same_cost(
    app: Flask, administrator: FlaskClient, put: Put
) -> None:
    put()
    with count_queries(app) as few:
        administrator.get(URL)
    for _ in range(51):
        put()

    with count_queries(app) as many:
        page = administrator.get(URL).get_data(as_text=True)

    assert len(many) == len(few)
    [older] = re.findall(r'href="([^"]+)" rel="next"', page)
    assert administrator.get(older).get_data(as_text=True).count("g…@") == 0
    assert administrator.get(older).get_data(as_text=True).count("s…@") == 2


def test_an_empty_outbox_says_what_will_stand_there(administrator: FlaskClient) -> None:
    assert "No mail yet" in administrator.get(URL).get_data(as_text=True)
    page = administrator.get(f"{URL}?keadaan=gagal").get_data(as_text=True)
    assert "No mail in this state" in page
