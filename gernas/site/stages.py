"""How far each stop of a roadshow is: over, running or to come, told by the days of its events."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from flask_babel import gettext as _

from gernas.campaigns.models import Campaign, Observation, Stop
from gernas.core.clock import to_utc, today_in
from gernas.core.i18n import in_language
from gernas.core.kept import changes_at
from gernas.core.wording import date_words, nearness, range_words
from gernas.events.models import EventKind
from gernas.site.queries import StopDate
from gernas.site.results import result_words

State = Literal["done", "now", "next"]


@dataclass(frozen=True)
class Theme:
    """What a stop is called: ``Lagawi Fest``, and what stands behind it."""

    short: str
    rest: str
    lang: str | None  # where it is not in the page's language


@dataclass(frozen=True)
class StopCard:
    """A stop as the map and the list beside it show it; both say the same."""

    stop: Stop
    state: State
    state_text: str  # Selesai, Berjalan, 4 minggu lagi
    outcome: str  # Rp 5,23 miliar penjualan; Puncak 22 Juli
    theme: Theme
    manager: str

    @property
    def name(self) -> str:
        return str(self.stop.province)

    @property
    def province(self) -> str:
        return self.stop.province_code


def make_stop_cards(
    campaign: Campaign,
    stops: Iterable[Stop],
    dates: Iterable[StopDate],
    results: dict[int, list[Observation]],
    *,
    at: datetime,
) -> list[StopCard]:
    """The stops with their stage at ``at``; says when time alone will change what they tell."""
    by_stop: dict[int, list[StopDate]] = defaultdict(list)
    for day in dates:
        by_stop[day.stop_id].append(day)
    return [
        _make_card(campaign, stop, by_stop[stop.id], results.get(stop.id, []), at) for stop in stops
    ]


def get_stage(campaign: Campaign, stop: Stop, dates: Sequence[StopDate], at: datetime) -> State:
    """Whether a stop is over, runs or is to come; says when that changes."""
    today = today_in(stop.zone, at=at)
    first, last = _span(stop, dates)
    if first is None or last is None:
        _changes_on(campaign.ends_on + timedelta(days=1), stop, at)
        return "done" if campaign.ends_on < today else "next"
    if any(day.is_open for day in dates) and campaign.ends_on >= today:
        last = max(last, campaign.ends_on)  # Something is still to come, nobody knows when.
    _changes_on(first, stop, at)
    _changes_on(last + timedelta(days=1), stop, at)
    if today < first:
        return "next"
    return "now" if today <= last else "done"


def split_theme(stop: Stop) -> Theme:
    """The theme in the page's language; its short form ends before a bracket or a dash."""
    theme, lang = in_language(stop.theme, stop.theme_en)
    end = min((theme.index(mark) for mark in (" (", " - ", " – ") if mark in theme), default=None)
    if end is None:
        return Theme(theme, "", lang)
    rest = theme[end:].replace(") - ", ": ").replace(") – ", ": ").strip(" ()-–")
    return Theme(theme[:end], rest, lang)


def manager_words(stop: Stop) -> str:
    """The institution that manages the stop, with the doubt where there is one."""
    if not stop.manager:
        return str(_("Manager not known"))
    if stop.manager_uncertain:
        return str(_("%(name)s (uncertain)", name=stop.manager))
    return stop.manager


def _make_card(
    campaign: Campaign,
    stop: Stop,
    dates: Sequence[StopDate],
    results: Sequence[Observation],
    at: datetime,
) -> StopCard:
    state = get_stage(campaign, stop, dates, at)
    return StopCard(
        stop=stop,
        state=state,
        state_text=_state_words(state, stop, dates, at),
        outcome=_outcome_words(state, stop, dates, results, today_in(stop.zone, at=at)),
        theme=split_theme(stop),
        manager=manager_words(stop),
    )


def _span(stop: Stop, dates: Sequence[StopDate]) -> tuple[date | None, date | None]:
    """First and last day of its events; without any, the window in which they are expected."""
    known = [day for day in dates if day.starts_on is not None and not day.is_open]
    if not known:
        return stop.opens_on, stop.closes_on or stop.opens_on
    first = min(day.starts_on for day in known if day.starts_on)
    last = max(day.last_day for day in known if day.last_day)
    return first, last


def _state_words(state: State, stop: Stop, dates: Sequence[StopDate], at: datetime) -> str:
    if state == "now":
        return str(_("Running"))
    if state == "done":
        kinds = {day.kind for day in dates}
        if EventKind.KICKOFF in kinds and EventKind.HARVESTING not in kinds:
            return str(_("Kick-off finished"))
        return str(_("Finished"))
    day = _next_great_day(state, dates, today_in(stop.zone, at=at))
    first, last = (day.starts_on, day.ends_on) if day else _span(stop, dates)
    if first is None:
        return str(_("Date to be announced"))
    near = nearness(first, last, stop.zone, at)
    changes_at(near.changes_at)
    return near.words[:1].upper() + near.words[1:]


def _outcome_words(
    state: State,
    stop: Stop,
    dates: Sequence[StopDate],
    results: Sequence[Observation],
    today: date,
) -> str:
    """What came of a stop that is over, or when its next great day is."""
    if state == "done":
        if told := result_words(results):
            return told
        if not any(day.kind == EventKind.HARVESTING for day in dates):
            return str(_("Harvesting not on record"))
        return str(_("Result not on record"))
    return _coming_words(state, stop, dates, today)


def _coming_words(state: State, stop: Stop, dates: Sequence[StopDate], today: date) -> str:
    day = _next_great_day(state, dates, today)
    if day is not None and day.starts_on is not None:
        words = range_words(day.starts_on, day.ends_on, year=day.starts_on.year != today.year)
        is_kickoff = day.kind == EventKind.KICKOFF
        return str(
            _("Kick-off %(date)s", date=words) if is_kickoff else _("Peak %(date)s", date=words)
        )
    if state == "now":
        return str(_("Peak: date to be announced"))
    first, _last = _span(stop, dates)
    if first is None:
        return ""
    return str(_("From %(date)s", date=date_words(first, year=first.year != today.year)))


def _next_great_day(state: State, dates: Sequence[StopDate], today: date) -> StopDate | None:
    """The kick-off, and once a stop runs or without one the peak; None when neither is known."""
    kinds = (
        (EventKind.KICKOFF, EventKind.HARVESTING) if state == "next" else (EventKind.HARVESTING,)
    )
    return next((day for kind in kinds if (day := _next_of(kind, dates, today))), None)


def _next_of(kind: EventKind, dates: Sequence[StopDate], today: date) -> StopDate | None:
    coming = [
        day
        for day in dates
        if day.kind == kind and day.last_day and not day.is_open and day.last_day >= today
    ]
    return min(coming, key=lambda day: day.starts_on or today, default=None)


def _changes_on(day: date, stop: Stop, at: datetime) -> None:
    midnight = to_utc(day, time(), stop.zone)
    if midnight > at:
        changes_at(midnight)
