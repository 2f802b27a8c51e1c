"""``gernas calendar``: check a feed, render all entries again."""

import http.client
import sys
from pathlib import Path
from time import monotonic
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    UnknownHandler,
)

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _
from flask_babel import ngettext

MOST_BYTES = 20_000_000
SECONDS = 20


@click.group("calendar")
def calendar() -> None:
    """Look after calendar feeds."""


@calendar.command("check")
@click.argument("feed", metavar="FILE|URL")
@with_appcontext
def check(feed: str) -> None:
    """Check a feed strictly; the exit code is 1 when something is wrong, 2 when unreadable."""
    from gernas.calendars.check import check_feed  # Only this command needs it.

    try:
        raw = _fetch(feed) if "://" in feed else _read(feed)
    except (OSError, ValueError, http.client.HTTPException) as error:
        if isinstance(error, HTTPError):
            error.close()
        click.echo(_("%(feed)s cannot be read: %(reason)s", feed=feed, reason=error), err=True)
        sys.exit(2)
    problems = check_feed(raw)
    for problem in problems:
        mark = f"({problem.rule})" if problem.is_warning else problem.rule
        click.echo(f"{feed}:{problem.line}: {mark}: {problem.sentence}")
    errors = sum(not problem.is_warning for problem in problems)
    if errors:
        click.echo(ngettext("%(num)d error.", "%(num)d errors.", errors))
        sys.exit(1)
    click.echo(_("In order."))


@calendar.command("render")
@with_appcontext
def render() -> None:
    """Let the worker render all entries again, after a new GERNAS_URL or an upgrade."""
    from gernas.calendars.jobs import RERENDER
    from gernas.core.database import transaction
    from gernas.core.jobs import enqueue

    with transaction():
        job_id = enqueue(RERENDER).id
    click.echo(_("Job %(number)d renders all calendar entries again.", number=job_id))


def _read(path: str) -> bytes:
    with Path(path).open("rb") as file:
        return _within_limit(file.read(MOST_BYTES + 1))


def _fetch(url: str) -> bytes:
    """Fetch a feed as calendar programs do, from http and https, redirects included."""
    url = url.replace("webcal://", "https://", 1)
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(_("only http, https and webcal addresses are fetched"))
    opener = OpenerDirector()  # urllib's own would follow a redirect to ftp.
    for handler in (
        HTTPHandler,
        HTTPSHandler,
        HTTPRedirectHandler,
        HTTPErrorProcessor,
        HTTPDefaultErrorHandler,
        UnknownHandler,
    ):
        opener.add_handler(handler())
    opener.addheaders = [("User-Agent", "Gernas-calendar-check")]
    deadline = monotonic() + SECONDS
    raw = b""
    with opener.open(url, timeout=SECONDS) as answer:
        while chunk := answer.read1(65536):
            raw = _within_limit(raw + chunk)
            if monotonic() > deadline:
                raise TimeoutError(_("it takes longer than 20 seconds"))
    return raw


def _within_limit(raw: bytes) -> bytes:
    if len(raw) > MOST_BYTES:
        raise ValueError(_("it is larger than 20 MB"))
    return raw
