"""When the database is away, cannot be written, or the disk is full."""

import errno
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event, func, select
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from gernas.accounts.models import User
from gernas.app import create_app
from gernas.campaigns.models import Campaign
from gernas.core.database import close_connections, db, get_writer, transaction
from gernas.core.permissions import Role
from tests.accounts.door import csrf_token
from tests.conftest import on_connections
from tests.factories import make_campaign, make_user, sign_in
from tests.security.test_headers import find_missing
from tests.security.world import World

SENTENCES = {
    "id": ("Sebentar lagi kembali", '<html lang="id">'),
    "en": ("Back in a minute", '<html lang="en">'),
}
NOBODY_LISTENS = "postgresql://gernas:rahasia@127.0.0.1:1/gernas?connect_timeout=2"


@pytest.fixture(scope="module")
def without_database(
    environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application, its database server switched off."""
    folder = tmp_path_factory.mktemp("away")
    settings = {"GERNAS_DATABASE_URL": NOBODY_LISTENS, "GERNAS_INSTANCE": str(folder)}
    app = create_app({**environ, **settings})
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    app.extensions["kept"].store.close()
    with app.app_context():
        close_connections()


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/", "id"),
        ("/en/", "en"),
        ("/acara/x", "id"),
        ("/en/acara/x", "en"),
        ("/kampanye/x/y", "id"),
        ("/masuk/sandi-baru/x", "id"),
        ("/en/ikuti/konfirmasi/x", "en"),
    ],
)
def test_without_a_database_pages_say_so_in_the_readers_language(
    without_database: Flask, path: str, language: str
) -> None:
    """ASVS 16.5.1, 16.5.2: 503 and a sentence; neither its address nor its password."""
    answer = without_database.test_client().get(path)

    assert answer.status_code == 503
    for words in SENTENCES[language]:
        assert words in answer.text
    assert "rahasia" not in answer.text
    assert "127.0.0.1" not in answer.text
    assert find_missing(answer) == []
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_a_database_nobody_is_let_in(without_database: Flask) -> None:
    """ASVS 16.5.3: a cookie that cannot be looked up opens nothing."""
    client = without_database.test_client()
    with client.session_transaction() as cookie:
        cookie.update(_user_id="x", session="y", _fresh=True)

    statuses = {path: client.get(path).status_code for path in ("/kelola", "/akun", "/saya")}

    assert set(statuses.values()) == {503}


def test_without_a_database_a_form_changes_nothing_and_says_so(without_database: Flask) -> None:
    """ASVS 16.5.2."""
    client = without_database.test_client()
    token = csrf_token(client, "/masuk/lupa")

    answer = client.post("/masuk/lupa", data={"csrf_token": token, "email": "sari@contoh.id"})

    assert answer.status_code == 503
    assert SENTENCES["id"][0] in answer.text


def test_without_a_database_feeds_and_machines_get_a_line(without_database: Flask) -> None:
    """ASVS 13.4.5: calendar programs keep what they have on 503; balancers get one word."""
    client = without_database.test_client()
    feed, ready = client.get("/kalender/semua.ics"), client.get("/readyz")

    assert (feed.status_code, feed.mimetype) == (503, "text/plain")
    assert (ready.status_code, ready.data) == (503, b"unready\n")
    assert client.get("/healthz").data == b"ok\n"
    assert client.get(f"{without_database.static_url_path}/css/tokens.css", buffered=True).data


def _refuse(make: Callable[[], BaseException]) -> Callable[..., None]:
    def refuse(*_args: Any) -> None:
        raise make()

    return refuse


def _wrapped(kind: type[DBAPIError]) -> DBAPIError:
    return kind("SELECT rahasia", {"a": "rahasia"}, Exception("rahasia"))


FAULTS: dict[str, Callable[[], BaseException]] = {
    "gone in the middle": lambda: _wrapped(OperationalError),
    "connection closed": lambda: _wrapped(InterfaceError),
    "damaged file": lambda: _wrapped(DatabaseError),
    "read-only server": lambda: _wrapped(InternalError),
    "no connection free": lambda: NoConnectionFree("QueuePool limit of rahasia reached"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_ails_the_database_is_no_fault_of_the_reader(world: World, fault: str) -> None:
    """ASVS 16.5.1, 16.5.2: 503 with a number, and the next request is served again."""
    client = world.client("viewer")
    refuse = _refuse(FAULTS[fault])
    with on_connections(world.app, "before_cursor_execute", refuse):
        answers = [client.get(path) for path in ("/kelola", "/en/acara?q=x", "/akun")]

    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert all(answer.headers["X-Request-ID"] in answer.text for answer in answers)
    assert not any("rahasia" in answer.text for answer in answers)
    assert client.get("/kelola").status_code == 200


def test_a_page_is_shown_though_its_bytes_cannot_be_kept(world: World) -> None:
    """ASVS 16.5.2: a database that only reads still has readers."""

    def refuse(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            raise _wrapped(OperationalError)

    with on_connections(world.app, "before_cursor_execute", refuse):
        public = world.client(None).get("/tentang")
        form = world.client(None)
        token = csrf_token(form, "/masuk/lupa")
        refused = form.post("/masuk/lupa", data={"csrf_token": token, "email": "a@contoh.id"})

    assert (public.status_code, refused.status_code) == (200, 503)


def test_kept_pages_go_on_when_the_rest_of_the_database_is_away(world: World) -> None:
    """ASVS 16.5.2: one indexed read is all they need, on a connection of their own."""
    client = world.client(None)
    client.get("/bantuan")
    refuse = _refuse(lambda: _wrapped(OperationalError))
    with on_connections(world.app, "before_cursor_execute", refuse):
        answer = client.get("/bantuan")

    assert answer.status_code == 200


@pytest.fixture
def own_file(environ: dict[str, str], tmp_path: Path) -> Iterator[Flask]:
    """The application on a SQLite file of its own, with an administrator and a campaign."""
    settings = {
        "GERNAS_DATABASE_URL": f"sqlite:///{tmp_path / 'gernas.db'}",
        "GERNAS_INSTANCE": str(tmp_path),
    }
    app = create_app({**environ, **settings})
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        upgrade()
        make_campaign(slug="bbi", title="Sebelumnya")
        make_user(Role.ADMINISTRATOR)
    yield app
    app.extensions["kept"].store.close()
    with app.app_context():
        close_connections()


def fill_disk(app: Flask) -> Callable[[], None]:
    """Let the file grow no further; returns what frees the disk again."""
    with app.app_context():
        engine = get_writer()

    def limit(connection: Any) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql("PRAGMA max_page_count=" + str(pages))

    event.listen(engine, "begin", limit)

    def free() -> None:
        event.remove(engine, "begin", limit)
        with app.app_context():
            close_connections()

    return free


def test_on_a_full_disk_nothing_is_half_written(own_file: Flask) -> None:
    """ASVS 2.3.3, 16.5.2: all of a change or none, and the sentence for it."""
    client = own_file.test_client()
    with own_file.app_context():
        user = db.session.scalars(select(User)).one()
    sign_in(own_file, client, user)
    token = csrf_token(client, "/akun")
    values = {"csrf_token": token, "title": "Sesudahnya", "version": "1", "slug": "bbi"}
    values |= {"starts_on": "2022-01-01", "ends_on": "2022-12-31", "description": "x" * 9_000}
    values["description_en"] = "y" * 9_000
    free = fill_disk(own_file)
    full = client.post("/kelola/bbi/ubah", data=values)
    reading = client.get("/kelola/bbi")
    free()

    assert (full.status_code, reading.status_code) == (503, 200)
    assert "Nothing was changed" in full.text
    with own_file.app_context():
        row = db.session.scalars(select(Campaign)).one()
        entries = select(func.count()).select_from(db.metadata.tables["audit_entry"])
        assert (row.title, row.version, db.session.scalar(entries)) == ("Sebelumnya", 1, 0)
    assert client.post("/kelola/bbi/ubah", data=values).status_code == 303


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_the_turn_of_writers_may_fail_as_well(
    own_file: Flask, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """ASVS 16.5.2: the file beside the database on which writers wait for each other."""
    client = own_file.test_client()
    token = csrf_token(client, "/masuk/lupa")
    opened = Path.open

    def refuse(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path.suffix == ".turn":
            raise OSError(number, "rahasia")
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    answer = client.post("/masuk/lupa", data={"csrf_token": token, "email": "a@contoh.id"})
    page = client.get("/tentang")

    assert (answer.status_code, page.status_code) == (503, 200)
    assert SENTENCES["id"][0] in answer.text


def test_a_database_of_an_older_version_is_not_ready(own_file: Flask, tmp_path: Path) -> None:
    """ASVS 13.4.5: and says no more than that."""
    with own_file.app_context(), transaction():
        db.session.execute(db.text("UPDATE alembic_version SET version_num = '0000'"))

    answer = own_file.test_client().get("/readyz")

    assert (answer.status_code, answer.data) == (503, b"unready\n")


def test_a_file_that_is_no_database_stops_nothing_else(own_file: Flask, tmp_path: Path) -> None:
    """ASVS 16.5.1: damaged, it answers 503 until a copy is put back."""
    with own_file.app_context():
        close_connections()
    own_file.extensions["kept"].store.close()
    path = tmp_path / "gernas.db"
    for ending in ("-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
    shutil.copy(path, tmp_path / "copy.db")
    path.write_bytes(b"x" * 50_000)
    damaged = own_file.test_client().get("/en/")
    with own_file.app_context():
        close_connections()
    own_file.extensions["kept"].store.close()
    shutil.copy(tmp_path / "copy.db", path)

    assert (damaged.status_code, SENTENCES["en"][0] in damaged.text) == (503, True)
    assert own_file.test_client().get("/en/").status_code == 200
