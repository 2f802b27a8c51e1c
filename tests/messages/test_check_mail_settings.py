"""Mail settings that would betray people's data stop the start (ASVS 12.3.1)."""

from dataclasses import replace

import pytest
from flask import Flask

from gernas.config import BadSettings, Settings
from gernas.messages.settings import check_mail_settings
from tests.messages.conftest import mail_settings


def test_the_demo_and_a_server_on_this_machine_need_no_tls(settings: Settings) -> None:
    check_mail_settings(settings)
    check_mail_settings(replace(settings, mail=mail_settings(25, host="mail.example.id")))
    for host in ("localhost", "127.0.0.1", "::1"):
        check_mail_settings(replace(settings, demo=False, mail=mail_settings(25, host=host)))


@pytest.mark.parametrize("host", ["mail.example.id", "10.0.0.5", "localhost.evil.example"])
def test_mail_never_leaves_the_machine_in_the_clear(settings: Settings, host: str) -> None:
    with pytest.raises(BadSettings, match="MAIL_SECURITY=none"):
        check_mail_settings(replace(settings, demo=False, mail=mail_settings(25, host=host)))


@pytest.mark.parametrize("sender", ["", "Gernas BBI", "a@b, c@d"])
def test_mail_needs_a_sender(settings: Settings, sender: str) -> None:
    with pytest.raises(BadSettings, match="GERNAS_MAIL_FROM"):
        check_mail_settings(replace(settings, mail=mail_settings(25, sender=sender)))


def test_a_sender_may_have_a_name(settings: Settings) -> None:
    sender = "Sekretariat Gernas <kabar@gernas.test>"

    check_mail_settings(replace(settings, mail=mail_settings(25, sender=sender)))


def test_answers_go_to_an_address(settings: Settings) -> None:
    with pytest.raises(BadSettings, match="GERNAS_CONTACT_EMAIL"):
        check_mail_settings(replace(settings, contact_email="Sekretariat"))


def test_the_command_says_whether_mail_leaves(app: Flask, settings: Settings) -> None:
    runner = app.test_cli_runner()

    answer = runner.invoke(args=["mail", "test", "siti@example.id"])
    assert (answer.exit_code, answer.output) == (0, "The mail has left.\n")

    app.config["GERNAS"] = replace(settings, demo=False)
    answer = runner.invoke(args=["mail", "test", "siti@example.id"])
    assert answer.exit_code == 1
    assert "The mail did not leave: NoMailServer" in answer.output
