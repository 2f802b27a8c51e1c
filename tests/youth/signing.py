"""A young person's browser: opens a form, types, sends; with harmless defaults."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
_NAME, _VALUE = re.compile(r'name="([^"]+)"'), re.compile(r'value="([^"]*)"')

RINA = {
    "name": "Rina Wati",
    "birth_date": "17/03/2004",
    "city": "Kota Metro",
    "province_code": "ID-LA",
    "phone": "0812 3456 7890",
    "take_part": "y",
}


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms, the last of a name."""
    found = {}
    for tag in _HIDDEN.findall(page):
        name, value = _NAME.search(tag), _VALUE.search(tag)
        if name is not None:
            found[name[1]] = value[1] if value is not None else ""
    return found


def fill(client: FlaskClient, path: str, **typed: Any) -> TestResponse:
    """Open a page and send its form."""
    return client.post(path, data={**hidden_fields(client.get(path).text), **typed})


def press(client: FlaskClient, page_path: str, action: str, **fields: str) -> TestResponse:
    """Press a button of a page, whose form leads to ``action``."""
    token = hidden_fields(client.get(page_path).text)["csrf_token"]
    return client.post(action, data={"csrf_token": token, **fields})


def sign_up(client: FlaskClient, slug: str, **typed: Any) -> TestResponse:
    """Sign Rina up in English, or someone else."""
    return fill(client, f"/en/pemuda/{slug}/daftar", **{**RINA, **typed})
