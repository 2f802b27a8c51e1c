"""The list of a call, as it is filtered, to take along."""

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.core.limits import limiter
from gernas.core.permissions import Permission, requires
from gernas.core.text import content_disposition
from gernas.events.export import MIMETYPE
from gernas.registrations.export import Table, build_xlsx, make_table, read_csv
from gernas.registrations.listing import read_listing
from gernas.registrations.models import Call
from gernas.registrations.views.office.blueprint import bp, may_on
from gernas.registrations.views.office.lists import describe_filters

OFTEN_ENOUGH = "20 per hour"


@bp.get("/kelola/daftar/<call:call>/pendaftar.xlsx")
@limiter.limit(OFTEN_ENOUGH)
@requires(Permission.EXPORT_REGISTRATIONS)
def export_xlsx(call: Call) -> ResponseReturnValue:
    return _send(build_xlsx(_make_table(call)), MIMETYPE, _name(call, "xlsx"))


@bp.get("/kelola/daftar/<call:call>/pendaftar.csv")
@limiter.limit(OFTEN_ENOUGH)
@requires(Permission.EXPORT_REGISTRATIONS)
def export_csv(call: Call) -> ResponseReturnValue:
    return _send(read_csv(_make_table(call)), "text/csv", _name(call, "csv"))


def _make_table(call: Call) -> Table:
    """Who may not see personal data gets none, and cannot search by it either."""
    personal = may_on(call, Permission.SEE_REGISTRATIONS)
    args = request.args.to_dict()
    if not personal:
        args = {name: value for name, value in args.items() if name not in ("q", "urut")}
    listing = read_listing(args, [call.id])
    return make_table(call, listing, personal=personal, filters=describe_filters(listing))


def _name(call: Call, ending: str) -> str:
    return str(_("applications-%(slug)s.%(ending)s", slug=call.slug, ending=ending))


def _send(content: bytes, mimetype: str, name: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = content_disposition(name)
    return answer
