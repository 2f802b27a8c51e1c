"""Between a browser's cookie and the person: loading, letting in, asking for more, letting out."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import flask_login
from flask import Response, current_app, g, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh as refresh_language
from flask_security.utils import login_user, logout_user
from sqlalchemy.exc import DBAPIError

from gernas.accounts.arrivals import welcome
from gernas.accounts.models import User
from gernas.accounts.queries import find_session, get_user
from gernas.accounts.services.sessions import (
    SEEN_EVERY,
    end_session_by_secret,
    is_fresh,
    is_over,
    needs_second_factor,
    note_use,
    start_session,
)
from gernas.accounts.words import device_words
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.i18n import public_url
from gernas.core.logs import USER, log
from gernas.core.permissions import held_anywhere
from gernas.core.security import new_session
from gernas.core.text import safe_next
from gernas.core.unsent import read_unsent
from gernas.core.web import is_htmx, see_other, unsent_answer

View = TypeVar("View", bound=Callable[..., Any])

SESSION = "session"  # in the cookie: the secret of the session's row
STEP = "step"  # in the cookie: the secret of what is under way at the door
EMAIL = "email"  # in the cookie: what was typed on the first page
# What stays in the cookie when someone signs in; signing out forgets all. Domains above add to it.
CARRIED: set[str] = set()


def load_user(user_id: str) -> User | None:
    """The person of the cookie, if its session is still there: Flask-Login's user loader."""
    secret = session.get(SESSION)
    row = find_session(secret) if isinstance(secret, str) else None
    if row is None or row.user.get_id() != user_id or not row.user.active:
        return None
    if is_over(row):
        return None
    g.session_row = row.id
    g.session_began_at = row.created_at
    g.session_seen_at = row.seen_at
    g.session_has_factor = row.second_factor
    return row.user


def find_signed_in_user() -> User | None:
    """The person of this request, on pages that are for anyone; reads the cookie."""
    user = flask_login.current_user
    if not user.is_authenticated:
        return None
    person: User = g._login_user  # noqa: SLF001 - what Flask-Login's proxy stands for
    g.signed_in_user = person
    request.environ[USER] = person.id
    return person


class Door:
    """What ``core.permissions`` asks before a page that is not for everyone."""

    def ask_to_sign_in(self) -> ResponseReturnValue | None:
        """None for a person who is signed in, else the way to the sign-in page."""
        if g.get("signed_in_user") is not None:
            return None  # Below the private paths this was asked before the view asks.
        if find_signed_in_user() is None:
            sign_in = url_for("accounts.sign_in", next=_here())
            return _give_back(sign_in) or _send_to(sign_in)
        refresh_language()  # It was chosen before we knew the person.
        return None

    def ask_for_second_factor(self) -> ResponseReturnValue | None:
        """None, unless the person's roles need a second factor that was not shown yet."""
        user: User = g.signed_in_user
        if not current_app.config["GERNAS"].second_factor or not needs_second_factor(user):
            return None
        if not user.has_second_factor:
            return _send_to(url_for("account.factor", next=_here()))
        if not g.session_has_factor:
            return _send_to(url_for("accounts.sign_in", lagi=1, next=_here()))
        return None


def fresh(view: View) -> View:
    """Mark a view that asks who is there once more, unless that was a short while ago.

    Stands below ``@requires`` or ``@signed_in``. A form that was opened in time may be sent.
    """

    @wraps(view)
    def guarded(**values: Any) -> Any:
        if not is_fresh(g.session_began_at, grace=request.method == "POST"):
            return _send_to(url_for("accounts.sign_in", lagi=1, next=_here()))
        return view(**values)

    return guarded  # type: ignore[return-value]


def let_in(user: User, *, means: str, second_factor: bool) -> None:
    """Sign a person in, in this browser: new session row, new cookie, new CSRF token."""
    former = session.get(SESSION)
    with transaction():
        person = get_user(user.id)
        if isinstance(former, str):
            end_session_by_secret(former)
        secret = start_session(
            person,
            means=means,
            second_factor=second_factor,
            device=device_words(request.user_agent.string),
        )
        welcome(person)
    carried = {key: session[key] for key in CARRIED if key in session}
    new_session()
    session.update(carried)
    g.pop("csrf_token", None)
    login_user(cast(Any, person), remember=False, authn_via=[means])
    session[SESSION] = secret
    session.permanent = True
    log.info("signed_in", user=person.id, means=means, second_factor=second_factor)


def let_out() -> None:
    """Sign the browser out; its cookie, also a copied one, opens nothing any more."""
    secret = session.get(SESSION)
    if isinstance(secret, str):
        with transaction():
            end_session_by_secret(secret)
    logout_user()
    new_session()
    g.pop("csrf_token", None)


def landing(user: User) -> str:
    """Where a person goes after signing in: where she wanted to, else where she works."""
    wanted = safe_next(request.args.get("next"))
    if wanted is not None:
        return wanted
    held = held_anywhere(user)
    parts = current_app.extensions["office_parts"]  # the first is where most people work
    first = next((part for part in parts if part.permission in held), None)
    return url_for(first.endpoint if first is not None else "account.mine")


def mark_seen(response: Response) -> Response:
    """Note that a session was used, at most once a minute, apart from the request's own work."""
    seen_at = g.get("session_seen_at")
    if seen_at is None or now() - seen_at < SEEN_EVERY:
        return response
    g.pop("session_seen_at")
    try:
        note_use(g.session_row)
    except DBAPIError:  # The page is more important than the mark.
        db.session.rollback()
    return response


def door_url(endpoint: str, **values: Any) -> str:
    """A page at the door, in this page's language, that remembers where the person wanted to go."""
    wanted = safe_next(request.args.get("next"))
    if wanted is not None:
        values["next"] = wanted
    if request.args.get("lagi") == "1":
        values["lagi"] = "1"
    return public_url(f"accounts.{endpoint}", **values)


def _here() -> str | None:
    """The address to come back to: this page, or the page whose form was sent."""
    if request.method in ("GET", "HEAD"):
        return safe_next(request.full_path.rstrip("?"))
    return safe_next(request.path)


def _give_back(sign_in: str) -> Response | None:
    """The page with what was typed, when a form comes after its session has ended."""
    unsent = read_unsent() if request.method == "POST" and not is_htmx() else None
    if unsent is None:
        return None
    sentence = _(
        "You were signed out in the meantime. Nothing is lost: sign in, come back here and send it."
    )
    return unsent_answer(401, _("Please sign in"), sentence, unsent, sign_in=sign_in)


def _send_to(address: str) -> ResponseReturnValue:
    if is_htmx():
        return Response(status=204, headers={"HX-Redirect": address})
    return see_other(address)
