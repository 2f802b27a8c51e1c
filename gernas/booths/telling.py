"""What exhibitors are told by mail about their booth: given, moved, taken back.

What an organizer does waits ten minutes and for the morning, so that a step can be undone; several
steps within that time become one mail that tells how it is now. Of a draft plan nobody is told; all
are when it is published. A hold is told on the page only.
"""

from datetime import datetime

from flask_babel import force_locale
from sqlalchemy import select

from gernas.booths.models import BoothAllocation, Plan
from gernas.booths.words import hall_title
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.i18n import in_language
from gernas.messages.models import Message
from gernas.messages.services import cancel_message, put_message
from gernas.registrations.codes import code_words, get_token, link_to
from gernas.registrations.quiet_hours import after_quiet_hours
from gernas.registrations.telling import UNDO_WITHIN

GIVEN, MOVED, RELEASED = "booth_given", "booth_moved", "booth_released"


def tell_given(allocation: BoothAllocation, *, at_once: bool = False) -> None:
    """Tell an exhibitor which booth it has; ``at_once`` where it chose that itself."""
    _queue(GIVEN, allocation, at_once=at_once)


def tell_moved(former: BoothAllocation, present: BoothAllocation) -> None:
    """Tell an exhibitor that it has another booth, unless it never heard of the former one."""
    known = _find_known(former)
    if known is None:
        _queue(GIVEN, present)
    elif known != present.booth.label:
        _queue(MOVED, present, former=known)


def tell_released(allocation: BoothAllocation) -> None:
    """Tell an exhibitor why its booth was taken back, unless it never heard of it."""
    known = _find_known(allocation)
    if known is not None:
        reason = allocation.release_reason or ""
        _queue(RELEASED, allocation, key=released_key(allocation), booth=known, reason=reason)


def tell_given_back(former: BoothAllocation, present: BoothAllocation) -> None:
    """After a release that was undone: who has not heard of it yet need not hear of this."""
    if not cancel_message(released_key(former)):
        tell_given(present)


def take_back(allocation: BoothAllocation) -> bool:
    """Cancel what was to be told of an allocation; False when it is out already."""
    return _find(message_key(allocation)) is None or cancel_message(message_key(allocation))


def tell_all(plan: Plan) -> None:
    """Tell every exhibitor of a plan that is published now which booth it has, if not done yet."""
    rows = select(BoothAllocation).where(
        BoothAllocation.plan_id == plan.id,
        BoothAllocation.released_at.is_(None),
        BoothAllocation.confirmed_at.is_not(None),
    )
    for allocation in db.session.scalars(rows.order_by(BoothAllocation.id)):
        tell_given(allocation)


def message_key(allocation: BoothAllocation) -> str:
    """What stands for an allocation in the outbox."""
    return f"booth:{allocation.id}"


def released_key(allocation: BoothAllocation) -> str:
    return f"booth:{allocation.id}:released"


def _find_known(allocation: BoothAllocation) -> str | None:
    """The booth that the exhibitor thinks it has, now that no message of this one will come."""
    message = _find(message_key(allocation))
    if message is None:  # chosen and never told, or of a plan that was a draft
        return allocation.booth.label
    known = None if message.template == GIVEN else message.placeholders.get("former")
    return known if cancel_message(message.key) else allocation.booth.label


def _find(key: str) -> Message | None:
    return db.session.scalar(select(Message).where(Message.key == key))


def _queue(
    template: str,
    allocation: BoothAllocation,
    *,
    key: str | None = None,
    at_once: bool = False,
    **more: str,
) -> None:
    registration = allocation.registration
    told = allocation.plan.is_published and not registration.is_demo
    if registration.email is None or not told:
        return
    put_message(
        template,
        to=registration.email,
        language=registration.language,
        values=_make_values(template, allocation) | more,
        key=key or message_key(allocation),
        not_before=None if at_once else _when(allocation),
    )


def _make_values(template: str, allocation: BoothAllocation) -> dict[str, str]:
    registration, booth = allocation.registration, allocation.booth
    call = registration.call
    with force_locale(registration.language):
        values = {
            "title": in_language(call.title, call.title_en)[0],
            "code": code_words(registration.code),
            "url": link_to(get_token(registration), language=registration.language) + "/stan",
            "booth": booth.label,
        }
        if template != RELEASED:
            event = allocation.plan.event
            title = in_language(event.title, event.title_en)[0]
            values["place"] = hall_title(booth.hall) if booth.hall is not None else title
    return values


def _when(allocation: BoothAllocation) -> datetime:
    return after_quiet_hours(now() + UNDO_WITHIN, allocation.plan.event.zone)
