"""Two people edited the same event: what each of them changed, and how their work is joined.

What only the other person changed is taken over; only what both changed has to be decided.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from gernas.core import marks
from gernas.core.provinces import get_province
from gernas.core.wording import date_words, time_words, zone_abbr
from gernas.events.log_words import FIELDS
from gernas.events.models import Venue
from gernas.events.queries import find_venue
from gernas.events.values import EventValues, VenueValues
from gernas.events.words import kind_word, status_word, venue_words

TOGETHER = ("all_day", "starts_on", "ends_on", "starts_at", "ends_at", "zone")  # one decision

Values = EventValues | VenueValues
Row = tuple[str, str, str]  # label, mine, theirs


@dataclass(frozen=True)
class Joined:
    """``values`` for the form: mine, and theirs where only they changed; ``rows`` to compare."""

    values: Any
    rows: list[Row]


def mark_values(values: Values, **more: str) -> str:
    """A short mark of every value, for the form's hidden field."""
    return marks.mark_values({**vars(values), **more})


def join_values(mine: Values, theirs: Values, base: str) -> Joined:
    """Join two edits that began with the values marked in ``base``."""
    names = [one.name for one in fields(mine)]
    they_changed, i_changed = (_list_changed(values, base) for values in (theirs, mine))
    taken = they_changed - i_changed
    values = replace(mine, **{name: getattr(theirs, name) for name in taken})
    rows = []
    for name in names:
        if name not in they_changed or getattr(mine, name) == getattr(theirs, name):
            continue
        yours = _("(you did not change it: theirs stays)") if name in taken else _say(mine, name)
        rows.append((str(FIELDS.get(_label(name), name)), yours, _say(theirs, name)))
    return Joined(values, rows)


def compare_venue(mine: VenueValues, venue: Venue) -> list[Row]:
    """What a venue that someone else saved has otherwise than what was typed."""
    theirs = VenueValues.of(venue)
    return [
        (str(FIELDS[name]), _say(mine, name), _say(theirs, name))
        for name, value in vars(mine).items()
        if value != getattr(theirs, name)
    ]


def _list_changed(values: Values, base: str) -> set[str]:
    """The fields that no longer have the marked value; dates change together or not at all."""
    changed = marks.list_changed(vars(values), base)
    together = {name for name in TOGETHER if name in vars(values)}
    return changed | together if changed & together else changed


def _label(name: str) -> str:
    return "venue" if name == "venue_id" else name


def _say(values: Any, name: str) -> str:
    """A value in words."""
    value = getattr(values, name)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return time_words(value, values.zone)
    words: dict[str, Callable[[Any], str]] = {
        "kind": kind_word,
        "status": status_word,
        "zone": zone_abbr,
        "starts_on": date_words,
        "ends_on": date_words,
        "venue_id": _venue_name,
        "province_code": lambda code: get_province(code).name(),
        "all_day": _yes_or_no,
        "uncertain": _yes_or_no,
    }
    return words[name](value) if name in words else str(value)


def _venue_name(venue_id: int) -> str:
    venue = find_venue(venue_id)
    return venue_words(venue) if venue else ""


def _yes_or_no(value: bool) -> str:
    return str(_("yes")) if value else str(_("no"))
