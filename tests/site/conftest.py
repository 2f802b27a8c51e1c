"""A clock that can be set, and the pages of a small roadshow."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.core import clock
from gernas.core.database import transaction
from gernas.core.permissions import Scope
from gernas.core.revisions import raise_revisions

Page = Callable[..., str]


class Clock:
    """The time of the whole program: ``time.set("2022-06-24 08:00")`` (UTC)."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def set(self, moment: str) -> None:
        wanted = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        self.ahead = wanted - datetime.now(UTC)

    def forward(self, **duration: float) -> None:
        self.ahead += timedelta(**duration)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moving = Clock()

    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + moving.ahead

    monkeypatch.setattr(clock, "datetime", Moved)
    return moving


@pytest.fixture
def page(client: FlaskClient) -> Page:
    """Open a page that must be there and give its text, without no-break spaces."""

    def open_page(path: str, status: int = 200) -> str:
        answer = client.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return answer.get_data(as_text=True).replace("\u2060", "").replace("\u00a0", " ")

    return open_page


def renew(app: Flask, *scopes: Scope) -> None:
    """Say that what the scopes show has changed, as the services do."""
    with app.app_context(), transaction():
        raise_revisions(*scopes)
