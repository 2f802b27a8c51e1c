"""What members do with their own data: correct, agree, wish, take along, leave, be forgotten."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from gernas.core.clock import to_local, today_in
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.i18n import get_language, in_language
from gernas.core.saving import save_form
from gernas.core.text import content_disposition
from gernas.core.web import say, see_other
from gernas.core.wording import date_words, weekday_words
from gernas.youth.members.forms_own import OwnForm, WishesForm
from gernas.youth.members.organisation_queries import list_organisations_in
from gernas.youth.models import (
    Enrolment,
    Member,
    Shift,
    YouthConsentPurpose,
    YouthOrganisation,
    YouthProgramme,
    YouthRole,
)
from gernas.youth.own_data import tell_member
from gernas.youth.parts import Part, register_member_part
from gernas.youth.queries import find_enrolment, list_approvals, list_public_programmes
from gernas.youth.services.consents import (
    OPTIONAL,
    give_consent,
    list_consents,
    withdraw_consent,
)
from gernas.youth.services.forgetting import explain, forget_member
from gernas.youth.services.leaving import leave_programme
from gernas.youth.services.members import edit_member
from gernas.youth.services.roles import ask_approval
from gernas.youth.services.wishing import set_wishes
from gernas.youth.views.ways import Way, member_page
from gernas.youth.wordings import WORDINGS

P = YouthConsentPurpose
MOST_DAYS = 60
ALL_PURPOSES = ",".join(P)


@member_page("data", methods=("GET", "POST"))
def data(way: Way) -> ResponseReturnValue:
    """Correct what I wrote of myself."""
    member = way.member
    form = OwnForm.of(member)
    offered = _list_organisations(way)
    form.organisation_id.offer(offered, none=_("None"))
    if request.method == "GET":
        form.organisation_id.data = member.organisation_id

    def show() -> str:
        return render_template("youth/mine/data.html", way=way, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    member_id, address = member.id, f"{way.page}#data"
    known = {number for number, _name in offered}
    number = form.organisation_id.data if form.organisation_id.data in known else None

    def save() -> None:
        organisation = db.session.get(YouthOrganisation, number or 0)
        fresh = db.session.get_one(Member, member_id)
        values = form.read_person()
        edit_member(fresh, values, organisation=organisation, by=None, is_own=True)

    refused = save_form(form, save, show)
    if refused is not None:
        return refused
    say(_("Saved."))
    return see_other(address)


@member_page("data/unduh")
def download(way: Way) -> ResponseReturnValue:
    """All that is kept of me here, as JSON (UU 27/2022, 7 and 13)."""
    text = json.dumps(tell_member(way.member), ensure_ascii=False, indent=2)
    answer = Response(text, mimetype="application/json")
    answer.headers["Content-Disposition"] = content_disposition(_("my-data.json"))
    return answer


@member_page("persetujuan")
def consents(way: Way) -> ResponseReturnValue:
    """All that I agreed to, with dates, and giving and taking it back."""
    rows = list_consents(way.member)
    given = {one.purpose for one in rows if one.withdrawn_at is None}
    return render_template(
        "youth/mine/consents.html", way=way, rows=rows, given=given, wordings=WORDINGS.values()
    )


@member_page(f"persetujuan/<any({ALL_PURPOSES}):purpose>", methods=("POST",))
def agree(way: Way, purpose: str) -> ResponseReturnValue:
    """Agree to one purpose, or take it back."""
    wanted, back = P(purpose), request.form.get("cabut") == "ya"
    member_id, address = way.member.id, way.address("consents")
    if not back and wanted not in OPTIONAL:
        abort(400)  # without taking part one joins anew

    def act() -> None:
        fresh = db.session.get_one(Member, member_id)
        if back:
            withdraw_consent(fresh, wanted, by=None)
        else:
            give_consent(fresh, wanted, language=get_language(), by=None)

    return _do(act, _("Taken back.") if back else _("Thank you, noted."), address)


@member_page("keinginan", methods=("GET", "POST"))
def my_wishes(way: Way) -> ResponseReturnValue:
    """What I would like to do, and when I can."""
    programme = way.programme or abort(404)
    enrolment = find_enrolment(programme.id, way.member.id) or abort(404)
    form = _wishes_form(programme, enrolment)

    def show() -> str:
        return render_template("youth/mine/my_wishes.html", way=way, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    number, address = enrolment.id, way.page

    def save() -> None:
        hours = form.most_hours.data
        set_wishes(
            db.session.get_one(Enrolment, number),
            roles=[int(code) for code in form.roles.data or ()],
            days=[date.fromisoformat(code) for code in form.days.data or ()],
            most_minutes=hours * 60 if hours else None,
            helps_businesses=form.helps_businesses.data,
        )

    refused = save_form(form, save, show)
    if refused is not None:
        return refused
    say(_("Noted. The coordinator looks at it when places are given."))
    return see_other(address)


@member_page("peran/<id:role_id>", methods=("POST",))
def ask_role(way: Way, role_id: int) -> ResponseReturnValue:
    """Ask for a role that needs the coordinator's word."""
    programme = way.programme or abort(404)
    role = next((one for one in programme.roles if one.id == role_id), None) or abort(404)
    if not role.needs_approval or role.archived_at is not None:
        abort(404)
    member_id, address = way.member.id, f"{way.page}#peran"

    def act() -> None:
        member = db.session.get_one(Member, member_id)
        ask_approval(db.session.get_one(YouthRole, role_id), member)

    return _do(act, _("Asked. The coordinator decides."), address)


@member_page("keluar", methods=("GET", "POST"))
def leave_all(way: Way) -> ResponseReturnValue:
    """Leave the programme."""
    programme = way.programme or abort(404)
    if request.method == "GET":
        return render_template("youth/mine/leave.html", way=way, programme=programme)
    enrolment = find_enrolment(programme.id, way.member.id) or abort(404)
    number, address = enrolment.id, way.build("show")

    def act() -> None:
        leave_programme(db.session.get_one(Enrolment, number))

    return _do(act, _("You are out. Thank you for what you did."), address)


@member_page("hapus", methods=("GET", "POST"))
def forget(way: Way) -> ResponseReturnValue:
    """Be forgotten, at once; the page says before what becomes of everything."""
    lines = explain(way.member)
    if request.method == "GET" or not request.form.get("yakin"):
        missed = request.method == "POST"
        page = render_template("youth/mine/forget.html", way=way, lines=lines, missed=missed)
        return page, 422 if missed else 200
    member_id = way.member.id
    with transaction():
        forget_member(db.session.get_one(Member, member_id), by=None, is_own=True)
    return render_template("youth/mine/forgotten.html", way=way)


def make_roles_part(_way: Way, member: Member, programme: YouthProgramme) -> Part | None:
    """Roles that need the coordinator's word, and where one stands with each."""
    roles = [one for one in programme.roles if one.needs_approval and one.archived_at is None]
    if not roles:
        return None
    approvals = list_approvals(programme, member)
    rows = [(one, in_language(one.name, one.name_en), approvals.get(one.id)) for one in roles]
    return Part("peran", str(_("Special roles")), "youth/mine/_roles.html", {"rows": rows})


def make_data_part(_way: Way, member: Member, _programme: YouthProgramme) -> Part:
    """The ways to wishes, data and consents, to other programmes, and out."""
    joined = {one.programme_id for one in member.enrolments if one.is_live}
    others = [one for one in list_public_programmes() if one.id not in joined]
    values = {"others": others[:5]}
    return Part("data", str(_("My data and wishes")), "youth/mine/_data.html", values)


register_member_part(make_roles_part, number=45)
register_member_part(make_data_part, number=90)


def _wishes_form(programme: YouthProgramme, enrolment: Enrolment) -> WishesForm:
    wishes = enrolment.wishes
    most = wishes.get("most_minutes")
    form = WishesForm(
        data={
            "roles": [str(number) for number in wishes.get("roles", ())],
            "days": list(wishes.get("days", ())),
            "most_hours": most // 60 if most else None,
            "helps_businesses": enrolment.helps_businesses,
        }
    )
    roles = [one for one in programme.roles if one.archived_at is None]
    form.roles.choices = [(str(one.id), in_language(one.name, one.name_en)[0]) for one in roles]
    days = [day.isoformat() for day in _list_days(programme)]
    past = [day for day in wishes.get("days", ()) if day not in days]
    form.days.choices = [(day, _day_words(day)) for day in [*past, *days]]
    return form


def _list_days(programme: YouthProgramme) -> list[date]:
    """The local days on which there are shifts to come."""
    today = today_in(programme.zone)
    rows = db.session.scalars(
        select(Shift)
        .where(
            Shift.programme_id == programme.id,
            Shift.published_at.is_not(None),
            Shift.cancelled_at.is_(None),
        )
        .order_by(Shift.starts_at)
    )
    days = {to_local(one.starts_at, one.event.zone).date() for one in rows}
    return sorted(day for day in days if day > today - timedelta(days=1))[:MOST_DAYS]


def _day_words(code: str) -> str:
    day = date.fromisoformat(code)
    return f"{weekday_words(day)}, {date_words(day)}"


def _list_organisations(way: Way) -> list[tuple[int, str]]:
    """Those of the member's programmes, and the present one."""
    found: dict[int, str] = {}
    for programme in way.programmes:
        found |= dict(list_organisations_in(programme))
    if (own := way.member.organisation) is not None:
        found[own.id] = own.name
    return sorted(found.items(), key=lambda pair: pair[1].lower())


def _do(act: Callable[[], Any], sentence: str, address: str) -> ResponseReturnValue:
    try:
        with transaction():
            act()
    except GernasError as error:
        say(error.message)
    else:
        say(sentence)
    return see_other(address)
