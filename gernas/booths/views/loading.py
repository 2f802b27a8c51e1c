"""When goods are brought in and out: times at each gate, who comes when, who has chosen none."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.booths.allocation_queries import find_exhibitor, list_live
from gernas.booths.forms_loading import KIND_WORDS, CapacityForm, SeriesForm
from gernas.booths.loading_queries import find_slot, list_booked, list_bookings, list_slots
from gernas.booths.models import FixtureKind, LoadingSlot, Plan, SlotKind
from gernas.booths.queries import list_fixtures, list_halls
from gernas.booths.services.loading import (
    add_slots,
    book_slot,
    cancel_slot,
    remove_slot,
    set_capacity,
)
from gernas.booths.views.blueprint import bp, fetch_plan, get_plan, page, register_tab
from gernas.core.clock import to_local
from gernas.core.database import db, transaction
from gernas.core.errors import Conflict, GernasError
from gernas.core.permissions import Permission, may, requires
from gernas.core.saving import save_form
from gernas.core.web import LARGEST_ID, say, see_other, signed_in_user
from gernas.core.wording import date_words
from gernas.events.models import Event
from gernas.registrations.models import Registration

register_tab(60, _l("Loading"), "booths.loading")


@bp.get("/kelola/acara/<event:event>/denah/bongkar-muat")
@requires(Permission.SEE_PLANS)
def loading(event: Event) -> ResponseReturnValue:
    plan = get_plan(event)
    gates = _list_gates(plan)
    return _show(event, plan, SeriesForm.of(plan, gates[0] if gates else ""))


@bp.post("/kelola/acara/<event:event>/denah/bongkar-muat")
@requires(Permission.ALLOCATE_BOOTHS)
def add_times(event: Event) -> ResponseReturnValue:
    plan = get_plan(event)
    form = SeriesForm()

    def show() -> str:
        return _show(event, plan, form)

    if not form.validate():
        return show(), 422

    def save() -> None:
        add_slots(fetch_plan(plan), form.read_values(), by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("The times are there. Exhibitors with a booth can choose them now."))
    return see_other(url_for(".loading", event=event))


@bp.post("/kelola/acara/<event:event>/denah/bongkar-muat/<id:slot_id>/tempat")
@requires(Permission.ALLOCATE_BOOTHS)
def change_capacity(event: Event, slot_id: int) -> ResponseReturnValue:
    slot = _get_slot(event, slot_id)
    form = CapacityForm()
    if not form.validate():
        say(" ".join(form.capacity.errors))
        plan = slot.plan
        return _show(event, plan, SeriesForm.of(plan, slot.gate)), 422
    try:
        with transaction():
            row = db.session.get(LoadingSlot, slot.id) or abort(404)
            set_capacity(row, form.capacity.data, by=signed_in_user())
    except GernasError as error:
        say(error.message)
    else:
        say(_("Saved."))
    return _back(event, slot)


@bp.post("/kelola/acara/<event:event>/denah/bongkar-muat/<id:slot_id>/hapus")
@requires(Permission.ALLOCATE_BOOTHS)
def drop_time(event: Event, slot_id: int) -> ResponseReturnValue:
    slot = _get_slot(event, slot_id)
    try:
        with transaction():
            row = db.session.get(LoadingSlot, slot.id) or abort(404)
            remove_slot(row, by=signed_in_user())
    except GernasError as error:
        say(error.message)
    else:
        say(_("The time is no longer offered."))
    return see_other(url_for(".loading", event=event))


@bp.post("/kelola/acara/<event:event>/denah/bongkar-muat/<id:slot_id>/peserta")
@requires(Permission.ALLOCATE_BOOTHS)
def give_time(event: Event, slot_id: int) -> ResponseReturnValue:
    """Choose a time for an exhibitor."""
    slot = _get_slot(event, slot_id)
    registration = _get_exhibitor(slot.plan)
    try:
        with transaction():
            row = db.session.get(LoadingSlot, slot.id) or abort(404)
            book_slot(row, db.session.get_one(Registration, registration.id), by=signed_in_user())
    except GernasError as error:
        say(error.message)
    else:
        say(_("%(business)s comes at this time.", business=registration.label))
    return _back(event, slot)


@bp.post("/kelola/acara/<event:event>/denah/bongkar-muat/<id:slot_id>/lepas")
@requires(Permission.ALLOCATE_BOOTHS)
def take_time(event: Event, slot_id: int) -> ResponseReturnValue:
    """Take an exhibitor off a time."""
    slot = _get_slot(event, slot_id)
    plan, kind = slot.plan, SlotKind(slot.kind)
    registration = _get_exhibitor(plan)
    with transaction():
        row = db.session.get_one(Registration, registration.id)
        cancel_slot(row, db.session.get_one(Plan, plan.id), kind, by=signed_in_user())
    say(_("%(business)s can choose another time.", business=registration.label))
    return _back(event, slot)


def _get_slot(event: Event, slot_id: int) -> LoadingSlot:
    return find_slot(get_plan(event), slot_id) or abort(404)


def _get_exhibitor(plan: Plan) -> Registration:
    """The exhibitor of the plan that the form names."""
    typed = request.form.get("peserta", "")
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 11 else 0
    found = find_exhibitor(plan, number) if 0 < number <= LARGEST_ID else None
    if found is None:
        raise Conflict(_("Choose an exhibitor of this plan."))
    return found


def _back(event: Event, slot: LoadingSlot) -> ResponseReturnValue:
    return see_other(f"{url_for('.loading', event=event)}#waktu-{slot.id}")


def _list_gates(plan: Plan) -> list[str]:
    """The names of the gates that are drawn."""
    gates = {
        one.label
        for hall in list_halls(plan)
        for one in list_fixtures(hall)
        if one.kind == FixtureKind.GATE and one.label
    }
    return sorted(gates)


def _show(event: Event, plan: Plan, form: SeriesForm) -> str:
    booked = list_booked(plan)
    chosen = list_bookings(plan.id)
    labels: dict[int, list[str]] = {}
    holders: dict[int, Registration] = {}
    for one in list_live(plan):
        if not one.is_hold:
            labels.setdefault(one.registration_id, []).append(one.booth.label)
            holders[one.registration_id] = one.registration
    waiting = {
        kind: sorted(
            (one for number, one in holders.items() if (number, kind) not in chosen),
            key=lambda one: (one.label.casefold(), one.id),
        )
        for kind in SlotKind
    }
    return page(
        "loading.html",
        event,
        plan=plan,
        form=form,
        gates=_list_gates(plan),
        kinds=_group(plan),
        kind_words=KIND_WORDS,
        booked=booked,
        labels=labels,
        waiting=waiting,
        may_give=may(signed_in_user(), Permission.ALLOCATE_BOOTHS, event.scopes),
    )


def _group(plan: Plan) -> list[tuple[SlotKind, list[tuple[str, list[LoadingSlot]]]]]:
    """The times by kind, and by day in words."""
    kinds: dict[SlotKind, dict[str, list[LoadingSlot]]] = {}
    for slot in list_slots(plan):
        day = date_words(to_local(slot.starts_at, plan.event.zone).date(), weekday=True)
        kinds.setdefault(SlotKind(slot.kind), {}).setdefault(day, []).append(slot)
    return [(kind, list(days.items())) for kind, days in kinds.items()]
