"""What the organizers' page of giving booths shows: the plan, who has which booth, who has none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from gernas.booths.allocation_queries import (
    list_exhibitors,
    list_history,
    list_live,
    list_needs,
    list_terms,
    list_wishes,
    list_zones,
)
from gernas.booths.choosing import HallView
from gernas.booths.models import Booth, BoothAllocation, BoothNeed, Plan
from gernas.booths.queries import list_booths, list_fixtures, list_halls
from gernas.booths.rights import list_hindrances, make_exhibitor
from gernas.booths.words import hindrance_words
from gernas.registrations.models import Registration

MARK_LENGTH = 11  # signs of a name that fit under a booth's label


@dataclass
class Giving:
    """A plan with its exhibitors at this moment."""

    plan: Plan
    halls: list[HallView]
    booths: list[Booth]
    live: dict[int, BoothAllocation]  # by booth
    exhibitors: Sequence[Registration]  # who hold a place, by name
    needs: dict[int, BoothNeed]
    wishes: dict[int, list[Booth]]
    each: dict[int, int] = field(default_factory=dict)  # booths that a call allows, by call
    own: dict[int, list[BoothAllocation]] = field(default_factory=dict)  # by registration

    @property
    def waiting(self) -> list[Registration]:
        """Who has no booth for good, by name."""
        return [one for one in self.exhibitors if not self.list_kept(one.id)]

    @property
    def with_room(self) -> list[Registration]:
        """Who may have another booth, those without any first."""
        more = [
            one
            for one in self.exhibitors
            if self.list_kept(one.id) and len(self.list_kept(one.id)) < self.each[one.call_id]
        ]
        return [*self.waiting, *more]

    @property
    def free(self) -> list[Booth]:
        return [booth for booth in self.booths if booth.id not in self.live]

    @property
    def given(self) -> list[BoothAllocation]:
        """What is given for good, by label."""
        return [one for one in self.live.values() if not one.is_hold]

    @property
    def held(self) -> list[BoothAllocation]:
        return [one for one in self.live.values() if one.is_hold]

    def list_kept(self, registration_id: int) -> list[BoothAllocation]:
        return [one for one in self.own.get(registration_id, ()) if not one.is_hold]

    def tell_states(self, looked_at: Booth | None) -> dict[int, str]:
        """How each booth looks on the plan; the one that is looked at stands out."""
        states = {booth.id: "locked" for booth in self.booths if booth.locked}
        for booth_id, allocation in self.live.items():
            states[booth_id] = "held" if allocation.is_hold else "taken"
        if looked_at is not None:
            states[looked_at.id] = "mine"
        return states

    @property
    def marks(self) -> dict[int, str]:
        """Who has each booth, short enough for the plan."""
        return {number: shorten(one.registration.label) for number, one in self.live.items()}

    def find_booth(self, label: str) -> Booth | None:
        wanted = label.strip().casefold()
        return next((one for one in self.booths if one.label.casefold() == wanted), None)

    def find_exhibitor(self, registration_id: int | None) -> Registration | None:
        return next((one for one in self.exhibitors if one.id == registration_id), None)

    def list_warnings(self, booth: Booth, registration: Registration) -> list[str]:
        """What stands against a booth for an exhibitor, in words; organizers may pass over most."""
        terms = next(one for one in list_terms(self.plan) if one.call_id == registration.call_id)
        need = self.needs.get(registration.id)
        exhibitor = make_exhibitor(registration, terms, need, list_zones(self.plan.id))
        return [hindrance_words(one, booth) for one in list_hindrances(booth, exhibitor)]

    def list_history_of(self, booth: Booth) -> Sequence[BoothAllocation]:
        return list_history(booth=booth)

    def list_history_of_exhibitor(self, registration: Registration) -> Sequence[BoothAllocation]:
        return list_history(registration=registration)


def make_giving(plan: Plan) -> Giving:
    """All of it, in as many queries for a large plan as for a small one."""
    booths = list_booths(plan)
    live = {one.booth_id: one for one in list_live(plan)}
    exhibitors = list_exhibitors(plan)
    ids = [one.id for one in exhibitors]
    giving = Giving(
        plan=plan,
        halls=[
            HallView(hall, [one for one in booths if one.hall_id == hall.id], list_fixtures(hall))
            for hall in list_halls(plan)
        ],
        booths=booths,
        live=live,
        exhibitors=exhibitors,
        needs=list_needs(ids),
        wishes=dict(list_wishes(ids)),
        each={one.call_id: one.booths_each for one in list_terms(plan)},
    )
    for allocation in live.values():
        giving.own.setdefault(allocation.registration_id, []).append(allocation)
    return giving


def shorten(name: str) -> str:
    """A name that fits under a booth's label: ``Keripik Bu S…``."""
    return name if len(name) <= MARK_LENGTH else f"{name[: MARK_LENGTH - 1].rstrip()}…"


def giving_link(chosen: Registration | None) -> Callable[[Booth], str | None]:
    """The address that looks at a booth, for the exhibitor who is chosen."""

    def link(booth: Booth) -> str | None:
        values = {"peserta": chosen.id} if chosen is not None else {}
        return f"?{urlencode({**values, 'stan': booth.label})}#pilihan"

    return link


def giving_say(giving: Giving) -> Callable[[Booth], str]:
    """What a screen reader says of a booth: its label and who has it."""

    def say(booth: Booth) -> str:
        allocation = giving.live.get(booth.id)
        return f"{booth.label}, {allocation.registration.label}" if allocation else booth.label

    return say


def exhibitor_line(giving: Giving, one: Registration) -> list[str]:
    """What to know of who has no booth yet, besides its name."""
    need, facts = giving.needs.get(one.id), []
    if need is not None and need.product:
        facts.append(need.product)
    return facts
