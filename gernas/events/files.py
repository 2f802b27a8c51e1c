"""Pictures of events on disk, under names made of their content."""

import os
import re
import secrets
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _

from gernas.core.errors import GernasError
from gernas.core.images import Picture

NAME = re.compile(r"[0-9a-f]{64}(?:-640)?\.webp")


class CannotStore(GernasError):
    """The disk is full or not writable."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_("The picture cannot be stored right now. Nothing was changed."))


def store_picture(picture: Picture) -> str:
    """Write both sizes, unless they are there; return the name of the large one.

    Raises:
        CannotStore: the disk is full or not writable.
    """
    folder = get_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / picture.small_name, picture.small_content)
        _write(folder / picture.name, picture.content)
    except OSError as error:
        raise CannotStore from error
    return picture.name


def get_folder() -> Path:
    files: Path = current_app.config["GERNAS"].files
    return files


def small_name(name: str) -> str:
    """The name of the variant that is at most 640 pixels wide and high."""
    return f"{name.removesuffix('.webp')}-640.webp"


def _write(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever reads half of it."""
    if path.exists():
        return
    draft = path.with_name(f".{secrets.token_hex(8)}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
