"""The signed-in person as a row, for this domain's own pages."""

from typing import cast

from gernas.accounts.models import User
from gernas.core import web


def signed_in_user() -> User:
    """The person of this request; only behind ``@requires`` or ``@signed_in``."""
    return cast(User, web.signed_in_user())
