"""An exhibitor's own booth: choose a free one, hold it, make it one's own, or wish for three.

Whoever is too late learns it from a read, without waiting for the writers.
"""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

from flask import abort, current_app, jsonify, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from gernas.booths.allocation_queries import find_terms
from gernas.booths.choosing import (
    Choice,
    booth_id,
    choice_legend,
    choice_link,
    choice_say,
    clock_words,
    hold_words,
    make_choice,
    zone_words,
)
from gernas.booths.errors import BadWishes, BoothTaken, HoldOver
from gernas.booths.live import tell_drawn
from gernas.booths.models import Booth, BoothAllocation
from gernas.booths.services.allocating import (
    come_back,
    confirm_hold,
    hold_by_ids,
    leave_hold,
    let_go,
    was_left,
)
from gernas.booths.services.wishes import MOST_WISHES, set_wishes
from gernas.booths.taps import Tap, find_tap, list_nearest_to
from gernas.booths.views.exhibitor import (
    Address,
    Way,
    address_by_link,
    bp,
    find_tap_once,
    limit_links,
    mine_bp,
    read_label,
    way_by_link,
    way_of_owner,
)
from gernas.booths.words import booth_option, furniture_words, list_booth_facts, needs_words
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.i18n import in_language
from gernas.core.permissions import public, signed_in
from gernas.core.web import say, see_other
from gernas.events.forms import read_number
from gernas.registrations.models import Registration

HOLD, TAKE, LET_GO, WISH = "tahan", "ambil", "lepas", "keinginan"
LEAVE, COME_BACK = "tinggalkan", "kembali"
ACTIONS = f"{HOLD},{TAKE},{LET_GO},{LEAVE},{COME_BACK},{WISH}"


@bp.record_once
def offer_words(state: BlueprintSetupState) -> None:
    """Give templates what they need to tell of booths; imported macros see globals only."""
    state.app.jinja_env.globals.update(
        booth_id=booth_id,
        booth_option=booth_option,
        choice_legend=choice_legend,
        choice_link=choice_link,
        choice_say=choice_say,
        clock_words=clock_words,
        furniture_words=furniture_words,
        list_booth_facts=list_booth_facts,
        needs_words=needs_words,
        hold_words=hold_words,
    )
    state.app.jinja_env.filters["zone_words"] = zone_words


@bp.get("/pendaftaran/<token>/stan")
@public
@limit_links
def choose(token: str) -> ResponseReturnValue:
    return _show(way_by_link(token))


@bp.route(f"/pendaftaran/<token>/stan/<any({ACTIONS}):action>", methods=["GET", "POST"])
@public
@limit_links
def act(token: str, action: str) -> ResponseReturnValue:
    tap = find_tap_once() if action == HOLD else None
    if tap is not None:  # Without the registration: most are too late.
        return _tap(tap, address_by_link(token))
    return _act(way_by_link(token), action)


@mine_bp.get("/saya/pendaftaran/<code>/stan", endpoint="choose")
@signed_in
def choose_mine(code: str) -> ResponseReturnValue:
    return _show(way_of_owner(code))


@mine_bp.route(
    f"/saya/pendaftaran/<code>/stan/<any({ACTIONS}):action>",
    endpoint="act",
    methods=["GET", "POST"],
)
@signed_in
def act_on_mine(code: str, action: str) -> ResponseReturnValue:
    return _act(way_of_owner(code), action)


def _show(
    way: Way, *, typed: list[str] | None = None, problems: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    """The plan and the list beside it; a booth that is named in the address is looked at."""
    choice = make_choice(way.registration) or abort(404)
    call = way.registration.call
    title, lang = in_language(call.title, call.title_en)
    wanted = choice.find_booth(request.args.get("stan", ""))
    page = render_template(
        "booths/exhibitor/choose.html",
        way=way,
        choice=choice,
        call=call,
        call_title=title,
        call_lang=lang,
        event=choice.terms.plan.event,
        wanted=wanted,
        refusal=_tell_over(choice) or (_refuse(choice, wanted) if wanted is not None else ""),
        nearest=choice.list_nearest(wanted) if wanted is not None and choice.can_take else [],
        typed=_fill_wishes(choice, wanted) if typed is None else typed,
        problems=problems or {},
        drawn=tell_drawn(choice.terms.plan),
        seconds_left=_count_seconds(choice.held),
        sheet_address=way.address("sheet") if _has_sheet(choice) else None,
        state_url=url_for("floor_plan.state", event=choice.terms.plan.event.slug),
    )
    return page, 422 if problems else 200


def _count_seconds(held: BoothAllocation | None) -> int:
    """How long a booth is still kept."""
    if held is None or held.held_until is None:
        return 0
    return max(0, ceil((held.held_until - now()).total_seconds()))


def _has_sheet(choice: Choice) -> bool:
    return bool(choice.kept) and f"{bp.name}.sheet" in current_app.view_functions


def _tell_over(choice: Choice) -> str:
    """Say that the time of a hold ran out, where the page comes from its clock."""
    over = choice.find_booth(request.args.get("lewat", ""))
    if over is None or choice.states[over.id] == "mine":
        return ""
    return HoldOver(over).message


def _refuse(choice: Choice, booth: Booth) -> str:
    """Why a booth that was looked at cannot be held; "" if it can, or is one's own."""
    if choice.states[booth.id] in ("taken", "held"):
        return BoothTaken(booth).message
    return choice.explain(booth) if choice.states[booth.id] == "other" else ""


def _fill_wishes(choice: Choice, wanted: Booth | None) -> list[str]:
    """What stands in the three fields: the wishes that are kept, then the booth looked at."""
    labels = [booth.label for booth in choice.wishes]
    if wanted is not None and wanted.label not in labels:
        labels = [*labels[: MOST_WISHES - 1], wanted.label]
    return [*labels, *([""] * MOST_WISHES)][:MOST_WISHES]


def _act(way: Way, action: str) -> ResponseReturnValue:
    """Do what a button says. Asked by GET, as after signing in, show the page."""
    if request.method == "GET":
        return see_other(way.address("choose"))
    acts: dict[str, Callable[[Way], ResponseReturnValue]] = {
        HOLD: _hold,
        TAKE: _take,
        LET_GO: _let_go,
        LEAVE: _leave,
        COME_BACK: _come_back,
        WISH: _wish,
    }
    return acts[action](way)


def _hold(way: Way) -> ResponseReturnValue:
    tap = find_tap(way.registration.id, read_label())
    if tap is not None:
        return _tap(tap, way.address)
    if find_terms(way.registration.call_id) is None:
        abort(404)
    return _refused(way.address, _("There is no booth with this number on the plan."))


def _tap(tap: Tap, address: Address) -> ResponseReturnValue:
    if tap.is_too_late:
        return _too_late(tap, address)
    try:
        with transaction():
            held = hold_by_ids(tap.booth_id, tap.registration_id, plan_id=tap.plan_id, by=None)
            held_id = held.id
    except BoothTaken:
        return _too_late(tap, address)
    except GernasError as error:
        return _refused(address, error.message)
    return _done(address, allocation=held_id)


def _too_late(tap: Tap, address: Address) -> ResponseReturnValue:
    """Say that someone was faster, and what comes nearest; without a script the page does."""
    if not _wants_json():
        return see_other(address("choose", stan=tap.label))
    nearest = [{"label": one.label, "words": booth_option(one)} for one in list_nearest_to(tap)]
    return jsonify(ok=False, sentence=BoothTaken(tap).message, nearest=nearest)


def _refused(address: Address, sentence: str) -> ResponseReturnValue:
    if _wants_json():
        return jsonify(ok=False, sentence=sentence, nearest=[])
    say(sentence)
    return see_other(address("choose"))


def _done(address: Address, **more: int) -> ResponseReturnValue:
    if _wants_json():
        return jsonify(ok=True, **more)
    return see_other(address("choose"))


def _take(way: Way) -> ResponseReturnValue:
    return _step(way, confirm_hold, _("Booth %(booth)s is yours."))


def _let_go(way: Way) -> ResponseReturnValue:
    return _step(way, let_go, _("You gave booth %(booth)s back."))


def _step(
    way: Way, service: Callable[[BoothAllocation], BoothAllocation], sentence: str
) -> ResponseReturnValue:
    """Do something with one of the exhibitor's own allocations."""
    allocation_id = _read_own(way)
    try:
        with transaction():
            done = service(db.session.get_one(BoothAllocation, allocation_id))
            words = sentence % {"booth": done.booth.label}
    except GernasError as error:
        return _refused(way.address, error.message)
    say(words)
    return _done(way.address)


def _leave(way: Way) -> ResponseReturnValue:
    """Sent by a page that is left; nobody reads the answer."""
    allocation_id = _read_own(way)
    with transaction():
        leave_hold(db.session.get_one(BoothAllocation, allocation_id))
    return "", 204


def _come_back(way: Way) -> ResponseReturnValue:
    """Sent by each page with a clock, which learns how long it runs; mostly only a question."""
    kept = db.session.get_one(BoothAllocation, _read_own(way))
    if was_left(kept):
        allocation_id = kept.id
        with transaction():
            kept = come_back(db.session.get_one(BoothAllocation, allocation_id))
    return jsonify(left=_count_seconds(kept) if kept.is_live else 0, sentence=hold_words(kept))


def _read_own(way: Way) -> int:
    """The allocation that is named, one of the exhibitor's own; else 404."""
    mine = select(BoothAllocation.id).where(
        BoothAllocation.registration_id == way.registration.id,
        BoothAllocation.id == (read_number(request.form.get("alokasi")) or 0),
    )
    return db.session.scalar(mine) or abort(404)


def _wish(way: Way) -> ResponseReturnValue:
    typed = [request.form.get(f"wish_{number}", "")[:40] for number in range(1, MOST_WISHES + 1)]
    registration_id = way.registration.id
    try:
        with transaction():
            set_wishes(db.session.get_one(Registration, registration_id), typed)
    except BadWishes as error:
        problems: dict[str, Any] = error.problems
        return _show(way, typed=typed, problems=problems)
    except GernasError as error:
        return _refused(way.address, error.message)
    say(_("Your wishes are noted."))
    return see_other(way.address("choose"))


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"
