"""The blueprint, and what its pages share."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectField

from gernas.audit.queries import AuditFilter, list_entries
from gernas.campaigns.errors import BadSlug, ChangedMeanwhile, KeyTaken, SlugTaken
from gernas.campaigns.forms import RowForm
from gernas.core.clock import ZONES
from gernas.core.database import transaction
from gernas.core.errors import GernasError
from gernas.core.permissions import ALL
from gernas.core.wording import date_words, moment_words

bp = Blueprint("campaigns", __name__)


def save_form(
    form: Any, page: str, save: Callable[[], Any], **values: Any
) -> ResponseReturnValue | None:
    """Run ``save`` in a transaction; a rule it breaks is shown on the form, which keeps its text.

    Returns None when it worked, else the answer: 422, or 409 with what someone else saved.
    """
    try:
        with transaction():
            save()
    except ChangedMeanwhile as error:
        if error.version is not None:
            form.version.data, form.version.raw_data = str(error.version), None
        values["conflict"] = _describe_conflict(form, error)
        return render_template(page, form=form, **values), 409
    except (SlugTaken, BadSlug) as error:
        form.refuse(form.slug, error.message)
    except KeyTaken as error:
        form.refuse(form.key, error.message)
    except GernasError as error:
        form.form_errors.append(error.message)
    else:
        return None
    return render_template(page, form=form, **values), 422


def _describe_conflict(form: RowForm, error: ChangedMeanwhile) -> dict[str, Any]:
    """Join both edits in the form; who saved when, and what they changed: label, mine, theirs."""
    mine = {name: _words(form[name], form[name].data) for name in error.theirs}
    changed, taken = form.join(error.theirs)
    rows = []
    for name, theirs in error.theirs.items():
        if name in changed:
            yours = _("(you did not change it: theirs stays)") if name in taken else mine[name]
            rows.append((form[name].label.text, yours, _words(form[name], theirs)))
    wanted = AuditFilter(subject_kind=error.subject_kind, subject_id=error.subject_id)
    last = list_entries([ALL], wanted, limit=1).shown
    actor = last[0].actor if last else None
    at = moment_words(last[0].entry.at, ZONES[0]) if last else ""
    return {"by": actor or _("Someone"), "at": at, "rows": rows}


def _words(field: Any, value: Any) -> str:
    """What a field holds, or would hold, as people read it."""
    if value is None:
        return ""
    if isinstance(field, SelectField):
        return next((str(one.label) for one in field.iter_choices() if one.value == value), "")
    if isinstance(value, bool):
        return str(_("yes")) if value else str(_("no"))
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    return date_words(value) if isinstance(value, date) else str(value)
