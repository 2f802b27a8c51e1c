"""Whether a member may work at all on a day: enrolled, agreed, and with a guardian's word if young.

The rules of one shift (age, night, hours a day, rest) stand in ``rules``; these come before them.
"""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from functools import cache

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, exists, select

from gernas.core.database import db
from gernas.youth.models import (
    Enrolment,
    GuardianAnswer,
    GuardianConsent,
    Member,
    YouthConsent,
    YouthConsentPurpose,
)


class Bar(StrEnum):
    """Why somebody may not work on a day."""

    ERASED = "erased"
    NOT_ENROLLED = "not_enrolled"
    NO_CONSENT = "no_consent"  # to take part at all
    GUARDIAN_OPEN = "guardian_open"  # nobody was asked, or has not answered
    GUARDIAN_REFUSED = "guardian_refused"
    GUARDIAN_UNCHECKED = "guardian_unchecked"  # agreed, but was not called yet


def may_work(member: Member, programme_id: int, day: date) -> Bar | None:
    """What bars a member from work for a programme on a local day; None if nothing does."""
    return list_bars([member], programme_id, {member.id: [day]}).get((member.id, day))


def list_bars(
    members: Collection[Member], programme_id: int, days: dict[int, Collection[date]]
) -> dict[tuple[int, date], Bar]:
    """What bars members on the days given for their ids, by two queries at most."""
    values = {"members": [one.id for one in members], "programme": programme_id}
    stands = {
        number: tuple(stand) for number, *stand in db.session.execute(_select_stands(), values)
    }
    young = [one.id for one in members if any(map(one.is_minor_on, days.get(one.id, ())))]
    live = select(GuardianConsent).where(
        GuardianConsent.member_id.in_(young), GuardianConsent.ended_at.is_(None)
    )
    guardians = {one.member_id: one for one in db.session.scalars(live)} if young else {}
    bars = {}
    for member in members:
        always = _bar_always(member, *stands.get(member.id, (False, False)))
        if_minor = bar_of_guardian(guardians.get(member.id))
        for day in days.get(member.id, ()):
            bar = always or (if_minor if member.is_minor_on(day) else None)
            if bar is not None:
                bars[member.id, day] = bar
    return bars


@cache
def _select_stands() -> Select[int, bool, bool]:
    """Whether members are enrolled and agreed; put together once, as each tap asks it."""
    enrolled = exists().where(
        Enrolment.member_id == Member.id,
        Enrolment.programme_id == bindparam("programme"),
        Enrolment.ended_at.is_(None),
    )
    agreed = exists().where(
        YouthConsent.member_id == Member.id,
        YouthConsent.purpose == YouthConsentPurpose.TAKE_PART,
        YouthConsent.withdrawn_at.is_(None),
    )
    wanted = Member.id.in_(bindparam("members", expanding=True))
    return select(Member.id, enrolled, agreed).where(wanted)


def bar_of_guardian(consent: GuardianConsent | None) -> Bar | None:
    """What a minor lacks; None once a guardian's yes counts."""
    if consent is None or consent.ended_at is not None or consent.answer is None:
        return Bar.GUARDIAN_OPEN
    if consent.answer != GuardianAnswer.GIVEN:
        return Bar.GUARDIAN_REFUSED
    return None if consent.checked_at is not None else Bar.GUARDIAN_UNCHECKED


def _bar_always(member: Member, enrolled: bool, agreed: bool) -> Bar | None:
    if member.erased_at is not None:
        return Bar.ERASED
    if not enrolled:
        return Bar.NOT_ENROLLED
    return None if agreed else Bar.NO_CONSENT


def bar_words(bar: Bar) -> str:
    """The bar in a sentence that member and coordinator both can read."""
    return str(
        {
            Bar.ERASED: _("These data were erased."),
            Bar.NOT_ENROLLED: _("Not, or no longer, in this programme."),
            Bar.NO_CONSENT: _("The consent to take part is withdrawn."),
            Bar.GUARDIAN_OPEN: _("The consent of a parent or guardian is still missing."),
            Bar.GUARDIAN_REFUSED: _("The parent or guardian does not agree."),
            Bar.GUARDIAN_UNCHECKED: _(
                "The parent or guardian agreed; the coordinator still has to call them."
            ),
        }[bar]
    )
