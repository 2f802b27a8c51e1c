"""Whether the program is well, for balancers and Prometheus; and the style guide."""

import hmac

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from gernas.core.database import db
from gernas.core.logs import log
from gernas.core.migrations import is_migrated
from gernas.core.permissions import Permission, public, requires
from gernas.core.worker import is_worker_alive

bp = Blueprint("core", __name__)


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    return _word("ok", 200)


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Say ``ready`` when database, migrations and worker are; the log says what is missing."""
    missing = find_missing()
    if missing is not None:
        log.warning("unready", missing=missing)
        return _word("unready", 503)
    return _word("ready", 200)


@bp.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """This process's metrics, for whoever knows the token of the settings."""
    token = current_app.config["GERNAS"].metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(token.encode(), given.encode()):
        abort(404)
    registry = current_app.extensions["metrics"].registry
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


@bp.get("/kelola/komponen")
@requires(Permission.SEE_PLANS)
def components() -> ResponseReturnValue:
    return render_template("core/components.html")


def find_missing() -> str | None:
    """``database``, ``migrations`` or ``worker``, whichever is not there; None when all are."""
    try:
        with db.engine.connect() as connection:
            if not is_migrated(connection):
                return "migrations"
        return None if is_worker_alive() else "worker"
    except SQLAlchemyError:
        return "database"


def _word(word: str, status: int) -> Response:
    answer = Response(word + "\n", status, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer
