"""RFC 9110, 8.8, 12.5.3 and 13.1, header by header."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gernas.core.conditional import (
    check_preconditions,
    choose_gzip,
    etag_matches,
    etag_matches_strongly,
    gzip_bytes,
    gzip_tag,
    strong_tag,
)

TAGS = ('"a1"', '"a1-gz"')


@pytest.mark.parametrize(
    ("header", "packed"),
    [
        (None, False),
        ("", False),
        (" ", False),
        (",", False),
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("br", False),
        ("deflate,\tgzip;q=1.0", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("gzip;q=0.001", True),
        ("gzip ; q=0.5", True),
        ("gzip;Q=0", False),
        ("gzip;q=2", False),
        ("gzip;q=nan", False),
        ("gzip;q=1e9", False),
        ("gzip;q=\u0660", False),
        ("gzip;q=", False),
        ("*", True),
        ("*;q=0", False),
        ("*;q=0, gzip", True),
        ("*, gzip;q=0", False),
        ("identity", False),
        ("identity, gzip", True),
        ("identity;q=1, gzip;q=0.5", False),
        ("identity;q=0.5, gzip;q=1", True),
        ("identity;q=0, gzip", True),
        ("identity;q=0", False),
        ("gzipped", False),
        ("not gzip", False),
        ("br, " * 100 + "gzip", True),
    ],
)
def test_the_gzip_form_goes_to_readers_that_take_it(header: str | None, packed: bool) -> None:
    assert choose_gzip(header) is packed


@pytest.mark.parametrize(
    ("header", "matches"),
    [
        (None, False),
        ("", False),
        ("*", True),
        (" * ", True),
        ('"*"', False),
        ('"a1"', True),
        ('"a1-gz"', True),
        ('W/"a1"', True),
        ('w/"a1"', False),
        ("a1", False),
        ('"a1', False),
        ('"a2"', False),
        ('"A1"', False),
        ('""', False),
        ('"a2", "a1"', True),
        ('"a2","a1"', True),
        (',, "a2" ,,\t"a1" ,', True),
        ('"x,y", "a1"', True),
        ('"x,"a1","', False),
        ('"a2" "a1"', False),
        ('*, "a1"', False),
        ('"a1", *', False),
        ('W/ "a1"', False),
        ('W/"a2", W/"a1-gz"', True),
    ],
)
def test_if_none_match_is_a_list_compared_weakly(header: str | None, matches: bool) -> None:
    assert etag_matches(header, TAGS) is matches


@pytest.mark.parametrize(
    ("header", "matches"),
    [('"a1"', True), ('W/"a1"', False), ('W/"a1", "a1-gz"', True), ("*", True), (None, False)],
)
def test_if_match_is_compared_strongly(header: str | None, matches: bool) -> None:
    assert etag_matches_strongly(header, TAGS) is matches


@pytest.mark.parametrize(
    ("if_match", "if_none_match", "status"),
    [
        (None, None, 200),
        (None, '"a1"', 304),
        (None, '"old"', 200),
        ('"a1"', None, 200),
        ('"old"', None, 412),
        ('"old"', '"a1"', 412),
        ('"a1-gz"', 'W/"a1"', 304),
        ("*", "*", 304),
    ],
)
def test_the_conditions_are_asked_in_the_order_of_the_standard(
    if_match: str | None, if_none_match: str | None, status: int
) -> None:
    assert check_preconditions(TAGS, if_match=if_match, if_none_match=if_none_match) == status


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_no_header_breaks_them(header: str) -> None:
    assert choose_gzip(header) in (True, False)
    assert etag_matches(header, TAGS) >= etag_matches_strongly(header, TAGS)


@given(st.lists(st.from_regex(r'(W/)?"[!#-~]*"', fullmatch=True)))
def test_every_tag_of_a_list_is_found(tags: list[str]) -> None:
    header = ", ".join(tags)

    assert all(etag_matches(header, [tag.removeprefix("W/")]) for tag in tags)


def test_the_gzip_form_is_always_the_same_bytes_under_its_own_tag() -> None:
    body = "BEGIN:VCALENDAR Tabik pun 🥁\r\n".encode() * 200

    assert gzip.decompress(gzip_bytes(body)) == body
    assert gzip_bytes(body) == gzip_bytes(bytes(bytearray(body)))
    assert strong_tag(body) == strong_tag(bytes(bytearray(body)))
    assert strong_tag(body) != strong_tag(body + b" ")
    assert gzip_tag('"a1"') == '"a1-gz"'
