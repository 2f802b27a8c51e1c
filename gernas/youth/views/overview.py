"""The first page of a stop's programme in the back office."""

from flask import current_app
from flask.typing import ResponseReturnValue

from gernas.campaigns.models import Stop
from gernas.core.clock import today_in
from gernas.core.permissions import Permission, may, requires
from gernas.core.web import signed_in_user
from gernas.youth.helping.queries import count_waiting as count_reports
from gernas.youth.members.cards import make_card
from gernas.youth.qr import qr_image
from gernas.youth.queries import count_waiting, find_programme, list_asked_roles
from gernas.youth.services.programme import find_missing
from gernas.youth.shifts.queries import list_open_shifts
from gernas.youth.shifts.words import count_gaps
from gernas.youth.views.blueprint import bp, page


@bp.get("/kelola/<stop:stop>/pemuda")
@requires(Permission.SEE_PLANS)
def overview(stop: Stop) -> ResponseReturnValue:
    """Where the programme stands, what waits for the coordinator; or the way to begin one."""
    programme = find_programme(stop)
    if programme is None:
        return page("overview.html", stop, programme=None)
    may_see = may(signed_in_user(), Permission.SEE_YOUTH, stop.scopes)
    desk = f"{current_app.config['GERNAS'].url}/pemuda/meja/{programme.desk_code}"
    return page(
        "overview.html",
        stop,
        programme=programme,
        card=make_card(programme),
        missing=find_missing(programme),
        waiting=count_waiting(programme, today_in(programme.zone)),
        asked=list_asked_roles(programme) if may_see else [],
        reports=count_reports(programme) if may_see else 0,
        gaps=sum(map(count_gaps, list_open_shifts([programme.id]))) if may_see else 0,
        may_see=may_see,
        desk=desk,
        desk_qr=qr_image(desk),
    )
