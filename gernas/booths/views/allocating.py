"""Organizers give booths: drag a name onto one, or choose both; swap, move, release, lock."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.booths.allocation_queries import find_allocation, find_exhibitor
from gernas.booths.giving import (
    exhibitor_line,
    giving_link,
    giving_say,
    make_giving,
)
from gernas.booths.models import LABEL_LENGTH, Booth, BoothAllocation, Plan
from gernas.booths.queries import find_booth
from gernas.booths.services.allocating import (
    assign_booth,
    lock_allocation,
    move_allocation,
    release_allocation,
    swap_allocations,
    unlock_allocation,
)
from gernas.booths.services.undoing import find_last_step, undo_step
from gernas.booths.views.blueprint import bp, get_plan, page, register_tab
from gernas.booths.words import HOW_WORDS
from gernas.core.database import db, transaction
from gernas.core.errors import Conflict, GernasError
from gernas.core.permissions import Permission, may, requires
from gernas.core.text import clean_text
from gernas.core.web import say, see_other, signed_in_user
from gernas.events.forms import read_number
from gernas.events.models import Event
from gernas.registrations.models import Registration

Row = TypeVar("Row")

register_tab(50, _l("Give booths"), "booths.giving")


@bp.get("/kelola/acara/<event:event>/denah/stan")
@requires(Permission.SEE_PLANS)
def giving(event: Event) -> ResponseReturnValue:
    """The plan with who has which booth, beside it who has none; what is chosen stands between."""
    plan = get_plan(event)
    return _show(event, plan)


def _show(
    event: Event, plan: Plan, *, problem: str = "", reason: str = "", status: int = 200
) -> ResponseReturnValue:
    board = make_giving(plan)
    source = request.form if request.method == "POST" else request.args
    chosen = board.find_exhibitor(read_number(source.get("peserta")))
    booth = board.find_booth(source.get("stan", ""))
    may_give = may(signed_in_user(), Permission.ALLOCATE_BOOTHS, event.scopes)
    answer = page(
        "giving.html",
        event,
        plan=plan,
        board=board,
        chosen=chosen,
        booth=booth,
        allocation=board.live.get(booth.id) if booth else None,
        warnings=board.list_warnings(booth, chosen) if booth and chosen else [],
        may_give=may_give,
        may_see_registrations=may(signed_in_user(), Permission.SEE_REGISTRATIONS, event.scopes),
        last=find_last_step(plan, by=signed_in_user()) if may_give else None,
        problem=problem,
        reason=reason,
        how_words=HOW_WORDS,
        link=giving_link(chosen),
        say=giving_say(board),
        line=exhibitor_line,
        state_url=_state_url(event, plan),
    )
    return answer, status


def _state_url(event: Event, plan: Plan) -> str:
    return url_for("floor_plan.state", event=event.slug) if plan.is_published else ""


@bp.post("/kelola/acara/<event:event>/denah/stan/beri")
@requires(Permission.ALLOCATE_BOOTHS)
def give(event: Event) -> ResponseReturnValue:
    """Give a booth to an exhibitor; what stands against it is said, and given all the same."""
    plan = get_plan(event)
    booth, who = _read_booth(plan), _read_exhibitor(plan)
    warnings = make_giving(plan).list_warnings(booth, who)
    booth_id, who_id = booth.id, who.id

    def step() -> tuple[str, BoothAllocation]:
        given = assign_booth(
            db.session.get_one(Booth, booth_id),
            db.session.get_one(Registration, who_id),
            by=signed_in_user(),
        )
        words = {"name": given.registration.label, "booth": given.booth.label}
        done = _("%(name)s has booth %(booth)s.", **words)
        return " ".join([done, *warnings]), given

    return _run(event, plan, step)


@bp.post("/kelola/acara/<event:event>/denah/stan/pindah")
@requires(Permission.ALLOCATE_BOOTHS)
def move(event: Event) -> ResponseReturnValue:
    plan = get_plan(event)
    booth_id = _read_booth(plan).id
    allocation_id = _read_allocation(plan, "alokasi").id

    def step() -> tuple[str, BoothAllocation]:
        moved = move_allocation(
            _fetch(allocation_id), db.session.get_one(Booth, booth_id), by=signed_in_user()
        )
        words = {"name": moved.registration.label, "booth": moved.booth.label}
        return _("%(name)s moved to booth %(booth)s.", **words), moved

    return _run(event, plan, step)


@bp.post("/kelola/acara/<event:event>/denah/stan/tukar")
@requires(Permission.ALLOCATE_BOOTHS)
def swap(event: Event) -> ResponseReturnValue:
    plan = get_plan(event)
    one_id = _read_allocation(plan, "alokasi").id
    other_id = _read_allocation(plan, "dengan").id

    def step() -> tuple[str, BoothAllocation]:
        first, second = swap_allocations(_fetch(one_id), _fetch(other_id), by=signed_in_user())
        words = {
            "one": first.registration.label,
            "booth": first.booth.label,
            "other": second.registration.label,
            "second": second.booth.label,
        }
        done = _("%(one)s has booth %(booth)s now, %(other)s booth %(second)s.", **words)
        return done, first

    return _run(event, plan, step)


@bp.post("/kelola/acara/<event:event>/denah/stan/lepas")
@requires(Permission.ALLOCATE_BOOTHS)
def release(event: Event) -> ResponseReturnValue:
    plan = get_plan(event)
    allocation_id = _read_allocation(plan, "alokasi").id
    reason = request.form.get("alasan", "")

    def step() -> tuple[str, BoothAllocation]:
        gone = release_allocation(_fetch(allocation_id), reason=reason, by=signed_in_user())
        return _("Booth %(booth)s is free again.", booth=gone.booth.label), gone

    return _run(event, plan, step, reason=reason)


@bp.post("/kelola/acara/<event:event>/denah/stan/kunci")
@requires(Permission.ALLOCATE_BOOTHS)
def fix(event: Event) -> ResponseReturnValue:
    """Lock an exhibitor on its booth, or unlock it."""
    plan = get_plan(event)
    allocation_id = _read_allocation(plan, "alokasi").id
    locks = request.form.get("kunci") == "1"

    def step() -> tuple[str, None]:
        service = lock_allocation if locks else unlock_allocation
        booth = service(_fetch(allocation_id), by=signed_in_user()).booth
        locked = _("Booth %(booth)s is locked for its exhibitor.", booth=booth.label)
        unlocked = _("Booth %(booth)s is unlocked.", booth=booth.label)
        return (locked if locks else unlocked), None

    return _run(event, plan, step)


@bp.post("/kelola/acara/<event:event>/denah/stan/urungkan/<id:allocation_id>")
@requires(Permission.ALLOCATE_BOOTHS)
def undo(event: Event, allocation_id: int) -> ResponseReturnValue:
    plan = get_plan(event)
    if find_allocation(plan, allocation_id) is None:
        abort(404)

    def step() -> tuple[str, None]:
        undo_step(_fetch(allocation_id), by=signed_in_user())
        return _("Taken back. Nobody was told of it."), None

    return _run(event, plan, step)


def _run(
    event: Event,
    plan: Plan,
    step: Callable[[], tuple[str, BoothAllocation | None]],
    **typed: Any,
) -> ResponseReturnValue:
    """Do a step and say it, with its undo; what a rule refuses is shown, and nothing typed lost."""
    plan_id = plan.id
    try:
        with transaction():
            sentence, done = step()
            undo_address = (
                url_for("booths.undo", event=event, allocation_id=done.id) if done else None
            )
    except GernasError as error:
        fresh = db.session.get_one(Plan, plan_id)
        return _show(event, fresh, problem=error.message, status=error.status, **typed)
    say(sentence, undo=undo_address)
    return see_other(url_for("booths.giving", event=event))


def _fetch(allocation_id: int) -> BoothAllocation:
    return db.session.get_one(BoothAllocation, allocation_id)


def _read_booth(plan: Plan) -> Booth:
    booth = find_booth(plan, clean_text(request.form.get("stan", ""))[:LABEL_LENGTH])
    return _there(booth, _("Choose a booth that is on the plan."))


def _read_exhibitor(plan: Plan) -> Registration:
    number = read_number(request.form.get("peserta")) or 0
    return _there(find_exhibitor(plan, number), _("Choose an exhibitor of this plan."))


def _read_allocation(plan: Plan, name: str) -> BoothAllocation:
    number = read_number(request.form.get(name)) or 0
    gone = _("This booth was released or moved in the meantime. Look at the plan again.")
    return _there(find_allocation(plan, number), gone)


def _there(row: Row | None, sentence: str) -> Row:
    """A row that the form names; one that is gone, or of another plan, is a conflict."""
    if row is None:
        raise Conflict(sentence)
    return row
