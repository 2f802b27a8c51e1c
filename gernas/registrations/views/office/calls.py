"""The calls that a person sees, a call's page, and what is done to a whole call."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.businesses.words import SECTOR_WORDS
from gernas.campaigns.models import Campaign, Stop
from gernas.core.database import transaction
from gernas.core.permissions import Permission, requires
from gernas.core.provinces import find_province
from gernas.core.web import say, see_other, signed_in_user
from gernas.registrations.errors import NotReady
from gernas.registrations.listing import list_registrations, read_listing
from gernas.registrations.models import Call
from gernas.registrations.office_queries import (
    Numbers,
    count_by_state,
    count_shares,
    list_calls,
    list_copy_targets,
    list_values,
)
from gernas.registrations.services.calls import (
    archive_call,
    close_call,
    list_missing,
    publish_call,
    reopen_call,
    restore_call,
)
from gernas.registrations.views.office.blueprint import (
    TAB_WORDS,
    bp,
    call_page,
    fetch_call,
    make_tabs,
    may_on,
    page,
    size_of,
    window_words,
)

MOST_ROWS = 12  # of a table of numbers; the rest is summed up


@bp.get("/kelola/pendaftaran")
@requires(Permission.SEE_PLANS)
def index() -> ResponseReturnValue:
    """All calls that the person sees, those that are open or close last at the top."""
    archived = request.args.get("arsip") == "1"
    user = signed_in_user()
    calls = list_calls(user, archived=archived)
    places = list_copy_targets(user)
    return page("index.html", archived=archived, places=places, **_numbers(calls))


@bp.get("/kelola/<campaign:campaign>/pendaftaran")
@requires(Permission.SEE_PLANS)
def list_campaign_calls(campaign: Campaign) -> ResponseReturnValue:
    archived = request.args.get("arsip") == "1"
    calls = list_calls(signed_in_user(), campaign=campaign, archived=archived)
    return page(
        "campaign.html",
        campaign=campaign,
        archived=archived,
        may_edit=may_on(campaign, Permission.EDIT_CALLS),
        **_numbers(calls),
    )


@bp.get("/kelola/<stop:stop>/pendaftaran")
@requires(Permission.SEE_PLANS)
def list_stop_calls(stop: Stop) -> ResponseReturnValue:
    """The calls of a stop, and all who answered them, in one list."""
    archived = request.args.get("arsip") == "1"
    calls = list_calls(signed_in_user(), stop=stop, archived=archived)
    seen = may_on(stop, Permission.SEE_REGISTRATIONS) and not archived
    return page(
        "stop.html",
        stop=stop,
        campaign=stop.campaign,
        archived=archived,
        may_edit=may_on(stop, Permission.EDIT_CALLS),
        **_numbers(calls),
        **(_all_applicants(stop, calls) if seen and calls else {"found": None}),
    )


@bp.get("/kelola/daftar/<call:call>")
@requires(Permission.SEE_PLANS)
def call(call: Call) -> ResponseReturnValue:
    """A call in numbers: how far it is, what is full, who applied from where."""
    shares = count_shares(call)
    return call_page(
        "call.html",
        call,
        numbers=count_by_state([call.id])[call.id],
        window=window_words(call),
        missing=list_missing(call) if call.published_at is None else [],
        sectors=_in_words("sector", shares["sector"]),
        provinces=_in_words("province", shares["province"]),
        cities=_in_words("city", shares["city"]),
        tab_words=TAB_WORDS,
    )


@bp.post("/kelola/daftar/<call:call>/terbitkan")
@requires(Permission.EDIT_CALLS)
def publish(call: Call) -> ResponseReturnValue:
    try:
        with transaction():
            publish_call(fetch_call(call), by=signed_in_user())
    except NotReady:
        return see_other(url_for(".call", call=call))  # The page says what is missing.
    say(_("Published. It can be found from now on, and opens at its time."))
    return see_other(url_for(".call", call=call))


@bp.post("/kelola/daftar/<call:call>/tutup")
@requires(Permission.EDIT_CALLS)
def close(call: Call) -> ResponseReturnValue:
    return _do(call, close_call, _("Closed. Drafts are kept, but cannot be sent."), "reopen")


@bp.post("/kelola/daftar/<call:call>/buka")
@requires(Permission.EDIT_CALLS)
def reopen(call: Call) -> ResponseReturnValue:
    return _do(call, reopen_call, _("Open again, until its time."), "close")


@bp.post("/kelola/daftar/<call:call>/arsipkan")
@requires(Permission.EDIT_CALLS)
def archive(call: Call) -> ResponseReturnValue:
    return _do(call, archive_call, _("The call is archived."), "restore")


@bp.post("/kelola/daftar/<call:call>/pulihkan")
@requires(Permission.EDIT_CALLS)
def restore(call: Call) -> ResponseReturnValue:
    return _do(call, restore_call, _("The call is back."), "archive")


def _do(call: Call, verb: Callable[..., Call], sentence: str, undo: str) -> ResponseReturnValue:
    with transaction():
        verb(fetch_call(call), by=signed_in_user())
    say(sentence, undo=url_for(f".{undo}", call=call))
    return see_other(url_for(".call", call=call))


def _numbers(calls: Sequence[Call]) -> dict[str, Any]:
    return {"calls": calls, "numbers": count_by_state([one.id for one in calls])}


def _all_applicants(stop: Stop, calls: Sequence[Call]) -> dict[str, Any]:
    """The list of all who answered a call of a stop."""
    chosen = request.args.get("pendaftaran", "")
    own = [one for one in calls if one.slug == chosen] or list(calls)
    listing = read_listing(request.args, [one.id for one in own])
    extra: dict[str, Any] = {"pendaftaran": chosen} if len(own) < len(calls) else {}
    found = list_registrations(listing)
    numbers = count_by_state(listing.wanted.call_ids)
    whole: dict[str, int] = {}
    for part in numbers.values():
        for state, count in part.by_state.items():
            whole[state] = whole.get(state, 0) + count

    def address(**args: Any) -> str:
        return url_for(".list_stop_calls", stop=stop, **extra, **args)

    return {
        "listing": listing,
        "found": found,
        "args": listing.to_args(),
        "address": address,
        "tabs": make_tabs(
            Numbers(whole), listing.wanted.state, lambda tab: address(**listing.in_state(tab))
        ),
        "chosen_call": chosen if extra else "",
        "sectors": [(str(code), text) for code, text in SECTOR_WORDS.items()],
        "cities": [(name, name) for name in list_values(listing.wanted.call_ids, "city")],
        "call_choices": [(one.slug, one.title) for one in calls],
        "size_of": lambda row: size_of(row, found.forms),
    }


def _in_words(column: str, counted: Sequence[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Numbers by sector, province or city, in words, the many small ones summed up."""
    rows = [(_value_words(column, value), sent, held) for value, sent, held in counted]
    shown, rest = rows[:MOST_ROWS], rows[MOST_ROWS:]
    if rest:
        more = (_("others"), sum(row[1] for row in rest), sum(row[2] for row in rest))
        shown.append(more)
    return shown


def _value_words(column: str, value: str) -> str:
    if not value:
        return str(_("not said"))
    if column == "province":
        province = find_province(value)
        return province.name() if province is not None else value
    if column == "sector":
        return str({str(code): text for code, text in SECTOR_WORDS.items()}.get(value, value))
    return value
