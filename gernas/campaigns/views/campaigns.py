"""List, show, add, edit, publish and archive campaigns."""

from collections.abc import Callable

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.campaigns.forms import CampaignForm
from gernas.campaigns.models import Campaign
from gernas.campaigns.queries import list_campaigns, list_stop_lines
from gernas.campaigns.services import (
    add_campaign,
    archive_campaign,
    edit_campaign,
    publish_campaign,
    restore_campaign,
    withdraw_campaign,
)
from gernas.campaigns.views.blueprint import bp, save_form
from gernas.core.database import db, transaction
from gernas.core.permissions import Permission, may, requires
from gernas.core.web import say, see_other, signed_in_user


@bp.get("/kelola/kampanye")
@requires(Permission.SEE_PLANS)
def index() -> ResponseReturnValue:
    archived = request.args.get("arsip") == "1"
    campaigns = list_campaigns(signed_in_user(), archived=archived)
    return render_template(
        "campaigns/index.html",
        campaigns=campaigns,
        archived=archived,
        may_see=lambda row: may(signed_in_user(), Permission.SEE_PLANS, row.scopes),
    )


@bp.route("/kelola/kampanye/baru", methods=["GET", "POST"])
@requires(Permission.ADD_CAMPAIGN)
def add() -> ResponseReturnValue:
    form = CampaignForm()
    page = "campaigns/form.html"
    if request.method == "GET" or not form.validate():
        return render_template(page, form=form), 422 if form.is_submitted() else 200
    added: list[Campaign] = []
    by = signed_in_user()
    failed = save_form(form, page, lambda: added.append(add_campaign(**form.values(), by=by)))
    if failed is not None:
        return failed
    say(_("The campaign is there. Only planners see it until you publish it."))
    return see_other(url_for(".show", campaign=added[0]))


@bp.get("/kelola/<campaign:campaign>")
@requires(Permission.SEE_PLANS)
def show(campaign: Campaign) -> ResponseReturnValue:
    stops = list_stop_lines(campaign)
    return render_template(
        "campaigns/show.html",
        campaign=campaign,
        stops=tuple(stop for stop in stops if not stop.is_archived),
        archived_stops=tuple(stop for stop in stops if stop.is_archived),
        may=lambda permission: may(signed_in_user(), permission, campaign.scopes),
    )


@bp.route("/kelola/<campaign:campaign>/ubah", methods=["GET", "POST"])
@requires(Permission.EDIT_CAMPAIGN)
def edit(campaign: Campaign) -> ResponseReturnValue:
    form = CampaignForm.to_edit(campaign)
    page = "campaigns/form.html"
    if request.method == "GET" or not form.validate():
        status = 422 if form.is_submitted() else 200
        return render_template(page, form=form, campaign=campaign), status
    row_id, slug = campaign.id, campaign.slug
    values = {**form.values(), "slug": form.slug.data or slug}

    def save() -> None:
        row = db.session.get_one(Campaign, row_id)
        edit_campaign(row, values, version=form.shown_version, by=signed_in_user())

    failed = save_form(form, page, save, campaign=campaign)
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(url_for(".show", campaign=values["slug"]))


@bp.post("/kelola/<campaign:campaign>/terbitkan")
@requires(Permission.EDIT_CAMPAIGN)
def publish(campaign: Campaign) -> ResponseReturnValue:
    return _do(campaign, publish_campaign, _("The public sees the campaign now."), "withdraw")


@bp.post("/kelola/<campaign:campaign>/sembunyikan")
@requires(Permission.EDIT_CAMPAIGN)
def withdraw(campaign: Campaign) -> ResponseReturnValue:
    return _do(campaign, withdraw_campaign, _("Only planners see the campaign now."), "publish")


@bp.post("/kelola/<campaign:campaign>/arsipkan")
@requires(Permission.EDIT_CAMPAIGN)
def archive(campaign: Campaign) -> ResponseReturnValue:
    return _do(campaign, archive_campaign, _("The campaign is in the archive."), "restore")


@bp.post("/kelola/<campaign:campaign>/pulihkan")
@requires(Permission.EDIT_CAMPAIGN)
def restore(campaign: Campaign) -> ResponseReturnValue:
    return _do(campaign, restore_campaign, _("The campaign is back."), "archive")


def _do(
    campaign: Campaign, verb: Callable[..., Campaign], sentence: str, undo: str
) -> ResponseReturnValue:
    with transaction():
        row = db.session.get(Campaign, campaign.id)
        if row is None:
            abort(404)
        verb(row, by=signed_in_user())
    say(sentence, undo=url_for(f".{undo}", campaign=row))
    return see_other(url_for(".show", campaign=row))
