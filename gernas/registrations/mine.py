"""What ``/saya`` shows of one's own applications, and what signing in brings together."""

from flask import url_for
from flask_babel import gettext as _

from gernas.accounts.mine import Section
from gernas.accounts.models import User
from gernas.core.i18n import in_language, public_url
from gernas.registrations.queries import get_told_state, list_own
from gernas.registrations.services.owning import claim_registrations
from gernas.registrations.words import STATE_WORDS

MOST_LINKS = 5


def make_section(user: User) -> Section:
    """The newest applications, each with where it stands; without any, the way to the calls."""
    registrations = list_own(user)
    if not registrations:
        text = _("You have not applied for anything yet.")
        calls = (_("See what is open"), public_url("apply.list_calls"))
        return Section("registrations", _("My applications"), text, [calls])
    links = []
    for one in registrations[:MOST_LINKS]:
        title = in_language(one.call.title, one.call.title_en)[0]
        text = f"{title}: {STATE_WORDS[get_told_state(one)]}"
        links.append((text, url_for("my_registrations.show", code=one.code)))
    links.append((_("All"), url_for("my_registrations.index")))
    return Section("registrations", _("My applications"), "", links)


def make_data_section(_user: User) -> Section:
    """The way to all that is kept of the person."""
    text = _("See what we keep of you, take it along, correct it, or have it erased.")
    return Section("data", _("My data"), text, [(_("Open"), url_for("my_registrations.data"))])


def bring_together(user: User) -> None:
    """Make the applications with a person's address theirs; a new account gets its name there."""
    if claim_registrations(user) and not user.name:
        newest = next((one for one in list_own(user) if one.applicant_name), None)
        user.name = newest.applicant_name if newest is not None else ""
