"""Invitations: offered by those who may, sent again, withdrawn, taken once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from gernas.accounts.addresses import mail_address
from gernas.accounts.errors import (
    AlreadyHolds,
    AlreadyInvited,
    InvitationIsClosed,
    LinkIsOver,
    MayNotGive,
)
from gernas.accounts.models import Invitation, User
from gernas.accounts.queries import find_user, list_held_scopes
from gernas.accounts.scopes import covering_scopes, scope_label
from gernas.accounts.secrets import hash_secret, new_secret
from gernas.accounts.services.grants import give_grant
from gernas.accounts.words import role_words
from gernas.audit.services import record
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.permissions import MAY_INVITE, ROLE_SCOPES, Held, Role, Scope
from gernas.messages.services import cancel_message, queue_message

LINK_LIVES = timedelta(days=7)


@dataclass(frozen=True)
class Offer:
    """A role on a scope, from a moment until another (None: open end)."""

    role: Role
    scope: Scope
    starts_at: datetime
    ends_at: datetime | None = None


def may_give(held: tuple[Held, ...] | list[tuple[Role, Scope]], role: Role, scope: Scope) -> bool:
    """Whether someone who holds these may give, or take, a role on a scope."""
    pairs = [(one.role, one.scope) if isinstance(one, Held) else one for one in held]
    covering = covering_scopes(scope)
    return scope.kind in ROLE_SCOPES[role] and any(
        role in MAY_INVITE[mine] and place in covering for mine, place in pairs
    )


def invite(
    email: str, offer: Offer, *, by: User | None, language: str = "id"
) -> tuple[Invitation, str]:
    """Offer a role to an address and mail the link; returns the link's secret too.

    ``by`` is None when the command line invites.

    Raises:
        MayNotGive: the inviter's own roles do not reach that far, or there is no such place.
        AlreadyHolds: the person has the role there.
        AlreadyInvited: the same offer is open.
    """
    if not covering_scopes(offer.scope) or offer.scope.kind not in ROLE_SCOPES[offer.role]:
        raise MayNotGive
    if by is not None and not may_give(by.held, offer.role, offer.scope):
        raise MayNotGive
    person = find_user(email)
    if person is not None and (offer.role, offer.scope) in list_held_scopes(person):
        raise AlreadyHolds(email)
    _close_expired(email, offer)
    secret, moment = new_secret(), now()
    invitation = Invitation(
        email=email,
        language=language,
        role=offer.role,
        scope_kind=offer.scope.kind,
        scope_id=offer.scope.id,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        token_hash=hash_secret(secret),
        invited_by_id=by.id if by is not None else None,
        created_at=moment,
        sent_at=moment,
        sent_count=1,
        expires_at=moment + LINK_LIVES,
    )
    try:
        with db.session.begin_nested():
            db.session.add(invitation)
    except IntegrityError as error:
        raise AlreadyInvited(email) from error
    _record("invitation.sent", invitation, by=by, before={}, after=_values(invitation))
    _mail(invitation, secret, by=by)
    return invitation, secret


def resend_invitation(invitation: Invitation, *, by: User) -> None:
    """Mail a new link for an open invitation; the former link is over.

    Raises:
        MayNotGive: the person's own roles do not reach that far.
        InvitationIsClosed: it was taken or withdrawn.
    """
    if not may_give(by.held, Role(invitation.role), invitation.scope):
        raise MayNotGive
    lock(invitation)
    if not invitation.is_open:
        raise InvitationIsClosed
    secret, moment = new_secret(), now()
    cancel_message(_key(invitation))
    invitation.token_hash = hash_secret(secret)
    invitation.sent_count += 1
    invitation.sent_at, invitation.expires_at = moment, moment + LINK_LIVES
    invitation.invited_by_id = by.id
    _record("invitation.sent_again", invitation, by=by, before={}, after={})
    _mail(invitation, secret, by=by)


def withdraw_invitation(invitation: Invitation, *, by: User) -> None:
    """Take an open invitation back; its link is over.

    Raises:
        MayNotGive: the person's own roles do not reach that far.
        InvitationIsClosed: it was taken or withdrawn.
    """
    if not may_give(by.held, Role(invitation.role), invitation.scope):
        raise MayNotGive
    lock(invitation)
    if not invitation.is_open:
        raise InvitationIsClosed
    invitation.withdrawn_at = now()
    cancel_message(_key(invitation))
    _record("invitation.withdrawn", invitation, by=by, before=_values(invitation), after={})


def accept_invitation(token: str, *, name: str = "", password_hash: str | None = None) -> User:
    """Take the role, with a new account where the address has none; opens no session.

    Name and password are for a new account only: the link must not change an existing one.

    Raises:
        LinkIsOver: used, withdrawn, expired, never sent; or the inviter could not give it any more.
    """
    invitation = db.session.scalar(
        select(Invitation).where(Invitation.token_hash == hash_secret(token)).with_for_update()
    )
    if invitation is None or not invitation.is_open or invitation.is_expired:
        raise LinkIsOver
    if invitation.ends_at is not None and invitation.ends_at <= now():
        raise LinkIsOver
    inviter = invitation.invited_by
    role, scope = Role(invitation.role), invitation.scope
    if inviter is not None:
        held = list_held_scopes(inviter) if inviter.active else []
        if not may_give(held, role, scope):
            raise LinkIsOver
    person = find_user(invitation.email) or _add_or_find(invitation, name, password_hash)
    if not person.active:
        raise LinkIsOver
    invitation.accepted_at = now()
    _record("invitation.accepted", invitation, by=person, before={}, after={})
    starts_at = max(invitation.starts_at, invitation.accepted_at)
    give_grant(person, role, scope, starts_at=starts_at, ends_at=invitation.ends_at, by=inviter)
    return person


def add_user(
    email: str, *, name: str = "", language: str = "id", password_hash: str | None = None
) -> User:
    """A new account, without any role."""
    moment = now()
    user = User(
        email=email,
        name=name,
        language=language,
        password=password_hash,
        active=True,
        fs_uniquifier=token_hex(32),
        created_at=moment,
        password_changed_at=moment if password_hash else None,
    )
    db.session.add(user)
    db.session.flush()
    record("user.added", user, by=user, before={}, after={}, scopes=())
    return user


def _add_or_find(invitation: Invitation, name: str, password_hash: str | None) -> User:
    """A new account; or the one that another invitation made for the address just now."""
    try:
        with db.session.begin_nested():
            return add_user(
                invitation.email,
                name=name,
                language=invitation.language,
                password_hash=password_hash,
            )
    except IntegrityError:
        person = find_user(invitation.email)
        if person is None:
            raise
        return person


def _close_expired(email: str, offer: Offer) -> None:
    """An invitation whose link expired does not stand in the way of a new one."""
    former = db.session.scalar(
        select(Invitation)
        .where(
            Invitation.email == email,
            Invitation.role == offer.role,
            Invitation.scope_kind == offer.scope.kind,
            Invitation.scope_id == offer.scope.id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .with_for_update()
    )
    if former is None:
        return
    if not former.is_expired:
        raise AlreadyInvited(email)
    former.withdrawn_at = now()
    db.session.flush()


def _mail(invitation: Invitation, secret: str, *, by: User | None) -> None:
    language = invitation.language
    with force_locale(language):
        values = {
            "role": role_words(Role(invitation.role)),
            "place": scope_label(invitation.scope),
            "by": by.label if by is not None else "Gernas BBI",
            "link": mail_address("accounts.invitation", language=language, token=secret),
        }
    queue_message(
        "invitation",
        to=invitation.email,
        language=language,
        values=values,
        key=_key(invitation),
    )


def _key(invitation: Invitation) -> str:
    return f"invitation:{invitation.id}:{invitation.sent_count}"


def _values(invitation: Invitation) -> dict[str, object]:
    return {
        "email": invitation.email,
        "role": str(invitation.role),
        "place": scope_label(invitation.scope),
        "starts_at": invitation.starts_at,
        "ends_at": invitation.ends_at,
    }


def _record(
    action: str,
    invitation: Invitation,
    *,
    by: User | None,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    record(
        action,
        invitation,
        by=by,
        before=before,
        after=after,
        scopes=covering_scopes(invitation.scope),
        personal=frozenset({"email", "label"}),
        label=invitation.email,
    )
