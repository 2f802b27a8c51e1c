"""Ways in which the rules of the outbox can fail."""

from flask_babel import gettext as _

from gernas.core.errors import Conflict


class NotFailed(Conflict):
    """Only a message that was given up can be sent again."""

    def __init__(self) -> None:
        super().__init__(_("This message is on its way or has been sent already."))
