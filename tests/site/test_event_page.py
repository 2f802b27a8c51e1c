"""The page of an event in each of its states."""

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.campaigns.models import Campaign
from gernas.core.clock import now
from gernas.core.database import db
from gernas.events.models import AgendaItem, Event, EventChange
from tests.factories import (
    make_campaign,
    make_event,
    make_stop,
    save,
)
from tests.site.conftest import SEEN_ON, Clock, Page, get_structured_data


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
    assert data["location"][0]["name"] == "Taman Siring 0 KM"
    assert data["location"][0]["address"]["addressLocality"] == "Banjarmasin"


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

    assert "<b>Ditunda. Semula 14 Juli 2099.</b>" in text
    assert "Tanggal menyusul" in text
    assert "Simpan ke kalender" not in text
    assert 'href="/ikuti/acara/tunda"' in text


def test_a_cancelled_event_that_was_postponed_promises_no_new_date(app: Flask, page: Page) -> None:
    with app.app_context():
        make_event(slug="batal", status="cancelled", date_unknown=True, starts_on=date(2099, 7, 14))

    for path in ("/acara/batal", "/acara"):
        assert "Tanggal menyusul" not in page(path)
    assert "Acara ini dibatalkan." in page("/acara/batal")


def test_an_event_that_is_over_can_still_be_kept(app: Flask, page: Page) -> None:
    with app.app_context():
        make_event(slug="lampau", starts_on=date(2022, 3, 17))

    text = page("/acara/lampau")

    assert "Simpan ke kalender" in text
    assert "webcal://" in text


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
    assert "1 Jul 2022" in text
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


def test_a_picture_has_its_measure_and_words_and_goes_along_when_shared(
    app: Flask, page: Page
) -> None:
    name = f"{'a' * 64}.webp"
    with app.app_context():
        make_event(
            slug="gambar",
            cover=name,
            cover_alt="Penari di panggung utama",
            cover_width=1600,
            cover_height=900,
        )

    text = page("/acara/gambar")

    assert (
        f'<img src="/berkas/{name}" alt="Penari di panggung utama" width="1600" height="900"'
        in text
    )
    assert f'<meta property="og:image" content="http://gernas.test/berkas/{name}">' in text


@pytest.mark.parametrize("path", ["/kampanye/gernas-bbi-2022", "/kampanye/gernas-bbi-2022/lampung"])
def test_a_page_names_its_feed(
    roadshow: Campaign, client: FlaskClient, page: Page, path: str
) -> None:
    (feed,) = re.findall(r'<link rel="alternate" type="text/calendar" href="([^"]+)"', page(path))

    assert feed == path.replace("/kampanye/", "/kalender/") + ".ics"


def test_an_event_leads_to_those_nearest_in_time(app: Flask, page: Page) -> None:
    with app.app_context():
        stop = make_stop(make_campaign(slug="satu"), slug="lampung")
        for day in (1, 2, 10, 14, 16, 20, 28):
            make_event(stop, title=f"Hari {day}", starts_on=date(2022, 6, day))
        make_event(stop, title="Tanpa hari", starts_on=None)
        make_event(stop, slug="tengah", starts_on=date(2022, 6, 15))

    titles = re.findall(r">(Hari [0-9]+|Tanpa hari)</a></h3>", page("/acara/tengah"))

    assert titles == ["Hari 10", "Hari 14", "Hari 16", "Hari 20"]
