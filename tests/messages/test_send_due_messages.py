"""Mail leaves at least once, never twice at once, and only to a server we trust (ASVS 12.3.1–4)."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from gernas.config import Settings
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.messages import delivery
from gernas.messages.delivery import send_due_messages, send_what_is_due
from gernas.messages.models import Message, MessageState
from gernas.messages.queries import find_message, get_outbox_health, read_kept_mail
from gernas.messages.services import cancel_message
from tests.conftest import count_queries, race
from tests.messages.conftest import Clock, Queue, mail_settings, use_settings
from tests.messages.smtp import Mailbox, find_free_port, mail_server, make_certificate


def get_message(key: str) -> Message:
    db.session.rollback()
    message = find_message(key)
    assert message is not None
    return message


def test_a_mail_arrives_with_all_its_headers(
    context: Flask, queue: Queue, mailbox: Mailbox
) -> None:
    message = queue(to="siti@example.id", values={"name": "Siti", "url": "http://gernas.test/a"})

    assert send_due_messages() == 1

    [(address, mail)] = mailbox.received
    assert address == "siti@example.id"
    assert (mail["To"], mail["From"]) == ("siti@example.id", "Gernas BBI <kabar@gernas.test>")
    assert mail["Subject"] == "Hello Siti"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "Good day Siti." in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    sent = get_message(message.key)
    assert (sent.state, sent.attempts, sent.error) == (MessageState.SENT, 1, None)
    assert sent.finished_at is not None


def test_nothing_is_sent_twice(context: Flask, queue: Queue, mailbox: Mailbox) -> None:
    queue()

    assert [send_due_messages(), send_due_messages()] == [1, 0]
    assert len(mailbox.received) == 1


def test_a_reader_can_leave_with_one_click(
    context: Flask, queue: Queue, mailbox: Mailbox, settings: Settings
) -> None:
    use_settings(
        context,
        url="https://gernas.test",
        mail=context.config["GERNAS"].mail,
        contact_email="tanya@gernas.test",
    )
    leave = "https://gernas.test/ikuti/keluar/abc"
    queue(values={"name": "Siti", "url": "https://gernas.test/", "leave_url": leave})

    send_due_messages()

    [(_, mail)] = mailbox.received
    assert mail["List-Unsubscribe"] == f"<{leave}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Reply-To"] == "tanya@gernas.test"
    assert leave in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_while_the_server_is_away_messages_wait_longer_and_longer(
    context: Flask, queue: Queue, settings: Settings, time: Clock
) -> None:
    use_settings(context, mail=mail_settings(find_free_port()))
    first, second = queue(), queue()
    waits = []

    for _ in range(7):
        assert send_due_messages() == 0
        message = get_message(first.key)
        waits.append(round((message.due_at - time.now()).total_seconds() / 60))
        time.ahead += message.due_at - time.now() + timedelta(seconds=1)

    assert waits[:6] == [1, 5, 30, 120, 720, 1440]
    for message in (get_message(first.key), get_message(second.key)):
        assert (message.state, message.attempts) == (MessageState.FAILED, 7)
        assert message.error == "ConnectionRefusedError"
    assert get_outbox_health().failed == 2


def test_when_the_server_is_back_everything_leaves(
    context: Flask, queue: Queue, settings: Settings, time: Clock
) -> None:
    port = find_free_port()
    use_settings(context, mail=mail_settings(port))
    for _ in range(60):
        queue()
    assert send_due_messages() == 0
    assert get_outbox_health().waiting == 60
    box = Mailbox()
    with mail_server(box) as port:
        use_settings(context, mail=mail_settings(port))
        time.forward(minutes=2)

        assert send_due_messages() == 60

    assert box.addresses == sorted(f"siti{number}@example.id" for number in range(1, 61))


def test_a_mailbox_that_does_not_exist_is_given_up_and_the_others_get_theirs(
    context: Flask, queue: Queue, mailbox: Mailbox
) -> None:
    mailbox.answers = {"salah@example.id": "550 5.1.1 salah@example.id: no such mailbox"}
    wrong, right = queue(to="salah@example.id"), queue(to="siti@example.id")

    assert send_due_messages() == 1

    assert get_message(right.key).state == MessageState.SENT
    message = get_message(wrong.key)
    assert (message.state, message.error) == (MessageState.FAILED, "SMTPRecipientsRefused 550")


@pytest.mark.parametrize(
    "answer", ["450 4.2.0 greylisted, come again", "550 5.7.1 relaying denied", "452 4.2.2 full"]
)
def test_what_may_pass_later_is_tried_again(
    context: Flask, queue: Queue, mailbox: Mailbox, time: Clock, answer: str
) -> None:
    mailbox.answers = {"siti@example.id": answer}
    message = queue(to="siti@example.id")
    assert send_due_messages() == 0
    assert get_message(message.key).state == MessageState.WAITING
    mailbox.answers.clear()

    time.forward(minutes=2)

    assert send_due_messages() == 1
    assert get_message(message.key).attempts == 2


def test_a_refused_text_is_tried_again(
    context: Flask, queue: Queue, mailbox: Mailbox, time: Clock
) -> None:
    mailbox.answer_to_data = "554 5.7.1 looks like spam"
    message = queue()
    assert send_due_messages() == 0
    assert get_message(message.key).error == "SMTPDataError 554"
    mailbox.answer_to_data = None
    time.forward(minutes=2)

    assert send_due_messages() == 1


def test_a_message_that_cannot_be_written_does_not_stop_the_others(
    context: Flask, queue: Queue, mailbox: Mailbox
) -> None:
    broken, right = queue(), queue()
    with transaction():
        db.session.execute(update(Message).where(Message.id == broken.id).values(template="gone"))

    assert send_due_messages() == 1

    assert get_message(right.key).state == MessageState.SENT
    message = get_message(broken.key)
    assert (message.state, message.error) == (MessageState.FAILED, "BadTemplate")


def test_a_worker_killed_after_sending_sends_again_under_the_same_message_id(
    context: Flask,
    queue: Queue,
    mailbox: Mailbox,
    time: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Killed(BaseException):
        pass

    def die(_claimed: object) -> None:
        raise Killed

    message = queue(to="siti@example.id")
    with monkeypatch.context() as killing:
        killing.setattr(delivery, "mark_sent", die)
        with pytest.raises(Killed):
            send_due_messages()
    db.session.rollback()
    assert send_due_messages() == 0  # The lease still runs.
    assert get_message(message.key).is_being_sent

    time.forward(minutes=6)

    assert send_due_messages() == 1
    assert mailbox.addresses == ["siti@example.id"] * 2
    first, second = (mail["Message-ID"] for _, mail in mailbox.received)
    assert first == second
    assert get_message(message.key).state == MessageState.SENT


def test_a_message_id_tells_nothing_and_is_like_no_other(
    context: Flask, queue: Queue, mailbox: Mailbox
) -> None:
    queue(key="invitation:12"), queue(key="invitation:13")

    send_due_messages()

    first, second = (mail["Message-ID"] for _, mail in mailbox.received)
    assert first != second
    assert "invitation" not in first
    assert first.endswith("@gernas.test>")


def test_many_workers_send_each_message_once(app: Flask, queue: Queue, mailbox: Mailbox) -> None:
    with app.app_context():
        for _ in range(30):
            queue()
    mailbox.slow_seconds = 0.01

    results = race(app, [send_due_messages] * 4)

    assert sum(int(count) for count in results) == 30
    assert mailbox.addresses == sorted(f"siti{number}@example.id" for number in range(1, 31))


def test_without_the_lease_workers_send_the_same_messages(
    app: Flask, queue: Queue, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same race, where taking a message leaves no mark."""
    claimed: list[delivery.Claimed] = []
    claim = delivery.claim_messages
    once = threading.Lock()

    def look(limit: int = 50) -> list[delivery.Claimed]:
        with once:
            if not claimed:
                claimed.extend(claim(limit))
        return claimed

    monkeypatch.setattr(delivery, "claim_messages", look)
    with app.app_context():
        for _ in range(5):
            queue()
    mailbox.slow_seconds = 0.2
    monkeypatch.setattr(delivery, "is_anything_due", lambda: not mailbox.received)

    race(app, [send_due_messages] * 4)

    assert len(mailbox.received) > 5


def test_what_is_taken_back_meanwhile_is_not_sent(
    context: Flask, queue: Queue, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = queue(), queue()
    send = delivery._send
    answers = []

    def send_slowly(*arguments: object) -> None:
        send(*arguments)  # type: ignore[arg-type]
        with transaction():
            answers.append(cancel_message(first.key))
            answers.append(cancel_message(second.key))

    monkeypatch.setattr(delivery, "_send", send_slowly)

    assert send_due_messages() == 1

    assert answers == [False, False]  # It cannot promise: a worker holds them.
    assert mailbox.addresses == [first.recipient]
    assert get_message(first.key).state == MessageState.SENT
    assert get_message(second.key).state == MessageState.CANCELLED


def test_a_late_worker_does_not_undo_what_another_did(
    context: Flask, queue: Queue, mailbox: Mailbox, time: Clock
) -> None:
    message = queue()
    [stale] = delivery.claim_messages()
    time.forward(minutes=6)
    send_due_messages()

    delivery._mark_failed(stale, "TimeoutError")

    assert get_message(message.key).state == MessageState.SENT


def test_a_worker_gives_back_what_its_lease_is_too_short_for(
    context: Flask, queue: Queue, mailbox: Mailbox, time: Clock
) -> None:
    first, second = queue(), queue()
    batch = delivery.claim_messages()
    time.forward(minutes=4)

    assert delivery._send_batch(batch) == (0, True)

    for key in (first.key, second.key):
        message = get_message(key)
        assert (message.attempts, message.lease, message.is_being_sent) == (0, None, False)


def test_a_message_with_a_name_like_a_command_is_only_text(
    context: Flask, queue: Queue, mailbox: Mailbox
) -> None:
    queue(values={"name": "Siti\r\nBcc: dua@example.id\r\n\r\nx", "url": "http://gernas.test/"})

    send_due_messages()

    [(_, mail)] = mailbox.received
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello Siti Bcc: dua@example. id x"


def test_logs_hold_no_address_and_no_value(
    context: Flask, queue: Queue, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.answers = {"salah@example.id": "550 5.1.1 <salah@example.id> unknown"}
    queue(to="salah@example.id", values={"name": "Kenari", "url": "http://gernas.test/r"})
    queue(to="siti@example.id", values={"name": "Kenari", "url": "http://gernas.test/r"})

    send_due_messages()

    ours = "".join(r.getMessage() for r in caplog.records if not r.name.startswith("mail."))
    assert '"state": "sent"' in ours
    assert '"state": "failed"' in ours
    assert not [word for word in ("Kenari", "siti@", "salah@") if word in ours]


def test_looking_for_due_messages_is_one_question(
    context: Flask, queue: Queue, mailbox: Mailbox
) -> None:
    with count_queries(context) as statements:
        send_what_is_due()

    assert len(statements) == 1


def test_the_worker_sends_from_a_thread_of_its_own(
    context: Flask, queue: Queue, mailbox: Mailbox
) -> None:
    queue()

    send_what_is_due()
    thread = delivery._sender.thread
    assert thread is not None
    thread.join(10)

    assert len(mailbox.received) == 1


# --- Which server is trusted ------------------------------------------------------------------


@pytest.fixture(params=["tls", "starttls"])
def secured(
    request: pytest.FixtureRequest, context: Flask, settings: Settings, tmp_path: Path
) -> Iterator[tuple[Mailbox, Path]]:
    """A server with a certificate that it signed itself, and the certificate."""
    server, certificate = make_certificate(tmp_path)
    options: dict[str, dict[str, Any]] = {
        "tls": {"ssl_context": server},
        "starttls": {"tls_context": server, "require_starttls": True},
    }
    box = Mailbox()
    with mail_server(box, **options[request.param]) as port:
        use_settings(context, mail=mail_settings(port, host="localhost", security=request.param))
        yield box, certificate


def test_a_self_signed_server_is_refused(
    context: Flask, queue: Queue, secured: tuple[Mailbox, Path]
) -> None:
    box, _ = secured
    message = queue()

    assert send_due_messages() == 0

    assert box.received == []
    assert get_message(message.key).error == "SSLCertVerificationError"


def test_a_server_whose_certificate_is_trusted_gets_the_mail(
    context: Flask,
    queue: Queue,
    secured: tuple[Mailbox, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box, certificate = secured
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    queue()

    assert send_due_messages() == 1

    assert len(box.received) == 1


def test_a_server_without_starttls_gets_nothing(
    context: Flask, queue: Queue, mailbox: Mailbox
) -> None:
    message = queue()
    mail = replace(context.config["GERNAS"].mail, security="starttls")
    use_settings(context, mail=mail)

    assert send_due_messages() == 0

    assert mailbox.received == []
    assert get_message(message.key).error == "SMTPNotSupportedError"


def test_a_wrong_password_is_a_fault_of_ours_and_tried_again(
    context: Flask, queue: Queue, settings: Settings
) -> None:
    box = Mailbox()
    message = queue()
    with mail_server(box, authenticator=box.authenticate, auth_require_tls=False) as port:
        use_settings(context, mail=mail_settings(port, user="gernas", password="wrong"))
        assert send_due_messages() == 0
        assert get_message(message.key).error == "SMTPAuthenticationError 535"
        assert get_message(message.key).state == MessageState.WAITING

        use_settings(context, mail=mail_settings(port, user="gernas", password="right"))
        with transaction():
            db.session.execute(update(Message).values(due_at=now()))
        assert send_due_messages() == 1

    assert set(box.logins) == {b"gernas"}


# --- Without a server -------------------------------------------------------------------------


def test_a_demo_without_a_server_writes_files_that_only_it_can_read(
    context: Flask, queue: Queue
) -> None:
    message = queue(values={"name": "Sri Çelik", "url": "http://gernas.test/"})

    assert send_due_messages() == 1

    kept = read_kept_mail(message.id)
    assert kept is not None
    assert (kept.subject, kept.to) == ("Hello Sri Çelik", message.recipient)
    assert "Good day Sri Çelik." in kept.text
    [file] = (context.config["GERNAS"].instance / "mail").glob(f"{message.id:06d}.*")
    assert file.stat().st_mode & 0o777 == 0o600


def test_outside_the_demo_mail_waits_for_a_server(
    context: Flask, queue: Queue, settings: Settings
) -> None:
    use_settings(context, demo=False)
    message = queue()

    assert send_due_messages() == 0

    waiting = get_message(message.key)
    assert (waiting.state, waiting.error) == (MessageState.WAITING, "NoMailServer")
    assert db.session.scalar(select(Message.lease)) is None
