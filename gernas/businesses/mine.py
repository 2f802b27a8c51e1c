"""What ``/saya`` shows of one's own businesses."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.accounts.mine import Section
from gernas.accounts.models import User
from gernas.businesses.queries import list_invitations, list_own

MOST_LINKS = 5


def make_section(user: User) -> Section:
    """The person's businesses with a link to each; without any, the way to the first."""
    businesses, invitations = list_own(user), list_invitations(user)
    links = [
        (business.name, url_for("own_businesses.show", business_id=business.id))
        for business in businesses[:MOST_LINKS]
    ]
    address = url_for("own_businesses.index")
    if invitations:
        count = len(invitations)
        text = ngettext("%(num)d invitation waits.", "%(num)d invitations wait.", count)
        return Section("businesses", _("My businesses"), text, [*links, (_("See them"), address)])
    if not businesses:
        text = _("One record of your business serves all registrations, in every province.")
        add = url_for("own_businesses.add")
        return Section("businesses", _("My business"), text, [(_("Add my business"), add)])
    return Section("businesses", _("My businesses"), "", [*links, (_("All"), address)])
