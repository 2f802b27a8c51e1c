"""The public pages of calls: kept bytes that change when the call does, or its time comes."""

import gzip
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.paths import STATIC
from gernas.registrations.models import Call
from gernas.registrations.services.calls import close_call, publish_call
from tests.conftest import count_queries
from tests.factories import make_campaign, make_event, make_stop
from tests.registrations.applying import apply, read
from tests.registrations.making import call_values, first_come, make_call


@pytest.fixture
def call(app: Flask) -> Call:
    with app.app_context():
        stop = make_stop(make_campaign(slug="bbi-2027", title="BBI 2027"), slug="lampung")
        return make_call(stop, title="Stan UMKM Lampung", title_en="Booths in Lampung")


def close(app: Flask, call: Call) -> None:
    with app.app_context(), transaction():
        close_call(db.session.get_one(Call, call.id), by=None)


def test_the_list_shows_what_is_open_or_will_be(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    with app.app_context():
        moment = now()
        make_call(title="Nanti", opens_at=moment + timedelta(days=1))
        make_call(title="Rahasia", published=False)
        past = make_call(title="Kemarin")
    close(app, past)

    page = read(client.get("/daftar"))

    shown = re.findall(r"<h3><a [^>]+>([^<]+)", page)
    assert shown == ["Stan UMKM Lampung", "Nanti"]


def test_an_empty_list_says_what_to_do(client: FlaskClient) -> None:
    assert "Saat ini belum ada pendaftaran yang dibuka" in read(client.get("/daftar"))


def test_the_page_says_in_both_languages_until_when_and_for_whom(
    client: FlaskClient, call: Call
) -> None:
    indonesian = read(client.get(f"/daftar/{call.slug}"))
    english = read(client.get(f"/en/daftar/{call.slug}"))

    assert "Dibuka sampai" in indonesian
    assert f'href="/daftar/{call.slug}/isi"' in indonesian
    assert "Booths in Lampung" in english
    assert "Open until" in english
    assert f'href="/en/daftar/{call.slug}/isi"' in english


def test_the_page_is_the_same_for_everyone_and_kept(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    path = f"/daftar/{call.slug}"
    apply(client, call)
    with_cookie = client.get(path)
    with count_queries(app) as statements:
        without = app.test_client().get(path)

    assert with_cookie.get_data() == without.get_data()
    assert "Set-Cookie" not in with_cookie.headers
    assert "csrf_token" not in read(without)
    assert statements == []  # answered before Flask


def test_the_page_changes_when_its_time_comes(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        moment = now()
        coming = make_call(
            opens_at=moment + timedelta(hours=1), closes_at=moment + timedelta(hours=3)
        )
    path = f"/daftar/{coming.slug}"
    told = []
    for hours in (0, 2, 4):
        move(monkeypatch, hours)
        told.append(re.findall(r"<p class=\"g-lead\">(\w+)", read(client.get(path)))[0])

    assert told == ["Dibuka", "Dibuka", "Ditutup"]
    assert "Daftar sekarang" not in read(client.get(path))


def move(monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """Set the clock of the whole program ahead."""
    from datetime import UTC, datetime, tzinfo

    from gernas.core import clock

    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz or UTC) + timedelta(hours=hours)

    monkeypatch.setattr(clock, "datetime", Moved)


def test_a_call_that_closes_is_closed_at_once_on_all_pages(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    paths = ["/", "/daftar", f"/daftar/{call.slug}", "/kampanye/bbi-2027/lampung"]
    before = [read(client.get(path)) for path in paths]

    close(app, call)

    after = [read(client.get(path)) for path in paths]
    assert "Daftarkan usaha Anda" in before[0]
    assert [call.title in page for page in before[1:]] == [True] * 3
    assert "Daftarkan usaha Anda" not in after[0]
    assert [call.title in page for page in after[1:]] == [False, True, False]
    assert "Daftar sekarang" not in after[2]


def test_the_page_says_when_the_last_place_is_gone(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        call = first_come(places=1)
    path = f"/daftar/{call.slug}"
    before = read(client.get(path))

    apply(app.test_client(), call)

    assert "Daftar sekarang" in before
    assert "Masuk daftar tunggu" in read(client.get(path))


def test_an_event_invites_to_its_calls(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        stop = make_stop()
        event, other = make_event(stop), make_event(stop)
        with transaction():
            from gernas.registrations.services.calls import add_call

            call = add_call(
                db.session.merge(stop.campaign),
                call_values(title="Stan di puncak"),
                by=None,
                stop=db.session.merge(stop),
                event=db.session.merge(event),
            )
            publish_call(call, by=None)

    pages = [read(client.get(f"/acara/{one.slug}")) for one in (event, other)]

    assert ["Stan di puncak" in page for page in pages] == [True, False]
    assert "Punya usaha di Lampung?" in pages[0]


def test_a_former_address_leads_to_the_present_one(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    from gernas.registrations.services.calls import edit_call
    from gernas.registrations.values import CallValues

    former = call.slug
    with app.app_context(), transaction():
        row = db.session.get_one(Call, call.id)
        edit_call(row, CallValues.of(row), version=None, by=None, slug="stan-lagawi")

    answer = client.get(f"/daftar/{former}")

    assert (answer.status_code, answer.location) == (301, "/daftar/stan-lagawi")


def test_the_first_step_of_the_form_is_light(app: Flask, client: FlaskClient, call: Call) -> None:
    """What a phone loads for it, packed: at most 60 kB."""
    page = client.get(f"/daftar/{call.slug}/isi/1").get_data()
    files = set(re.findall(rb'(?:href|src)="/static/[^/"]+/([\w./-]+\.(?:css|js|woff2))"', page))
    files |= {b"js/apply-store.js"}

    sizes = {"page": len(gzip.compress(page))}
    for name in files:
        path = STATIC / name.decode()
        content = path.read_bytes() if path.is_file() else b""  # vendor/ is installed
        woff = path.suffix == ".woff2"
        sizes[name.decode()] = len(content) if woff else len(gzip.compress(content))

    assert b"js/apply.js" in files
    assert b"js/apply-upload.js" not in files  # only where photos are asked for
    assert sum(sizes.values()) <= 60_000
