"""Home, campaign, stop and event pages in each of their states, in both languages."""

import json
import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.campaigns.models import Campaign, Observation, Stop
from gernas.core.addresses import keep_former_slug
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.events.models import AgendaItem, Event, EventChange
from tests.factories import (
    make_campaign,
    make_event,
    make_indicator,
    make_stop,
    make_venue,
    save,
)
from tests.site.conftest import Clock, Page, renew

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


def get_structured_data(text: str) -> dict[str, object]:
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    data: dict[str, object] = json.loads(block)
    return data


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


# --- Events ---------------------------------------------------------------------------------


def test_an_event_tells_day_place_and_how_to_keep_it(roadshow: Campaign, page: Page) -> None:
    text = page("/acara/harvesting-kalsel")

    assert "Jumat<b>22</b>Juli 2022" in text
    assert '<abbr title="Waktu Indonesia Tengah">WITA</abbr>' in text
    assert "4 minggu lagi" in text
    assert "<b>Taman Siring 0 KM</b>" in text
    assert "https://www.google.com/maps/search/?api=1&amp;query=Taman%20Siring%200%20KM" in text
    for address in (
        "https://calendar.google.com/calendar/render?",
        "https://outlook.live.com/",
        'href="/acara/harvesting-kalsel.ics"',
        "webcal://gernas.test/acara/harvesting-kalsel.ics",
        "https://wa.me/?text=Harvesting%20Gernas%20BBI%20Kalimantan%20Selatan.%20Jumat%2C%2022",
        'href="/ikuti/acara/harvesting-kalsel"',
    ):
        assert address in text


def test_a_page_names_itself_and_its_other_language(roadshow: Campaign, page: Page) -> None:
    text = page("/en/acara/harvesting-kalsel")

    assert '<link rel="canonical" href="http://gernas.test/en/acara/harvesting-kalsel">' in text
    assert 'hreflang="id" href="http://gernas.test/acara/harvesting-kalsel"' in text
    assert 'property="og:title" content="Harvesting Gernas BBI Kalimantan Selatan"' in text


def test_an_event_is_told_to_search_engines(roadshow: Campaign, page: Page) -> None:
    data = get_structured_data(page("/acara/harvesting-kalsel"))

    assert data["startDate"] == data["endDate"] == "2022-07-22"
    assert data["eventStatus"] == "https://schema.org/EventScheduled"
    assert data["location"][0]["name"] == "Taman Siring 0 KM"  # type: ignore[index]
    assert data["location"][0]["address"]["addressLocality"] == "Banjarmasin"  # type: ignore[index]


def test_an_example_is_no_event_to_search_engines(app: Flask, page: Page) -> None:
    with app.app_context():
        make_event(make_stop(make_campaign(is_example=True)), slug="contoh-acara")

    text = page("/acara/contoh-acara")

    assert "ld+json" not in text
    assert '<meta name="robots" content="noindex">' in text
    assert "<b>Contoh.</b>" in text


def test_hours_are_told_on_both_clocks(app: Flask, time: Clock, page: Page) -> None:
    time.set(SEEN_ON)
    with app.app_context():
        make_event(
            slug="dialog",
            zone="Asia/Jayapura",
            all_day=False,
            starts_on=date(2022, 8, 18),
            starts_at=datetime(2022, 8, 18, 1, 0, tzinfo=UTC),
            ends_at=datetime(2022, 8, 18, 3, 30, tzinfo=UTC),
        )

    text = page("/acara/dialog")

    assert "10.00 – 12.30 WIT" in text
    assert "08.00 WIB" in text
    assert get_structured_data(text)["startDate"] == "2022-08-18T10:00:00+09:00"
    assert "10:00 – 12:30 WIT" in page("/en/acara/dialog")


def test_the_agenda_stands_in_its_order_with_what_is_still_open(
    app: Flask, roadshow: Campaign, page: Page
) -> None:
    with app.app_context():
        event = db.session.query(Event).filter_by(slug="harvesting-kalsel").one()
        moment = now()
        parts = [
            ("Pembukaan ekspo", None, "Tenda utama", []),
            ("Sambutan Menteri", datetime(2022, 7, 22, 7, tzinfo=UTC), None, ["Ibu Sari, KKP"]),
        ]
        for position, (title, starts_at, stage, speakers) in enumerate(parts):
            save(
                AgendaItem(
                    event_id=event.id,
                    position=position,
                    title=title,
                    starts_at=starts_at,
                    stage=stage,
                    speakers=speakers,
                    created_at=moment,
                    updated_at=moment,
                )
            )

    text = page("/acara/harvesting-kalsel")

    assert "Jam dalam WITA, satu jam lebih cepat dari Jakarta" in text
    assert text.index("Pembukaan ekspo") < text.index("Sambutan Menteri")
    assert "Waktu menyusul" in text
    assert '<b>15.00</b> <abbr title="Waktu Indonesia Tengah">WITA</abbr>' in text
    assert "<span>14.00 WIB</span>" in text
    assert "Ibu Sari, KKP" in text


def test_a_cancelled_event_says_so_first_and_offers_no_calendar(app: Flask, page: Page) -> None:
    with app.app_context():
        make_event(
            slug="batal",
            title="Ekspo",
            status="cancelled",
            cancel_reason="Banjir di lokasi.",
            starts_on=date(2099, 1, 1),
        )

    text = page("/acara/batal")

    assert "<title>Dibatalkan: Ekspo · Gernas BBI</title>" in text
    assert "Acara ini dibatalkan." in text
    assert "Banjir di lokasi." in text
    assert "Simpan ke kalender" not in text
    assert "/ikuti/acara/batal" not in text
    assert get_structured_data(text)["eventStatus"] == "https://schema.org/EventCancelled"


def test_a_postponed_event_tells_its_old_date_and_that_the_new_one_is_open(
    app: Flask, page: Page
) -> None:
    with app.app_context():
        make_event(slug="tunda", status="postponed", date_unknown=True, starts_on=date(2099, 7, 14))

    text = page("/acara/tunda")

    assert "Acara ini ditunda." in text
    assert "Ditunda. Semula 14 Juli 2099." in text
    assert "Tanggal menyusul" in text
    assert "Simpan ke kalender" not in text
    assert 'href="/ikuti/acara/tunda"' in text


def test_a_moved_event_tells_its_history(app: Flask, time: Clock, page: Page) -> None:
    time.set("2022-07-01 05:00")
    with app.app_context():
        event = make_event(slug="pindah", starts_on=date(2022, 7, 29))
        days = {"zone": "Asia/Makassar", "date_unknown": False}
        save(
            EventChange(
                event_id=event.id,
                at=now(),
                what="moved",
                before={**days, "starts_on": "2022-07-14", "ends_on": "2022-07-15"},
                after={**days, "starts_on": "2022-07-29", "ends_on": None},
                reason="Menyesuaikan jadwal gubernur.",
                source_url="https://pijarnews.com/?p=88055",
            )
        )

    text = page("/acara/pindah")

    assert "Jadwal berubah. Semula 14 – 15 Juli 2022. Sekarang 29 Juli 2022." in text
    assert "1 Juli 2022" in text
    assert "Menyesuaikan jadwal gubernur." in text
    assert get_structured_data(text)["previousStartDate"] == "2022-07-14"
    assert "Jadwal berubah. Semula 14 – 15 Juli." in page("/acara?waktu=semua")


def test_a_change_that_was_written_down_later_has_no_day_of_its_own(app: Flask, page: Page) -> None:
    with app.app_context():
        event = make_event(slug="dulu", starts_on=date(2022, 5, 20))
        save(
            EventChange(
                event_id=event.id,
                at=now(),
                what="moved",
                before={"starts_on": "2022-05-11"},
                after={"starts_on": "2022-05-20"},
            )
        )

    assert "Dicatat kemudian" in page("/acara/dulu")


def test_a_doubt_is_told_in_words_and_once(app: Flask, page: Page) -> None:
    with app.app_context():
        make_event(
            slug="ragu",
            title="Pameran",
            status="tentative",
            uncertain=True,
            note="dua media lain menulis 1 – 5 Juni.",
        )

    text = page("/acara/ragu")

    assert text.count("Belum pasti") == 1
    assert "Belum pasti: dua media lain menulis 1 – 5 Juni." in text


def test_an_event_without_a_date_is_announced_later_and_has_no_calendar(
    app: Flask, page: Page
) -> None:
    with app.app_context():
        make_event(slug="nanti", starts_on=None)

    text = page("/acara/nanti")

    assert "Tanggal menyusul" in text
    assert "Simpan ke kalender" not in text
    assert "ld+json" not in text


def test_an_online_event_leads_to_its_page_and_to_no_map(
    app: Flask, time: Clock, page: Page
) -> None:
    time.set(SEEN_ON)
    with app.app_context():
        make_event(
            slug="daring",
            kind="webinar",
            online_url="https://contoh.id/zoom",
            city=None,
            province_code=None,
            starts_on=date(2022, 8, 18),
        )
        make_event(slug="jahat", online_url="javascript:alert(1)", starts_on=date(2022, 8, 18))

    text = page("/acara/daring")

    assert '<a class="btn btn-secondary" href="https://contoh.id/zoom">Ikuti daring</a>' in text
    assert "google.com/maps" not in text
    assert "javascript:" not in page("/acara/jahat")


def test_an_event_leads_to_those_nearest_in_time(app: Flask, page: Page) -> None:
    with app.app_context():
        stop = make_stop(make_campaign(slug="satu"), slug="lampung")
        for day in (1, 2, 10, 14, 16, 20, 28):
            make_event(stop, title=f"Hari {day}", starts_on=date(2022, 6, day))
        make_event(stop, title="Tanpa hari", starts_on=None)
        make_event(stop, slug="tengah", starts_on=date(2022, 6, 15))

    titles = re.findall(r">(Hari [0-9]+|Tanpa hari)</a></h3>", page("/acara/tengah"))

    assert titles == ["Hari 16", "Hari 14", "Hari 20", "Hari 10"]


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
