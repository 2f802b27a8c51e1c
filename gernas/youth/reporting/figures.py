"""What can be said about youth programmes in numbers, each of which can be traced to its rows.

A figure counts what is certain: hours that were measured or corrected, tasks and hours outside
shifts that were confirmed. Who was erased is counted on, without a name.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, select, union

from gernas.campaigns.models import Stop
from gernas.core.clock import now
from gernas.core.database import db
from gernas.youth.models import (
    Assignment,
    Assistance,
    AssistanceTask,
    Attendance,
    ContentPiece,
    Enrolment,
    Member,
    OutsideHours,
    ReportState,
    Sex,
    Shift,
    ShiftNeed,
    YouthProgramme,
)

Key = int | str | None
AGE_BANDS = ((16, 17), (18, 20), (21, 24), (25, 30))
ALL_TOGETHER = 0


class Dimension(StrEnum):
    """By what figures are told apart."""

    TOTAL = "total"
    PROGRAMME = "programme"
    PROVINCE = "province"  # where members live
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class Selection:
    """Whose figures: programmes, and of their members all or those of one place or group."""

    programme_ids: Collection[int]
    organisation_id: int | None = None
    province_code: str | None = None

    @property
    def of_members(self) -> list[ColumnElement[bool]]:
        conditions = []
        if self.organisation_id is not None:
            conditions.append(Member.organisation_id == self.organisation_id)
        if self.province_code is not None:
            conditions.append(Member.province_code == self.province_code)
        return conditions


@dataclass
class Figures:
    """One line of the report; counts of heads, minutes, places, businesses and pieces."""

    registered: int = 0
    active: int = 0  # with counted minutes or a confirmed task
    minutes: int = 0
    places: int | None = None  # in shifts that have begun; only for whole programmes
    filled: int | None = None
    expected: int = 0  # places held in shifts that are over and were taken down
    no_shows: int = 0
    businesses: int = 0  # with a confirmed task, or confirmed hours
    helpers: int = 0  # members who did those
    tasks: dict[str, int] = field(default_factory=dict)  # confirmed, by kind
    contents: int = 0
    reach: int = 0  # as reported
    sexes: dict[str, int] = field(default_factory=dict)  # of registered
    ages: dict[str, int] = field(default_factory=dict)  # of registered, on the day they joined

    @property
    def hours(self) -> int:
        return self.minutes // 60

    @property
    def task_count(self) -> int:
        return sum(self.tasks.values())

    @property
    def women(self) -> int:
        return self.sexes.get(Sex.FEMALE, 0)

    @property
    def said_sex(self) -> int:
        """Who said one; a share of women is a share of these."""
        return self.women + self.sexes.get(Sex.MALE, 0)


def count_figures(selection: Selection, by: Dimension = Dimension.TOTAL) -> dict[Key, Figures]:
    """The figures for each value of a dimension; a dozen questions, however many there are."""
    found: dict[Key, Figures] = {}

    def line(key: Any) -> Figures:
        return found.setdefault(key, Figures())

    for question in _QUESTIONS:
        question(selection, by, line)
    if by == Dimension.TOTAL:
        line(ALL_TOGETHER)
    if by in (Dimension.TOTAL, Dimension.PROGRAMME) and not selection.of_members:
        _count_places(selection, by, line)
    return found


Line = Callable[[Any], Figures]


def _key(by: Dimension, programme_id: Any) -> ColumnElement[Any]:
    keys: Mapping[Dimension, Any] = {
        Dimension.TOTAL: literal(ALL_TOGETHER),
        Dimension.PROGRAMME: programme_id,
        Dimension.PROVINCE: Member.province_code,
        Dimension.ORGANISATION: Member.organisation_id,
    }
    label: ColumnElement[Any] = keys[by].label("key")
    return label


def enrolled(selection: Selection, *columns: Any) -> Select[Any]:
    """Who has joined, those who left again included."""
    return (
        select(*columns)
        .select_from(Enrolment)
        .join(Member, Member.id == Enrolment.member_id)
        .where(Enrolment.programme_id.in_(selection.programme_ids), *selection.of_members)
    )


def worked(selection: Selection, *columns: Any) -> Select[Any]:
    """Places in shifts with hours that count."""
    return (
        select(*columns)
        .select_from(Assignment)
        .join(Shift, Shift.id == Assignment.shift_id)
        .join(Member, Member.id == Assignment.member_id)
        .where(
            Shift.programme_id.in_(selection.programme_ids),
            func.coalesce(Assignment.corrected_minutes, Assignment.minutes) > 0,
            *selection.of_members,
        )
    )


def helped_outside(selection: Selection, *columns: Any) -> Select[Any]:
    """Confirmed hours outside shifts."""
    return (
        select(*columns)
        .select_from(OutsideHours)
        .join(Member, Member.id == OutsideHours.member_id)
        .where(
            OutsideHours.programme_id.in_(selection.programme_ids),
            OutsideHours.state == ReportState.CONFIRMED,
            *selection.of_members,
        )
    )


def confirmed_tasks(selection: Selection, *columns: Any) -> Select[Any]:
    """Tasks that owners or coordinators confirmed."""
    return (
        select(*columns)
        .select_from(AssistanceTask)
        .join(Assistance, Assistance.id == AssistanceTask.assistance_id)
        .join(Member, Member.id == AssistanceTask.reported_by_id)
        .where(
            Assistance.programme_id.in_(selection.programme_ids),
            AssistanceTask.state == ReportState.CONFIRMED,
            *selection.of_members,
        )
    )


def expected_places(selection: Selection, *columns: Any) -> Select[Any]:
    """Places whose holders were taken down as having come or not."""
    return (
        select(*columns)
        .select_from(Assignment)
        .join(Shift, Shift.id == Assignment.shift_id)
        .join(Member, Member.id == Assignment.member_id)
        .where(
            Shift.programme_id.in_(selection.programme_ids),
            Assignment.attendance.is_not(None),
            Assignment.attendance != Attendance.EXCUSED,
            *selection.of_members,
        )
    )


def published_contents(selection: Selection, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(ContentPiece)
        .join(Member, Member.id == ContentPiece.member_id)
        .where(
            ContentPiece.programme_id.in_(selection.programme_ids),
            ContentPiece.removed_at.is_(None),
            *selection.of_members,
        )
    )


def active_members(selection: Selection, by: Dimension = Dimension.TOTAL) -> Any:
    """Pairs of key and member, each once: counted minutes in a shift or outside, or a task."""
    return union(
        worked(selection, _key(by, Shift.programme_id), Member.id.label("member_id")),
        helped_outside(selection, _key(by, OutsideHours.programme_id), Member.id),
        confirmed_tasks(selection, _key(by, Assistance.programme_id), Member.id),
    ).subquery()


def helping(selection: Selection, by: Dimension = Dimension.TOTAL) -> Any:
    """Triples of key, business and member: who helped whom with something that was confirmed."""
    outside = helped_outside(
        selection, _key(by, OutsideHours.programme_id), Assistance.business_id, Member.id
    ).join(Assistance, Assistance.id == OutsideHours.assistance_id)
    tasks = confirmed_tasks(
        selection,
        _key(by, Assistance.programme_id),
        Assistance.business_id.label("business_id"),
        Member.id.label("member_id"),
    )
    return union(tasks, outside).subquery()


def _count_registered(selection: Selection, by: Dimension, line: Line) -> None:
    key = _key(by, Enrolment.programme_id)
    rows = enrolled(selection, key, Member.sex, func.count(Member.id.distinct()))
    for value, sex, count in db.session.execute(rows.group_by(key, Member.sex)):
        one = line(value)
        one.registered += count
        one.sexes[sex or Sex.UNDISCLOSED] = one.sexes.get(sex or Sex.UNDISCLOSED, 0) + count


def _count_ages(selection: Selection, by: Dimension, line: Line) -> None:
    # Grouped by birth date and day of joining first: ages are reckoned in one place only.
    key = _key(by, Enrolment.programme_id)
    joined = cast(func.min(Enrolment.joined_at), String)
    first = enrolled(selection, key, Member.id, Member.birth_date, joined)
    for value, _member, born, moment in db.session.execute(
        first.group_by(key, Member.id, Member.birth_date)
    ):
        band = age_band(born, date.fromisoformat(moment[:10]))
        one = line(value)
        one.ages[band] = one.ages.get(band, 0) + 1


def _count_active(selection: Selection, by: Dimension, line: Line) -> None:
    pairs = active_members(selection, by)
    rows = select(pairs.c.key, func.count()).group_by(pairs.c.key)
    for value, count in db.session.execute(rows):
        line(value).active = count


def _count_minutes(selection: Selection, by: Dimension, line: Line) -> None:
    key = _key(by, Shift.programme_id)
    counted = func.sum(func.coalesce(Assignment.corrected_minutes, Assignment.minutes))
    for value, minutes in db.session.execute(worked(selection, key, counted).group_by(key)):
        line(value).minutes += minutes
    key = _key(by, OutsideHours.programme_id)
    outside = helped_outside(selection, key, func.sum(OutsideHours.minutes)).group_by(key)
    for value, minutes in db.session.execute(outside):
        line(value).minutes += minutes


def _count_no_shows(selection: Selection, by: Dimension, line: Line) -> None:
    key = _key(by, Shift.programme_id)
    rows = expected_places(selection, key, Assignment.attendance, func.count())
    for value, attendance, count in db.session.execute(rows.group_by(key, Assignment.attendance)):
        one = line(value)
        one.expected += count
        one.no_shows += count if attendance == Attendance.NO_SHOW else 0


def _count_businesses(selection: Selection, by: Dimension, line: Line) -> None:
    trios = helping(selection, by)
    rows = select(
        trios.c.key,
        func.count(trios.c.business_id.distinct()),
        func.count(trios.c.member_id.distinct()),
    ).group_by(trios.c.key)
    for value, businesses, helpers in db.session.execute(rows):
        line(value).businesses, line(value).helpers = businesses, helpers


def _count_tasks(selection: Selection, by: Dimension, line: Line) -> None:
    key = _key(by, Assistance.programme_id)
    rows = confirmed_tasks(selection, key, AssistanceTask.kind, func.count())
    for value, kind, count in db.session.execute(rows.group_by(key, AssistanceTask.kind)):
        line(value).tasks[str(kind)] = count


def _count_contents(selection: Selection, by: Dimension, line: Line) -> None:
    key = _key(by, ContentPiece.programme_id)
    reach = func.coalesce(func.sum(ContentPiece.reach), 0)
    rows = published_contents(selection, key, func.count(), reach).group_by(key)
    for value, count, total in db.session.execute(rows):
        line(value).contents, line(value).reach = count, total


def _count_places(selection: Selection, by: Dimension, line: Line) -> None:
    key = _key(by, Shift.programme_id)
    rows = (
        select(key, func.sum(ShiftNeed.wanted), func.sum(ShiftNeed.used))
        .join(Shift, Shift.id == ShiftNeed.shift_id)
        .where(
            Shift.programme_id.in_(selection.programme_ids),
            Shift.published_at.is_not(None),
            Shift.cancelled_at.is_(None),
            Shift.starts_at <= now(),
        )
        .group_by(key)
    )
    for value, wanted, used in db.session.execute(rows):
        line(value).places, line(value).filled = wanted, used


_QUESTIONS = (
    _count_registered,
    _count_ages,
    _count_active,
    _count_minutes,
    _count_no_shows,
    _count_businesses,
    _count_tasks,
    _count_contents,
)


def age_band(born: date, day: date) -> str:
    """``18-20``: the band of someone's age on a day; ``other`` outside all bands."""
    age = Member(birth_date=born).age_on(day)
    for first, last in AGE_BANDS:
        if first <= age <= last:
            return f"{first}-{last}"
    return "other"


def list_programme_ids(campaign_id: int) -> list[int]:
    """The programmes of a campaign's stops."""
    rows = select(YouthProgramme.id).join(YouthProgramme.stop)
    return list(db.session.scalars(rows.where(Stop.campaign_id == campaign_id)))
