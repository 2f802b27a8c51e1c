"""Each mail of this domain, as it is read."""

import pytest
from flask import Flask

from gernas.messages.templates import get_template
from gernas.messages.writing import write_message

MAILS = {
    "sign_in_code": {"code": "123 456"},
    "password_reset": {"link": "http://gernas.test/masuk/sandi-baru/abc"},
    "password_changed": {},
    "email_change": {"link": "http://gernas.test/masuk/surel/abc"},
    "email_changed": {"email": "s…@contoh.id"},
    "email_in_use": {},
    "invitation": {
        "role": "Panitia",
        "place": "Lampung · Gernas BBI 2022",
        "by": "Rahmat, kunjungi evil.example/x",
        "link": "http://gernas.test/undangan/abc",
    },
    "second_factor_added": {},
    "second_factor_removed": {},
    "recovery_code_used": {"left": "9"},
    "recovery_codes_renewed": {},
}


@pytest.mark.parametrize("template", list(MAILS))
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_mail_is_whole_in_both_languages(context: Flask, template: str, language: str) -> None:
    values = MAILS[template]

    written = write_message(template, language, values)

    assert written.subject
    assert values.get("link", "") in written.text
    assert values.get("code", "") in written.text
    if language == "id":
        english = write_message(template, "en", values)
        assert written.subject != english.subject
        assert not set(written.text.split("\n\n")[:-1]) & set(english.text.split("\n\n")[:-1]) - {
            values.get("code")
        }


@pytest.mark.parametrize("template", list(MAILS))
def test_what_opens_a_door_is_forgotten_once_it_is_sent(context: Flask, template: str) -> None:
    """ASVS 14.2.4."""
    opens = bool({"link", "code"} & set(MAILS[template]))

    assert get_template(template).is_secret is opens


def test_names_in_a_mail_make_no_links(context: Flask) -> None:
    """ASVS 1.2.1: nobody sends his links under our name."""
    written = write_message("invitation", "id", MAILS["invitation"])

    assert "evil.example" not in written.text
    assert "evil.example" not in written.html
