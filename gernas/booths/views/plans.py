"""The plan of an event and its halls: what is missing or wrong, layouts, publishing."""

from dataclasses import dataclass

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.booths.errors import PlanChanged
from gernas.booths.forms_drawing import (
    BackdropForm,
    ButtonForm,
    HallForm,
    LayoutForm,
    PlanForm,
    in_cm,
)
from gernas.booths.layouts import Layout, Made, Measure
from gernas.booths.models import Booth, Fixture, Hall, Plan
from gernas.booths.queries import (
    count_booths_by_zone,
    find_plan,
    list_booths,
    list_fixtures,
    list_halls,
    list_held,
    list_zones,
)
from gernas.booths.services.drawing import check_hall
from gernas.booths.services.halls import (
    add_hall,
    edit_hall,
    move_hall,
    place_backdrop,
    remove_backdrop,
    remove_hall,
    set_backdrop,
)
from gernas.booths.services.layouts import draw_layout, plan_layout
from gernas.booths.services.plans import (
    add_plan,
    edit_plan,
    find_missing,
    publish_plan,
    withdraw_plan,
)
from gernas.booths.values import HallValues, PlanValues
from gernas.booths.views.blueprint import (
    bp,
    fetch_hall,
    fetch_plan,
    get_hall,
    get_plan,
    page,
    register_tab,
)
from gernas.booths.wire import name_fixture, problem_words
from gernas.core.database import db, transaction
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.security import takes_uploads
from gernas.core.web import say, see_other, signed_in_user
from gernas.core.wording import moment_words
from gernas.events.models import Event

MOST_WARNINGS = 12  # shown of a hall; the rest is counted

register_tab(10, _l("Floor plan"), "booths.plan")


@dataclass(frozen=True)
class ShownHall:
    """A hall on the page of its plan."""

    hall: Hall
    booths: list[Booth]
    fixtures: list[Fixture]
    warnings: list[str]
    states: dict[int, str]


@bp.get("/kelola/acara/<event:event>/denah")
@requires(Permission.SEE_PLANS)
def plan(event: Event) -> ResponseReturnValue:
    """Halls with their pictures, numbers and warnings; without a plan, how to begin one."""
    plan = find_plan(event)
    if plan is None:
        return page("begin.html", event)
    halls = show_halls(plan)
    zones = list_zones(plan)
    return page(
        "plan.html",
        event,
        plan=plan,
        halls=halls,
        zones=zones,
        zone_counts=count_booths_by_zone(plan),
        missing=find_missing(plan),
        total=sum(len(one.booths) for one in halls),
        given=sum(len(one.states) for one in halls),
    )


def show_halls(plan: Plan) -> list[ShownHall]:
    """All halls of a plan with what stands in them, whose booths are given, and what is wrong."""
    booths = list_booths(plan)
    given = {one.booth_id: "taken" for one in list_held([booth.id for booth in booths])}
    given |= {booth.id: "locked" for booth in booths if booth.locked and booth.id not in given}
    shown = []
    for hall in list_halls(plan):
        own = [booth for booth in booths if booth.hall_id == hall.id]
        fixtures = list_fixtures(hall)
        states = {booth.id: given[booth.id] for booth in own if booth.id in given}
        shown.append(ShownHall(hall, own, fixtures, list_warnings(hall, own, fixtures), states))
    return shown


def list_warnings(hall: Hall, booths: list[Booth], fixtures: list[Fixture]) -> list[str]:
    """What is wrong with a hall, in words."""
    names = {f"b{one.id}": one.label for one in booths}
    names |= {f"f{one.id}": name_fixture(one) for one in fixtures}
    return [problem_words(one, names) for one in check_hall(hall, hall.plan.aisle_cm)]


@bp.post("/kelola/acara/<event:event>/denah/mulai")
@requires(Permission.EDIT_BOOTHS)
def begin(event: Event) -> ResponseReturnValue:
    with transaction():
        add_plan(db.session.get_one(Event, event.id), by=signed_in_user())
    say(_("The plan is begun. Now add the first hall or tent."))
    return see_other(url_for(".new_hall", event=event))


@bp.route("/kelola/acara/<event:event>/denah/pengaturan", methods=["GET", "POST"])
@requires(Permission.EDIT_BOOTHS)
def settings(event: Event) -> ResponseReturnValue:
    plan = get_plan(event)
    form = PlanForm.of(PlanValues.of(plan), plan.version)

    def show(**more: object) -> str:
        return page("settings.html", event, plan=plan, form=form, **more)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422

    def save() -> None:
        version = int(form.version.data) if (form.version.data or "").isdecimal() else 0
        edit_plan(fetch_plan(plan), form.read_values(), version=version, by=signed_in_user())

    try:
        failed = save_form(form, save, show)
    except PlanChanged as error:
        form.version.data, form.version.raw_data = str(error.plan.version), None
        conflict = {
            "by": error.changed_by or _("Someone"),
            "at": moment_words(error.changed_at, event.zone),
        }
        return show(conflict=conflict), 409
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(url_for(".plan", event=event))


@bp.post("/kelola/acara/<event:event>/denah/terbitkan")
@requires(Permission.EDIT_BOOTHS)
def publish(event: Event) -> ResponseReturnValue:
    plan = get_plan(event)
    with transaction():
        publish_plan(fetch_plan(plan), by=signed_in_user())
    say(_("Everyone can see the plan now."), undo=url_for(".withdraw", event=event))
    return see_other(url_for(".plan", event=event))


@bp.post("/kelola/acara/<event:event>/denah/tarik")
@requires(Permission.EDIT_BOOTHS)
def withdraw(event: Event) -> ResponseReturnValue:
    plan = get_plan(event)
    with transaction():
        withdraw_plan(fetch_plan(plan), by=signed_in_user())
    say(_("The public does not see the plan any more."), undo=url_for(".publish", event=event))
    return see_other(url_for(".plan", event=event))


# --- Halls ----------------------------------------------------------------------------------


@bp.route("/kelola/acara/<event:event>/denah/aula", methods=["GET", "POST"])
@requires(Permission.EDIT_BOOTHS)
def new_hall(event: Event) -> ResponseReturnValue:
    plan = get_plan(event)
    form = HallForm()

    def show() -> str:
        return page("hall.html", event, plan=plan, hall=None, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    added: list[Hall] = []

    def save() -> None:
        added.append(add_hall(fetch_plan(plan), form.read_values(), by=signed_in_user()))

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("The hall is there. Draw its booths, or start from a ready-made layout."))
    return see_other(url_for(".draw", event=event, hall_id=added[0].id))


@bp.route("/kelola/acara/<event:event>/denah/<id:hall_id>/ubah", methods=["GET", "POST"])
@requires(Permission.EDIT_BOOTHS)
def change_hall(event: Event, hall_id: int) -> ResponseReturnValue:
    hall = get_hall(event, hall_id)
    form = HallForm.of(HallValues.of(hall))

    def show() -> str:
        return page("hall.html", event, plan=hall.plan, hall=hall, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422

    def save() -> None:
        edit_hall(fetch_hall(hall), form.read_values(), by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(url_for(".plan", event=event))


@bp.post("/kelola/acara/<event:event>/denah/<id:hall_id>/naik")
@requires(Permission.EDIT_BOOTHS)
def hall_up(event: Event, hall_id: int) -> ResponseReturnValue:
    return _move(event, hall_id, up=True)


@bp.post("/kelola/acara/<event:event>/denah/<id:hall_id>/turun")
@requires(Permission.EDIT_BOOTHS)
def hall_down(event: Event, hall_id: int) -> ResponseReturnValue:
    return _move(event, hall_id, up=False)


@bp.route("/kelola/acara/<event:event>/denah/<id:hall_id>/hapus", methods=["GET", "POST"])
@requires(Permission.EDIT_BOOTHS)
def drop_hall(event: Event, hall_id: int) -> ResponseReturnValue:
    """What goes with the hall; then it goes."""
    hall = get_hall(event, hall_id)
    booths = list_booths(hall.plan, hall)
    form = ButtonForm()

    def show() -> str:
        held = list_held([booth.id for booth in booths])
        return page("drop_hall.html", event, hall=hall, booths=booths, held=held, form=form)

    if request.method == "GET":
        return show()
    failed = save_form(form, lambda: remove_hall(fetch_hall(hall), by=signed_in_user()), show)
    if failed is not None:
        return failed
    say(_("The hall is gone. Its booths stand in the log."))
    return see_other(url_for(".plan", event=event))


@bp.route("/kelola/acara/<event:event>/denah/<id:hall_id>/susunan", methods=["GET", "POST"])
@requires(Permission.EDIT_BOOTHS)
def layout(event: Event, hall_id: int) -> ResponseReturnValue:
    """Choose a ready-made layout, look at it, then draw it."""
    hall = get_hall(event, hall_id)
    form = LayoutForm(data=None if request.method == "POST" else {"aisle": 3})
    shown: list[Made] = []

    def show() -> str:
        made = shown[-1] if shown else None
        drawn = _grown(hall, made)
        return page("layout.html", event, hall=hall, form=form, made=made, drawn=drawn)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    measure = _measure(hall, form)
    shown.append(plan_layout(hall, Layout(form.layout.data), measure))
    if not shown[-1].booths:
        form.form_errors.append(_("Not even one booth fits. Choose smaller booths or aisles."))
        return show(), 422
    if "lihat" in request.form:
        return show()

    def save() -> None:
        draw_layout(fetch_hall(hall), Layout(form.layout.data), measure, by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("%(count)s booths drawn.", count=len(shown[-1].booths)))
    return see_other(url_for(".draw", event=event, hall_id=hall.id))


@bp.route("/kelola/acara/<event:event>/denah/<id:hall_id>/latar", methods=["GET", "POST"])
@takes_uploads
@requires(Permission.EDIT_BOOTHS)
def backdrop(event: Event, hall_id: int) -> ResponseReturnValue:
    """A picture of the venue behind the plan: choose it, lay it, take it away."""
    hall = get_hall(event, hall_id)
    placed = {
        "x": hall.backdrop_x_cm / 100,
        "y": hall.backdrop_y_cm / 100,
        "width": (hall.backdrop_width_cm or hall.width_cm) / 100,
        "opacity": hall.backdrop_opacity,
    }
    form = BackdropForm(data=placed)

    def show() -> str:
        return page("backdrop.html", event, hall=hall, form=form, **_drawn(hall))

    if request.method == "GET":
        return show()
    if "hapus" in request.form:
        with transaction():
            remove_backdrop(fetch_hall(hall), by=signed_in_user())
        say(_("The picture is gone."))
        return see_other(url_for(".backdrop", event=event, hall_id=hall.id))
    if not form.validate():
        return show(), 422
    if form.picture.data is None and hall.backdrop is None:
        form.refuse(form.picture, _("Choose a picture."))
        return show(), 422
    failed = save_form(form, lambda: _save_backdrop(fetch_hall(hall), form), show)
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(url_for(".backdrop", event=event, hall_id=hall.id))


def _save_backdrop(hall: Hall, form: BackdropForm) -> None:
    by = signed_in_user()
    if form.picture.data is not None:
        hall = set_backdrop(hall, form.picture.data, by=by)
    place_backdrop(
        hall,
        x_cm=in_cm(form.x),
        y_cm=in_cm(form.y),
        width_cm=in_cm(form.width),
        opacity=form.opacity.data,
        by=by,
    )


def _drawn(hall: Hall) -> dict[str, object]:
    return {"booths": list_booths(hall.plan, hall), "fixtures": list_fixtures(hall)}


def _measure(hall: Hall, form: LayoutForm) -> Measure:
    return Measure(
        width=hall.width_cm,
        depth=hall.depth_cm,
        booth_width=in_cm(form.booth_width),
        booth_depth=in_cm(form.booth_depth),
        aisle=in_cm(form.aisle),
    )


def _grown(hall: Hall, made: Made | None) -> ShownHall | None:
    """The hall with a layout, as rows that are in no session, only to be drawn."""
    if made is None:
        return None
    wide, deep = made.size or (hall.width_cm, hall.depth_cm)
    grown = Hall(
        name=hall.name,
        name_en=hall.name_en,
        width_cm=max(wide, hall.width_cm),
        depth_cm=max(deep, hall.depth_cm),
    )
    booths = [Booth(id=number, **vars(one)) for number, one in enumerate(made.booths, 1)]
    fixtures = [Fixture(id=number, **vars(one)) for number, one in enumerate(made.fixtures, 1)]
    return ShownHall(grown, booths, fixtures, [], {})


def _move(event: Event, hall_id: int, *, up: bool) -> ResponseReturnValue:
    hall = get_hall(event, hall_id)
    with transaction():
        move_hall(fetch_hall(hall), up=up, by=signed_in_user())
    return see_other(url_for(".plan", event=event))
