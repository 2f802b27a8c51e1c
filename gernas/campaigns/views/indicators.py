"""List, add and edit indicators, their targets and what was counted."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.campaigns.forms import IndicatorForm, IndicatorKeyForm, ObservationForm
from gernas.campaigns.models import Campaign, Indicator, Observation, Stop
from gernas.campaigns.queries import (
    find_indicator,
    find_observation,
    list_indicators,
    list_stops,
)
from gernas.campaigns.services import (
    add_indicator,
    add_observation,
    edit_indicator,
    edit_observation,
    remove_indicator,
    remove_observation,
)
from gernas.campaigns.views.blueprint import bp, save_form
from gernas.campaigns.words import OBSERVATION_KINDS, UNITS
from gernas.core.database import db, transaction
from gernas.core.permissions import Permission, may, requires
from gernas.core.web import say, see_other, signed_in_user


@bp.get("/kelola/<campaign:campaign>/indikator")
@requires(Permission.SEE_PLANS)
def indicators(campaign: Campaign) -> ResponseReturnValue:
    return render_template(
        "campaigns/indicators.html",
        campaign=campaign,
        indicators=list_indicators(campaign),
        units=UNITS,
        may_edit=_may_edit(campaign),
    )


@bp.route("/kelola/<campaign:campaign>/indikator/baru", methods=["GET", "POST"])
@requires(Permission.EDIT_INDICATORS)
def add_indicator_page(campaign: Campaign) -> ResponseReturnValue:
    form = IndicatorKeyForm()
    page = "campaigns/indicator_form.html"
    if request.method == "GET" or not form.validate():
        status = 422 if form.is_submitted() else 200
        return render_template(page, form=form, campaign=campaign), status
    values = form.values()
    if values["key"]:
        values["key"] = values["key"].replace("-", "_")
    if values["position"] is None:
        del values["position"]
    added: list[Indicator] = []

    def save() -> None:
        row = db.session.get_one(Campaign, campaign.id)
        added.append(add_indicator(row, **values, by=signed_in_user()))

    failed = save_form(form, page, save, campaign=campaign)
    if failed is not None:
        return failed
    say(_("The indicator is there. Now add its targets and what was counted."))
    return see_other(url_for(".show_indicator", campaign=campaign, indicator_id=added[0].id))


@bp.get("/kelola/<campaign:campaign>/indikator/<id:indicator_id>")
@requires(Permission.SEE_PLANS)
def show_indicator(campaign: Campaign, indicator_id: int) -> ResponseReturnValue:
    return render_template(
        "campaigns/indicator.html",
        campaign=campaign,
        indicator=_get_indicator(campaign, indicator_id),
        units=UNITS,
        kinds=OBSERVATION_KINDS,
        may_edit=_may_edit(campaign),
    )


@bp.route("/kelola/<campaign:campaign>/indikator/<id:indicator_id>/ubah", methods=["GET", "POST"])
@requires(Permission.EDIT_INDICATORS)
def edit_indicator_page(campaign: Campaign, indicator_id: int) -> ResponseReturnValue:
    indicator = _get_indicator(campaign, indicator_id)
    form = IndicatorForm.to_edit(indicator)
    page = "campaigns/indicator_form.html"
    if request.method == "GET" or not form.validate():
        status = 422 if form.is_submitted() else 200
        return render_template(page, form=form, campaign=campaign, indicator=indicator), status
    values = form.values()
    values["position"] = values["position"] or indicator.position

    def save() -> None:
        row = _get_indicator(campaign, indicator_id)
        edit_indicator(row, values, version=form.shown_version, by=signed_in_user())

    failed = save_form(form, page, save, campaign=campaign, indicator=indicator)
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(url_for(".show_indicator", campaign=campaign, indicator_id=indicator_id))


@bp.route("/kelola/<campaign:campaign>/indikator/<id:indicator_id>/hapus", methods=["GET", "POST"])
@requires(Permission.EDIT_INDICATORS)
def remove_indicator_page(campaign: Campaign, indicator_id: int) -> ResponseReturnValue:
    indicator = _get_indicator(campaign, indicator_id)
    if request.method != "POST":
        return render_template(
            "campaigns/indicator_remove.html", campaign=campaign, indicator=indicator
        )
    with transaction():
        remove_indicator(_get_indicator(campaign, indicator_id), by=signed_in_user())
    say(_("The indicator and its numbers are gone. The log keeps what they were."))
    return see_other(url_for(".indicators", campaign=campaign))


@bp.route(
    "/kelola/<campaign:campaign>/indikator/<id:indicator_id>/angka/baru", methods=["GET", "POST"]
)
@requires(Permission.EDIT_INDICATORS)
def add_observation_page(campaign: Campaign, indicator_id: int) -> ResponseReturnValue:
    indicator = _get_indicator(campaign, indicator_id)
    form = ObservationForm.of(indicator, list_stops(campaign))
    page = "campaigns/observation_form.html"
    shown: dict[str, Any] = {"campaign": campaign, "indicator": indicator, "units": UNITS}
    if request.method == "GET" or not form.validate():
        return render_template(page, form=form, **shown), 422 if form.is_submitted() else 200

    def save() -> None:
        row = _get_indicator(campaign, indicator_id)
        values = form.values()
        del values["stop_id"]
        add_observation(row, **values, stop=_chosen_stop(form), by=signed_in_user())

    failed = save_form(form, page, save, **shown)
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(url_for(".show_indicator", campaign=campaign, indicator_id=indicator_id))


@bp.route("/kelola/<campaign:campaign>/angka/<id:observation_id>/ubah", methods=["GET", "POST"])
@requires(Permission.EDIT_INDICATORS)
def edit_observation_page(campaign: Campaign, observation_id: int) -> ResponseReturnValue:
    observation = _get_observation(campaign, observation_id)
    indicator = observation.indicator
    form = ObservationForm.of(indicator, list_stops(campaign), observation)
    page = "campaigns/observation_form.html"
    shown: dict[str, Any] = {
        "campaign": campaign,
        "indicator": indicator,
        "observation": observation,
        "units": UNITS,
    }
    if request.method == "GET" or not form.validate():
        return render_template(page, form=form, **shown), 422 if form.is_submitted() else 200

    def save() -> None:
        row = _get_observation(campaign, observation_id)
        _chosen_stop(form)
        edit_observation(row, form.values(), base=form.base.data or "", by=signed_in_user())

    failed = save_form(form, page, save, **shown)
    if failed is not None:
        return failed
    say(_("Saved."))
    return see_other(url_for(".show_indicator", campaign=campaign, indicator_id=indicator.id))


@bp.post("/kelola/<campaign:campaign>/angka/<id:observation_id>/hapus")
@requires(Permission.EDIT_INDICATORS)
def remove_observation_page(campaign: Campaign, observation_id: int) -> ResponseReturnValue:
    with transaction():
        observation = _get_observation(campaign, observation_id)
        indicator_id = observation.indicator_id
        remove_observation(observation, by=signed_in_user())
    say(_("The number is gone. The log keeps what it was."))
    return see_other(url_for(".show_indicator", campaign=campaign, indicator_id=indicator_id))


def _get_indicator(campaign: Campaign, indicator_id: int) -> Indicator:
    indicator = find_indicator(campaign, indicator_id)
    if indicator is None:
        abort(404)
    return indicator


def _get_observation(campaign: Campaign, observation_id: int) -> Observation:
    observation = find_observation(campaign, observation_id)
    if observation is None:
        abort(404)
    return observation


def _chosen_stop(form: ObservationForm) -> Stop | None:
    """The stop chosen; the form offers only those of the campaign."""
    return db.session.get(Stop, int(form.stop_id.data)) if form.stop_id.data else None


def _may_edit(campaign: Campaign) -> bool:
    return may(signed_in_user(), Permission.EDIT_INDICATORS, campaign.scopes)
