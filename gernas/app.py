"""The application: settings, extensions, error answers, blueprints, in that order."""

import gc
import mimetypes
from collections.abc import Mapping
from typing import Any

from flask import Flask, redirect, request

from gernas import __version__, paths
from gernas.config import Settings, read_settings
from gernas.core.database import engine_options, init_database
from gernas.core.i18n import init_i18n
from gernas.core.jinja import SharedGlobals, init_jinja
from gernas.core.kept import KeptLayer, init_kept
from gernas.core.late_rules import LateRule
from gernas.core.limits import init_limits
from gernas.core.logs import ROUTE, Metrics, RequestLayer, init_logs
from gernas.core.migrations import init_migrations
from gernas.core.office import init_office
from gernas.core.permissions import public, refuse_unmarked_views
from gernas.core.security import StaticFiles, fingerprint, init_security, security_settings
from gernas.core.web import init_web
from gernas.domains import register_domains

YEAR_SECONDS = 365 * 24 * 3600


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """Build the application from the GERNAS_… variables (or from ``environ``, in tests)."""
    settings = read_settings(environ)
    init_logs(settings.log_level)
    build = fingerprint(
        [paths.TEMPLATES, paths.STATIC, paths.PACKAGE],
        __version__,
        settings.url,
        str(settings.demo),
    )
    app = Flask(
        "gernas",
        template_folder=str(paths.TEMPLATES),
        static_folder=str(paths.STATIC),
        static_url_path=f"/static/{build}",
        instance_path=str(settings.instance),
    )
    app.config.update(
        security_settings(settings),
        GERNAS=settings,
        BUILD=build,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
    )
    app.jinja_environment = SharedGlobals
    app.url_rule_class = LateRule
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    _init_core(app, settings, build)
    register_domains(app)
    _wrap(app, settings, build)
    refuse_unmarked_views(app)
    return app


def create_web() -> Flask:
    """Build the application as the web server does: once, for the workers that are forked from it.

    What is there by then stays out of the way of garbage collection. Looking through it would
    write into its memory, and so give each worker a copy of its own: 25 MiB.
    """
    gc.disable()
    app = create_app()
    gc.freeze()
    gc.enable()
    return app


def _init_core(app: Flask, settings: Settings, build: str) -> None:
    settings.instance.mkdir(parents=True, exist_ok=True)
    init_database(app)
    init_migrations(app)
    init_kept(app, build)
    init_security(app, settings)
    init_i18n(app)
    init_jinja(app, settings)
    init_office(app)
    init_limits(app, settings.redis_url)
    init_web(app)
    app.extensions["metrics"] = Metrics()

    @app.url_value_preprocessor  # Before whatever may refuse the request.
    def name_route(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
        if request.url_rule is not None:
            request.environ[ROUTE] = request.url_rule.rule

    @app.get("/static/<build>/<path:filename>", endpoint="other_static")
    @public
    def other_static(build: str, filename: str) -> Any:
        """A file of another build: pages that were kept elsewhere still find today's."""
        if build == app.config["BUILD"]:
            return app.send_static_file(filename)
        return redirect(f"{app.static_url_path}/{filename}", 302)


def _wrap(app: Flask, settings: Settings, build: str) -> None:
    metrics: Metrics = app.extensions["metrics"]
    mimetypes.add_type("application/manifest+json", ".webmanifest")
    noise = StaticFiles(app.wsgi_app, settings, max_age=YEAR_SECONDS)
    noise.add_files(str(paths.STATIC), prefix=f"static/{build}")
    layer = KeptLayer(noise, app, metrics, build)
    app.extensions["kept"] = layer
    app.wsgi_app = RequestLayer(layer, metrics)  # type: ignore[method-assign]
