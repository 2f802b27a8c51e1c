"""The reviewer's list of a call: filters in the address, order, saved views."""

from urllib.parse import parse_qsl, urlencode

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.businesses.words import SECTOR_WORDS
from gernas.core.clock import now
from gernas.core.database import transaction
from gernas.core.permissions import Permission, requires
from gernas.core.provinces import find_province
from gernas.core.web import say, see_other, signed_in_user
from gernas.registrations.forms_office import SavedViewForm
from gernas.registrations.listing import (
    PAGE_SIZE,
    TO_DECIDE,
    WITH,
    Listing,
    list_registrations,
    read_listing,
)
from gernas.registrations.models import Call
from gernas.registrations.office_queries import (
    Batch,
    count_by_state,
    find_saved_view,
    list_batches,
    list_saved_views,
    list_values,
)
from gernas.registrations.services.bulk import MOVES
from gernas.registrations.services.notes import remove_view, save_view
from gernas.registrations.transitions import Move
from gernas.registrations.views.office.blueprint import (
    BUTTON_WORDS,
    TAB_WORDS,
    bp,
    call_page,
    fetch_call,
    list_address,
    make_tabs,
    may_on,
    names_of,
    size_of,
    window_words,
)

# Not what is seldom done to many: the rest stands on each one's page.
_OFFERED = (Move.REQUEST_CHANGES, Move.START_REVIEW, Move.WAITLIST, Move.REJECT, Move.ACCEPT)


@bp.get("/kelola/daftar/<call:call>/pendaftar")
@requires(Permission.SEE_REGISTRATIONS)
def applicants(call: Call) -> ResponseReturnValue:
    """All who sent an application, as the address filters and orders them."""
    listing = read_listing(request.args, [call.id])
    found = list_registrations(listing)
    numbers = count_by_state([call.id])[call.id]
    batches = list_batches(call)
    return call_page(
        "list.html",
        call,
        listing=listing,
        found=found,
        args=listing.to_args(),
        address=lambda **args: list_address(call, args),
        numbers=numbers,
        tabs=make_tabs(
            numbers,
            listing.wanted.state,
            lambda tab: list_address(call, listing.in_state(tab)),
        ),
        window=window_words(call),
        sectors=[(str(code), text) for code, text in SECTOR_WORDS.items()],
        cities=[(name, name) for name in list_values([call.id], "city")],
        zones=[(name, name) for name in list_values([call.id], "zone")],
        provinces=[
            (province.slug, province.name())
            for code in list_values([call.id], "province")
            if (province := find_province(code)) is not None
        ],
        views=list_saved_views(signed_in_user(), call),
        view_form=SavedViewForm(),
        batches=[(batch, describe_batch(batch)) for batch in batches],
        names=names_of([batch.by_id for batch in batches]),
        now=now(),
        page_size=PAGE_SIZE,
        may_decide=may_on(call, Permission.DECIDE_REGISTRATIONS),
        moves=[(str(move), BUTTON_WORDS[move]) for move in _OFFERED if move in MOVES],
        query=urlencode(listing.to_args()),
        size_of=lambda row: size_of(row, found.forms),
    )


@bp.post("/kelola/daftar/<call:call>/tampilan")
@requires(Permission.SEE_REGISTRATIONS)
def keep_view(call: Call) -> ResponseReturnValue:
    """Keep the present filters and order under a name."""
    form = SavedViewForm()
    listing = read_args(call, request.form.get("query", ""))
    address = list_address(call, listing.to_args())
    if not form.validate():
        say(" ".join(text for _field, text in form.problems))
        return see_other(address)
    with transaction():
        save_view(
            fetch_call(call), form.name.data, urlencode(listing.to_args()), by=signed_in_user()
        )
    say(_("The view “%(name)s” is kept.", name=form.name.data))
    return see_other(address)


@bp.post("/kelola/daftar/<call:call>/tampilan/<id:view_id>/hapus")
@requires(Permission.SEE_REGISTRATIONS)
def drop_view(call: Call, view_id: int) -> ResponseReturnValue:
    with transaction():
        view = find_saved_view(signed_in_user(), call, view_id) or abort(404)
        remove_view(view)
    say(_("The view is gone."))
    return see_other(url_for(".applicants", call=call))


def read_args(call: Call, query: str) -> Listing:
    """The listing that a query string asks of a call's list."""
    return read_listing(dict(parse_qsl(query[:1_000])), [call.id])


def describe_filters(listing: Listing) -> list[tuple[str, str]]:
    """The filters that are set, in words."""
    wanted = listing.wanted
    province = find_province(wanted.province)
    sectors = {str(code): str(text) for code, text in SECTOR_WORDS.items()}
    states = {str(tab): str(text) for tab, text in TAB_WORDS.items()}
    states[TO_DECIDE] = str(_("To decide"))
    nib = _("has one") if wanted.nib == WITH else _("has none")
    files = _("all are there") if wanted.files == "lengkap" else _("some are missing")
    pairs = [
        (_("State"), states.get(wanted.state, "")),
        (_("Sector"), sectors.get(wanted.sector, "")),
        (_("Province"), province.name() if province is not None else ""),
        (_("City or regency"), wanted.city),
        (_("Zone"), wanted.zone),
        (_("NIB"), nib if wanted.nib else ""),
        (_("Files"), files if wanted.files else ""),
        (_("Entered by"), _("a facilitator") if wanted.on_behalf else ""),
        (_("Search"), wanted.text),
    ]
    return [(str(term), str(text)) for term, text in pairs if text]


def describe_batch(batch: Batch) -> str:
    """``12 accepted, 3 put on the waiting list``, in the reader's language."""
    counts = sorted(batch.counts.items())  # accept before waitlist
    return ", ".join(describe_count(Move(what), count) for what, count in counts)


def describe_count(what: Move, count: int) -> str:
    """What was done to so many."""
    sentences = {
        Move.START_REVIEW: ngettext(
            "%(num)s taken into review", "%(num)s taken into review", count
        ),
        Move.ACCEPT: ngettext("%(num)s accepted", "%(num)s accepted", count),
        Move.WAITLIST: ngettext(
            "%(num)s put on the waiting list", "%(num)s put on the waiting list", count
        ),
        Move.REQUEST_CHANGES: ngettext(
            "%(num)s asked for corrections", "%(num)s asked for corrections", count
        ),
        Move.REJECT: ngettext("%(num)s not accepted", "%(num)s not accepted", count),
    }
    return str(sentences[what])
