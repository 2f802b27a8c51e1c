"""What is hidden stays hidden, and old addresses lead to the present ones for ever."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.core.addresses import keep_former_slug
from gernas.core.clock import now
from gernas.core.database import transaction
from tests.factories import (
    make_campaign,
    make_event,
    make_stop,
)
from tests.site.conftest import Page

# --- What is not shown ----------------------------------------------------------------------


def test_nothing_of_an_unpublished_campaign_is_shown(
    app: Flask, client: FlaskClient, page: Page
) -> None:
    with app.app_context():
        campaign = make_campaign(slug="rahasia", title="Rencana rahasia", published_at=None)
        stop = make_stop(campaign, slug="jambi")
        make_event(stop, slug="acara-rahasia", title="Acara rahasia")

    for path in (
        "/kampanye/rahasia",
        "/kampanye/rahasia/jambi",
        "/acara/acara-rahasia",
        "/ikuti/acara/acara-rahasia",
        "/ikuti/kampanye/rahasia",
        "/en/kampanye/rahasia",
    ):
        assert client.get(path).status_code == 404
    for path in ("/", "/kampanye", "/acara?waktu=semua", "/acara?q=rahasia", "/kalender"):
        assert "ahasia</" not in page(path)
    assert b"rahasia" not in client.get("/sitemap.xml").data


def test_archived_events_and_stops_are_gone(app: Flask, client: FlaskClient, page: Page) -> None:
    with app.app_context():
        campaign = make_campaign(slug="satu")
        gone = make_stop(campaign, slug="jambi", archived_at=now())
        make_event(gone, slug="di-jambi", title="Acara di Jambi")
        stop = make_stop(campaign, slug="lampung")
        make_event(stop, slug="diarsip", title="Acara yang diarsip", archived_at=now())

    for path in ("/kampanye/satu/jambi", "/acara/di-jambi", "/en/acara/diarsip"):
        assert client.get(path).status_code == 410
    assert "Penyelenggara sudah menarik acara ini dari jadwal." in page("/acara/diarsip", 410)
    for path in ("/kampanye/satu", "/kampanye/satu/lampung", "/acara?waktu=semua"):
        text = page(path)
        assert "Acara di Jambi" not in text
        assert "Acara yang diarsip" not in text


def test_an_archived_campaign_stays_readable(app: Flask, page: Page) -> None:
    with app.app_context():
        make_campaign(slug="lama", title="Gernas BBI lama", archived_at=now())

    assert "Gernas BBI lama" in page("/kampanye/lama")
    assert "Gernas BBI lama" in page("/kampanye")


@pytest.mark.parametrize(
    "path", ["/acara/tidak-ada", "/kampanye/tidak-ada", "/kampanye/a/b", "/Acara", "/acara/A_b"]
)
def test_what_does_not_exist_is_a_404_in_the_language_of_the_address(
    client: FlaskClient, page: Page, path: str
) -> None:
    assert 'lang="id"' in page(path, 404)
    assert 'lang="en"' in page(f"/en{path}", 404)


# --- Old addresses --------------------------------------------------------------------------


def test_old_addresses_lead_to_the_present_ones_for_ever(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        campaign = make_campaign(slug="gernas-bbi-2022")
        stop = make_stop(campaign, slug="lampung")
        event = make_event(stop, slug="kick-off-lampung")
        with transaction():
            keep_former_slug("campaign", "gernas-2022", campaign.id)
            keep_former_slug("stop", "lampung-lama", stop.id, parent_id=campaign.id)
            keep_former_slug("event", "pembukaan", event.id)

    moved = {
        "/kampanye/gernas-2022": "/kampanye/gernas-bbi-2022",
        "/kampanye/gernas-2022/lampung": "/kampanye/gernas-bbi-2022/lampung",
        "/kampanye/gernas-bbi-2022/lampung-lama": "/kampanye/gernas-bbi-2022/lampung",
        "/kampanye/gernas-2022/lampung-lama": "/kampanye/gernas-bbi-2022/lampung",
        "/acara/pembukaan": "/acara/kick-off-lampung",
        "/acara/pembukaan.ics": "/acara/kick-off-lampung.ics",
        "/kalender/gernas-2022.ics": "/kalender/gernas-bbi-2022.ics",
    }
    for old, new in moved.items():
        for prefix in ("", "/en") if not old.endswith(".ics") else ("",):
            answer = client.get(prefix + old)
            assert (answer.status_code, answer.headers["Location"]) == (301, prefix + new)


def test_an_old_address_of_what_is_hidden_now_leads_nowhere(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        campaign = make_campaign(slug="baru", published_at=None)
        event = make_event(make_stop(campaign), slug="acara-baru")
        with transaction():
            keep_former_slug("campaign", "lama", campaign.id)
            keep_former_slug("event", "acara-lama", event.id)

    assert client.get("/kampanye/lama").status_code == 404
    assert client.get("/acara/acara-lama").status_code == 404


def test_a_present_slug_goes_before_an_old_one(app: Flask, page: Page) -> None:
    with app.app_context():
        other = make_event(slug="lain")
        make_event(slug="kick-off", title="Yang sekarang")
        with transaction():
            keep_former_slug("event", "kick-off", other.id)

    assert "Yang sekarang" in page("/acara/kick-off")
