"""The desk of an event: who is expected, who comes and leaves, who stands in.

Everything works with plain forms. A script takes the scans over, keeps them while there is no
network and sends them to ``send``.
"""

import json
import secrets
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Response, abort, jsonify, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.permissions import Permission, may, requires
from gernas.core.security import uses_camera
from gernas.core.typed import parse_time
from gernas.core.web import LARGEST_ID, say, see_other, signed_in_user
from gernas.events.models import Event
from gernas.youth.day.desk import Desk, can_stand_in, find_moment, make_desk, make_row
from gernas.youth.day.errors import BadTime, NobodyChosen, NoPlaceToNote
from gernas.youth.day.presence import set_clock_right
from gernas.youth.day.queries import (
    find_member,
    find_member_by_id,
    find_place,
    find_scan_by_id,
    search_members,
)
from gernas.youth.day.wire import Sent, SentScan, find_code, is_key, read_sent
from gernas.youth.day.words import (
    KIND_WORDS,
    attendance_tone,
    attendance_words,
    is_bad,
    scan_words,
)
from gernas.youth.models import Assignment, Attendance, DeskScan, Member, ScanKind, ShiftNeed
from gernas.youth.services.attendance import (
    Outcome,
    Scan,
    mark_missing,
    note_scan,
    note_time,
    undo_scan,
    unmark_missing,
)
from gernas.youth.services.substituting import put_in
from gernas.youth.shifts.words import role_title, shift_place, shift_times, shift_title
from gernas.youth.views.blueprint import bp

MOST_WORDS = 5
LONGEST_TIME = 20  # of what is typed for a time


@bp.get("/kelola/acara/<event:event>/pemuda/meja")
@uses_camera
@requires(Permission.CHECK_IN)
def desk(event: Event) -> ResponseReturnValue:
    """A day's shifts with their people, a field for codes, a search, and who was found."""
    return _show(event)


@bp.post("/kelola/acara/<event:event>/pemuda/meja/pindai")
@requires(Permission.CHECK_IN)
def scan(event: Event) -> ResponseReturnValue:
    """Note who comes or leaves by the code of the QR, typed or scanned."""
    typed = request.form.get("kode", "")
    code = find_code(typed)
    member = find_member(event, code) if code else None
    if member is None:
        say(_("No member here has the code “%(typed)s”.", typed=typed.strip()[:40]))
        return _show(event, typed=typed), 422
    kind = _read_kind()
    row = _note(event, lambda: Scan(key=_read_key(), kind=kind, at=now(), member=_again(member)))
    undo = url_for(".undo_scan_of", event=event, scan_id=row.id)
    say(scan_words(row, member.name, event.zone), undo=undo)
    if row.outcome == Outcome.NO_SHIFT:
        return see_other(_address(event, anggota=member.code))
    return see_other(_address(event, row.assignment_id))


@bp.post("/kelola/acara/<event:event>/pemuda/meja/<id:place_id>/datang")
@requires(Permission.CHECK_IN)
def arrive(event: Event, place_id: int) -> ResponseReturnValue:
    """Note that someone on the list comes, now or at the time that is typed."""
    return _note_place(event, place_id, ScanKind.ARRIVED)


@bp.post("/kelola/acara/<event:event>/pemuda/meja/<id:place_id>/pulang")
@requires(Permission.CHECK_IN)
def leave(event: Event, place_id: int) -> ResponseReturnValue:
    """Note that someone on the list leaves, likewise."""
    return _note_place(event, place_id, ScanKind.LEFT)


@bp.post("/kelola/acara/<event:event>/pemuda/meja/<id:place_id>/absen")
@requires(Permission.CHECK_IN)
def miss(event: Event, place_id: int) -> ResponseReturnValue:
    """Count someone as missing, with or without an excuse, or expect them again."""
    place = _get_place(event, place_id)
    how = request.form.get("cara", "")
    try:
        with transaction():
            place = db.session.get_one(Assignment, place.id)
            if how in (Attendance.NO_SHOW, Attendance.EXCUSED):
                mark_missing(place, Attendance(how), by=signed_in_user())
            else:
                unmark_missing(place, by=signed_in_user())
    except GernasError as error:
        say(error.message)
    return see_other(_address(event, place_id))


@bp.post("/kelola/acara/<event:event>/pemuda/meja/pindaian/<id:scan_id>/urungkan")
@requires(Permission.CHECK_IN)
def undo_scan_of(event: Event, scan_id: int) -> ResponseReturnValue:
    found = find_scan_by_id(event, scan_id) or abort(404)
    try:
        with transaction():
            undo_scan(db.session.get_one(DeskScan, found.id), event, by=signed_in_user())
    except GernasError as error:
        say(error.message)
    else:
        say(_("Taken back. It is as if nobody had noted it."))
    return see_other(_address(event, found.assignment_id))


@bp.post("/kelola/acara/<event:event>/pemuda/meja/pengganti")
@requires(Permission.CHECK_IN)
def stand_in(event: Event) -> ResponseReturnValue:
    """Put a member who is here into a shift: a free place, or that of someone who is missing."""
    member = find_member_by_id(event, _read_id("anggota"))
    if member is None:
        say(NobodyChosen().message)
        return see_other(_address(event))
    try:
        need, instead_of = _read_seat(event)
        with transaction():
            place = put_in(
                db.session.get_one(ShiftNeed, need.id),
                _again(member),
                by=signed_in_user(),
                key=_read_key(),
                instead_of=_again_place(instead_of),
            )
    except GernasError as error:
        say(error.message)
        return see_other(_address(event, anggota=member.code))
    say(_("%(name)s is in the shift now.", name=member.name))
    return see_other(_address(event, place.id))


@bp.post("/kelola/acara/<event:event>/pemuda/meja/kirim.json")
@requires(Permission.CHECK_IN)
def send(event: Event) -> ResponseReturnValue:
    """Take in the scans that a browser kept, each once, and say what became of each."""
    received_at = now()
    try:
        sent = read_sent(_payload())
    except GernasError as error:
        return _answer({"text": error.message, "csrf": generate_csrf()}, error.status)
    results = [_take_in(event, sent, one, received_at) for one in sent.scans]
    return _answer({"results": results, "csrf": generate_csrf()})


def _payload() -> Any:
    """What was sent as JSON; None if it is none."""
    try:
        return json.loads(request.get_data(cache=False)) if request.is_json else None
    except (ValueError, RecursionError):
        return None


# --- Parts ----------------------------------------------------------------------------------


def _note_place(event: Event, place_id: int, kind: ScanKind) -> ResponseReturnValue:
    place = _get_place(event, place_id)
    typed = request.form.get("pukul", "").strip()
    if len(typed) > LONGEST_TIME:
        raise BadTime
    try:
        if typed:
            row = _note_typed(place, kind, typed)
        else:
            row = _note(
                event,
                lambda: Scan(
                    key=_read_key(),
                    kind=kind,
                    at=now(),
                    place=db.session.get_one(Assignment, place.id),
                ),
            )
    except GernasError as error:
        say(error.message)
        return see_other(_address(event, place_id))
    undo = url_for(".undo_scan_of", event=event, scan_id=row.id)
    say(scan_words(row, place.member.name, event.zone), undo=undo)
    return see_other(_address(event, place_id))


def _take_in(event: Event, sent: Sent, one: SentScan, received_at: Any) -> dict[str, Any]:
    """Keep one scan; what a rule refuses is told and not sent again."""
    at, drift = set_clock_right(one.at, sent_at=sent.sent_at, received_at=received_at)
    place = find_place(event, one.place_id) if one.place_id else None
    member = find_member(event, one.code) if one.code else None
    try:
        if one.place_id and place is None:
            raise NoPlaceToNote("–")
        row = _note(event, lambda: _make_scan(one, at, drift, place, member))
    except GernasError as error:
        return {"key": one.key, "text": error.message, "bad": True}
    place = find_place(event, row.assignment_id) if row.assignment_id else None
    found = place.member if place is not None else member
    html = (
        render_template("youth/office/_desk_place.html", event=event, row=make_row(place))
        if (place is not None)
        else None
    )
    return {
        "key": one.key,
        "text": scan_words(row, found.name if found is not None else "", event.zone),
        "bad": is_bad(row),
        "place": row.assignment_id,
        "html": html,
        "more": _address(event, anggota=found.code) if is_bad(row) and found else None,
    }


def _make_scan(
    one: SentScan, at: Any, drift: timedelta, place: Assignment | None, member: Member | None
) -> Scan:
    return Scan(
        key=one.key,
        kind=one.kind,
        at=at,
        drift=drift,
        place=_again_place(place),
        member=_again(member) if member is not None else None,
    )


def _note(event: Event, make: Callable[[], Scan]) -> DeskScan:
    with transaction():
        return note_scan(db.session.get_one(Event, event.id), make(), by=signed_in_user())


def _note_typed(place: Assignment, kind: ScanKind, typed: str) -> DeskScan:
    clock = parse_time(typed)
    if clock is None:
        raise BadTime
    at = find_moment(place.shift, clock)
    if at is None:
        raise BadTime
    with transaction():
        again = db.session.get_one(Assignment, place.id)
        return note_time(again, kind, at, key=_read_key(), by=signed_in_user())


def _again(member: Member) -> Member:
    return db.session.get_one(Member, member.id)


def _again_place(place: Assignment | None) -> Assignment | None:
    return db.session.get_one(Assignment, place.id) if place is not None else None


def _get_place(event: Event, place_id: int) -> Assignment:
    return find_place(event, place_id) or abort(404)


def _read_seat(event: Event) -> tuple[ShiftNeed, Assignment | None]:
    """The seat that was chosen: ``k12`` is a free one of need 12, ``g34`` that of place 34.

    Raises:
        NobodyChosen
    """
    chosen = request.form.get("tempat", "")
    number = _to_id(chosen[1:])
    if chosen[:1] == "g":
        place = find_place(event, number)
        if place is not None:
            return place.need, place
    need = db.session.get(ShiftNeed, number) if chosen[:1] == "k" and number else None
    if need is None or need.shift.event_id != event.id:
        raise NobodyChosen
    return need, None


def _read_id(name: str) -> int:
    return _to_id(request.form.get(name, ""))


def _to_id(typed: str) -> int:
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 11 else 0
    return number if number <= LARGEST_ID else 0


def _read_key() -> str:
    """The key of the form, which makes a second sending do nothing; a new one if it has none."""
    typed = request.form.get("kunci", "")
    return typed if is_key(typed) else new_key()


def new_key() -> str:
    return secrets.token_hex(12)


def _read_kind() -> ScanKind:
    return ScanKind.LEFT if request.form.get("arah") == ScanKind.LEFT else ScanKind.ARRIVED


def _read_day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("hari", ""))
    except ValueError:
        return None


def _address(event: Event, place_id: int | None = None, **values: Any) -> str:
    """The page again, at the person; on the day that the form came from."""
    day = request.form.get("hari") or None
    anchor = f"t-{place_id}" if place_id else None
    return url_for(".desk", event=event, hari=day, _anchor=anchor, **values)


def _answer(payload: dict[str, Any], status: int = 200) -> Response:
    answer = jsonify(payload)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _show(event: Event, *, typed: str = "") -> str:
    made = make_desk(event, _read_day())
    words = request.args.get("cari", "").lower().split()[:MOST_WORDS]
    code = find_code(request.args.get("anggota", ""))
    chosen = find_member(event, code) if code else None
    return render_template(
        "youth/office/desk.html",
        event=event,
        desk=made,
        typed=typed,
        direction=_read_kind(),
        kinds=KIND_WORDS,
        query=" ".join(words),
        found=search_members(event, words) if words else None,
        chosen=chosen,
        seats=_list_seats(made) if chosen is not None or words else [],
        may_edit=may(signed_in_user(), Permission.EDIT_YOUTH, event.scopes),
    )


def _list_seats(made: Desk) -> list[tuple[str, Any, ShiftNeed, Assignment | None]]:
    """Where somebody could be put in now: key of the seat, its section, role, who is missing."""
    found: list[tuple[str, Any, ShiftNeed, Assignment | None]] = []
    for section in made.sections:
        if not can_stand_in(section.shift):
            continue
        found += [
            (f"g{row.place.id}", section, row.place.need, row.place) for row in section.missing
        ]
        found += [(f"k{need.id}", section, need, None) for need in section.free]
    return found


@bp.record_once
def offer_words(state: BlueprintSetupState) -> None:
    """Give templates the words of the desk."""
    state.app.jinja_env.globals.update(
        attendance_tone=attendance_tone,
        attendance_words=attendance_words,
        desk_key=new_key,
        role_title=role_title,
        shift_place=shift_place,
        shift_times=shift_times,
        shift_title=shift_title,
    )
