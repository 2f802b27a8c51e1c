"""The first page of a stop's programme in the back office."""

from flask.typing import ResponseReturnValue

from gernas.campaigns.models import Stop
from gernas.core.permissions import Permission, requires
from gernas.youth.queries import find_programme
from gernas.youth.views.blueprint import bp, page


@bp.get("/kelola/<stop:stop>/pemuda")
@requires(Permission.SEE_PLANS)
def overview(stop: Stop) -> ResponseReturnValue:
    """Where the programme stands, what waits for the coordinator; or the way to begin one."""
    return page("overview.html", stop, programme=find_programme(stop))
