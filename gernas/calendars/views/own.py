"""``/saya/kalender``: one's private feed addresses, made, seen and ended."""

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.calendars.errors import NoSuchFeed
from gernas.calendars.forms import AddPersonalFeedForm
from gernas.calendars.links import list_subscribe_links
from gernas.calendars.models import PersonalFeed
from gernas.calendars.queries import find_personal_feed, list_personal_feeds
from gernas.calendars.services import add_personal_feed, revoke_personal_feed
from gernas.core.clock import ZONES
from gernas.core.database import transaction
from gernas.core.permissions import signed_in
from gernas.core.web import say, see_other, signed_in_user

bp = Blueprint("own_calendar", __name__)


@bp.get("/saya/kalender")
@signed_in
def index() -> ResponseReturnValue:
    return _page(AddPersonalFeedForm())


@bp.post("/saya/kalender")
@signed_in
def add() -> ResponseReturnValue:
    """Make an address and show it, this once: only its hash is kept."""
    form = AddPersonalFeedForm()
    if not form.validate():
        return _page(form), 422
    with transaction():
        feed, token = add_personal_feed(signed_in_user().id, form.label.data)
    return _page(AddPersonalFeedForm(formdata=None), new=feed, token=token)


@bp.post("/saya/kalender/<id:feed_id>/henti")
@signed_in
def revoke(feed_id: int) -> ResponseReturnValue:
    with transaction():
        feed = find_personal_feed(signed_in_user().id, feed_id)
        if feed is None:
            raise NoSuchFeed
        revoke_personal_feed(feed)
    say(_("The address is ended. Programs that use it get nothing any more."))
    return see_other(url_for(".index"))


def _page(form: AddPersonalFeedForm, *, new: PersonalFeed | None = None, token: str = "") -> str:
    address = ""
    if new is not None:
        path = url_for("calendars.personal", token=token, _external=False)
        address = f"{current_app.config['GERNAS'].url}{path}"
    return render_template(
        "calendars/own.html",
        form=form,
        feeds=list_personal_feeds(signed_in_user().id),
        new=new,
        address=address,
        links=list_subscribe_links(address, _("My Gernas BBI")) if new else [],
        zone=ZONES[0],
    )
