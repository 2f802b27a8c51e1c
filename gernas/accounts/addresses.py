"""E-mail addresses: one spelling for one address, and ours in mails."""

from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from gernas.accounts.models import EMAIL_LENGTH
from gernas.core.i18n import public_url


def read_email(typed: str) -> str:
    """The one spelling of an address, in lower case.

    Raises:
        ValueError: with the sentence for people.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(
            typed.strip(" \t\r\n"),
            check_deliverability=False,
            allow_smtputf8=False,
            strict=True,  # at most 64 characters before the @, as the outbox insists
        )
    except EmailNotValidError as error:
        raise ValueError(_("Write an email address like ibu.sari@contoh.id.")) from error
    email = found.normalized.lower()
    if len(email) > EMAIL_LENGTH:
        raise ValueError(_("Write an email address like ibu.sari@contoh.id."))
    return email


def mail_address(endpoint: str, *, language: str, **values: Any) -> str:
    """A whole address for a mail: from the settings, never from the request."""
    path = public_url(endpoint, language=language, _external=False, **values)
    return f"{current_app.config['GERNAS'].url}{path}"


def office_address(endpoint: str, **values: Any) -> str:
    """The same for pages that exist in one spelling only."""
    return f"{current_app.config['GERNAS'].url}{url_for(endpoint, _external=False, **values)}"


def veiled(email: str) -> str:
    """``s…@contoh.id``: enough for its owner."""
    local, _at, domain = email.partition("@")
    return f"{local[:1]}…@{domain}"
