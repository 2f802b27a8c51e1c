"""Fill in a page's own form and send it, as a browser without JavaScript does."""

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Form:
    """What one form of a page would send."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.values: dict[str, Any] = {}


class Forms(HTMLParser):
    """All forms of a page with the values they would send untouched."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select: str | None = None
        self._area: str | None = None
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        if tag == "form":
            self.forms.append(Form(at.get("action") or ""))
            self._inside = True
        elif self._inside and tag in ("input", "select", "textarea") and at.get("name"):
            self._take(tag, at["name"] or "", at)
        elif tag == "option" and self._select:
            values = self.forms[-1].values
            if "selected" in at or self._select not in values:
                values[self._select] = at.get("value") or ""

    def _take(self, tag: str, name: str, at: dict[str, str | None]) -> None:
        values = self.forms[-1].values
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area, values[name] = name, ""
        elif at.get("type") in ("checkbox", "radio"):
            if "checked" in at:
                values[name] = at.get("value") or "on"
        elif at.get("type") not in ("file", "submit"):
            values[name] = at.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            values = self.forms[-1].values
            values[self._area or ""] = values[self._area or ""].removeprefix("\r\n").strip("\n")
            self._area = None


def read_form(answer: TestResponse, *, having: str) -> Form:
    """The form of a page that has a field of this name."""
    page = answer.get_data(as_text=True)
    return next(form for form in Forms(page).forms if having in form.values)


def press(client: FlaskClient, path: str, action: str) -> TestResponse:
    """Open a page and send the form that leads to ``action``, as it is."""
    page = client.get(path).get_data(as_text=True)
    form = next(form for form in Forms(page).forms if form.action == action)
    return client.post(action, data=form.values)


def send(
    client: FlaskClient, path: str, *, having: str = "title", headers: Any = None, **changes: Any
) -> TestResponse:
    """Open a page and send its form with some fields changed."""
    form = read_form(client.get(path), having=having)
    values = {**form.values, **changes}
    values = {name: value for name, value in values.items() if value is not None}
    return client.post(form.action or path, data=values, headers=headers)
