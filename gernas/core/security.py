"""The frame of every answer: headers, content security policy, cookies, sizes, hosts, origin."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, abort, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_talisman import Talisman
from flask_wtf import CSRFProtect
from werkzeug.exceptions import MethodNotAllowed, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from gernas.config import Settings
from gernas.core.routing import looking_at_shape

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OFFICE = "/kelola"
PRIVATE_PATHS = (OFFICE, "/akun", "/saya")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_UPLOAD = 10_000_000  # bytes, where a view is marked @takes_uploads
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
PERMISSIONS_POLICY = (
    "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
)

# Of a page that reads codes: its camera, and a compiled reader where the browser has none.
CAMERA_POLICIES = {
    "content_security_policy": CONTENT_SECURITY_POLICY.replace(
        "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
    ),
    "permissions_policy": PERMISSIONS_POLICY.replace("camera=()", "camera=(self)"),
}

csrf = CSRFProtect()


class FixedHeaders(Talisman):  # type: ignore[misc]
    """Talisman, whose policies are sent as they are written; it would take them apart each time."""

    def _parse_policy(self, policy: str) -> str:
        return policy

    def _set_response_headers(self, response: Response) -> Response:
        """Send errors and redirections with the policies of all pages.

        A view's own is for what it sends; on a 404 it would tell that there is such a row.
        """
        answer: Response = super()._set_response_headers(response)
        if answer.status_code >= 300:
            answer.headers["Content-Security-Policy"] = self.content_security_policy
            answer.headers["Permissions-Policy"] = self.permissions_policy
        return answer


class PlainRequest(Request):
    """A request that leaves no room for surprises.

    HEAD is GET, so no view has a branch of its own for it, which would write; Werkzeug leaves the
    body out by what the server says, not by this (RFC 9110, 9.3.2). A form that comes in chunks
    and goes beyond the limit is refused, where Werkzeug 3.1.9 takes its beginning for the whole.
    """

    def __init__(self, environ: "WSGIEnvironment", *args: Any, **kwargs: Any) -> None:
        super().__init__(environ, *args, **kwargs)
        if self.method == "HEAD":
            self.method = "GET"

    def _load_form_data(self) -> None:
        super()._load_form_data()
        if self.mimetype == "application/x-www-form-urlencoded":
            self.stream.read(1)  # Raises at the limit, and finds nothing below it.


class SignedCookieSession(SecureCookieSessionInterface):
    """Flask's signed cookie under SHA-256; the public site neither reads nor writes it."""

    digest_method = staticmethod(hashlib.sha256)
    salt = "gernas-session"

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        if "kept_scope" in g:  # The same bytes for everyone, so nobody's cookie.
            return
        super().save_session(app, session, response)


def security_settings(settings: Settings) -> dict[str, Any]:
    """Flask settings that keep people's data safe; reasons stand in ``docs/security/``."""
    https = settings.is_https
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks),
        "TRUSTED_HOSTS": [settings.host, *settings.extra_hosts],
        "SERVER_NAME": settings.host,
        "PREFERRED_URL_SCHEME": "https" if https else "http",
        "SESSION_COOKIE_NAME": "__Host-gernas" if https else "gernas",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 500,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": https,
    }


def init_security(app: Flask, settings: Settings) -> None:
    app.request_class = PlainRequest
    app.session_interface = SignedCookieSession()
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0, x_prefix=0
        )
    app.before_request(_refuse_other_sites)
    FixedHeaders(
        app,
        force_https=settings.is_https,
        frame_options="DENY",
        referrer_policy="same-origin",
        strict_transport_security=settings.is_https,
        strict_transport_security_max_age=63_072_000,
        session_cookie_secure=settings.is_https,
        session_cookie_http_only=True,
        content_security_policy=CONTENT_SECURITY_POLICY,
        permissions_policy=PERMISSIONS_POLICY,
    )
    app.before_request(_ask_who_is_there)
    csrf.init_app(app)

    @app.url_value_preprocessor
    def allow_uploads(endpoint: str | None, _values: dict[str, Any] | None) -> None:
        # Set here and not in the view: the CSRF check has read the form by then.
        if endpoint and getattr(app.view_functions.get(endpoint), "takes_uploads", False):
            request.max_content_length = LARGEST_UPLOAD

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "private, no-store"
        return response


def uses_camera(view: Any) -> Any:
    """Mark a view whose page reads codes with the camera."""
    view.talisman_view_options = dict(CAMERA_POLICIES)
    return view


def takes_uploads(view: Any) -> Any:
    """Mark a view whose form may carry a picture, so a larger body is let through."""
    view.takes_uploads = True
    return view


class StaticFiles(WhiteNoise):  # type: ignore[misc]
    """WhiteNoise, whose answers carry what all others carry, those without a file too."""

    def __init__(self, inner: "WSGIApplication", settings: Settings, *, max_age: int) -> None:
        super().__init__(inner, max_age=max_age, allow_all_origins=False)
        self._protection = static_headers(settings)

    def serve(
        self, static_file: Any, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            present = {name.lower() for name, _ in headers}
            added = [pair for pair in self._protection if pair[0].lower() not in present]
            return start_response(status, [*headers, *added], *rest)

        answer: Iterable[bytes] = WhiteNoise.serve(static_file, environ, start)
        return answer


def static_headers(settings: Settings) -> list[tuple[str, str]]:
    """The protection of files that WhiteNoise answers; refusals are not stored."""
    headers = [
        ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Permissions-Policy", PERMISSIONS_POLICY),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]
    if settings.is_https:
        headers.append(("Strict-Transport-Security", "max-age=63072000; includeSubDomains"))
    return headers


def new_session() -> None:
    """Forget what the cookie held before, the CSRF token too: sign-in starts afresh."""
    kept = session.get("_flashes")
    session.clear()
    if kept:
        session["_flashes"] = kept


def _refuse_other_sites() -> None:
    """Refuse a write that another site's page sends, whatever its token."""
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site":
        abort(400)


def _ask_who_is_there() -> Any:
    """Ask for the person before anything under the private paths tells what is there.

    Rows stand in addresses, so the answer to a stranger, or to a method that a page does not
    know, must be the same for rows that exist and for those that do not.
    """
    if isinstance(request.routing_exception, SecurityError):
        return None  # A foreign Host: there are no addresses to send anyone to.
    if not any(_is_below(path, request.path) for path in PRIVATE_PATHS):
        return None
    door = current_app.extensions["door"]
    if (answer := door.ask_to_sign_in()) is not None:
        return answer
    if not _is_below(OFFICE, request.path):
        return None
    if (answer := door.ask_for_second_factor()) is not None:
        return answer
    if request.method not in SAFE_METHODS and request.endpoint is None and _may_be_an_address():
        csrf.protect()  # Flask-WTF asks only where there is a view.
    if request.method == "OPTIONS" or isinstance(request.routing_exception, MethodNotAllowed):
        abort(404)
    return None


def _may_be_an_address() -> bool:
    """Whether the method fits an address of this shape, or none has it.

    Of two views at one address Werkzeug names only the other's method where there is no such row.
    """
    if not isinstance(request.routing_exception, MethodNotAllowed):
        return True
    with looking_at_shape():
        return current_app.create_url_adapter(request).test(method=request.method)  # type: ignore[union-attr]


def _is_below(path: str, address: str) -> bool:
    return address == path or address.startswith(f"{path}/")


def fingerprint(folders: Iterable[Path], *words: str) -> str:
    """A name for the content of folders and settings: it changes when any of them does."""
    digest = hashlib.sha256()
    for word in words:
        digest.update(word.encode() + b"\0")
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix not in (".gz", ".pyc", ".po"):
                digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]
