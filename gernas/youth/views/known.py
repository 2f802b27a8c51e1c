"""Whose own page a browser has opened by its link, to answer links that members send around."""

from flask import session

from gernas.youth.models import Member
from gernas.youth.queries import find_member
from gernas.youth.views.ways import Way

KNOWN = "youth_member"  # in the session: code and number of the link, not its secret


def remember(way: Way) -> None:
    """Note in the browser who opened their own page by link, to answer links of others later."""
    if not way.is_owner:
        session[KNOWN] = [way.member.code, way.member.token_number]


def find_known() -> Member | None:
    """The member whose own page this browser has opened by a link that still works."""
    known = session.get(KNOWN)
    if not isinstance(known, list) or len(known) != 2 or not isinstance(known[0], str):
        return None
    member = find_member(known[0])
    if member is None or member.erased_at is not None or member.token_number != known[1]:
        return None
    return member
