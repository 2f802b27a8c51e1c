"""Words for roles and for devices."""

from functools import lru_cache

from flask_babel import gettext as _

from gernas.core.permissions import Role


def role_words(role: Role) -> str:
    """``Stop manager`` in the reader's language."""
    words = {
        Role.ADMINISTRATOR: _("Administrator"),
        Role.CAMPAIGN_MANAGER: _("Campaign manager"),
        Role.STOP_MANAGER: _("Stop manager"),
        Role.ORGANIZER: _("Organizer"),
        Role.FACILITATOR: _("Facilitator"),
        Role.VIEWER: _("Viewer"),
    }
    return str(words[role])


def role_hint(role: Role) -> str:
    """What a role may do, in one sentence."""
    hints = {
        Role.ADMINISTRATOR: _("May do everything, people and settings included."),
        Role.CAMPAIGN_MANAGER: _("Plans stops, targets and events of a campaign."),
        Role.STOP_MANAGER: _("Runs everything inside one stop and invites its organizers."),
        Role.ORGANIZER: _("Plans events and calls, decides on applications."),
        Role.FACILITATOR: _("Applies on behalf of businesses that need help with it."),
        Role.VIEWER: _("Sees plans and figures, without personal data."),
    }
    return str(hints[role])


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


@lru_cache(maxsize=256)
def device_words(user_agent: str) -> str:
    """``Chrome, Android``: enough to know one's own device by; "" when nothing is known."""
    agent = user_agent[:500]
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return ", ".join(part for part in (browser, system) if part)
