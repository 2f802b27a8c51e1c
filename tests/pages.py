"""What every page must have: a title, one h1, labelled fields, no inline code."""

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

UNLABELLED = {"hidden", "submit", "button", "reset", "image"}


class Page(HTMLParser):
    """A page read the way a screen reader meets it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.titles = 0
        self.headings = 0
        self.language = ""
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: list[dict[str, str | None]] = []
        self.problems: list[str] = []
        self._label_depth = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if "id" in values:
            self.ids.append(values["id"] or "")
        if tag == "html":
            self.language = values.get("lang") or ""
        elif tag == "title":
            self.titles += 1
        elif tag == "h1":
            self.headings += 1
        elif tag == "label":
            self._label_depth += 1
            if values.get("for"):
                self.labels.add(values["for"] or "")
        elif tag in ("input", "select", "textarea") and values.get("type") not in UNLABELLED:
            values["inside"] = "yes" if self._label_depth else None
            self.fields.append(values)
        elif tag == "script" and "src" not in values and "json" not in (values.get("type") or ""):
            self.problems.append("inline script")
        self._look_for_inline_code(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._label_depth -= 1

    def _look_for_inline_code(self, tag: str, values: dict[str, str | None]) -> None:
        for name in values:
            if name == "style" or name.startswith("on"):
                self.problems.append(f"{name} on <{tag}>")

    def list_problems(self) -> list[str]:
        problems = list(self.problems)
        if self.headings != 1:
            problems.append(f"{self.headings} h1")
        if not self.titles:
            problems.append("no title")
        if self.language not in ("id", "en"):
            problems.append("no language")
        problems += [
            f"id twice: {i}" for i in sorted({i for i in self.ids if self.ids.count(i) > 1})
        ]
        for field in self.fields:
            named = field.get("id") in self.labels or field.get("inside") or field.get("aria-label")
            if not named and not field.get("aria-labelledby"):
                problems.append(f"no label: {field.get('name')}")
        return problems


class CheckedClient(FlaskClient):
    """A test client that fails on a broken page, whatever the test looks for."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        packed = "Content-Encoding" in answer.headers
        if answer.mimetype == "text/html" and answer.get_data() and not packed:
            page = answer.get_data(as_text=True)
            if page.lstrip().lower().startswith("<!doctype"):
                problems = Page(page).list_problems()
                assert not problems, f"{answer.request.path}: {problems}"
        return answer
