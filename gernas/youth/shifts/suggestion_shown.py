"""What the page of a suggestion shows: shift by shift, beside who has a place already."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from gernas.core.database import db
from gernas.youth.assigning.reasons import Gap, Reason
from gernas.youth.assigning.tasks import Answer, Found
from gernas.youth.models import Member, Shift, ShiftNeed, ShiftSuggestion
from gernas.youth.queries import name_members
from gernas.youth.services.suggesting import Accepted
from gernas.youth.shifts.queries import list_people_of, select_shifts
from gernas.youth.shifts.suggestion_words import (
    AGAINST_WORDS,
    FOUND_WORDS,
    because_words,
    gap_words,
)
from gernas.youth.shifts.words import role_title, shift_moment


@dataclass(frozen=True)
class Suggested:
    member: Member
    why: str


@dataclass(frozen=True)
class Part:
    """One role of a shift: who has it, who is suggested, what stays open and why."""

    need: ShiftNeed
    present: Sequence[str]
    suggested: Sequence[Suggested]
    open: int = 0
    gap: str = ""


@dataclass(frozen=True)
class Section:
    shift: Shift
    parts: Sequence[Part]


@dataclass(frozen=True)
class Shown:
    figures: Mapping[str, Any] = field(default_factory=dict)
    found: str = ""
    sections: Sequence[Section] = ()
    given: int = 0
    left_out: Sequence[str] = ()


def show_suggestion(suggestion: ShiftSuggestion) -> Shown:
    """All that there is to see of one; nothing as long as it is worked out."""
    outcome = suggestion.outcome
    if outcome is None:
        return Shown()
    answer = Answer.of(outcome["answer"])
    reasons = [Reason.of(one) for one in outcome["why"]]
    gaps = {one["opening"]: Gap.of(one) for one in outcome["gaps"]}
    accepted = Accepted.of(outcome["accepted"]) if "accepted" in outcome else Accepted()
    needs = {one.opening for one in reasons} | set(gaps)
    return Shown(
        outcome["figures"],
        str(FOUND_WORDS[Found(answer.found)]),
        _list_sections(needs, reasons, gaps),
        len(accepted.given),
        _list_left_out(accepted),
    )


def _list_sections(
    need_ids: set[int], reasons: Sequence[Reason], gaps: Mapping[int, Gap]
) -> list[Section]:
    of_shift = select(ShiftNeed.shift_id).where(ShiftNeed.id.in_(need_ids))
    shifts = db.session.scalars(select_shifts().where(Shift.id.in_(of_shift))).all()
    members = {
        one.id: one
        for one in db.session.scalars(
            select(Member).where(Member.id.in_({reason.person for reason in reasons}))
        )
    }
    present: dict[int, list[str]] = defaultdict(list)
    for place in list_people_of([shift.id for shift in shifts]):
        if place.holds_place:
            present[place.need_id].append(place.member.name)
    suggested: dict[int, list[Suggested]] = defaultdict(list)
    for reason in reasons:
        if reason.person in members:
            one = Suggested(members[reason.person], because_words(reason.because))
            suggested[reason.opening].append(one)
    return [
        Section(
            shift,
            [
                Part(
                    need,
                    present[need.id],
                    suggested[need.id],
                    gaps[need.id].open if need.id in gaps else 0,
                    gap_words(gaps[need.id]) if need.id in gaps else "",
                )
                for need in shift.needs
                if need.id in need_ids
            ],
        )
        for shift in shifts
    ]


def _list_left_out(accepted: Accepted) -> list[str]:
    """``Rina, Jumat, 22 Juli 2022, 08.00 – 12.00 WIB (Gerbang): works elsewhere at that time``."""
    if not accepted.left_out:
        return []
    names = name_members({member for _need, member, _why in accepted.left_out})
    ids = {need for need, _member, _why in accepted.left_out}
    shifts = db.session.scalars(
        select_shifts().where(Shift.id.in_(select(ShiftNeed.shift_id).where(ShiftNeed.id.in_(ids))))
    )
    needs = {need.id: need for shift in shifts for need in shift.needs}
    sentences = []
    for need_id, member_id, why in accepted.left_out:
        need = needs.get(need_id)
        where = f", {shift_moment(need.shift)} ({role_title(need.role)})" if need else ""
        sentences.append(f"{names.get(member_id, '–')}{where}: {AGAINST_WORDS[why]}")
    return sentences
