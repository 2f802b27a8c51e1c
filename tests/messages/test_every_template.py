"""Every mail that Gernas sends can be written, in both languages."""

import pytest
from flask import Flask

from gernas.messages.templates import get_template, is_link
from gernas.messages.words import message_name
from gernas.messages.writing import write_message
from gernas.paths import TEMPLATES

LAYOUTS = {"layout"}
NAMES = sorted({path.stem for path in (TEMPLATES / "messages").glob("*.txt")} - LAYOUTS)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_written(context: Flask, name: str, language: str) -> None:
    template = get_template(name)
    values = {
        word: "http://gernas.test/x" if is_link(word) else f"({word})"
        for word in template.placeholders
    }

    written = write_message(name, language, values)

    assert written.subject
    body = written.text.partition("\n-- \n")[0]
    assert body.strip()
    for word, value in values.items():
        assert value in written.subject + body, word
    assert "\n\n\n" not in body
    assert all(len(paragraph.split("\n")) <= 4 for paragraph in body.split("\n\n"))


@pytest.mark.parametrize("name", NAMES)
def test_it_has_a_name_for_people(context: Flask, name: str) -> None:
    assert "_" not in message_name(name)
    assert message_name(name) != name


@pytest.mark.parametrize("name", NAMES)
def test_what_opens_a_door_is_not_kept(context: Flask, name: str) -> None:
    template = get_template(name)

    assert template.is_secret or not template.placeholders & {"code", "link"}
