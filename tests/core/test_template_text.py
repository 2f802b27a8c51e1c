"""``_()`` in templates: our own, quicker one answers what Jinja's and Flask-Babel's would."""

from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        ("{{ _('Save') }}", {}, "Simpan"),
        ("{{ gettext('Save') }}", {}, "Simpan"),
        ("{% trans %}Save{% endtrans %}", {}, "Simpan"),
        ("{{ _('a <b> of nobody') }}", {}, "a <b> of nobody"),
        ("{{ _('100%% of %(whom)s', whom=name) }}", {"name": "<i>"}, "100% of &lt;i&gt;"),
        ("{{ _('100%% of all') }}", {}, "100% of all"),
        ("{% autoescape false %}{{ _('of %(w)s', w=n) }}{% endautoescape %}", {"n": "<"}, "of <"),
        ("{{ _('Save') + '<' }}", {}, "Simpan&lt;"),
    ],
)
def test_a_text_is_translated_and_what_it_names_is_escaped(
    context: Flask, template: str, values: dict[str, Any], expected: str
) -> None:
    with context.test_request_context("/kelola"):
        assert render_template_string(template, **values) == expected


def test_each_text_is_in_the_language_of_its_moment(context: Flask) -> None:
    with context.test_request_context("/kelola"):
        texts = [render_template_string("{{ _('Save') }}")]
        with force_locale("en"):
            texts.append(render_template_string("{{ _('Save') }}"))
        texts.append(render_template_string("{{ _('Save') }}"))

    assert texts == ["Simpan", "Save", "Simpan"]
