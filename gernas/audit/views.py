"""The log's pages, and ``gernas audit verify``."""

import sys

import click
from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from gernas.audit import forms, words
from gernas.audit.queries import ZONE, list_entries
from gernas.audit.values import show_value
from gernas.core.clock import now, to_local
from gernas.core.permissions import Permission, requires, scopes_with
from gernas.core.web import signed_in_user

PRINTED = 500  # entries on the page for paper

bp = Blueprint("audit", __name__, cli_group="audit")
bp.cli.help = "Check the log of changes."


@bp.get("/kelola/catatan")
@requires(Permission.READ_AUDIT)
def index() -> ResponseReturnValue:
    """Who changed what, within the reader's scopes."""
    return _page("audit/index.html", limit=50)


@bp.get("/kelola/catatan/cetak")
@requires(Permission.READ_AUDIT)
def print_entries() -> ResponseReturnValue:
    """The same entries, the newest 500 of them, for paper."""
    return _page("audit/print.html", limit=PRINTED)


def _page(template: str, *, limit: int) -> str:
    before = forms.read_before(request.args.get("sebelum"))
    filters = forms.read_filters(request.args)
    page = list_entries(
        scopes_with(signed_in_user(), Permission.READ_AUDIT),
        forms.read_wanted(filters),
        before=before,
        limit=limit,
    )
    return render_template(
        template,
        page=page,
        older=before is not None,
        filters=filters,
        words=words,
        show_value=show_value,
        zone=ZONE,
        to_local=to_local,
        printed_at=now(),
    )


@bp.cli.command("verify")
def verify() -> None:
    """Check that nobody changed the log. Exit code 1 when somebody did."""
    from gernas.audit.chain import verify_chain

    verdict = verify_chain()
    click.echo(f"{verdict.checked} entries in the chain, {verdict.waiting} waiting for it")
    click.echo(f"{verdict.erased} personal values erased")
    click.echo(f"end of the chain: {verdict.checked} {verdict.head}")
    if verdict.late:
        click.echo(f"{verdict.late} entries wait for too long: is the worker running?", err=True)
    for fault in verdict.broken:
        click.echo(fault, err=True)
    if verdict.unguarded:
        click.echo(f"triggers are missing: {', '.join(verdict.unguarded)}", err=True)
    if verdict.broken or verdict.unguarded:
        sys.exit(1)
