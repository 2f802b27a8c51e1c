"""``gernas user`` and the accounts of the demo."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gernas.accounts.demo import PASSWORD, NoDemoAccountsHere, load_demo_accounts
from gernas.accounts.models import User
from gernas.core.database import db
from gernas.core.permissions import Role
from tests.accounts.door import is_signed_in, list_mails, send, set_up_app, type_password
from tests.factories import make_campaign, make_stop, make_user, sign_in


def test_a_new_installation_has_nobody(context: Flask) -> None:
    """ASVS 6.3.2."""
    assert db.session.scalars(select(User)).all() == []


def test_the_first_administrator_is_invited_from_the_command_line(
    app: Flask, client: FlaskClient
) -> None:
    run = app.test_cli_runner().invoke

    result = run(
        args=["user", "invite", "Admin@Contoh.id", "--role", "administrator", "--show-link"]
    )
    link = result.output.splitlines()[-1]

    assert result.exit_code == 0
    assert result.output.startswith("invited admin@contoh.id as administrator on all")
    assert link.startswith("http://gernas.test/undangan/")
    send(client, link.removeprefix("http://gernas.test"), name="Dewi", password="")
    assert "admin@contoh.id\tDewi\tactive\tadministrator all" in run(args=["user", "list"]).output


def test_the_link_is_not_printed_unasked(app: Flask) -> None:
    result = app.test_cli_runner().invoke(
        args=["user", "invite", "admin@contoh.id", "--role", "administrator"]
    )

    assert "/undangan/" not in result.output
    assert [template for template, *_ in list_mails(app)] == ["invitation"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["bukan alamat", "--role", "administrator"],
        ["a@contoh.id", "--role", "administrator", "--scope", "stop:1"],
        ["a@contoh.id", "--role", "viewer", "--scope", "stop:99"],
        ["a@contoh.id", "--role", "viewer", "--scope", "stop"],
        ["a@contoh.id", "--role", "king"],
    ],
)
def test_the_command_says_what_is_wrong(app: Flask, arguments: list[str]) -> None:
    result = app.test_cli_runner().invoke(args=["user", "invite", *arguments])

    assert result.exit_code in (1, 2)
    assert "Traceback" not in result.output
    assert list_mails(app) == []


def test_an_account_is_closed_from_the_command_line(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_user(Role.ADMINISTRATOR)
        person = make_user(email="sari@contoh.id")
        set_up_app(app, person)
    sign_in(app, client, person)
    run = app.test_cli_runner().invoke

    unknown = run(args=["user", "deactivate", "tiada@contoh.id"])
    removed = run(args=["user", "remove-factor", "sari@contoh.id"])
    closed = run(args=["user", "deactivate", "sari@contoh.id"])

    assert [unknown.exit_code, removed.exit_code, closed.exit_code] == [1, 0, 0]
    assert not is_signed_in(client)
    with app.app_context():
        kept = db.session.get_one(User, person.id)
        assert (kept.active, kept.has_second_factor) == (False, False)


def test_the_demo_has_an_account_for_each_role(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        campaigns = [make_campaign(), make_campaign()]
        lampung = make_stop(campaigns[0])
        lines = load_demo_accounts(
            campaigns=[campaign.scope for campaign in campaigns], lampung=[lampung.scope]
        )
        again = load_demo_accounts(
            campaigns=[campaign.scope for campaign in campaigns], lampung=[lampung.scope]
        )
        people = db.session.scalars(select(User).order_by(User.id)).all()
        held = {person.email: [str(one.role) for one in person.held] for person in people}

    assert held == {
        "admin@contoh.id": ["administrator"],
        "kampanye@contoh.id": ["campaign_manager"] * 2,
        "lampung@contoh.id": ["stop_manager"],
        "panitia@contoh.id": ["organizer"],
        "koordinator@contoh.id": ["youth_coordinator"],
        "pengamat@contoh.id": ["viewer"] * 2,
        "ibu.sari@contoh.id": [],
        "alya@contoh.id": [],
    }
    assert lines == again
    assert PASSWORD in lines[0]
    assert type_password(client, "lampung@contoh.id", PASSWORD).status_code == 303
    assert client.get("/kelola/orang").status_code == 200


def test_a_real_installation_gets_no_demo_accounts(context: Flask) -> None:
    """ASVS 6.3.2, 15.2.3."""
    before = context.config["GERNAS"]
    context.config["GERNAS"] = replace(before, demo=False)
    try:
        with pytest.raises(NoDemoAccountsHere):
            load_demo_accounts()
    finally:
        context.config["GERNAS"] = before

    assert db.session.scalars(select(User)).all() == []
