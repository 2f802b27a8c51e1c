"""A member's own page: by the link and signed in."""

from flask import Flask
from flask.testing import FlaskClient

from gernas.youth.codes import get_member_token
from tests.factories import make_user, sign_in
from tests.youth.making import make_member, make_programme


def test_a_member_opens_their_page_by_the_link_or_signed_in(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        user = make_user()
        member = make_member(make_programme(), name="Rina Wati", user_id=user.id)
        token = get_member_token(member)
        sign_in(app, client, user)

    by_link, signed_in = client.get(f"/pemuda/saya/{token}"), client.get("/saya/pemuda")

    assert "Rina Wati" in by_link.text
    assert "Rina Wati" in signed_in.text


def test_a_link_that_is_none_says_so(client: FlaskClient) -> None:
    answer = client.get("/en/pemuda/saya/ABCDEFGHIJKLMNOP")

    assert answer.status_code == 410
    assert "This link no longer works." in answer.text


def test_who_is_signed_in_and_no_member_is_told_how_to_become_one(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        sign_in(app, client, make_user(language="en"))

    page = client.get("/saya/pemuda", follow_redirects=True)

    assert "You are not signed up with this account" in page.text
    assert client.get("/saya/pemuda/data").status_code == 404
