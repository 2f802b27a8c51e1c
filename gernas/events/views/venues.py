"""Venues: list, search, show, add, edit, archive, merge."""

from collections.abc import Callable

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.core.clock import ZONES
from gernas.core.database import transaction
from gernas.core.permissions import Permission, may_anywhere, requires
from gernas.core.provinces import find_province
from gernas.core.saving import save_form
from gernas.core.text import clean_text
from gernas.core.web import say, see_other, signed_in_user
from gernas.core.wording import moment_words
from gernas.events.conflicts import compare_venue
from gernas.events.errors import VenueArchived, VenueChanged, VenueOfOthers
from gernas.events.forms import MergeForm, VenueForm, read_number
from gernas.events.models import Venue
from gernas.events.queries import (
    find_venue,
    list_events_at,
    list_venues,
    list_venues_to_choose,
    may_change_venue,
)
from gernas.events.services import (
    add_venue,
    archive_venue,
    edit_venue,
    merge_venues,
    restore_venue,
)
from gernas.events.views.blueprint import bp, may_see, page
from gernas.events.words import venue_words

TEXT_LENGTH = 100


@bp.get("/kelola/tempat")
@requires(Permission.SEE_PLANS)
def venues() -> ResponseReturnValue:
    archived = request.args.get("arsip") == "1"
    number = request.args.get("halaman", "")
    found = list_venues(_searched("q"), archived=archived, page=read_number(number) or 1)
    return page(
        "venues.html",
        found=found,
        text=_searched("q"),
        archived=archived,
        may_edit=_may_edit(),
    )


@bp.get("/kelola/tempat/pilihan")
@requires(Permission.EDIT_EVENTS)
def venue_choices() -> ResponseReturnValue:
    """The options of the venue list for what is being typed beside it, for htmx."""
    province = find_province(request.args.get("province_code"))
    found = list_venues_to_choose(
        _searched("venue_q"),
        near=province.iso_code if province else None,
        chosen=read_number(request.args.get("venue_id")),
    )
    return page(
        "_venue_choices.html",
        choices=[(venue.id, venue_words(venue)) for venue in found],
        chosen=read_number(request.args.get("venue_id")),
    )


@bp.route("/kelola/tempat/baru", methods=["GET", "POST"])
@requires(Permission.EDIT_VENUES)
def new_venue() -> ResponseReturnValue:
    form = VenueForm()

    def show() -> str:
        return page("venue_form.html", form=form, venue=None)

    if request.method == "GET" or not form.validate():
        return show(), 422 if form.is_submitted() else 200
    added: list[Venue] = []
    failed = save_form(
        form,
        lambda: added.append(add_venue(form.read_values(), by=signed_in_user())),
        show,
    )
    if failed is not None:
        return failed
    say(_("The venue is there and can be chosen for events."))
    return see_other(url_for(".venue", venue_id=added[0].id))


@bp.get("/kelola/tempat/<id:venue_id>")
@requires(Permission.SEE_PLANS)
def venue(venue_id: int) -> ResponseReturnValue:
    return _show(_get(venue_id), MergeForm())


@bp.route("/kelola/tempat/<id:venue_id>/ubah", methods=["GET", "POST"])
@requires(Permission.EDIT_VENUES)
def change_venue(venue_id: int) -> ResponseReturnValue:
    row = _get(venue_id)
    if row.archived_at is not None:
        raise VenueArchived
    if not may_change_venue(row, signed_in_user()):
        raise VenueOfOthers
    form = VenueForm.of(row)

    def show(**more: object) -> str:
        return page("venue_form.html", form=form, venue=row, events=list_events_at(row), **more)

    if request.method == "GET" or not form.validate():
        return show(), 422 if form.is_submitted() else 200

    def save() -> None:
        edit_venue(
            _get(venue_id),
            form.read_values(),
            version=form.shown_version,
            quietly=bool(form.quietly.data),
            by=signed_in_user(),
        )

    try:
        failed = save_form(form, save, show)
    except VenueChanged as error:
        form.version.data, form.version.raw_data = str(error.venue.version), None
        conflict = {
            "by": error.changed_by or _("Someone"),
            "at": moment_words(error.changed_at, ZONES[0]),
        }
        return show(conflict=conflict, rows=compare_venue(form.read_values(), error.venue)), 409
    if failed is not None:
        return failed
    say(_("Saved. All events at this venue show it."))
    return see_other(url_for(".venue", venue_id=venue_id))


@bp.post("/kelola/tempat/<id:venue_id>/arsipkan")
@requires(Permission.EDIT_VENUES)
def put_venue_away(venue_id: int) -> ResponseReturnValue:
    return _do(venue_id, archive_venue, _("The venue is in the archive."), "bring_venue_back")


@bp.post("/kelola/tempat/<id:venue_id>/pulihkan")
@requires(Permission.EDIT_VENUES)
def bring_venue_back(venue_id: int) -> ResponseReturnValue:
    return _do(venue_id, restore_venue, _("The venue is back."), "put_venue_away")


@bp.post("/kelola/tempat/<id:venue_id>/gabung")
@requires(Permission.EDIT_VENUES)
def merge_venue(venue_id: int) -> ResponseReturnValue:
    """Give all events of a venue that is there twice to the other one."""
    form, row = MergeForm(), _get(venue_id)
    form.validate()
    into = find_venue(form.into.data) if form.into.data else None
    if into is None:
        form.refuse(form.into, _("Choose a venue from the list."))
        return _show(row, form), 422

    def save() -> None:
        merge_venues(_get(venue_id), into=_get(into.id), by=signed_in_user())

    failed = save_form(form, save, lambda: _show(_get(venue_id), form))
    if failed is not None:
        return failed
    say(_("Its events are at this venue now; the other entry is in the archive."))
    return see_other(url_for(".venue", venue_id=into.id))


def _show(row: Venue, form: MergeForm) -> str:
    others = [one for one in list_venues_to_choose(near=row.province_code) if one.id != row.id]
    form.into.offer([(one.id, venue_words(one)) for one in others], none="")
    return page(
        "venue.html",
        venue=row,
        events=[event for event in list_events_at(row) if event.is_public or may_see(event)],
        merge_form=form,
        may_edit=may_change_venue(row, signed_in_user()),
    )


def _do(venue_id: int, verb: Callable[..., Venue], sentence: str, undo: str) -> ResponseReturnValue:
    with transaction():
        verb(_get(venue_id), by=signed_in_user())
    say(sentence, undo=url_for(f".{undo}", venue_id=venue_id))
    return see_other(url_for(".venue", venue_id=venue_id))


def _get(venue_id: int) -> Venue:
    return find_venue(venue_id) or abort(404)


def _may_edit() -> bool:
    return may_anywhere(signed_in_user(), Permission.EDIT_VENUES)


def _searched(name: str) -> str:
    return clean_text(request.args.get(name, "")[:1_000])[:TEXT_LENGTH]
