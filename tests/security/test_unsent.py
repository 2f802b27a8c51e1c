"""A form that is too old, refused, or sent after signing out gives back what was typed."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from tests.accounts.door import csrf_token
from tests.conftest import on_connections
from tests.security.world import World

AGAIN = re.compile("Kirim lagi|Send again")
OURS = {"Sec-Fetch-Site": "same-origin"}
TYPED = "Ibu Sari dari Metro"


def too_old(client: FlaskClient, **headers: str) -> str:
    data = {"csrf_token": "of-yesterday", "name": TYPED, "language": "id"}
    answer = client.post("/akun", data=data, headers=headers)
    assert answer.status_code == 400
    return answer.text


def test_an_old_form_is_given_back_and_can_be_sent_again(world: World) -> None:
    client = world.client("viewer")
    page = too_old(client, **OURS)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None

    again = client.post("/akun", data={"csrf_token": token[1], "name": TYPED, "language": "id"})

    assert 'value="Ibu Sari dari Metro" readonly' in page
    assert '<input type="hidden" name="language" value="id">' in page
    assert 'action="/akun"' in page
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("headers", "believed"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://gernas.test"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://gernas.test"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_only_a_form_of_our_own_pages_is_given_back(
    world: World, headers: dict[str, str], believed: bool
) -> None:
    """ASVS 3.5.1: else another site fills in a form, and has a person press our button."""
    page = too_old(world.client("viewer"), **headers)

    assert (TYPED in page) is believed


def test_no_secret_is_written_back(world: World) -> None:
    """ASVS 14.2.1: neither passwords nor codes nor a NIK; then nothing can be sent again either."""
    secrets = {
        "password": "Sandi Rahasia Satu",
        "present": "Sandi Rahasia Dua",
        "code": "Kode Rahasia",
        "recovery": "Kode Cadangan",
        "f-nik": "1871 0101 0190 0002",
        "nik": "1871 0101 0190 0001",
    }
    client = world.client("viewer")

    page = client.post("/akun/kata-sandi", data={"note": TYPED, **secrets}, headers=OURS).text

    assert TYPED in page
    assert [secret for secret in secrets.values() if secret in page] == []
    assert not AGAIN.search(page)


def test_a_field_that_only_sounds_like_a_secret_is_kept(world: World) -> None:
    client = world.client("viewer")
    data = {"name": TYPED, "province_code": "ID-LA", "kind": "umkm", "unik": "Sangat Unik"}

    page = client.post("/akun", data=data, headers=OURS).text

    assert [name for name in data if f'type="hidden" name="{name}"' not in page] == []
    assert AGAIN.search(page)


def test_a_form_sent_after_signing_out_is_given_back_with_the_way_in(world: World) -> None:
    client = world.client(None)

    kept = client.post("/akun", data={"name": TYPED}, headers=OURS)
    empty = client.post("/akun", data={"name": ""}, headers=OURS)
    foreign = client.post("/akun", data={"name": TYPED})

    assert (kept.status_code, empty.status_code, foreign.status_code) == (401, 303, 303)
    assert 'href="/masuk?next=/akun"' in kept.text
    assert TYPED in kept.text
    assert kept.headers["Cache-Control"] == "no-store"


def test_what_was_typed_is_text_and_never_code(world: World) -> None:
    """ASVS 1.2.1."""
    client = world.client("viewer")
    token = csrf_token(client, "/akun")
    hostile = '</textarea><script>alert(1)</script>" onfocus="x'
    data = {"csrf_token": f"not-{token}", "name": hostile, hostile: TYPED}

    page = client.post("/akun", data=data, headers=OURS).text

    assert "<script>alert" not in page
    assert ' onfocus="x' not in page
    assert "&lt;/textarea&gt;" in page
    assert "&#34; onfocus=" in page


@pytest.mark.parametrize(("fault", "status"), [(OperationalError, 503), (KeyError, 500)])
def test_a_form_that_meets_a_fault_of_ours_is_given_back(
    world: World, fault: type[Exception], status: int
) -> None:
    """ASVS 16.5.2: sent again, it is done."""
    client = world.client(None)

    def refuse(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            raise fault("UPDATE", {}, Exception("rahasia"))

    typed = {"csrf_token": csrf_token(client, "/masuk/lupa"), "email": "sari@contoh.id"}
    with on_connections(world.app, "before_cursor_execute", refuse):
        answer = client.post("/masuk/lupa", data=typed, headers=OURS)
        foreign = client.post("/masuk/lupa", data=typed)
    token = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
    assert token is not None
    again = client.post("/masuk/lupa", data={**typed, "csrf_token": token[1]})

    assert (answer.status_code, foreign.status_code, again.status_code) == (status, status, 303)
    assert '<input type="hidden" name="email" value="sari@contoh.id">' in answer.text
    assert "rahasia" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sari@contoh.id" not in foreign.text


@pytest.mark.parametrize(
    ("referer", "leads_back"),
    [
        ("http://gernas.test/akun?x=1", True),
        ("http://gernas.test//akun?x=1", True),
        ("http://gernas.test//evil.example/akun", False),
        ("http://evil.example/akun?x=1", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_a_form_that_is_refused_leads_back_to_its_page(
    world: World, referer: str, leads_back: bool
) -> None:
    """ASVS 3.7.2: and to no other site."""
    client = world.client("viewer")
    data = {"csrf_token": csrf_token(client, "/akun"), "name": TYPED}

    answer = client.post("/kelola/tidak-ada/ubah", data=data, headers={**OURS, "Referer": referer})

    assert answer.status_code == 404
    assert TYPED in answer.text
    assert ('href="/akun?x=1" target="_blank"' in answer.text) is leads_back
    assert "//evil" not in answer.text
    assert "javascript:" not in answer.text
