"""The blueprint of calls and registrations in the back office, and what its pages share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.businesses.values import phone_words
from gernas.businesses.words import SECTOR_WORDS, SIZE_WORDS
from gernas.core.clock import now, to_local
from gernas.core.database import db
from gernas.core.permissions import Permission, Scoped, may
from gernas.core.web import signed_in_user
from gernas.core.wording import clock_words, date_words, moment_words
from gernas.registrations.codes import code_words
from gernas.registrations.listing import ENDED, TO_DECIDE
from gernas.registrations.models import Call, FormVersion, Registration, RegistrationState
from gernas.registrations.office_queries import Numbers
from gernas.registrations.transitions import Move
from gernas.registrations.words import (
    DECIDES_WORDS,
    KIND_WORDS,
    MOVE_WORDS,
    STATE_WORDS,
    quota_value_words,
    quota_words,
)

bp = Blueprint("registrations", __name__)
S = RegistrationState

# Tabs of the list, and what a state looks like everywhere.
TAB_WORDS: Mapping[str, Any] = {
    S.SUBMITTED: _l("New"),
    S.IN_REVIEW: _l("In review"),
    S.CHANGES_REQUESTED: _l("Correction requested"),
    S.ACCEPTED: _l("Accepted"),
    S.CONFIRMED: STATE_WORDS[S.CONFIRMED],
    S.WAITLISTED: _l("Waiting"),
    S.REJECTED: _l("Not accepted"),
    ENDED: _l("Ended"),
}
TONES: Mapping[str, str] = {
    S.IN_REVIEW: "info",
    S.CHANGES_REQUESTED: "wait",
    S.ACCEPTED: "good",
    S.CONFIRMED: "good",
    S.WAITLISTED: "wait",
    S.REJECTED: "bad",
}
# What a decision is called on its button.
BUTTON_WORDS: Mapping[Move, Any] = {
    Move.START_REVIEW: _l("Take into review"),
    Move.ACCEPT: _l("Accept"),
    Move.WAITLIST: _l("Move to the waiting list"),
    Move.REQUEST_CHANGES: _l("Ask for corrections"),
    Move.REJECT: _l("Do not accept"),
    Move.WITHDRAW: _l("Withdraw for the applicant"),
}


@bp.record_once
def offer(state: BlueprintSetupState) -> None:
    """Give templates the words for calls; as globals, since imported macros see only those."""
    state.app.jinja_env.globals.update(
        call_kind_word=lambda kind: KIND_WORDS[kind],
        call_decides_word=lambda way: DECIDES_WORDS[way],
        call_stage=call_stage,
        code_words=code_words,
        move_word=lambda what: MOVE_WORDS.get(what, what),
        phone_words=phone_words,
        quota_value_words=quota_value_words,
        quota_words=quota_words,
        sector_word=lambda code: SECTOR_WORDS.get(code, code) if code else "",
        size_word=lambda code: SIZE_WORDS.get(code, code) if code else "",
        registration_state_word=lambda state: STATE_WORDS[RegistrationState(state)],
        registration_tone=lambda state: TONES.get(state, ""),
        short_moment=short_moment,
    )


def may_on(row: Scoped, permission: Permission) -> bool:
    return may(signed_in_user(), permission, row.scopes)


def page(template: str, **values: Any) -> str:
    return render_template(f"registrations/office/{template}", **values)


def call_page(template: str, call: Call, **values: Any) -> str:
    """A page of one call: what its head and its tabs need comes along."""
    return page(template, call=call, may=lambda name: may_on(call, Permission(name)), **values)


def fetch_call(call: Call) -> Call:
    """The call again, inside a transaction."""
    return db.session.get_one(Call, call.id)


def fetch(registration: Registration) -> Registration:
    """The registration again, inside a transaction."""
    return db.session.get_one(Registration, registration.id)


def call_stage(call: Call) -> tuple[str, str]:
    """Where a call stands, in words, with the tone of its mark."""
    if call.archived_at is not None:
        return str(_("Archived")), ""
    if call.published_at is None:
        return str(_("Not published")), "wait"
    if now() >= call.ends_at:
        return str(_("Closed")), ""
    if now() < call.opens_at:
        return str(_("Opens later")), "info"
    return str(_("Open")), "good"


def make_tabs(numbers: Numbers, current: str, address: Callable[[str], str]) -> dict[str, Any]:
    """The tabs of a list of registrations, for ``components/nav.html``."""
    items = [(str(_("All")), address(""), numbers.sent)]
    items += [(str(_("To decide")), address(TO_DECIDE), numbers.waiting_for_us)]
    items += [(str(text), address(tab), numbers.of(tab)) for tab, text in TAB_WORDS.items()]
    return {"items": items, "current": address(current)}


def short_moment(moment: Any, zone: str) -> str:
    """``24 Jun, 09.12``, in the zone of the call; its column names the zone."""
    local = to_local(moment, zone)
    return f"{date_words(local.date(), year=False, short=True)}, {clock_words(local)}"


def window_words(call: Call) -> str:
    """When a call opens or closes next, or closed, in words."""
    stage_moment = call.ends_at
    if call.published_at is not None and now() >= call.ends_at:
        return str(_("Closed %(when)s", when=moment_words(stage_moment, call.zone)))
    if now() < call.opens_at:
        return str(_("Opens %(when)s", when=moment_words(call.opens_at, call.zone)))
    return str(_("Open until %(when)s", when=moment_words(stage_moment, call.zone)))


def size_of(registration: Registration, forms: Mapping[int, FormVersion]) -> str | None:
    """The size class that a registration names, if its form asks for it."""
    form = forms.get(registration.form_version_id)
    for question in form.questions if form is not None else ():
        if question.get("field") == "size_class":
            return registration.answers.get(question["key"])
    return None


def list_address(call: Call, args: Mapping[str, Any]) -> str:
    return url_for("registrations.applicants", call=call, **args)


def names_of(ids: Sequence[int | None]) -> dict[int, str]:
    """What the people of these ids are called."""
    from gernas.audit.words import people_names

    return people_names({number for number in ids if number is not None})
