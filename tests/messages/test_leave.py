"""The link in the headers of our news works with one click, as mail programs do it (RFC 8058)."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gernas.core.database import db, transaction
from gernas.events.follows import ask_to_follow, confirm_follow, find_follow
from gernas.events.models import Follow
from gernas.messages.models import Message
from tests.factories import make_event


def test_one_click_ends_the_news_without_token_cookie_or_redirect(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        event = make_event()
        with transaction():
            ask_to_follow("siti@contoh.id", event.scope, language="id")
        with transaction():
            confirm_follow(db.session.scalars(select(Follow)).one())
        with transaction():  # Asking once more tells the way out.
            ask_to_follow("siti@contoh.id", event.scope, language="id")
        known = db.session.scalars(select(Message).filter_by(template="follow_known")).one()
        leave_url = known.placeholders["leave_url"]

    answer = client.post(leave_url, data={"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    with app.app_context():
        follow = find_follow(leave_url.rpartition("/")[2])
        assert follow is not None
        assert follow.left_at is not None
