"""Pictures of events, under names that never mean anything else."""

from flask import Response, abort, request
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
    try:
        content = (get_folder() / name).read_bytes()  # Drawn by us, so never large.
    except FileNotFoundError:
        abort(404)
    answer = Response(content, mimetype="image/webp")
    answer.set_etag(name.removesuffix(".webp"))
    answer.cache_control.public = True
    answer.cache_control.max_age = YEAR_SECONDS
    answer.cache_control.immutable = True
    return answer.make_conditional(request)


# Should a browser ever take a picture for something else, that something may do nothing.
file.talisman_view_options = {  # type: ignore[attr-defined]
    "content_security_policy": "sandbox; default-src 'none'"
}
