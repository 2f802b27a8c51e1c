"""Whatever stands in a text is text on every public page: never a tag, a link or a template."""

import json
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import JSON, String, Text

from gernas.campaigns.models import Campaign, Indicator, Observation, Stop
from gernas.core.clock import now
from gernas.core.database import Model, db, transaction
from gernas.core.revisions import SITE, raise_revisions
from gernas.events.models import AgendaItem, Event, EventChange, Venue
from tests.factories import make_campaign, make_event, make_indicator, make_stop, make_venue, save

PAYLOAD = "</script></title>\"'><img src=x onerror=alert(1)><svg/onload=alert(2)>{{7*7}}{%x%}${7*7}"
ADDRESS = 'javascript:alert(document.domain)//https://contoh.id/"onclick=alert(3)'
SLUG_LIKE = {
    "slug", "kind", "status", "zone", "province_code", "unit", "key", "cover", "what",
}  # fmt: skip
PATHS = (
    "/",
    "/kampanye",
    "/kampanye/satu",
    "/kampanye/satu/lampung",
    "/acara?waktu=semua",
    "/acara/ekspo",
    "/kalender",
    "/kalender?dari=satu",
    "/ikuti/acara/ekspo",
    "/ikuti/kampanye/satu/lampung",
    "/ikuti/kampanye/satu",
    "/sitemap.xml",
)


class Tags(HTMLParser):
    """Everything a browser would run or follow."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.active: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("img", "iframe", "object", "embed") and values.get("src") == "x":
            self.active.append(tag)
        if tag == "script" and "src" not in values and values.get("type") != "application/ld+json":
            self.active.append("script")
        for name, value in values.items():
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.active.append(f"{tag} {name}")


def poison(row: Model) -> None:
    """Put the payload into every text of a row that people can write."""
    for column in row.__table__.columns:
        name = column.key
        if name in SLUG_LIKE:
            continue
        if name.endswith("_url"):
            setattr(row, name, ADDRESS)
        elif isinstance(column.type, (String, Text)):
            limit = getattr(column.type, "length", None) or 10_000
            setattr(row, name, PAYLOAD[:limit])
        elif isinstance(column.type, JSON) and name not in ("before", "after"):
            setattr(row, name, [PAYLOAD, ADDRESS])


@pytest.fixture
def poisoned(app: Flask) -> None:
    with app.app_context():
        campaign = make_campaign(slug="satu")
        stop = make_stop(campaign, slug="lampung")
        venue = make_venue()
        event = make_event(stop, slug="ekspo", venue_id=venue.id, uncertain=True)
        moment = now()
        save(
            AgendaItem(
                event_id=event.id, position=0, title="x", created_at=moment, updated_at=moment
            )
        )
        facts = {"starts_on": "2022-01-01", "venue": PAYLOAD, "city": PAYLOAD, "zone": PAYLOAD}
        for what in ("moved", "place", "cancelled"):
            save(
                EventChange(
                    event_id=event.id, at=moment, what=what, before=facts, after={"venue": "x"}
                )
            )
        indicator = make_indicator(campaign)
        for stop_id in (stop.id, None):
            for kind in ("baseline", "actual", "target"):
                save(
                    Observation(
                        indicator_id=indicator.id,
                        stop_id=stop_id,
                        kind=kind,
                        value=1,
                        uncertain=True,
                        superseded=kind == "baseline",
                        created_at=moment,
                    )
                )
        with transaction():
            for model in (
                Campaign,
                Stop,
                Venue,
                Event,
                AgendaItem,
                EventChange,
                Indicator,
                Observation,
            ):
                for row in db.session.query(model):
                    poison(row)
            raise_revisions(campaign.scope, stop.scope, SITE)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", PATHS)
def test_no_text_becomes_more_than_text(
    client: FlaskClient, poisoned: None, prefix: str, path: str
) -> None:
    """ASVS 1.2.1, 1.2.2, 1.2.5, 1.3.7, 3.2.2."""
    address = path if path.endswith(".xml") else prefix + path

    answer = client.get(address)
    text = answer.get_data(as_text=True)

    assert answer.status_code == 200
    if answer.mimetype == "text/html":
        assert Tags(text).active == []
    assert "49}" not in text
    assert ">49<" not in text


def test_structured_data_stays_one_sound_block(client: FlaskClient, poisoned: None) -> None:
    text = client.get("/acara/ekspo").get_data(as_text=True)
    block = text.split('<script type="application/ld+json">')[1].split("</script>")[0]

    data = json.loads(block)

    assert data["name"] == PAYLOAD
    assert data["location"][0]["name"] == PAYLOAD
    assert "<" not in block


def test_what_is_searched_for_is_shown_as_it_was_typed(client: FlaskClient, app: Flask) -> None:
    answer = client.get("/acara", query_string={"q": PAYLOAD})
    text = answer.get_data(as_text=True)

    assert answer.status_code == 200
    assert Tags(text).active == []
    assert "&lt;img src=x onerror=alert(1)&gt;" in text


def test_what_someone_types_as_address_is_shown_as_it_was_typed(
    client: FlaskClient, poisoned: None
) -> None:
    form = client.get("/ikuti/acara/ekspo").get_data(as_text=True)
    token = form.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]

    answer = client.post("/ikuti/acara/ekspo", data={"email": PAYLOAD, "csrf_token": token})

    assert answer.status_code == 422
    assert Tags(answer.get_data(as_text=True)).active == []
