"""Who gave most hours, of those who agreed to be named; organisations with enough members."""

from dataclasses import dataclass

from sqlalchemy import func, select, union_all

from gernas.core.clock import today_in
from gernas.core.database import db
from gernas.youth.models import (
    Assignment,
    Member,
    OutsideHours,
    YouthConsent,
    YouthConsentPurpose,
    YouthOrganisation,
    YouthProgramme,
)
from gernas.youth.names import public_name
from gernas.youth.reporting.figures import (
    Dimension,
    Selection,
    count_figures,
    helped_outside,
    worked,
)

MOST_NAMED = 20


@dataclass(frozen=True)
class Standing:
    """A line of the leaderboard; who has as many minutes as another has the same rank."""

    rank: int
    name: str
    minutes: int


def list_leaders(programme: YouthProgramme) -> list[Standing]:
    """At most 20 members who agreed, by minutes that count; a minor's first name only."""
    selection = Selection([programme.id])
    given = union_all(
        worked(
            selection,
            Member.id.label("member_id"),
            func.coalesce(Assignment.corrected_minutes, Assignment.minutes).label("minutes"),
        ),
        helped_outside(selection, Member.id, OutsideHours.minutes),
    ).subquery()
    agreed = select(YouthConsent.member_id).where(
        YouthConsent.purpose == YouthConsentPurpose.LEADERBOARD,
        YouthConsent.withdrawn_at.is_(None),
    )
    minutes = func.sum(given.c.minutes)
    rows = (
        select(Member, minutes.label("minutes"))
        .join(given, given.c.member_id == Member.id)
        .where(Member.id.in_(agreed), Member.erased_at.is_(None))
        .group_by(Member.id)
        .order_by(minutes.desc(), Member.name, Member.id)
        .limit(MOST_NAMED)
    )
    today = today_in(programme.zone)
    found = [(public_name(one, today), count) for one, count in db.session.execute(rows)]
    return _rank(found)


def list_leading_organisations(programme: YouthProgramme, *, smallest: int) -> list[Standing]:
    """Organisations by their members' minutes; those with fewer active members are left out."""
    lines = count_figures(Selection([programme.id]), Dimension.ORGANISATION)
    shown = {
        key: one.minutes
        for key, one in lines.items()
        if key is not None and one.minutes and one.active >= smallest
    }
    rows = select(YouthOrganisation).where(YouthOrganisation.id.in_(shown))
    found = [(one.name, shown[one.id]) for one in db.session.scalars(rows)]
    return _rank(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def _rank(found: list[tuple[str, int]]) -> list[Standing]:
    standings: list[Standing] = []
    for place, (name, minutes) in enumerate(found, start=1):
        same = standings and standings[-1].minutes == minutes
        standings.append(Standing(standings[-1].rank if same else place, name, minutes))
    return standings
