"""Show, add, edit and archive the stops of a campaign."""

from collections.abc import Callable

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.campaigns.forms import StopForm
from gernas.campaigns.models import Campaign, Stop
from gernas.campaigns.panels import list_stop_panels
from gernas.campaigns.queries import list_stop_observations
from gernas.campaigns.services import add_stop, archive_stop, edit_stop, restore_stop
from gernas.campaigns.views.blueprint import bp, save_form
from gernas.core.database import db, transaction
from gernas.core.permissions import Permission, may, requires
from gernas.core.web import say, see_other, signed_in_user


@bp.route("/kelola/<campaign:campaign>/provinsi/baru", methods=["GET", "POST"])
@requires(Permission.ADD_STOP)
def add_stop_page(campaign: Campaign) -> ResponseReturnValue:
    form = StopForm(data={"cohort_size": 30, "champions": 5, "mentoring_weeks": 13})
    page = "campaigns/stop_form.html"
    if request.method == "GET" or not form.validate():
        status = 422 if form.is_submitted() else 200
        return render_template(page, form=form, campaign=campaign), status
    added: list[Stop] = []
    values = form.values()
    if values["number"] is None:
        del values["number"]

    def save() -> None:
        row = db.session.get_one(Campaign, campaign.id)
        added.append(add_stop(row, **values, by=signed_in_user()))

    failed = save_form(form, page, save, campaign=campaign)
    if failed is not None:
        return failed
    say(_("The stop is on the roadshow."))
    return see_other(url_for(".show_stop", stop=added[0]))


@bp.get("/kelola/<stop:stop>")
@requires(Permission.SEE_PLANS)
def show_stop(stop: Stop) -> ResponseReturnValue:
    return render_template(
        "campaigns/stop.html",
        stop=stop,
        campaign=stop.campaign,
        observations=list_stop_observations(stop),
        panels=list_stop_panels(stop, signed_in_user()),
        sees_campaign=may(signed_in_user(), Permission.SEE_PLANS, stop.campaign.scopes),
        may=lambda permission: may(signed_in_user(), permission, stop.scopes),
    )


@bp.route("/kelola/<stop:stop>/ubah", methods=["GET", "POST"])
@requires(Permission.EDIT_STOP)
def edit_stop_page(stop: Stop) -> ResponseReturnValue:
    form = StopForm.to_edit(stop)
    page = "campaigns/stop_form.html"
    if request.method == "GET" or not form.validate():
        status = 422 if form.is_submitted() else 200
        return render_template(page, form=form, campaign=stop.campaign, stop=stop), status
    row_id, slug, campaign_slug = stop.id, stop.slug, stop.campaign.slug
    values = {**form.values(), "slug": form.slug.data or slug}
    values["number"] = values["number"] or stop.number

    def save() -> None:
        row = db.session.get_one(Stop, row_id)
        edit_stop(row, values, version=form.shown_version, by=signed_in_user())

    failed = save_form(form, page, save, campaign=stop.campaign, stop=stop)
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(url_for(".show_stop", stop=f"{campaign_slug}/{values['slug']}"))


@bp.post("/kelola/<stop:stop>/arsipkan")
@requires(Permission.ADD_STOP)
def archive_stop_page(stop: Stop) -> ResponseReturnValue:
    return _do(stop, archive_stop, _("The stop is archived."), "restore_stop_page")


@bp.post("/kelola/<stop:stop>/pulihkan")
@requires(Permission.ADD_STOP)
def restore_stop_page(stop: Stop) -> ResponseReturnValue:
    return _do(stop, restore_stop, _("The stop is back on the roadshow."), "archive_stop_page")


def _do(stop: Stop, verb: Callable[..., Stop], sentence: str, undo: str) -> ResponseReturnValue:
    with transaction():
        row = db.session.get(Stop, stop.id)
        if row is None:
            abort(404)
        verb(row, by=signed_in_user())
        address = f"{row.campaign.slug}/{row.slug}"
    say(sentence, undo=url_for(f".{undo}", stop=address))
    return see_other(url_for(".show_stop", stop=address))
