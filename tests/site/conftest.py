"""A clock that can be set, and the pages of a small roadshow."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.campaigns.models import Campaign, Observation
from gernas.core import clock
from gernas.core.clock import now
from gernas.core.database import transaction
from gernas.core.permissions import Scope
from gernas.core.revisions import raise_revisions
from tests.factories import make_campaign, make_event, make_indicator, make_stop, make_venue, save

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


SEEN_ON = "2022-06-24 05:00"  # midday in Jakarta


@pytest.fixture
def roadshow(app: Flask, time: Clock) -> Campaign:
    """Gernas BBI 2022, seen in June: Lampung is over, Kalimantan Selatan to come."""
    time.set(SEEN_ON)
    with app.app_context():
        campaign = make_campaign(
            slug="gernas-bbi-2022",
            title="Gernas BBI 2022",
            headline="Bangga buatan Indonesia, dari Jambi sampai Papua",
            headline_en="Proud of Indonesian-made, from Jambi to Papua",
            description="Sepanjang 2022, gerakan ini singgah di dua belas provinsi.",
            host_provinces=12,
        )
        lampung = make_stop(
            campaign,
            slug="lampung",
            theme="Lagawi Fest",
            manager="Kementerian Perindustrian",
            partners=["Pemprov Lampung", "OJK"],
            champion_names=["Lampung Ethnica", "Pisang Shamiya"],
            note="Satu media menulis lebih dari 9.000 pendaftar.",
            sources=["https://www.antaranews.com/berita/1", "http://aktuallampung.com/?p=2"],
        )
        kalsel = make_stop(campaign, slug="kalimantan-selatan", province_code="ID-KS")
        make_event(lampung, slug="kick-off-lampung", title="Kick-off Gernas BBI Lampung")
        siring = make_venue(name="Taman Siring 0 KM", city="Banjarmasin", province_code="ID-KS")
        make_event(
            kalsel,
            slug="harvesting-kalsel",
            title="Harvesting Gernas BBI Kalimantan Selatan",
            kind="harvesting",
            zone="Asia/Makassar",
            starts_on=date(2022, 7, 22),
            city="Banjarmasin",
            province_code="ID-KS",
            venue_id=siring.id,
        )
        indicator = make_indicator(campaign, name="UMKM sudah berjualan daring")
        for kind, day, value in (
            ("actual", (2022, 3, 31), 18_500_000),
            ("target", (2022, 12, 31), 20_000_000),
        ):
            save(
                Observation(
                    indicator_id=indicator.id,
                    kind=kind,
                    on_date=date(*day),
                    value=value,
                    source="Kementerian Koperasi dan UKM",
                    created_at=now(),
                )
            )
        return campaign


def get_structured_data(text: str) -> dict[str, Any]:
    """What a page tells search engines in the words of schema.org."""
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    data: dict[str, Any] = json.loads(block)
    return data
