"""Zones and sponsors of a plan."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.booths.errors import StillUsed
from gernas.booths.forms_drawing import SponsorForm, ZoneForm
from gernas.booths.models import Plan, Sponsor, Zone, ZoneColour
from gernas.booths.queries import (
    count_booths_by_sponsor,
    count_booths_by_zone,
    find_sponsor,
    find_zone,
    list_sponsors,
    list_zones,
)
from gernas.booths.services.zones import (
    add_sponsor,
    add_zone,
    edit_sponsor,
    edit_zone,
    remove_sponsor,
    remove_zone,
)
from gernas.booths.values import SponsorValues, ZoneValues
from gernas.booths.views.blueprint import bp, fetch_plan, get_plan, page, register_tab
from gernas.businesses.words import SECTOR_WORDS
from gernas.core.database import db, transaction
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.web import say, see_other, signed_in_user
from gernas.events.models import Event

register_tab(20, _l("Zones and sponsors"), "booths.zones")


@bp.get("/kelola/acara/<event:event>/denah/zona")
@requires(Permission.SEE_PLANS)
def zones(event: Event) -> ResponseReturnValue:
    return _show(event, get_plan(event))


@bp.post("/kelola/acara/<event:event>/denah/zona/tambah")
@requires(Permission.EDIT_BOOTHS)
def new_zone(event: Event) -> ResponseReturnValue:
    plan = get_plan(event)
    form = ZoneForm()

    def show() -> str:
        return _show(event, plan, zone_form=form)

    if not form.validate():
        return show(), 422

    def save() -> None:
        add_zone(fetch_plan(plan), form.read_values(), by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("The zone is there. Give it booths in the drawing or in the table."))
    return see_other(url_for(".zones", event=event))


@bp.route("/kelola/acara/<event:event>/denah/zona/<id:zone_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_BOOTHS)
def change_zone(event: Event, zone_id: int) -> ResponseReturnValue:
    plan = get_plan(event)
    zone = find_zone(plan, zone_id) or abort(404)
    form = ZoneForm.of(ZoneValues.of(zone))

    def show() -> str:
        return page("zone.html", event, plan=plan, zone=zone, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422

    def save() -> None:
        edit_zone(db.session.get_one(Zone, zone.id), form.read_values(), by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(url_for(".zones", event=event))


@bp.post("/kelola/acara/<event:event>/denah/zona/<id:zone_id>/hapus")
@requires(Permission.EDIT_BOOTHS)
def drop_zone(event: Event, zone_id: int) -> ResponseReturnValue:
    zone = find_zone(get_plan(event), zone_id) or abort(404)
    try:
        with transaction():
            remove_zone(db.session.get_one(Zone, zone.id), by=signed_in_user())
    except StillUsed as error:
        say(error.message)
    else:
        say(_("The zone is gone."))
    return see_other(url_for(".zones", event=event))


@bp.post("/kelola/acara/<event:event>/denah/sponsor/tambah")
@requires(Permission.EDIT_BOOTHS)
def new_sponsor(event: Event) -> ResponseReturnValue:
    plan = get_plan(event)
    form = SponsorForm(prefix="sponsor")

    def show() -> str:
        return _show(event, plan, sponsor_form=form)

    if not form.validate():
        return show(), 422

    def save() -> None:
        add_sponsor(fetch_plan(plan), form.read_values(), by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("The sponsor is there. Set booths aside for it in the drawing or in the table."))
    return see_other(url_for(".zones", event=event))


@bp.route("/kelola/acara/<event:event>/denah/sponsor/<id:sponsor_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_BOOTHS)
def change_sponsor(event: Event, sponsor_id: int) -> ResponseReturnValue:
    plan = get_plan(event)
    sponsor = find_sponsor(plan, sponsor_id) or abort(404)
    form = SponsorForm(data=vars(SponsorValues.of(sponsor)))

    def show() -> str:
        return page("sponsor.html", event, plan=plan, sponsor=sponsor, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422

    def save() -> None:
        row = db.session.get_one(Sponsor, sponsor.id)
        edit_sponsor(row, form.read_values(), by=signed_in_user())

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(url_for(".zones", event=event))


@bp.post("/kelola/acara/<event:event>/denah/sponsor/<id:sponsor_id>/hapus")
@requires(Permission.EDIT_BOOTHS)
def drop_sponsor(event: Event, sponsor_id: int) -> ResponseReturnValue:
    sponsor = find_sponsor(get_plan(event), sponsor_id) or abort(404)
    try:
        with transaction():
            remove_sponsor(db.session.get_one(Sponsor, sponsor.id), by=signed_in_user())
    except StillUsed as error:
        say(error.message)
    else:
        say(_("The sponsor is gone."))
    return see_other(url_for(".zones", event=event))


def _show(
    event: Event,
    plan: Plan,
    *,
    zone_form: ZoneForm | None = None,
    sponsor_form: SponsorForm | None = None,
) -> str:
    zones = list_zones(plan)
    if zone_form is None:
        used = {zone.colour for zone in zones}
        free = next((one for one in ZoneColour if one not in used), ZoneColour.GREY)
        zone_form = ZoneForm(formdata=None, data={"colour": str(free)})
    return page(
        "zones.html",
        event,
        plan=plan,
        zones=zones,
        sponsors=list_sponsors(plan),
        zone_counts=count_booths_by_zone(plan),
        sponsor_counts=count_booths_by_sponsor(plan),
        sector_words=SECTOR_WORDS,
        zone_form=zone_form,
        sponsor_form=sponsor_form or SponsorForm(formdata=None, prefix="sponsor"),
    )
