"""The state of a plan for all who look at it: polled, so answered before Flask."""

from flask import Response, abort

from gernas.booths.live import find_public_plan, tell_state
from gernas.booths.views.public import bp
from gernas.core.kept import kept
from gernas.core.permissions import public


@bp.get("/acara/<slug:event>/denah/keadaan.json")
@public
@kept
def state(event: str) -> Response:
    """Which booths are taken and held, by their ids; 304 while nothing changed."""
    plan = find_public_plan(event) or abort(404)
    answer = Response(tell_state(plan), mimetype="application/json")
    answer.headers["Cache-Control"] = "no-cache"  # asked again each time, mostly for a 304
    return answer
