"""The phases of a stop on its page, in the order of their days, which nobody forces."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from gernas.core.wording import range_words
from gernas.events.models import EventKind, EventStatus
from gernas.events.words import kind_word
from gernas.site.cards import EventCard

# What the journey of a stop is made of; talks and press meetings accompany it.
KINDS = (
    EventKind.REGISTRATION,
    EventKind.CURATION,
    EventKind.KICKOFF,
    EventKind.TRAINING,
    EventKind.MENTORING,
    EventKind.EXHIBITION,
    EventKind.BUSINESS_MATCHING,
    EventKind.HARVESTING,
)
MOST = 6


@dataclass(frozen=True)
class Phase:
    """A step with its days and whether it is over, runs or is to come."""

    label: str
    dates: str  # 27 Feb – 6 Mar
    state: str  # done, now or next
    starts_on: date


def make_phases(cards: Sequence[EventCard]) -> list[Phase]:
    """One phase a kind, from the first to the last of its events; at most six."""
    phases = []
    for kind in KINDS:
        chosen = [card for card in cards if card.event.kind == kind and card.parts]
        chosen = [card for card in chosen if card.event.status != EventStatus.CANCELLED]
        if chosen:
            phases.append(_make_phase(kind, chosen))
    phases.sort(key=lambda phase: phase.starts_on)
    return phases if len(phases) <= MOST else [*phases[: MOST - 1], phases[-1]]


def phases_words(phases: Sequence[Phase]) -> str:
    """What a screen reader says of them all."""
    if all(phase.state == "done" for phase in phases):
        return str(_("Steps, all finished"))
    done = sum(phase.state == "done" for phase in phases)
    return str(_("Steps, %(done)s of %(all)s finished", done=done, all=len(phases)))


def _make_phase(kind: EventKind, cards: Sequence[EventCard]) -> Phase:
    starts_on = min(card.event.starts_on for card in cards if card.event.starts_on)
    last_day = max(card.event.last_day for card in cards if card.event.last_day)
    states = {card.state for card in cards}
    state = "now" if "now" in states or {"over", "coming"} <= states else ""
    return Phase(
        label=kind_word(kind),
        dates=range_words(starts_on, last_day, year=False, short=True),
        state=state or ("done" if "over" in states else "next"),
        starts_on=starts_on,
    )
