"""The booths of a hall as a table: all that the editor does, without pointer or script."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms.fields.choices import SelectChoice

from gernas.booths.errors import BoothChanged
from gernas.booths.forms_drawing import (
    BoothForm,
    BulkForm,
    ButtonForm,
    FixtureForm,
    RowForm,
    in_cm,
    offer_sponsors,
    offer_zones,
)
from gernas.booths.layouts import label_row
from gernas.booths.models import Booth, Fixture, Hall
from gernas.booths.queries import (
    list_booths,
    list_fixtures,
    list_halls,
    list_held,
    list_sponsors,
    list_zones,
)
from gernas.booths.services.drawing import carry_booths, restore_booths, save_drawing
from gernas.booths.services.halls import name_holder
from gernas.booths.values import BoothValues, FixtureValues, HallDrawing
from gernas.booths.views.blueprint import bp, fetch_hall, get_hall, page
from gernas.booths.views.plans import list_warnings
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError, NotThere
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.web import say, see_other, signed_in_user
from gernas.events.models import Event

# What the bar below the table can do; each changes the values of one booth.
CHANGES: dict[str, Any] = {
    "zone": _l("Put into the zone …"),
    "sponsor": _l("Set aside for the sponsor …"),
    "amps": _l("Give so much power …"),
    "corner": _l("Mark as corner"),
    "no_corner": _l("Not a corner"),
    "accessible": _l("Mark as without steps"),
    "no_accessible": _l("Not without steps"),
    "water": _l("Mark as with water"),
    "no_water": _l("Without water"),
    "lock": _l("Lock: only organizers give them"),
    "unlock": _l("Unlock"),
    "remove": _l("Remove"),
}
_FLAGS = {
    "corner": ("corner", True),
    "no_corner": ("corner", False),
    "accessible": ("accessible", True),
    "no_accessible": ("accessible", False),
    "water": ("water", True),
    "no_water": ("water", False),
    "lock": ("locked", True),
    "unlock": ("locked", False),
}
CARRY = "hall-"  # and the hall's number


@bp.get("/kelola/acara/<event:event>/denah/<id:hall_id>/tabel")
@requires(Permission.SEE_PLANS)
def table(event: Event, hall_id: int) -> ResponseReturnValue:
    return _show(event, get_hall(event, hall_id))


@bp.post("/kelola/acara/<event:event>/denah/<id:hall_id>/tabel")
@requires(Permission.EDIT_BOOTHS)
def change_many(event: Event, hall_id: int) -> ResponseReturnValue:
    """Do one thing with all booths that are ticked."""
    hall = get_hall(event, hall_id)
    form = _bulk_form(hall)

    def show() -> str:
        return _show(event, hall, bulk_form=form)

    ticked = _ticked(hall, form)
    if not form.validate():
        return show(), 422
    if not ticked:
        form.form_errors.append(_("Tick the booths first."))
        return show(), 422
    failed = save_form(form, lambda: _change(fetch_hall(hall), ticked, form), show)
    if failed is not None:
        return failed
    count = ngettext("%(num)s booth", "%(num)s booths", len(ticked))
    if form.action.data == "remove":
        numbers = ",".join(str(booth.id) for booth in ticked)
        undo = url_for(".bring_booths_back", event=event, hall_id=hall.id, stan=numbers)
        say(_("%(booths)s removed.", booths=count), undo=undo)
    else:
        say(_("%(booths)s changed.", booths=count))
    return see_other(url_for(".table", event=event, hall_id=hall.id))


@bp.post("/kelola/acara/<event:event>/denah/<id:hall_id>/kembalikan")
@requires(Permission.EDIT_BOOTHS)
def bring_booths_back(event: Event, hall_id: int) -> ResponseReturnValue:
    """Take a removal back."""
    hall = get_hall(event, hall_id)
    numbers = [int(one) for one in request.args.get("stan", "").split(",") if one.isdecimal()]
    wanted = [number for number in numbers if number < 2**31][:2_000]
    try:
        with transaction():
            back = restore_booths(fetch_hall(hall), wanted, by=signed_in_user())
    except NotThere as error:
        say(error.message)
    else:
        count = ngettext("%(num)s booth", "%(num)s booths", len(back))
        say(_("%(booths)s are back.", booths=count))
    return see_other(url_for(".table", event=event, hall_id=hall.id))


@bp.route("/kelola/acara/<event:event>/denah/<id:hall_id>/stan", methods=["GET", "POST"])
@requires(Permission.EDIT_BOOTHS)
def new_booth(event: Event, hall_id: int) -> ResponseReturnValue:
    hall = get_hall(event, hall_id)
    return _edit_booth(event, hall, None)


@bp.route(
    "/kelola/acara/<event:event>/denah/<id:hall_id>/stan/<id:booth_id>", methods=["GET", "POST"]
)
@requires(Permission.EDIT_BOOTHS)
def change_booth(event: Event, hall_id: int, booth_id: int) -> ResponseReturnValue:
    hall = get_hall(event, hall_id)
    return _edit_booth(event, hall, _get_booth(hall, booth_id))


@bp.route("/kelola/acara/<event:event>/denah/<id:hall_id>/deret", methods=["GET", "POST"])
@requires(Permission.EDIT_BOOTHS)
def new_row(event: Event, hall_id: int) -> ResponseReturnValue:
    """A row of booths, numbered on."""
    hall = get_hall(event, hall_id)
    form = RowForm()
    offer_zones(form.zone_id, list_zones(hall.plan))

    def show() -> str:
        return page("row.html", event, hall=hall, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    booths = _make_row(form)

    def save() -> None:
        drawing = HallDrawing(booths=tuple((None, one) for one in booths))
        save_drawing(fetch_hall(hall), drawing, version=None, by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("%(first)s to %(last)s are drawn.", first=booths[0].label, last=booths[-1].label))
    return see_other(url_for(".table", event=event, hall_id=hall.id))


@bp.route("/kelola/acara/<event:event>/denah/<id:hall_id>/benda", methods=["GET", "POST"])
@requires(Permission.EDIT_BOOTHS)
def new_fixture(event: Event, hall_id: int) -> ResponseReturnValue:
    return _edit_fixture(event, get_hall(event, hall_id), None)


@bp.route(
    "/kelola/acara/<event:event>/denah/<id:hall_id>/benda/<id:fixture_id>",
    methods=["GET", "POST"],
)
@requires(Permission.EDIT_BOOTHS)
def change_fixture(event: Event, hall_id: int, fixture_id: int) -> ResponseReturnValue:
    hall = get_hall(event, hall_id)
    found = next((one for one in list_fixtures(hall) if one.id == fixture_id), None)
    return _edit_fixture(event, hall, found or abort(404))


@bp.post("/kelola/acara/<event:event>/denah/<id:hall_id>/benda/<id:fixture_id>/hapus")
@requires(Permission.EDIT_BOOTHS)
def drop_fixture(event: Event, hall_id: int, fixture_id: int) -> ResponseReturnValue:
    hall = get_hall(event, hall_id)
    with transaction():
        drawing = HallDrawing(removed_fixtures=frozenset({fixture_id}))
        save_drawing(fetch_hall(hall), drawing, version=None, by=signed_in_user())
    say(_("It is gone from the plan."))
    return see_other(url_for(".table", event=event, hall_id=hall.id))


def _show(event: Event, hall: Hall, *, bulk_form: BulkForm | None = None) -> str:
    booths, fixtures = list_booths(hall.plan, hall), list_fixtures(hall)
    form = bulk_form or _bulk_form(hall)
    return page(
        "table.html",
        event,
        plan=hall.plan,
        hall=hall,
        booths=booths,
        fixtures=fixtures,
        held={one.booth_id: name_holder(one) for one in list_held([one.id for one in booths])},
        warnings=list_warnings(hall, booths, fixtures),
        bulk_form=form,
        ticked=set(form.booths.data or ()),
    )


def _bulk_form(hall: Hall) -> BulkForm:
    form = BulkForm()
    offer_zones(form.zone_id, list_zones(hall.plan))
    offer_sponsors(form.sponsor_id, list_sponsors(hall.plan))
    others = [one for one in list_halls(hall.plan) if one.id != hall.id]
    form.action.choices = [SelectChoice(name, str(text)) for name, text in CHANGES.items()] + [
        SelectChoice(f"{CARRY}{one.id}", str(_("Carry into %(hall)s", hall=one.name)))
        for one in others
    ]
    return form


def _ticked(hall: Hall, form: BulkForm) -> list[Booth]:
    wanted = set(form.booths.data or ())
    return [booth for booth in list_booths(hall.plan, hall) if booth.id in wanted]


def _change(hall: Hall, ticked: list[Booth], form: BulkForm) -> None:
    by, action = signed_in_user(), str(form.action.data)
    if action.startswith(CARRY):
        number = int(action.removeprefix(CARRY))
        target = next((one for one in list_halls(hall.plan) if one.id == number), None)
        if target is None:
            raise NotThere(_("This hall is no longer there."))
        carry_booths([db.session.get_one(Booth, one.id) for one in ticked], target, by=by)
        return
    if action == "remove":
        drawing = HallDrawing(removed_booths=frozenset(booth.id for booth in ticked))
    else:
        change = _make_change(action, form)
        rows = [db.session.get_one(Booth, booth.id) for booth in ticked]
        drawing = HallDrawing(booths=tuple((row.id, change(BoothValues.of(row))) for row in rows))
    save_drawing(hall, drawing, version=None, by=by)


def _make_change(action: str, form: BulkForm) -> Callable[[BoothValues], BoothValues]:
    changes: dict[str, Any] = {}
    if action == "zone":
        changes["zone_id"] = form.zone_id.data or None
    elif action == "sponsor":
        changes["sponsor_id"] = form.sponsor_id.data or None
    elif action == "amps":
        if form.amps.data is None:
            raise GernasError(_("Say how many ampere."))
        changes["amps"] = form.amps.data
    else:
        name, value = _FLAGS[action]
        changes[name] = value
    return lambda values: replace(values, **changes)


def _get_booth(hall: Hall, booth_id: int) -> Booth:
    found = next((one for one in list_booths(hall.plan, hall) if one.id == booth_id), None)
    return found or abort(404)


def _edit_booth(event: Event, hall: Hall, booth: Booth | None) -> ResponseReturnValue:
    """A new booth, or one that is there; ``hapus`` takes it away."""
    form = BoothForm()
    form.offer(list_zones(hall.plan), list_sponsors(hall.plan))
    held = list_held([booth.id]) if booth else []

    def show() -> str:
        holder = name_holder(held[0]) if held else None
        return page("booth.html", event, hall=hall, booth=booth, form=form, holder=holder)

    if request.method == "GET":
        start = BoothValues.of(booth) if booth else BoothValues(label="", x_cm=0, y_cm=0)
        form.fill(start)
        form.version.data = str(booth.version) if booth else ""
        return show()
    number = booth.id if booth else None
    removes = booth is not None and "hapus" in request.form
    if not removes and not form.validate():
        return show(), 422

    def save() -> None:
        if booth is not None and not removes:
            _check_version(booth, form)
        drawing = HallDrawing(removed_booths=frozenset({booth.id})) if removes and booth else None
        drawing = drawing or HallDrawing(booths=((number, form.read_values()),))
        save_drawing(fetch_hall(hall), drawing, version=None, by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    if removes:
        undo = url_for(".bring_booths_back", event=event, hall_id=hall.id, stan=number)
        say(_("Booth %(booth)s is removed.", booth=booth.label if booth else ""), undo=undo)
    else:
        say(_("Booth %(booth)s is saved.", booth=form.label.data))
    return see_other(url_for(".table", event=event, hall_id=hall.id))


def _check_version(booth: Booth, form: BoothForm) -> None:
    """Refuse once to write over what someone saved since; a second press does it.

    Raises:
        BoothChanged
    """
    present = db.session.get_one(Booth, booth.id).version
    seen, form.version.data, form.version.raw_data = form.version.data, str(present), None
    if seen != str(present):
        raise BoothChanged(booth)


def _edit_fixture(event: Event, hall: Hall, fixture: Fixture | None) -> ResponseReturnValue:
    form = FixtureForm()

    def show() -> str:
        return page("fixture.html", event, hall=hall, fixture=fixture, form=form, button=ButtonForm)

    if request.method == "GET":
        if fixture is not None:
            form.fill(FixtureValues.of(fixture))
        return show()
    if not form.validate():
        return show(), 422

    def save() -> None:
        number = fixture.id if fixture else None
        drawing = HallDrawing(fixtures=((number, form.read_values()),))
        save_drawing(fetch_hall(hall), drawing, version=None, by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(url_for(".table", event=event, hall_id=hall.id))


def _make_row(form: RowForm) -> list[BoothValues]:
    wide, deep, gap = in_cm(form.width), in_cm(form.depth), in_cm(form.gap)
    goes_down = form.direction.data == "down"
    step = (deep if goes_down else wide) + gap
    start_x, start_y = in_cm(form.x), in_cm(form.y)
    return [
        BoothValues(
            label=label,
            x_cm=start_x + (0 if goes_down else step * place),
            y_cm=start_y + (step * place if goes_down else 0),
            width_cm=wide,
            depth_cm=deep,
            zone_id=form.zone_id.data or None,
        )
        for place, label in enumerate(label_row(form.label.data or "", form.count.data or 0))
    ]
