"""How suggestions, their reasons and what stops people are called on pages."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from gernas.youth.assigning.reasons import Because, Blocked, Gap
from gernas.youth.assigning.tasks import Found
from gernas.youth.models import SuggestionState
from gernas.youth.services.suggesting import Change
from gernas.youth.shifts.rules import Why

STATE_WORDS: Mapping[SuggestionState, Any] = {
    SuggestionState.WAITING: _l("Being worked out"),
    SuggestionState.READY: _l("Waits for a decision"),
    SuggestionState.FAILED: _l("Nothing found"),
    SuggestionState.ACCEPTED: _l("Accepted"),
    SuggestionState.DISCARDED: _l("Discarded"),
}
BECAUSE_WORDS: Mapping[Because, Any] = {
    Because.ONLY: _l("one of the few who may"),
    Because.ROLE: _l("wished for this role"),
    Because.DAY: _l("wished for this day"),
    Because.GROUP: _l("works with the group"),
    Because.SKILLS: _l("has the skills"),
    Because.CITY: _l("lives in the city"),
    Because.FEW_HOURS: _l("had no hours yet"),
    Because.PROVINCE: _l("lives in the province"),
}
FOUND_WORDS: Mapping[Found, Any] = {
    Found.BEST: _l("No suggestion is better: this is proven."),
    Found.GOOD: _l("The time ended before a proof; with more seconds it may get a little better."),
    Found.NOTHING: _l("Nobody may take any of the open places."),
}
# What has changed since, or stands against a place, after a name: "Rina: …".
AGAINST_WORDS: Mapping[str, Any] = {
    Change.GONE: _l("no longer takes part"),
    Change.THERE: _l("is on this shift already, or waits for it"),
    Change.FULL: _l("all places are taken by now"),
    Change.CLOSED: _l("the shift is no longer open"),
    Why.TOO_YOUNG: _l("is too young on that day"),
    Why.TOO_OLD: _l("is too old on that day"),
    Why.GUARDIAN: _l("the consent of a parent or guardian is missing"),
    Why.NIGHT: _l("is under 18, and the shift reaches into the night"),
    Why.BUILDING: _l("is under 18, and this is build-up or tear-down"),
    Why.MINOR_HOURS: _l("is under 18 and would work too long on that day"),
    Why.SKILLS: _l("lacks the skills"),
    Why.APPROVAL: _l("is not approved for the role"),
    Why.OVERLAP: _l("works elsewhere at that time"),
    Why.REST: _l("would have too little rest"),
    Why.TRAVEL: _l("could not travel in time"),
}


def because_words(because: tuple[Because, ...]) -> str:
    """``wished for this role, lives in the city``."""
    return ", ".join(str(BECAUSE_WORDS[one]) for one in because)


def gap_words(gap: Gap) -> str:
    """``12 lack the skills, 3 are taken by other suggestions``; who is asked for if nobody is."""
    parts = [str(_count(name, number)) for name, number in gap.counts.items()]
    if not parts:
        return str(_("Everyone in the programme is on this shift already."))
    return ", ".join(parts) + "."


def _count(name: str, number: int) -> str:
    return str(_COUNTS[name](number))


_COUNTS: Mapping[str, Callable[[int], Any]] = {
    Why.TOO_YOUNG: lambda n: ngettext("%(num)s is too young", "%(num)s are too young", n),
    Why.TOO_OLD: lambda n: ngettext("%(num)s is too old", "%(num)s are too old", n),
    Why.GUARDIAN: lambda n: ngettext(
        "%(num)s lacks a guardian’s consent", "%(num)s lack a guardian’s consent", n
    ),
    Why.NIGHT: lambda n: ngettext(
        "%(num)s is under 18, and it is night", "%(num)s are under 18, and it is night", n
    ),
    Why.BUILDING: lambda n: ngettext(
        "%(num)s is under 18, and this is build-up or tear-down",
        "%(num)s are under 18, and this is build-up or tear-down",
        n,
    ),
    Why.MINOR_HOURS: lambda n: ngettext(
        "%(num)s is under 18 and would work too long",
        "%(num)s are under 18 and would work too long",
        n,
    ),
    Why.SKILLS: lambda n: ngettext("%(num)s lacks the skills", "%(num)s lack the skills", n),
    Why.APPROVAL: lambda n: ngettext(
        "%(num)s is not approved for the role", "%(num)s are not approved for the role", n
    ),
    Why.OVERLAP: lambda n: ngettext(
        "%(num)s works elsewhere at that time", "%(num)s work elsewhere at that time", n
    ),
    Why.REST: lambda n: ngettext(
        "%(num)s would have too little rest", "%(num)s would have too little rest", n
    ),
    Why.TRAVEL: lambda n: ngettext(
        "%(num)s could not travel in time", "%(num)s could not travel in time", n
    ),
    Blocked.ENOUGH: lambda n: ngettext(
        "%(num)s has as many hours as wished", "%(num)s have as many hours as wished", n
    ),
    Blocked.SUGGESTED: lambda n: ngettext(
        "%(num)s is needed elsewhere", "%(num)s are needed elsewhere", n
    ),
    Blocked.LEFT: lambda n: ngettext("%(num)s gave it up before", "%(num)s gave it up before", n),
}
