"""Parts of a member's page: businesses, content, certificates and badges."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from gernas.campaigns.models import Stop
from gernas.core.database import db
from gernas.core.wording import hours_words
from gernas.youth.helping.matching import Helper, Match, Place, Reason, Wanted, match
from gernas.youth.helping.queries import (
    count_reported,
    is_companion,
    list_contents_of_member,
    list_of_member,
)
from gernas.youth.helping.words import badge_words
from gernas.youth.models import (
    Assistance,
    AssistanceState,
    Member,
    YouthCertificate,
    YouthProgramme,
)
from gernas.youth.parts import Part
from gernas.youth.recognition.badges import list_badges
from gernas.youth.recognition.done import collect_done
from gernas.youth.shifts.words import SKILL_WORDS

if TYPE_CHECKING:
    from gernas.youth.views.ways import Way


@dataclass(frozen=True)
class WishRow:
    """A business that looks for someone, and why it would fit."""

    assistance: Assistance
    why: str


def make_businesses_part(_way: "Way", member: Member, programme: YouthProgramme) -> Part | None:
    """The businesses one helps, and how many look for someone."""
    mine = list_of_member(member, programme)
    wishes = db.session.scalar(
        select(func.count()).where(
            Assistance.programme_id == programme.id, Assistance.state == AssistanceState.WISHED
        )
    )
    rows = [(one, is_companion(one, member)) for one in mine]
    values = {
        "rows": rows,
        "reported": count_reported([one.id for one in mine]),
        "wishes": wishes or 0,
    }
    return Part("usaha", _("Businesses I help"), "youth/helping/_businesses.html", values)


def make_contents_part(_way: "Way", member: Member, programme: YouthProgramme) -> Part | None:
    rows = list_contents_of_member(programme, member)
    return Part("konten", _("My content"), "youth/helping/_contents.html", {"rows": rows})


def make_certificates_part(_way: "Way", member: Member, programme: YouthProgramme) -> Part | None:
    """The certificate, or how much is still wanting for it; and badges."""
    done = collect_done(programme, [member.id]).get(member.id)
    certificates = list_certificates_of(member, programme)
    if done is None and not certificates:
        return None
    missing = programme.certificate_minutes - (done.minutes if done else 0)
    values = {
        "certificates": certificates,
        "has_valid": any(one.revoked_at is None for one in certificates),
        "missing": hours_words(missing) if missing > 0 else "",
        "badges": [badge_words(badge) for badge in list_badges(done)] if done else [],
    }
    title = ngettext("My certificate", "My certificates", max(1, len(certificates)))
    return Part("sertifikat", title, "youth/helping/_certificates.html", values)


def list_certificates_of(member: Member, programme: YouthProgramme) -> Sequence[YouthCertificate]:
    """The member's certificates of a programme, the newest first, revoked ones too."""
    rows = select(YouthCertificate).where(
        YouthCertificate.programme_id == programme.id, YouthCertificate.member_id == member.id
    )
    return db.session.scalars(rows.order_by(YouthCertificate.id.desc())).all()


def find_certificate_of(member: Member, certificate_id: int) -> YouthCertificate | None:
    """A certificate of the member's own, of any programme; None for any other."""
    return db.session.scalar(
        select(YouthCertificate)
        .where(YouthCertificate.id == certificate_id, YouthCertificate.member_id == member.id)
        .options(
            joinedload(YouthCertificate.member),
            joinedload(YouthCertificate.programme)
            .joinedload(YouthProgramme.stop)
            .joinedload(Stop.campaign),
        )
    )


def sort_wishes(wishes: Sequence[Assistance], member: Member) -> list[WishRow]:
    """Wishes, those that fit the member best first; else the oldest."""
    helper = make_helper(member)
    rows = [(match(make_wanted(one), helper), one) for one in wishes]
    rows.sort(key=lambda pair: (-pair[0].points, pair[1].id))
    return [WishRow(one, why_words(found)) for found, one in rows]


def make_helper(member: Member, *, busy: int = 0) -> Helper:
    place = Place(member.city, member.province_code)
    return Helper(member.id, place, member.skills, member.languages, busy)


def make_wanted(assistance: Assistance) -> Wanted:
    business = assistance.business
    place = Place(business.city, business.province_code)
    return Wanted(place, assistance.wanted, assistance.languages)


def why_words(found: Match) -> str:
    """``Same city · Photography · Same language``."""
    parts = []
    for reason in found.reasons:
        if reason == Reason.SKILLS:
            parts += [str(SKILL_WORDS[skill]) for skill in found.skills]
        elif reason == Reason.CITY:
            parts.append(str(_("Same city")))
        elif reason == Reason.PROVINCE:
            parts.append(str(_("Same province")))
        else:
            parts.append(str(_("Same language")))
    return " · ".join(parts)
