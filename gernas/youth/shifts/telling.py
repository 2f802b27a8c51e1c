"""What members and coordinators are told by mail about shifts.

What members do themselves the page tells them. What a coordinator does waits ten minutes and for
the morning, so that a step can be undone; several steps within that time become one mail.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from flask_babel import force_locale
from sqlalchemy import select

from gernas.accounts.models import Grant, User
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.permissions import Role
from gernas.messages.models import Message, MessageState
from gernas.messages.services import cancel_message, put_message
from gernas.registrations.quiet_hours import after_quiet_hours
from gernas.registrations.telling import UNDO_WITHIN
from gernas.youth.codes import get_member_token, link_to
from gernas.youth.models import Assignment, Member, Shift, ShiftSwap
from gernas.youth.shifts.words import (
    hindrance_words,
    role_title,
    shift_moment,
    shift_place,
    shift_title,
)
from gernas.youth.shifts.working import Hindrance

TOLD_VERSIONS = 20  # of a shift, whose mails that have not left yet are replaced


def tell_put_in(assignment: Assignment) -> None:
    """A coordinator gave a member a place, or a number on the waiting list."""
    if assignment.waiting_number is None:
        _tell("shift_given", assignment, key=place_key(assignment), calm=True)


def tell_moved_up(assignment: Assignment) -> None:
    """A place became free for who waited; told at once by day, at night if it is soon."""
    key = f"shift-place:{assignment.id}:up"
    _tell("shift_moved_up", assignment, key=key, not_before=_soon(assignment.shift))


def tell_skipped(assignment: Assignment, hindrances: Sequence[Hindrance]) -> None:
    """A place became free and passed by who waited; told once."""
    with force_locale(assignment.member.language):
        reason = " ".join(hindrance_words(one) for one in hindrances)
    _tell(
        "shift_passed_by",
        assignment,
        key=f"shift-place:{assignment.id}:passed",
        not_before=_soon(assignment.shift),
        reason=reason,
    )


def tell_taken_off(assignment: Assignment) -> None:
    """A coordinator took a member off; who never heard of the place need not hear of this."""
    if cancel_message(place_key(assignment)):
        return
    reason = assignment.end_reason or ""
    key = f"shift-place:{assignment.id}:off"
    _tell("shift_taken_off", assignment, key=key, calm=True, reason=reason)


def tell_changed(shift: Shift, places: Iterable[Assignment]) -> None:
    """Time or place of a shift changed: to all who are on it or wait for it."""
    for assignment in places:
        _drop_waiting(_changed_key(assignment, shift.version - n) for n in range(1, TOLD_VERSIONS))
        key = _changed_key(assignment, shift.version)
        _tell("shift_changed", assignment, key=key, calm=True)


def tell_cancelled(shift: Shift, places: Iterable[Assignment]) -> None:
    """A shift is cancelled, with the coordinator's reason."""
    for assignment in places:
        _drop_waiting(_changed_key(assignment, shift.version - n) for n in range(TOLD_VERSIONS))
        cancel_message(place_key(assignment))
        key = f"shift-place:{assignment.id}:cancelled"
        reason = shift.cancel_reason or ""
        _tell("shift_cancelled", assignment, key=key, calm=True, reason=reason)


def tell_reminder(assignment: Assignment, *, soon: bool) -> None:
    """The day before, or two hours before; ``soon`` is never held back by the night."""
    template = "shift_soon" if soon else "shift_tomorrow"
    starts = int(assignment.shift.starts_at.timestamp())
    key = f"shift-reminder:{assignment.id}:{'soon' if soon else 'day'}:{starts}"
    _tell(template, assignment, key=key, not_before=now())


def tell_swap_asked(swap: ShiftSwap, to: Member, url: str) -> None:
    """Somebody would like to hand over a place to this member, or exchange it."""
    assignment = swap.assignment
    if to.email is None or to.is_demo:
        return
    with force_locale(to.language):
        put_message(
            "shift_swap_asked",
            to=to.email,
            language=to.language,
            values={
                "name": assignment.member.name,
                "title": shift_title(assignment.shift),
                "when": shift_moment(assignment.shift),
                "url": url,
            },
            key=f"shift-swap:{swap.id}:asked",
        )


def tell_swapped(swap: ShiftSwap, former: Assignment, present: Assignment) -> None:
    """A place changed hands: to who had it before."""
    _tell(
        "shift_handed_over",
        former,
        key=f"shift-swap:{swap.id}:done:{former.id}",
        not_before=now(),
        name=present.member.name,
    )


def tell_coordinators_of_swap(swap: ShiftSwap, former: Assignment, present: Assignment) -> None:
    """A place changed hands: to the coordinators of the stop."""
    shift = former.shift
    for person in list_coordinators(shift.programme.stop_id):
        with force_locale(person.language):
            put_message(
                "shift_swapped",
                to=person.email,
                language=person.language,
                values={
                    "former": former.member.name,
                    "present": present.member.name,
                    "title": shift_title(shift),
                    "when": shift_moment(shift),
                    "url": office_url(shift),
                },
                key=f"shift-swap:{swap.id}:told:{person.id}:{former.id}",
                not_before=after_quiet_hours(now(), shift.event.zone),
            )


def list_coordinators(stop_id: int) -> Sequence[User]:
    """Who coordinates the youth of a stop by a role in force."""
    rows = (
        select(Grant)
        .join(Grant.user)
        .where(
            Grant.role == Role.YOUTH_COORDINATOR,
            Grant.scope_kind == "stop",
            Grant.scope_id == stop_id,
            User.active,
        )
        .order_by(Grant.id)
    )
    people = {one.user_id: one.user for one in db.session.scalars(rows) if one.is_in_force()}
    return list(people.values())


def office_url(shift: Shift) -> str:
    """The absolute address of a shift in the back office."""
    from flask import url_for

    return url_for("youth.shift", stop=shift.programme.stop, shift_id=shift.id, _external=True)


def place_key(assignment: Assignment) -> str:
    """What stands for a place that was given, in the outbox."""
    return f"shift-place:{assignment.id}"


def _changed_key(assignment: Assignment, version: int) -> str:
    return f"shift-place:{assignment.id}:v{version}"


def _drop_waiting(keys: Iterable[str]) -> None:
    """Take back what was to be told and is no longer so."""
    rows = select(Message.key).where(
        Message.key.in_(list(keys)), Message.state == MessageState.WAITING
    )
    for key in list(db.session.scalars(rows)):
        cancel_message(key)


def _tell(
    template: str,
    assignment: Assignment,
    *,
    key: str,
    calm: bool = False,
    not_before: datetime | None = None,
    **more: str,
) -> None:
    """Queue a mail about a place, if the member has an address; ``calm``: it can wait a while."""
    member, shift = assignment.member, assignment.shift
    if member.email is None or member.is_demo:
        return
    if calm:
        not_before = _soon(shift, now() + UNDO_WITHIN)
    put_message(
        template,
        to=member.email,
        language=member.language,
        values=_make_values(assignment) | more,
        key=key,
        not_before=not_before,
    )


def _make_values(assignment: Assignment) -> dict[str, str]:
    member, shift = assignment.member, assignment.shift
    with force_locale(member.language):
        return {
            "title": shift_title(shift),
            "role": role_title(assignment.need.role),
            "when": shift_moment(shift),
            "place": shift_place(shift),
            "url": member_url(member, f"/jaga/{assignment.shift_id}"),
        }


def member_url(member: Member, tail: str = "") -> str:
    """The absolute address of a page of a member's own, by their link."""
    path = f"/pemuda/saya/{get_member_token(member)}{tail}"
    return link_to(path, language=member.language)


def _soon(shift: Shift, moment: datetime | None = None) -> datetime:
    """A moment by day, unless the shift begins before the next morning is well under way."""
    moment = moment or now()
    calm = after_quiet_hours(moment, shift.event.zone)
    return calm if calm + timedelta(hours=3) < shift.starts_at else moment
