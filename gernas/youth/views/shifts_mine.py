"""Members' own shifts: the list to take from, one shift, taking and leaving, calendar files."""

import secrets
from typing import cast
from uuid import NAMESPACE_URL, uuid5

from flask import Response, abort, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.calendars.feeds import FeedHead, join_feed
from gernas.calendars.queries import list_pieces_of
from gernas.core.clock import now
from gernas.core.conditional import strong_tag
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.text import content_disposition
from gernas.core.web import say, see_other
from gernas.youth.models import Assignment, Member, Shift, YouthProgramme
from gernas.youth.parts import Part, register_member_part
from gernas.youth.services.taking import leave_deadline, leave_shift
from gernas.youth.services.tapping import look_at_tap, take_tapped
from gernas.youth.shifts.calendar import find_entry, list_uids_of
from gernas.youth.shifts.choice import list_choice, list_next
from gernas.youth.shifts.queries import (
    count_ahead,
    find_live,
    find_shift_of_member,
)
from gernas.youth.shifts.swap_choice import make_swap_values
from gernas.youth.shifts.words import (
    NEARNESS_WORDS,
    count_gaps,
    hindrance_words,
    role_title,
    shift_day,
    shift_kind_words,
    shift_moment,
    shift_place,
    shift_times,
    shift_title,
    shift_warnings,
)
from gernas.youth.views.blueprint import bp
from gernas.youth.views.known import remember
from gernas.youth.views.ways import Way, member_page

KEY_LENGTH = 24


@bp.record_once
def offer_words(state: BlueprintSetupState) -> None:
    """Give templates the words for shifts; as globals, since imported macros see only those."""
    state.app.jinja_env.globals.update(
        gaps_of=count_gaps,
        has_endpoint=lambda name: name in current_app.view_functions,
        shift_kind_words=shift_kind_words,
        hindrance_words=hindrance_words,
        role_title=role_title,
        shift_day=shift_day,
        shift_moment=shift_moment,
        shift_place=shift_place,
        shift_times=shift_times,
        shift_title=shift_title,
        shift_warnings=shift_warnings,
        nearness_words=lambda near: NEARNESS_WORDS[near],
    )


def make_shifts_part(way: Way, member: Member, programme: YouthProgramme) -> Part:
    """The member's next shifts, and the way to more."""
    remember(way)
    places = list_next(member, programme.id)
    ahead = {one.id: count_ahead(one) for one in places if one.waiting_number is not None}
    values = {"places": places, "ahead": ahead}
    return Part("jaga", _("My shifts"), "youth/mine/_shifts.html", values)


register_member_part(make_shifts_part, number=20)


@member_page("jaga")
def shifts(way: Way) -> ResponseReturnValue:
    """All that the member can take, and the rest with the reasons."""
    return render_template(
        "youth/mine/shifts.html",
        way=way,
        choice=list_choice(way.member, way.programmes),
        key=secrets.token_urlsafe(9),
    )


@member_page("jaga/<id:shift_id>")
def shift(way: Way, shift_id: int) -> ResponseReturnValue:
    """One shift: when, where, what to bring, the member's place in it."""
    row = get_shift_of(way, shift_id)
    place = find_live(row.id, way.member.id)
    waits = place is not None and place.waiting_number is not None
    return render_template(
        "youth/mine/shift.html",
        way=way,
        shift=row,
        place=place,
        ahead=count_ahead(place) if place is not None and waits else 0,
        until=leave_deadline(place) if place is not None else None,
        may_leave=place is not None and leave_deadline(place) > now() and not place.arrived_at,
        has_entry=find_entry(row.id) is not None,
        **make_swap_values(place),
    )


@member_page("jaga/<id:need_id>/ambil", methods=("POST",))
def take(way: Way, need_id: int) -> ResponseReturnValue:
    """Take a place with one tap, or a number on the waiting list."""
    ids = [one.id for one in way.programmes]
    try:
        tap = look_at_tap(need_id, way.member, ids, key=_read_key(way.member, need_id))
        if tap is None:
            abort(404)
        with transaction():
            waits = take_tapped(tap).waiting_number is not None
    except GernasError as error:
        say(error.message)
        return see_other(way.address("shifts"))
    title, undo = tap.title, way.address("leave", shift_id=tap.shift_id)
    if waits:
        say(_("All places are taken. You are on the waiting list of “%(title)s”.", title=title))
    else:
        say(_("“%(title)s” is yours.", title=title), undo=undo)
    return see_other(f"{way.address('shifts')}#h-{tap.day.isoformat()}")


@member_page("jaga/<id:shift_id>/lepas", methods=("POST",))
def leave(way: Way, shift_id: int) -> ResponseReturnValue:
    """Leave a shift or its waiting list."""
    row = get_shift_of(way, shift_id)
    place = find_live(row.id, way.member.id)
    title = shift_title(row)
    if place is not None:
        try:
            with transaction():
                leave_shift(db.session.get_one(Assignment, place.id))
        except GernasError as error:
            say(error.message)
            return see_other(way.address("shift", shift_id=shift_id))
    say(_("You left “%(title)s”.", title=title))
    return see_other(way.page)


@member_page("jaga/<id:shift_id>/kalender.ics")
def shift_file(way: Way, shift_id: int) -> ResponseReturnValue:
    """One shift for a calendar program."""
    entry = find_entry(get_shift_of(way, shift_id).id) or abort(404)
    return _calendar(way, {entry.uid}, f"jaga-{shift_id}")


@member_page("jaga/kalender.ics")
def shifts_file(way: Way) -> ResponseReturnValue:
    """All shifts of the member in one file."""
    return _calendar(way, list_uids_of(way.member.id), "jaga")


def get_shift_of(way: Way, shift_id: int) -> Shift:
    """A shift that members of these programmes see, or one the member is or was in."""
    ids = [one.id for one in way.programmes]
    return find_shift_of_member(ids, way.member.id, shift_id) or abort(404)


def _read_key(member: Member, need_id: int) -> str | None:
    """What tells a tap that is sent again from another one."""
    typed = request.form.get("key", "")
    if not typed.isascii() or not 1 <= len(typed) <= KEY_LENGTH:
        return None
    return f"{member.id}:{typed}:{need_id}"


def _calendar(way: Way, uids: set[str], name: str) -> Response:
    """A file of entries; nothing in it opens the member's pages, since people share calendars."""
    url = current_app.config["GERNAS"].url
    head = FeedHead(
        uid=f"{uuid5(NAMESPACE_URL, f'{url}/pemuda/{way.member.code}/{name}')}@gernas",
        name=_("My shifts"),
        description="",
        source=f"{url}/saya/pemuda/jaga/kalender.ics",
        url=f"{url}/saya/pemuda",
    )
    pieces = list_pieces_of(uids, at=now())
    answer = Response(
        join_feed(head, pieces.vevents, pieces.zones),
        content_type="text/calendar; charset=utf-8",
    )
    answer.headers["Content-Disposition"] = content_disposition(f"{name}.ics")
    answer.headers["Cache-Control"] = "private, max-age=300"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.set_etag(strong_tag(answer.get_data()).strip('"'))
    return cast(Response, answer.make_conditional(request))
