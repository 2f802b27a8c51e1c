"""The rows behind each figure of a report, so that every number can be looked into."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from gernas.businesses.models import Business
from gernas.core.clock import to_local
from gernas.core.database import db
from gernas.core.wording import date_words, hours_words, number_words
from gernas.youth.helping.task_words import task_word
from gernas.youth.models import (
    Assignment,
    Assistance,
    AssistanceTask,
    Attendance,
    ContentPiece,
    Enrolment,
    Member,
    OutsideHours,
    Shift,
    YouthOrganisation,
)
from gernas.youth.reporting.figures import (
    Selection,
    active_members,
    confirmed_tasks,
    enrolled,
    expected_places,
    helped_outside,
    helping,
    published_contents,
    worked,
)

PAGE_SIZE = 100
_COUNTED = func.coalesce(Assignment.corrected_minutes, Assignment.minutes)


@dataclass(frozen=True)
class Kind:
    """What stands behind one figure: its heads, its question, the texts of a row."""

    title: Any  # lazy
    heads: Sequence[Any]  # lazy; the first is the member's name or what is counted
    select: Callable[[Selection], Any]  # a Select
    read: Callable[[Any], Sequence[str]]
    member: bool = True  # whether a row has the ``code`` of a member, whose page it opens


@dataclass(frozen=True)
class Row:
    cells: Sequence[str]
    code: str | None  # of the member


@dataclass(frozen=True)
class Page:
    rows: Sequence[Row]
    total: int
    number: int  # from 1

    @property
    def last(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def list_rows(kind: Kind, selection: Selection, number: int = 1) -> Page:
    """One page of the rows behind a figure."""
    statement = kind.select(selection)
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery()))
    last = max(1, -(-(total or 0) // PAGE_SIZE))
    number = min(max(1, number), last)
    found = db.session.execute(statement.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))
    rows = [Row(kind.read(row), row.code if kind.member else None) for row in found]
    return Page(rows, total or 0, number)


def _registered(selection: Selection) -> Select[Any]:
    rows = enrolled(
        selection,
        Member.code,
        Member.name,
        Member.city,
        YouthOrganisation.name.label("organisation"),
        func.min(Enrolment.joined_at).label("joined"),
    ).outerjoin(YouthOrganisation, YouthOrganisation.id == Member.organisation_id)
    grouped = rows.group_by(
        Member.id, Member.code, Member.name, Member.city, YouthOrganisation.name
    )
    return grouped.order_by(Member.name, Member.id)


def _active(selection: Selection) -> Select[str, str, str, str]:
    pairs = active_members(selection)
    rows = select(
        Member.code, Member.name, Member.city, YouthOrganisation.name.label("organisation")
    ).outerjoin(YouthOrganisation, YouthOrganisation.id == Member.organisation_id)
    return rows.where(Member.id.in_(select(pairs.c.member_id))).order_by(Member.name, Member.id)


def _hours(selection: Selection) -> Select[Any]:
    rows = worked(
        selection,
        Member.code,
        Member.name,
        Shift.title,
        Shift.starts_at,
        _COUNTED.label("minutes"),
    )
    return rows.order_by(Shift.starts_at.desc(), Assignment.id)


def _outside(selection: Selection) -> Select[Any]:
    rows = helped_outside(
        selection,
        Member.code,
        Member.name,
        OutsideHours.note,
        OutsideHours.on,
        OutsideHours.minutes,
    )
    return rows.order_by(OutsideHours.on.desc(), OutsideHours.id)


def _no_shows(selection: Selection) -> Select[Any]:
    rows = expected_places(selection, Member.code, Member.name, Shift.title, Shift.starts_at)
    return rows.where(Assignment.attendance == Attendance.NO_SHOW).order_by(
        Shift.starts_at.desc(), Assignment.id
    )


def _businesses(selection: Selection) -> Select[str, str | None, int]:
    trios = helping(selection)
    return (
        select(
            Business.name,
            Business.city,
            func.count(trios.c.member_id.distinct()).label("helpers"),
        )
        .join(trios, trios.c.business_id == Business.id)
        .group_by(Business.id, Business.name, Business.city)
        .order_by(Business.name, Business.id)
    )


def _tasks(selection: Selection) -> Select[Any]:
    rows = confirmed_tasks(
        selection,
        Member.code,
        Member.name,
        Business.name.label("business"),
        AssistanceTask.kind,
        AssistanceTask.done_on,
        AssistanceTask.count,
    ).join(Business, Business.id == Assistance.business_id)
    return rows.order_by(AssistanceTask.done_on.desc(), AssistanceTask.id)


def _contents(selection: Selection) -> Select[Any]:
    rows = published_contents(
        selection,
        Member.code,
        Member.name,
        ContentPiece.url,
        ContentPiece.published_on,
        ContentPiece.reach,
    )
    return rows.order_by(ContentPiece.published_on.desc(), ContentPiece.id)


def _day(moment: Any) -> str:
    return date_words(to_local(moment, "Asia/Jakarta").date())


_NAME, _CITY, _GROUP = _l("Name"), _l("City"), _l("Organisation")
_SHIFT, _DATE, _HOURS = _l("Shift"), _l("Date"), _l("Hours")

KINDS: dict[str, Kind] = {
    "terdaftar": Kind(
        _l("Registered"),
        (_NAME, _CITY, _GROUP, _l("Joined")),
        _registered,
        lambda row: (row.name, row.city, row.organisation or "", _day(row.joined)),
    ),
    "aktif": Kind(
        _l("Active"),
        (_NAME, _CITY, _GROUP),
        _active,
        lambda row: (row.name, row.city, row.organisation or ""),
    ),
    "jam-tugas": Kind(
        _l("Hours in shifts"),
        (_NAME, _SHIFT, _DATE, _HOURS),
        _hours,
        lambda row: (row.name, row.title, _day(row.starts_at), hours_words(row.minutes)),
    ),
    "jam-lain": Kind(
        _l("Hours outside shifts"),
        (_NAME, _l("What was done"), _DATE, _HOURS),
        _outside,
        lambda row: (row.name, row.note, date_words(row.on), hours_words(row.minutes)),
    ),
    "tidak-datang": Kind(
        _l("Did not come"),
        (_NAME, _SHIFT, _DATE),
        _no_shows,
        lambda row: (row.name, row.title, _day(row.starts_at)),
    ),
    "usaha": Kind(
        _l("Businesses helped"),
        (_l("Business"), _CITY, _l("Helped by")),
        _businesses,
        lambda row: (row.name, row.city or "", _people(row.helpers)),
        member=False,
    ),
    "hasil": Kind(
        _l("What was done for businesses"),
        (_NAME, _l("Business"), _l("Result"), _DATE, _l("Number")),
        _tasks,
        lambda row: (
            row.name,
            row.business,
            task_word(row.kind),
            date_words(row.done_on),
            number_words(row.count),
        ),
    ),
    "konten": Kind(
        _l("Content"),
        (_NAME, _l("Link"), _DATE, _l("Reach, as reported")),
        _contents,
        lambda row: (
            row.name,
            row.url,
            date_words(row.published_on),
            number_words(row.reach) if row.reach is not None else "–",
        ),
    ),
}


def _people(count: int) -> str:
    return str(_("%(count)s young people", count=number_words(count)))
