"""Files that applicants sent, handed to those who decide."""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from gernas.core.permissions import Permission, requires
from gernas.core.text import content_disposition
from gernas.registrations.files import read_file, small_name
from gernas.registrations.models import Registration
from gernas.registrations.queries import find_upload
from gernas.registrations.views.office.blueprint import bp

PDF, WEBP = "application/pdf", "image/webp"
# Should a browser ever take a file for something else, that something may do nothing.
SANDBOX = {"content_security_policy": "sandbox; default-src 'none'"}


@bp.get("/kelola/pendaftar/<registration:registration>/berkas/<id:upload_id>")
@requires(Permission.SEE_REGISTRATIONS)
def file(registration: Registration, upload_id: int) -> ResponseReturnValue:
    """A whole file. Pictures were drawn anew by us; a PDF came as it is, and leaves as a file."""
    return _send(registration, upload_id)


@bp.get("/kelola/pendaftar/<registration:registration>/berkas/<id:upload_id>/kecil")
@requires(Permission.SEE_REGISTRATIONS)
def small_file(registration: Registration, upload_id: int) -> ResponseReturnValue:
    """The small variant of a photo."""
    return _send(registration, upload_id, small=True)


def _send(registration: Registration, upload_id: int, *, small: bool = False) -> Response:
    upload = find_upload(registration, upload_id)
    if upload is None or not upload.is_finished or registration.is_draft:
        abort(404)
    name = small_name(upload.stored_name) if small else upload.stored_name
    content = read_file(name)
    if content is None:
        abort(404)
    is_picture = upload.content_type == WEBP
    answer = Response(content, mimetype=WEBP if is_picture else PDF)
    answer.headers["Content-Disposition"] = content_disposition(upload.label, inline=is_picture)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=600"
    return answer


for _view in (file, small_file):
    _view.talisman_view_options = SANDBOX  # type: ignore[attr-defined]
