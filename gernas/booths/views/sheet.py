"""All about one's own booth on one page, to print and to put into a calendar."""

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.accounts.door import find_signed_in_user
from gernas.booths.loading_queries import find_slot
from gernas.booths.models import Plan, SlotKind
from gernas.booths.services.loading import book_slot, cancel_slot
from gernas.booths.sheet import (
    Sheet,
    build_calendar,
    file_words,
    find_plan_of,
    list_kept,
    make_sheet,
    opening_words,
    slot_words,
)
from gernas.booths.views.exhibitor import Way, bp, limit_links, mine_bp, way_by_link, way_of_owner
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.i18n import in_language
from gernas.core.permissions import Holder, public, signed_in
from gernas.core.text import content_disposition
from gernas.core.web import LARGEST_ID, say, see_other
from gernas.registrations.models import Registration

LOADING_WORDS: Mapping[SlotKind, Any] = {
    SlotKind.LOAD_IN: _l("Bringing goods in"),
    SlotKind.LOAD_OUT: _l("Taking goods out"),
}
IN, OUT = "masuk", "keluar"
KINDS: Mapping[str, SlotKind] = {IN: SlotKind.LOAD_IN, OUT: SlotKind.LOAD_OUT}
PARTS: Mapping[SlotKind, str] = {kind: part for part, kind in KINDS.items()}


@bp.record_once
def offer_times(state: BlueprintSetupState) -> None:
    """Give templates the words for times; as globals, since imported macros see only those."""
    state.app.jinja_env.globals.update(
        loading_word=lambda kind: LOADING_WORDS[SlotKind(kind)],
        loading_part=lambda kind: PARTS[SlotKind(kind)],
        slot_words=slot_words,
        opening_words=opening_words,
    )


@bp.get("/pendaftaran/<token>/stan/lembar")
@public
@limit_links
def sheet(token: str) -> ResponseReturnValue:
    return _show(way_by_link(token))


@bp.get("/pendaftaran/<token>/stan/lembar.ics")
@public
@limit_links
def sheet_ics(token: str) -> Response:
    return _send_calendar(way_by_link(token))


@bp.post(f"/pendaftaran/<token>/stan/bongkar-muat/<any({IN},{OUT}):part>")
@public
@limit_links
def choose_time(token: str, part: str) -> ResponseReturnValue:
    return _choose_time(way_by_link(token), KINDS[part], find_signed_in_user())


@mine_bp.get("/saya/pendaftaran/<code>/stan/lembar", endpoint="sheet")
@signed_in
def sheet_mine(code: str) -> ResponseReturnValue:
    return _show(way_of_owner(code))


@mine_bp.get("/saya/pendaftaran/<code>/stan/lembar.ics", endpoint="sheet_ics")
@signed_in
def sheet_ics_mine(code: str) -> Response:
    return _send_calendar(way_of_owner(code))


@mine_bp.post(
    f"/saya/pendaftaran/<code>/stan/bongkar-muat/<any({IN},{OUT}):part>", endpoint="choose_time"
)
@signed_in
def choose_time_mine(code: str, part: str) -> ResponseReturnValue:
    return _choose_time(way_of_owner(code), KINDS[part], find_signed_in_user())


def _show(way: Way, *, refusal: str = "") -> ResponseReturnValue:
    made = make_sheet(way.registration)
    if made is None:
        return see_other(_back(way))
    call = way.registration.call
    title, lang = in_language(call.title, call.title_en)
    event = made.plan.event
    event_title, event_lang = in_language(event.title, event.title_en)
    return render_template(
        "booths/exhibitor/sheet.html",
        way=way,
        sheet=made,
        call=call,
        call_title=title,
        call_lang=lang,
        event=event,
        event_title=event_title,
        event_lang=event_lang,
        refusal=refusal,
    )


def _back(way: Way) -> str:
    """Where an exhibitor without a booth gets on: to choosing one, else to its registration."""
    return way.address("choose") if find_plan_of(way.registration) is not None else way.page


def _send_calendar(way: Way) -> Response:
    made: Sheet | None = make_sheet(way.registration)
    if made is None:
        abort(404)
    answer = Response(build_calendar(made), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition(file_words(made))
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _choose_time(way: Way, kind: SlotKind, user: Holder | None) -> ResponseReturnValue:
    """Choose a time, or give it back where none is named."""
    plan = find_plan_of(way.registration)
    if plan is None or not list_kept(way.registration, plan):
        abort(404)
    typed = request.form.get("waktu", "")
    slot_id = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 11 else 0
    by = user if user is not None and user.id == way.registration.user_id else None
    registration_id, plan_id = way.registration.id, plan.id
    try:
        with transaction():
            registration = db.session.get_one(Registration, registration_id)
            row = db.session.get_one(Plan, plan_id)
            if typed:
                slot = find_slot(row, slot_id) if slot_id <= LARGEST_ID else None
                if slot is None or slot.kind != kind:
                    abort(404)
                book_slot(slot, registration, by=by)
            else:
                cancel_slot(registration, row, kind, by=by)
    except GernasError as error:
        say(error.message)
    else:
        say(_("Your time is kept.") if typed else _("Your time is given back."))
    return see_other(f"{way.address('sheet')}#waktu")
