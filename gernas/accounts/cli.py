"""``gernas user``: invite the first administrator, see who there is, close an account."""

import sys
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from gernas.core.permissions import Role

if TYPE_CHECKING:
    from gernas.accounts.models import User


@click.group("user")
def user() -> None:
    """Look after people's accounts."""


@user.command("invite")
@click.argument("email")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@click.option("--scope", default="all", show_default=True, help="all, campaign:3, stop:12, event:7")
@click.option("--language", type=click.Choice(["id", "en"]), default="id", show_default=True)
@click.option("--show-link", is_flag=True, help="Print the link, which is as good as the mail.")
@with_appcontext
def invite_person(email: str, role: str, scope: str, language: str, show_link: bool) -> None:
    """Invite EMAIL to a role by mail. The link works once and for a week."""
    from gernas.accounts.addresses import mail_address, read_email
    from gernas.accounts.services.invitations import Offer, invite
    from gernas.core.clock import now
    from gernas.core.database import transaction
    from gernas.core.errors import GernasError
    from gernas.core.permissions import Scope

    kind, _colon, number = scope.partition(":")
    if (kind == "all") != (not number) or (number and not number.isdigit()):
        raise click.BadParameter("write all, campaign:3, stop:12 or event:7", param_hint="--scope")
    offer = Offer(Role(role), Scope(kind, int(number or 0)), starts_at=now())
    try:
        with transaction():
            invitation, secret = invite(read_email(email), offer, by=None, language=language)
    except (GernasError, ValueError) as error:
        click.echo(f"gernas: {error}", err=True)
        sys.exit(1)
    click.echo(f"invited {invitation.email} as {role} on {scope}")
    if show_link:
        click.echo(mail_address("accounts.invitation", language=language, token=secret))


@user.command("list")
@with_appcontext
def list_people() -> None:
    """Print each account: address, name, state, roles in force."""
    from sqlalchemy import select

    from gernas.accounts.models import User
    from gernas.core.database import db

    for person in db.session.scalars(select(User).order_by(User.email)):
        held = ", ".join(
            f"{one.role} {one.scope.kind}{f':{one.scope.id}' if one.scope.id else ''}"
            for one in person.held
        )
        state = "active" if person.active else "closed"
        click.echo(f"{person.email}\t{person.name}\t{state}\t{held}")


@user.command("deactivate")
@click.argument("email")
@with_appcontext
def deactivate(email: str) -> None:
    """Close the account of EMAIL and sign the person out everywhere."""
    from gernas.accounts.services.people import deactivate_user
    from gernas.core.database import transaction
    from gernas.core.errors import GernasError

    try:
        with transaction():
            deactivate_user(_find(email), by=None)
    except GernasError as error:
        click.echo(f"gernas: {error}", err=True)
        sys.exit(1)
    click.echo(f"closed {email}")


@user.command("remove-factor")
@click.argument("email")
@with_appcontext
def remove_second_factor(email: str) -> None:
    """Take the lost second factor of EMAIL away; for the only administrator there is."""
    from gernas.accounts.services.own_account import remove_factor
    from gernas.core.database import transaction

    with transaction():
        remove_factor(_find(email), by=None)
    click.echo(f"removed the second factor of {email}")


def _find(email: str) -> "User":
    from gernas.accounts.queries import find_user

    person = find_user(email.strip().lower())
    if person is None:
        click.echo(f"gernas: nobody has the address {email}", err=True)
        sys.exit(1)
    return person
