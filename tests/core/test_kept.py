"""The layer that answers public pages before Flask: the same answer, only sooner."""

import gzip
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from gernas.app import create_app
from gernas.campaigns.models import Campaign
from gernas.core import clock
from gernas.core.database import db, transaction
from gernas.core.kept import KeptPage
from gernas.core.revisions import raise_revisions
from tests.factories import make_campaign, make_event, make_stop, make_user, sign_in

OWN_TO_EACH = {"x-request-id", "date"}
PAGES = ("/", "/en/", "/acara", "/en/acara", "/kampanye/{campaign}", "/acara/{event}", "/tentang")


@pytest.fixture
def slugs(app: Flask) -> dict[str, str]:
    """A published campaign with one event, and the addresses of both."""
    with app.app_context():
        campaign = make_campaign(title="Gernas BBI 2022")
        event = make_event(make_stop(campaign))
        return {"campaign": campaign.slug, "event": event.slug}


def read(answer: TestResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    """Everything an answer consists of, save what every answer has of its own."""
    headers = [(k, v) for k, v in answer.headers.items() if k.lower() not in OWN_TO_EACH]
    return answer.status_code, sorted(headers), answer.data


def count_kept_answers(app: Flask) -> float:
    """How many answers the layer gave since the start."""
    value: float = app.extensions["metrics"].kept.labels("yes")._value.get()
    return value


def count_stored(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(KeptPage)) or 0


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    "asked",
    [
        ("GET", {}),
        ("GET", {"Accept-Encoding": "gzip"}),
        ("HEAD", {}),
        ("HEAD", {"Accept-Encoding": "gzip, br"}),
        ("GET", {"If-None-Match": "*"}),
        ("GET", {"If-Match": '"another"'}),
    ],
)
def test_a_kept_answer_is_what_flask_answered_header_by_header(
    app: Flask,
    client: FlaskClient,
    slugs: dict[str, str],
    path: str,
    asked: tuple[str, dict[str, str]],
) -> None:
    """ASVS 3.4.1, 3.4.3 to 3.4.6 hold for kept answers too."""
    address, (method, headers) = path.format(**slugs), asked

    first = read(client.open(address, method=method, headers=headers))
    before = count_kept_answers(app)
    second = read(client.open(address, method=method, headers=headers))

    assert second == first
    assert count_kept_answers(app) == before + 1
    assert {"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"} <= {
        name for name, _value in second[1]
    }


def test_the_program_says_when_it_answers_from_what_it_kept(
    app: Flask, client: FlaskClient, slugs: dict[str, str]
) -> None:
    client.get("/tentang")
    before = count_kept_answers(app)

    client.get("/tentang")
    client.get("/tentang?jenis=kickoff")

    assert count_kept_answers(app) == before + 1


def test_both_encodings_have_a_strong_tag_of_their_own_and_either_answers_304(
    client: FlaskClient, slugs: dict[str, str]
) -> None:
    plain = client.get("/tentang")
    packed = client.get("/tentang", headers={"Accept-Encoding": "gzip"})

    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] == plain.headers["ETag"][:-1] + '-gz"'
    assert "Accept-Encoding" in plain.headers["Vary"]
    for tag in (plain.headers["ETag"], packed.headers["ETag"]):
        again = client.get("/tentang", headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")


def test_head_has_the_length_of_the_body_and_no_body(
    client: FlaskClient, slugs: dict[str, str]
) -> None:
    whole = client.get("/tentang")

    for _ in range(2):
        head = client.head("/tentang")
        assert head.data == b""
        assert head.headers["Content-Length"] == str(len(whole.data))


def test_a_new_revision_brings_new_bytes(
    app: Flask, client: FlaskClient, slugs: dict[str, str]
) -> None:
    address = f"/kampanye/{slugs['campaign']}"
    before = client.get(address)
    client.get(address)

    with app.app_context(), transaction():
        campaign = db.session.scalars(select(Campaign)).one()
        campaign.title = "Gernas BBI sekali lagi"
        raise_revisions(campaign.scope)
    after = client.get(address)

    assert b"Gernas BBI sekali lagi" in after.data
    assert after.headers["ETag"] != before.headers["ETag"]
    assert client.get("/").data.count(b"Gernas BBI sekali lagi") > 0


def test_what_another_scope_changes_leaves_a_page_as_it_is(
    app: Flask, client: FlaskClient, slugs: dict[str, str]
) -> None:
    address = f"/kampanye/{slugs['campaign']}"
    client.get(address)
    with app.app_context():
        other = make_campaign()
        with transaction():
            raise_revisions(other.scope)
    before = count_kept_answers(app)

    client.get(address)

    assert count_kept_answers(app) == before + 1


def test_time_alone_brings_new_bytes_at_the_midnight_of_the_place(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, datetime(2022, 7, 21, 15, 59, tzinfo=UTC))  # 23.59 WITA, 22.59 WIB
    with app.app_context():
        campaign = make_campaign()
        event = make_event(
            make_stop(campaign, province_code="ID-KS"),
            zone="Asia/Makassar",
            starts_on=date(2022, 7, 22),
        )
    address = f"/acara/{event.slug}"

    tomorrow = client.get(address).get_data(as_text=True)
    still_tomorrow = client.get(address).get_data(as_text=True)
    set_clock(monkeypatch, datetime(2022, 7, 21, 16, 0, tzinfo=UTC))
    today = client.get(address).get_data(as_text=True)

    assert still_tomorrow == tomorrow
    assert "Besok" in tomorrow
    assert "Hari ini" in today
    assert "Besok" not in today


def test_an_unknown_query_is_ignored_and_fills_nothing(
    app: Flask, client: FlaskClient, slugs: dict[str, str]
) -> None:
    page = client.get("/tentang")
    stored = count_stored(app)

    for query in ("utm_source=x", "fbclid=1&a=%20", "x=" + "y" * 500, "%6Aenis_lain=kickoff"):
        assert client.get(f"/tentang?{query}").headers["ETag"] == page.headers["ETag"]

    assert count_stored(app) == stored


def test_a_filtered_page_is_another_page_and_is_not_kept(
    app: Flask, client: FlaskClient, slugs: dict[str, str]
) -> None:
    client.get("/acara?waktu=semua")
    stored = count_stored(app)

    whole = client.get("/acara?waktu=semua")
    filtered = client.get("/acara?waktu=semua&j%65nis=harvesting")

    assert filtered.data != whole.data
    assert count_stored(app) == stored


def test_a_wrong_host_is_refused_though_the_page_is_kept(
    client: FlaskClient, slugs: dict[str, str]
) -> None:
    client.get("/tentang")
    client.get("/tentang")

    answer = client.get("/tentang", base_url="http://evil.test")

    assert answer.status_code == 400
    assert b"evil.test" not in answer.data


def test_public_pages_know_no_cookie_and_nobody(
    app: Flask, client: FlaskClient, slugs: dict[str, str]
) -> None:
    """ASVS 14.2.2: what is kept is what an anonymous person sees."""
    with app.app_context():
        user = make_user(name="Nama Rahasia")
    anonymous = client.get("/").data
    sign_in(app, client, user)

    for path in ("/", "/", "/acara", "/tentang"):
        answer = client.get(path)
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers["Vary"]
        assert b"Nama Rahasia" not in answer.data
    assert client.get("/").data == anonymous


def test_errors_and_redirects_are_not_kept(app: Flask, client: FlaskClient) -> None:
    for path in ("/acara/tidak-ada", "/kampanye/tidak-ada", "/kampanye/a/b"):
        assert client.get(path).status_code == 404

    assert count_stored(app) == 0


def test_what_another_version_of_the_program_kept_is_not_answered(
    app: Flask, client: FlaskClient, slugs: dict[str, str]
) -> None:
    client.get("/tentang")
    with app.app_context(), transaction():
        db.session.execute(update(KeptPage).values(build="an older one"))
    before = count_kept_answers(app)

    answer = client.get("/tentang")

    assert answer.status_code == 200
    assert count_kept_answers(app) == before


def test_the_layer_answers_reading_only(client: FlaskClient, slugs: dict[str, str]) -> None:
    client.get("/tentang")

    assert client.post("/tentang").status_code in (400, 405)
    assert client.delete("/tentang").status_code in (400, 405)


@pytest.mark.parametrize("path", ["/", "/acara", "/en/acara", "/kampanye/gernas-bbi-2022"])
def test_without_its_database_the_site_says_so_in_words(
    environ: dict[str, str], tmp_path: Any, path: str
) -> None:
    lost = environ | {
        "GERNAS_DATABASE_URL": f"sqlite:///{tmp_path / 'gone' / 'gernas.db'}",
        "GERNAS_INSTANCE": str(tmp_path),
    }
    app = create_app(lost)

    answer = app.test_client().get(path)

    assert answer.status_code == 503
    assert answer.mimetype == "text/html"
    assert "<h1>" in answer.get_data(as_text=True)
    assert "Traceback" not in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    app.extensions["kept"].store.close()


def set_clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    ahead: timedelta = moment - datetime.now(UTC)

    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + ahead

    monkeypatch.setattr(clock, "datetime", Moved)
