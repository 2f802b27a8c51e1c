"""What a member did in a programme and can be given a certificate and badges for.

Only what is certain counts: hours measured at the desk or corrected with a reason, and results and
hours outside shifts that owner or coordinator confirmed.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from sqlalchemy import func, select

from gernas.core.clock import to_local
from gernas.core.database import db
from gernas.youth.models import (
    Assignment,
    Assistance,
    AssistanceTask,
    OutsideHours,
    ReportState,
    Shift,
    ShiftNeed,
    TaskKind,
    YouthProgramme,
    YouthRole,
)


@dataclass
class RoleDone:
    """Hours in one role."""

    name: str
    name_en: str | None
    minutes: int
    shifts: int


@dataclass
class Done:
    """All that a certificate tells, without the name."""

    roles: list[RoleDone] = field(default_factory=list)
    outside_minutes: int = 0
    tasks: dict[str, int] = field(default_factory=dict)  # by kind, pieces
    business_ids: list[int] = field(default_factory=list)  # helped with something confirmed
    first_on: date | None = None
    last_on: date | None = None

    @property
    def minutes(self) -> int:
        return sum(role.minutes for role in self.roles) + self.outside_minutes

    @property
    def shifts(self) -> int:
        return sum(role.shifts for role in self.roles)

    @property
    def is_something(self) -> bool:
        return self.minutes > 0 or bool(self.tasks)

    def to_facts(self) -> dict[str, Any]:
        return {
            "roles": [vars(role) for role in self.roles],
            "outside_minutes": self.outside_minutes,
            "tasks": self.tasks,
            "business_ids": self.business_ids,
            "first_on": self.first_on.isoformat() if self.first_on else None,
            "last_on": self.last_on.isoformat() if self.last_on else None,
        }

    @classmethod
    def of_facts(cls, facts: Mapping[str, Any]) -> Self:
        return cls(
            roles=[RoleDone(**role) for role in facts.get("roles", ())],
            outside_minutes=facts.get("outside_minutes", 0),
            tasks=dict(facts.get("tasks", {})),
            business_ids=list(facts.get("business_ids", ())),
            first_on=_day(facts.get("first_on")),
            last_on=_day(facts.get("last_on")),
        )

    def note_day(self, day: date) -> None:
        self.first_on = min(self.first_on or day, day)
        self.last_on = max(self.last_on or day, day)


def collect_done(
    programme: YouthProgramme, member_ids: Collection[int] | None = None
) -> dict[int, Done]:
    """What members did in the programme, by their ids; of all who did something with None.

    Three queries, however many they are.
    """
    found: dict[int, Done] = defaultdict(Done)
    _collect_shifts(programme, member_ids, found)
    _collect_outside(programme, member_ids, found)
    _collect_tasks(programme, member_ids, found)
    for done in found.values():
        done.roles.sort(key=lambda role: (-role.minutes, role.name))
        done.business_ids.sort()
        done.tasks = {kind: done.tasks[kind] for kind in TaskKind if kind in done.tasks}
    return {number: done for number, done in found.items() if done.is_something}


def _collect_shifts(
    programme: YouthProgramme, member_ids: Collection[int] | None, found: dict[int, Done]
) -> None:
    minutes = func.coalesce(Assignment.corrected_minutes, Assignment.minutes)
    rows = (
        select(Assignment.member_id, YouthRole, Shift.starts_at, minutes)
        .join(Shift, Shift.id == Assignment.shift_id)
        .join(ShiftNeed, ShiftNeed.id == Assignment.need_id)
        .join(YouthRole, YouthRole.id == ShiftNeed.role_id)
        .where(Shift.programme_id == programme.id, minutes > 0)
        .order_by(Assignment.id)
    )
    if member_ids is not None:
        rows = rows.where(Assignment.member_id.in_(member_ids))
    roles: dict[tuple[int, int], RoleDone] = {}
    for number, role, starts_at, worked in db.session.execute(rows):
        one = roles.get((number, role.id))
        if one is None:
            one = roles[number, role.id] = RoleDone(role.name, role.name_en, 0, 0)
            found[number].roles.append(one)
        one.minutes += worked
        one.shifts += 1
        found[number].note_day(to_local(starts_at, programme.zone).date())


def _collect_outside(
    programme: YouthProgramme, member_ids: Collection[int] | None, found: dict[int, Done]
) -> None:
    rows = (
        select(
            OutsideHours.member_id, OutsideHours.on, OutsideHours.minutes, Assistance.business_id
        )
        .outerjoin(Assistance, Assistance.id == OutsideHours.assistance_id)
        .where(
            OutsideHours.programme_id == programme.id,
            OutsideHours.state == ReportState.CONFIRMED,
        )
    )
    if member_ids is not None:
        rows = rows.where(OutsideHours.member_id.in_(member_ids))
    for number, day, minutes, business_id in db.session.execute(rows):
        done = found[number]
        done.outside_minutes += minutes
        done.note_day(day)
        _note_business(done, business_id)


def _collect_tasks(
    programme: YouthProgramme, member_ids: Collection[int] | None, found: dict[int, Done]
) -> None:
    rows = (
        select(
            AssistanceTask.reported_by_id,
            AssistanceTask.kind,
            AssistanceTask.count,
            AssistanceTask.done_on,
            Assistance.business_id,
        )
        .join(Assistance, Assistance.id == AssistanceTask.assistance_id)
        .where(
            Assistance.programme_id == programme.id,
            AssistanceTask.state == ReportState.CONFIRMED,
        )
    )
    if member_ids is not None:
        rows = rows.where(AssistanceTask.reported_by_id.in_(member_ids))
    for number, kind, count, day, business_id in db.session.execute(rows):
        done = found[number]
        done.tasks[kind] = done.tasks.get(kind, 0) + count
        done.note_day(day)
        _note_business(done, business_id)


def _note_business(done: Done, business_id: int | None) -> None:
    if business_id is not None and business_id not in done.business_ids:
        done.business_ids.append(business_id)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
