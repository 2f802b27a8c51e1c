"""What takes a finished mail away: an SMTP server or, in a demo without one, a folder.

Flask-Mailman's own SMTP backend gives STARTTLS no context, and so takes any certificate; this
one always checks it, or does not speak TLS at all.
"""

import hashlib
import os
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from email.utils import formataddr, formatdate, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask_mailman import EmailMultiAlternatives
from flask_mailman.backends.base import BaseEmailBackend
from flask_mailman.backends.smtp import EmailBackend
from flask_mailman.message import utf8_charset_qp

from gernas.config import MailSettings, Settings
from gernas.core.clock import now
from gernas.messages.writing import Written

TIMEOUT_SECONDS = 20  # for each step of the conversation
FOLDER = "mail"  # under instance/
SENDER_NAME = "Gernas BBI"


class NoMailServer(OSError):
    """The settings name none."""


class Mail(EmailMultiAlternatives):
    """One finished mail to one address."""

    encoding = utf8_charset_qp  # 7 bits all the way, whatever servers it passes
    file_name = ""


class _Defaults:
    """What Flask-Mailman would read from the application's configuration."""

    server = port = username = password = use_tls = use_ssl = timeout = None
    ssl_keyfile = ssl_certfile = None
    default_charset = "utf-8"
    mail_options: tuple[str, ...] = ()


class SmtpCarrier(EmailBackend):
    """Flask-Mailman's SMTP backend, with the server's certificate always checked."""

    connection: smtplib.SMTP | None

    def __init__(self, mail: MailSettings, *, greeting: str) -> None:
        super().__init__(
            mailman=_Defaults(),
            host=mail.host,
            port=mail.port,
            username=mail.user,
            password=mail.password,
            use_tls=mail.security == "starttls",
            use_ssl=mail.security == "tls",
            timeout=TIMEOUT_SECONDS,
        )
        self.greeting = greeting  # our name in EHLO; looking up the machine's can take seconds

    def open(self) -> bool:
        """Connect, unless that is done.

        Raises:
            OSError: the server is away, does not speak TLS, shows a certificate that cannot be
                trusted, or does not let us in (``smtplib.SMTPException`` is one too).
        """
        if self.connection:
            return False
        options: dict[str, Any] = {"local_hostname": self.greeting, "timeout": self.timeout}
        if self.use_ssl:
            options["context"] = ssl.create_default_context()
        connection = self.connection_class(self.host, self.port, **options)
        try:
            if self.use_tls:
                connection.starttls(context=ssl.create_default_context())
            if self.username:
                connection.login(self.username, self.password)
        except BaseException:
            connection.close()
            raise
        self.connection = connection
        return True

    def close(self) -> None:
        """Say goodbye; a server that is gone already is no fault."""
        with suppress(OSError):
            super().close()
        self.connection = None


class FolderCarrier(BaseEmailBackend):
    """Writes mails as files that only we can read."""

    def __init__(self, folder: Path) -> None:
        super().__init__(mailman=_Defaults())
        self.folder = folder

    def send_messages(self, email_messages: Sequence[Mail]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for mail in email_messages:
            path = self.folder / mail.file_name
            draft = path.with_suffix(".part")
            with open(draft, "wb", opener=_private) as file:
                file.write(mail.message().as_bytes(linesep="\r\n"))
            draft.replace(path)
        return len(email_messages)


def get_carrier(settings: Settings) -> SmtpCarrier | FolderCarrier:
    """What carries mail in this installation, not opened yet.

    Raises:
        NoMailServer: the settings name none, and this is not the demo.
    """
    if settings.mail.host:
        return SmtpCarrier(settings.mail, greeting=_host(settings))
    if settings.demo:
        return FolderCarrier(settings.instance / FOLDER)
    raise NoMailServer


def make_mail(written: Written, settings: Settings, *, to: str, key: str, number: int) -> Mail:
    """Put words into an envelope; the same key always gives the same Message-ID.

    Auto-Submitted: RFC 3834. List-Unsubscribe by one click: RFC 8058, which wants https.
    """
    headers = {
        "Message-ID": f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{_host(settings)}>",
        "Date": formatdate(now().timestamp()),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if written.leave_url:
        headers["List-Unsubscribe"] = f"<{written.leave_url}>"
        if settings.is_https:
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = Mail(
        subject=written.subject,
        body=written.text,
        from_email=_sender(settings),
        to=[to],
        reply_to=[settings.contact_email] if settings.contact_email else None,
        headers=headers,
    )
    mail.attach_alternative(written.html, "text/html")
    mail.file_name = file_name(number)
    return mail


def file_name(number: int) -> str:
    """Where the demo keeps a message."""
    return f"{number:06d}.eml"


def is_only_ours(error: OSError) -> bool:
    """Whether an error concerns one message; else nothing can be sent at present."""
    return isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError))


def is_final(error: OSError) -> bool:
    """Whether the server says that there is no such mailbox (RFC 3463: 5.1.x; RFC 5321: 550)."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    code, answer = next(iter(error.recipients.values()), (0, b""))
    words = bytes(answer).split()
    if words and words[0][:2] in (b"4.", b"5."):
        return code >= 500 and words[0].startswith(b"5.1.")
    return code in (550, 551, 553)


def describe(error: Exception) -> str:
    """An error by its kind and code; what servers answer may hold addresses."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()), (None, b""))[0]
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def _sender(settings: Settings) -> str:
    name, address = parseaddr(settings.mail.sender or f"gernas@{_host(settings)}")
    return formataddr((name or SENDER_NAME, address))


def _host(settings: Settings) -> str:
    return urlsplit(settings.url).hostname or "localhost"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
