"""The functions that every template may use."""

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.templating import Environment

from gernas.core import wording
from gernas.core.markdown import render_markdown
from gernas.core.provinces import get_province

WORDS = (
    "as_of_words",
    "date_parts",
    "date_words",
    "figure",
    "moment_words",
    "number_words",
    "percent_words",
    "range_words",
    "rupiah_words",
    "second_time_words",
    "short_number",
    "short_rupiah",
    "time_range_words",
    "time_words",
    "weekday_words",
    "zone_abbr",
    "zone_name",
)


class SharedGlobals(Environment):
    """Jinja's environment, whose templates share one plain dictionary of globals.

    Jinja chains a dictionary of its own in front for each template, and walks through the chain
    key by key whenever a template imports macros: a twentieth of a page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def init_jinja(app: Flask) -> None:
    app.jinja_env.globals.update({name: getattr(wording, name) for name in WORDS})
    app.jinja_env.globals["get_province"] = get_province
    app.jinja_env.filters["markdown"] = render_markdown
    app.jinja_env.filters["urlsplit_host"] = lambda url: urlsplit(url).hostname or url
