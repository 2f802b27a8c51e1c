"""An applicant's browser: opens pages of a form, fills in what they ask, and sends them."""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from gernas.core.database import db
from gernas.registrations.models import Call, Registration

_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
_HIDDEN = re.compile(r'<input type="hidden" name="(asked|key)" value="([^"]*)">')
_ACTION = re.compile(r'<form class="g-ask" id="isian" method="post" action="([^"]+)"')
_TERMS = re.compile(r'name="syarat" value="([0-9]+)"')

FIRST = {"f-business_name": "Keripik Bu Siti", "f-sector": "food", "f-province": "ID-LA"}
NIB = {"f-nib": "9120 0012 3456 7"}
THIRD = {"f-email": "siti@contoh.id", "f-cooks": "no"}


def read(answer: TestResponse) -> str:
    """The text of a page without the marks that only lines need."""
    return answer.get_data(as_text=True).replace("\u2060", "").replace("\u00a0", " ")


def fields_of(page: str) -> dict[str, list[str]]:
    """The token and the hidden fields of a page."""
    found = _TOKEN.search(page)
    assert found is not None, "no form on the page"
    fields: dict[str, list[str]] = {"csrf_token": [found[1]]}
    for name, value in _HIDDEN.findall(page):
        fields.setdefault(name, []).append(value)
    return fields


def fill(
    client: FlaskClient, path: str, *, to: str = "", headers: Any = None, **typed: Any
) -> TestResponse:
    """Open a page and send its form with what was typed; ``to`` another address."""
    page = client.get(path).get_data(as_text=True)
    fields: dict[str, Any] = dict(fields_of(page))
    action = _ACTION.search(page)
    to = to or (action[1] if action else path)
    return client.post(to, data={**fields, **typed}, headers=headers)


def press(client: FlaskClient, page_path: str, action: str, **fields: str) -> TestResponse:
    """Press a button of a page, whose form leads to ``action``."""
    token = fields_of(client.get(page_path).get_data(as_text=True))["csrf_token"]
    return client.post(action, data={"csrf_token": token, **fields})


def fill_all(client: FlaskClient, call: Call, **third: str) -> str:
    """Go through the pages of ``SHORT_FORM`` up to the check page; returns its address.

    ``third`` is typed on the third page, ``f-nib`` on the second.
    """
    nib = {"f-nib": third.pop("f-nib", NIB["f-nib"])}
    base = f"/daftar/{call.slug}"
    fill(client, f"{base}/isi/1", **FIRST)
    fill(client, f"{base}/isi/2", **nib)
    fill(client, f"{base}/isi/3", **{**THIRD, **third})
    fill(client, f"{base}/isi/5")
    return f"{base}/periksa"


def send_it(client: FlaskClient, call: Call, **more: str) -> TestResponse:
    """Press the button of the check page, with the terms agreed to where there are any."""
    page = client.get(f"/daftar/{call.slug}/periksa").get_data(as_text=True)
    terms = _TERMS.search(page)
    agreed = {"syarat": terms[1]} if terms else {}
    return client.post(f"/daftar/{call.slug}/kirim", data={**fields_of(page), **agreed, **more})


def apply(client: FlaskClient, call: Call, **third: str) -> TestResponse:
    """Apply from the first page to the receipt."""
    fill_all(client, call, **third)
    return send_it(client, call)


def list_rows(app: Flask) -> list[Registration]:
    """All registrations, with their history and files loaded."""
    with app.app_context():
        rows = list(db.session.scalars(select(Registration).order_by(Registration.id)))
        for row in rows:
            _ = (row.history, row.uploads, row.call, row.form_version)
        return rows


def the_row(app: Flask) -> Registration:
    (row,) = list_rows(app)
    return row
