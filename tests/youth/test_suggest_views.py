"""Pages: asking for a suggestion, its progress, the suggestion itself, accepting and back."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gernas.core.database import db
from gernas.core.jobs import run_job
from gernas.core.permissions import Role
from gernas.youth.models import Assignment, ShiftSuggestion
from tests.accounts.door import csrf_token
from tests.conftest import count_queries
from tests.factories import make_user, sign_in
from tests.youth.making import make_assignment, make_member, make_programme, make_role, make_shift


@pytest.fixture
def base(app: Flask, client: FlaskClient) -> str:
    """A coordinator is signed in; the address of a programme with a shift for three, one there."""
    with app.app_context():
        programme = make_programme()
        video = make_role(programme, name="Video", name_en="Video", skills=["video"])
        shift = make_shift(programme, wanted=3)
        make_shift(programme, video, wanted=1, title="Liputan")
        make_assignment(shift, make_member(programme, name="Ani"))
        make_member(programme, name="Budi")
        make_member(programme, name="Cici")
        user = make_user(Role.YOUTH_COORDINATOR, programme.stop.scope)
        address = f"/kelola/{programme.stop.campaign.slug}/{programme.stop.slug}/pemuda"
    sign_in(app, client, user)
    return address


def send(client: FlaskClient, base: str, to: str, **data: Any) -> Any:
    token = csrf_token(client, "/akun")
    return client.post(f"{base}/{to}", data={"csrf_token": token, **data}, follow_redirects=True)


def work(app: Flask) -> int:
    """Have the worker do what was asked; the suggestion's number."""
    with app.app_context():
        row = db.session.scalars(
            select(ShiftSuggestion).order_by(ShiftSuggestion.id.desc())
        ).first()
        assert row is not None
        assert row.job_id is not None
        assert run_job(row.job_id)
        return row.id


def count_places(app: Flask) -> int:
    with app.app_context():
        live = select(Assignment).where(Assignment.ended_at.is_(None))
        return len(db.session.scalars(live).all())


def test_from_asking_to_accepting_and_back(app: Flask, client: FlaskClient, base: str) -> None:
    first = client.get(f"{base}/usulan").text
    waits = send(client, base, "usulan", event="", seconds="5").text
    number = work(app)
    ready = client.get(f"{base}/usulan", follow_redirects=True).text
    before = count_places(app)
    accepted = client.post(
        f"{base}/usulan/{number}/terima",
        data={"csrf_token": csrf_token(client, f"{base}/usulan/{number}")},
        follow_redirects=True,
    ).text
    after = count_places(app)
    undone = client.post(
        f"{base}/usulan/{number}/urungkan",
        data={"csrf_token": csrf_token(client, f"{base}/usulan/{number}")},
        follow_redirects=True,
    ).text

    assert "3 places are open in 2 shifts." in first
    assert "Looking for the best people for the open shifts" in waits
    assert all(word in ready for word in ("Ani", "Budi", "Cici", "Places filled, of 3"))
    assert "3 lack the skills." in ready
    assert "2 places are given." in accepted
    assert "2 places are free again." in undone
    assert (before, after, count_places(app)) == (1, 3, 1)


def test_progress_is_a_fragment_and_leads_on_when_it_is_over(
    app: Flask, client: FlaskClient, base: str
) -> None:
    send(client, base, "usulan", event="", seconds="5")
    with app.app_context():
        number = db.session.scalars(select(ShiftSuggestion.id)).one()
    address = f"{base}/usulan/{number}/kemajuan"
    fragment = client.get(address, headers={"HX-Request": "true"})
    work(app)
    over = client.get(address, headers={"HX-Request": "true"})

    assert "<html" not in fragment.text
    assert (over.status_code, over.headers["HX-Redirect"]) == (204, f"{base}/usulan")


def test_a_suggestion_is_discarded(app: Flask, client: FlaskClient, base: str) -> None:
    send(client, base, "usulan", event="", seconds="5")
    number = work(app)

    page = client.post(
        f"{base}/usulan/{number}/buang",
        data={"csrf_token": csrf_token(client, f"{base}/usulan/{number}")},
        follow_redirects=True,
    ).text

    assert "The suggestion is discarded. Nothing was changed." in page
    assert count_places(app) == 1


@pytest.mark.parametrize("seconds", ["", "0", "banyak", "9999"])
def test_bad_seconds_are_refused_and_stay(client: FlaskClient, base: str, seconds: str) -> None:
    answer = send(client, base, "usulan", event="", seconds=seconds)

    assert answer.status_code == 422
    assert f'value="{seconds}"' in answer.text


def test_an_event_that_is_none_of_theirs_is_refused(client: FlaskClient, base: str) -> None:
    assert send(client, base, "usulan", event="999", seconds="5").status_code == 422


def test_a_programme_without_open_shifts_leads_to_them(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        user = make_user(Role.YOUTH_COORDINATOR, programme.stop.scope)
        address = f"/kelola/{programme.stop.campaign.slug}/{programme.stop.slug}/pemuda/usulan"
    sign_in(app, client, user)

    assert "No open place" in client.get(address).text


def test_three_more_people_take_no_more_queries(app: Flask, client: FlaskClient, base: str) -> None:
    counts = []
    for _more in range(2):
        send(client, base, "usulan", event="", seconds="5")
        number = work(app)
        client.get(f"{base}/usulan/{number}")
        with count_queries(app) as statements:
            client.get(f"{base}/usulan/{number}")
        counts.append(len(statements))
        with app.app_context():
            programme = db.session.get_one(ShiftSuggestion, number).programme
            make_shift(programme, wanted=3)
            for _person in range(3):
                make_member(programme)

    assert counts[0] == counts[1]
