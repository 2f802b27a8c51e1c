"""Events as pages show them: in a list, on the thread of a stop, and alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from gernas.core.i18n import in_language
from gernas.core.kept import changes_at
from gernas.core.wording import (
    DateParts,
    Nearness,
    date_words,
    nearness,
    range_words,
    second_time_words,
    time_range_words,
)
from gernas.events.models import Event, EventStatus
from gernas.events.words import parts_of, place_words
from gernas.site.history import changed_words

SOON_DAYS = 60  # farther away, "in 4 months" tells less than the date beside it


@dataclass(frozen=True)
class EventCard:
    """What a list says of an event."""

    event: Event
    title: str
    lang: str | None  # of the title, where it is not the page's
    parts: DateParts | None  # None: to be announced
    when: str  # Jumat – Minggu, 22 – 24 Juli 2022
    time: str  # 15.00 – 17.00 WITA; empty for whole days
    place: str
    note: str  # besok, sedang berlangsung; empty when over or far away
    state: str  # coming, now, over or open
    status: str  # what is not plainly confirmed; a doubt that is told in words is not told twice
    changed: list[str]  # Jadwal berubah. Semula …; Belum pasti: …
    is_example: bool

    @property
    def is_coming(self) -> bool:
        return self.state in ("coming", "open")


def make_cards(events: Iterable[Event], *, at: datetime) -> list[EventCard]:
    """The events as cards; says when time alone will change what they tell."""
    return [make_card(event, at=at) for event in events]


def make_card(event: Event, *, at: datetime) -> EventCard:
    title, lang = in_language(event.title, event.title_en)
    near = get_nearness(event, at=at)
    return EventCard(
        event=event,
        title=title,
        lang=lang,
        parts=parts_of(event),
        when=range_words(event.starts_on, event.ends_on, weekday=True) if event.starts_on else "",
        time=clock_words_of(event),
        place=place_words(event, with_province=False) or _online_words(event),
        note=_note(event, near, at),
        state=near.state if near else "open",
        status=_status(event),
        changed=_changed(event),
        is_example=event.campaign.is_example,
    )


def get_nearness(event: Event, *, at: datetime) -> Nearness | None:
    """How far away the event is; None without a date. Says when these words stop being true."""
    if event.starts_on is None or event.waits_for_date:
        return None
    near = nearness(event.starts_on, event.ends_on, event.zone, at)
    changes_at(near.changes_at)
    return near


def clock_words_of(event: Event) -> str:
    """``15.00 – 17.00 WITA``; empty for whole days or while the date is open."""
    if event.starts_at is None or event.waits_for_date:
        return ""
    return time_range_words(event.starts_at, event.ends_at, event.zone)


def second_clock_words_of(event: Event) -> str:
    """The same hour on a clock in Jakarta, where that is another one."""
    if event.starts_at is None or event.waits_for_date:
        return ""
    return second_time_words(event.starts_at, event.zone) or ""


def doubt_words(event: Event) -> str:
    """``Belum pasti: dua media lain menulis 1 – 5 Juni.``; empty when the sources agree."""
    if not event.uncertain:
        return ""
    note, _lang = in_language(event.note, event.note_en)
    return str(_("Uncertain: %(note)s", note=note) if note else _("Uncertain: sources disagree."))


def _note(event: Event, near: Nearness | None, at: datetime) -> str:
    if near is None or near.state == "over" or event.status == EventStatus.CANCELLED:
        return ""
    if (
        near.state == "coming"
        and event.starts_on
        and (event.starts_on - at.date()).days > SOON_DAYS
    ):
        return ""
    return near.words[:1].upper() + near.words[1:]


def _status(event: Event) -> str:
    if event.status == EventStatus.TENTATIVE and event.uncertain:
        return ""
    return str(event.status)


def _changed(event: Event) -> list[str]:
    lines: list[str] = []
    if event.waits_for_date and event.starts_on:
        planned = range_words(event.starts_on, event.ends_on)
        lines.append(_("Postponed. It was planned for %(date)s.", date=planned))
    elif event.status != EventStatus.CANCELLED:
        lines += changed_words(event.changes)
    return [*lines, *filter(None, [doubt_words(event)])]


def _online_words(event: Event) -> str:
    return _("Online") if event.online_url else ""


def day_words(events: Sequence[Event]) -> str:
    """The first day of several events, as a heading; empty without any."""
    days = [event.starts_on for event in events if event.starts_on]
    return date_words(min(days)) if days else ""
