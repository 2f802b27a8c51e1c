"""The Markdown that people write, as safe HTML for pages and as plain text for everything else."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from markupsafe import Markup

from gernas.core.errors import GernasError
from gernas.core.text import clean_text, safe_url, without_invisible

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_CHARACTERS = 10_000  # 50,000 opening brackets keep the parser busy for seconds

_TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "a", "blockquote", "h3", "h4", "code"}
_RULES = "autolink backticks blockquote emphasis escape heading link list newline"


class MarkdownTooLong(GernasError):
    def __init__(self, length: int) -> None:
        super().__init__(
            _(
                "The text is too long: %(count)s characters, at most %(limit)s.",
                count=length,
                limit=MAX_CHARACTERS,
            )
        )


def render_markdown(text: str) -> Markup:
    """Return ``text`` as HTML in a ``div`` that htmx leaves alone; empty for empty text.

    Emphasis, links, lists, quotes, code and two levels of headings (``#`` becomes h3, since a
    page has its own h1 and h2). A line break is a line break, as people without Markdown expect.
    HTML is shown as typed, links lead to https, mailto or tel only and are marked as other
    people's (``rel="nofollow ugc"``). Nothing else survives, above all no ``data-``
    attribute, which htmx obeys.

    Raises:
        MarkdownTooLong: more than 10,000 characters.
    """
    import nh3

    tokens = _parse(text)
    if not tokens:
        return Markup()
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3" if token.tag == "h1" else "h4"
        for child in token.children or []:  # <https://a.id/%E2%80%AE> is shown decoded
            child.content = without_invisible(child.content)
    parser = _parser()
    body = nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_keep_attribute,
        url_schemes={"https", "mailto", "tel"},
        link_rel="nofollow ugc",
    )
    return Markup('<div class="g-prose" hx-ignore>{}</div>').format(Markup(body.strip()))  # noqa: S704


def plain_text(markdown: str, *, limit: int | None = None, one_line: bool = False) -> str:
    """Return what a reader of the rendered ``markdown`` reads, without marks or link addresses.

    Paragraphs are apart by an empty line, list items begin with ``- `` or their number. With
    ``limit`` the text ends at a word, with ``…``, within that many characters.

    Raises:
        MarkdownTooLong: more than 10,000 characters.
    """
    blocks = _blocks(_parse(markdown))
    text = clean_text("\n".join(blocks), multiline=True)
    if one_line:
        text = " ".join(text.split())
    if limit is None or len(text) <= limit:
        return text
    cut = text[: limit - 1]
    if not text[limit - 1].isspace():
        words = "".join(cut.rsplit(maxsplit=1)[:1])
        cut = words if len(words) > limit // 2 else cut
    return cut.rstrip(" ,;:.–-\n") + "…"


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("zero", {"breaks": True, "html": False, "maxNesting": 20}).enable(
        _RULES.split()
    )


def _parse(text: str) -> list[Token]:
    text = clean_text(text, multiline=True)
    if len(text) > MAX_CHARACTERS:
        raise MarkdownTooLong(len(text))
    return _parser().parse(text)


def _keep_attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return safe_url(value)
    return value if name == "rel" else None  # nh3 sets it itself, and lets "title" through


def _blocks(tokens: list[Token]) -> list[str]:
    """The lines of a parsed text; "" stands between paragraphs, also before the first."""
    lines: list[str] = []
    counters: list[int | None] = []  # of the open lists: next number; None where bullets are
    mark = ""
    for token in tokens:
        if token.type == "ordered_list_open":
            counters.append(1)  # as on the page, where "start" does not survive
        elif token.type == "bullet_list_open":
            counters.append(None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            counters.pop()
        elif token.type == "list_item_open":
            number = counters[-1]
            mark = "- " if number is None else f"{number}. "
            if number is not None:
                counters[-1] = number + 1
            mark = "  " * (len(counters) - 1) + mark
        elif token.type == "inline":
            if not token.hidden and not (counters and mark):
                lines.append("")
            lines.append(mark + _inline(token.children or []))
            mark = ""
    return lines


def _inline(tokens: list[Token]) -> str:
    parts = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        else:
            parts.append(token.content)
    return "".join(parts)
