"""``/saya/kalender``: a person makes, sees and ends private addresses."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from gernas.accounts.models import User
from gernas.calendars.models import PersonalFeed
from gernas.calendars.services import add_personal_feed
from gernas.core.database import db, transaction
from gernas.core.permissions import Role, Scope
from gernas.events.calendar import keep_calendar
from gernas.events.models import Follow
from gernas.events.personal import list_personal_uids
from tests.factories import make_campaign, make_event, make_stop, make_user, save, sign_in


@pytest.fixture
def user(app: Flask, client: FlaskClient) -> User:
    with app.app_context():
        person = make_user()
    sign_in(app, client, person)
    return person


def list_feeds(app: Flask) -> list[PersonalFeed]:
    with app.app_context():
        return list(db.session.scalars(select(PersonalFeed).order_by(PersonalFeed.id)))


def post(client: FlaskClient, path: str, **data: str) -> TestResponse:
    page = client.get("/saya/kalender").get_data(as_text=True)
    [token] = set(re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page))
    return client.post(path, data={"csrf_token": token, **data})


def make(client: FlaskClient, label: str) -> str:
    page = post(client, "/saya/kalender", label=label).get_data(as_text=True)
    found = re.search(r"<code>(http://gernas\.test/kalender/pribadi/[\w-]+\.ics)</code>", page)
    assert found, page
    return found[1]


def test_an_address_is_made_shown_once_and_works(
    app: Flask, client: FlaskClient, user: User
) -> None:
    address = make(client, "HP saya")

    page = client.get("/saya/kalender").get_data(as_text=True)

    assert "HP saya" in page
    assert address not in page
    assert client.get(address.removeprefix("http://gernas.test")).status_code == 200
    assert [(feed.user_id, feed.label) for feed in list_feeds(app)] == [(user.id, "HP saya")]


def test_an_ended_address_is_dead(app: Flask, client: FlaskClient, user: User) -> None:
    address = make(client, "HP saya")
    number = list_feeds(app)[0].id

    answer = post(client, f"/saya/kalender/{number}/henti")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/saya/kalender")
    assert client.get(address.removeprefix("http://gernas.test")).status_code == 410
    assert "HP saya" not in client.get("/saya/kalender").get_data(as_text=True).split("<main")[1]
    assert post(client, f"/saya/kalender/{number}/henti").status_code == 404


def test_nobody_sees_or_ends_anothers_address(app: Flask, client: FlaskClient, user: User) -> None:
    """ASVS 8.2.2."""
    with app.app_context(), transaction():
        other, _token = add_personal_feed(user.id + 1, "Milik orang lain")
        number = other.id

    assert "Milik orang lain" not in client.get("/saya/kalender").get_data(as_text=True)
    assert post(client, f"/saya/kalender/{number}/henti").status_code == 404
    assert [feed.revoked_at for feed in list_feeds(app)] == [None]


def test_an_empty_name_is_asked_for_again(app: Flask, client: FlaskClient, user: User) -> None:
    assert post(client, "/saya/kalender", label=" ").status_code == 422
    assert list_feeds(app) == []


def test_ten_addresses_are_enough(app: Flask, client: FlaskClient, user: User) -> None:
    for number in range(10):
        make(client, f"Program {number}")

    assert post(client, "/saya/kalender", label="Lagi").status_code == 409
    assert len(list_feeds(app)) == 10


def test_a_stranger_is_sent_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/saya/kalender")

    assert answer.status_code in (302, 303)
    assert "/masuk" in answer.headers["Location"]


@pytest.mark.usefixtures("context")
def test_a_private_calendar_holds_what_is_followed_and_what_is_planned() -> None:
    campaign = make_campaign()
    mine, other = make_stop(campaign), make_stop(campaign)
    planned = make_event(mine, starts_on=date(2080, 1, 1), title="Direncanakan")
    followed = make_event(other, starts_on=date(2080, 1, 1), title="Diikuti")
    unknown = make_event(other, starts_on=date(2080, 1, 1), title="Lain")
    user = make_user(Role.STOP_MANAGER, Scope("stop", mine.id))
    save(make_follow(user.email, followed.scope))
    with transaction():
        keep_calendar([planned, followed, unknown])

    assert len(list_personal_uids(user.id)) == 2
    assert list_personal_uids(make_user().id) == set()
    assert len(list_personal_uids(make_user(Role.ADMINISTRATOR).id)) == 3


def make_follow(email: str, scope: Scope) -> Follow:
    from gernas.core.clock import now

    return Follow(
        email=email,
        scope_kind=scope.kind,
        scope_id=scope.id,
        language="id",
        token_hash="0" * 64,
        asked_at=now(),
        confirmed_at=now(),
    )
