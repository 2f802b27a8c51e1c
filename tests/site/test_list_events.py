"""Filters and search: what is asked is found, what is odd harms nothing."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from gernas.site.filters import ALL, COMING, EventFilter
from tests.factories import make_campaign, make_event, make_stop, make_venue
from tests.site.conftest import Clock, Page

SEEN_ON = "2022-06-24 05:00"


@pytest.fixture
def roadshow(app: Flask, time: Clock) -> None:
    """Five events in three provinces, seen on 24 June 2022."""
    time.set(SEEN_ON)
    with app.app_context():
        campaign = make_campaign(slug="gernas-bbi-2022")
        lampung = make_stop(campaign, slug="lampung", theme="Lagawi Fest")
        kalsel = make_stop(campaign, slug="kalsel", province_code="ID-KS")
        mall = make_venue(name="Mal Kota Kasablanka", city="Jakarta", province_code="ID-JK")
        make_event(lampung, title="Kick-off Lampung")
        make_event(
            lampung,
            title="Pameran di Jakarta",
            title_en="Exhibition in the capital",
            kind="exhibition",
            starts_on=date(2022, 6, 1),
            ends_on=date(2022, 6, 6),
            city="Jakarta",
            province_code="ID-JK",
            venue_id=mall.id,
        )
        make_event(
            lampung,
            title="Pendampingan panjang",
            kind="mentoring",
            starts_on=date(2022, 3, 20),
            ends_on=date(2022, 7, 2),
            city=None,
        )
        make_event(
            kalsel,
            title="Harvesting Kalsel",
            kind="harvesting",
            starts_on=date(2022, 7, 22),
            zone="Asia/Makassar",
            city="Banjarmasin",
            province_code="ID-KS",
        )
        make_event(kalsel, title="Pelatihan tanpa tanggal 100%", kind="training", starts_on=None)


def list_titles(text: str) -> list[str]:
    return re.findall(r'<h3><a href="/(?:en/)?acara/[^"]+"[^>]*>([^<]+)</a></h3>', text)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Pendampingan panjang", "Harvesting Kalsel", "Pelatihan tanpa tanggal 100%"]),
        ("waktu=lalu", ["Pameran di Jakarta", "Kick-off Lampung"]),
        (
            "waktu=semua&provinsi=kalimantan-selatan",
            ["Harvesting Kalsel", "Pelatihan tanpa tanggal 100%"],
        ),
        ("waktu=semua&provinsi=dki-jakarta", ["Pameran di Jakarta"]),
        ("waktu=semua&provinsi=lampung&jenis=exhibition", ["Pameran di Jakarta"]),
        ("waktu=semua&jenis=harvesting", ["Harvesting Kalsel"]),
        ("waktu=semua&bulan=2022-04", ["Pendampingan panjang"]),
        ("waktu=semua&bulan=2022-06", ["Pendampingan panjang", "Pameran di Jakarta"]),
        (
            "waktu=semua&q=lagawi",
            ["Kick-off Lampung", "Pendampingan panjang", "Pameran di Jakarta"],
        ),
        ("waktu=semua&q=KASABLANKA", ["Pameran di Jakarta"]),
        ("waktu=semua&q=capital", ["Pameran di Jakarta"]),
        ("waktu=semua&q=kalsel", ["Harvesting Kalsel", "Pelatihan tanpa tanggal 100%"]),
        ("waktu=semua&q=south+kalimantan", ["Harvesting Kalsel", "Pelatihan tanpa tanggal 100%"]),
        ("waktu=semua&q=lampung+jakarta", ["Pameran di Jakarta"]),
        ("waktu=semua&q=maret+2022", ["Kick-off Lampung", "Pendampingan panjang"]),
        ("waktu=semua&q=july", ["Harvesting Kalsel"]),
        ("waktu=semua&q=2023", []),
        ("waktu=semua&q=100%25", ["Pelatihan tanpa tanggal 100%"]),
        ("waktu=semua&q=%25", ["Pelatihan tanpa tanggal 100%"]),
        ("waktu=semua&q=_", []),
        ("waktu=semua&q='+OR+1=1+--", []),
    ],
)
def test_a_list_holds_what_was_asked_for(
    roadshow: None, page: Page, query: str, titles: list[str]
) -> None:
    assert list_titles(page(f"/acara?{query}")) == titles


def test_the_same_filters_narrow_the_events_of_a_campaign(
    app: Flask, roadshow: None, page: Page
) -> None:
    with app.app_context():
        make_event(title="Dari kampanye lain", kind="harvesting", starts_on=date(2022, 8, 1))

    text = page("/kampanye/gernas-bbi-2022?jenis=harvesting")
    events = text[text.index('id="acara"') :]

    assert list_titles(events) == ["Harvesting Kalsel"]


def test_months_stand_above_their_events_and_the_undated_come_last(
    roadshow: None, page: Page
) -> None:
    heads = re.findall(r'g-month-head">([^<]+)<', page("/acara?waktu=semua"))

    assert heads == ["Maret 2022", "Juni 2022", "Juli 2022", "Tanggal menyusul"]


def test_filters_offer_only_what_would_find_something(roadshow: None, page: Page) -> None:
    options = re.findall(r'<option value="([^"]+)"', page("/acara"))

    assert [
        o for o in options if o in ("lampung", "dki-jakarta", "kalimantan-selatan", "aceh")
    ] == [
        "lampung",
        "dki-jakarta",
        "kalimantan-selatan",
    ]
    assert "2022-04" not in options
    assert {"2022-03", "2022-06", "2022-07"} <= {*options}
    assert "webinar" not in options


def test_the_choice_stands_in_the_form_and_can_be_cleared(roadshow: None, page: Page) -> None:
    text = page("/acara?jenis=harvesting&q=kalsel")

    assert '<option value="harvesting" selected>' in text
    assert 'value="kalsel"' in text
    assert '<a class="btn btn-link" href="/acara">Hapus saringan</a>' in text


def test_an_empty_list_says_what_to_do(roadshow: None, page: Page) -> None:
    assert "Coba kata lain" in page("/acara?q=tidak-ada").replace(
        "coba kata lain", "Coba kata lain"
    )
    assert "Tampilkan juga yang lalu" in page("/acara?jenis=award")


def test_what_is_only_past_is_offered_with_the_same_filters(roadshow: None, page: Page) -> None:
    empty = page("/acara?q=lampung&jenis=kickoff")

    assert "Tidak ada yang mendatang, tetapi ada 1 acara yang sudah lewat." in empty
    link = re.findall(r'class="btn btn-primary" href="([^"]+)"', empty)[0].replace("&amp;", "&")
    assert link == "/acara?q=lampung&jenis=kickoff&waktu=semua"
    assert list_titles(page(link)) == ["Kick-off Lampung"]


def test_examples_are_marked_where_they_stand_beside_real_events(
    app: Flask, time: Clock, page: Page
) -> None:
    time.set(SEEN_ON)
    with app.app_context():
        example = make_campaign(is_example=True)
        make_event(make_stop(example), title="Acara contoh", starts_on=date(2022, 6, 25))

    assert "<span>Contoh · Besok</span>" in page("/acara")


def test_what_is_past_is_told_by_the_clock_of_the_place(
    app: Flask, time: Clock, page: Page
) -> None:
    with app.app_context():
        campaign = make_campaign()
        for title, zone in (("Di Jayapura", "Asia/Jayapura"), ("Di Jakarta", "Asia/Jakarta")):
            make_event(make_stop(campaign), title=title, zone=zone, starts_on=date(2022, 6, 24))
    time.set("2022-06-24 15:30")  # past midnight in WIT, half past ten in WIB

    assert list_titles(page("/acara")) == ["Di Jakarta"]
    assert list_titles(page("/acara?waktu=lalu")) == ["Di Jayapura"]


def test_a_long_list_has_pages_that_keep_the_filters(app: Flask, time: Clock, page: Page) -> None:
    time.set(SEEN_ON)
    with app.app_context():
        stop = make_stop()
        for number in range(45):
            make_event(stop, title=f"Acara {number:02}", starts_on=date(2022, 8, 1))

    first = page("/acara?jenis=kickoff")
    last = page("/acara?jenis=kickoff&halaman=3")

    assert "45 acara" in first
    assert len(list_titles(first)) == 20
    assert len(list_titles(last)) == 5
    assert (
        "/acara?halaman=2&amp;jenis=kickoff" in first
        or "/acara?jenis=kickoff&amp;halaman=2" in first
    )
    assert list_titles(page("/acara?jenis=kickoff&halaman=99999")) == list_titles(last)


def test_searching_very_often_has_to_wait(client: FlaskClient) -> None:
    for _ in range(60):
        assert client.get("/acara?q=kopi").status_code == 200

    answer = client.get("/en/acara?q=kopi")

    assert answer.status_code == 429
    assert client.get("/acara").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "jenis=peluncuran",
        "provinsi=atlantis",
        "bulan=2022-13",
        "bulan=0000-01",
        "bulan=%D9%A2%D9%A0%D9%A2%D9%A2-01",
        "bulan=2022-1",
        "waktu=besok",
        "halaman=0",
        "halaman=-1",
        "halaman=99999999999999999999",
        "halaman=%D9%A2",
        "jenis=harvesting%00",
        "q=%00%FF%FE",
        "q=" + "a" * 5000,
        "q=" + "%CC%80" * 2000,
        "jenis[]=x&jenis=",
    ],
)
def test_an_odd_filter_is_no_filter(roadshow: None, page: Page, query: str) -> None:
    assert "<h1>Acara</h1>" in page(f"/acara?{query}")


@given(
    st.dictionaries(
        st.sampled_from(["q", "jenis", "provinsi", "bulan", "waktu", "halaman"]),
        st.text(max_size=40),
    )
)
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=200)
def test_whatever_stands_in_the_address_becomes_a_sound_choice(values: dict[str, str]) -> None:
    choice = EventFilter.read(MultiDict(values), usual=COMING)

    assert choice.page >= 1
    assert len(choice.q) <= 100
    assert choice.when in (ALL, COMING, "lalu")
    assert (choice.days is None) is (choice.month == "")
    assert EventFilter.read(MultiDict(choice.query), usual=COMING) == EventFilter.read(
        MultiDict(values | {"halaman": "1"}), usual=COMING
    )


def test_of_doubled_parameters_the_first_counts() -> None:
    """ASVS 15.3.7."""
    args = MultiDict([("jenis", "kickoff"), ("jenis", "harvesting")])

    assert EventFilter.read(args).kind == "kickoff"
