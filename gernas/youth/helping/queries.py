"""Questions about help for businesses: assistances, what was done in them, content, hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from gernas.businesses.models import Business
from gernas.core.database import db
from gernas.core.text import LIKE_ESCAPE, search_like
from gernas.registrations.models import Call, Registration
from gernas.youth.codes import read_code
from gernas.youth.models import (
    Assistance,
    AssistanceMember,
    AssistanceState,
    AssistanceTask,
    ContentPiece,
    Enrolment,
    Member,
    OutsideHours,
    ReportState,
    YouthProgramme,
)

PAGE_SIZE = 50
WAITING = "menunggu"  # filter: something waits to be confirmed


@dataclass(frozen=True)
class Reported:
    """What was reported in an assistance, by its state."""

    waiting: int = 0
    confirmed: int = 0
    disputed: int = 0


@dataclass(frozen=True)
class AssistancePage:
    rows: Sequence[Assistance]
    reported: dict[int, Reported]
    total: int
    page: int
    pages: int


# --- Businesses -----------------------------------------------------------------------------


def is_of_stop(programme: YouthProgramme, business: Business) -> bool:
    """Whether a business is in the stop's province or registered with the stop."""
    if business.province_code == programme.stop.province_code:
        return True
    found = select(Business.id).where(Business.id == business.id, _registered_with(programme))
    return db.session.scalar(found) is not None


def list_helpable(
    programme: YouthProgramme, text: str = "", *, limit: int = 20
) -> Sequence[Business]:
    """Businesses that a coordinator of the stop may know of and that nobody helps now, by name.

    Those that registered with the stop, and those of its province that the catalogue shows all.
    """
    live = select(Assistance.business_id).where(
        Assistance.programme_id == programme.id, Assistance.ended_at.is_(None)
    )
    rows = select(Business).where(_may_be_known(programme), Business.id.not_in(live))
    for pattern in search_like(text):
        rows = rows.where(
            or_(
                Business.name.ilike(pattern, escape=LIKE_ESCAPE),
                Business.city.ilike(pattern, escape=LIKE_ESCAPE),
            )
        )
    return db.session.scalars(rows.order_by(Business.name_key, Business.id).limit(limit)).all()


def find_helpable(programme: YouthProgramme, business_id: int) -> Business | None:
    """One of the businesses that a coordinator of the stop may know of; None for any other."""
    rows = select(Business).where(Business.id == business_id, _may_be_known(programme))
    return db.session.scalar(rows)


def _may_be_known(programme: YouthProgramme) -> ColumnElement[bool]:
    shown = (Business.province_code == programme.stop.province_code) & (
        Business.shown_in_catalogue.is_(True)
    )
    known = select(Assistance.business_id).where(Assistance.programme_id == programme.id)
    return (
        Business.archived_at.is_(None)
        & Business.merged_into_id.is_(None)
        & Business.erased_at.is_(None)
        & or_(shown, _registered_with(programme), Business.id.in_(known))
    )


def _registered_with(programme: YouthProgramme) -> ColumnElement[bool]:
    return Business.id.in_(
        select(Registration.business_id)
        .join(Registration.call)
        .where(
            Call.stop_id == programme.stop_id,
            Registration.business_id.is_not(None),
            Registration.submitted_at.is_not(None),
        )
    )


def list_programmes_for(business: Business) -> Sequence[YouthProgramme]:
    """Published programmes whose stop the business belongs to, the newest first."""
    rows = (
        select(YouthProgramme)
        .where(YouthProgramme.published_at.is_not(None))
        .options(joinedload(YouthProgramme.stop))
        .order_by(YouthProgramme.id.desc())
        .limit(100)
    )
    return [each for each in db.session.scalars(rows) if is_of_stop(each, business)]


# --- Assistances ----------------------------------------------------------------------------


def find_assistance(programme: YouthProgramme, assistance_id: int) -> Assistance | None:
    """An assistance of the programme, its people and reports loaded; None for any other."""
    return db.session.scalar(
        _select_assistances().where(
            Assistance.programme_id == programme.id, Assistance.id == assistance_id
        )
    )


def find_live(programme: YouthProgramme, business: Business) -> Assistance | None:
    rows = select(Assistance).where(
        Assistance.programme_id == programme.id,
        Assistance.business_id == business.id,
        Assistance.ended_at.is_(None),
    )
    return db.session.scalar(rows)


def find_by_owner_token(token_hash: str) -> Assistance | None:
    return db.session.scalar(_select_assistances().where(Assistance.owner_token_hash == token_hash))


def list_of_business(business: Business) -> Sequence[Assistance]:
    """All help a business asked for or had, the newest first."""
    rows = _select_assistances().where(Assistance.business_id == business.id)
    return db.session.scalars(rows.order_by(Assistance.id.desc())).all()


def find_of_business(business: Business, assistance_id: int) -> Assistance | None:
    rows = _select_assistances().where(
        Assistance.business_id == business.id, Assistance.id == assistance_id
    )
    return db.session.scalar(rows)


def list_of_member(member: Member, programme: YouthProgramme | None = None) -> list[Assistance]:
    """The assistances a member takes or took part in, live ones first."""
    mine = select(AssistanceMember.assistance_id).where(AssistanceMember.member_id == member.id)
    rows = _select_assistances().where(Assistance.id.in_(mine))
    if programme is not None:
        rows = rows.where(Assistance.programme_id == programme.id)
    found = db.session.scalars(rows.order_by(Assistance.id.desc())).all()
    return sorted(found, key=lambda one: not is_companion(one, member))


def is_companion(assistance: Assistance, member: Member) -> bool:
    """Whether the member helps the business now."""
    return any(one.member_id == member.id for one in list_live_companions(assistance))


def list_live_companions(assistance: Assistance) -> list[AssistanceMember]:
    return [one for one in assistance.companions if one.ended_at is None]


def count_live_of(member: Member) -> int:
    """How many businesses the member helps now."""
    rows = (
        select(func.count())
        .select_from(AssistanceMember)
        .join(AssistanceMember.assistance)
        .where(
            AssistanceMember.member_id == member.id,
            AssistanceMember.ended_at.is_(None),
            Assistance.state == AssistanceState.ACTIVE,
        )
    )
    return db.session.scalar(rows) or 0


def list_wishes(programme: YouthProgramme) -> Sequence[Assistance]:
    """Businesses that wait for someone to help them, the oldest wish first."""
    rows = _select_assistances().where(
        Assistance.programme_id == programme.id, Assistance.state == AssistanceState.WISHED
    )
    return db.session.scalars(rows.order_by(Assistance.created_at, Assistance.id).limit(200)).all()


def list_assistances(
    programme: YouthProgramme, *, state: str = "", text: str = "", page: int = 1
) -> AssistancePage:
    """A page of the programme's assistances, the newest first; a fixed number of queries."""
    matching = select(Assistance).join(Assistance.business)
    matching = matching.where(Assistance.programme_id == programme.id, *_in_state(state))
    for pattern in search_like(text):
        matching = matching.where(
            or_(
                Business.name.ilike(pattern, escape=LIKE_ESCAPE),
                Business.city.ilike(pattern, escape=LIKE_ESCAPE),
            )
        )
    total = db.session.scalar(select(func.count()).select_from(matching.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    rows = db.session.scalars(
        matching.options(
            joinedload(Assistance.business),
            selectinload(Assistance.companions).joinedload(AssistanceMember.member),
        )
        .order_by(Assistance.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return AssistancePage(rows, count_reported([row.id for row in rows]), total, page, pages)


def count_reported(ids: Sequence[int]) -> dict[int, Reported]:
    """How much was reported in each assistance, results and hours together."""
    found: dict[int | None, dict[str, int]] = {number: {} for number in ids}
    for table in (AssistanceTask, OutsideHours):
        rows = (
            select(table.assistance_id, table.state, func.count())
            .where(table.assistance_id.in_(ids))
            .group_by(table.assistance_id, table.state)
        )
        for number, state, count in db.session.execute(rows):
            counts = found[number]
            counts[state] = counts.get(state, 0) + count
    return {
        number: Reported(
            waiting=found[number].get(ReportState.REPORTED, 0),
            confirmed=found[number].get(ReportState.CONFIRMED, 0),
            disputed=found[number].get(ReportState.DISPUTED, 0),
        )
        for number in ids
    }


def count_by_state(programme: YouthProgramme) -> dict[str, int]:
    rows = (
        select(Assistance.state, func.count())
        .where(Assistance.programme_id == programme.id)
        .group_by(Assistance.state)
    )
    return {str(state): count for state, count in db.session.execute(rows)}


def count_waiting(programme: YouthProgramme) -> int:
    """How many results and hours of the programme wait to be confirmed."""
    tasks = (
        select(func.count())
        .select_from(AssistanceTask)
        .join(AssistanceTask.assistance)
        .where(
            Assistance.programme_id == programme.id, AssistanceTask.state == ReportState.REPORTED
        )
    )
    hours = select(func.count()).where(
        OutsideHours.programme_id == programme.id, OutsideHours.state == ReportState.REPORTED
    )
    return (db.session.scalar(tasks) or 0) + (db.session.scalar(hours) or 0)


def list_hours_of(assistance: Assistance) -> Sequence[OutsideHours]:
    """Hours reported for a business, the newest day first; withdrawn ones are left out."""
    rows = (
        select(OutsideHours)
        .where(
            OutsideHours.assistance_id == assistance.id,
            OutsideHours.state != ReportState.WITHDRAWN,
        )
        .options(joinedload(OutsideHours.member))
    )
    return db.session.scalars(rows.order_by(OutsideHours.on.desc(), OutsideHours.id.desc())).all()


def list_tasks_of(assistance: Assistance) -> Sequence[AssistanceTask]:
    """Results reported for a business, the newest first; withdrawn ones are left out."""
    rows = (
        select(AssistanceTask)
        .where(
            AssistanceTask.assistance_id == assistance.id,
            AssistanceTask.state != ReportState.WITHDRAWN,
        )
        .options(joinedload(AssistanceTask.reported_by))
    )
    return db.session.scalars(
        rows.order_by(AssistanceTask.done_on.desc(), AssistanceTask.id.desc())
    ).all()


def find_task(assistance: Assistance, task_id: int) -> AssistanceTask | None:
    rows = select(AssistanceTask).where(
        AssistanceTask.assistance_id == assistance.id, AssistanceTask.id == task_id
    )
    return db.session.scalar(rows)


# --- Hours and content ----------------------------------------------------------------------


def find_hours(programme: YouthProgramme, hours_id: int) -> OutsideHours | None:
    rows = select(OutsideHours).where(
        OutsideHours.programme_id == programme.id, OutsideHours.id == hours_id
    )
    return db.session.scalar(rows)


def list_hours_of_member(programme: YouthProgramme, member: Member) -> Sequence[OutsideHours]:
    rows = (
        select(OutsideHours)
        .where(OutsideHours.programme_id == programme.id, OutsideHours.member_id == member.id)
        .options(joinedload(OutsideHours.assistance).joinedload(Assistance.business))
    )
    return db.session.scalars(rows.order_by(OutsideHours.on.desc(), OutsideHours.id.desc())).all()


def list_hours_to_check(programme: YouthProgramme) -> Sequence[OutsideHours]:
    """Hours that belong to no business, so that only the coordinator can confirm them."""
    rows = (
        select(OutsideHours)
        .where(
            OutsideHours.programme_id == programme.id,
            OutsideHours.assistance_id.is_(None),
            OutsideHours.state == ReportState.REPORTED,
        )
        .options(joinedload(OutsideHours.member))
    )
    return db.session.scalars(rows.order_by(OutsideHours.on, OutsideHours.id).limit(200)).all()


def sum_minutes_on(member: Member, day: date) -> int:
    """Minutes the member reported outside shifts for a day, whatever was answered but a no."""
    rows = select(func.coalesce(func.sum(OutsideHours.minutes), 0)).where(
        OutsideHours.member_id == member.id,
        OutsideHours.on == day,
        OutsideHours.state.in_((ReportState.REPORTED, ReportState.CONFIRMED)),
    )
    return int(db.session.scalar(rows) or 0)


def find_content(programme: YouthProgramme, content_id: int) -> ContentPiece | None:
    rows = select(ContentPiece).where(
        ContentPiece.programme_id == programme.id, ContentPiece.id == content_id
    )
    return db.session.scalar(rows)


def select_contents(programme: YouthProgramme) -> Select[ContentPiece]:
    return (
        select(ContentPiece)
        .where(ContentPiece.programme_id == programme.id, ContentPiece.removed_at.is_(None))
        .options(
            joinedload(ContentPiece.member),
            joinedload(ContentPiece.business),
            joinedload(ContentPiece.event),
            joinedload(ContentPiece.product),
        )
    )


def list_contents_of_member(programme: YouthProgramme, member: Member) -> Sequence[ContentPiece]:
    rows = select_contents(programme).where(ContentPiece.member_id == member.id)
    return db.session.scalars(
        rows.order_by(ContentPiece.published_on.desc(), ContentPiece.id.desc())
    ).all()


# --- Members --------------------------------------------------------------------------------


def find_enrolled(programme: YouthProgramme, member_id: int) -> Member | None:
    """A member of the programme by number; None for any other."""
    rows = (
        select(Member)
        .join(Enrolment, Enrolment.member_id == Member.id)
        .where(
            Member.id == member_id,
            Enrolment.programme_id == programme.id,
            Enrolment.ended_at.is_(None),
            Member.erased_at.is_(None),
        )
    )
    return db.session.scalar(rows)


def list_helpers(programme: YouthProgramme) -> Sequence[Member]:
    """Live members who want to help businesses, by number."""
    rows = (
        select(Member)
        .join(Enrolment, Enrolment.member_id == Member.id)
        .where(
            Enrolment.programme_id == programme.id,
            Enrolment.ended_at.is_(None),
            Enrolment.helps_businesses.is_(True),
            Member.erased_at.is_(None),
        )
    )
    return db.session.scalars(rows.order_by(Member.id)).all()


def count_live_by_member(programme: YouthProgramme) -> dict[int, int]:
    """How many businesses each member helps now, whatever the programme's stop."""
    mine = select(Enrolment.member_id).where(Enrolment.programme_id == programme.id)
    rows = (
        select(AssistanceMember.member_id, func.count())
        .join(AssistanceMember.assistance)
        .where(
            AssistanceMember.ended_at.is_(None),
            Assistance.state == AssistanceState.ACTIVE,
            AssistanceMember.member_id.in_(mine),
        )
        .group_by(AssistanceMember.member_id)
    )
    return {number: count for number, count in db.session.execute(rows)}  # noqa: C416


def _in_state(state: str) -> list[ColumnElement[bool]]:
    if state == WAITING:
        tasks = select(AssistanceTask.assistance_id).where(
            AssistanceTask.state == ReportState.REPORTED
        )
        hours = select(OutsideHours.assistance_id).where(
            OutsideHours.state == ReportState.REPORTED, OutsideHours.assistance_id.is_not(None)
        )
        return [or_(Assistance.id.in_(tasks), Assistance.id.in_(hours))]
    if state in set(AssistanceState):
        return [Assistance.state == state]
    return []


def _select_assistances() -> Select[Assistance]:
    return select(Assistance).options(
        joinedload(Assistance.business),
        joinedload(Assistance.programme).joinedload(YouthProgramme.stop),
        selectinload(Assistance.companions).joinedload(AssistanceMember.member),
    )


def find_enrolled_by_code(programme: YouthProgramme, typed: str) -> Member | None:
    """A member of the programme by the code of the QR, however it was typed."""
    code = read_code(typed)
    if code is None:
        return None
    number = db.session.scalar(select(Member.id).where(Member.code == code))
    return find_enrolled(programme, number) if number is not None else None
