"""The coordinator's shifts: by day with what is filled, one with its people, and what to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from gernas.campaigns.models import Stop
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, GernasError
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.typed import parse_date
from gernas.core.web import say, see_other, signed_in_user
from gernas.core.wording import date_words
from gernas.events.forms import read_number
from gernas.events.models import Event
from gernas.youth.models import (
    AssignedBy,
    Assignment,
    Member,
    Shift,
    ShiftNeed,
    YouthProgramme,
    YouthRole,
)
from gernas.youth.services.shifts import (
    add_shift,
    cancel_shift,
    copy_shift,
    edit_shift,
    move_shifts,
    publish_shift,
    remove_shift,
    withdraw_shift,
)
from gernas.youth.services.taking import leave_shift, take_shift
from gernas.youth.shifts.forms import CopyForm, MoveForm, ReasonForm, ShiftForm, make_shift_form
from gernas.youth.shifts.queries import (
    count_waiting,
    find_assignment,
    find_enrolled,
    find_need,
    find_shift,
    has_history,
    list_enrolled,
    list_former_people,
    list_people,
    list_people_of,
    list_shifts,
)
from gernas.youth.shifts.values import ShiftValues
from gernas.youth.shifts.words import HOW_WORDS, count_gaps, hindrance_words, shift_day
from gernas.youth.shifts.working import (
    Hindrance,
    is_soft,
    list_hindrances_in,
    list_hindrances_of_all,
)
from gernas.youth.views.blueprint import bp, fetch_programme, get_programme, page

MOST_PRINTED = 100  # shifts; more is a mistake in the filters
MOST_OFFERED = 300  # members in the list to put in; the search finds the others


@dataclass(frozen=True)
class Filters:
    """What the list shows, out of the address."""

    event_id: int | None
    day: date | None
    state: str  # gaps, draft, over, or empty for what is to come

    @classmethod
    def read(cls) -> "Filters":
        event = request.args.get("acara", "")
        return cls(
            event_id=int(event)
            if event.isascii() and event.isdecimal() and len(event) < 11
            else None,
            day=parse_date(request.args.get("hari", "")),
            state=request.args.get("keadaan", ""),
        )

    @property
    def is_set(self) -> bool:
        return bool(self.event_id or self.day or self.state)

    def keeps(self, shift: Shift) -> bool:
        """Whether the list shows a shift."""
        if self.event_id and shift.event_id != self.event_id:
            return False
        if self.day and shift_day(shift) != self.day:
            return False
        over = shift.ends_at <= now()
        if self.state == "over":
            return over
        if self.state == "draft":
            return shift.published_at is None and shift.cancelled_at is None
        if self.state == "gaps":
            return not over and shift.is_open and count_gaps(shift) > 0
        return self.day is not None or not over


@bp.get("/kelola/<stop:stop>/pemuda/jaga")
@requires(Permission.SEE_YOUTH)
def shifts(stop: Stop) -> ResponseReturnValue:
    """All shifts by day, how far they are filled, and where people are missing."""
    programme = get_programme(stop)
    every, filters = list_shifts(programme.id), Filters.read()
    shown = [one for one in every if filters.keeps(one)]
    return page(
        "shifts.html",
        stop,
        programme=programme,
        filters=filters,
        days=_by_day(shown),
        waiting=count_waiting([one.id for one in shown]),
        total=_Total.of(shown),
        has_any=bool(every),
        drafts=sum(one.published_at is None and one.cancelled_at is None for one in every),
        events=_list_events(every),
        day_options=_list_days(every),
    )


@bp.get("/kelola/<stop:stop>/pemuda/jaga/cetak")
@requires(Permission.SEE_YOUTH)
def print_shifts(stop: Stop) -> ResponseReturnValue:
    """The lists of people for the day, for paper."""
    programme, filters = get_programme(stop), Filters.read()
    shown = [
        one for one in list_shifts(programme.id) if one.cancelled_at is None and filters.keeps(one)
    ]
    listed = shown[:MOST_PRINTED]
    people: dict[int, list[Assignment]] = {one.id: [] for one in listed}
    for place in list_people_of(list(people)):
        if place.holds_place:
            people[place.shift_id].append(place)
    return page(
        "shifts_print.html",
        stop,
        programme=programme,
        days=_by_day(listed),
        people=people,
        left_out=max(len(shown) - MOST_PRINTED, 0),
        as_of=now(),
    )


@bp.route("/kelola/<stop:stop>/pemuda/jaga/baru", methods=["GET", "POST"])
@requires(Permission.EDIT_YOUTH)
def new_shift(stop: Stop) -> ResponseReturnValue:
    programme = get_programme(stop)
    event = Filters.read().event_id
    form = _make_form(programme, event_id=event)
    done: list[Shift] = []

    def show() -> str:
        return page("shift_form.html", stop, programme=programme, form=form, shift=None)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    publish = request.form.get("terbit") == "1"

    def save() -> None:
        row = fetch_programme(programme)
        values = form.read_values()
        done.append(
            _at_fields(form, lambda: add_shift(row, values, by=signed_in_user(), publish=publish))
        )

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    if publish:
        say(_("The shift is there, and members can take it."))
    else:
        say(_("The shift is there as a draft. Members see it once you open it."))
    return see_other(url_for(".shift", stop=stop, shift_id=done[0].id))


@bp.get("/kelola/<stop:stop>/pemuda/jaga/<id:shift_id>")
@requires(Permission.SEE_YOUTH)
def shift(stop: Stop, shift_id: int) -> ResponseReturnValue:
    """One shift: its people with what stands against them now, who waits, who left."""
    return _show(stop, _get_shift(stop, shift_id))


@bp.route("/kelola/<stop:stop>/pemuda/jaga/<id:shift_id>/ubah", methods=["GET", "POST"])
@requires(Permission.EDIT_YOUTH)
def change_shift(stop: Stop, shift_id: int) -> ResponseReturnValue:
    row = _get_shift(stop, shift_id)
    programme = row.programme
    form = _make_form(programme, row)

    def show() -> str:
        return page("shift_form.html", stop, programme=programme, form=form, shift=row)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    version = read_number(request.form.get("versi"))

    def save() -> None:
        kept = db.session.get_one(Shift, row.id)
        values = form.read_values()
        _at_fields(form, lambda: edit_shift(kept, values, by=signed_in_user(), version=version))

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Saved. If time or place changed, the people on it are told."))
    return see_other(url_for(".shift", stop=stop, shift_id=shift_id))


@bp.post("/kelola/<stop:stop>/pemuda/jaga/<id:shift_id>/buka")
@requires(Permission.EDIT_YOUTH)
def open_shift(stop: Stop, shift_id: int) -> ResponseReturnValue:
    """Let members see and take a shift."""
    undo = url_for(".hide_shift", stop=stop, shift_id=shift_id)
    words = _("Members can take this shift now.")
    here = url_for(".shift", stop=stop, shift_id=shift_id)
    _step(stop, shift_id, publish_shift, words, undo=undo)
    return see_other(here)


@bp.post("/kelola/<stop:stop>/pemuda/jaga/<id:shift_id>/tutup")
@requires(Permission.EDIT_YOUTH)
def hide_shift(stop: Stop, shift_id: int) -> ResponseReturnValue:
    """Hide a shift that nobody has or had."""
    undo = url_for(".open_shift", stop=stop, shift_id=shift_id)
    words = _("Members no longer see this shift.")
    here = url_for(".shift", stop=stop, shift_id=shift_id)
    _step(stop, shift_id, withdraw_shift, words, undo=undo)
    return see_other(here)


@bp.post("/kelola/<stop:stop>/pemuda/jaga/<id:shift_id>/hapus")
@requires(Permission.EDIT_YOUTH)
def drop_shift(stop: Stop, shift_id: int) -> ResponseReturnValue:
    """Delete a shift that nobody has or had."""
    if _step(stop, shift_id, remove_shift, _("The shift is deleted.")):
        return see_other(url_for(".shifts", stop=stop))
    return see_other(url_for(".shift", stop=stop, shift_id=shift_id))


def _step(
    stop: Stop, shift_id: int, act: Callable[..., Any], words: str, *, undo: str | None = None
) -> bool:
    """Do something to a shift and say what came of it; whether it worked."""
    row = _get_shift(stop, shift_id)
    try:
        with transaction():
            act(db.session.get_one(Shift, row.id), by=signed_in_user())
    except GernasError as error:
        say(error.message)
        return False
    say(words, undo=undo)
    return True


@bp.route("/kelola/<stop:stop>/pemuda/jaga/geser", methods=["GET", "POST"])
@requires(Permission.EDIT_YOUTH)
def move_all_shifts(stop: Stop) -> ResponseReturnValue:
    """Move the shifts of an event along when the event moved."""
    programme = get_programme(stop)
    events = dict(_list_events(list_shifts(programme.id)))
    form = MoveForm(data={"event_id": Filters.read().event_id})
    form.event_id.offer(events.items(), none=_("Choose an event"))
    moved: list[Shift] = []

    def show() -> str:
        return page("shifts_move.html", stop, programme=programme, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    if form.event_id.data not in events:
        form.refuse(form.event_id, _("Choose an event of this province."))
        return show(), 422

    def save() -> None:
        event = db.session.get_one(Event, form.event_id.data)
        row = fetch_programme(programme)
        moved.extend(move_shifts(row, event, form.days.data, by=signed_in_user()))

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(
        ngettext(
            "%(num)s shift is moved, and its people are told.",
            "%(num)s shifts are moved, and their people are told.",
            len(moved),
        )
    )
    return see_other(url_for(".shifts", stop=stop))


@bp.post("/kelola/<stop:stop>/pemuda/jaga/buka")
@requires(Permission.EDIT_YOUTH)
def open_drafts(stop: Stop) -> ResponseReturnValue:
    """Open all drafts to members."""
    programme = get_programme(stop)
    ids = [one.id for one in list_shifts(programme.id) if one.published_at is None]
    with transaction():
        rows = [db.session.get_one(Shift, number) for number in ids]
        opened = [one for one in rows if one.cancelled_at is None]
        for row in opened:
            publish_shift(row, by=signed_in_user())
    say(
        ngettext(
            "%(num)s shift is open to members now.",
            "%(num)s shifts are open to members now.",
            len(opened),
        )
    )
    return see_other(url_for(".shifts", stop=stop))


@bp.route("/kelola/<stop:stop>/pemuda/jaga/<id:shift_id>/batal", methods=["GET", "POST"])
@requires(Permission.EDIT_YOUTH)
def call_off_shift(stop: Stop, shift_id: int) -> ResponseReturnValue:
    """Cancel a shift, with what that does and the reason that its people read."""
    row = _get_shift(stop, shift_id)
    form = ReasonForm()
    freed: list[int] = []

    def show() -> str:
        people = list_people(row.id)
        return page("shift_cancel.html", stop, shift=row, form=form, people=people)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422

    def save() -> None:
        kept = db.session.get_one(Shift, row.id)
        freed.append(cancel_shift(kept, reason=form.reason.data or "", by=signed_in_user()))

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(
        ngettext(
            "The shift is cancelled; %(num)s member is told.",
            "The shift is cancelled; %(num)s members are told.",
            freed[0],
        )
    )
    return see_other(url_for(".shift", stop=stop, shift_id=shift_id))


@bp.route("/kelola/<stop:stop>/pemuda/jaga/<id:shift_id>/salin", methods=["GET", "POST"])
@requires(Permission.EDIT_YOUTH)
def copy_to_days(stop: Stop, shift_id: int) -> ResponseReturnValue:
    row = _get_shift(stop, shift_id)
    form = CopyForm()
    copies: list[Shift] = []

    def show() -> str:
        return page("shift_copy.html", stop, shift=row, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422

    def save() -> None:
        kept = db.session.get_one(Shift, row.id)
        copies.extend(copy_shift(kept, form.read_days(), by=signed_in_user()))

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(ngettext("%(num)s copy is made.", "%(num)s copies are made.", len(copies)))
    return see_other(url_for(".shifts", stop=stop))


@bp.post("/kelola/<stop:stop>/pemuda/jaga/<id:shift_id>/orang")
@requires(Permission.EDIT_YOUTH)
def put_in_shift(stop: Stop, shift_id: int) -> ResponseReturnValue:
    """Give a member a place, passing over what is soft if the coordinator says so."""
    row = _get_shift(stop, shift_id)
    need = find_need(row, read_number(request.form.get("peran")) or 0)
    member = _find_enrolled(row, read_number(request.form.get("anggota")))
    if need is None or member is None:
        raise BadValues({"anggota": _("Choose a member and a role.")})
    try:
        with transaction():
            take_shift(
                db.session.get_one(ShiftNeed, need.id),
                db.session.get_one(Member, member.id),
                by=signed_in_user(),
                how=AssignedBy.COORDINATOR,
                waits=False,
                passing_over=request.form.get("tetap") == "1",
            )
    except GernasError as error:
        return _show(stop, _get_shift(stop, shift_id), refused=error, tried=(need, member)), (
            error.status
        )
    say(_("%(name)s has a place now.", name=member.name))
    return see_other(_people(stop, row))


@bp.post("/kelola/<stop:stop>/pemuda/jaga/<id:shift_id>/orang/<id:assignment_id>/lepas")
@requires(Permission.EDIT_YOUTH)
def take_off_shift(stop: Stop, shift_id: int, assignment_id: int) -> ResponseReturnValue:
    """Take a member off, with the reason that the member reads."""
    row = _get_shift(stop, shift_id)
    place = find_assignment(row.id, assignment_id) or abort(404)
    name = place.member.name
    try:
        with transaction():
            kept = db.session.get_one(Assignment, place.id)
            leave_shift(kept, by=signed_in_user(), reason=request.form.get("alasan", ""))
    except BadValues:
        raise
    except GernasError as error:
        say(error.message)
    else:
        say(_("%(name)s is off this shift.", name=name))
    return see_other(_people(stop, row))


# --- The parts ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Total:
    wanted: int
    used: int

    @classmethod
    def of(cls, rows: Sequence[Shift]) -> "_Total":
        needs = [need for one in rows if one.cancelled_at is None for need in one.needs]
        return cls(sum(need.wanted for need in needs), sum(need.used for need in needs))


def _get_shift(stop: Stop, shift_id: int) -> Shift:
    return find_shift(get_programme(stop).id, shift_id) or abort(404)


def _show(
    stop: Stop,
    row: Shift,
    *,
    refused: GernasError | None = None,
    tried: tuple[ShiftNeed, Member] | None = None,
) -> str:
    people = list_people(row.id)
    wanted = request.args.get("cari", "").strip()[:100]
    hindrances = list_hindrances_in(row, [(one.member, one.need) for one in people])
    return page(
        "shift.html",
        stop,
        shift=row,
        needs=[need for need in row.needs if need.wanted or need.used],
        people=people,
        hindrances=hindrances,
        former=list_former_people(row.id),
        has_history=has_history(row.id),
        candidates=_list_candidates(row, people, wanted),
        wanted=wanted,
        how_words=HOW_WORDS,
        refused=refused,
        may_pass_over=_may_pass_over(refused),
        tried=tried,
        is_over=row.ends_at <= now(),
    )


def _may_pass_over(refused: GernasError | None) -> bool:
    found: Sequence[Hindrance] = getattr(refused, "hindrances", [])
    return bool(found) and all(is_soft(one) for one in found)


@dataclass(frozen=True)
class Candidate:
    """A member who is not in the shift, with what stands against the role with most gaps."""

    member: Member
    words: str  # why not, empty if nothing stands against it
    need: ShiftNeed


def _list_candidates(row: Shift, people: Sequence[Assignment], wanted: str) -> list[Candidate]:
    """Who could fill the gaps: first those whom nothing hinders, by name."""
    open_needs = [need for need in row.needs if need.used < need.wanted]
    if not open_needs or row.cancelled_at is not None or row.ends_at <= now():
        return []
    need = max(open_needs, key=lambda one: one.wanted - one.used)
    there = {one.member_id for one in people}
    listed = list_enrolled(row.programme_id, wanted, most=MOST_OFFERED)
    members = [one for one in listed if one.id not in there]
    found = list_hindrances_of_all(members, row, need)
    rows = [
        Candidate(one, " ".join(hindrance_words(why) for why in found[one.id]), need)
        for one in members
    ]
    return sorted(rows, key=lambda one: (bool(one.words), one.member.name, one.member.id))


def _find_enrolled(row: Shift, member_id: int | None) -> Member | None:
    return find_enrolled(row.programme_id, member_id) if member_id is not None else None


def _people(stop: Stop, row: Shift) -> str:
    return f"{url_for('.shift', stop=stop, shift_id=row.id)}#orang"


def _by_day(rows: Sequence[Shift]) -> list[tuple[date, str, list[Shift]]]:
    ordered = sorted(rows, key=lambda one: (shift_day(one), one.starts_at, one.id))
    return [
        (day, date_words(day, weekday=True), list(group))
        for day, group in groupby(ordered, key=shift_day)
    ]


def _list_events(rows: Sequence[Shift]) -> list[tuple[int, str]]:
    events = {one.event_id: one.event.title for one in rows}
    return sorted(events.items(), key=lambda pair: pair[1])


def _list_days(rows: Sequence[Shift]) -> list[tuple[str, str]]:
    days = sorted({shift_day(one) for one in rows})
    return [(day.isoformat(), date_words(day, weekday=True)) for day in days]


def _make_form(
    programme: YouthProgramme, row: Shift | None = None, *, event_id: int | None = None
) -> ShiftForm:
    present = {need.role_id for need in row.needs} if row is not None else set()
    roles = [
        role
        for role in db.session.scalars(
            select(YouthRole)
            .where(YouthRole.programme_id == programme.id)
            .order_by(YouthRole.position, YouthRole.id)
        )
        if role.archived_at is None or role.id in present
    ]
    events = db.session.scalars(
        select(Event)
        .where(Event.stop_id == programme.stop_id, Event.archived_at.is_(None))
        .order_by(Event.starts_on, Event.id)
    ).all()
    values = ShiftValues.of(row) if row is not None else None
    return make_shift_form(programme, events, roles, values, event_id=event_id)


def _at_fields(form: ShiftForm, act: Callable[[], Any]) -> Any:
    """Do something; what is refused about the numbers of people stands at their fields."""
    try:
        return act()
    except BadValues as error:
        raise form.at_fields(error) from None
