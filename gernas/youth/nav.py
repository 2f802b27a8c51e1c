"""The parts of a stop's youth programme in the back office; each shows once its page exists."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from gernas.campaigns.models import Stop
from gernas.core.permissions import Permission, may
from gernas.core.web import signed_in_user


@dataclass(frozen=True)
class Tab:
    text: Any  # lazy
    endpoint: str  # its address takes the stop alone
    permission: Permission


TABS = (
    Tab(_l("Overview"), "youth.overview", Permission.SEE_PLANS),
    Tab(_l("Members"), "youth.members", Permission.SEE_YOUTH),
    Tab(_l("Organisations"), "youth.organisations", Permission.SEE_YOUTH),
    Tab(_l("Roles"), "youth.roles", Permission.SEE_YOUTH),
    Tab(_l("Shifts"), "youth.shifts", Permission.SEE_YOUTH),
    Tab(_l("Suggestion"), "youth.suggestions", Permission.EDIT_YOUTH),
    Tab(_l("Hours"), "youth.hours", Permission.SEE_YOUTH),
    Tab(_l("Help for businesses"), "youth.assistances", Permission.SEE_YOUTH),
    Tab(_l("Content"), "youth.contents", Permission.SEE_YOUTH),
    Tab(_l("Certificates"), "youth.certificates", Permission.SEE_YOUTH),
    Tab(_l("Results"), "youth.report", Permission.SEE_PLANS),
)


def list_youth_tabs(stop: Stop) -> list[tuple[str, str, None]]:
    """The parts that the signed-in person may open, for ``components/nav.html``."""
    person = signed_in_user()
    return [
        (str(tab.text), url_for(tab.endpoint, stop=stop), None)
        for tab in TABS
        if tab.endpoint in current_app.view_functions and may(person, tab.permission, stop.scopes)
    ]
