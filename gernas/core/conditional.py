"""Which body a reader gets, and whether he needs one: RFC 9110, 8.8, 12.5.3 and 13.1.

Pure functions on header values, shared by everything that answers bytes with a strong tag.
"""

import gzip
import hashlib
import re
from collections.abc import Collection
from functools import lru_cache
from typing import Literal

Precondition = Literal[200, 304, 412]

# RFC 9110, 8.8.3: the opaque part is visible ASCII without the quote, or bytes above it;
# a comma inside the quotes belongs to the tag, so the list cannot be split at commas.
_TAG = re.compile(r'(?P<weak>W/)?(?P<opaque>"[\x21\x23-\x7e\x80-\xff]*")')
_SEPARATORS = re.compile(r"[ \t,]*")
_GAP = re.compile(r"[ \t]*(?:,|\Z)")
_QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\Z")

_REMEMBERED_HEADER_LENGTH = 200


def strong_tag(body: bytes) -> str:
    """Return the entity tag of a body, quotes included; equal bytes give equal tags."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def gzip_tag(tag: str) -> str:
    """Return the tag of the gzip form of what ``tag`` (with its quotes) stands for."""
    return f'{tag[:-1]}-gz"'


def gzip_bytes(body: bytes) -> bytes:
    """Return the same gzip bytes for the same body: no clock time in the header."""
    return gzip.compress(body, compresslevel=6, mtime=0)


def choose_gzip(accept_encoding: str | None) -> bool:
    """Say whether the gzip form may be sent, and the reader does not prefer the plain one.

    A request without the header gets the plain form: it would have to take either, but the
    programs that leave it out are the ones that cannot unpack. A member with a broken weight
    counts as refused (RFC 9110, 12.5.3).
    """
    if not accept_encoding:
        return False
    if len(accept_encoding) > _REMEMBERED_HEADER_LENGTH:
        return _prefers_gzip(accept_encoding)
    return _prefers_gzip_remembered(accept_encoding)


def etag_matches(header: str | None, etags: Collection[str]) -> bool:
    """Say whether an If-None-Match names one of ``etags`` (with their quotes), or is ``*``.

    Compared weakly, as RFC 9110, 13.1.2 asks: ``W/"a"`` is ``"a"``. A header that is not a
    list of tags matches nothing, so its sender gets the whole body.
    """
    if not header:
        return False
    if header.strip(" \t") == "*":
        return True
    named = _tags(header)
    return named is not None and any(opaque in etags for _, opaque in named)


def etag_matches_strongly(header: str | None, etags: Collection[str]) -> bool:
    """Say whether an If-Match names one of ``etags``: a weak tag never does (13.1.1)."""
    if not header:
        return False
    if header.strip(" \t") == "*":
        return True
    named = _tags(header)
    return named is not None and any(not weak and opaque in etags for weak, opaque in named)


def check_preconditions(
    etags: Collection[str], *, if_match: str | None, if_none_match: str | None
) -> Precondition:
    """Return the status a GET or HEAD deserves: 200, 304 or 412, in the order of 13.2.2.

    The date conditions are left out on purpose: a body without Last-Modified has to ignore
    them, and with If-None-Match they do not count.
    """
    if if_match and not etag_matches_strongly(if_match, etags):
        return 412
    if etag_matches(if_none_match, etags):
        return 304
    return 200


def _tags(header: str) -> list[tuple[bool, str]] | None:
    """Return (weak, opaque) for each tag of a list, or None when it is not one."""
    found: list[tuple[bool, str]] = []
    position = _end_of(_SEPARATORS.match(header))
    while position < len(header):
        tag = _TAG.match(header, position)
        gap = _GAP.match(header, tag.end()) if tag else None
        if tag is None or gap is None:
            return None
        found.append((tag["weak"] is not None, tag["opaque"]))
        position = _end_of(_SEPARATORS.match(header, gap.end()))
    return found


def _end_of(match: re.Match[str] | None) -> int:
    return match.end() if match else 0


def _prefers_gzip(accept_encoding: str) -> bool:
    weights: dict[str, float] = {}
    for member in accept_encoding.lower().split(","):
        coding, *parameters = (part.strip(" \t") for part in member.split(";"))
        if coding:
            weights.setdefault("gzip" if coding == "x-gzip" else coding, _weight(parameters))
    packed = weights.get("gzip", weights.get("*", 0.0))
    # What nobody names is allowed at any weight, so the plain form then never wins.
    plain = weights.get("identity", 0.0)
    return packed > 0 and packed >= plain


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip(" \t") == "q":
            value = value.strip(" \t")
            return float(value) if _QUALITY.match(value) else 0.0
    return 1.0


# A handful of headers makes up nearly all requests.
_prefers_gzip_remembered = lru_cache(maxsize=256)(_prefers_gzip)
