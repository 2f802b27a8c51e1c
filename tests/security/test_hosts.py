"""Names and addresses that a request claims for itself, in headers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gernas.app import create_app
from gernas.core.database import close_connections, db
from gernas.core.limits import Attempt, get_address
from tests.accounts.door import do_jobs, last_mail, make_person, send
from tests.security.world import World

FORGED = {
    "X-Forwarded-Host": "forged.example",
    "X-Forwarded-Server": "forged.example",
    "X-Original-Host": "forged.example",
    "X-Host": "forged.example",
    "X-Forwarded-Prefix": "/forged",
    "X-Script-Name": "/forged",
    "X-Original-URL": "/kelola",
    "X-Rewrite-URL": "/kelola",
    "Forwarded": "host=forged.example;proto=https;for=203.0.113.9",
    "X-Forwarded-For": "203.0.113.9",
    "X-Real-IP": "203.0.113.9",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Port": "444",
    "HX-Request": "true",
    "Accept-Language": "en",
    "Save-Data": "on",
}


@pytest.mark.parametrize(
    "host",
    [
        "forged.example",
        "gernas.test.forged.example",
        "forged.example:80",
        "GERNAS.TEST",
        "gernas.test.",
        "orang@gernas.test",
        "gernas.test/forged",
        "gernas.test\t",
        "127.0.0.1",
        "[::1]",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/masuk", "/kalender/semua.ics", "/static", "/kelola"])
def test_other_hosts_are_refused_everywhere(world: World, host: str, path: str) -> None:
    """ASVS 4.1.3: also where the answer is kept; the files are the same under any name."""
    client = world.client(None)
    client.get(path)

    answer = client.get(path, headers={"Host": host})

    assert answer.status_code == 400
    assert "forged.example" not in answer.text + str(answer.headers)


def test_another_port_changes_nothing(world: World) -> None:
    """ASVS 4.1.3: names are compared without it, so nothing may be built from it."""
    answers = [
        world.client(None).get(path, headers={"Host": "gernas.test:81"})
        for path in ("/", "/en/", "/masuk", "/kelola", "/kalender", "/sitemap.xml")
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 303, 200, 200]
    assert [":81" in answer.text + str(answer.headers) for answer in answers] == [False] * 6


@pytest.mark.parametrize("path", ["/", "/acara/acara-satu", "/sitemap.xml", "/kalender/semua.ics"])
def test_kept_pages_are_the_same_whatever_the_headers_claim(world: World, path: str) -> None:
    """ASVS 4.1.3, 14.2.2: who comes first leaves nothing behind for those who come later."""
    client = world.client("administrator")
    tainted = client.get(path, headers=FORGED, query_string={"utm_source": "forged", "_": "7"})
    clean = world.client(None).get(path)

    assert tainted.status_code == 200
    assert (tainted.data, tainted.headers["ETag"]) == (clean.data, clean.headers["ETag"])
    assert b"forged" not in tainted.data


def test_links_in_mails_come_from_the_settings(app: Flask) -> None:
    """ASVS 4.1.3, 6.4.1: a forged header does not send the secret of a link elsewhere."""
    with app.app_context():
        make_person(email="sari@contoh.id")
    client = app.test_client()
    client.environ_base.update(
        {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in FORGED.items()}
    )
    send(client, "/masuk/lupa", email="sari@contoh.id")
    do_jobs(app)

    link = last_mail(app, "password_reset")["link"]

    assert link.startswith("http://gernas.test/masuk/sandi-baru/")


def test_without_a_proxy_the_connection_is_the_address(app: Flask) -> None:
    """ASVS 15.3.4: limits and counters use it."""
    with app.test_request_context("/", headers=FORGED, environ_base={"REMOTE_ADDR": "192.0.2.7"}):
        assert get_address() == "192.0.2.7"


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("192.0.2.7", "192.0.2.7"),
        ("tidak", "unknown"),
        ("", "0.0.0.0"),  # noqa: S104
    ],
)
def test_one_person_has_one_address(app: Flask, address: str, counted: str) -> None:
    """ASVS 6.3.1: all of an IPv6 network of 64 bits belongs to one person."""
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        assert get_address() == counted


@pytest.fixture(scope="module")
def behind_a_proxy(
    environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("proxy")
    app = create_app({**environ, "GERNAS_PROXIES": "1", "GERNAS_INSTANCE": str(folder)})

    @app.before_request
    def tell() -> str:
        from flask import request

        return f"{get_address()} {request.host} {request.script_root or '-'}"

    yield app
    app.extensions["kept"].store.close()
    with app.app_context():
        close_connections()


@pytest.mark.parametrize(
    ("claimed", "counted"),
    [
        ("198.51.100.4", "198.51.100.4"),
        ("10.0.0.1, 198.51.100.4", "198.51.100.4"),
        ("tidak", "unknown"),
        ("", "192.0.2.1"),
    ],
)
def test_behind_a_proxy_only_what_it_added_counts(
    behind_a_proxy: Flask, claimed: str, counted: str
) -> None:
    """ASVS 4.1.3, 15.3.4: one proxy, so the last address; never host or prefix."""
    client = behind_a_proxy.test_client()

    answer = client.get(
        "/masuk",
        headers={**FORGED, "X-Forwarded-For": claimed, "X-Forwarded-Proto": "http"},
        environ_base={"REMOTE_ADDR": "192.0.2.1"},
    )

    assert answer.text == f"{counted} gernas.test -"


def test_tries_at_the_door_are_counted_by_connection(app: Flask, client: FlaskClient) -> None:
    """ASVS 6.3.1: a new forged address for each try opens no new counter."""
    for number in range(3):
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{number}"
        send(client, "/masuk/kata-sandi", email=f"a{number}@contoh.id", password="salah sekali")

    with app.app_context():
        keys = db.session.scalars(select(Attempt.key).where(Attempt.key.like("door:%"))).all()
    assert set(keys) == {"door:127.0.0.1"}
