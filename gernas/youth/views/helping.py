"""A member's own pages about help for businesses, hours outside shifts, content, certificates."""

from typing import Any

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.businesses.documents import ATTACHMENT_POLICY
from gernas.core.clock import today_in
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.i18n import LANGUAGES, get_language
from gernas.core.limits import limiter
from gernas.core.saving import save_form
from gernas.core.security import takes_uploads
from gernas.core.text import content_disposition
from gernas.core.web import say, see_other
from gernas.youth.helping.choices import choose_rows, offer_rows
from gernas.youth.helping.evidence import send_evidence
from gernas.youth.helping.forms import ContentForm, HoursForm, TaskForm
from gernas.youth.helping.parts import find_certificate_of, sort_wishes
from gernas.youth.helping.queries import (
    find_assistance,
    find_content,
    find_enrolled_by_code,
    find_hours,
    find_task,
    is_companion,
    list_contents_of_member,
    list_hours_of,
    list_hours_of_member,
    list_live_companions,
    list_of_member,
    list_tasks_of,
    list_wishes,
)
from gernas.youth.models import (
    Assistance,
    AssistanceTask,
    ContentPiece,
    Member,
    OutsideHours,
    YouthProgramme,
)
from gernas.youth.papers.certificates import typeset_certificates
from gernas.youth.registries import sales_of
from gernas.youth.services.assisting import adopt_business, end_companion
from gernas.youth.services.contents import (
    add_content,
    edit_content,
    remove_content,
    restore_content,
)
from gernas.youth.services.outside import report_hours, withdraw_hours
from gernas.youth.services.tasks import report_task, withdraw_task
from gernas.youth.views.ways import Way, member_page

limit_papers = limiter.shared_limit("60 per hour", "certificate-papers")


# --- Businesses -----------------------------------------------------------------------------


@member_page("pendampingan")
def business_wishes(way: Way) -> ResponseReturnValue:
    """Businesses that look for someone, who fits best first; and those one helps."""
    programme = _programme(way)
    mine = list_of_member(way.member, programme)
    return _page(
        "wishes.html",
        way,
        mine=mine,
        rows=sort_wishes(list_wishes(programme), way.member),
        is_minor=way.member.is_minor_on(today_in(programme.zone)),
    )


@member_page("pendampingan/<id:assistance_id>")
def helped(way: Way, assistance_id: int) -> ResponseReturnValue:
    """One business: what it wants, how to reach it, what was reported and how it was answered."""
    assistance = _find(way, assistance_id)
    mine = is_companion(assistance, way.member)
    return _page(
        "helped.html",
        way,
        assistance=assistance,
        business=assistance.business,
        is_mine=mine,
        companions=list_live_companions(assistance),
        tasks=list_tasks_of(assistance),
        hours=[one for one in list_hours_of(assistance) if one.member_id == way.member.id],
        sales=sales_of(assistance.business),
        is_minor=way.member.is_minor_on(today_in(assistance.programme.zone)),
    )


@member_page("pendampingan/<id:assistance_id>/ambil", methods=("POST",))
def adopt(way: Way, assistance_id: int) -> ResponseReturnValue:
    """Take a wish on oneself, alone or with somebody whose code one knows."""
    programme = _programme(way)
    assistance = _find(way, assistance_id)
    address = way.address("helped", assistance_id=assistance_id)
    partner, typed = None, request.form.get("kode", "").strip()
    if typed:
        partner = find_enrolled_by_code(programme, typed)
        if partner is None:
            say(_("No member of this programme has the code “%(typed)s”.", typed=typed[:40]))
            return see_other(address)
    try:
        with transaction():
            adopt_business(
                db.session.get_one(Assistance, assistance.id),
                db.session.get_one(Member, way.member.id),
                partner=db.session.get_one(Member, partner.id) if partner else None,
            )
    except GernasError as error:
        say(error.message)
        return see_other(address)
    say(
        _("You help this business now. Say hello to its owner first."),
        undo=way.address("stop_helping", assistance_id=assistance_id),
    )
    return see_other(address)


@member_page("pendampingan/<id:assistance_id>/lepas", methods=("POST",))
def stop_helping(way: Way, assistance_id: int) -> ResponseReturnValue:
    assistance = _find(way, assistance_id)
    try:
        with transaction():
            row = db.session.get_one(Assistance, assistance.id)
            mine = [c for c in list_live_companions(row) if c.member_id == way.member.id]
            if not mine:
                abort(404)
            end_companion(mine[0], by=None, member=db.session.get_one(Member, way.member.id))
    except GernasError as error:
        say(error.message)
    else:
        say(_("You help this business no longer. What you reported stays."))
    return see_other(way.address("helped", assistance_id=assistance_id))


@member_page("pendampingan/<id:assistance_id>/hasil", methods=("GET", "POST"))
@takes_uploads
def report_result(way: Way, assistance_id: int) -> ResponseReturnValue:
    """Report a result, with a link or a photo."""
    assistance = _find_mine(way, assistance_id)
    form = TaskForm(data={"done_on": today_in(assistance.programme.zone), "count": 1})

    def show() -> str:
        return _page("report.html", way, assistance=assistance, form=form)

    if request.method == "GET" or not form.validate():
        return show(), 422 if request.method == "POST" else 200
    photo = form.photo.data  # drawn anew before the transaction begins

    def save() -> None:
        row = db.session.get_one(Assistance, assistance.id)
        report_task(row, db.session.get_one(Member, way.member.id), form.read(), photo=photo)

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Reported. It counts once the owner has confirmed it."))
    return see_other(way.address("helped", assistance_id=assistance_id))


@member_page("pendampingan/<id:assistance_id>/hasil/<id:task_id>/tarik", methods=("POST",))
def take_result_back(way: Way, assistance_id: int, task_id: int) -> ResponseReturnValue:
    assistance = _find(way, assistance_id)
    task = find_task(assistance, task_id) or abort(404)
    if task.reported_by_id != way.member.id:
        abort(404)
    try:
        with transaction():
            withdraw_task(
                db.session.get_one(AssistanceTask, task.id),
                db.session.get_one(Member, way.member.id),
            )
    except GernasError as error:
        say(error.message)
    else:
        say(_("Taken back. The owner does not see it any more."))
    return see_other(way.address("helped", assistance_id=assistance_id))


def evidence(way: Way, assistance_id: int, task_id: int) -> Response:
    """The photo of a result, for those who help the business."""
    assistance = _find_mine(way, assistance_id, ever=True)
    return send_evidence(find_task(assistance, task_id) or abort(404))


evidence.talisman_view_options = ATTACHMENT_POLICY  # type: ignore[attr-defined]
member_page("pendampingan/<id:assistance_id>/bukti/<id:task_id>")(evidence)


# --- Hours outside shifts -------------------------------------------------------------------


@member_page("jam-luar", methods=("GET", "POST"))
def outside_hours(way: Way) -> ResponseReturnValue:
    """Report hours outside shifts; below, those that were reported."""
    programme = _programme(way)
    form = HoursForm(
        data={"on": today_in(programme.zone), "assistance_id": request.args.get("usaha")}
    )
    mine = [one for one in list_of_member(way.member, programme) if is_companion(one, way.member)]
    form.assistance_id.offer(
        [(one.id, one.business.name) for one in mine], none=_("None: something else")
    )

    def show() -> str:
        rows = list_hours_of_member(programme, way.member)
        return _page("outside.html", way, form=form, rows=rows)

    if request.method == "GET" or not form.validate():
        return show(), 422 if request.method == "POST" else 200
    chosen = form.assistance_id.data
    if chosen is not None and chosen not in {one.id for one in mine}:
        form.refuse(form.assistance_id, _("Choose one from the list."))
        return show(), 422

    def save() -> None:
        report_hours(
            db.session.get_one(YouthProgramme, programme.id),
            db.session.get_one(Member, way.member.id),
            form.read(),
            assistance=db.session.get_one(Assistance, chosen) if chosen is not None else None,
            key=form.sent_key,
        )

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Reported. The hours count once they are confirmed."))
    return see_other(way.address("outside_hours"))


@member_page("jam-luar/<id:hours_id>/tarik", methods=("POST",))
def take_hours_back(way: Way, hours_id: int) -> ResponseReturnValue:
    hours = find_hours(_programme(way), hours_id)
    if hours is None or hours.member_id != way.member.id:
        abort(404)
    try:
        with transaction():
            withdraw_hours(
                db.session.get_one(OutsideHours, hours.id),
                db.session.get_one(Member, way.member.id),
            )
    except GernasError as error:
        say(error.message)
    else:
        say(_("Taken back."))
    return see_other(way.address("outside_hours"))


# --- Content --------------------------------------------------------------------------------


@member_page("konten", methods=("GET", "POST"))
def my_contents(way: Way) -> ResponseReturnValue:
    """Add a link to what one published; below, what is there already."""
    programme = _programme(way)
    form = ContentForm(data={"published_on": today_in(programme.zone)})
    offer_rows(form, programme, way.member)

    def show() -> str:
        rows = list_contents_of_member(programme, way.member)
        return _page("contents.html", way, form=form, rows=rows, piece=None)

    if request.method == "GET" or not form.validate():
        return show(), 422 if request.method == "POST" else 200

    def save() -> None:
        row = db.session.get_one(YouthProgramme, programme.id)
        member = db.session.get_one(Member, way.member.id)
        add_content(row, member, choose_rows(form, row, member))

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Added. Thank you for telling others."))
    return see_other(way.address("my_contents"))


@member_page("konten/<id:content_id>", methods=("GET", "POST"))
def edit_my_content(way: Way, content_id: int) -> ResponseReturnValue:
    """Change what is said of a piece, mostly its reach."""
    programme = _programme(way)
    piece = _find_piece(way, content_id)
    form = ContentForm(obj=piece)
    offer_rows(form, programme, way.member)

    def show() -> str:
        return _page("contents.html", way, form=form, rows=[], piece=piece)

    if request.method == "GET" or not form.validate():
        return show(), 422 if request.method == "POST" else 200

    def save() -> None:
        row = db.session.get_one(ContentPiece, piece.id)
        member = db.session.get_one(Member, way.member.id)
        edit_content(row, member, choose_rows(form, row.programme, member))

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(way.address("my_contents"))


@member_page("konten/<id:content_id>/hapus", methods=("POST",))
def remove_my_content(way: Way, content_id: int) -> ResponseReturnValue:
    piece = _find_piece(way, content_id)
    with transaction():
        row = db.session.get_one(ContentPiece, piece.id)
        remove_content(row, by=None, member=db.session.get_one(Member, way.member.id))
    say(_("Taken off the list."), undo=way.address("restore_my_content", content_id=content_id))
    return see_other(way.address("my_contents"))


@member_page("konten/<id:content_id>/kembalikan", methods=("POST",))
def restore_my_content(way: Way, content_id: int) -> ResponseReturnValue:
    piece = _find_piece(way, content_id)
    with transaction():
        row = db.session.get_one(ContentPiece, piece.id)
        restore_content(row, by=None, member=db.session.get_one(Member, way.member.id))
    say(_("It is on the list again."))
    return see_other(way.address("my_contents"))


# --- Certificates ---------------------------------------------------------------------------


@member_page("sertifikat/<id:certificate_id>.pdf")
@limit_papers
def my_certificate(way: Way, certificate_id: int) -> Response:
    """One's own certificate as PDF; ``?bahasa=en`` in English."""
    found = find_certificate_of(way.member, certificate_id) or abort(404)
    wanted = request.args.get("bahasa", get_language())
    language = wanted if wanted in LANGUAGES else get_language()
    answer = Response(typeset_certificates([found], language=language), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = content_disposition(
        _("certificate-%(code)s.pdf", code=found.code)
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


# --- What they share ------------------------------------------------------------------------


def _page(template: str, way: Way, **values: Any) -> str:
    return render_template(
        f"youth/helping/{template}",
        way=way,
        member=way.member,
        programme=way.programme,
        **values,
    )


def _programme(way: Way) -> YouthProgramme:
    return way.programme or abort(404)


def _find(way: Way, assistance_id: int) -> Assistance:
    """An assistance of the programme: a wish that anyone may take, or one's own, now or before."""
    assistance = find_assistance(_programme(way), assistance_id) or abort(404)
    mine = any(one.member_id == way.member.id for one in assistance.companions)
    if not mine and assistance.state != "wished":
        abort(404)
    return assistance


def _find_mine(way: Way, assistance_id: int, *, ever: bool = False) -> Assistance:
    assistance = _find(way, assistance_id)
    mine = any(one.member_id == way.member.id for one in assistance.companions)
    if not (mine if ever else is_companion(assistance, way.member)):
        abort(404)
    return assistance


def _find_piece(way: Way, content_id: int) -> ContentPiece:
    piece = find_content(_programme(way), content_id)
    if piece is None or piece.member_id != way.member.id:
        abort(404)
    return piece
