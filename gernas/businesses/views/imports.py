"""Take businesses in from a spreadsheet: upload, match, look, take in, take back."""

from typing import Any

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.businesses.export import XLSX
from gernas.businesses.forms import ButtonForm, UploadForm, matching_form
from gernas.businesses.models import UNDO_MERGE_WITHIN, BusinessImport, ImportState
from gernas.businesses.queries import find_import, list_imports
from gernas.businesses.services import (
    drop_import,
    match_columns,
    start_import,
    take_import,
    undo_import,
)
from gernas.businesses.sheets import BY_FIELD, build_template
from gernas.businesses.views.blueprint import bp, page, status_of
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.jobs import Job, JobState
from gernas.core.limits import limiter
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.security import takes_uploads
from gernas.core.text import content_disposition
from gernas.core.web import is_htmx, say, see_other, signed_in_user

limit_imports = limiter.shared_limit(
    "10 per hour",
    "business-imports",
    key_func=lambda: str(signed_in_user().id),
    methods=["POST"],
)


@bp.route("/kelola/usaha/impor", methods=["GET", "POST"])
@takes_uploads
@requires(Permission.IMPORT_BUSINESSES)
@limit_imports
def import_list() -> ResponseReturnValue:
    """Choose a file; what was taken in before."""
    form = UploadForm()

    def show() -> str:
        rows = list_imports(signed_in_user())
        return page("imports.html", form=form, imports=rows, limit=now() - UNDO_MERGE_WITHIN)

    if request.method == "GET" or not form.validate():
        return show(), status_of(form)
    started: list[int] = []

    def save() -> None:
        upload: Any = form.file.data
        row = start_import(upload.stream, upload.filename or "", by=signed_in_user())
        started.append(row.id)

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    return see_other(url_for(".import_one", import_id=started[0]))


@bp.get("/kelola/usaha/impor/templat.xlsx")
@requires(Permission.IMPORT_BUSINESSES)
def import_template() -> ResponseReturnValue:
    answer = Response(build_template(), mimetype=XLSX)
    name = _("businesses to take in.xlsx")
    answer.headers["Content-Disposition"] = content_disposition(name)
    return answer


@bp.get("/kelola/usaha/impor/<id:import_id>")
@requires(Permission.IMPORT_BUSINESSES)
def import_one(import_id: int) -> ResponseReturnValue:
    """Where the import stands: being read, to be matched and looked at, or over."""
    return _show(_get(import_id))


@bp.get("/kelola/usaha/impor/<id:import_id>/kemajuan")
@requires(Permission.IMPORT_BUSINESSES)
def import_progress(import_id: int) -> ResponseReturnValue:
    """The progress bar alone; once the work is over, the way to the page."""
    row = _get(import_id)
    if row.state not in (ImportState.READING, ImportState.RUNNING):
        address = url_for(".import_one", import_id=import_id)
        if is_htmx():
            return Response(status=204, headers={"HX-Redirect": address})
        return see_other(address)
    return page("_import_job.html", row=row, **_progress(row))


@bp.post("/kelola/usaha/impor/<id:import_id>/kolom")
@requires(Permission.IMPORT_BUSINESSES)
def import_match(import_id: int) -> ResponseReturnValue:
    row = _get(import_id)
    form = matching_form(row.columns, row.matching)
    if not form.validate():
        return _show(row, form), 422
    chosen = [form[f"column_{number}"].data or "" for number in range(len(row.columns))]
    if "name" not in chosen:
        form.form_errors.append(_("Say which column has the business name."))
        return _show(row, form), 422
    if twice := [name for name in set(chosen) if name and chosen.count(name) > 1]:
        form.form_errors.append(
            _("Two columns are matched with “%(name)s”.", name=BY_FIELD[twice[0]].title)
        )
        return _show(row, form), 422
    failed = save_form(
        form,
        lambda: match_columns(_get(import_id), chosen, skip_bad=row.skip_bad),
        lambda: _show(_get(import_id), form),
    )
    return failed or see_other(url_for(".import_one", import_id=import_id))


@bp.post("/kelola/usaha/impor/<id:import_id>/mulai")
@requires(Permission.IMPORT_BUSINESSES)
def import_take(import_id: int) -> ResponseReturnValue:
    form = ButtonForm()
    skip_bad = request.form.get("skip_bad") == "1"
    failed = save_form(
        form,
        lambda: take_import(_get(import_id), skip_bad=skip_bad),
        lambda: _show(_get(import_id), problem=form),
    )
    return failed or see_other(url_for(".import_one", import_id=import_id))


@bp.post("/kelola/usaha/impor/<id:import_id>/batal")
@requires(Permission.IMPORT_BUSINESSES)
def import_undo(import_id: int) -> ResponseReturnValue:
    with transaction():
        kept = undo_import(_get(import_id), by=signed_in_user())
    if kept:
        say(
            _(
                "The import is taken back. %(count)s records were changed since or are in use,"
                " so they stay.",
                count=kept,
            )
        )
    else:
        say(_("The import is taken back; its records are gone."))
    return see_other(url_for(".import_list"))


@bp.post("/kelola/usaha/impor/<id:import_id>/buang")
@requires(Permission.IMPORT_BUSINESSES)
def import_drop(import_id: int) -> ResponseReturnValue:
    with transaction():
        drop_import(_get(import_id))
    say(_("The file is forgotten. Nothing was taken in."))
    return see_other(url_for(".import_list"))


def _show(row: BusinessImport, form: Any = None, problem: Any = None) -> str:
    ready = row.state == ImportState.READY
    if ready and form is None:
        form = matching_form(row.columns, row.matching)
    return page(
        "import.html",
        row=row,
        form=form if ready else None,
        problem=problem,
        fields=BY_FIELD,
        may_undo=row.state == ImportState.DONE
        and row.finished_at is not None
        and row.finished_at > now() - UNDO_MERGE_WITHIN,
        **_progress(row),
    )


def _progress(row: BusinessImport) -> dict[str, Any]:
    """How far the job is; a job that was given up counts as failed."""
    job = db.session.get(Job, row.job_id) if row.job_id else None
    done = job.done_steps if job else 0
    of = job.all_steps if job else 0
    return {
        "percent": min(99, done * 100 // of) if of else None,
        "job_state": job.state if job else JobState.QUEUED,
    }


def _get(import_id: int) -> BusinessImport:
    return find_import(signed_in_user(), import_id) or abort(404)
