"""Request ids, the log line and the metrics of every answer, kept and static ones included."""

import json
import logging
import re
import secrets
import sys
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram

from gernas.core.clock import now

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROUTE = "gernas.route"  # environ: the route's template; addresses may hold secrets, templates never
REQUEST_ID = "gernas.request_id"
USER = "gernas.user"

QUIET = (
    "alembic.runtime.plugins",
    "flask-limiter",
    "flask_wtf.csrf",  # we note refusals ourselves
    "huey",
    "PIL",
    "sqlalchemy.engine",
)
HARMLESS = ("alembic",)  # whose lines hold nothing of people

log = structlog.stdlib.get_logger("gernas")
_plain_log = logging.getLogger("gernas")


def init_logs(level: str) -> None:
    """Write JSON lines to standard output: UTC, level, event and fields; no personal data."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in QUIET:
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class JsonLines(logging.Formatter):
    """Our own lines as they are; those of libraries as JSON, and without what they fill in.

    An address or an error's text can hold what people typed, or the secret of a link; only
    numbers, and the kind and place of an error, can not.
    """

    def format(self, record: logging.LogRecord) -> str:
        text = str(record.msg)
        if record.name == "gernas" and not record.args and text.startswith("{"):
            return text
        if record.name == "gernas":
            text = "Flask"  # It puts the address into the text itself.
        elif record.args and record.name.startswith(HARMLESS):
            text = record.getMessage()
        elif isinstance(record.args, tuple) and record.args:
            shown = (arg if isinstance(arg, int | float) else "…" for arg in record.args)
            text = re.sub("%[-#0-9. +]*[a-z]", lambda _: str(next(shown, "…")), text)
        elif not isinstance(record.msg, str):
            text = type(record.msg).__name__
        line = {"event": "log", "logger": record.name, "text": text}
        if record.exc_info and record.exc_info[1] is not None:
            line |= describe_error(record.exc_info[1])
        line |= {"level": record.levelname.lower(), "at": _moment()}
        return json.dumps(line)


def describe_error(error: BaseException) -> dict[str, str]:
    """The kind of an error and the line that raised it; never its text."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    return {"kind": type(error).__name__, "place": place}


def _moment() -> str:
    return now().isoformat().replace("+00:00", "Z")


class Metrics:
    """What Prometheus reads from this process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "gernas_requests", "Answers sent.", ["route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "gernas_request_seconds",
            "Time to answer.",
            ["route"],
            registry=self.registry,
            buckets=(0.001, 0.005, 0.02, 0.05, 0.1, 0.3, 1, 3),
        )
        self.kept = Counter(
            "gernas_kept_pages", "Looks into the kept pages.", ["found"], registry=self.registry
        )
        # Looking a child up by its labels costs as much as all the rest of counting.
        self._children: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self._kept = self.kept.labels("yes")

    def count(self, route: str, status: int, seconds: float) -> None:
        """Count an answer; routes and statuses are few, whatever is asked for."""
        children = self._children.get((route, status))
        if children is None:
            children = self.requests.labels(route, status), self.seconds.labels(route)
            self._children[route, status] = children
        children[0].inc()
        children[1].observe(seconds)

    def count_kept(self) -> None:
        """Count a page that was answered before Flask."""
        self._kept.inc()


class RequestLayer:
    """The outermost WSGI layer: gives each request an id, a log line and its metrics."""

    def __init__(self, inner: "WSGIApplication", metrics: Metrics) -> None:
        self.inner = inner
        self.metrics = metrics

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        started = time.perf_counter()
        request_id = secrets.token_hex(8)
        environ[REQUEST_ID] = request_id

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            headers.append(("X-Request-ID", request_id))
            self._note(environ, status, time.perf_counter() - started)
            return start_response(status, headers, exc_info)

        return self.inner(environ, start)

    def _note(self, environ: "WSGIEnvironment", status: str, seconds: float) -> None:
        route = environ.get(ROUTE) or ("static" if _is_static(environ) else "-")
        code = int(status[:3])
        self.metrics.count(route, code, seconds)
        level = logging.INFO if code < 500 else logging.ERROR
        if _plain_log.isEnabledFor(level):
            line = {
                "id": environ[REQUEST_ID],
                "method": environ["REQUEST_METHOD"][:10],
                "route": route,
                "status": code,
                "ms": round(seconds * 1000, 1),
                "user": environ.get(USER),
                "event": "request",
                "level": "info" if code < 500 else "error",
                "at": _moment(),
            }
            # Past structlog and the search for the caller: half of what a kept page costs.
            _plain_log.handle(
                logging.LogRecord("gernas", level, __file__, 0, json.dumps(line), None, None)
            )


def _is_static(environ: "WSGIEnvironment") -> bool:
    return str(environ.get("PATH_INFO", "")).startswith("/static/")
