"""What applicants of a call are told, and when: all its messages, to be read in advance."""

from dataclasses import dataclass
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.core.permissions import Permission, requires
from gernas.registrations.models import Call, DecidesBy
from gernas.registrations.previews import Occasion, Preview, preview_message
from gernas.registrations.queries import get_form
from gernas.registrations.questions import read_questions
from gernas.registrations.views.office.blueprint import bp, call_page


@dataclass(frozen=True)
class Told:
    """One message: on which occasion it leaves, by which templates of which kind of call."""

    template: str
    occasion: Any
    when: Any
    only: DecidesBy | None = None


_AT_ONCE, _LATER = _l("At once"), _l("Ten minutes after the decision, not at night")
TOLD = (
    Told("registration_received", _l("An application arrives"), _AT_ONCE, DecidesBy.REVIEW),
    Told("registration_place", _l("It gets a place"), _AT_ONCE, DecidesBy.FIRST_COME),
    Told("registration_queue", _l("It goes to the waiting list"), _LATER),
    Told("registration_changes", _l("Corrections are asked for"), _LATER),
    Told("registration_accepted", _l("It is accepted"), _LATER),
    Told("registration_rejected", _l("It is not accepted"), _LATER),
    Told("registration_offer", _l("A place becomes free for it"), _l("At once, not at night")),
    Told("registration_confirm_soon", _l("Its time to confirm ends"), _l("A day before")),
    Told("registration_confirmed", _l("The applicant confirms"), _AT_ONCE),
    Told("registration_expired", _l("Nobody confirmed in time"), _l("At once, not at night")),
    Told("registration_ended", _l("It is declined or withdrawn"), _AT_ONCE),
    Told(
        "registration_closing", _l("The call closes, and a draft is not sent"), _l("A day before")
    ),
    Told("registration_handed_over", _l("It is handed over to its owner"), _AT_ONCE),
)


@bp.get("/kelola/daftar/<call:call>/pesan")
@requires(Permission.SEE_PLANS)
def told(call: Call) -> ResponseReturnValue:
    questions = read_questions(get_form(call).questions)
    occasion = Occasion(
        call=call, reason=_("(your words stand here)"), questions=questions[:2], position=3
    )
    shown: list[tuple[Told, list[Preview]]] = [
        (one, preview_message(one.template, occasion))
        for one in TOLD
        if one.only in (None, call.decides_by)
    ]
    return call_page("messages.html", call, shown=shown)
