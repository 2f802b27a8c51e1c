"""Members offer places to others, and answer what others offer."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from gernas.core.clock import today_in
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.i18n import public_url
from gernas.core.limits import limiter
from gernas.core.permissions import public
from gernas.core.web import say, see_other
from gernas.events.forms import read_number
from gernas.youth.codes import get_member_token
from gernas.youth.errors import LinkOver
from gernas.youth.models import Assignment, Member, Shift, ShiftSwap, SwapState
from gernas.youth.names import public_name
from gernas.youth.queries import find_own_member
from gernas.youth.services.swaps import (
    accept_swap,
    ask_swap,
    cancel_swap,
    check_addressee,
    decline_swap,
    find_swap,
    list_colleagues,
    list_hindrances_in_exchange,
    list_places_of,
)
from gernas.youth.shifts.queries import find_asked, find_live
from gernas.youth.shifts.swap_choice import MEMBER, PLACE
from gernas.youth.shifts.words import shift_title
from gernas.youth.views.blueprint import public_bp
from gernas.youth.views.known import find_known, remember
from gernas.youth.views.shifts_mine import get_shift_of
from gernas.youth.views.ways import LAYOUT, Way, member_page


@member_page("jaga/<id:shift_id>/tukar", methods=("POST",))
def ask(way: Way, shift_id: int) -> ResponseReturnValue:
    """Offer the member's place: by a link, to a colleague, or for a colleague's place."""
    here = way.address("shift", shift_id=shift_id)
    place = find_live(get_shift_of(way, shift_id).id, way.member.id) or abort(404)
    kind, number = _read_choice()
    colleagues = {one.id: one for one in list_colleagues(way.member, place.shift)}
    theirs = {one.id: one for one in list_places_of(list(colleagues), place.shift.programme_id)}
    if (kind == MEMBER and number not in colleagues) or (kind == PLACE and number not in theirs):
        say(_("Choose someone from the list."))
        return see_other(here)
    try:
        with transaction():
            ask_swap(
                db.session.get_one(Assignment, place.id),
                to=db.session.get_one(Member, number) if kind == MEMBER else None,
                wanted=db.session.get_one(Assignment, number) if kind == PLACE else None,
            )
    except GernasError as error:
        say(error.message)
        return see_other(here)
    if kind:
        say(_("The wish is on its way. The place stays yours until the other one agrees."))
    else:
        say(_("Send the link to whoever may take the place. It stays yours until someone does."))
    return see_other(f"{here}#tukar")


@member_page("jaga/<id:shift_id>/tukar/batal", methods=("POST",))
def unask(way: Way, shift_id: int) -> ResponseReturnValue:
    """Take the wish back."""
    place = find_live(get_shift_of(way, shift_id).id, way.member.id) or abort(404)
    swap = find_asked([place.id]).get(place.id)
    if swap is not None:
        try:
            with transaction():
                cancel_swap(db.session.get_one(ShiftSwap, swap.id))
        except GernasError as error:
            say(error.message)
            return see_other(way.address("shift", shift_id=shift_id))
    say(_("The wish is taken back. The place is yours."))
    return see_other(way.address("shift", shift_id=shift_id))


@member_page("tukar/<wish>")
def offered(way: Way, wish: str) -> ResponseReturnValue:
    """What somebody offers to this member, with what stands against it."""
    swap = find_swap(wish)
    remember(way)
    hindrances, refused = [], None
    try:
        check_addressee(swap, way.member)
        place = swap.assignment
        if swap.state == SwapState.ASKED and place.holds_place:
            given = swap.for_assignment
            hindrances = list_hindrances_in_exchange(way.member, place, given)
    except GernasError as error:
        refused = error
    return render_template(
        "youth/mine/offered.html",
        way=way,
        wish=wish,
        swap=swap,
        place=swap.assignment,
        given=swap.for_assignment,
        name=public_name(swap.assignment.member, today_in(swap.assignment.shift.event.zone)),
        is_open=swap.state == SwapState.ASKED and swap.assignment.holds_place,
        hindrances=hindrances,
        refused=refused,
    )


@member_page("tukar/<wish>/terima", methods=("POST",))
def accept(way: Way, wish: str) -> ResponseReturnValue:
    """Take the place that is offered."""
    swap = find_swap(wish)
    try:
        with transaction():
            place = accept_swap(
                db.session.get_one(ShiftSwap, swap.id), db.session.get_one(Member, way.member.id)
            )
            title, shift_id = shift_title(place.shift), place.shift_id
    except GernasError as error:
        say(error.message)
        return see_other(way.address("offered", wish=wish))
    say(_("“%(title)s” is yours. The coordinator is told.", title=title))
    return see_other(way.address("shift", shift_id=shift_id))


@member_page("tukar/<wish>/tolak", methods=("POST",))
def decline(way: Way, wish: str) -> ResponseReturnValue:
    """Say no to a wish that is meant for this member."""
    swap = find_swap(wish)
    try:
        with transaction():
            decline_swap(
                db.session.get_one(ShiftSwap, swap.id), db.session.get_one(Member, way.member.id)
            )
    except GernasError as error:
        say(error.message)
        return see_other(way.address("offered", wish=wish))
    say(_("You said no. The place stays where it is."))
    return see_other(way.page)


def _opens() -> bool:
    try:
        find_swap((request.view_args or {}).get("token", ""))
    except LinkOver:
        return False
    return True


@public_bp.get("/pemuda/tukar/<token>")
@public
@limiter.shared_limit("60 per hour", "youth-swaps", exempt_when=_opens)
def swap_link(token: str) -> ResponseReturnValue:
    """The link that a member sends around: on to the own page of whoever opens it, if known."""
    swap = find_swap(token)
    if current_user.is_authenticated and find_own_member(current_user) is not None:
        return see_other(public_url("my_youth.offered", wish=token))
    member = find_known()
    if member is not None:
        own = get_member_token(member)
        return see_other(public_url(f"{public_bp.name}.my_offered", token=own, wish=token))
    shift: Shift = swap.assignment.shift
    return render_template("youth/public/swap.html", shift=shift, layout=LAYOUT, token=token)


def _read_choice() -> tuple[str, int]:
    """Who is asked: nobody by name, a colleague, or for a colleague's place."""
    typed = request.form.get("kepada", "")
    for kind in (MEMBER, PLACE):
        if typed.startswith(kind):
            return kind, read_number(typed.removeprefix(kind)) or 0
    return "", 0
