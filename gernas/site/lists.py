"""A list of events with its filters, as a template shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gernas.campaigns.models import Campaign
from gernas.core.clock import ZONES, next_midnight
from gernas.core.kept import changes_at
from gernas.core.provinces import PROVINCES
from gernas.core.wording import month_names
from gernas.events.words import kind_word
from gernas.site.cards import EventCard, make_cards
from gernas.site.filters import ALL, EventFilter
from gernas.site.queries import count_events, list_events, list_options

Choices = list[tuple[str, str]]  # value in the address, words


@dataclass(frozen=True)
class Group:
    """The events of one month; without a date, the last."""

    title: str  # Maret 2022; empty for those without a date
    cards: list[EventCard]


@dataclass(frozen=True)
class EventList:
    """One page of events, what it was narrowed by and what it could be narrowed by."""

    choice: EventFilter
    groups: list[Group]
    total: int
    page: int
    pages: int
    kinds: Choices
    provinces: Choices
    months: Choices
    elsewhere: int  # found in the past too, where nothing of it is to come, or the other way


def make_list(choice: EventFilter, *, at: datetime, campaign: Campaign | None = None) -> EventList:
    """The page of events that a reader asked for."""
    for zone in ZONES:  # what is past and what is to come, and how far away
        if campaign is None or campaign.ends_on >= at.date():
            changes_at(next_midnight(zone, after=at))
    found = list_events(choice, at=at, campaign=campaign)
    options = list_options(campaign)
    return EventList(
        choice=choice,
        groups=_group(make_cards(found.events, at=at)),
        total=found.total,
        page=found.page,
        pages=found.pages,
        kinds=[(kind.value, kind_word(kind)) for kind in options.kinds],
        provinces=[
            (province.slug, str(province))
            for province in PROVINCES
            if province.iso_code in options.province_codes
        ],
        elsewhere=0
        if found.total or choice.when == ALL
        else count_events(replace(choice, when=ALL), at=at, campaign=campaign),
        months=[(f"{day:%Y-%m}", _month_words(day.year, day.month)) for day in options.months],
    )


def _group(cards: Sequence[EventCard]) -> list[Group]:
    groups: list[Group] = []
    for card in cards:
        day = card.event.starts_on if card.parts else None
        title = _month_words(day.year, day.month) if day else ""
        if not groups or groups[-1].title != title:
            groups.append(Group(title, []))
        groups[-1].cards.append(card)
    return groups


def _month_words(year: int, month: int) -> str:
    return f"{month_names()[month - 1]} {year}"
