"""Grants: given by an accepted invitation, ended by those who may give them."""

from datetime import datetime

from sqlalchemy import select

from gernas.accounts.errors import GrantIsOver, LastAdministrator
from gernas.accounts.models import Grant, User
from gernas.accounts.queries import count_administrators
from gernas.accounts.scopes import covering_scopes, scope_label
from gernas.audit.services import record
from gernas.core.clock import now
from gernas.core.database import db, is_sqlite, lock
from gernas.core.permissions import Role, Scope


def give_grant(
    person: User,
    role: Role,
    scope: Scope,
    *,
    starts_at: datetime,
    ends_at: datetime | None = None,
    by: User | None,
) -> Grant:
    """Give a role on a scope; one that is live already is kept and gets the new moments."""
    lock(person)
    grant = db.session.scalar(
        select(Grant).where(
            Grant.user_id == person.id,
            Grant.role == role,
            Grant.scope_kind == scope.kind,
            Grant.scope_id == scope.id,
            Grant.ended_at.is_(None),
        )
    )
    moment = now()
    if grant is not None and not grant.is_in_force(moment):
        grant.ended_at = grant.ends_at or moment  # over, or not begun: history
        db.session.flush()
        grant = None
    if grant is None:
        grant = Grant(
            user_id=person.id,
            role=role,
            scope_kind=scope.kind,
            scope_id=scope.id,
            starts_at=starts_at,
            given_by_id=by.id if by is not None else None,
            given_at=moment,
        )
        db.session.add(grant)
    grant.ends_at = ends_at
    db.session.flush()
    person.forget_held()
    _record("grant.given", grant, by=by, before={}, after=_values(grant))
    return grant


def end_grant(grant: Grant, *, by: User) -> Grant:
    """Take a role back at once. Who may, the caller checks with ``may_give``.

    Raises:
        GrantIsOver: it has ended.
        LastAdministrator: nobody else would be left.
    """
    if grant.role == Role.ADMINISTRATOR:
        _lock_administrators()  # before one's own row: two who end each other hold half each
    lock(grant)
    moment = now()
    if grant.ended_at is not None or (grant.ends_at is not None and grant.ends_at <= moment):
        raise GrantIsOver
    if grant.role == Role.ADMINISTRATOR:
        keep_an_administrator(but=grant.user)
    grant.ended_at, grant.ended_by_id = moment, by.id
    db.session.flush()
    grant.user.forget_held()
    _record("grant.ended", grant, by=by, before=_values(grant), after={})
    return grant


def restore_grant(grant: Grant, *, by: User) -> Grant:
    """Undo ``end_grant``.

    Raises:
        GrantIsOver: its time is over, or the role was given anew in the meantime.
    """
    person = lock(grant.user)
    lock(grant)
    again = db.session.scalar(
        select(Grant.id).where(
            Grant.user_id == person.id,
            Grant.role == grant.role,
            Grant.scope_kind == grant.scope_kind,
            Grant.scope_id == grant.scope_id,
            Grant.ended_at.is_(None),
        )
    )
    if again is not None or (grant.ends_at is not None and grant.ends_at <= now()):
        raise GrantIsOver
    grant.ended_at = grant.ended_by_id = None
    db.session.flush()
    person.forget_held()
    _record("grant.restored", grant, by=by, before={}, after=_values(grant))
    return grant


def keep_an_administrator(*, but: User) -> None:
    """Refuse what would leave nobody in charge; those who try at once wait for each other.

    Raises:
        LastAdministrator: the person is the only one.
    """
    _lock_administrators()
    if count_administrators(but=but) == 0:
        raise LastAdministrator


def _lock_administrators() -> None:
    if not is_sqlite():
        db.session.execute(
            select(Grant.id)
            .where(Grant.role == Role.ADMINISTRATOR)
            .order_by(Grant.id)  # always in this order, so no deadlock
            .with_for_update()
        )


def _values(grant: Grant) -> dict[str, object]:
    return {
        "role": str(grant.role),
        "place": scope_label(grant.scope),
        "starts_at": grant.starts_at,
        "ends_at": grant.ends_at,
    }


def _record(
    action: str,
    grant: Grant,
    *,
    by: User | None,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    record(
        action,
        grant,
        by=by,
        before=before,
        after=after,
        scopes=covering_scopes(grant.scope),
        personal=frozenset({"label"}),
        label=grant.user.label,
    )
