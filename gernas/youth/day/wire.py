"""What a desk sends once the network is back: its clock, and the scans that it kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gernas.core.web import LARGEST_ID
from gernas.registrations.codes import read_code
from gernas.youth.day.errors import BadScans
from gernas.youth.models import ScanKind

MOST_SCANS = 200  # at once; the browser sends the others next
_KEY = re.compile(r"[A-Za-z0-9-]{8,28}")
_LATEST = 4_102_444_800_000  # 2100, in milliseconds
_TAIL = re.compile(r"[/?#]")


@dataclass(frozen=True)
class SentScan:
    """A scan as the browser kept it; ``at`` is by its own clock. Either a place or a code."""

    key: str
    kind: ScanKind
    at: datetime
    place_id: int | None
    code: str | None  # None too where what was read is no code at all


@dataclass(frozen=True)
class Sent:
    sent_at: datetime  # by the desk's clock
    scans: list[SentScan]


def read_sent(payload: Any) -> Sent:
    """What was sent.

    Raises:
        BadScans
    """
    if not isinstance(payload, Mapping) or not isinstance(payload.get("scans"), list):
        raise BadScans
    scans = payload["scans"]
    if len(scans) > MOST_SCANS:
        raise BadScans
    return Sent(_read_moment(payload.get("sent_at")), [_read_scan(one) for one in scans])


def is_key(typed: str) -> bool:
    return _KEY.fullmatch(typed) is not None


def find_code(text: str) -> str | None:
    """The code in what was typed or scanned: the QR holds an address that ends in it."""
    last = next((part for part in reversed(_TAIL.split(text.strip()[:300])) if part), "")
    return read_code(last)


def _read_scan(one: Any) -> SentScan:
    if not isinstance(one, Mapping):
        raise BadScans
    key, kind, place, code = (one.get(name) for name in ("key", "kind", "place", "code"))
    if not isinstance(key, str) or not is_key(key) or kind not in list(ScanKind):
        raise BadScans
    if isinstance(place, int) and 0 < place <= LARGEST_ID and code is None:
        return SentScan(key, ScanKind(kind), _read_moment(one.get("at")), place, None)
    if place is None and isinstance(code, str):
        return SentScan(key, ScanKind(kind), _read_moment(one.get("at")), None, find_code(code))
    raise BadScans


def _read_moment(value: Any) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < _LATEST:
        raise BadScans
    return datetime.fromtimestamp(value / 1000, UTC)
