"""One's own applications under ``/saya``, and all that is kept of oneself."""

import json

from flask import Blueprint, Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.accounts.door import fresh
from gernas.accounts.own_data import tell_person
from gernas.accounts.present import signed_in_user
from gernas.businesses.documents import ATTACHMENT_POLICY
from gernas.businesses.queries import list_own as list_own_businesses
from gernas.core.permissions import signed_in
from gernas.core.text import content_disposition
from gernas.registrations.models import Registration
from gernas.registrations.queries import find_own, find_upload, list_own, list_public_calls
from gernas.registrations.standing import make_brief
from gernas.registrations.views.answer import ACTIONS, Way, act_on, show_page
from gernas.registrations.views.files import send_upload

bp = Blueprint("my_registrations", __name__)


@bp.get("/saya/pendaftaran")
@signed_in
def index() -> ResponseReturnValue:
    """All of them, the newest first, each with the one thing to know."""
    rows = [(one, make_brief(one)) for one in list_own(signed_in_user())]
    calls = [call for call in list_public_calls() if call.is_open]
    return render_template("registrations/mine/index.html", rows=rows, calls=calls)


@bp.get("/saya/pendaftaran/<code>")
@signed_in
def show(code: str) -> ResponseReturnValue:
    return show_page(_way(code))


@bp.route(f"/saya/pendaftaran/<code>/<any({ACTIONS}):action>", methods=["GET", "POST"])
@signed_in
def act(code: str, action: str) -> ResponseReturnValue:
    return act_on(_way(code), action)


@bp.get("/saya/pendaftaran/<code>/berkas/<id:upload_id>")
@signed_in
def file(code: str, upload_id: int) -> Response:
    return send_upload(find_upload(_get(code), upload_id) or abort(404))


file.talisman_view_options = ATTACHMENT_POLICY  # type: ignore[attr-defined]


@bp.get("/saya/data")
@signed_in
def data() -> ResponseReturnValue:
    """What is kept of me, and my rights: take along, correct, withdraw consent, be forgotten."""
    user = signed_in_user()
    return render_template(
        "registrations/mine/data.html",
        businesses=list_own_businesses(user),
        registrations=list_own(user),
    )


@bp.get("/saya/data/unduh")
@signed_in
@fresh
def download() -> Response:
    """All of it as JSON (UU 27/2022, 7 and 13)."""
    text = json.dumps(tell_person(signed_in_user()), ensure_ascii=False, indent=2)
    answer = Response(text, mimetype="application/json")
    answer.headers["Content-Disposition"] = content_disposition(_("my-data.json"))
    return answer


def _get(code: str) -> Registration:
    return find_own(signed_in_user(), code) or abort(404)


def _way(code: str) -> Way:
    return Way(
        registration=_get(code),
        layout="layout/account.html",
        page=url_for("my_registrations.show", code=code),
        act=lambda action: url_for("my_registrations.act", code=code, action=action),
        file=lambda number: url_for("my_registrations.file", code=code, upload_id=number),
        is_owner=True,
    )
