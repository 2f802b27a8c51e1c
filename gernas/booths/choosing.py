"""What an exhibitor sees of a plan: its own booth, what it may choose, and why not more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from flask_babel import gettext as _

from gernas.booths.allocation_queries import (
    find_terms,
    get_exhibitor,
    list_own,
    list_taken,
    list_wishes,
)
from gernas.booths.errors import NoPlaceForBooth, NotChoosing
from gernas.booths.models import (
    Booth,
    BoothAllocation,
    BoothCall,
    BoothMode,
    Fixture,
    Hall,
    Zone,
)
from gernas.booths.nearest import list_nearest
from gernas.booths.queries import list_booths, list_fixtures, list_halls
from gernas.booths.rights import list_hindrances
from gernas.booths.services.turns import check_place, check_window
from gernas.booths.words import booth_option, hindrance_words, zone_title
from gernas.core.wording import time_words
from gernas.registrations.models import Registration

MINE, TAKEN, HELD, OTHER, FREE = "mine", "taken", "held", "other", "free"


@dataclass(frozen=True)
class HallView:
    """A hall with all that is drawn of it."""

    hall: Hall
    booths: list[Booth]
    fixtures: list[Fixture]


@dataclass
class Choice:
    """What an exhibitor can do about its booth at this moment."""

    registration: Registration
    terms: BoothCall
    halls: list[HallView] = field(default_factory=list)
    own: Sequence[BoothAllocation] = ()
    states: dict[int, str] = field(default_factory=dict)  # of each booth
    allowed: list[Booth] = field(default_factory=list)  # whoever has them now
    wishes: list[Booth] = field(default_factory=list)
    not_now: str = ""  # why nothing can be chosen or wished for, as a sentence

    @property
    def held(self) -> BoothAllocation | None:
        return next((one for one in self.own if one.is_hold), None)

    @property
    def kept(self) -> list[BoothAllocation]:
        """What is the exhibitor's for good."""
        return [one for one in self.own if not one.is_hold]

    @property
    def is_choosing(self) -> bool:
        return self.terms.mode == BoothMode.CHOOSE and not self.not_now

    @property
    def is_wishing(self) -> bool:
        return self.terms.mode == BoothMode.WISHES and not self.not_now and not self.kept

    @property
    def has_all(self) -> bool:
        """Whether it has as many booths as it may have."""
        return len(self.kept) >= self.terms.booths_each

    @property
    def can_take(self) -> bool:
        return self.is_choosing and not self.has_all

    @property
    def free(self) -> list[Booth]:
        """What can be held now, by label."""
        return [booth for booth in self.allowed if self.states[booth.id] == FREE]

    @property
    def zones(self) -> list[Zone]:
        """In which the exhibitor may choose, in the order of the plan."""
        found = {booth.zone.id: booth.zone for booth in self.allowed if booth.zone is not None}
        return sorted(found.values(), key=lambda zone: zone.position)

    def find_booth(self, label: str) -> Booth | None:
        """A booth of the plan by its label, however it was typed."""
        wanted = label.strip().casefold()
        booths = (booth for view in self.halls for booth in view.booths)
        return next((booth for booth in booths if booth.label.casefold() == wanted), None)

    def explain(self, booth: Booth) -> str:
        """Why the exhibitor cannot have a booth, leaving aside who has it now; "" if it can."""
        exhibitor = get_exhibitor(self.registration, self.terms)
        return " ".join(hindrance_words(one, booth) for one in list_hindrances(booth, exhibitor))

    def list_nearest(self, booth: Booth) -> list[Booth]:
        return list_nearest(booth, self.free)


def make_choice(registration: Registration) -> Choice | None:
    """What the exhibitor can do now; None where its call gets no booths."""
    terms = find_terms(registration.call_id)
    if terms is None:
        return None
    choice = Choice(registration, terms, own=list_own(registration, terms.plan_id))
    try:
        check_place(registration)
        check_window(terms)
    except (NoPlaceForBooth, NotChoosing) as error:
        choice.not_now = error.message
    if not terms.plan.is_published:
        return choice
    _draw(choice)
    choice.wishes = list(list_wishes([registration.id]).get(registration.id, ()))
    return choice


def _draw(choice: Choice) -> None:
    plan = choice.terms.plan
    booths = list_booths(plan)
    exhibitor = get_exhibitor(choice.registration, choice.terms)
    choice.allowed = [booth for booth in booths if not list_hindrances(booth, exhibitor)]
    choice.states = _tell_states(choice, booths)
    choice.halls = [
        HallView(hall, [one for one in booths if one.hall_id == hall.id], list_fixtures(hall))
        for hall in list_halls(plan)
    ]


def _tell_states(choice: Choice, booths: Sequence[Booth]) -> dict[int, str]:
    taken = list_taken(choice.terms.plan_id)
    mine = {one.booth_id for one in choice.own}
    allowed = {booth.id for booth in choice.allowed}
    states = {}
    for booth in booths:
        if booth.id in mine:
            states[booth.id] = MINE
        elif booth.id in taken:
            states[booth.id] = HELD if taken[booth.id] else TAKEN
        else:
            states[booth.id] = FREE if booth.id in allowed else OTHER
    return states


# --- For the template -----------------------------------------------------------------------


def choice_link(choice: Choice) -> Callable[[Booth], str | None]:
    """The address that looks at a booth, of those that can be held or wished for."""

    def link(booth: Booth) -> str | None:
        state = choice.states[booth.id]
        if choice.can_take and state == FREE:
            return f"?stan={quote(booth.label)}"
        if choice.is_wishing and booth in choice.allowed:
            return f"?stan={quote(booth.label)}#keinginan"
        return None

    return link


def choice_say(choice: Choice) -> Callable[[Booth], str]:
    """What a screen reader says of a booth that can be chosen, or is one's own."""

    def say(booth: Booth) -> str:
        if choice.states[booth.id] == MINE:
            held = choice.held is not None and choice.held.booth_id == booth.id
            words = _("%(booth)s, kept for you") if held else _("%(booth)s, your booth")
            return str(words % {"booth": booth.label})
        return str(_("Choose %(booth)s", booth=booth_option(booth)))

    return say


def choice_legend(choice: Choice) -> list[tuple[str, str]]:
    """What the looks of booths mean, as far as they occur."""
    words = {
        FREE: _("Free for you"),
        MINE: _("Your choice") if choice.held else _("Your booth"),
        HELD: _("Kept for someone"),
        TAKEN: _("Taken"),
        OTHER: _("Not for you"),
    }
    seen = set(choice.states.values()) | {MINE, HELD, TAKEN}
    return [(state, str(text)) for state, text in words.items() if state in seen]


def hold_words(held: BoothAllocation) -> str:
    """Until when a booth is kept, in the zone of its event; "" once that is over, or it is kept."""
    if not held.is_live or held.held_until is None:
        return ""
    return str(
        _("We keep it until %(when)s.", when=time_words(held.held_until, held.plan.event.zone))
    )


def clock_words(seconds: int) -> str:
    """How long a booth is still kept, as a clock shows it: ``14:05``, ``2:14:05``."""
    minutes, left = divmod(seconds, 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def booth_id(booth: Booth) -> int:
    return booth.id


def zone_words(zone: Zone) -> str:
    """``A · Food and drink``."""
    return f"{zone.code}\N{NO-BREAK SPACE}· {zone_title(zone)}"
