"""What ``/saya`` shows of being a member, and what signing in brings together."""

from flask import url_for
from flask_babel import gettext as _

from gernas.accounts.mine import Section
from gernas.accounts.models import User
from gernas.youth.queries import find_own_member, list_live_enrolments
from gernas.youth.services.owning import claim_member
from gernas.youth.words import programme_title


def make_section(user: User) -> Section | None:
    """The programmes of a member; nothing for who is none."""
    member = find_own_member(user)
    if member is None:
        return None
    links = [
        (programme_title(one.programme), url_for("my_youth.show", program=one.programme.slug))
        for one in list_live_enrolments(member)
    ]
    text = "" if links else _("You are in no youth programme now.")
    return Section("youth", _("My youth programme"), text, links)


def bring_together(user: User) -> None:
    """Give a member's page to who signs in with its address; a new account gets its name."""
    member = claim_member(user)
    if member is not None and not user.name:
        user.name = member.name
