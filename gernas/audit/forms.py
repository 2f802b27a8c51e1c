"""The filters of the log, as they stand in its address."""

from collections.abc import Mapping
from datetime import date

from gernas.audit.queries import AuditFilter
from gernas.audit.words import find_people
from gernas.core.permissions import Scope
from gernas.core.text import clean_text
from gernas.core.web import LARGEST_ID

NAMES = (
    "kampanye",
    "stop",
    "acara",
    "orang",
    "tindakan",
    "jenis",
    "nomor",
    "dari",
    "sampai",
)
_SCOPES = (("acara", "event"), ("stop", "stop"), ("kampanye", "campaign"))


def read_filters(arguments: Mapping[str, str]) -> dict[str, str]:
    """What the address filters by, cleaned; what is empty or unknown is left out."""
    pairs = ((name, clean_text(arguments.get(name, "")[:100])) for name in NAMES)
    return {name: value for name, value in pairs if value}


def read_wanted(values: Mapping[str, str]) -> AuditFilter:
    """The filter of ``read_filters``; what makes no sense does not restrict.

    Of several scopes the narrowest counts. A name that nobody has finds nothing.
    """
    name = values.get("orang")
    return AuditFilter(
        scope=_scope(values),
        actor_ids=tuple(find_people(name)) if name else None,
        action=values.get("tindakan"),
        subject_kind=values.get("jenis"),
        subject_id=_number(values.get("nomor")),
        from_on=_day(values.get("dari")),
        to_on=_day(values.get("sampai")),
    )


def read_before(text: str | None) -> int | None:
    """The entry before which a page begins."""
    return _number(text)


def _scope(values: Mapping[str, str]) -> Scope | None:
    for name, kind in _SCOPES:
        number = _number(values.get(name))
        if number is not None:
            return Scope(kind, number)
    return None


def _number(text: str | None) -> int | None:
    if not text or not (text.isascii() and text.isdigit()) or len(text) > 10:
        return None
    return min(int(text), LARGEST_ID)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None
