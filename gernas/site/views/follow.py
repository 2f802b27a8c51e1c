"""Hearing of changes by mail: ask, confirm, leave. These pages carry forms, so none is kept."""

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from gernas.core.database import transaction
from gernas.core.i18n import get_language, public_url
from gernas.core.limits import limiter
from gernas.core.permissions import Scope, public
from gernas.core.security import csrf
from gernas.core.web import see_other
from gernas.events.follows import (
    ask_to_follow,
    confirm_follow,
    find_follow,
    is_confirmable,
    name_followed,
    stop_following,
)
from gernas.events.models import Follow
from gernas.site.errors import LinkDead
from gernas.site.forms import ButtonForm, FollowForm
from gernas.site.views.blueprint import (
    get_event_of_address,
    get_public_campaign,
    get_public_stop,
)

bp = Blueprint("follow", __name__)

# Wide, since many phones share one address; each mail address has its own limit.
limit_asking = limiter.shared_limit("60 per hour", "follow", methods=["POST"])
limit_links = limiter.shared_limit(
    # Only misses count, so that neighbours behind one address cannot shut each other out.
    "30 per hour",
    "follow-links",
    exempt_when=lambda: _find_asked() is not None,
)


@bp.route("/ikuti/acara/<slug:event>", methods=["GET", "POST"])
@public
@limit_asking
def event(event: str) -> ResponseReturnValue:
    found = get_event_of_address(event)
    return _ask(found.scope, public_url("site.event", event=found.slug))


@bp.route("/ikuti/kampanye/<slug:campaign>/<slug:stop>", methods=["GET", "POST"])
@public
@limit_asking
def stop(campaign: str, stop: str) -> ResponseReturnValue:
    found = get_public_stop(campaign, stop)
    back = public_url("site.stop", campaign=found.campaign.slug, stop=found.slug)
    return _ask(found.scope, back)


@bp.route("/ikuti/kampanye/<slug:campaign>", methods=["GET", "POST"])
@public
@limit_asking
def campaign(campaign: str) -> ResponseReturnValue:
    found = get_public_campaign(campaign)
    return _ask(found.scope, public_url("site.campaign", campaign=found.slug))


@bp.get("/ikuti/terkirim")
@public
def sent() -> ResponseReturnValue:
    """The same answer for every address, known or not."""
    return _private(render_template("site/follow/sent.html"))


@bp.route("/ikuti/konfirmasi/<token>", methods=["GET", "POST"])
@public
@limit_links
def confirm(token: str) -> ResponseReturnValue:
    """A page with one button: mail scanners open links, but press nothing."""
    follow = _find(token)
    if follow.confirmed_at is None and not is_confirmable(follow):
        raise LinkDead
    if follow.left_at is not None:
        raise LinkDead
    form = ButtonForm()
    if request.method == "GET" or not form.validate():
        done = follow.confirmed_at is not None
        return _page("site/follow/confirm.html", follow, form=form, done=done)
    with transaction():
        if not confirm_follow(_find(token)):
            raise LinkDead
    return see_other(public_url("follow.confirm", token=token))


@bp.get("/ikuti/berhenti/<token>")
@public
@limit_links
def leave(token: str) -> ResponseReturnValue:
    follow = _find(token)
    return _page("site/follow/leave.html", follow, done=follow.left_at is not None)


@bp.post("/ikuti/berhenti/<token>")
@public
@limit_links
def leave_now(token: str) -> ResponseReturnValue:
    with transaction():
        stop_following(_find(token))
    if "List-Unsubscribe" in request.form:  # RFC 8058, 3.1: mail programs follow no redirect.
        return Response("ok\n", mimetype="text/plain")
    return see_other(public_url("follow.leave", token=token))


# The secret in the address is the permission: mail programs send no token (RFC 8058).
csrf.exempt(leave_now)


def _ask(scope: Scope, back: str) -> ResponseReturnValue:
    form = FollowForm()
    if request.method == "GET" or not form.validate():
        page = render_template(
            "site/follow/ask.html", form=form, title=name_followed(scope), scope=scope, back=back
        )
        return _private(page, 422 if request.method == "POST" else 200)
    with transaction():
        ask_to_follow(form.email.data, scope, language=get_language())
    return see_other(public_url("follow.sent"))


def _find_asked() -> Follow | None:
    """The row of the link that was asked for."""
    return find_follow((request.view_args or {}).get("token", ""))


def _find(token: str) -> Follow:
    follow = find_follow(token)
    if follow is None:
        raise LinkDead
    return follow


def _page(template: str, follow: Follow, **values: object) -> Response:
    scope = Scope(follow.scope_kind, follow.scope_id)
    title = name_followed(scope)
    return _private(render_template(template, title=title, follow=follow, **values))


def _private(page: str, status: int = 200) -> Response:
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
