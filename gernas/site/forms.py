"""What a reader can type."""

from typing import Any

from flask_babel import lazy_gettext as _l

from gernas.accounts.addresses import read_email
from gernas.accounts.models import EMAIL_LENGTH
from gernas.core.fields import TextField
from gernas.core.forms import GernasForm


class EmailField(TextField):
    """An address in its one spelling."""

    def read(self, typed: str) -> str:
        return read_email(super().read(typed))


class FollowForm(GernasForm):
    """Where news of an event, a stop or a campaign should go."""

    email: Any = EmailField(
        _l("Your email address"),
        max_length=EMAIL_LENGTH,
        required=_l("Write your email address."),
        description=_l("We use it for this news only, and nobody else sees it."),
        render_kw={
            "type": "email",
            "autocomplete": "email",
            "inputmode": "email",
            "spellcheck": "false",
        },
    )


class ButtonForm(GernasForm):
    """A form that is one button: its token shows that the page was ours."""
