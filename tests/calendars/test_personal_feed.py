"""Private feeds: the address is the password, kept hashed, limited, and ended alone."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.calendars import scopes, services
from gernas.calendars.check import check_feed
from gernas.calendars.models import PersonalFeed
from gernas.calendars.queries import get_personal_feed, list_personal_feeds
from gernas.calendars.services import (
    Filing,
    add_personal_feed,
    keep_entry,
    revoke_personal_feed,
)
from gernas.core.database import db, transaction
from gernas.core.permissions import Scope
from gernas.core.revisions import get_revision
from tests.calendars.samples import make_entry

FOLLOWED = "a@gernas.test"


@pytest.fixture(autouse=True)
def entries(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[int, set[str]]:
    """Two kept entries; returns who has which, to be changed by the test."""
    has = {7: {FOLLOWED}}
    monkeypatch.setattr(scopes, "_registry", scopes._Registry())
    scopes.register_personal_entries("events", lambda user_id: has.get(user_id, set()))
    starts = datetime(2080, 3, 17, 2, tzinfo=UTC)
    with app.app_context(), transaction():
        for number, uid in enumerate((FOLLOWED, "b@gernas.test")):
            keep_entry(make_entry(uid=uid, starts=starts, ends=None), Filing(object_id=number))
    return has


def make_feed(app: Flask, *, user_id: int = 7, label: str = "HP saya") -> tuple[int, str]:
    with app.app_context():
        with transaction():
            feed, token = add_personal_feed(user_id, label)
        return feed.id, f"/kalender/pribadi/{token}.ics"


def get_feed(app: Flask, number: int) -> PersonalFeed:
    with app.app_context():
        return db.session.get_one(PersonalFeed, number)


def test_a_private_feed_holds_what_is_the_persons_own(app: Flask, client: FlaskClient) -> None:
    _, path = make_feed(app)

    answer = client.get(path)

    assert (answer.status_code, check_feed(answer.data)) == (200, [])
    assert (answer.data.count(b"BEGIN:VEVENT"), b"UID:a@gernas.test\r\n" in answer.data) == (
        1,
        True,
    )
    headers = answer.headers
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Cache-Control"] == "private, max-age=300"
    assert headers["X-Robots-Tag"] == "noindex"
    assert not {"Set-Cookie", "Access-Control-Allow-Origin", "Last-Modified"} & {*headers.keys()}


def test_what_a_person_left_vanishes_at_once(
    app: Flask, client: FlaskClient, entries: dict[int, set[str]]
) -> None:
    _, path = make_feed(app)
    before = client.get(path)
    entries[7].clear()

    after = client.get(path, headers={"If-None-Match": before.headers["ETag"]})

    assert (after.status_code, after.data.count(b"BEGIN:VEVENT")) == (200, 0)


@pytest.mark.parametrize("form", ["identity", "gzip"])
def test_an_unchanged_private_feed_is_answered_304(
    app: Flask, client: FlaskClient, form: str
) -> None:
    _, path = make_feed(app)
    tag = client.get(path, headers={"Accept-Encoding": form}).headers["ETag"]

    answer = client.get(path, headers={"Accept-Encoding": form, "If-None-Match": tag})

    assert (answer.status_code, answer.data) == (304, b"")
    assert (answer.headers["ETag"], tag.endswith('-gz"')) == (tag, form == "gzip")
    assert answer.headers["Cache-Control"] == "private, max-age=300"


def test_the_token_is_not_stored(app: Flask) -> None:
    """ASVS 14.2.1."""
    number, path = make_feed(app)
    token = path.removeprefix("/kalender/pribadi/").removesuffix(".ics")

    row = get_feed(app, number)

    assert len(token) == 32
    assert token not in str(vars(row))
    with app.app_context():
        assert get_personal_feed(token).id == number  # type: ignore[union-attr]
        assert get_personal_feed(row.token_hash) is None


def test_an_ended_feed_is_gone_and_the_others_stay(app: Flask, client: FlaskClient) -> None:
    number, ended = make_feed(app)
    other, living = make_feed(app, label="Laptop")
    with app.app_context():
        with transaction():
            revoke_personal_feed(db.session.get_one(PersonalFeed, number))
        assert [feed.id for feed in list_personal_feeds(7)] == [other]

    answer = client.get(ended)

    assert (answer.status_code, answer.mimetype) == (410, "text/plain")
    assert len(answer.data) < 200
    assert client.get(living).status_code == 200


def test_a_person_sees_when_and_by_what_a_feed_was_fetched(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [datetime(2080, 1, 1, tzinfo=UTC)]
    monkeypatch.setattr(services, "now", lambda: moment[0])
    number, path = make_feed(app)

    def fetch(agent: str) -> tuple[datetime | None, str | None]:
        client.get(path, headers={"User-Agent": agent})
        row = get_feed(app, number)
        return row.last_used_at, row.last_agent

    first = moment[0]
    assert fetch("Google-Calendar-Importer") == (first, "Google-Calendar-Importer")
    moment[0] += timedelta(minutes=59)
    assert fetch("Google-Calendar-Importer") == (first, "Google-Calendar-Importer")
    moment[0] += timedelta(minutes=1)
    assert fetch("Google-Calendar-Importer") == (moment[0], "Google-Calendar-Importer")
    assert fetch("x" * 500) == (moment[0], "x" * 120)


def test_fetching_raises_no_revision(app: Flask, client: FlaskClient) -> None:
    _, path = make_feed(app)
    client.get(path)

    with app.app_context():
        assert get_revision(Scope("site")) == 0


def test_a_token_is_answered_thirty_times_an_hour(app: Flask, client: FlaskClient) -> None:
    _, path = make_feed(app)
    _, other = make_feed(app)

    statuses = [client.get(path).status_code for _ in range(31)]
    refused = client.get(path)

    assert statuses == [200] * 30 + [429]
    assert refused.mimetype == "text/plain"
    assert 3000 < int(refused.headers["Retry-After"]) <= 3601
    assert client.get(other).status_code == 200


def test_guessing_tokens_stops_and_hits_no_neighbour(app: Flask, client: FlaskClient) -> None:
    """ASVS 2.4.1: only misses count, so a token behind the same address still works."""
    _, path = make_feed(app)

    statuses = [client.get(f"/kalender/pribadi/{n}.ics").status_code for n in range(11)]

    assert statuses == [404] * 10 + [429]
    assert client.get(path).status_code == 200


def test_no_token_is_written_to_the_log(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """ASVS 14.2.1, 16.2.5."""
    _, path = make_feed(app)
    token = path.removeprefix("/kalender/pribadi/").removesuffix(".ics")

    with caplog.at_level(logging.INFO):
        for _ in range(31):
            client.get(path)
        client.get(f"/kalender/pribadi/{token}x.ics")

    assert "/kalender/pribadi/<token>.ics" in caplog.text
    assert token not in caplog.text


@pytest.mark.parametrize("token", ["%00", "%FF", "a" * 5000, "..%2f..", "é"])
def test_any_token_is_only_unknown(client: FlaskClient, token: str) -> None:
    assert client.get(f"/kalender/pribadi/{token}.ics").status_code == 404
