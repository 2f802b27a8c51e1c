"""The functions that every template may use."""

from urllib.parse import urlsplit

from flask import Flask

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


def init_jinja(app: Flask) -> None:
    app.jinja_env.globals.update({name: getattr(wording, name) for name in WORDS})
    app.jinja_env.globals["get_province"] = get_province
    app.jinja_env.filters["markdown"] = render_markdown
    app.jinja_env.filters["urlsplit_host"] = lambda url: urlsplit(url).hostname or url
