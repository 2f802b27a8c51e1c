"""What people typed stays text in our mails: no link, header or template (ASVS 1.2.1, 1.3.7)."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from gernas.messages.templates import BadTemplate, compile_template
from gernas.messages.writing import Paragraph, Written, _paragraphs, without_links, write_message

Add = Callable[[str, str], None]
URL = "http://gernas.test/acara/kickoff"
BODY = "Subject: Hello {{ name }}\n\nGood day {{ name }}.\n\nOpen\n{{ url }}\n"


class Links(HTMLParser):
    """The addresses that an HTML part leads to, and the tags it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.hrefs += [value or "" for name, value in attrs if name in ("href", "src")]


@pytest.fixture
def write(context: Flask, add_template: Add) -> Callable[..., Written]:
    def write_it(name: str = "Siti", *, source: str = BODY, **values: str) -> Written:
        add_template("hello", source)
        return write_message("hello", "id", {"name": name, "url": URL, **values})

    return write_it


def test_a_link_with_its_words_becomes_a_button(write: Callable[..., Written]) -> None:
    written = write()

    assert written.text.startswith(f"Good day Siti.\n\nOpen\n{URL}\n")
    assert f'<a class="button" href="{URL}">Open</a>' in written.html
    assert Links(written.html).hrefs == ["http://gernas.test", URL, "http://gernas.test"]


def test_paragraphs_are_read_from_the_text() -> None:
    values = {"url": URL, "code": "123456"}
    text = f"A\nB\n\n123456\n\nA\nOpen:\n{URL}\n\n{URL}"

    assert _paragraphs(text, values) == [
        Paragraph(["A", "B"]),
        Paragraph(["123456"], is_code=True),
        Paragraph(["A"], URL, "Open"),
        Paragraph([], URL, URL),
    ]


PAYLOADS = [
    "https://evil.example/login",
    "evil.com",
    "www.evil.co.id/x",
    "siti@evil.example",
    "HTTP://EVIL.EXAMPLE",
    "evil。com",
    "ev\u200bil.com",
    "x://evil",
    "http://gernas.test/acara/kickoff",
    "//evil.example",
    "münchen.de",
    "xn--mnchen-3ya.xn--de",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_that_people_typed_is_no_link(write: Callable[..., Written], payload: str) -> None:
    written = write(payload)

    for part in (written.subject, written.text.partition("Open\n")[0]):
        assert not re.search(r"\w\.[^\W\d_]\w|\w://", part), part
    assert Links(written.html).hrefs == ["http://gernas.test", URL, "http://gernas.test"]


@pytest.mark.parametrize(
    "name", ["Dr. Ir. Agus, S.E.", "09.00 WIB", "Rp 5.230.000", "Gernas BBI 2.0", "pukul 9.30"]
)
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    assert without_links(name) == name


@given(st.text(alphabet=st.sampled_from("ab.:/@。- 1\n"), max_size=60))
def test_no_text_has_an_address_in_it(text: str) -> None:
    assert not re.search(r"[^\s.]\.[^\W\d_][^\W_]|://", without_links(text))


@pytest.mark.parametrize(
    "payload",
    [
        "<img src=x onerror=alert(1)>",
        "<a href=https://evil.example>x</a>",
        "</style><script>x</script>",
        '"><form action=//evil>',
    ],
)
def test_markup_that_people_typed_is_shown_as_typed(
    write: Callable[..., Written], payload: str
) -> None:
    plain = Links(write("Siti").html)

    written = write(payload)

    found = Links(written.html)
    assert (found.tags, found.hrefs) == (plain.tags, plain.hrefs)
    assert without_links(payload) in written.text  # Not escaped in plain text.


@pytest.mark.parametrize(
    "payload", ["{{ 7*7 }}", "{% raw %}", "{name.__class__}", "%(name)s", "${x}", "%s %d"]
)
def test_a_value_is_no_template(write: Callable[..., Written], payload: str) -> None:
    written = write(payload)

    assert f"Good day {payload}." in written.text
    assert written.subject == f"Hello {payload}"


def test_a_value_begins_no_header_and_no_second_line_of_the_subject(
    write: Callable[..., Written],
) -> None:
    written = write(
        "Siti\r\nSecret: yes\r\n\r\nBcc: x", source=BODY + "\n{{ note }}\n", note="a\n\nb"
    )

    assert written.subject == "Hello Siti Secret: yes Bcc: x"
    assert written.text.startswith("Good day Siti\nSecret: yes\n\nBcc: x.")


def test_a_long_subject_is_cut(write: Callable[..., Written]) -> None:
    assert len(write("x" * 500).subject) == 150


def test_a_mail_speaks_the_language_of_its_reader(context: Flask) -> None:
    english = write_message("mail_test", "en", {"url": URL})
    indonesian = write_message("mail_test", "id", {"url": URL})

    assert english.subject == "Mail from Gernas arrives"
    assert '<html lang="en">' in english.html
    assert '<html lang="id">' in indonesian.html
    assert indonesian.subject != english.subject


def test_a_condition_leaves_no_hole_in_the_text(write: Callable[..., Written]) -> None:
    source = "Subject: x\n\nOne\n{% if name == 'Siti' %}\nTwo\n{% endif %}\nThree {{ url }}\n"

    assert write(source=source).text.startswith(f"One\nTwo\nThree {URL}\n")
    assert write("Made", source=source).text.startswith(f"One\nThree {URL}\n")


def test_the_foot_says_how_to_leave(write: Callable[..., Written]) -> None:
    written = write(leave_url="http://gernas.test/keluar/x")

    assert written.leave_url == "http://gernas.test/keluar/x"
    assert "http://gernas.test/keluar/x" in written.text
    assert Links(written.html).hrefs[-1] == "http://gernas.test/keluar/x"


def test_nothing_in_a_mail_comes_from_elsewhere(write: Callable[..., Written]) -> None:
    html = write().html

    assert not Links(html).tags & {"img", "script", "link", "iframe", "table"}
    assert "url(" not in html
    assert "style=" not in html


@pytest.mark.parametrize(
    "source", ["Good day", "{# x #}\nGood day\n\nSubject: x\n", "Subject: \n\nx"]
)
def test_a_template_without_a_subject_is_refused(context: Flask, source: str) -> None:
    with pytest.raises(BadTemplate, match="does not begin with its subject"):
        compile_template("x", source)
