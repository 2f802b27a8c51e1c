"""Which mail settings are refused when the program starts."""

from email.utils import getaddresses
from ipaddress import ip_address

from gernas.config import BadSettings, Settings
from gernas.messages.services import is_address


def check_mail_settings(settings: Settings) -> None:
    """Refuse mail settings that would betray people's data on the way.

    Raises:
        BadSettings: mail would leave unencrypted, or without a sender one can answer.
    """
    mail = settings.mail
    if settings.contact_email and not is_address(settings.contact_email):
        raise BadSettings("GERNAS_CONTACT_EMAIL must be one mail address.")
    if not mail.host:
        return
    if mail.security == "none" and not settings.demo and not _is_this_machine(mail.host):
        raise BadSettings("GERNAS_MAIL_SECURITY=none is for a mail server on this machine only.")
    if [is_address(address) for _, address in getaddresses([mail.sender])] != [True]:
        raise BadSettings("GERNAS_MAIL_FROM must be the address that mail is sent from.")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
