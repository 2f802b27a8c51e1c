"""What an applicant types beside the answers: an address, a code from a mail."""

from flask_babel import lazy_gettext as _l

from gernas.accounts.forms import CodeField, EmailField
from gernas.core.fields import GernasForm


class LinkForm(GernasForm):
    """Where the link goes with which one goes on later."""

    email = EmailField(
        _l("Email"),
        required=True,
        description=_l("For example ibu.sari@contoh.id"),
        render_kw={"autocomplete": "email"},
    )


class ReturnForm(LinkForm):
    """The address that the application names."""


class ReturnCodeForm(GernasForm):
    code = CodeField(_l("Code from the mail"), required=True)
