"""The outbox's page, and ``gernas mail test``."""

import sys
from collections.abc import Mapping

import click
from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.core.clock import ZONES, to_local
from gernas.core.database import transaction
from gernas.core.permissions import Permission, requires
from gernas.core.web import LARGEST_ID, say, see_other
from gernas.messages.models import MessageState
from gernas.messages.queries import get_message, get_outbox_health, list_messages, read_kept_mail
from gernas.messages.services import mask_address, retry_message
from gernas.messages.words import message_name

STATES: Mapping[str, tuple[MessageState, object]] = {  # word in the address, state, words
    "menunggu": (MessageState.WAITING, _l("Waiting")),
    "terkirim": (MessageState.SENT, _l("Sent")),
    "gagal": (MessageState.FAILED, _l("Given up")),
    "batal": (MessageState.CANCELLED, _l("Taken back")),
}

bp = Blueprint("messages", __name__, cli_group="mail")
bp.cli.help = "See whether mail leaves."


@bp.get("/kelola/surat")
@requires(Permission.MANAGE_USERS)
def index() -> ResponseReturnValue:
    """What was queued, and what became of it."""
    word = request.args.get("keadaan", "")
    state = STATES[word][0] if word in STATES else None
    before = _before(request.args.get("sebelum"))
    return render_template(
        "messages/index.html",
        page=list_messages(state=state, before=before),
        older=before is not None,
        health=get_outbox_health(),
        states=STATES,
        state_words=dict(STATES.values()),
        chosen=word if state else "",
        mask_address=mask_address,
        message_name=message_name,
        kept_as_files=_keeps_files(),
        zone=ZONES[0],
        to_local=to_local,
    )


@bp.post("/kelola/surat/<id:message_id>/pengiriman")
@requires(Permission.MANAGE_USERS)
def retry(message_id: int) -> ResponseReturnValue:
    """Send a message that was given up once more."""
    with transaction():
        retry_message(get_message(message_id) or abort(404))
    say(_("The message is on its way again."))
    return see_other(url_for(".index"))


@bp.get("/kelola/surat/<id:message_id>")
@requires(Permission.MANAGE_USERS)
def show(message_id: int) -> ResponseReturnValue:
    """What a message says; only where mails are kept as files, in a demo without a mail server."""
    message = get_message(message_id)
    if message is None or message.state != MessageState.SENT or not _keeps_files():
        abort(404)
    kept = read_kept_mail(message_id) or abort(404)
    return render_template("messages/show.html", kept=kept, mask_address=mask_address)


def _keeps_files() -> bool:
    settings = current_app.config["GERNAS"]
    return bool(settings.demo and not settings.mail.host)


def _before(text: str | None) -> int | None:
    if not text or not (text.isascii() and text.isdigit()) or len(text) > 10:
        return None
    return min(int(text), LARGEST_ID)


@bp.cli.command("test")
@click.argument("address")
def test(address: str) -> None:
    """Send a mail to ADDRESS at once, to see whether mail leaves."""
    from gernas.messages.carriers import describe, get_carrier, make_mail
    from gernas.messages.writing import write_message

    settings = current_app.config["GERNAS"]
    written = write_message("mail_test", "id", {"url": settings.url})
    mail = make_mail(written, settings, to=address, key=f"test:{address}", number=0)
    try:
        carrier = get_carrier(settings)
        with carrier:
            carrier.send_messages([mail])
    except (OSError, ValueError) as error:
        click.echo(f"The mail did not leave: {describe(error)}", err=True)
        sys.exit(1)
    click.echo("The mail has left.")
