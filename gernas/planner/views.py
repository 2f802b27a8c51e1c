"""Back-office pages that copy a stop or a whole roadshow."""

import re
from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.campaigns.errors import BadSlug, SlugTaken
from gernas.campaigns.models import Campaign, Stop
from gernas.campaigns.queries import list_campaigns
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.permissions import Permission, may, requires
from gernas.core.web import say, see_other, signed_in_user
from gernas.planner.forms import CopyCampaignForm, CopyStopForm
from gernas.planner.services import copy_campaign, copy_stop, get_first_day

bp = Blueprint("planner", __name__)

A_YEAR = timedelta(weeks=52)  # on the same weekday


@bp.route("/kelola/<campaign:campaign>/salin", methods=["GET", "POST"])
@requires(Permission.ADD_CAMPAIGN)
def copy_campaign_page(campaign: Campaign) -> ResponseReturnValue:
    form = CopyCampaignForm(data={"title": _next_title(campaign.title), "shift_weeks": 52})

    def show() -> str:
        return render_template(
            "planner/copy_campaign.html", form=form, campaign=campaign, a_year_later=_a_year_later
        )

    if request.method == "GET" or not form.validate():
        return show(), 422 if form.is_submitted() else 200
    try:
        with transaction():
            copy = copy_campaign(
                db.session.get_one(Campaign, campaign.id),
                title=form.title.data,
                slug=form.slug.data or None,
                shift_days=form.shift_weeks.data * 7,
                by=signed_in_user(),
            )
            stops = len(copy.stops)
    except (SlugTaken, BadSlug) as error:
        form.refuse(form.slug, error.message)
    except GernasError as error:
        form.form_errors.append(error.message)
    else:
        say(
            ngettext(
                "Copied with %(num)s stop. Look through it, then publish it.",
                "Copied with %(num)s stops. Look through them, then publish it.",
                stops,
            )
        )
        return see_other(url_for("campaigns.show", campaign=copy))
    return show(), 422


@bp.route("/kelola/<stop:stop>/salin", methods=["GET", "POST"])
@requires(Permission.SEE_PLANS)
def copy_stop_page(stop: Stop) -> ResponseReturnValue:
    user = signed_in_user()
    campaigns = [one for one in list_campaigns(user) if may(user, Permission.ADD_STOP, one.scopes)]
    if not campaigns:
        abort(403)
    form = CopyStopForm.into(campaigns, data={"shift_weeks": 52})

    def show() -> str:
        return render_template(
            "planner/copy_stop.html",
            form=form,
            stop=stop,
            starts_on=get_first_day(stop),
            a_year_later=_a_year_later,
        )

    if request.method == "GET" or not form.validate():
        return show(), 422 if form.is_submitted() else 200
    try:
        with transaction():
            copy = copy_stop(
                db.session.get_one(Stop, stop.id),
                to_campaign=db.session.get_one(Campaign, int(form.campaign_id.data)),
                shift_days=form.shift_weeks.data * 7,
                by=user,
            )
            address = f"{copy.campaign.slug}/{copy.slug}"
    except GernasError as error:
        form.form_errors.append(error.message)
        return show(), 422
    say(_("The stop is copied with its events, all tentative."))
    return see_other(url_for("campaigns.show_stop", stop=address))


def _a_year_later(day: date) -> date:
    return day + A_YEAR


def _next_title(title: str) -> str:
    """``Gernas BBI 2028`` after ``Gernas BBI 2027``; a title without a year stays."""
    return re.sub(r"\b20[0-9]{2}\b", lambda year: str(int(year[0]) + 1), title)
