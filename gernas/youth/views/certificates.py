"""Certificates in the back office: by rule, by hand, on paper, revoked."""

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from gernas.campaigns.models import Stop
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, GernasError
from gernas.core.i18n import LANGUAGES
from gernas.core.jobs import Job, JobState
from gernas.core.limits import limiter
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.text import LIKE_ESCAPE, content_disposition, search_like
from gernas.core.typed import parse_integer
from gernas.core.web import is_htmx, say, see_other, signed_in_user
from gernas.youth.helping.forms import ReasonForm, RuleForm
from gernas.youth.helping.queries import PAGE_SIZE, find_enrolled_by_code
from gernas.youth.helping.telling import tell_certificate
from gernas.youth.models import Member, YouthCertificate, YouthProgramme
from gernas.youth.papers.certificates import typeset_certificates
from gernas.youth.recognition.codes import read_certificate_code
from gernas.youth.recognition.jobs import PRINT, ask_for_print, ask_to_tell, get_folder
from gernas.youth.services.certifying import (
    issue_by_rule,
    issue_certificate,
    list_due,
    renew_certificate,
    restore_certificate,
    revoke_certificate,
    set_rule,
)
from gernas.youth.views.blueprint import bp, get_programme, page

VALID, REVOKED = "berlaku", "dicabut"


@dataclass(frozen=True)
class Listed:
    rows: Any
    total: int
    page: int
    pages: int


@bp.get("/kelola/<stop:stop>/pemuda/sertifikat")
@requires(Permission.SEE_YOUTH)
def certificates(stop: Stop) -> ResponseReturnValue:
    """Who has one, who is due, and the rule."""
    programme = get_programme(stop)
    state, text = request.args.get("keadaan", ""), request.args.get("q", "")[:100]
    return page(
        "certificates.html",
        stop,
        programme=programme,
        listed=_list(programme, state=state, text=text),
        state=state,
        text=text,
        due=len(list_due(programme)),
        valid=_count_valid(programme),
        last_print=_find_last_print(programme),
    )


@bp.route("/kelola/<stop:stop>/pemuda/sertifikat/aturan", methods=["GET", "POST"])
@requires(Permission.EDIT_YOUTH)
def certificate_rule(stop: Stop) -> ResponseReturnValue:
    programme = get_programme(stop)
    form = RuleForm(
        data={
            "hours": programme.certificate_minutes // 60,
            "automatic": programme.issues_certificates,
        }
    )

    def show() -> str:
        return page("certificate_rule.html", stop, programme=programme, form=form)

    if request.method == "GET" or not form.validate():
        return show(), 422 if request.method == "POST" else 200

    def save() -> None:
        row = db.session.get_one(YouthProgramme, programme.id)
        minutes, automatic = form.hours.data * 60, bool(form.automatic.data)
        set_rule(row, minutes=minutes, automatic=automatic, by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(url_for(".certificates", stop=stop))


@bp.post("/kelola/<stop:stop>/pemuda/sertifikat/terbitkan")
@requires(Permission.EDIT_YOUTH)
def issue_all(stop: Stop) -> ResponseReturnValue:
    """Give one to all who are due by the rule; they are told by mail."""
    programme = get_programme(stop)
    by = signed_in_user()
    with transaction():
        row = db.session.get_one(YouthProgramme, programme.id)
        count = issue_by_rule(row, by=by)
        if count:
            ask_to_tell(row, by=by.id)
    say(
        ngettext("%(num)s certificate is issued.", "%(num)s certificates are issued.", count)
        if count
        else _("Nobody is due now.")
    )
    return see_other(url_for(".certificates", stop=stop))


@bp.post("/kelola/<stop:stop>/pemuda/sertifikat/satu")
@requires(Permission.EDIT_YOUTH)
def issue_one(stop: Stop) -> ResponseReturnValue:
    """Give one to a member by hand, found by the code of the QR."""
    programme = get_programme(stop)
    typed = request.form.get("kode", "").strip()
    member = find_enrolled_by_code(programme, typed)
    if member is None:
        sentence = _("No member of this programme has the code “%(typed)s”.", typed=typed[:40])
        raise BadValues({"kode": sentence})
    try:
        with transaction():
            row = db.session.get_one(YouthProgramme, programme.id)
            person = db.session.get_one(Member, member.id)
            tell_certificate(issue_certificate(row, person, by=signed_in_user()))
    except GernasError as error:
        say(error.message)
    else:
        say(_("%(name)s has a certificate now.", name=member.name))
    return see_other(url_for(".certificates", stop=stop))


@bp.get("/kelola/<stop:stop>/pemuda/sertifikat/<id:certificate_id>.pdf")
@limiter.limit("300 per hour")
@requires(Permission.SEE_YOUTH)
def certificate_pdf(stop: Stop, certificate_id: int) -> Response:
    found = _get(stop, certificate_id)
    wanted = request.args.get("bahasa", "")
    language = wanted if wanted in LANGUAGES else found.member.language
    return _send(typeset_certificates([found], language=language), f"sertifikat-{found.code}.pdf")


@bp.route(
    "/kelola/<stop:stop>/pemuda/sertifikat/<id:certificate_id>/cabut", methods=["GET", "POST"]
)
@requires(Permission.EDIT_YOUTH)
def revoke(stop: Stop, certificate_id: int) -> ResponseReturnValue:
    """Revoke one with a reason, which stays inside; its code then says so to everyone."""
    found = _get(stop, certificate_id)
    form = ReasonForm()

    def show() -> str:
        return page("certificate_revoke.html", stop, certificate=found, form=form)

    if request.method == "GET" or not form.validate():
        return show(), 422 if request.method == "POST" else 200

    def save() -> None:
        row = _get(stop, certificate_id)
        revoke_certificate(row, form.reason.data or "", by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    undo = url_for(".restore_revoked", stop=stop, certificate_id=certificate_id)
    say(_("The certificate is revoked."), undo=undo)
    return see_other(url_for(".certificates", stop=stop))


@bp.post("/kelola/<stop:stop>/pemuda/sertifikat/<id:certificate_id>/kembalikan")
@requires(Permission.EDIT_YOUTH)
def restore_revoked(stop: Stop, certificate_id: int) -> ResponseReturnValue:
    return _change(stop, certificate_id, restore_certificate, _("The certificate is valid again."))


@bp.post("/kelola/<stop:stop>/pemuda/sertifikat/<id:certificate_id>/perbarui")
@requires(Permission.EDIT_YOUTH)
def renew(stop: Stop, certificate_id: int) -> ResponseReturnValue:
    """Put a new one in its place, with what is confirmed today."""
    sentence = _("There is a new certificate with today's numbers; the old one ended.")
    return _change(stop, certificate_id, renew_certificate, sentence)


@bp.post("/kelola/<stop:stop>/pemuda/sertifikat/cetak")
@limiter.limit("20 per hour")
@requires(Permission.SEE_YOUTH)
def print_all(stop: Stop) -> ResponseReturnValue:
    """Have all valid ones set as one PDF, by name."""
    programme = get_programme(stop)
    by = signed_in_user().id
    with transaction():
        number = ask_for_print(db.session.get_one(YouthProgramme, programme.id), by=by).id
    return see_other(url_for(".certificate_print", stop=stop, job_id=number))


@bp.get("/kelola/<stop:stop>/pemuda/sertifikat/cetak/<id:job_id>")
@requires(Permission.SEE_YOUTH)
def certificate_print(stop: Stop, job_id: int) -> ResponseReturnValue:
    """How far the PDF is; asked again by itself until it is there."""
    row = _get_print(stop, job_id)
    template = "_certificate_job.html" if is_htmx() else "certificate_print.html"
    return page(template, stop, row=row, percent=row.percent, ready=_print_path(row) is not None)


@bp.get("/kelola/<stop:stop>/pemuda/sertifikat/cetak/<id:job_id>.pdf")
@requires(Permission.SEE_YOUTH)
def printed(stop: Stop, job_id: int) -> Response:
    path = _print_path(_get_print(stop, job_id)) or abort(404)
    return _send(path.read_bytes(), f"sertifikat-{stop.slug}.pdf")


# --- What they share ------------------------------------------------------------------------


def _list(programme: YouthProgramme, *, state: str, text: str) -> Listed:
    matching: Select[YouthCertificate] = (
        select(YouthCertificate)
        .join(YouthCertificate.member)
        .where(YouthCertificate.programme_id == programme.id)
    )
    if state == VALID:
        matching = matching.where(YouthCertificate.revoked_at.is_(None))
    elif state == REVOKED:
        matching = matching.where(YouthCertificate.revoked_at.is_not(None))
    code = read_certificate_code(text) if text else None
    for pattern in search_like(text):
        named = Member.name.ilike(pattern, escape=LIKE_ESCAPE)
        matching = matching.where(or_(named, YouthCertificate.code == code) if code else named)
    total = db.session.scalar(select(func.count()).select_from(matching.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(parse_integer(request.args.get("halaman", "1")) or 1, 1), pages)
    rows = db.session.scalars(
        matching.options(joinedload(YouthCertificate.member).joinedload(Member.organisation))
        .order_by(YouthCertificate.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    return Listed(rows, total, number, pages)


def _count_valid(programme: YouthProgramme) -> int:
    rows = select(func.count()).where(
        YouthCertificate.programme_id == programme.id, YouthCertificate.revoked_at.is_(None)
    )
    return db.session.scalar(rows) or 0


def _get(stop: Stop, certificate_id: int) -> YouthCertificate:
    programme = get_programme(stop)
    rows = select(YouthCertificate).where(
        YouthCertificate.programme_id == programme.id, YouthCertificate.id == certificate_id
    )
    return db.session.scalar(rows) or abort(404)


def _get_print(stop: Stop, job_id: int) -> Job:
    """A print of this programme; one of another is the same 404 as none."""
    programme = get_programme(stop)
    row = db.session.get(Job, job_id)
    if row is None or row.kind != PRINT or row.arguments.get("programme_id") != programme.id:
        abort(404)
    return row


def _find_last_print(programme: YouthProgramme) -> Job | None:
    """The newest print whose file is still there, or that is under way."""
    rows = select(Job).where(Job.kind == PRINT).order_by(Job.id.desc()).limit(50)
    for row in db.session.scalars(rows):
        if row.arguments.get("programme_id") == programme.id:
            under_way = row.state in (JobState.QUEUED, JobState.RUNNING)
            return row if under_way or _print_path(row) is not None else None
    return None


def _print_path(row: Job) -> Any:
    name = (row.result or {}).get("file", "")
    path = get_folder() / name
    return path if name and path.is_file() else None


def _change(stop: Stop, certificate_id: int, service: Any, sentence: str) -> ResponseReturnValue:
    _get(stop, certificate_id)
    try:
        with transaction():
            service(_get(stop, certificate_id), by=signed_in_user())
    except GernasError as error:
        say(error.message)
    else:
        say(sentence)
    return see_other(url_for(".certificates", stop=stop))


def _send(content: bytes, name: str) -> Response:
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = content_disposition(name)
    return answer
