"""The public catalogue: who is in it, what it says, what it costs."""

import gzip
import json
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.businesses.models import Business
from gernas.businesses.services import (
    add_certificate,
    add_channel,
    add_product,
    archive_business,
    archive_product,
    edit_business,
    give_consent,
    merge_businesses,
    withdraw_consent,
)
from gernas.core.database import db, transaction
from tests.businesses.conftest import make_business
from tests.businesses.test_people_and_consents import do
from tests.conftest import count_queries


def show(**values: Any) -> Business:
    """A business that agreed to be shown."""
    business = make_business(**values)
    do(give_consent, business, "catalogue", means="paper", by=None)
    return business


def test_only_those_that_agreed_are_shown(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        show(name="Kopi Terbuka")
        make_business(name="Kopi Tertutup")

    page = client.get("/umkm").text

    assert ("Kopi Terbuka" in page, "Kopi Tertutup" in page) == (True, False)
    assert client.get("/umkm/kopi-tertutup").status_code == 404


def test_a_withdrawn_consent_counts_in_the_next_moment(app: Flask, client: FlaskClient) -> None:
    """UU 27/2022: also where the page is kept and asked for with its tag."""
    with app.app_context():
        business = show(name="Kopi Terbuka")
    before = client.get("/umkm/kopi-terbuka")
    tag = before.headers["ETag"]
    same = client.get("/umkm/kopi-terbuka", headers={"If-None-Match": tag})

    with app.app_context():
        do(withdraw_consent, business, "catalogue", by=None)

    assert (before.status_code, same.status_code) == (200, 304)
    after = client.get("/umkm/kopi-terbuka", headers={"If-None-Match": tag})
    assert after.status_code == 404
    assert "Kopi Terbuka" not in client.get("/umkm").text


def test_the_archive_and_merges_take_a_page_away(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        away, kept, gone = show(name="Arsip"), show(name="Tetap"), show(name="Lebur")
        do(archive_business, away, by=None)
        with transaction():
            both = [db.session.get_one(Business, one.id) for one in (kept, gone)]
            merge_businesses(*both, by=None)

    assert client.get("/umkm/arsip").status_code == 404
    moved = client.get("/umkm/lebur")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/umkm/tetap")
    assert client.get("/en/umkm/lebur").headers["Location"] == "/en/umkm/tetap"


def test_nothing_personal_is_shown(app: Flask, client: FlaskClient) -> None:
    """What the consent names and nothing else: of contacts only WhatsApp."""
    personal = {
        "owner_name": "Siti Rahasia",
        "phone": "0812 1111 2222",
        "email": "siti.rahasia@contoh.id",
        "address": "Jl. Sepi 7",
        "nib": "9120001234567",
        "npwp": "0012345678901000",
    }
    with app.app_context():
        show(name="Kopi", whatsapp="0812 3333 4444", **personal)

    pages = client.get("/umkm").text + client.get("/umkm/kopi").text

    hidden = ("Rahasia", "1111", "siti.rahasia", "Sepi", "9120001", "0012345")
    assert [word for word in hidden if word in pages] == []
    assert "https://wa.me/6281233334444" in pages


def test_a_page_says_what_is_sold_and_where(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        business = show(name="Kopi", about="Robusta **asli**.", about_en="Real robusta.")
        do(
            add_product,
            business,
            {"name": "Bubuk", "name_en": "Ground", "price_rupiah": 45_000, "unit": "250 g"},
            by=None,
        )
        hidden = do(add_product, business, {"name": "Rahasia dapur"}, by=None)
        do(archive_product, hidden, by=None)
        do(add_channel, business, "https://shopee.co.id/kopi", by=None)
        for kind, day in (("halal", date(2099, 1, 1)), ("sni", date(2020, 1, 1))):
            do(add_certificate, business, kind=kind, number="1", expires_on=day, by=None)

    page = client.get("/umkm/kopi").text.replace("\u00a0", " ")
    english = client.get("/en/umkm/kopi").text

    assert "Rp 45.000" in page
    assert "<strong>asli</strong>" in page
    assert ("Halal" in page, "SNI" in page, "Rahasia dapur" in page) == (True, False, False)
    assert 'href="https://shopee.co.id/kopi"' in page
    assert ("Ground" in english, "Real robusta." in english) == (True, True)


def test_search_engines_read_the_business_in_their_words(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        business = show(name="Kopi </script>")
        do(add_product, business, {"name": "Bubuk", "price_rupiah": 45_000}, by=None)

    page = client.get(f"/umkm/{business.slug}").text

    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    told = json.loads(found[1])
    assert (told["@type"], told["name"]) == ("Organization", "Kopi </script>")
    assert told["makesOffer"][0]["price"] == 45_000
    assert f"/umkm/{business.slug}</loc>" in client.get("/sitemap.xml").text


def test_made_up_businesses_are_marked_and_not_for_search_engines(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        business = show(name="Kopi Contoh")
        with transaction():
            db.session.get_one(Business, business.id).is_demo = True
        do(edit_business, business, {"city": "Kota Lain"}, version=None, by=None)

    page = client.get("/umkm/kopi-contoh").text

    assert 'content="noindex"' in page
    assert "ld+json" not in page
    assert "kopi-contoh" not in client.get("/sitemap.xml").text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Batik", "Kopi"]),
        ("?q=bubuk", ["Kopi"]),
        ("?provinsi=jambi", ["Batik"]),
        ("?sektor=drink", ["Kopi"]),
        ("?sertifikat=halal", ["Kopi"]),
        ("?sertifikat=sni", []),
        ("?sektor=nonsense&halaman=99999", ["Batik", "Kopi"]),
        ("?q=%25", []),
    ],
)
def test_filters_narrow_the_catalogue(
    app: Flask, client: FlaskClient, query: str, names: list[str]
) -> None:
    with app.app_context():
        kopi = show(name="Kopi", sector="drink")
        show(name="Batik", sector="fashion", province_code="ID-JA", city="Kota Jambi")
        do(add_product, kopi, {"name": "Bubuk"}, by=None)
        for kind, day in (("halal", None), ("sni", date(2020, 1, 1))):
            do(add_certificate, kopi, kind=kind, number="1", expires_on=day, by=None)
    client.get("/umkm")  # so that the page without filters is kept

    page = client.get(f"/umkm{query}").text

    assert re.findall(r'<h2><a href="/umkm/[^"]+">([^<]+)</a></h2>', page) == names


def test_a_page_asks_the_same_for_3_and_for_60_and_is_light(
    app: Flask, client: FlaskClient
) -> None:
    counts = []
    for number in (3, 57):
        with app.app_context():
            for _ in range(number):
                do(add_product, show(), {"name": "Keripik"}, by=None)
        with count_queries(app) as statements:
            answer = client.get("/umkm?halaman=1", headers={"Accept-Encoding": "identity"})
        counts.append(len([s for s in statements if s.startswith("SELECT")]))

    assert counts[0] == counts[1] <= 12
    assert len(gzip.compress(answer.data)) < 12_000


@pytest.mark.parametrize("payload", ["<img src=x onerror=alert(1)>", "{{7*7}}", '"><svg/onload=1>'])
def test_what_people_write_stays_text(app: Flask, client: FlaskClient, payload: str) -> None:
    """ASVS 1.2.1."""
    with app.app_context():
        business = show(name=payload, city=payload[:90], about=payload, owner_name=payload)
        values = {"name": payload, "description": payload, "unit": payload[:50]}
        do(add_product, business, values, by=None)

    pages = [client.get("/umkm").text, client.get(f"/umkm/{business.slug}").text]

    for page in pages:
        assert "<img src=x" not in page
        assert "<svg/onload" not in page
        assert ">49<" not in page
