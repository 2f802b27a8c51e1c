"""The look keeps its promises: contrast, weight, no inline code, and no name that leads nowhere."""

import gzip
import re
from pathlib import Path

import pytest

from gernas.events.models import EventKind
from gernas.paths import STATIC, TEMPLATES

TOKENS = (STATIC / "css/tokens.css").read_text("utf-8")
CSS = "".join(path.read_text("utf-8") for path in sorted((STATIC / "css").glob("*.css")))
PAGES = {
    str(path.relative_to(TEMPLATES)): path.read_text("utf-8")
    for path in sorted(TEMPLATES.rglob("*.html"))
}
WRITTEN = [  # text on ground
    ("ink", "paper"),
    ("ink", "cloth"),
    ("ink", "cloth-2"),
    ("ink-2", "paper"),
    ("ink-2", "cloth"),
    ("ink-2", "cloth-2"),
    ("red", "paper"),
    ("red", "cloth"),
    ("red", "red-tint"),
    ("gold-ink", "paper"),
    ("gold-ink", "cloth"),
    ("gold-ink", "gold-tint"),
    ("ink", "gold-tint"),
    ("leaf", "leaf-tint"),
    ("indigo", "indigo-tint"),
    ("on-field", "field"),
    ("on-field-2", "field"),
    ("gold-field", "field"),
    ("on-field", "btn"),
    ("on-field", "btn-hover"),
    ("paper", "ink"),
]
DRAWN = [("line-strong", "paper"), ("gold", "paper"), ("focus", "paper"), ("focus", "cloth")]


def read_colours(theme: str) -> dict[str, str]:
    """The colour of each token; the dark ones stand over the light ones."""
    light, _, dark = TOKENS.partition("prefers-color-scheme: dark")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6}|var\(--[\w-]+\));", light))
    if theme == "dark":
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))
    return {
        name: found[value[6:-1]] if value.startswith("var(") else value
        for name, value in found.items()
    }


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, 1.4.3: from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_its_ground(theme: str) -> None:
    colours = read_colours(theme)

    low = [pair for pair in WRITTEN if contrast(colours[pair[0]], colours[pair[1]]) < 4.5]

    assert low == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edges_and_focus_stand_out_from_the_page(theme: str) -> None:
    colours = read_colours(theme)

    low = [pair for pair in DRAWN if contrast(colours[pair[0]], colours[pair[1]]) < 3]

    assert low == []


INLINE = re.compile(
    r"""<script(?![^>]*\ssrc=|\ type="application/(?:ld\+)?json")"""  # data is not code
    r"""|<style|\sstyle=|\son[a-z]+=|hx-on"""
)


def test_no_page_has_code_or_style_inside() -> None:
    """ASVS 3.4.3: the content policy would block it."""
    found = [
        name
        for name, text in PAGES.items()
        if not name.startswith("messages/") and INLINE.search(text)
    ]

    assert found == []


@pytest.mark.parametrize(
    "html", ["<script>go()</script>", '<p style="x">', "<a onclick=go()>", "<style>p{}</style>"]
)
def test_code_and_style_inside_a_page_would_be_found(html: str) -> None:
    assert INLINE.search(html)


def test_every_class_of_ours_has_a_rule() -> None:
    known = set(re.findall(r"\.(g-[\w-]+)", CSS))
    used = {
        (name, word)
        for name, text in PAGES.items()
        for value in re.findall(r'class="([^"]*)"', text)
        for word in re.findall(r"(?<![\w-])g-\w+(?:--?\w+)*(?![\w-]|\{\{ [a-z])", value)
    }

    assert sorted(pair for pair in used if pair[1] not in known) == []


def test_every_icon_that_is_asked_for_is_drawn() -> None:
    drawn = set(re.findall(r'"([a-z-]+)": "M', PAGES["components/icon.html"]))
    asked = {
        (name, word)
        for name, text in PAGES.items()
        for word in re.findall(r'(?:\bicon\(|\bsymbol=)["\']([a-z-]+)["\']', text)
    }

    assert sorted(pair for pair in asked if pair[1] not in drawn) == []


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind is not EventKind.OTHER])
def test_every_kind_of_event_has_a_shape_and_a_word(kind: EventKind) -> None:
    assert f".g-kind--{kind} {{ --mark:" in CSS
    assert f'if name == "{kind}" %}}{{{{ _(' in PAGES["components/kind.html"]


def test_every_file_that_a_page_names_is_there() -> None:
    named = {
        (page, name)
        for page, text in PAGES.items()
        for name in re.findall(
            r"""(?:static_url\(|'static', filename=)['"]([\w./-]+)['"]\)""", text
        )
        if not name.startswith("vendor/")  # installed, and tried by the browser tests
    }

    assert named
    assert sorted(pair for pair in named if not (STATIC / pair[1]).is_file()) == []


def test_what_a_public_page_loads_of_ours_is_light() -> None:
    files = [STATIC / "css/tokens.css", STATIC / "css/components.css", STATIC / "js/public.js"]

    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 14_000


def test_public_pages_load_one_small_script() -> None:
    assert PAGES["layout/public.html"].count("<script") == 1
    assert Path(STATIC / "js/public.js").stat().st_size <= 3_000
