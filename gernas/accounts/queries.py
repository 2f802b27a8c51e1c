"""Questions about people, their sessions, grants and invitations."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from gernas.accounts.errors import LinkIsOver, NoSuchGrant, NoSuchInvitation, NoSuchPerson
from gernas.accounts.models import (
    FactorRelease,
    Grant,
    Invitation,
    LinkKind,
    MailLink,
    RecoveryCode,
    User,
    UserSession,
)
from gernas.accounts.scopes import list_kinds, select_reach
from gernas.accounts.secrets import hash_secret
from gernas.core.clock import now
from gernas.core.database import UtcDateTime, db
from gernas.core.jobs import Job, JobState
from gernas.core.permissions import ALL, Held, Permission, Role, Scope, scopes_with
from gernas.core.text import LIKE_ESCAPE, search_like

PAGE_SIZE = 50
ERASE_ACCOUNT = "accounts_erase"  # the kind of the job

# Made once: every page behind the door asks these, and to make one takes as long as to ask it.
_SESSION = (
    select(
        User,
        *(UserSession.id, UserSession.created_at, UserSession.seen_at, UserSession.second_factor),
        *(Grant.role, Grant.scope_kind, Grant.scope_id, Grant.ends_at),
    )
    .join(UserSession, UserSession.user_id == User.id)
    .outerjoin(
        Grant,
        and_(Grant.user_id == User.id, *Grant.in_force(bindparam("moment", type_=UtcDateTime))),
    )
    .where(UserSession.token_hash == bindparam("token_hash"))
    .order_by(Grant.id)
)
_UNUSED_CODES = select(func.count()).where(
    RecoveryCode.user_id == bindparam("user_id"), RecoveryCode.used_at.is_(None)
)


def find_user(email: str) -> User | None:
    """The person with an address (in its one spelling), active or not."""
    return db.session.scalar(select(User).where(User.email == email))


def get_user(user_id: int) -> User:
    return db.session.get_one(User, user_id)


@dataclass(frozen=True)
class OpenSession:
    """What a page needs to know of the session it is asked in."""

    id: int
    created_at: datetime
    seen_at: datetime
    second_factor: bool
    user: User


def find_session(secret: str) -> OpenSession | None:
    """The session of a cookie; its person and the grants in force come with it, in one question."""
    asked = {"token_hash": hash_secret(secret), "moment": now()}
    rows = db.session.execute(_SESSION, asked).all()
    if not rows:
        return None
    user, row_id, created_at, seen_at, second_factor, first_role, *_ = rows[0]
    has_any = cast(Role | None, first_role) is not None  # else the outer join found no grant
    user.held = tuple(
        Held(Role(role), Scope(kind, scope_id), ends_at)
        for *_, role, kind, scope_id, ends_at in (rows if has_any else ())
    )
    return OpenSession(row_id, created_at, seen_at, second_factor, user)


def list_sessions(user: User) -> Sequence[UserSession]:
    """The person's sessions, the one used last first."""
    statement = select(UserSession).where(UserSession.user_id == user.id)
    return db.session.scalars(statement.order_by(UserSession.seen_at.desc())).all()


def get_link(kind: LinkKind, token: str) -> MailLink:
    """A link that still works.

    Raises:
        LinkIsOver: it was used, has expired, or never was.
    """
    link = db.session.scalar(
        select(MailLink)
        .where(MailLink.token_hash == hash_secret(token), MailLink.kind == kind)
        .options(joinedload(MailLink.user))
    )
    if link is None or not link.is_alive or not link.user.active:
        raise LinkIsOver
    return link


def find_invitation(token: str) -> Invitation:
    """An invitation that can still be taken, by the secret of its link.

    Raises:
        LinkIsOver: it was taken, withdrawn, has expired, or never was.
    """
    invitation = db.session.scalar(
        select(Invitation)
        .where(Invitation.token_hash == hash_secret(token))
        .options(joinedload(Invitation.invited_by))
    )
    if invitation is None or not invitation.is_open or invitation.is_expired:
        raise LinkIsOver
    return invitation


def count_recovery_codes(user: User) -> int:
    """How many of the person's recovery codes are unused."""
    return db.session.scalar(_UNUSED_CODES, {"user_id": user.id}) or 0


def find_release(user: User) -> FactorRelease | None:
    """The open wish to take away the person's second factor."""
    statement = select(FactorRelease).where(FactorRelease.user_id == user.id)
    release = db.session.scalar(statement.options(joinedload(FactorRelease.asked_by)))
    return release if release is not None and release.is_alive else None


def in_scopes_of(holder: User, table: type[Grant] | type[Invitation]) -> ColumnElement[bool]:
    """The condition for grants or invitations on what the person may invite others to."""
    if ALL in scopes_with(holder, Permission.INVITE_PEOPLE):
        return true()
    conditions = [
        and_(table.scope_kind == kind, table.scope_id.in_(select_reach(kind, holder)))
        for kind in list_kinds()
        if kind != "all"
    ]
    return or_(*conditions) if conditions else false()


@dataclass(frozen=True)
class PeopleFilter:
    """What the list of people is narrowed to."""

    text: str = ""
    role: Role | None = None
    state: str = ""  # now, later, over; "none" is for people without roles
    page: int = 1


@dataclass(frozen=True)
class PeoplePage:
    """One page of people, with those of their grants that the reader may see."""

    people: Sequence[User]
    grants: dict[int, list[Grant]]
    total: int
    page: int
    pages: int


def list_people(holder: User, narrowed: PeopleFilter) -> PeoplePage:
    """People with grants in the holder's scopes, by name; administrators see everybody."""
    sees_all = ALL in scopes_with(holder, Permission.MANAGE_USERS)
    visible = in_scopes_of(holder, Grant)
    statement: Select[Any] = select(User)
    matching = [visible, *_grant_conditions(narrowed, now())]
    if narrowed.state == "none" and sees_all:
        statement = statement.where(~User.grants.any())
    elif not sees_all or narrowed.role or narrowed.state:
        statement = statement.where(User.grants.any(and_(*matching)))
    for pattern in search_like(narrowed.text):
        either = (User.name, User.email)
        statement = statement.where(or_(*(c.ilike(pattern, escape=LIKE_ESCAPE) for c in either)))
    total = db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(narrowed.page, 1), pages)
    people = db.session.scalars(
        statement.order_by(func.lower(User.name), User.email)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    grants = _visible_grants([user.id for user in people], visible)
    return PeoplePage(people, grants, total, page, pages)


def _grant_conditions(narrowed: PeopleFilter, moment: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if narrowed.role is not None:
        conditions.append(Grant.role == narrowed.role)
    if narrowed.state == "now":
        conditions.extend(Grant.in_force(moment))
    elif narrowed.state == "later":
        conditions += [Grant.ended_at.is_(None), Grant.starts_at > moment]
    elif narrowed.state == "over":
        conditions.append(Grant.ended_at.is_not(None) | (Grant.ends_at <= moment))
    return conditions


def _visible_grants(
    user_ids: Collection[int], visible: ColumnElement[bool]
) -> dict[int, list[Grant]]:
    found: dict[int, list[Grant]] = {user_id: [] for user_id in user_ids}
    statement = select(Grant).where(Grant.user_id.in_(user_ids), visible).order_by(Grant.id)
    for grant in db.session.scalars(statement):
        found[grant.user_id].append(grant)
    return found


def get_person(holder: User, user_id: int) -> User:
    """A person the holder works with.

    Raises:
        NoSuchPerson: there is none, or none of the grants lies in the holder's scopes.
    """
    statement = select(User).where(User.id == user_id)
    if ALL not in scopes_with(holder, Permission.MANAGE_USERS):
        statement = statement.where(User.grants.any(in_scopes_of(holder, Grant)))
    person = db.session.scalar(statement)
    if person is None:
        raise NoSuchPerson
    return person


def list_grants(holder: User, person: User) -> list[Grant]:
    """The person's grants that lie in the holder's scopes, ended ones too, newest first."""
    visible = in_scopes_of(holder, Grant)
    statement = select(Grant).where(Grant.user_id == person.id, visible)
    statement = statement.options(joinedload(Grant.given_by))
    return list(db.session.scalars(statement.order_by(Grant.id.desc())))


def get_grant(holder: User, grant_id: int) -> Grant:
    """A grant in the holder's scopes.

    Raises:
        NoSuchGrant: there is none, or it lies elsewhere.
    """
    grant = db.session.scalar(
        select(Grant)
        .where(Grant.id == grant_id, in_scopes_of(holder, Grant))
        .options(joinedload(Grant.user))
    )
    if grant is None:
        raise NoSuchGrant
    return grant


def list_open_invitations(holder: User) -> list[Invitation]:
    """Invitations in the holder's scopes that nobody took yet, expired ones too, newest first."""
    statement = (
        select(Invitation)
        .where(
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            in_scopes_of(holder, Invitation),
        )
        .options(joinedload(Invitation.invited_by))
        .order_by(Invitation.id.desc())
        .limit(200)
    )
    return list(db.session.scalars(statement))


def get_invitation(holder: User, invitation_id: int) -> Invitation:
    """An invitation in the holder's scopes.

    Raises:
        NoSuchInvitation: there is none, or it lies elsewhere.
    """
    invitation = db.session.scalar(
        select(Invitation).where(Invitation.id == invitation_id, in_scopes_of(holder, Invitation))
    )
    if invitation is None:
        raise NoSuchInvitation
    return invitation


def list_held_scopes(person: User, moment: datetime | None = None) -> list[tuple[Role, Scope]]:
    """The roles a person holds at a moment, whoever asks: for rules, not for pages."""
    rows = db.session.execute(
        select(Grant.role, Grant.scope_kind, Grant.scope_id).where(
            Grant.user_id == person.id, *Grant.in_force(moment or now())
        )
    )
    return [(Role(role), Scope(kind, scope_id)) for role, kind, scope_id in rows]


def find_erasure(person: User) -> Job | None:
    """The job that will erase a person's account, ``run_after`` being when; None if not wished."""
    asked = select(Job).where(
        Job.kind == ERASE_ACCOUNT,
        Job.created_by == person.id,
        Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
    )
    return db.session.scalars(asked.order_by(Job.id).limit(1)).first()


def count_administrators(*, but: User | None = None) -> int:
    """How many active people are administrators now, one of them left out."""
    statement = (
        select(func.count(func.distinct(Grant.user_id)))
        .join(User, User.id == Grant.user_id)
        .where(Grant.role == Role.ADMINISTRATOR, User.active, *Grant.in_force(now()))
    )
    if but is not None:
        statement = statement.where(User.id != but.id)
    return db.session.scalar(statement) or 0


def user_names(ids: Collection[int]) -> dict[int, str]:
    """What people are called, by id."""
    rows = db.session.execute(select(User.id, User.name, User.email).where(User.id.in_(ids)))
    return {user_id: name or email for user_id, name, email in rows}


def find_user_ids(text: str) -> list[int]:
    """The ids of people whose name holds the words of ``text``; at most 200."""
    statement = select(User.id).limit(200)
    for pattern in search_like(text):
        statement = statement.where(User.name.ilike(pattern, escape=LIKE_ESCAPE))
    return list(db.session.scalars(statement))
