"""Sign up for a programme: stored once, however often the button is pressed.

Someone who is a member already gets a part in the programme and no second record. Who is one by
phone number and birth date alone has proved nothing: they get their link by mail, and the page that
asked learns nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from gernas.accounts.models import User
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.errors import BadValues
from gernas.core.permissions import Permission, may
from gernas.core.wording import moment_words
from gernas.youth.codes import MEMBER, code_words, get_member_token, make_token, new_code
from gernas.youth.errors import NoConsent, NotPublished, SignUpNotOpen, SignUpOver, TwinThere
from gernas.youth.members.ages import list_days, refuse_birth_date
from gernas.youth.members.telling import tell_joined, tell_link_again
from gernas.youth.members.values import MemberValues
from gernas.youth.models import (
    SEARCH_LENGTH,
    Enrolment,
    JoinedBy,
    Member,
    YouthConsentPurpose,
    YouthOrganisation,
    YouthProgramme,
)
from gernas.youth.queries import find_enrolment
from gernas.youth.services.changing import By, Values, check_may, hold_member, log_of_member
from gernas.youth.services.consents import note_consents

P = YouthConsentPurpose


@dataclass(frozen=True)
class Joined:
    """What came of signing up. A known person's ``member`` stays hidden: it is None."""

    member: Member | None
    enrolment: Enrolment | None
    is_new: bool = False


@dataclass(frozen=True, kw_only=True)
class Extras:
    """What belongs to the part in one programme rather than to the person."""

    how: JoinedBy = JoinedBy.ALONE
    organisation: YouthOrganisation | None = None
    group_name: str | None = None
    helps_businesses: bool = False
    key: str | None = None  # of the form, so that a second press finds the first


def check_open(programme: YouthProgramme) -> None:
    """Refuse when nobody may sign up at this moment.

    Raises:
        NotPublished, SignUpNotOpen, SignUpOver
    """
    moment = now()
    if programme.published_at is None:
        raise NotPublished
    if programme.sign_up_from is not None and moment < programme.sign_up_from:
        raise SignUpNotOpen(moment_words(programme.sign_up_from, programme.zone))
    if programme.sign_up_until is not None and moment >= programme.sign_up_until:
        raise SignUpOver(moment_words(programme.sign_up_until, programme.zone))


def sign_up(
    programme: YouthProgramme,
    values: MemberValues,
    extras: Extras,
    *,
    consents: Collection[YouthConsentPurpose],
    language: str,
    user: User | None = None,
) -> Joined:
    """Sign oneself up, with or without an account.

    Raises:
        NotPublished, SignUpNotOpen, SignUpOver, NoConsent
        BadValues: a sentence for each field, also when the age fits on no day.
    """
    programme = lock(programme)  # so that two presses at once are one after the other
    if (known := _find_by_key(programme, extras.key)) is not None:
        return Joined(known.member, known)
    check_open(programme)
    if P.TAKE_PART not in consents:
        raise NoConsent
    if user is not None and (own := _find_own(user)) is not None:
        note_consents(own, consents, language=language, means="web", by=user, programme=programme)
        return Joined(own, _enrol(programme, own, extras, by=None))
    values = _check(programme, values)
    if _find_twins(values):
        for twin in _find_twins(values):
            tell_link_again(twin, programme)
        return Joined(None, None)
    if user is not None and values.email is None:
        values = MemberValues(**{**vars(values), "email": user.email})
    member = _add(values, extras, language=language, user=user, is_demo=False)
    note_consents(member, consents, language=language, means="web", by=user, programme=programme)
    enrolment = _enrol(programme, member, extras, by=None)
    tell_joined(member, programme)
    return Joined(member, enrolment, is_new=True)


def join_again(
    programme: YouthProgramme,
    member: Member,
    extras: Extras,
    *,
    consents: Collection[YouthConsentPurpose],
    language: str,
    by: By,
) -> Enrolment:
    """Let a member who came by their own link or account join one more programme.

    Raises:
        NotPublished, SignUpNotOpen, SignUpOver, NoConsent, MemberGone, BadValues
    """
    programme = lock(programme)
    member = hold_member(member)
    check_open(programme)
    if P.TAKE_PART not in consents:
        raise NoConsent
    if (sentence := refuse_birth_date(member.birth_date, list_days(programme))) is not None:
        raise BadValues({"birth_date": sentence})
    note_consents(member, consents, language=language, means="web", by=by, programme=programme)
    return _enrol(programme, member, extras, by=None)


def add_member(
    programme: YouthProgramme,
    values: MemberValues,
    extras: Extras,
    *,
    by: By,
    means: str,
    although_twin: bool = False,
    is_demo: bool = False,
) -> Joined:
    """Sign someone up on their behalf, who agreed on paper or in words.

    A member known by phone, birth date and name joins with the record there is.

    Raises:
        NotAllowed, NotPublished
        BadValues: a sentence for each field.
        TwinThere: known, but by another name; ``although_twin`` adds another one all the same.
    """
    programme = lock(programme)
    check_may(by, Permission.ADD_YOUTH, extras.organisation or programme)
    if (known := _find_by_key(programme, extras.key)) is not None:
        return Joined(known.member, known)
    values = _check(programme, values)
    for twin in [] if although_twin else _find_twins(values):
        if not _is_same(twin, values, extras):
            raise TwinThere(twin.name if _knows(by, twin) else "")
        agreed = [P.TAKE_PART]
        note_consents(twin, agreed, language="id", means=means, by=by, programme=programme)
        return Joined(twin, _enrol(programme, twin, extras, by=by))
    member = _add(values, extras, language="id", user=None, is_demo=is_demo)
    note_consents(member, [P.TAKE_PART], language="id", means=means, by=by, programme=programme)
    enrolment = _enrol(programme, member, extras, by=by)
    tell_joined(member, programme)
    return Joined(member, enrolment, is_new=True)


def make_search(member: Member) -> str:
    """What a search looks through: name first, since lists are sorted by it, then the rest."""
    phone = (member.phone or "").lstrip("+")
    parts = (member.name, phone, member.code, member.email or "", member.student_number or "")
    return " ".join(part for part in parts if part).lower()[:SEARCH_LENGTH]


def write_member(member: Member, values: MemberValues) -> None:
    """Set what is known of a member, and what a search looks through."""
    for name, value in vars(values).items():
        setattr(member, name, value)
    member.search = make_search(member)


def _check(programme: YouthProgramme, values: MemberValues) -> MemberValues:
    values = values.checked()
    days = list_days(programme)
    if (sentence := refuse_birth_date(values.birth_date or days.first, days)) is not None:
        raise BadValues({"birth_date": sentence})
    return values


def _find_by_key(programme: YouthProgramme, key: str | None) -> Enrolment | None:
    if not key:
        return None
    return db.session.scalar(
        select(Enrolment).where(
            Enrolment.idempotency_key == key, Enrolment.programme_id == programme.id
        )
    )


def _find_own(user: User) -> Member | None:
    own = select(Member).where(Member.user_id == user.id, Member.erased_at.is_(None))
    return db.session.scalar(own)


def _find_twins(values: MemberValues) -> list[Member]:
    """Members of the same phone number and birth date."""
    if values.phone is None:
        return []
    twins = select(Member).where(
        Member.phone == values.phone,
        Member.birth_date == values.birth_date,
        Member.erased_at.is_(None),
    )
    return list(db.session.scalars(twins.order_by(Member.id)))


def _knows(by: By, twin: Member) -> bool:
    return by is None or may(by, Permission.SEE_YOUTH, twin.scopes)


def _is_same(twin: Member, values: MemberValues, extras: Extras) -> bool:
    """Whether who signs somebody up for a group or stop clearly means this member."""
    own_group = extras.organisation is None or twin.organisation_id == extras.organisation.id
    return own_group and twin.name.casefold() == values.name.casefold()


def _add(
    values: MemberValues,
    extras: Extras,
    *,
    language: str,
    user: User | None,
    is_demo: bool,
) -> Member:
    code, moment = new_code(), now()
    member = Member(
        code=code,
        token_hash=make_token(MEMBER, code, 1)[1],
        user_id=user.id if user is not None else None,
        language=language,
        organisation_id=extras.organisation.id if extras.organisation is not None else None,
        is_demo=is_demo,
        created_at=moment,
        updated_at=moment,
    )
    write_member(member, values)
    db.session.add(member)
    db.session.flush()
    get_member_token(member)
    return member


def _enrol(programme: YouthProgramme, member: Member, extras: Extras, *, by: By) -> Enrolment:
    """The member's part in the programme; one that ended begins anew."""
    enrolment = find_enrolment(programme.id, member.id)
    if enrolment is not None and enrolment.is_live:
        return enrolment
    moment = now()
    if enrolment is None:
        enrolment = Enrolment(programme_id=programme.id, member_id=member.id, wishes={})
        db.session.add(enrolment)
    enrolment.how, enrolment.group_name = extras.how, extras.group_name
    enrolment.helps_businesses = extras.helps_businesses
    enrolment.idempotency_key = extras.key
    enrolment.joined_at, enrolment.joined_by_id = moment, by.id if by else None
    enrolment.ended_at = enrolment.end_reason = None
    if extras.organisation is not None and member.organisation_id is None:
        member.organisation_id = extras.organisation.id
    db.session.flush()
    db.session.expire(member, ["enrolments", "organisation"])
    after: Values = {"how": str(extras.how), "code": code_words(member.code)}
    log_of_member("member.joined", member, {}, after, by=by, scopes=programme.scopes)
    return enrolment
