"""Files of an application: whole or in pieces, what they may be, and where they go."""

import io
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from gernas.core.database import db, transaction
from gernas.core.images import MAX_BYTES
from gernas.registrations.errors import (
    AnswersMissing,
    BadUpload,
    NotPossible,
    TooManyUploads,
    WrongOffset,
)
from gernas.registrations.files import get_folder, get_path, new_name, read_file, small_name
from gernas.registrations.models import Registration, Upload
from gernas.registrations.questions import Question, QuestionType
from gernas.registrations.services.answering import resubmit
from gernas.registrations.services.deciding import request_changes
from gernas.registrations.services.drafts import discard_draft
from gernas.registrations.services.uploads import (
    MOST_PIECE,
    Prepared,
    add_upload,
    begin_upload,
    finish_upload,
    note_piece,
    prepare_begun,
    prepare_upload,
    receive_piece,
    remove_upload,
)
from tests.conftest import race
from tests.registrations.making import SHORT_FORM, again, draft, make_call, submit
from tests.registrations.test_decide import do

PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <<>>\n%%EOF\n"
PERMIT = Question(key="permit", type=QuestionType.FILE, label="Izin", most=2)


def photo(size: tuple[int, int] = (800, 600), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, "JPEG", **options)
    return out.getvalue()


def make_draft() -> Registration:
    return draft(make_call(questions=(*SHORT_FORM, PERMIT)))


def add(
    registration: Registration, content: bytes, *, key: str = "photos", label: str = "IMG 1.jpg"
) -> Upload:
    row = again(registration)
    prepared = prepare_upload(row, key, io.BytesIO(content), label=label)
    with transaction():
        return add_upload(db.session.get_one(Registration, registration.id), key, prepared)


def begin(registration: Registration, size: int, *, key: str = "photos") -> Upload:
    with transaction():
        row = db.session.get_one(Registration, registration.id)
        return begin_upload(row, key, label="IMG 1.jpg", size=size)


def receive(upload: Upload, piece: bytes, *, at: int) -> int:
    db.session.rollback()
    received = receive_piece(db.session.get_one(Upload, upload.id), piece, at=at)
    with transaction():
        note_piece(db.session.get_one(Upload, upload.id), received)
    return received


def finish(upload: Upload) -> Upload:
    db.session.rollback()
    prepared = prepare_begun(db.session.get_one(Upload, upload.id))
    with transaction():
        return finish_upload(db.session.get_one(Upload, upload.id), prepared)


def on_disk() -> set[str]:
    return {path.name for path in get_folder().iterdir()} if get_folder().is_dir() else set()


@pytest.fixture(autouse=True)
def empty_folder(english: Flask) -> None:
    for path in list(get_folder().iterdir()) if get_folder().is_dir() else []:
        path.unlink()


def test_a_photo_is_drawn_anew_under_a_random_name_in_two_sizes(english: Flask) -> None:
    """ASVS 5.3.1, 5.3.2."""
    secret = b"Jalan Rahasia 17"

    upload = add(make_draft(), photo((2000, 1000), comment=secret), label="../../etc/ibu.jpg")

    assert (upload.width, upload.height, upload.content_type) == (1600, 800, "image/webp")
    assert upload.label == "ibu.jpg"
    assert "ibu" not in upload.stored_name
    assert on_disk() == {upload.stored_name, small_name(upload.stored_name)}
    content = read_file(upload.stored_name) or b""
    assert secret not in content
    assert len(content) == upload.size
    with Image.open(get_path(small_name(upload.stored_name))) as small:
        assert max(small.size) == 640


def test_a_paper_is_a_pdf_or_a_photo(english: Flask) -> None:
    registration = make_draft()

    document = add(registration, PDF, key="permit", label="nib.pdf")
    scan = add(registration, photo(), key="permit", label="nib.jpg")

    assert (document.content_type, document.label) == ("application/pdf", "nib.pdf")
    assert read_file(document.stored_name) == PDF
    assert scan.content_type == "image/webp"


@pytest.mark.parametrize(
    ("key", "content", "sentence"),
    [
        ("photos", b"", "The file is empty"),
        ("photos", b"\0" * (MAX_BYTES + 1), "A file may be up to 8 MB"),
        ("photos", b"<svg onload=alert(1)>", "not a picture we can read"),
        ("photos", PDF, "not a picture we can read"),
        ("photos", b"\0\0\0\x18ftypheic" + b"\0" * 50, "HEIC format of an iPhone"),
        ("permit", b"<html><script>", "Choose a PDF, or a photo"),
        ("permit", PDF + b"/JavaScript", "does more than show pages"),
    ],
)
def test_what_is_no_photo_or_paper_is_refused_in_words(
    english: Flask, key: str, content: bytes, sentence: str
) -> None:
    """ASVS 5.2.1, 5.2.2."""
    with pytest.raises(BadUpload, match=sentence):
        add(make_draft(), content, key=key)

    assert on_disk() == set()


def test_a_question_takes_so_many_files_and_no_more(english: Flask) -> None:
    registration = make_draft()
    for _ in range(3):
        add(registration, photo())

    with pytest.raises(TooManyUploads, match="At most 3 files"):
        add(registration, photo())
    with pytest.raises(TooManyUploads):
        begin(registration, 100)


def test_a_file_arrives_in_pieces_also_when_the_network_breaks(english: Flask) -> None:
    registration, content = make_draft(), photo((1200, 900), quality=95)
    upload = begin(registration, len(content))
    half = len(content) // 2

    assert receive(upload, content[:half], at=0) == half
    assert receive(upload, content[:half], at=0) == half  # The answer was lost.
    with pytest.raises(WrongOffset) as refused:
        receive(upload, content[half + 5 :], at=half + 5)
    assert refused.value.received == half
    with pytest.raises(WrongOffset):
        finish(upload)
    assert receive(upload, content[half:], at=half) == len(content)
    done = finish(upload)

    assert (done.is_finished, done.width) == (True, 1200)
    assert on_disk() == {done.stored_name, small_name(done.stored_name)}


def test_finished_twice_it_is_there_once(english: Flask) -> None:
    content = photo()
    upload = begin(make_draft(), len(content))
    receive(upload, content, at=0)
    db.session.rollback()
    row = db.session.get_one(Upload, upload.id)
    prepared = [prepare_begun(row), prepare_begun(row)]

    for each in prepared:
        with transaction():
            finish_upload(db.session.get_one(Upload, upload.id), each)

    name = prepared[0].stored_name
    assert on_disk() == {name, small_name(name)}


def test_a_piece_is_neither_too_large_nor_more_than_was_announced(english: Flask) -> None:
    upload = begin(make_draft(), 10)

    with pytest.raises(BadUpload, match="larger than it was announced"):
        receive(upload, b"x" * 11, at=0)
    with pytest.raises(BadUpload):
        receive(begin(make_draft(), MAX_BYTES), b"x" * (MOST_PIECE + 1), at=0)
    for size in (0, MAX_BYTES + 1):
        with pytest.raises(BadUpload, match="up to 8 MB"):
            begin(make_draft(), size)


def test_a_draft_with_a_file_on_its_way_is_not_sent(english: Flask) -> None:
    registration = make_draft()
    begin(registration, 100)

    with pytest.raises(AnswersMissing, match="has not arrived completely"):
        submit(registration)


def test_removed_files_and_those_of_a_discarded_draft_leave_the_disk(english: Flask) -> None:
    registration = make_draft()
    first = add(registration, photo())
    add(registration, PDF, key="permit")

    with transaction():
        remove_upload(db.session.get_one(Upload, first.id))
    assert len(on_disk()) == 1
    with transaction():
        discard_draft(db.session.get_one(Registration, registration.id))

    assert on_disk() == set()


def test_a_removal_that_is_undone_keeps_the_file(english: Flask) -> None:
    upload = add(make_draft(), photo())

    def remove_and_fail() -> None:
        with transaction():
            remove_upload(db.session.get_one(Upload, upload.id))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        remove_and_fail()

    assert upload.stored_name in on_disk()


def test_a_prepared_file_that_nobody_took_can_be_dropped(english: Flask) -> None:
    row = again(make_draft())
    prepared = prepare_upload(row, "photos", io.BytesIO(photo()), label="a.jpg")

    prepared.drop()

    assert on_disk() == set()


def test_a_correction_puts_other_photos_in_the_place_of_those_that_were_sent(
    english: Flask,
) -> None:
    registration = make_draft()
    old = add(registration, photo())
    submit(registration)
    with pytest.raises(NotPossible), transaction():
        remove_upload(db.session.get_one(Upload, old.id))
    do(request_changes, registration, fields=["photos"], reason="Fotonya gelap.")

    new = add(registration, photo((900, 900)))
    do(resubmit, registration, typed={"photos": [str(new.id)]})

    assert again(registration).answers["photos"] == [new.id]
    assert on_disk() == {new.stored_name, small_name(new.stored_name)}


def test_files_are_not_added_where_nothing_was_asked_for(english: Flask) -> None:
    registration = make_draft()
    submit(registration)
    do(request_changes, registration, fields=["nib"], reason="Kirim NIB.")

    with pytest.raises(NotPossible):
        add(registration, photo())


def test_of_files_added_at_once_no_more_are_taken_than_belong_there(app: Flask) -> None:
    with app.app_context():
        registration = make_draft()

    def attempt() -> str:
        prepared = Prepared(new_name("webp"), "a.jpg", "image/webp", 5)
        with transaction():
            row = db.session.get_one(Registration, registration.id)
            add_upload(row, "photos", prepared)
        return "added"

    assert race(app, [attempt] * 8) == ["TooManyUploads"] * 5 + ["added"] * 3


@pytest.mark.parametrize("name", ["../gernas.db", "a.webp", "x" * 22, f"{'a' * 22}.exe", ""])
def test_only_names_of_ours_lead_to_files(english: Flask, name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        get_path(name)
