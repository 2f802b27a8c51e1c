"""Words for roles and for devices."""

from functools import lru_cache

from flask_babel import lazy_gettext as _l

from gernas.core.permissions import Role

ROLE_WORDS = {
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.CAMPAIGN_MANAGER: _l("Campaign manager"),
    Role.STOP_MANAGER: _l("Stop manager"),
    Role.ORGANIZER: _l("Organizer"),
    Role.FACILITATOR: _l("Facilitator"),
    Role.YOUTH_COORDINATOR: _l("Youth coordinator"),
    Role.ORGANISATION_COORDINATOR: _l("Organisation coordinator"),
    Role.GATE_CREW: _l("Gate crew"),
    Role.VIEWER: _l("Viewer"),
}
_ROLE_HINTS = {
    Role.ADMINISTRATOR: _l("May do everything, people and settings included."),
    Role.CAMPAIGN_MANAGER: _l("Plans stops, targets and events of a campaign."),
    Role.STOP_MANAGER: _l("Runs everything inside one stop and invites its organizers."),
    Role.ORGANIZER: _l("Plans events and calls, decides on applications."),
    Role.FACILITATOR: _l("Applies on behalf of businesses that need help with it."),
    Role.YOUTH_COORDINATOR: _l("Runs a stop's youth programme: members, shifts, hours."),
    Role.ORGANISATION_COORDINATOR: _l("Sees and signs up the members of one organisation."),
    Role.GATE_CREW: _l("Checks people in at one event."),
    Role.VIEWER: _l("Sees plans and figures, without personal data."),
}

SCOPE_KIND_WORDS = {
    "all": _l("All of Gernas"),
    "campaign": _l("Campaigns"),
    "stop": _l("Stops"),
    "event": _l("Coming events"),
    "organisation": _l("Youth organisations"),
}


def role_words(role: Role) -> str:
    """``Stop manager`` in the reader's language."""
    return str(ROLE_WORDS[role])


def role_hint(role: Role) -> str:
    """What a role may do, in one sentence."""
    return str(_ROLE_HINTS[role])


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
