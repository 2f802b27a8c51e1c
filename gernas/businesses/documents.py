"""Files that prove something: licences, certificates. Kept apart from pictures that all may see.

The content decides what a file is. Pictures are drawn anew; a PDF stays as it came and therefore
leaves only as an attachment, with a note that nobody has examined it.
"""

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import Response, current_app
from flask_babel import gettext as _

from gernas.core.errors import GernasError, NotThere
from gernas.core.images import MAX_BYTES, BadPicture, read_picture
from gernas.core.text import content_disposition, safe_filename

PDF, WEBP = "application/pdf", "image/webp"
NAME = re.compile(r"[A-Za-z0-9_-]{22}\.(?:pdf|webp)")
ACCEPT = "application/pdf,image/jpeg,image/png,image/webp"
_ACTIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"/RichMedia")


class BadDocument(GernasError):
    """The upload is no document that we take."""


class DocumentGone(NotThere):
    def __init__(self) -> None:
        super().__init__(_("This file is no longer here."))


class NoRoom(GernasError):
    """The disk is full or not writable."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_("The file cannot be stored right now. Nothing was changed."))


@dataclass(frozen=True)
class Document:
    """A checked file, not stored yet."""

    content: bytes
    content_type: str  # application/pdf or image/webp
    label: str  # the name it was given, fit for a file system

    @property
    def size(self) -> int:
        return len(self.content)


def check_document(stream: IO[bytes], label: str) -> Document:
    """Read an upload: a PDF as it is, a JPEG, PNG or WebP picture drawn anew.

    Raises:
        BadDocument: neither, damaged, over 8 MB, or a PDF that does something when opened.
    """
    label = safe_filename(label, default="dokumen")
    head = stream.read(5)
    stream.seek(0)
    if head == b"%PDF-":
        content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise BadDocument(_("The file is larger than 8 MB. Choose a smaller one."))
        if any(mark in content for mark in _ACTIVE):
            raise BadDocument(
                _("This PDF does more than show pages. Print it to a new PDF, or take a photo.")
            )
        return Document(content, PDF, _with_ending(label, "pdf"))
    try:
        picture = read_picture(stream)
    except BadPicture as error:
        raise BadDocument(
            _("Choose a PDF, or a photo as JPEG, PNG or WebP. (%(why)s)", why=error.message)
        ) from error
    return Document(picture.content, WEBP, _with_ending(label, "webp"))


def store_document(document: Document) -> str:
    """Write a document under a random name; return that name.

    Raises:
        NoRoom
    """
    ending = "pdf" if document.content_type == PDF else "webp"
    name = f"{secrets.token_urlsafe(16)}.{ending}"
    folder = get_folder()
    draft = folder / f".{name}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(document.content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / name)
    except OSError as error:
        raise NoRoom from error
    finally:
        draft.unlink(missing_ok=True)
    return name


def drop_document(name: str | None) -> None:
    """Delete a stored document; nothing happens where it is gone already."""
    if name and NAME.fullmatch(name):
        (get_folder() / name).unlink(missing_ok=True)


def send_document(name: str | None, label: str | None, content_type: str | None) -> Response:
    """The answer that hands out a stored document, always as an attachment.

    The view is marked with ``only_as_attachment``.

    Raises:
        DocumentGone
    """
    if not name or not NAME.fullmatch(name):
        raise DocumentGone
    try:
        content = (get_folder() / name).read_bytes()
    except FileNotFoundError as error:
        raise DocumentGone from error
    answer = Response(content, mimetype=content_type if content_type == PDF else WEBP)
    answer.headers["Content-Disposition"] = content_disposition(label or name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


# Should a browser ever open a document by itself, it may do nothing.
ATTACHMENT_POLICY = {"content_security_policy": "sandbox; default-src 'none'"}


def get_folder() -> Path:
    files: Path = current_app.config["GERNAS"].files
    return files / "documents"


def _with_ending(label: str, ending: str) -> str:
    stem = label.rpartition(".")[0] or label
    return safe_filename(f"{stem}.{ending}")
