"""``remembered()``: what a macro made of the same arguments, in the same language, before."""

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale

from tests.factories import make_campaign

SHOW = "{% macro show(text) %}<b>{{ _('Save') }} {{ text }}</b>{% endmacro %}"


def test_it_is_what_the_macro_makes_with_its_argument_escaped(context: Flask) -> None:
    with context.test_request_context("/kelola"):
        shown = render_template_string(SHOW + "{{ remembered(show, text) }}", text="<i>")

    assert shown == "<b>Simpan &lt;i&gt;</b>"


def test_other_arguments_and_another_language_are_something_else(context: Flask) -> None:
    template = SHOW + "{{ remembered(show, 1) }}{{ remembered(show, 2) }}{{ remembered(show, 1) }}"
    with context.test_request_context("/kelola"):
        indonesian = render_template_string(template)
        with force_locale("en"):
            english = render_template_string(template)

    assert indonesian == "<b>Simpan 1</b><b>Simpan 2</b><b>Simpan 1</b>"
    assert english == "<b>Save 1</b><b>Save 2</b><b>Save 1</b>"


def test_a_row_is_refused_since_it_may_change(context: Flask) -> None:
    campaign = make_campaign()

    with (
        context.test_request_context("/kelola"),
        pytest.raises(TypeError, match="a row is not what it holds"),
    ):
        render_template_string(SHOW + "{{ remembered(show, row) }}", row=campaign)
