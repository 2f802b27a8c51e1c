"""Which language a page speaks, and its address in the other one."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from babel import Locale
from flask import Flask, current_app, g, has_app_context, has_request_context, request, url_for
from flask_babel import Babel, force_locale, get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from gernas.core.clock import today_in

LANGUAGES = ("id", "en")
DEFAULT_LANGUAGE = "id"
ENGLISH = "_en"  # Public blueprints are registered twice; the English one carries this ending.


def get_language() -> str:
    """``id`` or ``en``: by address on public pages, by the person's choice behind the door."""
    # Each text of a page asks this. Flask-Babel answers through five proxies, so what it chose
    # before is read from where it keeps it: ten times as fast.
    kept = g.get("_flask_babel") if has_app_context() else None
    locale = getattr(kept, "babel_locale", None) or get_locale()
    return locale.language if locale is not None else DEFAULT_LANGUAGE


def choose_language() -> str:
    """The language of this request, before anything is rendered."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    blueprint = request.blueprint
    if blueprint is not None and blueprint.endswith(ENGLISH):
        return "en"
    if request.path.startswith(("/en/", "/en?")) or request.path == "/en":
        return "en"
    user = g.get("signed_in_user")
    if user is not None and request.path.startswith(("/kelola", "/akun", "/saya")):
        return str(user.language)
    return DEFAULT_LANGUAGE


def public_url(endpoint: str, *, language: str | None = None, **values: Any) -> str:
    """The address of a public page in the language of this one, or in ``language``."""
    if (language or get_language()) == "en":
        blueprint, _, view = endpoint.partition(".")
        english = f"{blueprint}{ENGLISH}.{view}"
        if english in current_app.view_functions:
            endpoint = english
    return url_for(endpoint, **values)


def other_language_url() -> str | None:
    """This public page in the other language, without its query; None where there is none."""
    if request.endpoint is None or request.view_args is None:
        return None
    blueprint, _, view = request.endpoint.partition(".")
    if blueprint.endswith(ENGLISH):
        other = f"{blueprint.removesuffix(ENGLISH)}.{view}"
    else:
        other = f"{blueprint}{ENGLISH}.{view}"
    if other not in current_app.view_functions:
        return None
    return url_for(other, **request.view_args)


def in_language(indonesian: str | None, english: str | None) -> tuple[str, str | None]:
    """A text in the page's language and, where it has to be the other one, that one's code.

    ``("Kick-off", None)`` or ``("Peluncuran", "id")`` on an English page without English text.
    """
    if get_language() == "en":
        return (english, None) if english else (indonesian or "", "id" if indonesian else None)
    return indonesian or "", None


def _make_template_text() -> Callable[..., str]:
    """Return what ``_()`` is in templates.

    Jinja's own asks its context three times for each text, and Flask-Babel's the request four
    times: together a tenth of a page.
    """
    catalogues: dict[str, Any] = {}

    @pass_eval_context
    def template_text(context: EvalContext, message: str, /, **values: Any) -> str:
        language = get_language()
        catalogue = catalogues.get(language)
        if catalogue is None:
            catalogue = catalogues[language] = get_translations()
        text: str = catalogue.gettext(message)
        if not context.autoescape:
            return text % values
        return Markup(text) % values if values else _as_markup(text)  # noqa: S704 - our own texts

    return template_text


@lru_cache(maxsize=4096)
def _as_markup(text: str) -> Markup:
    return Markup(text) % {}  # noqa: S704 - our own texts


def init_i18n(app: Flask) -> None:
    from gernas.paths import PACKAGE

    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(PACKAGE / "translations")
    locales = {language: Locale.parse(language) for language in LANGUAGES}
    Babel(
        app,
        default_locale=DEFAULT_LANGUAGE,
        locale_selector=lambda: locales[choose_language()],  # not parsed anew for each request
    )
    template_text = _make_template_text()
    app.jinja_env.globals.update(
        gettext=template_text,
        _=template_text,
        public_url=public_url,
        other_language_url=other_language_url,
        in_language=in_language,
        force_locale=force_locale,
    )

    @app.context_processor
    def offer() -> dict[str, Any]:
        today: date = today_in("Asia/Jakarta")
        return {"language": get_language(), "today": today}
