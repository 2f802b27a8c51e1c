"""The feeds over HTTP: addresses, filters, headers, and every kind of conditional request."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gernas.calendars import scopes
from gernas.calendars.check import check_feed
from gernas.calendars.scopes import FeedScope
from gernas.calendars.services import Filing, keep_entry
from gernas.core.database import transaction
from gernas.core.permissions import Scope
from gernas.core.revisions import SITE, raise_revisions
from tests.calendars.samples import make_entry

CAMPAIGN = FeedScope(
    kind="campaign",
    id=1,
    slugs=("gernas-bbi-2022",),
    name="Gernas BBI 2022",
    description="Roadshow di dua belas provinsi",
    page_url="http://gernas.test/kampanye/gernas-bbi-2022",
    revision=Scope("campaign", 1),
)
STOP = replace(
    CAMPAIGN,
    kind="stop",
    id=2,
    slugs=("gernas-bbi-2022", "lampung"),
    name="Gernas BBI 2022: Lampung",
    revision=Scope("stop", 2),
)
EVENT = replace(CAMPAIGN, kind="event", id=3, slugs=("kick-off",), name="Kick-off")
LAMPUNG = "/kalender/gernas-bbi-2022/lampung.ics"
FEEDS = {
    "/kalender/semua.ics": "gernas-bbi.ics",
    "/kalender/gernas-bbi-2022.ics": "gernas-bbi-2022.ics",
    LAMPUNG: "lampung.ics",
    "/acara/kick-off.ics": "kick-off.ics",
}


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """One campaign with a stop and an event; each also had an older slug."""
    fresh = scopes._Registry()
    monkeypatch.setattr(scopes, "_registry", fresh)
    stops = {("gernas-bbi-2022", "lampung"), ("bbi", "lampung"), ("gernas-bbi-2022", "sai-bumi")}
    scopes.register_feed_scope(
        resolve_campaign=lambda slug: CAMPAIGN if slug in ("gernas-bbi-2022", "bbi") else None,
        resolve_stop=lambda campaign, slug: STOP if (campaign, slug) in stops else None,
        resolve_event=lambda slug: EVENT if slug in ("kick-off", "pembukaan") else None,
    )
    scopes.register_event_kinds(lambda: {"kickoff": "Kick-off", "harvesting": "Panen"})


@pytest.fixture(autouse=True)
def entries(app: Flask) -> None:
    with app.app_context():
        keep("a", "kickoff", "ID-LA", object_id=3)
        keep("b", "harvesting", "ID-JA", object_id=4, title="Panen")


def keep(name: str, kind: str, province: str, *, object_id: int, **values: Any) -> None:
    starts = datetime(2080, 3, 17, 2, tzinfo=UTC)
    entry = make_entry(uid=f"{name}@gernas.test", starts=starts, ends=None, **values)
    filing = Filing(
        object_id=object_id, campaign_id=1, stop_id=2, event_kind=kind, province_code=province
    )
    with transaction():
        keep_entry(entry, filing)
        raise_revisions(CAMPAIGN.revision, STOP.revision)


def uids(answer: TestResponse) -> list[str]:
    text = answer.get_data(as_text=True)
    return [line[4] for line in text.splitlines() if line.startswith("UID:") and "@g" in line[5:7]]


@pytest.mark.parametrize("path", FEEDS)
def test_a_public_feed_is_in_order_and_belongs_to_everyone(client: FlaskClient, path: str) -> None:
    """ASVS 3.4.2."""
    answer = client.get(path)

    assert (answer.status_code, check_feed(answer.data)) == (200, [])
    headers = answer.headers
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Content-Disposition"].startswith(f'inline; filename="{FEEDS[path]}"')
    assert headers["Cache-Control"] == "public, max-age=300"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["ETag"].startswith('"')
    assert not {"Set-Cookie", "Last-Modified"} & set(headers.keys())


@pytest.mark.parametrize("path", FEEDS)
def test_a_kept_feed_is_answered_as_the_first_time(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path)

    assert (again.data, _plain_headers(again)) == (first.data, _plain_headers(first))


def test_each_feed_holds_its_own(client: FlaskClient) -> None:
    assert {path: uids(client.get(path)) for path in FEEDS} == {
        "/kalender/semua.ics": ["a", "b"],
        "/kalender/gernas-bbi-2022.ics": ["a", "b"],
        LAMPUNG: ["a", "b"],
        "/acara/kick-off.ics": ["a"],
    }


def test_a_change_is_in_the_feed_at_once_with_a_new_tag(app: Flask, client: FlaskClient) -> None:
    before = client.get(LAMPUNG)
    with app.app_context():
        keep("a", "kickoff", "ID-LA", object_id=3, postponed=True)

    after = client.get(LAMPUNG, headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200
    assert b"SUMMARY:[DITUNDA] Kick-off" in after.data
    assert b"SEQUENCE:1\r\n" in after.data
    assert after.data.count(b"SEQUENCE:0\r\n") == 1


@pytest.mark.parametrize(
    ("query", "found", "name"),
    [
        ("jenis=harvesting", ["b"], "Gernas BBI 2022: Lampung (Panen)"),
        ("provinsi=lampung", ["a"], "Gernas BBI 2022: Lampung (Lampung)"),
        ("jenis=harvesting&provinsi=lampung", [], "Gernas BBI 2022: Lampung (Panen\\, Lampung)"),
        ("jenis=kickoff,harvesting", ["a", "b"], "Gernas BBI 2022: Lampung (Panen\\, Kick-off)"),
        ("jenis=harvesting%2C+kickoff", ["a", "b"], "Gernas BBI 2022: Lampung (Panen\\, Kick-off)"),
        ("jenis=&provinsi=,", ["a", "b"], "Gernas BBI 2022: Lampung"),
        ("jenis=kickoff&jenis=harvesting", ["a"], "Gernas BBI 2022: Lampung (Kick-off)"),
        ("utm_source=poster&x=1", ["a", "b"], "Gernas BBI 2022: Lampung"),
    ],
)
def test_filters_choose_and_show_in_the_name(
    client: FlaskClient, query: str, found: list[str], name: str
) -> None:
    answer = client.get(f"{LAMPUNG}?{query}")

    assert (answer.status_code, uids(answer), check_feed(answer.data)) == (200, found, [])
    assert f"\r\nNAME:{name}\r\n" in answer.get_data(as_text=True)


def test_filters_have_one_spelling(client: FlaskClient) -> None:
    one = client.get(f"{LAMPUNG}?jenis=harvesting,kickoff&provinsi=lampung")
    other = client.get(f"{LAMPUNG}?x=1&provinsi=lampung&jenis=kickoff,,harvesting,kickoff")

    assert (one.data, one.headers["ETag"]) == (other.data, other.headers["ETag"])


@pytest.mark.parametrize(
    "query", ["jenis=panen", "provinsi=atlantis", "jenis=kickoff,x", "jenis=%00"]
)
def test_an_unknown_filter_is_no_feed(client: FlaskClient, query: str) -> None:
    answer = client.get(f"{LAMPUNG}?{query}")

    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert len(answer.data) < 200


@pytest.mark.parametrize(
    "path",
    [
        "/kalender/lain.ics",
        "/kalender/gernas-bbi-2022/jambi.ics",
        "/acara/lain.ics",
        "/kalender/pribadi/abc.ics",
        "/kalender/SEMUA.ics",
    ],
)
def test_what_is_no_feed_says_so_shortly(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/kalender/bbi.ics", "/kalender/gernas-bbi-2022.ics"),
        ("/kalender/bbi/lampung.ics", LAMPUNG),
        ("/kalender/gernas-bbi-2022/sai-bumi.ics", LAMPUNG),
        ("/acara/pembukaan.ics", "/acara/kick-off.ics"),
        ("/kalender/bbi.ics?jenis=kickoff&x=1", "/kalender/gernas-bbi-2022.ics?jenis=kickoff"),
    ],
)
def test_an_old_address_leads_to_the_present_one(client: FlaskClient, old: str, new: str) -> None:
    answer = client.get(old)

    assert (answer.status_code, answer.headers["Location"]) == (301, new)
    assert answer.headers["Cache-Control"] == "public, max-age=300"


def test_an_address_is_for_reading(client: FlaskClient) -> None:
    assert client.post(LAMPUNG).status_code in (400, 405)
    assert client.put("/kalender/semua.ics").status_code in (400, 405)


# Where the request is answered: by the kept layer, or by Flask since the query is special.
PATHS = [LAMPUNG, f"{LAMPUNG}?jenis=kickoff"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("conditions", "status"),
    [
        ({}, 200),
        ({"If-None-Match": "{plain}"}, 304),
        ({"If-None-Match": "{packed}"}, 304),
        ({"If-None-Match": "W/{plain}"}, 304),
        ({"If-None-Match": '"other", {plain}'}, 304),
        ({"If-None-Match": '"a,b" ,{packed},'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-None-Match": "{bare}"}, 200),
        ({"If-None-Match": ""}, 200),
        ({"If-Modified-Since": "Sat, 01 Jan 2100 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        (
            {"If-None-Match": '"other"', "If-Modified-Since": "Sat, 01 Jan 2100 00:00:00 GMT"},
            200,
        ),
        (
            {"If-None-Match": "{plain}", "If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"},
            304,
        ),
        ({"If-Match": "{plain}"}, 200),
        ({"If-Match": '"other"'}, 412),
        ({"If-Match": "*"}, 200),
        ({"If-Unmodified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}, 200),
        ({"Range": "bytes=0-9"}, 200),
        ({"Range": "bytes=0-9", "If-Range": "{plain}"}, 200),
    ],
)
def test_every_conditional_request_is_answered_right(
    client: FlaskClient, path: str, conditions: dict[str, str], status: int
) -> None:
    """RFC 9110, 13; the tag of the form that is, or would be, sent goes with 200 and 304."""
    whole = client.get(path, headers={"Accept-Encoding": "identity"})
    plain = whole.headers["ETag"]
    names = {"plain": plain, "packed": f'{plain[:-1]}-gz"', "bare": plain.strip('"')}
    asked = {name: value.format(**names) for name, value in conditions.items()}

    for encoding in ("identity", "gzip", "br", "gzip;q=0", None):
        accept = {"Accept-Encoding": encoding} if encoding is not None else {}
        packed = encoding == "gzip"
        answer = client.get(path, headers={**asked, **accept})
        head = client.head(path, headers={**asked, **accept})

        assert (answer.status_code, head.status_code, head.data) == (status, status, b"")
        assert _plain_headers(answer) == _plain_headers(head)
        assert answer.headers["ETag"] == names["packed" if packed else "plain"]
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert answer.headers["Vary"] == "Accept-Encoding"
        if status == 200:
            body = gzip.decompress(answer.data) if packed else answer.data
            assert body == whole.data
            assert answer.headers.get("Content-Encoding") == ("gzip" if packed else None)
            assert answer.headers["Content-Length"] == str(len(answer.data))
        else:
            assert answer.data == b""
            assert "Content-Encoding" not in answer.headers
            assert answer.headers.get("Content-Length") == (None if status == 304 else "0")


def _plain_headers(answer: TestResponse) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in answer.headers if name != "X-Request-ID")


def test_a_feed_is_built_again_when_time_alone_changes_it(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gernas.core import kept

    client.get("/kalender/semua.ics")
    later = datetime(2080, 8, 1, tzinfo=UTC)
    monkeypatch.setattr(kept, "now", lambda: later)
    monkeypatch.setattr("gernas.calendars.views.feeds.now", lambda: later)

    assert uids(client.get("/kalender/semua.ics")) == []
    assert uids(client.get(LAMPUNG)) == ["a", "b"]


def test_without_a_revision_nothing_is_kept_and_all_is_answered(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context(), transaction():
        raise_revisions(SITE)

    assert [client.get(path).status_code for path in FEEDS] == [200] * len(FEEDS)
