"""Help for businesses: an owner's wish, members who take it on, and its end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from gernas.businesses.access import is_one_of_its_people
from gernas.businesses.models import Business
from gernas.core.clock import now, today_in
from gernas.core.database import db, lock
from gernas.core.errors import NotAllowed
from gernas.core.permissions import Holder, Permission, may
from gernas.events.services.changing import By, check_may
from gernas.youth.guards import bar_words, may_work
from gernas.youth.helping.errors import (
    AssistanceLive,
    AssistanceOver,
    BusinessClosed,
    EnoughCompanions,
    MayNotHelp,
    NotAlone,
    NotCompanion,
    NoteNeeded,
    NotOfThisStop,
    TooManyBusinesses,
)
from gernas.youth.helping.owner_links import placeholder_hash, set_owner_token
from gernas.youth.helping.queries import (
    count_live_of,
    find_live,
    is_companion,
    is_of_stop,
    list_live_companions,
)
from gernas.youth.models import (
    Assistance,
    AssistanceMember,
    AssistanceState,
    Member,
    TaskKind,
    YouthProgramme,
)
from gernas.youth.services.helping_log import log_assistance

S = AssistanceState

MOST_COMPANIONS = 2
MOST_BUSINESSES = 5  # that one member helps at a time


@dataclass(frozen=True)
class Wish:
    """What an owner wants help with, in words and from the list."""

    text: str | None = None
    wanted: Sequence[str] = field(default=())  # of ``TaskKind``
    languages: str | None = None


def wish_for_help(
    programme: YouthProgramme, business: Business, wish: Wish, *, by: By
) -> Assistance:
    """Note that a business wants help, or what it wants now while help is under way.

    Raises:
        NotAllowed: neither one of its people nor a coordinator.
        BusinessClosed, NotOfThisStop
    """
    business = lock(business)
    check_owner_or_coordinator(by, programme, business)
    _check_business(programme, business)
    assistance = find_live(programme, business)
    is_new = assistance is None
    if assistance is None:
        assistance = _begin(programme, business, by=by)
    before = {} if is_new else _read_wish(assistance)
    assistance.wish = wish.text or None
    assistance.wanted = [kind for kind in TaskKind if kind in set(wish.wanted)]
    assistance.languages = wish.languages or None
    assistance.version += 1
    db.session.flush()
    action = "assistance.wished" if is_new else "assistance.wish_edited"
    log_assistance(action, assistance, before, _read_wish(assistance), by=by)
    return assistance


def start_assistance(
    programme: YouthProgramme, business: Business, members: Sequence[Member], *, by: By
) -> Assistance:
    """Let one or two members help a business; an owner's wish for it is met by that.

    Raises:
        NotAllowed: no coordinator.
        BusinessClosed, NotOfThisStop
        MayNotHelp, TooManyBusinesses, EnoughCompanions, NotAlone
    """
    check_may(by, Permission.EDIT_YOUTH, programme)
    business = lock(business)
    _check_business(programme, business)
    assistance = find_live(programme, business) or _begin(programme, business, by=by)
    today = today_in(programme.zone)
    for member in sorted(members, key=lambda one: one.is_minor_on(today)):  # never one alone
        _add(assistance, member, by=by)
    return assistance


def add_companion(assistance: Assistance, member: Member, *, by: By) -> AssistanceMember:
    """Let one more member help.

    Raises:
        NotAllowed, AssistanceOver
        MayNotHelp, TooManyBusinesses, EnoughCompanions
        NotAlone: under 18, and no adult helps this business.
    """
    check_may(by, Permission.EDIT_YOUTH, assistance)
    return _add(_open(assistance), member, by=by)


def adopt_business(
    assistance: Assistance, member: Member, *, partner: Member | None = None
) -> Assistance:
    """Take an owner's wish on oneself, alone or with another member.

    Raises:
        NotAlone: under 18, whom the coordinator puts beside someone.
        AssistanceOver, MayNotHelp, TooManyBusinesses, EnoughCompanions
    """
    today = today_in(assistance.programme.zone)
    if any(one.is_minor_on(today) for one in (member, partner) if one is not None):
        raise NotAlone
    assistance = _open(assistance)
    if is_companion(assistance, member):  # the button was pressed twice
        return assistance
    for one in (member, partner):
        if one is not None:
            _add(assistance, one, by=None)
    return assistance


def end_companion(companion: AssistanceMember, *, by: By, member: Member | None = None) -> None:
    """Let a member help no longer: by a coordinator, or by the ``member`` itself.

    A business that nobody helps any more waits for someone again.

    Raises:
        NotAllowed, NotCompanion
    """
    assistance = lock(companion.assistance)
    if member is None:
        check_may(by, Permission.EDIT_YOUTH, assistance)
    elif companion.member_id != member.id:
        raise NotAllowed(_("Your role does not allow this."))
    if companion.ended_at is not None or assistance.ended_at is not None:
        raise NotCompanion
    companion.ended_at = now()
    db.session.flush()
    db.session.expire(assistance, ["companions"])
    if not list_live_companions(assistance):
        assistance.state = S.WISHED
    assistance.version += 1
    log_assistance("assistance.left", assistance, {"companion": companion.member.name}, {}, by=by)


def take_companion_back(companion: AssistanceMember, *, by: By) -> AssistanceMember:
    """Undo that a member helps no longer.

    Raises:
        as add_companion
    """
    return add_companion(companion.assistance, companion.member, by=by)


def finish_assistance(assistance: Assistance, *, by: By) -> None:
    """Say that what was to be done is done.

    Raises:
        NotAllowed, AssistanceOver
        NotCompanion: nobody has helped yet.
    """
    assistance = _open(assistance)
    check_owner_or_coordinator(by, assistance.programme, assistance.business)
    if assistance.state != S.ACTIVE:
        raise NotCompanion
    _end(assistance, S.DONE, None)
    log_assistance("assistance.done", assistance, {}, {}, by=by)


def end_assistance(assistance: Assistance, reason: str, *, by: By) -> None:
    """End help before it is done, or take a wish back; members read the reason.

    Raises:
        NotAllowed, AssistanceOver, NoteNeeded
    """
    assistance = _open(assistance)
    check_owner_or_coordinator(by, assistance.programme, assistance.business)
    if not reason.strip():
        raise NoteNeeded
    _end(assistance, S.ENDED, reason.strip())
    log_assistance("assistance.ended", assistance, {}, {"reason": assistance.end_reason}, by=by)


def reopen_assistance(assistance: Assistance, *, by: By) -> None:
    """Undo the end: those who helped until then help again.

    Raises:
        NotAllowed, AssistanceLive
    """
    assistance = lock(assistance)
    check_owner_or_coordinator(by, assistance.programme, assistance.business)
    if assistance.ended_at is None:
        return
    if find_live(assistance.programme, lock(assistance.business)) is not None:
        raise AssistanceLive
    back = [one for one in assistance.companions if one.ended_at == assistance.ended_at]
    for one in back:
        one.ended_at = None
    assistance.state = S.ACTIVE if back else S.WISHED
    assistance.ended_at = assistance.end_reason = None
    assistance.version += 1
    db.session.flush()
    log_assistance("assistance.reopened", assistance, {}, {}, by=by)


def renew_owner_link(assistance: Assistance, *, by: By) -> str:
    """Make the owner's link anew, when it fell into wrong hands; the old one ends.

    Raises:
        NotAllowed
    """
    assistance = lock(assistance)
    check_owner_or_coordinator(by, assistance.programme, assistance.business)
    assistance.owner_token_number += 1
    token = set_owner_token(assistance)
    db.session.flush()
    log_assistance("assistance.link_renewed", assistance, {}, {}, by=by)
    return token


# --- What they share ------------------------------------------------------------------------


def check_owner_or_coordinator(by: By, programme: YouthProgramme, business: Business) -> None:
    """Check that someone is one of the business's people or coordinates the programme.

    Raises:
        NotAllowed
    """
    if by is None or is_one_of_its_people(by, business):
        return
    check_may(by, Permission.EDIT_YOUTH, programme)


def is_coordinator(by: Holder | None, programme: YouthProgramme) -> bool:
    return by is not None and may(by, Permission.EDIT_YOUTH, programme.scopes)


def _begin(programme: YouthProgramme, business: Business, *, by: By) -> Assistance:
    assistance = Assistance(
        programme_id=programme.id,
        business_id=business.id,
        state=S.WISHED,
        wanted=[],
        owner_token_hash=placeholder_hash(),
        created_at=now(),
        created_by_id=by.id if by else None,
        is_demo=business.is_demo,
    )
    db.session.add(assistance)
    db.session.flush()
    set_owner_token(assistance)
    db.session.flush()
    return assistance


def _open(assistance: Assistance) -> Assistance:
    assistance = lock(assistance)
    db.session.expire(assistance, ["companions"])
    if assistance.ended_at is not None:
        raise AssistanceOver
    return assistance


def _add(assistance: Assistance, member: Member, *, by: By) -> AssistanceMember:
    """Put a member beside a business; the member is locked, since it helps only so many."""
    member = lock(member)
    db.session.expire(assistance, ["companions"])
    live = list_live_companions(assistance)
    for one in live:
        if one.member_id == member.id:
            return one
    programme = assistance.programme
    bar = may_work(member, programme.id, today_in(programme.zone))
    if bar is not None:
        raise MayNotHelp(member.name, bar_words(bar))
    if len(live) >= MOST_COMPANIONS:
        raise EnoughCompanions(MOST_COMPANIONS)
    today = today_in(programme.zone)
    if member.is_minor_on(today) and all(one.member.is_minor_on(today) for one in live):
        raise NotAlone
    if count_live_of(member) >= MOST_BUSINESSES:
        raise TooManyBusinesses(member.name, MOST_BUSINESSES)
    moment = now()
    companion = AssistanceMember(assistance_id=assistance.id, member_id=member.id, joined_at=moment)
    db.session.add(companion)
    assistance.state = S.ACTIVE
    assistance.started_at = assistance.started_at or moment
    assistance.version += 1
    db.session.flush()
    db.session.expire(assistance, ["companions"])
    log_assistance("assistance.joined", assistance, {}, {"companion": member.name}, by=by)
    return companion


def _end(assistance: Assistance, state: AssistanceState, reason: str | None) -> None:
    moment = now()
    for one in list_live_companions(assistance):
        one.ended_at = moment
    assistance.state, assistance.ended_at, assistance.end_reason = state, moment, reason
    assistance.version += 1
    db.session.flush()


def _check_business(programme: YouthProgramme, business: Business) -> None:
    if business.archived_at is not None or business.is_merged or business.erased_at is not None:
        raise BusinessClosed
    if not is_of_stop(programme, business):
        raise NotOfThisStop


def _read_wish(assistance: Assistance) -> dict[str, Any]:
    return {
        "wish": assistance.wish,
        "wanted": list(assistance.wanted),
        "languages": assistance.languages,
    }
