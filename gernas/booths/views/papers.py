"""What an exhibition is printed with, and all of it as a spreadsheet."""

from flask import Response, abort
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.booths.models import Plan
from gernas.booths.papers.collect import collect_facts
from gernas.booths.papers.export import build_xlsx
from gernas.booths.papers.sheets import PAPER_WORDS, PERSONAL, TEMPLATES, Paper, make_data
from gernas.booths.papers.typeset import typeset
from gernas.booths.queries import list_booths
from gernas.booths.views.blueprint import bp, get_plan, page, register_tab
from gernas.core.i18n import DEFAULT_LANGUAGE
from gernas.core.limits import limiter
from gernas.core.permissions import Permission, may, requires
from gernas.core.text import content_disposition
from gernas.core.web import signed_in_user
from gernas.events.export import MIMETYPE
from gernas.events.models import Event

OFTEN_ENOUGH = "60 per hour"
NOTES = {
    Paper.PLAN_A3: _l("Each hall on a sheet, with a ruler; then who exhibits where."),
    Paper.PLAN_A1: _l("The same for the wall, to be printed by a print shop."),
    Paper.SIGNS: _l("One A4 page a booth; the code leads visitors to the plan."),
    Paper.FASCIA: _l("Names for the sign maker, with the number of letters."),
    Paper.BADGES: _l("Ten on an A4 page, to cut out; names are written by hand."),
    Paper.MANAGER: _l("Who is where, with contact, equipment and times, to tick off."),
}

register_tab(70, _l("Print"), "booths.papers")


@bp.get("/kelola/acara/<event:event>/denah/cetak")
@requires(Permission.SEE_PLANS)
def papers(event: Event) -> ResponseReturnValue:
    plan = get_plan(event)
    rows = [
        (paper, PAPER_WORDS[paper], NOTES[paper])
        for paper in Paper
        if paper not in PERSONAL or _sees_people(event)
    ]
    return page(
        "papers.html",
        event,
        plan=plan,
        rows=rows,
        count=len(list_booths(plan)),
        sees_people=_sees_people(event),
        may_export=may(signed_in_user(), Permission.EXPORT_REGISTRATIONS, event.scopes),
    )


@bp.get("/kelola/acara/<event:event>/denah/cetak/<paper>.pdf")
@limiter.limit(OFTEN_ENOUGH)
@requires(Permission.SEE_PLANS)
def paper(event: Event, paper: str) -> Response:
    """A paper; always in Indonesian, since it hangs and is read at the place."""
    plan = get_plan(event)
    if paper not in set(Paper):
        abort(404)
    wanted = Paper(paper)
    if wanted in PERSONAL and not _sees_people(event):
        abort(403)
    with force_locale(DEFAULT_LANGUAGE):
        data = make_data(wanted, collect_facts(plan, personal=_sees_people(event)))
    return _send(typeset(TEMPLATES[wanted], data), "application/pdf", _name(plan, wanted, "pdf"))


@bp.get("/kelola/acara/<event:event>/denah/cetak/semua.xlsx")
@limiter.limit(OFTEN_ENOUGH)
@requires(Permission.EXPORT_REGISTRATIONS)
def export_all(event: Event) -> Response:
    """Booths, exhibitors and loading as a spreadsheet."""
    plan = get_plan(event)
    content = build_xlsx(plan, personal=_sees_people(event))
    return _send(content, MIMETYPE, _name(plan, str(_("booths")), "xlsx"))


def _sees_people(event: Event) -> bool:
    return may(signed_in_user(), Permission.SEE_REGISTRATIONS, event.scopes)


def _name(plan: Plan, what: str, ending: str) -> str:
    return f"{what}-{plan.event.slug}.{ending}"


def _send(content: bytes, mimetype: str, name: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = content_disposition(name)
    return answer
