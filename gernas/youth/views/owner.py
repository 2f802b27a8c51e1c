"""Owners: ask for help, see what members did, confirm it. By the link, and signed in.

Opening a link changes nothing, since mail programs open links by themselves; each answer is one
tap on a button.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.accounts.present import signed_in_user
from gernas.businesses.documents import ATTACHMENT_POLICY
from gernas.businesses.models import Business
from gernas.businesses.queries import get_own
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.i18n import public_url
from gernas.core.limits import limiter
from gernas.core.permissions import Holder, public, signed_in
from gernas.core.saving import save_form
from gernas.core.web import LARGEST_ID, say, see_other
from gernas.youth.codes import hash_token
from gernas.youth.helping.errors import NoAnswer, OwnerLinkOver
from gernas.youth.helping.evidence import send_evidence
from gernas.youth.helping.forms import ReasonForm, WishForm
from gernas.youth.helping.queries import (
    find_by_owner_token,
    find_of_business,
    find_task,
    list_hours_of,
    list_live_companions,
    list_of_business,
    list_programmes_for,
    list_tasks_of,
)
from gernas.youth.models import (
    Assistance,
    AssistanceTask,
    OutsideHours,
    ReportState,
    YouthProgramme,
)
from gernas.youth.registries import sales_of
from gernas.youth.services.assisting import (
    end_assistance,
    finish_assistance,
    reopen_assistance,
    wish_for_help,
)
from gernas.youth.services.tasks import answer_report, confirm_all, take_answer_back
from gernas.youth.views.blueprint import mine_bp, public_bp

YES, NO, UNDO, ALL = "ya", "tidak", "urung", "semua"
TASK, HOURS = "hasil", "jam"


@dataclass(frozen=True)
class OwnerWay:
    """How an owner came to the page of an assistance: by its link, or signed in."""

    assistance: Assistance
    layout: str
    page: str  # its address
    answer: str  # the address that takes answers
    evidence: Callable[[int], str]  # the address of a result's photo
    by: Holder | None  # None: by the link
    business_id: int | None = None  # signed in


def find_once(token: str) -> Assistance | None:
    """The assistance of a link, asked for once in a request."""
    if g.get("owner_token") != token:
        fits = 10 <= len(token) <= 100
        g.owner_token = token
        g.owner_assistance = find_by_owner_token(hash_token(token)) if fits else None
    found: Assistance | None = g.owner_assistance
    return found


limit_owner_links = limiter.shared_limit(
    # Only misses count, so that neighbours behind one address cannot shut each other out.
    "60 per hour",
    "owner-links",
    exempt_when=lambda: find_once((request.view_args or {}).get("token", "")) is not None,
)


# --- By the link ----------------------------------------------------------------------------


@public_bp.get("/pendampingan/<token>")
@public
@limit_owner_links
def owner(token: str) -> ResponseReturnValue:
    return _show(_way_by_link(token))


@public_bp.post("/pendampingan/<token>/jawab")
@public
@limit_owner_links
def owner_answer(token: str) -> ResponseReturnValue:
    return _answer(_way_by_link(token))


@public_bp.get("/pendampingan/<token>/bukti/<id:task_id>")
@public
@limit_owner_links
def owner_evidence(token: str, task_id: int) -> Response:
    return send_evidence(find_task(_way_by_link(token).assistance, task_id) or abort(404))


owner_evidence.talisman_view_options = ATTACHMENT_POLICY  # type: ignore[attr-defined]


# --- Signed in ------------------------------------------------------------------------------


@mine_bp.route("/saya/usaha/<id:business_id>/pendampingan", methods=["GET", "POST"])
@signed_in
def helped_business(business_id: int) -> ResponseReturnValue:
    """All help of one's business, and the form that asks for it where nobody helps yet."""
    business = get_own(signed_in_user(), business_id)
    assistances = list_of_business(business)
    programme = _choose_programme(list_programmes_for(business))
    live = next((one for one in assistances if one.ended_at is None), None)
    if live is not None and request.method == "GET" and "program" not in request.args:
        programme = live.programme
    form = _wish_form(live if live is not None and live.programme == programme else None)

    def show() -> str:
        return render_template(
            "youth/owner/wish.html",
            business=business,
            assistances=assistances,
            programme=programme,
            programmes=list_programmes_for(business),
            live=live,
            form=form,
        )

    if request.method == "GET" or programme is None:
        return show()
    if not form.validate():
        return show(), 422
    number = programme.id

    def save() -> None:
        mine = get_own(signed_in_user(), business_id)
        wish_for_help(
            db.session.get_one(YouthProgramme, number), mine, form.read(), by=signed_in_user()
        )

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Thank you. The coordinator and the members see your wish now."))
    return see_other(url_for(".helped_business", business_id=business_id))


@mine_bp.get("/saya/usaha/<id:business_id>/pendampingan/<id:assistance_id>")
@signed_in
def owned_assistance(business_id: int, assistance_id: int) -> ResponseReturnValue:
    return _show(_way_of_owner(business_id, assistance_id))


@mine_bp.post("/saya/usaha/<id:business_id>/pendampingan/<id:assistance_id>/jawab")
@signed_in
def answer_assistance(business_id: int, assistance_id: int) -> ResponseReturnValue:
    return _answer(_way_of_owner(business_id, assistance_id))


@mine_bp.get("/saya/usaha/<id:business_id>/pendampingan/<id:assistance_id>/bukti/<id:task_id>")
@signed_in
def owned_evidence(business_id: int, assistance_id: int, task_id: int) -> Response:
    way = _way_of_owner(business_id, assistance_id)
    return send_evidence(find_task(way.assistance, task_id) or abort(404))


owned_evidence.talisman_view_options = ATTACHMENT_POLICY  # type: ignore[attr-defined]


@mine_bp.post("/saya/usaha/<id:business_id>/pendampingan/<id:assistance_id>/selesai")
@signed_in
def finish_owned(business_id: int, assistance_id: int) -> ResponseReturnValue:
    return _change(business_id, assistance_id, finish_assistance, _("The help is finished."))


@mine_bp.route(
    "/saya/usaha/<id:business_id>/pendampingan/<id:assistance_id>/akhiri",
    methods=["GET", "POST"],
)
@signed_in
def end_owned(business_id: int, assistance_id: int) -> ResponseReturnValue:
    """End help, or take the wish back; those who helped read why."""
    way = _way_of_owner(business_id, assistance_id)
    form = ReasonForm()

    def show() -> str:
        return render_template("youth/owner/end.html", way=way, form=form)

    if request.method == "GET" or not form.validate():
        return show(), 422 if request.method == "POST" else 200

    def save() -> None:
        row = _fetch(business_id, assistance_id)
        end_assistance(row, form.reason.data or "", by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    undo = url_for(".reopen_owned", business_id=business_id, assistance_id=assistance_id)
    say(_("The help has ended."), undo=undo)
    return see_other(url_for(".helped_business", business_id=business_id))


@mine_bp.post("/saya/usaha/<id:business_id>/pendampingan/<id:assistance_id>/lanjut")
@signed_in
def reopen_owned(business_id: int, assistance_id: int) -> ResponseReturnValue:
    return _change(business_id, assistance_id, reopen_assistance, _("The help goes on."))


# --- What they share ------------------------------------------------------------------------


def _show(way: OwnerWay, status: int = 200) -> ResponseReturnValue:
    assistance = way.assistance
    tasks, hours = list_tasks_of(assistance), list_hours_of(assistance)
    reports: list[AssistanceTask | OutsideHours] = [*tasks, *hours]
    waiting = sum(one.state == ReportState.REPORTED for one in reports)
    page = render_template(
        "youth/owner/show.html",
        way=way,
        assistance=assistance,
        business=assistance.business,
        programme=assistance.programme,
        companions=list_live_companions(assistance),
        tasks=tasks,
        hours=hours,
        waiting=waiting,
        sales=sales_of(assistance.business),
    )
    return page, status


def _answer(way: OwnerWay) -> ResponseReturnValue:
    """Take an answer: to one result, to hours, or to all that waits."""
    what, _dash, number = request.form.get("apa", "").partition("-")
    answer = request.form.get("jawaban", "")
    try:
        with transaction():
            sentence = _take(way, what, number, answer)
    except GernasError as error:  # The page then says how things stand.
        say(error.message)
        return see_other(way.page)
    say(sentence)
    return see_other(way.page)


def _take(way: OwnerWay, what: str, number: str, answer: str) -> str:
    assistance = db.session.get_one(Assistance, way.assistance.id)
    if what == ALL:
        count = confirm_all(assistance, by=way.by)
        return str(
            ngettext("%(num)s confirmed, thank you.", "All %(num)s confirmed, thank you.", count)
        )
    report = _find_report(assistance, what, number)
    if answer == UNDO:
        take_answer_back(report, by=way.by)
        return str(_("Your answer is taken back."))
    if answer not in (YES, NO):
        raise NoAnswer
    note = request.form.get("catatan", "")
    answer_report(report, confirmed=answer == YES, by=way.by, note=note)
    if answer == YES:
        return str(_("Confirmed, thank you."))
    return str(_("Noted. The coordinator sees your answer."))


def _find_report(assistance: Assistance, what: str, number: str) -> AssistanceTask | OutsideHours:
    plain = number.isascii() and number.isdigit() and len(number) <= 10
    wanted = int(number) if plain and int(number) <= LARGEST_ID else 0
    if what == TASK:
        return find_task(assistance, wanted) or abort(404)
    found = {one.id: one for one in list_hours_of(assistance)} if what == HOURS else {}
    return found.get(wanted) or abort(404)


def _way_by_link(token: str) -> OwnerWay:
    assistance = find_once(token)
    if assistance is None:
        raise OwnerLinkOver
    return OwnerWay(
        assistance=assistance,
        layout="youth/layout.html",
        page=public_url("youth_public.owner", token=token),
        answer=public_url("youth_public.owner_answer", token=token),
        evidence=lambda task_id: public_url(
            "youth_public.owner_evidence", token=token, task_id=task_id
        ),
        by=None,
    )


def _way_of_owner(business_id: int, assistance_id: int) -> OwnerWay:
    assistance = _fetch(business_id, assistance_id)
    values: dict[str, Any] = {"business_id": business_id, "assistance_id": assistance_id}
    return OwnerWay(
        assistance=assistance,
        layout="layout/account.html",
        page=url_for("my_youth.owned_assistance", **values),
        answer=url_for("my_youth.answer_assistance", **values),
        evidence=lambda task_id: url_for("my_youth.owned_evidence", **values, task_id=task_id),
        by=signed_in_user(),
        business_id=business_id,
    )


def _fetch(business_id: int, assistance_id: int) -> Assistance:
    """An assistance of one's own business; any other is the same 404 as none."""
    business: Business = get_own(signed_in_user(), business_id)
    return find_of_business(business, assistance_id) or abort(404)


def _change(
    business_id: int, assistance_id: int, service: Callable[..., None], sentence: str
) -> ResponseReturnValue:
    try:
        with transaction():
            service(_fetch(business_id, assistance_id), by=signed_in_user())
    except GernasError as error:
        say(error.message)
    else:
        undo = None
        if service is finish_assistance:
            undo = url_for(".reopen_owned", business_id=business_id, assistance_id=assistance_id)
        say(sentence, undo=undo)
    return see_other(
        url_for(".owned_assistance", business_id=business_id, assistance_id=assistance_id)
    )


def _choose_programme(programmes: Any) -> YouthProgramme | None:
    wanted = request.args.get("program", "")
    found = next((one for one in programmes if one.slug == wanted), None)
    return found or (programmes[0] if programmes else None)


def _wish_form(live: Assistance | None) -> WishForm:
    if live is None:
        return WishForm()
    return WishForm(
        data={"text": live.wish or "", "wanted": live.wanted, "languages": live.languages or ""}
    )
