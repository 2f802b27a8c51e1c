"""A member's QR for the desk, and their wishes as the suggestion reads them."""

from datetime import date

from flask import Flask
from flask.testing import FlaskClient

from gernas.core.database import db, transaction
from gernas.youth.codes import get_member_token
from gernas.youth.models import Enrolment, YouthProgramme
from gernas.youth.services.wishing import set_wishes
from gernas.youth.shifts.suggestion_queries import make_task
from tests.factories import make_user, sign_in
from tests.youth.making import make_member, make_programme, make_role


def test_the_code_is_shown_large_by_link_and_signed_in(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        user = make_user()
        member = make_member(make_programme(), user_id=user.id, code="7K2M9QXA")
        token = get_member_token(member)
    by_link = client.get(f"/en/pemuda/saya/{token}/kode").text
    sign_in(app, client, user)
    signed_in = client.get("/saya/pemuda/kode").text

    for page in (by_link, signed_in):
        assert "7K2M-9QXA" in page
        assert 'src="data:image/svg+xml' in page


def test_the_first_page_shows_it_small(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        token = get_member_token(make_member(make_programme(), code="7K2M9QXA"))

    page = client.get(f"/en/pemuda/saya/{token}").text

    assert 'alt="QR with your code 7K2M-9QXA"' in page
    assert f'href="/en/pemuda/saya/{token}/kode"' in page


def test_what_members_wish_for_reaches_the_suggestion(context: Flask) -> None:
    programme = make_programme()
    role = make_role(programme)
    member = make_member(programme)
    with transaction():
        enrolment = db.session.get_one(Enrolment, member.enrolments[0].id)
        day = date(2026, 11, 28)
        set_wishes(enrolment, roles=[role.id], days=[day], most_minutes=600, helps_businesses=True)

    [person] = make_task(db.session.get_one(YouthProgramme, programme.id), None, seconds=5).people

    assert person.roles == {role.id}
    assert person.days == {day}
    assert person.most_minutes == 600
