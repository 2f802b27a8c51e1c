"""Markdown that people write: readable, and unable to do anything."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gernas.core.markdown import MAX_CHARACTERS, MarkdownTooLong, plain_text, render_markdown

ALLOWED = {"p", "br", "em", "strong", "ul", "ol", "li", "a", "blockquote", "h3", "h4", "code"}

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a data-hx-get=/keluar data-hx-trigger=load>x</a>",
    "<div hx-get=/keluar hx-trigger=load>x</div>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>@import 'https://evil.example'</style>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "<p style=position:fixed>x</p>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#1;javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "[x](/keluar)",
    "[x](?next=//evil.example)",
    "[x](http://evil.example)",
    "[x](https://gernas.id@evil.example)",
    '[x](https://a.id "onmouseover=alert(1)")',
    '[x](https://a.id"onmouseover="alert(1))',
    "[x](mailto:a@b.id?bcc=c@d.id)",
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    "[![x](https://evil.example/p.png)](javascript:alert(1))",
    "<javascript:alert(1)>",
    '<https://evil.example/"onmouseover=alert(1)//>',
    "<https://a.id/%E2%80%AEgpj.exe>",
    "[x]: javascript:alert(1)\n\n[x]",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "# <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    "* <script>alert(1)</script>",
    "*<b onclick=alert(1)>*",
    "**[x](javascript:alert(1))**",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e<script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "\u0338<script>",
    "{{ 7*7 }} {{ config }} {% raw %}",
]


class Elements(HTMLParser):
    """All start tags with their attributes, and the text between."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_harmless(html: str) -> None:
    elements = Elements(html)
    (tag, attributes), *inside = elements.found
    assert (tag, attributes) == ("div", {"class": "g-prose", "hx-ignore": None})
    for tag, attributes in inside:
        assert tag in ALLOWED
        if tag == "a" and "href" in attributes:
            assert attributes.keys() == {"href", "rel"}
            assert attributes["rel"] == "nofollow ugc"
            assert re.match(r"(https://[a-z0-9.-]+(/|$)|mailto:|tel:)", attributes["href"] or "")
            assert "?bcc" not in (attributes["href"] or "")
        else:
            assert attributes in ({}, {"rel": "nofollow ugc"})
            assert tag == "a" or not attributes
    assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069]", elements.text)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_only_text(attack: str) -> None:
    """ASVS 1.3.1, 1.3.4, 1.3.5, 1.2.1, 1.2.2."""
    assert_harmless(render_markdown(attack))
    assert_harmless(render_markdown(f"Awal\n\n{attack}\n\n*{attack}* [y](https://a.id) {attack}"))


@given(st.lists(st.sampled_from([*ATTACKS, "\n", "\n\n", "> ", "- ", "*", "[", "](", "`"])))
def test_attacks_in_any_mixture_are_only_text(pieces: list[str]) -> None:
    """ASVS 1.3.1: no joint of two pieces becomes what neither is."""
    text = "".join(pieces)[:MAX_CHARACTERS]

    html = render_markdown(text)

    if html:
        assert_harmless(html)


@given(st.text(st.characters(), max_size=300))
def test_no_text_raises(text: str) -> None:
    html = render_markdown(text)

    assert not html or "hx-ignore" in html
    assert plain_text(text).strip() == plain_text(text)


def test_people_write_what_they_mean() -> None:
    written = (
        "# Ekspo\n## Acara\n### Rinci\n"
        "Bawa **NIB** dan *KTP*.\nDatang pukul `08.00`.\n\n"
        "- satu\n- dua [aturan](https://gernas.id/a?b=1&c=2)\n\n"
        "1. daftar\n2. datang\n\n"
        "> Bangga buatan Indonesia\n\n"
        "<https://bi.go.id> <mailto:rina@bi.go.id> [telepon](tel:+62811)"
    )

    assert render_markdown(written) == (
        '<div class="g-prose" hx-ignore>'
        "<h3>Ekspo</h3>\n<h4>Acara</h4>\n<h4>Rinci</h4>\n"
        "<p>Bawa <strong>NIB</strong> dan <em>KTP</em>.<br>\n"
        "Datang pukul <code>08.00</code>.</p>\n"
        '<ul>\n<li>satu</li>\n<li>dua <a href="https://gernas.id/a?b=1&amp;c=2" '
        'rel="nofollow ugc">aturan</a></li>\n</ul>\n'
        "<ol>\n<li>daftar</li>\n<li>datang</li>\n</ol>\n"
        "<blockquote>\n<p>Bangga buatan Indonesia</p>\n</blockquote>\n"
        '<p><a href="https://bi.go.id" rel="nofollow ugc">https://bi.go.id</a> '
        '<a href="mailto:rina@bi.go.id" rel="nofollow ugc">mailto:rina@bi.go.id</a> '
        '<a href="tel:+62811" rel="nofollow ugc">telepon</a></p>'
        "</div>"
    )


def test_nothing_written_is_nothing_on_the_page() -> None:
    assert render_markdown(" \n\u200b\n ") == ""
    assert plain_text("") == ""


def test_a_text_beyond_the_limit_is_refused_with_a_sentence(in_indonesian: object) -> None:
    """ASVS 1.4.2, 15.1.3."""
    render_markdown("a" * MAX_CHARACTERS)

    with pytest.raises(MarkdownTooLong) as refusal:
        render_markdown("a" * (MAX_CHARACTERS + 1))

    assert refusal.value.message == "Teks terlalu panjang: 10001 karakter, paling banyak 10000."
    with pytest.raises(MarkdownTooLong):
        plain_text("a" * (MAX_CHARACTERS + 1))


@pytest.mark.parametrize(
    "piece",
    [
        *list("[`<>#&\\"),
        "[](",
        "![",
        "[[]",
        "*[",
        "](",
        "[a](",
        "<a:",
        "[a\n",
        "a\n",
        "*a ",
        "**a",
        "_a",
        "*_",
        "> ",
        "- ",
        "1. ",
        "- a\n ",
        "> - ",
    ],
)
def test_no_text_within_the_limit_keeps_the_parser_busy(piece: str) -> None:
    """ASVS 1.2.9, 15.1.3."""
    text = (piece * MAX_CHARACTERS)[:MAX_CHARACTERS]

    took, tenth = _seconds(text), _seconds(text[: MAX_CHARACTERS // 10])

    assert took < max(1, 30 * tenth)  # on a slow machine


def _seconds(text: str) -> float:
    start = time.thread_time()
    render_markdown(text)
    return time.thread_time() - start


def test_elsewhere_it_reads_without_marks_or_addresses() -> None:
    written = (
        "# Ekspo\nBawa **NIB**.\nDatang `pagi`.\n\n- satu\n- dua [aturan](https://gernas.id)\n"
        "  - dalam\n\n1. daftar\n2. datang\n\n> Bangga & <b>tebal</b>"
    )

    assert plain_text(written) == (
        "Ekspo\n\nBawa NIB.\nDatang pagi.\n- satu\n- dua aturan\n  - dalam\n"
        "1. daftar\n2. datang\n\nBangga & <b>tebal</b>"
    )
    assert "gernas.id" not in plain_text(written)


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (19, "Satu dua, tiga…"),
        (16, "Satu dua, tiga…"),
        (13, "Satu dua…"),
        (9, "Satu dua…"),
        (3, "Sa…"),
        (200, "Satu dua, tiga.\n\nEmpat lima."),
    ],
)
def test_a_short_form_ends_at_a_word(limit: int, text: str) -> None:
    assert plain_text("Satu *dua*, tiga.\n\nEmpat lima.", limit=limit) == text


def test_a_description_for_search_engines_is_one_line() -> None:
    text = plain_text("# Ekspo\n\nSatu\ndua, tiga", limit=16, one_line=True)

    assert text == "Ekspo Satu dua…"
    assert len(plain_text("a" * 300, limit=160)) == 160
