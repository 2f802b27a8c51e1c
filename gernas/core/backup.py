"""Copies of the SQLite database and of the uploaded pictures, made while both are in use."""

import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

from gernas.core.clock import now

KEEP = 5  # automatic copies before a migration


class NoFile(Exception):
    """The database is not a SQLite file, so there is nothing to copy here."""


def copy_database(source: Path, target: Path) -> Path:
    """Copy a SQLite database, whole and consistent, while others read and write it.

    Raises:
        FileExistsError: there is a file at ``target`` already.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb"):
        target.chmod(0o600)  # It holds everything people entrusted to us.
    with sqlite3.connect(source) as reading, sqlite3.connect(target) as writing:
        reading.backup(writing)
    reading.close()
    writing.close()
    return target


def copy_before_migration(source: Path) -> Path | None:
    """Copy the database beside itself before its tables change; the oldest copies go.

    None when there is nothing in it yet.
    """
    if not source.exists() or source.stat().st_size == 0:
        return None
    copies = source.parent / "copies"
    stamp = _stamp(now())
    target = copy_database(source, copies / f"{source.stem}-{stamp}.db")
    for old in sorted(copies.glob(f"{source.stem}-*.db"))[:-KEEP]:
        old.unlink()
    return target


def back_up(database: Path | None, files: Path, folder: Path) -> list[Path]:
    """Copy database and pictures into a new folder within ``folder``; returns what was made.

    Raises:
        NoFile: the database is on a server; use its own tools.
    """
    if database is None:
        raise NoFile
    place = folder / f"gernas-{_stamp(now())}"
    made = [copy_database(database, place / "gernas.db")]
    if files.is_dir():
        made.append(Path(shutil.copytree(files, place / "files")))
    return made


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y%m%d-%H%M%S-%f")
