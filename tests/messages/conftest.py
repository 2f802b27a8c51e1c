"""Mail settings, a mail server, templates, and a clock that can be put forward."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from gernas.config import MailSettings, Settings
from gernas.core import clock
from gernas.core.database import transaction
from gernas.messages import templates
from gernas.messages.models import Message
from gernas.messages.services import queue_message
from tests.messages.smtp import Mailbox, mail_server

Queue = Callable[..., Message]

GREETING = """{# Needs: name, url. #}
Subject: Hello {{ name }}

Good day {{ name }}.

Look at it
{{ url }}
"""


def use_settings(app: Flask, **changes: Any) -> None:
    app.config["GERNAS"] = replace(app.config["GERNAS"], **changes)


def mail_settings(port: int, **changes: Any) -> MailSettings:
    values = {
        "host": "127.0.0.1",
        "port": port,
        "user": "",
        "password": "",
        "security": "none",
        "sender": "kabar@gernas.test",
    }
    return MailSettings(**{**values, **changes})


@pytest.fixture
def settings(app: Flask) -> Iterator[Settings]:
    """The settings as they were, put back after the test."""
    before = app.config["GERNAS"]
    yield before
    app.config["GERNAS"] = before


@pytest.fixture
def mailbox(app: Flask, settings: Settings) -> Iterator[Mailbox]:
    """A mail server that the application uses."""
    box = Mailbox()
    with mail_server(box) as port:
        use_settings(app, mail=mail_settings(port))
        yield box


@pytest.fixture
def add_template(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Write a template that lives for one test."""
    known: dict[str, Any] = {}
    monkeypatch.setitem(app.extensions, "message_templates", known)

    def add(name: str, source: str) -> None:
        with app.app_context():
            known[name] = templates.compile_template(name, source)

    return add


@pytest.fixture
def queue(app: Flask, add_template: Callable[[str, str], None]) -> Queue:
    """Queue a greeting and commit it."""
    add_template("greeting", GREETING)
    count = iter(range(1, 1000))

    def queue_greeting(**values: Any) -> Message:
        number = next(count)
        defaults: dict[str, Any] = {
            "template": "greeting",
            "to": f"siti{number}@example.id",
            "language": "id",
            "values": {"name": "Siti", "url": "http://gernas.test/acara"},
            "key": f"greeting:{number}",
        }
        wanted = {**defaults, **values}
        with transaction():
            return queue_message(wanted.pop("template"), **wanted)

    return queue_greeting


class Clock:
    """The time of the outbox."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return clock.now() + self.ahead

    def forward(self, **duration: float) -> None:
        self.ahead += timedelta(**duration)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Put the time forward: ``time.forward(minutes=5)``."""
    moving = Clock()
    for module in ("models", "queries", "services", "delivery"):
        monkeypatch.setattr(f"gernas.messages.{module}.now", moving.now)
    return moving
