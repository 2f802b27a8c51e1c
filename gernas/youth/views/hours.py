"""Hours of a programme: per member, one by one, corrected with a reason, as a file for campuses."""

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.businesses.export import XLSX
from gernas.campaigns.models import Stop
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.permissions import Permission, requires
from gernas.core.text import content_disposition, slugify
from gernas.core.web import say, see_other, signed_in_user
from gernas.core.wording import date_words, hours_words
from gernas.youth.day.hours_queries import (
    Wanted,
    count_unfinished,
    find_place,
    list_all_hours,
    list_hours,
    list_outside,
    list_worked,
    read_wanted,
    to_args,
)
from gernas.youth.day.hours_sheet import MOST_MEMBERS, build_sheet
from gernas.youth.day.queries import list_capped
from gernas.youth.members.organisation_queries import list_organisations_in
from gernas.youth.models import (
    Assignment,
    Member,
    OutsideHours,
    YouthOrganisation,
    YouthProgramme,
)
from gernas.youth.parts import Part, register_member_part
from gernas.youth.services.hours import correct_minutes, drop_correction, read_minutes
from gernas.youth.views.blueprint import bp, get_enrolment, get_programme, page
from gernas.youth.views.ways import Way

LONGEST_PAGE_NUMBER = 6


@bp.get("/kelola/<stop:stop>/pemuda/jam")
@requires(Permission.SEE_YOUTH)
def hours(stop: Stop) -> ResponseReturnValue:
    """Each member's hours, what is unfinished first."""
    programme = get_programme(stop)
    wanted = read_wanted(request.args)
    typed = request.args.get("halaman", "")
    number = int(typed) if typed.isdecimal() and len(typed) <= LONGEST_PAGE_NUMBER else 1
    return page(
        "hours.html",
        stop,
        programme=programme,
        found=list_hours(programme, wanted, number),
        wanted=wanted,
        args=to_args(wanted),
        unfinished=count_unfinished(programme),
        organisations=list_organisations_in(programme),
    )


@bp.get("/kelola/<stop:stop>/pemuda/jam.xlsx")
@requires(Permission.SEE_YOUTH)
def export_hours(stop: Stop) -> Response:
    """The same as a file: per member, and per day for the records of campuses."""
    programme = get_programme(stop)
    wanted = read_wanted(request.args)
    lines = list_all_hours(programme, wanted, limit=MOST_MEMBERS)
    ids = [line.member.id for line in lines]
    data = build_sheet(
        programme,
        lines,
        list_worked(programme, ids, wanted),
        list_outside(programme, ids, wanted),
        filters=_name_filters(wanted),
    )
    name = slugify(_("Hours %(province)s", province=stop.province.name()))
    answer = Response(data, mimetype=XLSX)
    answer.headers["Content-Disposition"] = content_disposition(f"{name}-{now():%Y-%m-%d}.xlsx")
    return answer


@bp.get("/kelola/<stop:stop>/pemuda/jam/<member:member>")
@requires(Permission.SEE_YOUTH)
def member_hours(stop: Stop, member: Member) -> ResponseReturnValue:
    """A member's hours shift by shift, each to be corrected."""
    programme = get_programme(stop)
    get_enrolment(programme, member)
    return _show_member(stop, programme, member)


@bp.post("/kelola/<stop:stop>/pemuda/jam/<member:member>/<id:place_id>")
@requires(Permission.EDIT_YOUTH)
def correct_hours(stop: Stop, member: Member, place_id: int) -> ResponseReturnValue:
    programme = get_programme(stop)
    get_enrolment(programme, member)
    place = _get_place(programme, member, place_id)
    typed = {name: request.form.get(name, "") for name in ("jam", "alasan")}
    try:
        minutes = read_minutes(typed["jam"])
        with transaction():
            again = db.session.get_one(Assignment, place.id)
            correct_minutes(again, minutes, typed["alasan"], by=signed_in_user())
    except GernasError as error:
        problem = {"place_id": place_id, "text": error.message, **typed}
        return _show_member(stop, programme, member, problem=problem), error.status
    undo = url_for(".drop_hours_correction", stop=stop, member=member, place_id=place_id)
    say(_("Corrected: %(time)s count now.", time=hours_words(minutes)), undo=undo)
    return see_other(f"{url_for('.member_hours', stop=stop, member=member)}#t-{place_id}")


@bp.post("/kelola/<stop:stop>/pemuda/jam/<member:member>/<id:place_id>/hapus")
@requires(Permission.EDIT_YOUTH)
def drop_hours_correction(stop: Stop, member: Member, place_id: int) -> ResponseReturnValue:
    programme = get_programme(stop)
    get_enrolment(programme, member)
    place = _get_place(programme, member, place_id)
    try:
        with transaction():
            drop_correction(db.session.get_one(Assignment, place.id), by=signed_in_user())
    except GernasError as error:
        say(error.message)
    else:
        say(_("What was measured counts again."))
    return see_other(f"{url_for('.member_hours', stop=stop, member=member)}#t-{place_id}")


def _get_place(programme: YouthProgramme, member: Member, place_id: int) -> Assignment:
    place = find_place(programme, place_id)
    if place is None or place.member_id != member.id:
        abort(404)
    return place


def _show_member(
    stop: Stop, programme: YouthProgramme, member: Member, *, problem: dict[str, Any] | None = None
) -> str:
    places = list_worked(programme, [member.id])
    outside = list_outside(programme, [member.id])
    return page(
        "member_hours.html",
        stop,
        programme=programme,
        member=member,
        places=places,
        capped=list_capped(places),
        outside=outside,
        total=_sum(places, outside),
        problem=problem,
        now=now(),
    )


def _sum(places: Sequence[Assignment], outside: Sequence[OutsideHours]) -> int:
    return sum(one.counted_minutes for one in places) + sum(one.minutes for one in outside)


def _name_filters(wanted: Wanted) -> list[tuple[str, str]]:
    found = []
    if wanted.organisation_id:
        organisation = db.session.get(YouthOrganisation, wanted.organisation_id)
        found.append((_("Organisation"), organisation.name if organisation else "–"))
    if wanted.since:
        found.append((_("From"), date_words(wanted.since)))
    if wanted.until:
        found.append((_("Until"), date_words(wanted.until)))
    if wanted.text:
        found.append((_("Name"), wanted.text))
    if wanted.unfinished:
        found.append((_("Only unfinished"), _("yes")))
    return [(str(term), str(text)) for term, text in found]


def make_hours_part(_way: Way, member: Member, programme: YouthProgramme) -> Part | None:
    """The member's hours, once there are some."""
    places = list_worked(programme, [member.id])
    outside = list_outside(programme, [member.id])
    if not places and not outside:
        return None
    values = {
        "places": places,
        "outside": outside,
        "total": _sum(places, outside),
        "wanted": programme.certificate_minutes,
        "now": now(),
    }
    return Part("jam", _("My hours"), "youth/mine/_hours.html", values)


register_member_part(make_hours_part, number=40)
