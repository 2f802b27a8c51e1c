"""The blueprint, and what its pages share."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.audit.queries import AuditFilter, list_entries
from gernas.campaigns.errors import BadSlug, ChangedMeanwhile, SlugTaken
from gernas.campaigns.forms import VersionedForm
from gernas.core.clock import ZONES
from gernas.core.database import transaction
from gernas.core.errors import GernasError
from gernas.core.permissions import ALL
from gernas.core.wording import moment_words

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
        form.version.data = str(error.version)
        # The next save goes over the other one's, now that both have been seen.
        form.version.raw_data = None
        values["conflict"] = _describe_conflict(form, error)
        return render_template(page, form=form, **values), 409
    except (SlugTaken, BadSlug) as error:
        form.refuse(form.slug, error.message)
    except GernasError as error:
        form.form_errors.append(error.message)
    else:
        return None
    return render_template(page, form=form, **values), 422


def _describe_conflict(form: VersionedForm, error: ChangedMeanwhile) -> dict[str, Any]:
    """Who saved when, and what differs: label, mine, theirs."""
    rows = []
    for name, theirs in error.theirs.items():
        field = form[name]
        rows.append((field.label.text, _words(field.data), _words(theirs)))
    wanted = AuditFilter(subject_kind=error.subject_kind, subject_id=error.subject_id)
    last = list_entries([ALL], wanted, limit=1).shown
    actor = last[0].actor if last else None
    at = moment_words(last[0].entry.at, ZONES[0]) if last else ""
    return {"by": actor or _("Someone"), "at": at, "rows": rows}


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes")) if value else str(_("no"))
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)
