"""What the worker does for this domain: read and take in spreadsheets, forget old ones."""

from datetime import timedelta
from typing import Any

from flask_babel import force_locale

from gernas.accounts.models import User
from gernas.businesses.models import BusinessImport
from gernas.businesses.services import imports
from gernas.core.database import db, transaction
from gernas.core.i18n import DEFAULT_LANGUAGE
from gernas.core.jobs import Run, job, timed


@job(imports.READ)
def read_businesses(run: Run, *, import_id: int) -> dict[str, Any] | None:
    """Read an uploaded file; sentences about its rows are in its owner's language."""
    with force_locale(_language(import_id)):
        imports.read_import(import_id, run)
    return None


@job(imports.TAKE)
def take_businesses(run: Run, *, import_id: int) -> dict[str, Any] | None:
    """Take the rows of a file in; it may be begun again where it stopped."""
    with force_locale(_language(import_id)):
        imports.take_rows(import_id, run)
    return None


@timed("forget imports", every=timedelta(hours=6))
def forget_imports() -> None:
    with transaction():
        imports.forget_old_imports()


def _language(import_id: int) -> str:
    row = db.session.get(BusinessImport, import_id)
    user = db.session.get(User, row.created_by_id) if row and row.created_by_id else None
    db.session.rollback()
    return user.language if user else DEFAULT_LANGUAGE
