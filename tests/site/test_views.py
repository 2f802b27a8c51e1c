"""Home, the campaigns, a campaign and a stop in each of their states, in both languages."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.campaigns.models import Campaign, Observation, Stop
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.events.models import Event
from tests.factories import (
    make_campaign,
    make_event,
    make_indicator,
    make_stop,
    save,
)
from tests.site.conftest import Clock, Page, renew

# --- Home -----------------------------------------------------------------------------------


def test_home_without_a_campaign_says_so(page: Page) -> None:
    assert "Belum ada kampanye yang diumumkan" in page("/")
    assert "No campaign is announced yet" in page("/en/")


def test_home_shows_what_runs_with_its_map_its_next_event_and_its_targets(
    roadshow: Campaign, page: Page
) -> None:
    text = page("/")

    assert "<h1>Bangga buatan Indonesia, dari Jambi sampai Papua</h1>" in text
    assert "Sepanjang 2022, gerakan ini singgah di dua belas provinsi." in text
    assert (
        "<title>Lampung: Selesai</title>" in text
        or "<title>Lampung: Kick-off selesai</title>" in text
    )
    assert "<title>Kalimantan Selatan: 4 minggu lagi</title>" in text
    assert "Per Jumat, 24 Juni 2022" in text
    assert "Harvesting Gernas BBI Kalimantan Selatan" in text
    assert "Kick-off Gernas BBI Lampung" not in text  # it is over
    assert "dari target 20 juta sampai 31 Desember 2022" in text
    assert "Kementerian Koperasi dan UKM, 31 Maret 2022" in re.sub(r"<[^>]+>", "", text)
    assert "2 dari 12 provinsi tuan rumah sudah tercatat" in text


def test_the_list_of_provinces_says_what_the_map_says(roadshow: Campaign, page: Page) -> None:
    text = page("/")
    on_map = re.findall(r"<title>(?!.*Gernas BBI</title>)([^:<]+): ([^<]+)</title>", text)
    in_list = re.findall(
        r'<h3><a href="/kampanye/[^"]+/[^"]+">([^<]+)</a></h3>.*?'
        r'<span class="g-status[^"]*">([^<]+)<',
        text,
        re.DOTALL,
    )

    assert len(on_map) == 2
    assert on_map == in_list


def test_home_in_english_keeps_what_has_no_english_in_indonesian(
    roadshow: Campaign, page: Page
) -> None:
    text = page("/en/")

    assert '<html lang="en">' in text
    assert "Proud of Indonesian-made, from Jambi to Papua" in text
    assert '<p class="g-lead" lang="id">Sepanjang 2022' in text
    assert '<a href="/en/acara/harvesting-kalsel" lang="id">' in text
    assert "Next events" in text
    assert "South Kalimantan" in text


def test_an_example_says_that_it_is_one_and_hides_from_search_engines(
    app: Flask, roadshow: Campaign, time: Clock, page: Page
) -> None:
    time.set("2026-11-24 05:00")
    with app.app_context():
        make_campaign(
            title="Contoh",
            slug="contoh",
            is_example=True,
            starts_on=date(2026, 8, 1),
            ends_on=date(2027, 7, 1),
        )

    home, example = page("/"), page("/kampanye/contoh")

    assert "<b>Contoh.</b>" in home
    assert '<meta name="robots"' not in home  # it leads to real campaigns too
    assert '<a href="/kampanye/gernas-bbi-2022">Gernas BBI 2022</a>' in home
    assert "<b>Contoh.</b>" in example
    assert '<meta name="robots" content="noindex">' in example


# --- Campaigns and stops --------------------------------------------------------------------


def test_a_campaign_shows_its_provinces_targets_and_events(roadshow: Campaign, page: Page) -> None:
    text = page("/kampanye/gernas-bbi-2022")

    assert "<h1>Gernas BBI 2022</h1>" in text
    for title in ("Acara berikutnya", "Provinsi tuan rumah", "Target dan hasil", "Semua acara"):
        assert title in text
    assert "Kick-off Gernas BBI Lampung" in text  # what is over too
    assert '<meta name="robots"' not in text


def test_the_campaigns_stand_in_the_archive_with_their_provinces(
    roadshow: Campaign, page: Page
) -> None:
    text = page("/kampanye")

    assert '<a href="/kampanye/gernas-bbi-2022">Gernas BBI 2022</a>' in text
    assert "2 provinsi tuan rumah tercatat" in text


def test_a_campaign_that_is_over_is_kept_for_ever(
    app: Flask, roadshow: Campaign, time: Clock, client: FlaskClient
) -> None:
    time.set("2026-11-24 05:00")
    first = client.get("/kampanye/gernas-bbi-2022")
    time.forward(days=400)
    counter = app.extensions["metrics"].kept.labels("yes")._value
    before = counter.get()

    again = client.get("/kampanye/gernas-bbi-2022")

    assert (again.data, counter.get()) == (first.data, before + 1)


def test_a_stop_tells_its_journey_results_champions_and_sources(
    app: Flask, roadshow: Campaign, page: Page
) -> None:
    with app.app_context():
        stop = db.session.query(Stop).filter_by(slug="lampung").one()
        for key, value in (("registrants", 478), ("winners_count", 5)):
            indicator = make_indicator(roadshow, key=key, unit="ikm")
            save(
                Observation(
                    indicator_id=indicator.id,
                    stop_id=stop.id,
                    kind="actual",
                    value=value,
                    uncertain=key == "registrants",
                    created_at=now(),
                )
            )

    text = page("/kampanye/gernas-bbi-2022/lampung")

    assert "<h1>Lampung</h1>" in text
    assert "Kementerian Perindustrian" in text
    assert "Pemprov Lampung, OJK" in text
    assert "Dari 478 pendaftar, 5 menjadi yang terbaik" in text
    assert "Belum pasti: sumber-sumber berbeda." in text
    assert "Kamis, 17 Maret 2022" in text
    assert '<ol class="g-phases" aria-label="Tahap, semua selesai">' in text
    assert "2 UMKM terbaik" in text
    assert "Lampung Ethnica" in text
    assert "Satu media menulis lebih dari 9.000 pendaftar." in text
    assert '<a href="http://aktuallampung.com/?p=2" rel="nofollow">aktuallampung.com</a>' in text
    assert "vendor/prov/ID-LA.svg#p" in text


def test_an_unsure_manager_is_told_as_unsure(app: Flask, page: Page) -> None:
    with app.app_context():
        make_stop(make_campaign(slug="satu"), slug="sumbar", manager="OJK", manager_uncertain=True)

    assert "OJK (belum pasti)" in page("/kampanye/satu/sumbar")


def test_undated_events_stand_at_the_end_of_the_thread(app: Flask, page: Page) -> None:
    with app.app_context():
        stop = make_stop(make_campaign(slug="satu"), slug="jambi")
        make_event(stop, title="Pameran yang belum bertanggal", starts_on=None)
        make_event(stop, title="Kick-off yang bertanggal")

    text = page("/kampanye/satu/jambi")

    assert text.index("Kick-off yang bertanggal") < text.index("Pameran yang belum bertanggal")
    assert "Tanggal menyusul" in text


def test_a_stop_without_anything_says_what_to_do(app: Flask, page: Page) -> None:
    with app.app_context():
        make_stop(make_campaign(slug="satu"), slug="jambi")

    text = page("/kampanye/satu/jambi")

    assert "Belum ada acara yang tercatat" in text
    assert "Tanggal belum tercatat" in text


# --- Texts and machines ---------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/tentang", "/bantuan", "/privasi", "/kontak", "/kalender"])
def test_the_other_pages_are_there_in_both_languages(page: Page, path: str) -> None:
    indonesian, english = page(path), page(f"/en{path}")

    assert '<html lang="id">' in indonesian
    assert '<html lang="en">' in english
    assert get_heading(indonesian) != get_heading(english)


def test_the_privacy_notice_says_what_the_law_asks(page: Page) -> None:
    text = page("/privasi")

    for fact in ("UU 27/2022", "3 x 24 jam", "persetujuan Anda", "menghapusnya", "salinannya"):
        assert fact in text


def test_calendar_programs_may_fetch_feeds_and_nobody_the_back_office(
    client: FlaskClient,
) -> None:
    lines = client.get("/robots.txt").get_data(as_text=True).splitlines()

    assert "Allow: /kalender/" in lines
    assert {"Disallow: /kelola", "Disallow: /akun", "Disallow: /saya", "Disallow: /masuk"} <= {
        *lines
    }
    assert "Sitemap: http://gernas.test/sitemap.xml" in lines


def test_the_site_map_names_real_pages_in_both_languages(
    app: Flask, roadshow: Campaign, client: FlaskClient
) -> None:
    with app.app_context():
        make_event(make_stop(make_campaign(slug="contoh", is_example=True)), slug="acara-contoh")

    answer = client.get("/sitemap.xml")
    text = answer.get_data(as_text=True)

    assert answer.mimetype == "application/xml"
    for path in ("/", "/acara/kick-off-lampung", "/kampanye/gernas-bbi-2022/lampung"):
        for prefix in ("", "/en"):
            assert f"<loc>http://gernas.test{prefix}{path}</loc>" in text
    assert "<lastmod>" in text
    assert "contoh" not in text


def test_a_change_shows_at_once_everywhere(app: Flask, roadshow: Campaign, page: Page) -> None:
    paths = ("/", "/acara", "/kampanye/gernas-bbi-2022", "/acara/harvesting-kalsel")
    for path in paths:
        page(path)
    with app.app_context():
        with transaction():
            event = db.session.query(Event).filter_by(slug="harvesting-kalsel").one()
            event.title = "Puncak di Banjarmasin"
        scopes = [scope for scope in event.scopes if scope.kind != "all"]
    renew(app, *scopes)

    for path in paths:
        assert "Puncak di Banjarmasin" in page(path)


def get_heading(text: str) -> str:
    (heading,) = re.findall(r"<h1>(.*?)</h1>", text)
    return str(heading)
