"""Files of the application in hand: sent in small pieces that survive a dropped connection."""

from typing import Any

from flask import Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from gernas.businesses.documents import ATTACHMENT_POLICY
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.i18n import public_url
from gernas.core.permissions import public
from gernas.core.text import content_disposition
from gernas.core.web import error_answer, say, see_other
from gernas.registrations.errors import BadUpload, WrongOffset
from gernas.registrations.files import read_file, small_name
from gernas.registrations.models import Registration, Upload
from gernas.registrations.queries import find_upload
from gernas.registrations.services.uploads import (
    MOST_PIECE,
    begin_upload,
    finish_upload,
    note_piece,
    prepare_begun,
    receive_piece,
    remove_upload,
)
from gernas.registrations.views.hand import find_in_hand
from gernas.registrations.views.public import bp, get_call, limit_writes

DRAINED = 40_000_000  # bytes that are read and thrown away, so that the browser hears the answer


@bp.post("/daftar/<slug:call>/berkas")
@public
@limit_writes
def begin_file(call: str) -> ResponseReturnValue:
    """Announce a file; the answer names the address for its pieces."""
    registration = _get_in_hand(call)
    registration_id = registration.id
    size = request.form.get("size", "")
    try:
        with transaction():
            upload = begin_upload(
                db.session.get_one(Registration, registration_id),
                request.form.get("key", ""),
                label=request.form.get("name", "")[:300],
                size=int(size) if size.isascii() and size.isdigit() and len(size) < 10 else 0,
            )
            upload_id = upload.id
    except GernasError as error:
        return jsonify(error=error.message), error.status
    return jsonify(address=public_url("apply.add_piece", call=call, upload_id=upload_id)), 201


@bp.post("/daftar/<slug:call>/berkas/<id:upload_id>")
@public
@limit_writes
def add_piece(call: str, upload_id: int) -> ResponseReturnValue:
    """Add a piece at ``?dari=`` bytes. A piece that came before changes nothing."""
    upload = _get_upload(call, upload_id)
    start = request.args.get("dari", "")
    at = int(start) if start.isascii() and start.isdigit() and len(start) < 10 else -1
    if at < 0 or (request.content_length or 0) > MOST_PIECE:
        abort(400)
    try:
        received = receive_piece(upload, request.get_data(cache=False), at=at)
        with transaction():
            upload = note_piece(_get_upload(call, upload_id), received)
        if not upload.is_finished and upload.received >= upload.size:
            upload = _finish(upload)
    except WrongOffset as error:
        return jsonify(received=error.received), 409
    except BadUpload as error:
        _drop(call, upload_id)
        return jsonify(error=error.message), 422
    except GernasError as error:
        return jsonify(error=error.message), error.status
    return jsonify(_describe(call, upload))


@bp.post("/daftar/<slug:call>/berkas/<id:upload_id>/hapus")
@public
@limit_writes
def remove_file(call: str, upload_id: int) -> ResponseReturnValue:
    """Take a file back, for our script; forms have a button of their own."""
    _get_upload(call, upload_id)
    try:
        with transaction():
            remove_upload(_get_upload(call, upload_id))
    except GernasError as error:
        return jsonify(error=error.message), error.status
    return jsonify(removed=upload_id)


@bp.get("/daftar/<slug:call>/berkas/<id:upload_id>")
@public
def show_file(call: str, upload_id: int) -> Response:
    """A photo in small, or a document as an attachment, of the application in hand."""
    return send_upload(_get_upload(call, upload_id))


show_file.talisman_view_options = ATTACHMENT_POLICY  # type: ignore[attr-defined]


def send_upload(upload: Upload) -> Response:
    """The answer that hands out a file; pictures may stand in a page, all else is an attachment.

    The view is marked with ``ATTACHMENT_POLICY``.
    """
    name = small_name(upload.stored_name) if upload.is_picture else upload.stored_name
    content = read_file(name) if upload.is_finished else None
    if content is None:
        abort(404)
    answer = Response(content, mimetype=upload.content_type or "application/octet-stream")
    answer.headers["Content-Disposition"] = content_disposition(
        upload.label, inline=upload.is_picture
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.errorhandler(RequestEntityTooLarge)
def explain_too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say it on the page itself; first hear the browser out, which listens only then."""
    stream = request.environ["wsgi.input"]
    left = min(request.content_length or 0, DRAINED)
    while left > 0 and (piece := stream.read(min(left, 65_536))):
        left -= len(piece)
    sentence = _("These files are too large together. Send them one by one, each up to 8 MB.")
    if (request.endpoint or "").endswith(".fill_page") and request.view_args:
        say(sentence)
        return see_other(request.full_path.rstrip("?"))
    return error_answer(413, _("That is too large"), sentence)


def _finish(upload: Upload) -> Upload:
    """Check what arrived, outside of the transaction, and put it in its place."""
    upload_id = upload.id
    prepared = prepare_begun(upload)
    try:
        with transaction():
            return finish_upload(db.session.get_one(Upload, upload_id), prepared)
    except Exception:
        prepared.drop()
        raise


def _drop(call: str, upload_id: int) -> None:
    """Forget an upload that is none we take."""
    with transaction():
        remove_upload(_get_upload(call, upload_id))


def _describe(call: str, upload: Upload) -> dict[str, Any]:
    if not upload.is_finished:
        return {"received": upload.received}
    address = public_url("apply.show_file", call=call, upload_id=upload.id)
    return {
        "done": True,
        "id": upload.id,
        "label": upload.label,
        "picture": address if upload.is_picture else "",
        "remove": public_url("apply.remove_file", call=call, upload_id=upload.id),
    }


def _get_in_hand(call: str) -> Registration:
    return find_in_hand(get_call(call)) or abort(404)


def _get_upload(call: str, upload_id: int) -> Upload:
    return find_upload(_get_in_hand(call), upload_id) or abort(404)
