"""Take booths in from a spreadsheet, and give them out in the same columns."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from gernas.booths.booth_sheets import COLUMNS, write_booths
from gernas.booths.forms_drawing import ImportForm
from gernas.booths.models import Plan
from gernas.booths.queries import find_hall, list_booths, list_halls
from gernas.booths.services.importing import BadRows, Taken, take_booths
from gernas.booths.views.blueprint import bp, fetch_hall, fetch_plan, get_plan, page
from gernas.booths.words import hall_title
from gernas.businesses.errors import CannotRead
from gernas.businesses.sheets import read_sheet
from gernas.core.limits import limiter
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.security import takes_uploads
from gernas.core.text import content_disposition
from gernas.core.web import say, see_other, signed_in_user
from gernas.events.models import Event

limit_imports = limiter.shared_limit(
    "30 per hour",
    "booth-imports",
    key_func=lambda: str(signed_in_user().id),
    methods=["POST"],
)


@bp.route("/kelola/acara/<event:event>/denah/impor", methods=["GET", "POST"])
@takes_uploads
@requires(Permission.EDIT_BOOTHS)
@limit_imports
def import_booths(event: Event) -> ResponseReturnValue:
    plan = get_plan(event)
    halls = list_halls(plan)
    form = ImportForm()
    form.hall_id.choices = [SelectChoice(hall.id, hall_title(hall)) for hall in halls]
    rows: list[tuple[int, str]] = []

    def show() -> str:
        return page(
            "import.html", event, plan=plan, halls=halls, form=form, rows=rows, columns=COLUMNS
        )

    if request.method == "GET" or not halls:
        return show()
    if not form.validate():
        return show(), 422
    taken: list[Taken] = []
    try:
        with TemporaryDirectory() as folder:
            path = _read(form.file.data, Path(folder))
            failed = save_form(form, lambda: taken.append(_take(plan, path, form, rows)), show)
    except CannotRead as error:
        form.refuse(form.file, error.message)
        return show(), 422
    if failed is not None:
        return failed
    say(
        _(
            "Taken in: %(added)s new booths, %(changed)s changed.",
            added=taken[0].added,
            changed=taken[0].changed,
        )
    )
    return see_other(url_for(".plan", event=event))


@bp.get("/kelola/acara/<event:event>/denah/stan.csv")
@requires(Permission.SEE_PLANS)
def booths_csv(event: Event) -> ResponseReturnValue:
    """The booths of the plan in the columns of an import; an empty plan gives only the head."""
    text = write_booths(list_booths(get_plan(event)))
    answer = Response("\N{BYTE ORDER MARK}" + text, mimetype="text/csv")
    answer.headers["Content-Disposition"] = content_disposition(f"stan-{event.slug}.csv")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _read(upload: Any, folder: Path) -> Path:
    """The rows of an upload as lines of JSON, read by a process of its own.

    Raises:
        CannotRead
    """
    source, target = folder / "sheet", folder / "rows"
    upload.save(source)
    read_sheet(source, target)
    return target


def _take(plan: Plan, path: Path, form: ImportForm, wrong: list[tuple[int, str]]) -> Taken:
    """Take the rows in; ``wrong`` gets the rows that are refused."""
    row = fetch_plan(plan)
    hall = fetch_hall(find_hall(row, form.hall_id.data) or list_halls(row)[0])
    try:
        return take_booths(row, path, default_hall=hall, by=signed_in_user())
    except BadRows as error:
        wrong.extend(error.rows)
        raise
