"""What a member can do about a place that they cannot fill: hand it over, or exchange it."""

from typing import Any

from gernas.core.clock import today_in
from gernas.core.database import db
from gernas.youth.codes import link_to
from gernas.youth.models import Assignment, Member, ShiftSwap
from gernas.youth.names import public_name
from gernas.youth.services.swaps import get_swap_token, list_colleagues, list_places_of
from gernas.youth.shifts.queries import find_asked
from gernas.youth.shifts.words import shift_moment, shift_title

MEMBER, PLACE = "anggota-", "tempat-"  # before the numbers of a choice


def make_swap_values(place: Assignment | None) -> dict[str, Any]:
    """What the page of one shift needs about handing it over."""
    if place is None or not place.holds_place or place.arrived_at is not None:
        return {"swap": None, "may_swap": False}
    swap = find_asked([place.id]).get(place.id)
    colleagues = list_colleagues(place.member, place.shift) if swap is None else []
    today = today_in(place.shift.event.zone)
    theirs = list_places_of([one.id for one in colleagues], place.shift.programme_id)
    return {
        "swap": swap,
        "swap_link": _link(swap, place.member) if swap is not None else None,
        "asked_name": _name_asked(swap),
        "may_swap": True,
        "colleagues": [(f"{MEMBER}{one.id}", public_name(one, today)) for one in colleagues],
        "exchanges": [
            (
                f"{PLACE}{one.id}",
                f"{public_name(one.member, today)}: {_words(one)}",
            )
            for one in theirs
            if one.shift_id != place.shift_id
        ],
    }


def _words(place: Assignment) -> str:
    return f"{shift_title(place.shift)}, {shift_moment(place.shift)}"


def _link(swap: ShiftSwap, member: Member) -> str | None:
    """The link to send around, of a wish for whoever comes first."""
    token = get_swap_token(swap) if swap.to_member_id is None else None
    return link_to(f"/pemuda/tukar/{token}", language=member.language) if token else None


def _name_asked(swap: ShiftSwap | None) -> str | None:
    if swap is None or swap.to_member_id is None:
        return None
    member = db.session.get_one(Member, swap.to_member_id)
    return public_name(member, today_in(swap.assignment.shift.event.zone))
