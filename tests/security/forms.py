"""Every form that can be reached, read from the pages as a browser reads them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote_from_bytes, urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.security.world import World, list_rules

STYLE_GUIDE = "/kelola/komponen"  # its forms lead nowhere
SEARCH = "venue_q"  # for the script beside a list; the form does not know it
NOT_TYPED = {"submit", "button", "reset", "image"}


@dataclass
class Form:
    """A form with what it would send as it stands; ``typed`` are the fields people type in."""

    page: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    offered: set[tuple[str, str]] = field(default_factory=set)  # by lists: name and value
    hidden: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        return self.action, tuple(sorted(self.fields))


class FormReader(HTMLParser):
    """Collects the forms of a page that are sent with POST."""

    def __init__(self, page: str, text: str) -> None:
        super().__init__()
        self.page, self.forms = page, list[Form]()
        self._form: Form | None = None
        self._select = self._area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            action = urlsplit(urljoin(self.page, given.get("action") or self.page))
            self._form = Form(self.page, f"{action.path}?{action.query}".rstrip("?"))
        elif self._form is not None:
            self._read_field(self._form, tag, given)

    def _read_field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "select" and name:
            self._select = name
            form.choices.append(name)
            form.fields.setdefault(name, "")
        elif tag == "option" and self._select:
            form.offered.add((self._select, given.get("value", "")))
            if "selected" in given:
                form.fields[self._select] = given.get("value", "")
        elif tag == "textarea" and name:
            self._area = name
            form.typed.append(name)
            form.fields[name] = ""
        elif tag == "input" and name and kind not in NOT_TYPED:
            self._read_input(form, name, kind, given)

    def _read_input(self, form: Form, name: str, kind: str, given: dict[str, str]) -> None:
        if kind == "file":
            form.files.append(name)
        elif kind in ("radio", "checkbox"):
            form.choices.append(name)
            if "checked" in given or name not in form.fields:
                form.fields[name] = given.get("value", "on") if "checked" in given else ""
        else:
            if name != SEARCH:
                (form.hidden if kind == "hidden" else form.typed).append(name)
            form.fields[name] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area:
            self._form.fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form is not None:
            self.forms.append(self._form)
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


def list_forms(world: World, client: FlaskClient) -> list[Form]:
    """The forms of all pages that the client can open, each once."""
    found: dict[tuple[str, tuple[str, ...]], Form] = {}
    for rule in list_rules(world.app, "GET"):
        address = world.address(rule)
        if address == STYLE_GUIDE:
            continue
        answer = client.get(address, buffered=True)
        if answer.mimetype == "text/html":
            for form in FormReader(address, answer.text).forms:
                found.setdefault(form.key, form)
    return list(found.values())


def send_form(client: FlaskClient, form: Form, **typed: str) -> TestResponse:
    """Send a form with other values; lone surrogates leave as the bytes that stand for them."""
    pairs = {**{name: value for name, value in form.fields.items() if value}, **typed}
    body = "&".join(
        f"{quote_from_bytes(name.encode())}="
        f"{quote_from_bytes(value.encode('utf-8', 'surrogatepass'), safe='')}"
        for name, value in pairs.items()
    )
    return client.post(
        form.action,
        data=body,
        content_type="application/x-www-form-urlencoded",
        buffered=True,
    )
