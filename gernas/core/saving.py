"""Save what a form holds, and show what a rule refuses at the form, with all that was typed."""

from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError, OperationalError

from gernas.core.database import transaction
from gernas.core.errors import BadValues, EditedMeanwhile, GernasError


def save_form(
    form: Any, save: Callable[[], Any], show: Callable[[], str]
) -> ResponseReturnValue | None:
    """Run ``save`` in a transaction; what a rule refuses is shown at its field by ``show``.

    Returns None when it worked, else the form's page with the status of the error.

    Raises:
        EditedMeanwhile: someone else was faster; the view shows both versions.
    """
    try:
        with transaction():
            save()
    except EditedMeanwhile:
        raise
    except BadValues as error:
        form.show(error)
        return show(), error.status
    except GernasError as error:
        form.form_errors.append(error.message)
        return show(), error.status
    except IntegrityError:
        form.form_errors.append(
            _("Someone changed this just now. Look at the present state and save again.")
        )
        return show(), 409
    except OperationalError:
        form.form_errors.append(
            _("This cannot be saved right now. Nothing was changed. Try again in a minute.")
        )
        return show(), 503
    return None
