"""How an event changed, in the words of its page: "Semula 14 – 15 Juli"."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from gernas.core.clock import ZONES, to_local
from gernas.core.wording import date_words
from gernas.events.change_words import day_words, spot_words
from gernas.events.history import CANCELLED, MOVED, PLACE, POSTPONED, REVIVED
from gernas.events.models import Event, EventChange
from gernas.site.results import source_link


@dataclass(frozen=True)
class Line:
    """One change as the history of an event tells it."""

    day: str  # when it was announced; empty when it was written down only after the event
    sentence: str
    before: str
    after: str
    reason: str
    source_url: str | None


def make_lines(event: Event) -> list[Line]:
    """The history of an event, latest first."""
    return [_make_line(change, event) for change in event.changes]


def changed_words(changes: Sequence[EventChange]) -> list[str]:
    """What a list says of the latest move and change of place; [] if there was none.

    ``changes`` come latest first.
    """
    lines = []
    moved = next((c for c in changes if c.what in (MOVED, POSTPONED, REVIVED)), None)
    if moved is not None:
        before, after = (day_words(facts, year=False) for facts in (moved.before, moved.after))
        if before and before != after:
            lines.append(_("The date has changed. It was %(date)s.", date=before))
    place = next((c for c in changes if c.what == PLACE), None)
    if place is not None and (earlier := spot_words(place.before)):
        lines.append(_("The place has changed. It was %(place)s.", place=earlier))
    return lines


def _make_line(change: EventChange, event: Event) -> Line:
    announced_on = to_local(change.at, ZONES[0]).date()
    is_belated = event.last_day is not None and announced_on > event.last_day
    sentences = {
        MOVED: _("The date has changed."),
        PLACE: _("The place has changed."),
        POSTPONED: _("The event was postponed."),
        CANCELLED: _("The event was cancelled."),
        REVIVED: _("The event takes place after all."),
    }
    words = spot_words if change.what == PLACE else day_words
    before, after = words(change.before), words(change.after)
    return Line(
        day="" if is_belated else date_words(announced_on, short=True),
        sentence=sentences.get(change.what, ""),
        before=before if before != after else "",
        after=after if before != after and change.what != CANCELLED else "",
        reason=change.reason or "",
        source_url=source_link(change.source_url),
    )
