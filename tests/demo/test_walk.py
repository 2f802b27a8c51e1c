"""Every role follows the links of its pages, and none leads where it may not go."""

import re
from collections import Counter
from html import unescape
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gernas.accounts.models import User
from gernas.core.database import db
from gernas.core.limits import limiter
from gernas.demo.load import load_demo
from tests.conftest import empty_database
from tests.factories import sign_in
from tests.pages import CheckedClient

HREF = re.compile(r'href="([^"#]+)')
INSIDE = re.compile(r"/(kelola|akun|saya)(/|\?|$)")
ALIKE = 3  # pages of one view that are opened


@pytest.fixture(scope="module")
def loaded(one_app: Flask) -> Flask:
    """The application with the demo, and no context that its pages would share."""
    with one_app.app_context():
        empty_database(one_app)
        load_demo()
        db.session.remove()
    return one_app


@pytest.mark.parametrize(
    "name", ["admin", "kampanye", "lampung", "panitia", "koordinator", "pengamat"]
)
def test_no_link_leads_to_a_closed_door(loaded: Flask, name: str) -> None:
    limiter.reset()
    loaded.test_client_class = CheckedClient
    client = loaded.test_client()
    with loaded.app_context():
        user = db.session.scalars(select(User).where(User.email == f"{name}@contoh.id")).one()
    sign_in(loaded, client, user)

    refused, opened = walk(client, "/kelola")

    assert refused == []
    assert opened > 30


def walk(client: FlaskClient, start: str) -> tuple[list[tuple[int, str, str]], int]:
    """Open pages from link to link; returns status, address and origin of those refused."""
    waiting, seen, kinds = [(start, "")], set[str](), Counter[str]()
    routes = client.application.url_map.bind("localhost")
    refused = []
    while waiting:
        path, origin = waiting.pop(0)
        with client.application.app_context():
            kind = str(routes.match(path.partition("?")[0])[0])
        if path in seen or kinds[kind] >= ALIKE:
            continue
        seen.add(path)
        kinds[kind] += 1
        answer = client.get(path)
        if answer.status_code >= 400:
            refused.append((answer.status_code, path, origin))
        if answer.mimetype == "text/html":
            links = (urljoin(path, unescape(link)) for link in HREF.findall(answer.text))
            waiting += [(link, path) for link in links if INSIDE.match(link)]
    return refused, len(seen)
