"""Photos and documents of an applicant: with the form, or in pieces over a weak network."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gernas.registrations.files import get_folder
from gernas.registrations.models import Call
from gernas.registrations.questions import Question, QuestionType
from tests.registrations.applying import FIRST, apply, fields_of, fill, read, the_row
from tests.registrations.making import SHORT_FORM, make_call
from tests.registrations.test_uploads import PDF, photo

PERMIT = Question(key="permit", type=QuestionType.FILE, label="Izin", most=2)
PIECE = 4_000


@pytest.fixture
def call(app: Flask, client: FlaskClient) -> Call:
    """A call, to which the client has begun to apply."""
    with app.app_context():
        call = make_call(questions=(*SHORT_FORM, PERMIT))
    fill(client, f"/daftar/{call.slug}/isi/1", **FIRST)
    return call


def labels(app: Flask) -> list[str]:
    return [upload.label for upload in the_row(app).uploads if upload.is_finished]


def attach(client: FlaskClient, call: Call, *files: tuple[bytes, str]) -> TestResponse:
    """Send the page of the photos with files, as a form without script does."""
    sent: Any = [(io.BytesIO(content), name) for content, name in files]
    return fill(client, f"/daftar/{call.slug}/isi/5", **{"f-photos": sent})


class Sender:
    """What our script does: announces a file and sends it piece by piece."""

    def __init__(self, client: FlaskClient, call: Call) -> None:
        self.client, self.base = client, f"/daftar/{call.slug}/berkas"
        page = client.get(f"/daftar/{call.slug}/isi/5").get_data(as_text=True)
        self.headers = {"X-CSRFToken": fields_of(page)["csrf_token"][0]}

    def begin(self, size: int, *, key: str = "photos", name: str = "IMG.jpg") -> TestResponse:
        data = {"key": key, "name": name, "size": str(size)}
        return self.client.post(self.base, data=data, headers=self.headers)

    def piece(self, address: str, content: bytes, at: int) -> TestResponse:
        return self.client.post(
            f"{address}?dari={at}",
            data=content,
            headers=self.headers,
            content_type="application/octet-stream",
        )

    def send(self, content: bytes, **more: str) -> TestResponse:
        address = self.begin(len(content), **more).json["address"]  # type: ignore[index]
        answer = None
        for at in range(0, len(content), PIECE):
            answer = self.piece(address, content[at : at + PIECE], at)
        assert answer is not None
        return answer


def test_photos_go_with_the_form(app: Flask, client: FlaskClient, call: Call) -> None:
    answer = attach(client, call, (photo(), "keripik.jpg"), (photo(), "dapur.jpg"))

    assert answer.location == f"/daftar/{call.slug}/isi/6"
    assert labels(app) == ["keripik.jpg", "dapur.jpg"]


def test_a_photo_is_taken_back_by_its_button(app: Flask, client: FlaskClient, call: Call) -> None:
    attach(client, call, (photo(), "keripik.jpg"), (photo(), "dapur.jpg"))
    first = the_row(app).uploads[0].id

    answer = fill(client, f"/daftar/{call.slug}/isi/5", hapus=str(first))

    assert answer.location == f"/daftar/{call.slug}/isi/5"
    assert labels(app) == ["dapur.jpg"]


def test_an_iphones_photo_is_told_by_name_and_the_others_stay(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    heic = b"\0\0\0\x18ftypheic" + b"\0" * 500

    answer = attach(client, call, (photo(), "keripik.jpg"), (heic, "IMG_1.HEIC"))

    page = read(answer)
    assert answer.status_code == 422
    assert "HEIC" in page
    assert '<a href="#f-photos">' in page
    assert labels(app) == ["keripik.jpg"]


def test_photos_of_20_mb_are_refused_in_words_and_the_page_stays(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    path = f"/daftar/{call.slug}/isi/5"
    token = fields_of(client.get(path).get_data(as_text=True))["csrf_token"][0]
    head = 'Content-Disposition: form-data; name="{}"{}\r\n\r\n'
    parts = [
        head.format("csrf_token", "").encode() + token.encode(),
        head.format("f-photos", '; filename="besar.jpg"').encode() + b"x" * 20_000_000,
    ]
    body = b"".join(b"--batas\r\n" + part + b"\r\n" for part in parts) + b"--batas--\r\n"

    answer = client.post(path, data=body, content_type="multipart/form-data; boundary=batas")
    page = read(client.get(answer.location))

    assert answer.status_code == 303
    assert "Kirim satu per satu, masing-masing paling besar 8 MB" in page
    assert labels(app) == []


def test_a_photo_arrives_in_pieces(app: Flask, client: FlaskClient, call: Call) -> None:
    answer = Sender(client, call).send(photo((1200, 900)))

    upload = the_row(app).uploads[0]
    assert answer.json is not None
    assert (answer.json["done"], answer.json["label"]) == (True, "IMG.jpg")
    assert (upload.is_finished, upload.width) == (True, 1200)
    assert client.get(answer.json["picture"]).mimetype == "image/webp"


def test_after_a_dropped_connection_it_goes_on_where_it_stopped(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    sender, content = Sender(client, call), photo((1200, 900))
    address = sender.begin(len(content)).json["address"]  # type: ignore[index]
    sender.piece(address, content[:PIECE], 0)

    repeated = sender.piece(address, content[:PIECE], 0)  # the answer was lost, so once more
    ahead = sender.piece(address, content[3 * PIECE :], 3 * PIECE)
    for at in range(PIECE, len(content), PIECE):
        last = sender.piece(address, content[at : at + PIECE], at)

    assert repeated.json == {"received": PIECE}
    assert (ahead.status_code, ahead.json) == (409, {"received": PIECE})
    assert last.json is not None
    assert last.json["done"] is True
    assert labels(app) == ["IMG.jpg"]


def test_what_is_no_photo_is_refused_at_its_end_and_leaves_nothing(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    with app.app_context():
        before = set(get_folder().glob("*"))

    answer = Sender(client, call).send(b"<svg onload=alert(1)>" * 400)

    assert answer.status_code == 422
    assert "JPEG" in (answer.json or {})["error"]
    with app.app_context():
        assert the_row(app).uploads == []
        assert set(get_folder().glob("*")) == before


def test_more_files_than_the_question_takes_are_refused(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    attach(client, call, *[(photo(), f"{number}.jpg") for number in range(3)])

    answer = Sender(client, call).begin(1000)

    assert answer.status_code == 422
    assert "3" in (answer.json or {})["error"]


@pytest.mark.parametrize("size", ["0", "-1", "8388609", "9" * 30, "1e3", "\u0663", ""])
def test_sizes_that_cannot_be_are_refused(
    app: Flask, client: FlaskClient, call: Call, size: str
) -> None:
    """ASVS 1.4.2."""
    sender = Sender(client, call)

    data = {"key": "photos", "name": "a.jpg", "size": size}
    answer = client.post(sender.base, data=data, headers=sender.headers)

    assert answer.status_code == 422
    assert the_row(app).uploads == []


def test_files_are_taken_for_questions_that_ask_for_files_only(
    client: FlaskClient, call: Call
) -> None:
    assert Sender(client, call).begin(1000, key="nib").status_code == 404


def test_nobody_else_adds_reads_or_removes_a_file(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    """ASVS 8.2.2."""
    attach(client, call, (photo(), "keripik.jpg"))
    number = the_row(app).uploads[0].id
    rival = app.test_client()
    fill(rival, f"/daftar/{call.slug}/isi/1", **{**FIRST, "f-business_name": "Saingan"})
    sender = Sender(rival, call)
    path = f"{sender.base}/{number}"

    seen = rival.get(path).status_code
    added = sender.piece(path, b"x", 0).status_code
    removed = rival.post(f"{path}/hapus", headers=sender.headers).status_code

    assert (seen, added, removed) == (404, 404, 404)
    assert client.get(path).status_code == 200


def test_a_document_leaves_as_an_attachment_that_does_nothing(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    """ASVS 3.2.1, 5.3.1."""
    Sender(client, call).send(PDF, key="permit", name="../izin\u202e.pdf")
    upload = the_row(app).uploads[0]

    answer = client.get(f"/daftar/{call.slug}/berkas/{upload.id}")

    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="izin.pdf"')
    policy = answer.headers["Content-Security-Policy"]
    assert [part.strip() for part in policy.split(";")] == ["sandbox", "default-src 'none'"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.get_data() == PDF


def test_a_file_stays_what_it_is_once_it_was_sent(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    attach(client, call, (photo(), "keripik.jpg"))
    apply(client, call)
    sender, number = Sender.__new__(Sender), the_row(app).uploads[0].id
    page = client.get(f"/daftar/{call.slug}/terkirim").get_data(as_text=True)
    sender.client, sender.base = client, f"/daftar/{call.slug}/berkas"
    sender.headers = {"X-CSRFToken": fields_of(page)["csrf_token"][0]}

    answer = client.post(f"{sender.base}/{number}/hapus", headers=sender.headers)

    assert answer.status_code == 409
    assert labels(app) == ["keripik.jpg"]
