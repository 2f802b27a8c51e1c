"""That personal data left as a file is noted, whatever became of the file."""

from gernas.accounts.models import User
from gernas.audit.services import record
from gernas.core.database import db
from gernas.core.permissions import ALL, Holder


def note_export(*, rows: int, by: Holder) -> None:
    """Write into the log who took along how many businesses with their contacts."""
    user = db.session.get_one(User, by.id)
    record("business.exported", user, by=by, before={}, after={"rows": rows}, scopes=(ALL,))
