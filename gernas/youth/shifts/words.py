"""How shifts, places in them and what stands against them are called on pages and in mails."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.core.clock import to_local
from gernas.core.i18n import in_language
from gernas.core.provinces import find_province
from gernas.core.wording import (
    DASH,
    clock_words,
    date_words,
    hours_words,
    number_words,
    range_words,
    time_range_words,
    zone_abbr,
)
from gernas.events.models import EventStatus
from gernas.events.words import join_places
from gernas.youth.guards import Bar, bar_words
from gernas.youth.models import AssignedBy, Shift, ShiftKind, Skill, YouthRole
from gernas.youth.shifts.rules import Nearness, Obstacle, Why, Work
from gernas.youth.shifts.working import Hindrance, place_of

AROUND = timedelta(days=5)  # of an event, in which its build-up and tear-down lie
KIND_WORDS: Mapping[ShiftKind, Any] = {
    ShiftKind.ORDINARY: _l("Ordinary"),
    ShiftKind.BUILD_UP: _l("Build-up (never for minors)"),
    ShiftKind.TEAR_DOWN: _l("Tear-down (never for minors)"),
}
SKILL_WORDS: Mapping[Skill, Any] = {
    Skill.PHOTO: _l("Photography"),
    Skill.VIDEO: _l("Video"),
    Skill.MARKETPLACE: _l("Selling on marketplaces"),
    Skill.ADS: _l("Online advertising"),
    Skill.DESIGN: _l("Design"),
    Skill.LANGUAGE: _l("Foreign languages"),
    Skill.DRIVING: _l("Driving"),
}
HOW_WORDS: Mapping[AssignedBy, Any] = {
    AssignedBy.MEMBER: _l("took it"),
    AssignedBy.COORDINATOR: _l("put in by the coordinator"),
    AssignedBy.SUGGESTION: _l("by the suggestion"),
    AssignedBy.WAITING_LIST: _l("moved up from the waiting list"),
    AssignedBy.SWAP: _l("by a swap"),
    AssignedBy.SUBSTITUTE: _l("came as a substitute"),
}
NEARNESS_WORDS: Mapping[Nearness, Any] = {
    Nearness.CITY: _l("Your city"),
    Nearness.PROVINCE: _l("Your province"),
    Nearness.ELSEWHERE: _l("Another province"),
}


def shift_title(shift: Shift) -> str:
    return in_language(shift.title, shift.title_en)[0]


def role_title(role: YouthRole) -> str:
    return in_language(role.name, role.name_en)[0]


def shift_warnings(shift: Shift) -> list[str]:
    """What a coordinator should look at: the event was cancelled, or moved away from the shift."""
    event = shift.event
    if shift.cancelled_at is not None:
        return []
    if event.status == EventStatus.CANCELLED:
        return [_("The event is cancelled. Nobody can take this shift; cancel it too.")]
    if event.date_unknown:
        return [_("The event is postponed without a new date.")]
    if event.starts_on is None or event.last_day is None:
        return []
    day = shift_day(shift)
    if event.starts_on - AROUND <= day <= event.last_day + AROUND:
        return []
    days = range_words(event.starts_on, event.last_day)
    return [_("The event is on %(days)s, far from this shift. Was it moved?", days=days)]


def shift_kind_words(shift: Shift) -> str:
    return str(KIND_WORDS[ShiftKind(shift.kind)])


def count_gaps(shift: Shift) -> int:
    """How many places are free."""
    return sum(max(need.wanted - need.used, 0) for need in shift.needs)


def skill_word(skill: str) -> str:
    return str(SKILL_WORDS[Skill(skill)]) if skill in list(Skill) else skill


def shift_day(shift: Shift) -> date:
    """The local day on which a shift begins."""
    return to_local(shift.starts_at, shift.event.zone).date()


def shift_times(shift: Shift) -> str:
    """``08.00 – 12.00 WIB``; of one that ends on another day also that day."""
    zone = shift.event.zone
    starts, ends = (to_local(at, zone) for at in (shift.starts_at, shift.ends_at))
    if starts.date() == ends.date():
        return time_range_words(shift.starts_at, shift.ends_at, zone)
    until = date_words(ends.date(), year=False, short=True)
    return f"{clock_words(starts)}{DASH}{until} {clock_words(ends)} {zone_abbr(zone)}"


def shift_moment(shift: Shift) -> str:
    """``Jumat, 22 Juli 2022, 08.00 – 12.00 WIB``."""
    return f"{date_words(shift_day(shift), weekday=True)}, {shift_times(shift)}"


def shift_place(shift: Shift) -> str:
    """Where to come: the place and zone of the shift, the venue or city of its event."""
    venue = shift.event.venue
    city, _province = place_of(shift.event)
    zone = _("zone %(zone)s", zone=shift.zone) if shift.zone else None
    return join_places([shift.place, zone, venue.name if venue else None, city])


def shift_address(shift: Shift) -> str:
    """The same with street and province, for calendars."""
    venue = shift.event.venue
    _city, code = place_of(shift.event)
    province = find_province(code)
    return join_places(
        [
            shift_place(shift),
            venue.address if venue else None,
            province.name_id if province else None,
        ]
    )


def places_words(used: int, wanted: int) -> str:
    """``3 dari 5 tempat terisi``."""
    return str(
        _(
            "%(used)s of %(wanted)s places taken",
            used=number_words(used),
            wanted=number_words(wanted),
        )
    )


def hindrance_words(one: Hindrance) -> str:
    """What stands against a shift, in a sentence that member and coordinator both can read."""
    if isinstance(one, Bar):
        return bar_words(one)
    return _OBSTACLE_WORDS[one.why](one)


def _other(one: Obstacle) -> str:
    work: Work = one.other  # type: ignore[assignment] # these obstacles have one
    starts, ends = (to_local(at, work.zone) for at in (work.starts_at, work.ends_at))
    day = date_words(starts.date(), year=False)
    return f"{day}, {clock_words(starts)}{DASH}{clock_words(ends)} {zone_abbr(work.zone)}"


_OBSTACLE_WORDS: Mapping[Why, Callable[[Obstacle], str]] = {
    Why.TOO_YOUNG: lambda one: _(
        "Only from %(age)s years on that day.", age=number_words(one.number or 0)
    ),
    Why.TOO_OLD: lambda one: _(
        "Only up to %(age)s years on that day.", age=number_words(one.number or 0)
    ),
    Why.GUARDIAN: lambda _one: _("The consent of a parent or guardian is still missing."),
    Why.NIGHT: lambda _one: _("Nobody under 18 works at night."),
    Why.BUILDING: lambda _one: _("Nobody under 18 works at build-up or tear-down."),
    Why.MINOR_HOURS: lambda one: _(
        "Under 18, at most %(hours)s a day.", hours=hours_words(one.number or 0)
    ),
    Why.SKILLS: lambda one: _(
        "Needs: %(skills)s.", skills=", ".join(skill_word(skill) for skill in one.skills)
    ),
    Why.APPROVAL: lambda _one: _("The coordinator must first agree to this role."),
    Why.OVERLAP: lambda one: _("At the same time as another shift: %(other)s.", other=_other(one)),
    Why.REST: lambda one: _(
        "Too little rest: %(hours)s are needed between this and %(other)s.",
        hours=hours_words(one.number or 0),
        other=_other(one),
    ),
    Why.TRAVEL: lambda one: _(
        "Too little time for the way: %(hours)s are needed between this and %(other)s.",
        hours=hours_words(one.number or 0),
        other=_other(one),
    ),
}
