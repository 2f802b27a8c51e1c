"""The same news as a link that opens WhatsApp, for organizers to send by hand.

Whatever sends such texts by itself one day takes them from ``write_share``.
"""

from dataclasses import dataclass
from urllib.parse import quote

from gernas.core.text import clean_text
from gernas.messages.writing import write_message
from gernas.registrations.models import Registration, RegistrationState
from gernas.registrations.queries import get_position
from gernas.registrations.telling import make_values
from gernas.registrations.transitions import Move, find_transition

LONGEST = 1_500  # characters; longer addresses do not open everywhere


@dataclass(frozen=True)
class Share:
    """A text for one person, and the address that opens WhatsApp with it."""

    text: str
    url: str


def write_share(registration: Registration) -> Share | None:
    """The latest news for an applicant, in their language; None without a number."""
    if not registration.phone:
        return None
    template, reason = _find_latest(registration)
    waiting = registration.state == RegistrationState.WAITLISTED
    position = get_position(registration) if waiting else 0
    values = make_values(template, registration, reason=reason, position=position)
    written = write_message(template, registration.language, values)
    text = f"*{written.subject}*\n\n{written.text.partition('-- ')[0].strip()}"
    return Share(text, whatsapp_url(text, to=registration.phone))


def whatsapp_url(text: str, *, to: str | None = None) -> str:
    """The address that opens WhatsApp with a text, for a number or for choosing whom."""
    shown = quote(clean_text(text, multiline=True)[:LONGEST], safe="")
    return f"https://wa.me/{(to or '').lstrip('+')}?text={shown}"


def _find_latest(registration: Registration) -> tuple[str, str | None]:
    """The message of the newest line of the timeline that has one."""
    for event in reversed(registration.history):
        if event.undone_at is None and event.what in set(Move) and event.from_state:
            source, target = RegistrationState(event.from_state), RegistrationState(event.to_state)
            row = find_transition(Move(event.what), source, target)
            if row is not None and row.message is not None:
                return row.message, event.reason
    return "registration_received", None
