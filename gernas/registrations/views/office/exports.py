"""The list of a call, as it is filtered, to take along."""

from collections.abc import Iterable

from flask import Response, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.core.limits import limiter
from gernas.core.permissions import Permission, requires
from gernas.core.text import content_disposition
from gernas.core.web import say, see_other
from gernas.core.wording import number_words
from gernas.events.export import MIMETYPE
from gernas.registrations.export import MOST_IN_SHEET, Table, build_xlsx, make_table, stream_csv
from gernas.registrations.listing import count_found, read_listing
from gernas.registrations.models import Call
from gernas.registrations.views.office.blueprint import bp, may_on
from gernas.registrations.views.office.lists import describe_filters

OFTEN_ENOUGH = "20 per hour"


@bp.get("/kelola/daftar/<call:call>/pendaftar.xlsx")
@limiter.limit(OFTEN_ENOUGH)
@requires(Permission.EXPORT_REGISTRATIONS)
def export_xlsx(call: Call) -> ResponseReturnValue:
    table = _make_table(call)
    if count_found(table.listing.wanted) > MOST_IN_SHEET:
        say(_("More than %(most)s rows: take the CSV file.", most=number_words(MOST_IN_SHEET)))
        return see_other(url_for(".call", call=call))
    return _send(build_xlsx(table), MIMETYPE, _name(call, "xlsx"))


@bp.get("/kelola/daftar/<call:call>/pendaftar.csv")
@limiter.limit(OFTEN_ENOUGH)
@requires(Permission.EXPORT_REGISTRATIONS)
def export_csv(call: Call) -> ResponseReturnValue:
    rows = stream_with_context(stream_csv(_make_table(call)))
    return _send(rows, "text/csv", _name(call, "csv"))


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


def _send(content: bytes | Iterable[bytes], mimetype: str, name: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = content_disposition(name)
    return answer
