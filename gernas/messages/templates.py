"""Message templates: files ``templates/messages/<name>.txt``, written like a mail.

Headers come first, then an empty line, then the text::

    {# What it is for. Needs: title, url. #}
    Subject: {% trans %}{{ title }} has moved{% endtrans %}
    Secret: yes

    {% trans %}…{% endtrans %}

    {% trans %}Open the event{% endtrans %}
    {{ url }}

``Secret: yes`` empties the values as soon as the mail has left (codes, links that open doors). A
paragraph that ends with a link becomes a button; a line before the link is its words. A line
that is ``{{ code }}`` alone is set large. Values named ``url``, ``link`` or ``…_url`` are our own
addresses; all others are text that people may have typed, which never becomes a link.
``leave_url`` may always be given: it goes into the foot and into the headers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from flask import current_app
from jinja2 import Environment, StrictUndefined, Template, TemplateNotFound, meta

LEAVE = "leave_url"
LONGEST_VALUE = 5_000  # characters

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_COMMENT = re.compile(r"\A\s*\{#.*?#\}\s*", re.DOTALL)
# The line of a tag is no line of the mail; that of {% trans %} is.
_LONE_TAG = re.compile(
    r"^[ \t]*(\{%-?[ ]*(?:if|elif|else|endif|for|endfor|set)\b[^\n]*%\})[ \t]*\n", re.MULTILINE
)
_SUBJECT = re.compile(r"^Subject: (?=\S)", re.MULTILINE)
_SECRET = re.compile(r"^Secret: yes$", re.MULTILINE)
_URL = re.compile(r"[!-~]+")


class BadTemplate(Exception):
    """A template or its values are not in order: a mistake of ours, not of a reader."""


@dataclass(frozen=True)
class MessageTemplate:
    """A compiled template. ``is_secret``: what it says opens a door."""

    name: str
    headers: Template
    text: Template
    placeholders: frozenset[str]
    is_secret: bool


def get_template(name: str) -> MessageTemplate:
    """Return the template of a name, compiled once per process.

    Raises:
        BadTemplate: there is none, or it does not begin with a subject.
    """
    known = _known()
    if name not in known:
        known[name] = compile_template(name, _read(name))
    return known[name]


def compile_template(name: str, source: str) -> MessageTemplate:
    """Make a template of its source.

    Raises:
        BadTemplate: it does not begin with a subject.
    """
    source = _COMMENT.sub("", source.replace("\r\n", "\n")).lstrip()
    head, _, text = _LONE_TAG.sub(r"\1", source).partition("\n\n")
    if not _SUBJECT.match(head):
        raise BadTemplate(f"{name} does not begin with its subject")
    # Not by name, so Flask would escape here what stands in plain text.
    environment = current_app.jinja_env.overlay(
        undefined=StrictUndefined, autoescape=False, trim_blocks=False
    )
    return MessageTemplate(
        name=name,
        headers=environment.from_string(head),
        text=environment.from_string(text),
        placeholders=_placeholders(environment, head + text),
        is_secret=bool(_SECRET.search(head)),
    )


def check_values(template: MessageTemplate, values: Mapping[str, object]) -> None:
    """Refuse values that are not exactly the template's placeholders.

    Raises:
        BadTemplate: a value is missing, unknown, no text or too long, or a link leads elsewhere.
    """
    given = set(values)
    if missing := template.placeholders - given:
        raise BadTemplate(f"{template.name} needs {', '.join(sorted(missing))}")
    if unknown := given - template.placeholders - {LEAVE}:
        raise BadTemplate(f"{template.name} does not know {', '.join(sorted(unknown))}")
    for name, value in values.items():
        if not isinstance(value, str) or len(value) > LONGEST_VALUE:
            raise BadTemplate(f"{name} of {template.name} is no text, or too long")
        if is_link(name) and not _is_ours(value):
            raise BadTemplate(f"{name} of {template.name} leads elsewhere")


def is_link(name: str) -> bool:
    """Whether a placeholder of this name is an address of ours."""
    return name in ("url", "link") or name.endswith("_url")


def _is_ours(value: str) -> bool:
    url = current_app.config["GERNAS"].url
    return value == url or (value.startswith(f"{url}/") and bool(_URL.fullmatch(value)))


def _placeholders(environment: Environment, source: str) -> frozenset[str]:
    found = meta.find_undeclared_variables(environment.parse(source))
    return frozenset(found - set(environment.globals))


def _read(name: str) -> str:
    loader = current_app.jinja_env.loader
    try:
        if _NAME.fullmatch(name) and loader is not None:
            return loader.get_source(current_app.jinja_env, f"messages/{name}.txt")[0]
    except TemplateNotFound as error:
        raise BadTemplate(f"there is no template {name}") from error
    raise BadTemplate(f"{name} is no name of a template")


def _known() -> dict[str, MessageTemplate]:
    return cast(
        dict[str, MessageTemplate], current_app.extensions.setdefault("message_templates", {})
    )
