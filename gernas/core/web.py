"""Domain errors to HTTP, whole page or fragment, and the small things every view needs."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import BaseConverter

from gernas.core.database import db
from gernas.core.errors import GernasError, TooMany
from gernas.core.logs import REQUEST_ID, ROUTE, USER, describe_error, log
from gernas.core.permissions import Person
from gernas.core.unsent import Unsent, read_unsent

LARGEST_ID = 2**31 - 1
UNREADABLE = frozenset({400, 413, 415})  # what was sent cannot be read, nor given back
REFUSALS = frozenset({400, 403, 413, 429})  # of foreign rows (404) the request's own line tells


class IdConverter(BaseConverter):
    """A row's number within the column's range, so that no address overflows the database."""

    regex = "[1-9][0-9]{0,9}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > LARGEST_ID:
            abort(404)
        return number

    def to_url(self, value: Any) -> str:
        return str(int(value))


class SlugConverter(BaseConverter):
    """One lower-case word of an address."""

    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"


def is_htmx() -> bool:
    """Whether htmx asks for a fragment rather than a page."""
    return request.headers.get("HX-Request") == "true"


def signed_in_user() -> Person:
    """The person of this request; only behind ``@requires`` or ``@signed_in``."""
    user: Person | None = g.get("signed_in_user")
    if user is None:
        abort(401)
    return user


def read_sent(name: str) -> str:
    """A value of the form that was sent, else of the address; never one for the other."""
    sent = request.form if request.method == "POST" else request.args
    return str(sent.get(name, ""))


def see_other(address: str) -> ResponseReturnValue:
    """Answer a form that worked: the browser fetches ``address`` with GET."""
    return redirect(address, 303)


def say(sentence: str, *, undo: str | None = None) -> None:
    """Show a toast on the next page; ``undo`` is the address of a form that takes it back."""
    flash(sentence, f"undo:{undo}" if undo else "message")


def init_web(app: Flask) -> None:
    app.url_map.converters["id"] = IdConverter
    app.url_map.converters["slug"] = SlugConverter
    app.register_error_handler(GernasError, _domain_error)
    app.register_error_handler(IntegrityError, _integrity_error)
    for kind in (DatabaseError, InterfaceError, NoConnectionFree):
        app.register_error_handler(kind, _database_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unforeseen_error)


def error_answer(status: int, title: str, sentence: str) -> Response:
    """An error page (or a fragment's line of text) in the reader's language."""
    if request.path.endswith(".ics") or request.path in ("/metrics", "/readyz", "/healthz"):
        answer = Response(sentence + "\n", status, mimetype="text/plain")
    else:
        template = "errors/_error.html" if is_htmx() else "errors/error.html"
        page = render_template(
            template,
            status=status,
            title=title,
            sentence=sentence,
            request_id=request.environ.get(REQUEST_ID, ""),
        )
        answer = Response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _domain_error(error: GernasError) -> Response:
    db.session.rollback()
    note_refusal(error.status, type(error).__name__)
    answer = _refuse(error.status, error.message)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_seconds)
    return answer


def _integrity_error(error: IntegrityError) -> Response:
    db.session.rollback()
    log.warning("integrity", id=request.environ.get(REQUEST_ID), kind=type(error.orig).__name__)
    return _refuse(
        409, _("Someone changed this just now. Go back, look at the present state and try again.")
    )


def _database_error(error: SQLAlchemyError) -> Response:
    """Away, full, damaged, read-only, busy; but what we asked wrongly is a fault of ours."""
    if isinstance(error, DataError | ProgrammingError):
        return _unforeseen_error(error)
    db.session.rollback()
    kind = type(getattr(error, "orig", None) or error).__name__
    log.error("database", id=request.environ.get(REQUEST_ID), kind=kind)
    return _refuse(
        503, _("Our data cannot be reached right now. Nothing was changed. Try again in a minute.")
    )


def _csrf_error(_error: CSRFError) -> Response:
    note_refusal(400, "csrf")
    title, unsent = _("This form is too old"), None if is_htmx() else read_unsent()
    if unsent is not None:
        sentence = _(
            "It was opened before you signed in or out. Nothing is lost: look, and send it."
        )
        return unsent_answer(400, title, sentence, unsent)
    return error_answer(
        400,
        title,
        _("It was opened before you signed in or out. Go back, reload the page and send it again."),
    )


def _refuse(status: int, sentence: str) -> Response:
    """An error page, with what was typed if a form was sent that can be read."""
    unsent = read_unsent() if request.method == "POST" and not is_htmx() else None
    if unsent is None:
        return error_answer(status, _title(status), sentence)
    back = None if status >= 500 else _former_page()
    return unsent_answer(status, _title(status), sentence, unsent, back=back)


def _former_page() -> str | None:
    """The page of ours from which this request was sent, if the browser says so."""
    former, ours = urlsplit(request.referrer or ""), urlsplit(current_app.config["GERNAS"].url)
    if (former.scheme, former.netloc) != (ours.scheme, ours.netloc):
        return None
    path = "/" + former.path.lstrip("/")  # two would begin the address of another host
    return urlunsplit(("", "", path, former.query, ""))


def unsent_answer(
    status: int,
    title: str,
    sentence: str,
    unsent: Unsent,
    *,
    sign_in: str | None = None,
    back: str | None = None,
) -> Response:
    """Give a form back that could not be taken, so that nobody has to type it anew.

    ``sign_in``: where to sign in first; ``back``: the page with the form, to be filled in again.
    """
    page = render_template(
        "errors/unsent.html",
        status=status,
        title=title,
        sentence=sentence,
        unsent=unsent,
        action=request.full_path.rstrip("?"),
        sign_in=sign_in,
        back=back,
        request_id=request.environ.get(REQUEST_ID, ""),
    )
    return Response(page, status, headers={"Cache-Control": "no-store"})


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error
    status = error.code or 500
    note_refusal(status, type(error).__name__)
    if isinstance(error, SecurityError):  # A foreign Host: there are no addresses for a page.
        return Response(f"{_sentence(status)}\n", status, mimetype="text/plain")
    if status in UNREADABLE:
        answer = error_answer(status, _title(status), _sentence(status))
    else:
        answer = _refuse(status, _sentence(status))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def note_refusal(status: int, reason: str) -> None:
    """Log what may have been an attack: who was refused what, and why (ASVS 16.3.2, 16.3.3)."""
    if status not in REFUSALS:
        return
    environ = request.environ
    log.warning(
        "refused",
        id=environ.get(REQUEST_ID),
        route=environ.get(ROUTE),
        status=status,
        reason=reason,
        user=environ.get(USER),
    )


def _unforeseen_error(error: Exception) -> Response:
    db.session.rollback()
    log.error("error", id=request.environ.get(REQUEST_ID), **describe_error(error))
    return _refuse(500, _sentence(500))


def _title(status: int) -> str:
    titles: dict[int, str] = {
        400: _("We could not read that request"),
        401: _("Please sign in"),
        403: _("Your role does not allow this"),
        404: _("This page does not exist"),
        405: _("That does not work this way"),
        409: _("Someone was faster"),
        410: _("This is no longer here"),
        413: _("That is too large"),
        415: _("We cannot read this kind of file"),
        422: _("Something is not right yet"),
        429: _("Please wait a moment"),
        503: _("Back in a minute"),
    }
    return titles.get(status) or str(_("Something went wrong on our side"))


def _sentence(status: int) -> str:
    sentences: dict[int, str] = {
        400: _("The address or the form was incomplete. Go back and try again."),
        401: _("Sign in to go on."),
        403: _("Ask the person who manages this stop or campaign to give you access."),
        404: _(
            "The address may be mistyped, or the page has moved. The schedule shows all events."
        ),
        405: _("Open the page again and use its buttons."),
        410: _("The link has been used or has expired."),
        413: _("Choose a smaller file, or write a shorter text."),
        429: _("You tried this often in a short time. Wait a few minutes and try again."),
        503: _("We are working on it. Nothing was lost."),
    }
    return sentences.get(status) or str(
        _("It is not your fault and we have a note of it. Try again, or tell us the number below.")
    )
