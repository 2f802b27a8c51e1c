"""Files of registrations on disk: under random names, apart from all that anyone may see."""

import os
import re
import secrets
from pathlib import Path

from flask import current_app

from gernas.businesses.documents import NoRoom

SMALL = "-small"  # stands before the ending of the smaller variant of a photo
NAME = re.compile(r"[A-Za-z0-9_-]{22}(?:-small)?\.(?:pdf|webp|part)")


def new_name(ending: str) -> str:
    """A name with 128 random bits; ``ending`` is pdf, webp or part."""
    return f"{secrets.token_urlsafe(16)}.{ending}"


def small_name(name: str) -> str:
    """The name of the variant of a photo that is at most 640 pixels wide and high."""
    stem, _dot, ending = name.rpartition(".")
    return f"{stem}{SMALL}.{ending}"


def write_file(name: str, content: bytes) -> None:
    """Write a whole file, so that nobody ever reads half of it.

    Raises:
        NoRoom: the disk is full or not writable.
    """
    draft = get_path(f"{secrets.token_urlsafe(16)}.part")
    try:
        draft.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(get_path(name))
    except OSError as error:
        raise NoRoom from error
    finally:
        draft.unlink(missing_ok=True)


def write_piece(name: str, content: bytes, *, at: int) -> None:
    """Write a piece of a file that is still arriving, at a place of it.

    Raises:
        NoRoom: the disk is full or not writable.
    """
    path = get_path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.seek(at)
            file.write(content)
            file.truncate(at + len(content))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise NoRoom from error


def read_file(name: str) -> bytes | None:
    """The content of a stored file; None when it is gone."""
    try:
        return get_path(name).read_bytes()
    except FileNotFoundError:
        return None


def drop_file(name: str) -> None:
    """Delete a file and its small variant; nothing happens where they are gone."""
    get_path(name).unlink(missing_ok=True)
    if name.endswith(".webp"):
        get_path(small_name(name)).unlink(missing_ok=True)


def get_path(name: str) -> Path:
    """Where a file lies.

    Raises:
        ValueError: no name of ours.
    """
    if not NAME.fullmatch(name):
        raise ValueError("no name of a stored file")
    return get_folder() / name


def get_folder() -> Path:
    files: Path = current_app.config["GERNAS"].files
    return files / "registrations"
