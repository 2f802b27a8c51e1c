"""What youth programmes achieved: of a stop, of a campaign, each number open to its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.permissions import Permission, may, requires
from gernas.core.provinces import find_province
from gernas.core.text import content_disposition
from gernas.core.web import signed_in_user
from gernas.youth.models import YouthOrganisation, YouthProgramme
from gernas.youth.reporting.figures import (
    ALL_TOGETHER,
    Dimension,
    Figures,
    Key,
    Selection,
    count_figures,
    list_programme_ids,
)
from gernas.youth.reporting.rows import KINDS, list_rows
from gernas.youth.reporting.sheet import MIMETYPE, Table, build_report
from gernas.youth.views.blueprint import bp, get_programme, page

LONGEST_PAGE_NUMBER = 6


@dataclass(frozen=True)
class Line:
    """One value of a dimension with its figures, and the filter that leads to its rows."""

    name: str
    figures: Figures
    filters: Mapping[str, Any]


@bp.get("/kelola/<stop:stop>/pemuda/laporan")
@requires(Permission.SEE_PLANS)
def report(stop: Stop) -> ResponseReturnValue:
    """Heads, hours, businesses helped and how; by organisation and by where members live."""
    programme = get_programme(stop)
    selection = Selection([programme.id])
    return page(
        "report.html",
        stop,
        programme=programme,
        figures=count_figures(selection)[ALL_TOGETHER],
        tables=_make_tables(selection),
        may_open=may(signed_in_user(), Permission.SEE_YOUTH, stop.scopes),
    )


@bp.get("/kelola/<stop:stop>/pemuda/laporan/<slug:figure>")
@requires(Permission.SEE_YOUTH)
def report_rows(stop: Stop, figure: str) -> ResponseReturnValue:
    """The rows behind one figure, of all members or those of one organisation or province."""
    kind = KINDS.get(figure) or abort(404)
    programme = get_programme(stop)
    selection = _read_selection(programme)
    found = list_rows(kind, selection, _read_number())
    return page(
        "report_rows.html",
        stop,
        programme=programme,
        figure=figure,
        kind=kind,
        found=found,
        narrowed=_name_narrowing(selection),
        filters=request.args.to_dict(),
    )


@bp.get("/kelola/<stop:stop>/pemuda/laporan.xlsx")
@requires(Permission.SEE_PLANS)
def report_sheet(stop: Stop) -> Response:
    """All tables of the report, without personal data."""
    programme = get_programme(stop)
    selection = Selection([programme.id])
    total = Line(str(_("All together")), count_figures(selection)[ALL_TOGETHER], {})
    title = _("Youth in %(stop)s", stop=stop.province.name())
    return _send(title, [(str(_("All together")), [total]), *_make_tables(selection)])


@bp.get("/kelola/<campaign:campaign>/pemuda")
@requires(Permission.SEE_PLANS)
def campaign_report(campaign: Campaign) -> ResponseReturnValue:
    """The stops of a campaign side by side."""
    selection = Selection(list_programme_ids(campaign.id))
    return render_template(
        "youth/office/campaign_report.html",
        campaign=campaign,
        figures=count_figures(selection)[ALL_TOGETHER],
        tables=[_stops_table(selection), *_make_tables(selection)],
    )


@bp.get("/kelola/<campaign:campaign>/pemuda.xlsx")
@requires(Permission.SEE_PLANS)
def campaign_report_sheet(campaign: Campaign) -> Response:
    selection = Selection(list_programme_ids(campaign.id))
    total = Line(str(_("All together")), count_figures(selection)[ALL_TOGETHER], {})
    title = _("Youth in %(stop)s", stop=campaign.title)
    tables = [_stops_table(selection), *_make_tables(selection)]
    return _send(title, [(str(_("All together")), [total]), *tables])


def _make_tables(selection: Selection) -> list[tuple[str, list[Line]]]:
    return [
        (str(_("By organisation")), _list_organisations(selection)),
        (str(_("By province where they live")), _list_provinces(selection)),
    ]


def _stops_table(selection: Selection) -> tuple[str, list[Line]]:
    found = count_figures(selection, Dimension.PROGRAMME)
    rows = db.session.scalars(select(YouthProgramme).where(YouthProgramme.id.in_(found)))
    lines = [
        Line(
            one.stop.province.name(),
            found[one.id],
            {"href": url_for("youth.report", stop=one.stop)},
        )
        for one in rows
    ]
    return str(_("By stop")), _sort(lines)


def _list_organisations(selection: Selection) -> list[Line]:
    found = count_figures(selection, Dimension.ORGANISATION)
    names: dict[Key, str] = {
        one.id: one.name
        for one in db.session.scalars(
            select(YouthOrganisation).where(YouthOrganisation.id.in_(k for k in found if k))
        )
    }
    lines = [
        Line(names[key], one, {"organisasi": key}) for key, one in found.items() if key in names
    ]
    alone = [
        Line(str(_("Without organisation")), one, {}) for key, one in found.items() if key is None
    ]
    return _sort(lines) + alone


def _list_provinces(selection: Selection) -> list[Line]:
    found = count_figures(selection, Dimension.PROVINCE)
    lines = []
    for key, one in found.items():
        province = find_province(str(key))
        lines.append(Line(province.name() if province else "–", one, {"provinsi": key}))
    return _sort(lines)


def _sort(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.figures.registered, line.name))


def _read_selection(programme: YouthProgramme) -> Selection:
    """The filters of the address; what is none is left out."""
    organisation = request.args.get("organisasi", "")
    province = find_province(request.args.get("provinsi", ""))
    number = int(organisation) if organisation.isdecimal() and len(organisation) < 10 else None
    return Selection([programme.id], number, province.iso_code if province else None)


def _read_number() -> int:
    typed = request.args.get("halaman", "")
    return int(typed) if typed.isdecimal() and len(typed) <= LONGEST_PAGE_NUMBER else 1


def _name_narrowing(selection: Selection) -> str:
    if selection.organisation_id is not None:
        organisation = db.session.get(YouthOrganisation, selection.organisation_id)
        return organisation.name if organisation is not None else abort(404)
    province = find_province(selection.province_code or "")
    return province.name() if province else ""


def _send(title: str, tables: list[tuple[str, list[Line]]]) -> Response:
    sheets = [Table(name, [(line.name, line.figures) for line in lines]) for name, lines in tables]
    answer = Response(build_report(title, sheets), mimetype=MIMETYPE)
    name = f"{title} {now():%Y-%m-%d}.xlsx"
    answer.headers["Content-Disposition"] = content_disposition(name)
    return answer
