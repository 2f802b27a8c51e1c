"""A message is there exactly when what causes it is (ASVS 1.3.3, 2.3.1, 14.2.4)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.messages.delivery import send_due_messages
from gernas.messages.errors import NotFailed
from gernas.messages.models import Message, MessageState
from gernas.messages.queries import find_message
from gernas.messages.services import (
    cancel_message,
    empty_old_messages,
    erase_messages_to,
    mask_address,
    queue_message,
    retry_message,
)
from gernas.messages.templates import BadTemplate
from tests.conftest import race
from tests.messages.conftest import Clock, Queue
from tests.messages.smtp import Mailbox


def test_a_message_waits_until_the_worker_sends_it(context: Flask, queue: Queue) -> None:
    message = queue(key="invitation:1", to="siti@example.id")

    assert (message.state, message.attempts) == (MessageState.WAITING, 0)
    assert find_message("invitation:1") == message


def test_what_is_undone_sends_nothing(context: Flask, queue: Queue, mailbox: Mailbox) -> None:
    def queue_and_fail() -> None:
        with transaction():
            queue_message(
                "greeting",
                to="siti@example.id",
                language="id",
                values={"name": "Siti", "url": "http://gernas.test/acara"},
                key="greeting:0",
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        queue_and_fail()

    assert send_due_messages() == 0
    assert mailbox.received == []


def test_the_same_key_again_gives_the_first_message(context: Flask, queue: Queue) -> None:
    first = queue(key="code:5", to="siti@example.id")

    second = queue(key="code:5", to="lain@example.id")

    assert second.id == first.id
    assert second.recipient == "siti@example.id"
    assert len(db.session.scalars(select(Message)).all()) == 1


def test_of_many_simultaneous_messages_with_a_key_there_is_one(
    app: Flask, queue: Queue, mailbox: Mailbox
) -> None:
    results = race(app, [lambda: queue(key="code:5").id] * 6)

    assert len(set(results)) == 1
    with app.app_context():
        assert send_due_messages() == 1
    assert len(mailbox.received) == 1


def test_a_message_leaves_only_in_the_transaction_that_causes_it(
    context: Flask, queue: Queue
) -> None:
    with pytest.raises(RuntimeError, match="in the transaction that causes it"):
        queue_message("mail_test", to="a@example.id", language="id", values={}, key="a")


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"name": "Siti"}, "greeting needs url"),
        ({"url": "http://gernas.test/"}, "greeting needs name"),
        (
            {"name": "Siti", "url": "http://gernas.test/", "age": "5"},
            "greeting does not know age",
        ),
        ({"name": "Siti", "url": "https://evil.example/"}, "url of greeting leads elsewhere"),
        ({"name": "Siti", "url": "http://gernas.test.evil.example/"}, "url of greeting leads"),
        ({"name": "Siti", "url": "http://gernas.test/a b"}, "url of greeting leads elsewhere"),
        ({"name": "Siti", "url": "http://gernas.test/\nBcc: x"}, "url of greeting leads"),
        ({"name": 5, "url": "http://gernas.test/"}, "name of greeting is no text"),
        ({"name": "x" * 5001, "url": "http://gernas.test/"}, "or too long"),
    ],
)
def test_values_that_do_not_fit_the_template_are_refused_at_once(
    context: Flask, queue: Queue, values: dict[str, str], fault: str
) -> None:
    with pytest.raises(BadTemplate, match=fault):
        queue(values=values)


@pytest.mark.parametrize("name", ["nothing_like_it", "../conftest", "layout.html", "A"])
def test_a_template_that_is_none_is_refused(context: Flask, queue: Queue, name: str) -> None:
    with pytest.raises(BadTemplate):
        queue(template=name)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "siti",
        "siti@",
        "siti@example.id, dua@example.id",
        "siti@example.id\r\nBcc: dua@example.id",
        "Siti <siti@example.id>",
        "siti@example.id\0",
        "a" * 250 + "@example.id",
    ],
)
def test_what_is_not_one_address_is_refused(context: Flask, queue: Queue, address: str) -> None:
    with pytest.raises(ValueError, match="not one mail address"):
        queue(to=address)


def test_a_message_can_wait_for_its_time(
    context: Flask, queue: Queue, mailbox: Mailbox, time: Clock
) -> None:
    queue(key="decision:1", not_before=now() + timedelta(minutes=10))

    assert send_due_messages() == 0
    time.forward(minutes=9)
    assert send_due_messages() == 0
    time.forward(minutes=2)
    assert send_due_messages() == 1


def test_a_waiting_message_can_be_taken_back(
    context: Flask, queue: Queue, mailbox: Mailbox
) -> None:
    queue(key="decision:1")

    with transaction():
        assert cancel_message("decision:1") is True

    assert send_due_messages() == 0
    with transaction():
        assert cancel_message("decision:1") is True


def test_what_has_left_cannot_be_taken_back(context: Flask, queue: Queue, mailbox: Mailbox) -> None:
    queue(key="decision:1")
    send_due_messages()

    with transaction():
        assert cancel_message("decision:1") is False
        assert cancel_message("nothing:1") is False

    message = find_message("decision:1")
    assert message is not None
    assert message.state == MessageState.SENT


def test_only_what_was_given_up_is_sent_again(
    context: Flask, queue: Queue, mailbox: Mailbox
) -> None:
    mailbox.answers["siti@example.id"] = "550 5.1.1 no such mailbox"
    message = queue(to="siti@example.id")
    with pytest.raises(NotFailed), transaction():
        retry_message(message)
    send_due_messages()
    mailbox.answers.clear()

    with transaction():
        retry_message(db.session.get_one(Message, message.id))

    assert send_due_messages() == 1
    assert mailbox.addresses == ["siti@example.id"]


def test_after_30_days_address_and_values_are_gone_and_later_the_row(
    context: Flask, queue: Queue, mailbox: Mailbox, time: Clock
) -> None:
    queue(key="greeting:old")
    send_due_messages()
    time.forward(days=29)
    queue(key="greeting:new")

    with transaction():
        assert empty_old_messages() == 0
    time.forward(days=2)
    with transaction():
        assert empty_old_messages() == 1

    old, new = find_message("greeting:old"), find_message("greeting:new")
    assert old is not None
    assert new is not None
    assert (old.recipient, old.placeholders, old.state) == ("", {}, MessageState.SENT)
    assert new.placeholders["name"] == "Siti"  # It waits, however long.

    time.forward(days=400)
    with transaction():
        empty_old_messages()
    assert find_message("greeting:old") is None


def test_a_secret_is_gone_as_soon_as_it_was_sent(
    context: Flask, queue: Queue, mailbox: Mailbox, add_template: object
) -> None:
    assert callable(add_template)
    add_template("code", "Subject: Your code\nSecret: yes\n\n{{ code }}\n")
    queue(template="code", values={"code": "123456"}, key="code:1")

    send_due_messages()

    message = find_message("code:1")
    assert message is not None
    assert (message.placeholders, message.recipient != "") == ({}, True)
    assert "123456" in mailbox.received[0][1].as_string()


def test_a_person_can_be_forgotten(context: Flask, queue: Queue, mailbox: Mailbox) -> None:
    sent = queue(to="siti@example.id")
    send_due_messages()
    waiting = queue(to="siti@example.id")
    other = queue(to="made@example.id")

    with transaction():
        assert erase_messages_to("siti@example.id") == 2

    rows = {row.id: row for row in db.session.scalars(select(Message))}
    assert (rows[sent.id].recipient, rows[sent.id].placeholders) == ("", {})
    assert rows[waiting.id].state == MessageState.CANCELLED
    assert send_due_messages() == 1
    assert rows[other.id].recipient == "made@example.id"


def test_an_address_is_shown_by_its_first_letter() -> None:
    assert mask_address("siti@example.id") == "s…@example.id"
    assert mask_address("") == ""
