"""What the figures of `make bench` are made of."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from scripts.bench import weight
from scripts.bench.__main__ import list_groups
from scripts.bench.client import BadAnswer, run
from scripts.bench.figures import (
    INFORMS,
    Figure,
    Group,
    Target,
    middle_ratio,
    pick,
    round_value,
)

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
Answer = Callable[[socket.socket], bool]


@pytest.mark.parametrize(
    ("figure", "line"),
    [
        (Figure("speed.feed", 0.9, "x", Target(least=0.8)), "speed.feed\t0.9\tx\t>= 0.8\tok"),
        (Figure("speed.feed", 0.8, "x", Target(least=0.8)), "speed.feed\t0.8\tx\t>= 0.8\tok"),
        (Figure("speed.feed", 0.79, "x", Target(least=0.8)), "speed.feed\t0.79\tx\t>= 0.8\tshort"),
        (Figure("start.page", 1.504, "s", Target(most=1.5)), "start.page\t1.5\ts\t<= 1.5\tshort"),
        (Figure("feed.warm", 2.16, "ms", Target(most=5)), "feed.warm\t2.16\tms\t<= 5\tok"),
        (
            Figure("speed.hello", 3120.4, "requests/s", INFORMS),
            "speed.hello\t3120\trequests/s\t-\tok",
        ),
    ],
)
def test_a_line_tells_value_target_and_whether_it_is_met(figure: Figure, line: str) -> None:
    assert figure.line == line


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.01234, "0.0123"),
        (1.357, "1.36"),
        (53.27, "53.3"),
        (100, "100"),
        (8165.2, "8165"),
        (1, "1"),
    ],
)
def test_values_have_three_digits_that_count(value: float, text: str) -> None:
    assert round_value(value) == text


def test_a_ratio_is_the_median_of_rounds_that_ran_side_by_side() -> None:
    """A slow moment of the machine meets both halves of a round."""
    assert middle_ratio([100, 10, 90], [100, 10, 60]) == 1


def test_a_prefix_picks_figures_and_only_their_groups() -> None:
    groups = [
        Group(("feed.cold", "feed.warm"), lambda _: ()),
        Group(("pg.feed.cold",), lambda _: ()),
        Group(("start.page",), lambda _: ()),
    ]

    ((group, wanted),) = pick(groups, "feed.c")

    assert group is groups[0]
    assert [name for name in group.names if wanted(name)] == ["feed.cold"]
    assert len(list(pick(groups, ""))) == 3


def test_no_two_figures_have_one_name() -> None:
    names = [name for group in list_groups() for name in group.names]

    assert len(names) == len({*names})
    assert {"speed.feed", "pg.speed.feed", "feed.cold", "start.page", "weight.home"} < {*names}


@contextmanager
def serving(answer: Answer) -> Iterator[int]:
    """A server that lets ``answer`` deal with each request until that returns False."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk(connection: socket.socket) -> None:
        with connection, suppress(OSError):  # The client goes in the middle of an answer.
            while connection.recv(65536) and answer(connection):
                pass

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def ask(port: int, *, status: str = "200") -> int:
    request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    return run(port, request, seconds=0.5, connections=2, status=status).answers


def send(*pieces: bytes, stay: bool = True) -> Answer:
    def answer(connection: socket.socket) -> bool:
        for piece in pieces:
            connection.sendall(piece)
        return stay

    return answer


@pytest.mark.parametrize(
    "pieces",
    [
        (OK,),
        (OK[:20], OK[20:]),  # the head in two pieces
        (OK[:-3], OK[-3:]),  # and the body
        (b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",),
    ],
)
def test_the_client_counts_whole_answers(pieces: tuple[bytes, ...]) -> None:
    with serving(send(*pieces)) as port:
        assert ask(port) > 5


def test_the_client_counts_answers_without_a_body() -> None:
    with serving(send(b"HTTP/1.1 304 NOT MODIFIED\r\n\r\n")) as port:
        assert ask(port, status="304") > 5


def test_the_client_goes_on_when_the_server_closes_between_two_answers() -> None:
    with serving(send(OK, stay=False)) as port:
        assert ask(port) > 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (send(b"HTTP/1.1 404 NOT FOUND\r\nContent-Length: 0\r\n\r\n"), "status 404 instead of 200"),
        (send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), "without Content-Length"),
        (send(OK[:20], stay=False), "no whole answer"),
    ],
)
def test_the_client_counts_nothing_that_is_not_the_answer(answer: Answer, words: str) -> None:
    with serving(answer) as port, pytest.raises(BadAnswer, match=words):
        ask(port)


PAGE = """<!doctype html><html><head>
<link rel="stylesheet" href="/static/1/css/a.css"><link rel="canonical" href="/static/no">
<link rel="preload" href="/static/1/a.woff2" as="font">
<link rel="apple-touch-icon" href="/static/no">
<link rel="icon" href="/static/1/icon.svg"><script type="module" src="/static/1/js/a.js"></script>
</head><body><a href="/static/no">no</a><img src="/berkas/cover.jpg" alt="">
<svg><use href="#here"/></svg><svg><use href="/static/1/map.svg#lampung"/></svg></body></html>"""


def test_a_page_embeds_its_styles_scripts_fonts_icons_and_pictures() -> None:
    names = [path.rpartition("/")[2] for path in weight.find_in_html(PAGE)]

    assert names == ["a.css", "a.woff2", "icon.svg", "a.js", "cover.jpg", "map.svg#lampung"]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("text/css", '@import "b.css"; a { background: url(../img/c.svg) }', ["b.css", "c.svg"]),
        ("text/css", "a { background: url(data:image/gif;base64,AA) }", []),
        (
            "text/javascript",
            'import { a } from "./b.js";\nexport * from "./c.js";',
            ["b.js", "c.js"],
        ),
        ("text/javascript", 'const text = "import nothing from here";', []),
        ("text/html", '<img src="https://elsewhere.example/static/a.png" alt="">', []),
        ("image/png", "url(no.png)", []),
    ],
)
def test_what_a_file_names_is_fetched_from_the_same_server(
    kind: str, text: str, expected: list[str]
) -> None:
    answer = weight.Answer(0, kind, text)

    links = answer.links("/static/1/css/a.css")
    assert [link.rpartition("/")[2] for link in links] == expected
    assert all(link.startswith("/static/1/") for link in links)
