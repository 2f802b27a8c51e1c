"""Pictures of events, under names that never mean anything else."""

from flask import abort, send_from_directory
from flask.typing import ResponseReturnValue

from gernas.core.permissions import public
from gernas.events.files import NAME, get_folder
from gernas.events.views.blueprint import bp

YEAR_SECONDS = 365 * 24 * 3600


@bp.get("/berkas/<name>")
@public
def file(name: str) -> ResponseReturnValue:
    if NAME.fullmatch(name) is None:
        abort(404)
    answer = send_from_directory(
        get_folder(), name, mimetype="image/webp", max_age=YEAR_SECONDS, etag=name[:64]
    )
    answer.cache_control.public = True
    answer.cache_control.immutable = True
    return answer


# Should a browser ever take a picture for something else, that something may do nothing.
file.talisman_view_options = {  # type: ignore[attr-defined]
    "content_security_policy": "sandbox; default-src 'none'"
}
