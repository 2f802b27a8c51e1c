"""What a member can take: one plain list by day, nearness and time; the rest with why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from gernas.core.clock import now
from gernas.core.wording import date_words
from gernas.youth.guards import list_bars
from gernas.youth.models import Assignment, Member, Shift, ShiftNeed, YouthProgramme
from gernas.youth.shifts.queries import count_waiting, list_open_shifts, list_own
from gernas.youth.shifts.rules import Nearness
from gernas.youth.shifts.words import shift_day
from gernas.youth.shifts.working import (
    Hindrance,
    get_limits,
    list_hindrances,
    load_candidate,
    nearness_to,
)


@dataclass(frozen=True)
class Offer:
    """A role in a shift that a member may take, or may not and why."""

    shift: Shift
    need: ShiftNeed
    near: Nearness
    waiting: int
    hindrances: Sequence[Hindrance]

    @property
    def free(self) -> int:
        return max(self.need.wanted - self.need.used, 0)

    @property
    def is_free(self) -> bool:
        """Whether there is a place at once: those who wait come first."""
        return self.free > self.waiting


@dataclass(frozen=True)
class Day:
    on: date
    words: str
    offers: Sequence[Offer]


@dataclass(frozen=True)
class Choice:
    """``open``: what the member can take, or wait for; ``closed``: the rest, with reasons."""

    open: Sequence[Day]
    closed: Sequence[Day]
    count: int  # of the open ones


def list_choice(member: Member, programmes: Sequence[YouthProgramme]) -> Choice:
    """All roles in open shifts of the member's programmes, but for shifts the member is in."""
    shifts = list_open_shifts([one.id for one in programmes])
    mine = {one.shift_id for one in list_own(member.id, since=now())}
    shifts = [one for one in shifts if one.id not in mine]
    waiting = count_waiting([one.id for one in shifts])
    candidate, limits = load_candidate(member), get_limits()
    bars = {
        programme.id: list_bars(
            [member],
            programme.id,
            {member.id: {shift_day(s) for s in shifts if s.programme_id == programme.id}},
        )
        for programme in programmes
    }
    offers = [
        Offer(
            shift=shift,
            need=need,
            near=nearness_to(member, shift),
            waiting=waiting.get(need.id, 0),
            hindrances=list_hindrances(
                candidate,
                shift,
                need,
                bars[shift.programme_id].get((member.id, shift_day(shift))),
                limits,
            ),
        )
        for shift in shifts
        for need in shift.needs
        if need.wanted
    ]
    takable = [one for one in offers if not one.hindrances]
    return Choice(
        open=_by_day(takable),
        closed=_by_day([one for one in offers if one.hindrances]),
        count=len(takable),
    )


def list_next(member: Member, programme_id: int) -> list[Assignment]:
    """The member's places and numbers in a programme that are not over, by time."""
    own = list_own(member.id, since=now())
    return [one for one in own if one.shift.programme_id == programme_id]


def _by_day(offers: Sequence[Offer]) -> list[Day]:
    def order(offer: Offer) -> tuple[date, int, object, int]:
        return shift_day(offer.shift), offer.near, offer.shift.starts_at, offer.need.id

    ordered = sorted(offers, key=order)
    return [
        Day(on=day, words=date_words(day, weekday=True), offers=list(group))
        for day, group in groupby(ordered, key=lambda offer: shift_day(offer.shift))
    ]
