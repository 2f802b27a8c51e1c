"""The agenda of an event: what happens when, on the clock of the place and on that of Jakarta."""

from dataclasses import dataclass

from gernas.core.clock import to_local
from gernas.core.i18n import in_language
from gernas.core.markdown import plain_text
from gernas.core.wording import (
    date_words,
    second_time_words,
    time_range_words,
    zone_abbr,
    zone_name,
    zone_note,
)
from gernas.events.models import AgendaItem, Event

TEXT_LENGTH = 300


@dataclass(frozen=True)
class AgendaLine:
    """One part of an event. Without ``time`` it is still open."""

    day: str  # Jumat, 22 Juli 2022, where a new day begins; else empty
    time: str  # 15.00 – 16.00
    zone_abbr: str
    zone_title: str
    datetime_attr: str  # 2022-07-22T15:00+08:00
    other: str  # 14.00 WIB
    title: str
    lang: str | None
    stage: str
    speakers: str
    text: str
    is_demo: bool


@dataclass(frozen=True)
class Agenda:
    """All parts in their order, and what to know of their times."""

    note: str  # Jam dalam WITA, satu jam lebih cepat dari Jakarta; empty without any time
    lines: list[AgendaLine]


def make_agenda(event: Event) -> Agenda:
    """The agenda of an event; its lines are [] when there is none."""
    days = {to_local(i.starts_at, event.zone).date() for i in event.agenda if i.starts_at}
    is_one_day = days <= {event.starts_on}
    lines: list[AgendaLine] = []
    last_day = ""
    for item in event.agenda:
        line = _make_line(item, event, with_day=not is_one_day)
        if line.day == last_day:
            line = _make_line(item, event, with_day=False)
        else:
            last_day = line.day or last_day
        lines.append(line)
    return Agenda(note=zone_note(event.zone) if days else "", lines=lines)


def _make_line(item: AgendaItem, event: Event, *, with_day: bool) -> AgendaLine:
    title, lang = in_language(item.title, item.title_en)
    starts, zone = item.starts_at, event.zone
    local = to_local(starts, zone) if starts else None
    time = time_range_words(starts, item.ends_at, zone) if starts else ""
    return AgendaLine(
        day=date_words(local.date(), weekday=True) if local and with_day else "",
        time=time.removesuffix(zone_abbr(zone)).strip(),
        zone_abbr=zone_abbr(zone),
        zone_title=zone_name(zone),
        datetime_attr=local.isoformat(timespec="minutes") if local else "",
        other=(second_time_words(starts, zone) or "") if starts else "",
        title=title,
        lang=lang,
        stage=item.stage or "",
        speakers="; ".join(item.speakers),
        text=plain_text(item.description or "", limit=TEXT_LENGTH),
        is_demo=item.is_demo,
    )
