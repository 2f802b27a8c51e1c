"""Files of a draft or a correction: whole or in pieces, checked by their content, stored.

What takes time (drawing a photo anew, writing to disk) happens outside of the transaction:
``prepare_upload`` and then ``add_upload``; in pieces ``begin_upload``, for each piece
``receive_piece`` and ``note_piece``, at the end ``prepare_begun`` and ``finish_upload``.
"""

import io
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

from flask_babel import gettext as _
from sqlalchemy import func, select

from gernas.businesses.documents import PDF, BadDocument, check_document
from gernas.core.clock import now
from gernas.core.database import after_commit, db, lock
from gernas.core.errors import NotThere
from gernas.core.images import MAX_BYTES, BadPicture, read_picture
from gernas.core.text import safe_filename
from gernas.registrations.errors import BadUpload, NotPossible, TooManyUploads, WrongOffset
from gernas.registrations.files import (
    drop_file,
    new_name,
    read_file,
    small_name,
    write_file,
    write_piece,
)
from gernas.registrations.models import LABEL_LENGTH, Registration, Upload
from gernas.registrations.questions import Question, QuestionType, read_questions
from gernas.registrations.services.drafts import check_may_type

WEBP = "image/webp"
_HEIC = frozenset((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"))
MOST_PIECE = 512 * 1024  # bytes of one piece
MOST_UPLOADS = 60  # of one registration, begun ones included


@dataclass(frozen=True)
class Prepared:
    """A file that was checked and lies on disk; nothing in the database names it yet."""

    stored_name: str
    label: str
    content_type: str
    size: int
    width: int | None = None
    height: int | None = None

    def drop(self) -> None:
        """Delete it again, when it could not be added."""
        drop_file(self.stored_name)


def prepare_upload(
    registration: Registration, key: str, stream: IO[bytes], *, label: str
) -> Prepared:
    """Check a whole file for a question and store it; outside of a transaction.

    Photos are drawn anew in two sizes, without place and camera; PDFs stay as they came.

    Raises:
        BadUpload: empty, over 8 MB, or no photo or document that we take.
        NotPossible: this question cannot be answered now.
        NoRoom: the disk is full.
    """
    question = get_file_question(registration, key)
    content = stream.read(MAX_BYTES + 1)
    if not content:
        raise BadUpload(_("The file is empty. Choose another."))
    if len(content) > MAX_BYTES:
        raise BadUpload(_("A file may be up to 8 MB. Choose a smaller one."))
    return _prepare(question, content, label)


def add_upload(registration: Registration, key: str, prepared: Prepared) -> Upload:
    """Add a prepared file to a registration; call ``prepared.drop()`` when this fails.

    Raises:
        TooManyUploads: the question has as many as it takes.
        NotPossible: this question cannot be answered now.
    """
    registration = lock(registration)
    question = get_file_question(registration, key)
    _check_count(registration, question)
    upload = Upload(
        registration=registration,
        question_key=key,
        received=prepared.size,
        created_at=now(),
        finished_at=now(),
        **vars(prepared),
    )
    registration.version += 1  # A draft that is being sent elsewhere is looked at anew.
    db.session.add(upload)
    db.session.flush()
    return upload


def begin_upload(registration: Registration, key: str, *, label: str, size: int) -> Upload:
    """Announce a file of ``size`` bytes, which then arrives in pieces.

    Raises:
        BadUpload: empty or over 8 MB.
        TooManyUploads: the question has as many as it takes.
        NotPossible: this question cannot be answered now.
    """
    registration = lock(registration)
    question = get_file_question(registration, key)
    if not 0 < size <= MAX_BYTES:
        raise BadUpload(_("A file may be up to 8 MB. Choose a smaller one."))
    _check_count(registration, question)
    upload = Upload(
        registration=registration,
        question_key=key,
        stored_name=new_name("part"),
        label=_label(label),
        size=size,
        received=0,
        created_at=now(),
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def receive_piece(upload: Upload, piece: bytes, *, at: int) -> int:
    """Write a piece that continues what arrived; outside of a transaction.

    Returns how many bytes are here now; the same piece again changes nothing.

    Raises:
        WrongOffset: it does not continue it; the error says how much is here.
        BadUpload: more than was announced, or a piece that is too large.
        NoRoom: the disk is full.
    """
    end = at + len(piece)
    if upload.is_finished or end <= upload.received:
        return upload.received
    if at != upload.received:
        raise WrongOffset(upload.received)
    if not piece or len(piece) > MOST_PIECE or end > upload.size:
        raise BadUpload(_("The file is larger than it was announced. Choose it again."))
    write_piece(upload.stored_name, piece, at=at)
    return end


def note_piece(upload: Upload, received: int) -> Upload:
    """Note that so many bytes are on disk; less than before changes nothing."""
    upload = lock(upload)
    if not upload.is_finished:
        upload.received = max(upload.received, min(received, upload.size))
        db.session.flush()
    return upload


def prepare_begun(upload: Upload) -> Prepared:
    """Check a file that arrived in pieces and store what remains of it; outside of a transaction.

    Raises:
        WrongOffset: it has not arrived completely.
        BadUpload: no photo or document that we take; then ``remove_upload`` it.
    """
    content = None if upload.received < upload.size else read_file(upload.stored_name)
    if content is None or len(content) != upload.size:
        raise WrongOffset(min(upload.received, len(content or b"")))
    question = get_file_question(upload.registration, upload.question_key)
    return _prepare(question, content, upload.label)


def finish_upload(upload: Upload, prepared: Prepared) -> Upload:
    """Put what was checked in the place of what arrived."""
    upload = lock(upload)
    if upload.is_finished:  # The same request once more.
        after_commit(prepared.drop)
        return upload
    former = upload.stored_name
    for name, value in vars(prepared).items():
        setattr(upload, name, value)
    upload.received, upload.finished_at = prepared.size, now()
    upload.registration.version += 1
    db.session.flush()
    after_commit(lambda: drop_file(former))
    return upload


def remove_upload(upload: Upload) -> None:
    """Take a file back; it leaves the disk once the transaction is committed.

    Of an application that was sent, files go with its correction only (``typed`` leaves them out).

    Raises:
        NotPossible: it belongs to what was sent, or the question cannot be answered now.
    """
    registration = lock(upload.registration)
    check_may_type(registration, {upload.question_key})
    if not registration.is_draft and upload.id in registration.answers.get(upload.question_key, ()):
        raise NotPossible(registration.state_now)
    registration.version += 1
    drop_upload(upload)
    db.session.flush()
    db.session.expire(registration, ["uploads"])


def drop_upload(upload: Upload) -> None:
    """Delete a row and, after the commit, its file."""
    name = upload.stored_name
    after_commit(lambda: drop_file(name))
    db.session.delete(upload)


def get_file_question(registration: Registration, key: str) -> Question:
    """The question of a registration that takes files.

    Raises:
        NotThere: there is no such question.
        NotPossible: it cannot be answered now.
    """
    check_may_type(registration, {key})
    for question in read_questions(registration.form_version.questions):
        if question.key == key and question.takes_files:
            return question
    raise NotThere(_("This question takes no file."))


def _check_count(registration: Registration, question: Question) -> None:
    """What was sent does not count: a correction may put other files in its place."""
    mine = select(func.count()).where(Upload.registration_id == registration.id)
    for_question = db.session.scalar(mine.where(Upload.question_key == question.key)) or 0
    sent = 0 if registration.is_draft else len(registration.answers.get(question.key, ()))
    if for_question - sent >= question.most or (db.session.scalar(mine) or 0) >= MOST_UPLOADS:
        raise TooManyUploads(question.most)


def _prepare(question: Question, content: bytes, label: str) -> Prepared:
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        raise BadUpload(
            _(
                "This is a photo in the HEIC format of an iPhone, which we cannot read. Choose"
                " “Most Compatible” under Settings › Camera › Formats, or send a screenshot of it."
            )
        )
    try:
        if question.type == QuestionType.PHOTO:
            return _prepare_photo(content, label)
        return _prepare_document(content, label)
    except (BadPicture, BadDocument) as error:
        raise BadUpload(error.message) from error


def _prepare_photo(content: bytes, label: str) -> Prepared:
    picture = read_picture(io.BytesIO(content))
    name = new_name("webp")
    write_file(small_name(name), picture.small_content)
    write_file(name, picture.content)
    return Prepared(name, _label(label), WEBP, len(picture.content), picture.width, picture.height)


def _prepare_document(content: bytes, label: str) -> Prepared:
    document = check_document(io.BytesIO(content), label)
    name = new_name("pdf" if document.content_type == PDF else "webp")
    write_file(name, document.content)
    return Prepared(name, _label(document.label), document.content_type, document.size)


def _label(label: str) -> str:
    return safe_filename(PurePath(label).name)[:LABEL_LENGTH]
