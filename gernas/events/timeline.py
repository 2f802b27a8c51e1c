"""A roadshow as lanes of bars and marks over the months: where each thing stands, in percent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import url_for
from flask_babel import gettext as _

from gernas.campaigns.models import Campaign, Stop
from gernas.core.provinces import get_province
from gernas.core.wording import month_names, range_words, zone_abbr
from gernas.events.models import Event, EventKind, EventStatus
from gernas.events.warnings import PEAKS
from gernas.events.words import kind_word

LANE_PIXELS = 820  # the width for which labels are placed; wider ones have room to spare
LETTER_PIXELS = 6.6
MARK_PIXELS = 14
LONGEST_LABEL = 24  # letters
MOST_LABELS = 80  # of a lane; beyond, nobody could read them
SHORTEST_BAR = 0.55  # percent, so that a day can be seen and hit
MOST_MONTHS = 36


@dataclass
class Bar:
    """Several days of one kind."""

    x: float
    width: float
    kind: str
    text: str
    unsure: bool
    href: str
    title: str


@dataclass
class Mark:
    """One day, or the first day of a peak."""

    x: float
    kind: str
    text: str
    unsure: bool
    off: bool
    before: bool
    href: str
    title: str


@dataclass
class Lane:
    """One stop, or what is national."""

    name: str
    href: str
    note: str
    label: str
    bars: list[Bar] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True)
class Timeline:
    """All lanes with the months above them."""

    first: date
    last: date
    months: list[tuple[str, float]]
    today: float | None
    lanes: list[Lane]


def draw_timeline(
    campaign: Campaign, stops: Sequence[Stop], events: Sequence[Event], *, today: date
) -> Timeline:
    """Lay out the dated events of a campaign, whole months from its first to its last day."""
    dated = [event for event in events if event.starts_on is not None]
    first, last = _span(campaign, dated)
    scale = _Scale(first, last)
    lanes = [_stop_lane(stop) for stop in stops]
    by_stop = {stop.id: lane for stop, lane in zip(stops, lanes, strict=True)}
    national = Lane(
        _("National"),
        url_for("events.list_campaign_events", campaign=campaign),
        _("without a stop"),
        _("National events"),
    )
    for lane_id in [*by_stop, None]:
        own = [event for event in dated if event.stop_id == lane_id]
        lane = national if lane_id is None else by_stop[lane_id]
        _fill(lane, own, scale)
    if national.bars or national.marks:
        lanes.append(national)
    return Timeline(
        first=first,
        last=last,
        months=_months(scale),
        today=scale.at(today) if first <= today <= last else None,
        lanes=lanes,
    )


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def at(self, day: date) -> float:
        """Where a day begins, in percent; the edges for days outside."""
        share = (day - self.first).days / self.days * 100
        return round(min(max(share, 0.0), 100.0), 2)


def _span(campaign: Campaign, events: Sequence[Event]) -> tuple[date, date]:
    starts = [campaign.starts_on, *(event.starts_on for event in events if event.starts_on)]
    ends = [campaign.ends_on, *(event.last_day for event in events if event.last_day)]
    first = min(starts).replace(day=1)
    last = max(ends)
    if (last.year - first.year) * 12 + last.month - first.month >= MOST_MONTHS:
        first, last = campaign.starts_on.replace(day=1), campaign.ends_on  # one far slip of a date
    return first, (last.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _months(scale: _Scale) -> list[tuple[str, float]]:
    names = month_names(short=True)
    months: list[tuple[str, float]] = []
    day = scale.first
    while day <= scale.last:
        name = names[day.month - 1]
        with_year = not months or day.month == 1
        several = scale.first.year != scale.last.year
        months.append((f"{name} {day.year}" if with_year and several else name, scale.at(day)))
        day = (day + timedelta(days=31)).replace(day=1)
    return months


def _stop_lane(stop: Stop) -> Lane:
    province = get_province(stop.province_code)
    manager = stop.manager or _("no manager yet")
    doubt = " (?)" if stop.manager and stop.manager_uncertain else ""
    return Lane(
        name=province.name(),
        href=url_for("campaigns.show_stop", stop=stop),
        note=f"{manager}{doubt} · {zone_abbr(province.zone)}",
        label=_("Schedule of %(province)s, in detail in the table", province=province.name()),
    )


def _fill(lane: Lane, events: Sequence[Event], scale: _Scale) -> None:
    for event in events:
        if event.starts_on is None or event.last_day is None:
            continue
        several = event.last_day > event.starts_on
        if several and event.kind not in PEAKS:
            lane.bars.append(_bar(event, event.starts_on, event.last_day, scale))
        else:
            lane.marks.append(_mark(event, event.starts_on, scale))
    lane.bars.sort(key=lambda bar: (bar.x, -bar.width))
    lane.marks.sort(key=lambda mark: (mark.kind in PEAKS, mark.x))  # peaks are drawn above others
    _label_bars(lane)
    _label_marks(lane)


def _bar(event: Event, first: date, last: date, scale: _Scale) -> Bar:
    x = scale.at(first)
    width = max(round(scale.at(last + timedelta(days=1)) - x, 2), SHORTEST_BAR)
    return Bar(
        x=x,
        width=width,
        kind=str(event.kind),
        text="",
        unsure=_is_unsure(event),
        href=url_for("events.show", event=event),
        title=_tip(event),
    )


def _mark(event: Event, day: date, scale: _Scale) -> Mark:
    return Mark(
        x=scale.at(day),
        kind=str(event.kind),
        text=_mark_text(event),
        unsure=_is_unsure(event),
        off=event.status == EventStatus.CANCELLED,
        before=False,
        href=url_for("events.show", event=event),
        title=_tip(event),
    )


def _is_unsure(event: Event) -> bool:
    return event.uncertain or event.date_unknown or event.status == EventStatus.TENTATIVE


def _tip(event: Event) -> str:
    days = range_words(event.starts_on, event.ends_on) if event.starts_on else ""
    return f"{event.title}, {days}"


def _mark_text(event: Event) -> str:
    if event.starts_on is None:
        return ""
    days = range_words(event.starts_on, event.ends_on, year=False, short=True)
    doubt = " (?)" if event.uncertain else ""
    if event.kind in PEAKS:
        return f"{days}{doubt}"
    words = event.title if event.kind == EventKind.OTHER else kind_word(event.kind)
    return f"{words}{doubt}" if len(words) <= LONGEST_LABEL else ""


def _pixels(text: str) -> float:
    return len(text) * LETTER_PIXELS / LANE_PIXELS * 100


def _label_bars(lane: Lane) -> None:
    """Write the kind into bars that have room for it."""
    blocked = [mark.x for mark in lane.marks]
    for bar in lane.bars:
        word = kind_word(EventKind(bar.kind))
        ends = bar.x + _pixels(word) + 1.5
        clear = not any(bar.x - 1 <= x <= ends for x in blocked)
        if ends <= bar.x + bar.width and clear:
            bar.text = word


def _label_marks(lane: Lane) -> None:
    """Keep the texts that have room, peaks first: to the right of the mark, else to the left."""
    mark_width = MARK_PIXELS / LANE_PIXELS * 100
    if len(lane.marks) > MOST_LABELS:
        for mark in lane.marks:
            mark.text = ""
        return
    taken = [(mark.x - mark_width / 2, mark.x + mark_width / 2) for mark in lane.marks]
    taken += [(bar.x, bar.x + _pixels(bar.text) + 1.5) for bar in lane.bars if bar.text]
    taken += [(bar.x, bar.x + bar.width) for bar in lane.bars if bar.width < 4]
    ordered = sorted(lane.marks, key=lambda mark: (mark.kind not in PEAKS, mark.x))
    for mark in ordered:
        width, gap = _pixels(mark.text), mark_width
        right = (mark.x + gap, mark.x + gap + width)
        left = (mark.x - gap - width, mark.x - gap)
        own = (mark.x - mark_width / 2, mark.x + mark_width / 2)
        others = list(taken)
        others.remove(own)
        if right[1] <= 100 and not _hits(right, others):
            taken.append(right)
        elif left[0] >= 0 and not _hits(left, others):
            mark.before = True
            taken.append(left)
        else:
            mark.text = ""


def _hits(space: tuple[float, float], others: Sequence[tuple[float, float]]) -> bool:
    return any(space[0] < end and start < space[1] for start, end in others)
