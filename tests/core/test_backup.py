"""Copies of the database: whole, private, and made before its tables change."""

import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade

from gernas.app import create_app
from gernas.core.backup import KEEP, NoFile, back_up, copy_before_migration, copy_database
from gernas.core.database import close_connections


def make_database(path: Path, rows: int) -> Path:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE thing (id INTEGER)")
        database.executemany("INSERT INTO thing VALUES (?)", [(n,) for n in range(rows)])
    database.close()
    return path


def count(path: Path) -> int:
    with sqlite3.connect(path) as database:
        number: int = database.execute("SELECT count(*) FROM thing").fetchone()[0]
    database.close()
    return number


def test_a_copy_made_while_someone_writes_is_whole(tmp_path: Path) -> None:
    source = make_database(tmp_path / "gernas.db", rows=5)
    writer = sqlite3.connect(source)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("INSERT INTO thing VALUES (99)")  # not committed

    copy = copy_database(source, tmp_path / "copy.db")

    writer.close()
    assert count(copy) == 5
    assert copy.stat().st_mode & 0o777 == 0o600


def test_a_copy_never_overwrites(tmp_path: Path) -> None:
    source = make_database(tmp_path / "gernas.db", rows=1)
    copy_database(source, tmp_path / "copy.db")

    with pytest.raises(FileExistsError):
        copy_database(source, tmp_path / "copy.db")


def test_the_oldest_automatic_copies_go(tmp_path: Path) -> None:
    source = make_database(tmp_path / "gernas.db", rows=1)

    made = [copy_before_migration(source) for _ in range(KEEP + 2)]

    assert sorted((tmp_path / "copies").glob("*.db")) == made[2:]


def test_pictures_come_along(tmp_path: Path) -> None:
    source = make_database(tmp_path / "gernas.db", rows=1)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.webp").write_bytes(b"picture")

    back_up(source, tmp_path / "files", tmp_path / "out")

    (folder,) = (tmp_path / "out").iterdir()
    assert count(folder / "gernas.db") == 1
    assert (folder / "files" / "a.webp").read_bytes() == b"picture"


def test_a_database_on_a_server_is_copied_with_its_own_tools(tmp_path: Path) -> None:
    with pytest.raises(NoFile):
        back_up(None, tmp_path, tmp_path)


def test_a_migration_copies_the_database_first(tmp_path: Path, environ: dict[str, str]) -> None:
    other: Flask = create_app(
        {**environ, "GERNAS_DATABASE_URL": f"sqlite:///{tmp_path / 'other.db'}"}
    )
    with other.app_context():
        upgrade()
        at_first = list(tmp_path.glob("copies/*.db"))
        downgrade(revision="-1")
        upgrade()
        again = list(tmp_path.glob("copies/*.db"))
        close_connections()
    other.extensions["kept"].store.close()

    assert (len(at_first), len(again)) == (0, 1)
