"""A message as words: subject, text and HTML, in the reader's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import force_locale

from gernas.core.text import clean_text, header_text
from gernas.messages.templates import LEAVE, MessageTemplate, check_values, get_template, is_link

SUBJECT_LENGTH = 150

# A dot before two letters, however it is written: IDNA takes four signs for one (UTS 46).
_DOTS = r".\u3002\uff0e\uff61"
_DOMAIN_DOT = re.compile(rf"(?<=\S)([{_DOTS}])(?=[^\W\d_][^\W_])")
_SCHEME = re.compile(r":(?=//)")


@dataclass(frozen=True)
class Paragraph:
    """Lines that belong together. With ``url`` a button follows them that says ``label``."""

    lines: list[str]
    url: str | None = None
    label: str = ""
    is_code: bool = False


@dataclass(frozen=True)
class Written:
    """A message ready to be sent."""

    subject: str
    text: str
    html: str
    leave_url: str | None


def write_message(name: str, language: str, values: Mapping[str, str]) -> Written:
    """Render a message in ``language``.

    Raises:
        BadTemplate: there is no such template, or the values are not its placeholders.
    """
    template = get_template(name)
    check_values(template, values)
    with force_locale(language):
        subject = _render_subject(template, values)
        text = _render_text(template, values)
        shared = _shared(values) | {"subject": subject, "language": language}
        paragraphs = _paragraphs(text, values)
        layout = current_app.jinja_env.get_template
        return Written(
            subject=subject,
            text=layout("messages/layout.txt").render(text=text, **shared).strip() + "\n",
            html=layout("messages/layout.html").render(paragraphs=paragraphs, **shared),
            leave_url=values.get(LEAVE),
        )


def without_links(text: str) -> str:
    """Text in which no mail program finds an address to open.

    ``evil.com`` becomes ``evil. com`` and ``https://`` becomes ``https: //``. A visible space,
    since browsers drop invisible characters from addresses again (UTS 46).
    """
    return _DOMAIN_DOT.sub(r"\1 ", _SCHEME.sub(": ", text))


def _render_subject(template: MessageTemplate, values: Mapping[str, str]) -> str:
    """The subject; values are one line each, so none of them can begin another header."""
    lines = template.headers.render({name: _plain(name, value) for name, value in values.items()})
    subject = lines.strip().partition("\n")[0].partition(":")[2]
    return header_text(subject, limit=SUBJECT_LENGTH)


def _render_text(template: MessageTemplate, values: Mapping[str, str]) -> str:
    rendered = template.text.render(
        {name: _plain(name, value, multiline=True) for name, value in values.items()}
    )
    return re.sub(r"\n{3,}", "\n\n", rendered).strip()


def _plain(name: str, value: str, *, multiline: bool = False) -> str:
    return value if is_link(name) else without_links(clean_text(value, multiline=multiline))


def _paragraphs(text: str, values: Mapping[str, str]) -> list[Paragraph]:
    links = {value for name, value in values.items() if is_link(name)}
    return [
        _paragraph([line.strip() for line in part.split("\n")], links, values.get("code"))
        for part in text.split("\n\n")
    ]


def _paragraph(lines: list[str], links: set[str], code: str | None) -> Paragraph:
    if lines[-1] in links:
        label = lines[-2].rstrip(":") if len(lines) > 1 else lines[-1]
        return Paragraph(lines[:-2], lines[-1], label)
    return Paragraph(lines, is_code=bool(code) and lines == [code])


def _shared(values: Mapping[str, str]) -> dict[str, Any]:
    settings = current_app.config["GERNAS"]
    return {
        "site_url": settings.url,
        "site_host": settings.host,
        "contact_name": settings.contact_name,
        "contact_email": settings.contact_email,
        LEAVE: values.get(LEAVE),
    }
